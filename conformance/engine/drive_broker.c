/* drive_broker.c - plays against the reference broker, in virtual time.
 * SPDX-License-Identifier: MIT
 *
 * A link has the broker's conn on one side and a connection of a play on the
 * other. Everything one side says reaches the other within the same turn, in
 * the order in which it was said; a turn that moves nothing moves the clock. */
#include "conformance/engine/drive_broker.h"

#include <stdlib.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/timer.h"
#include "broker/broker.h"
#include "broker/passwords.h"
#include "conformance/engine/delay.h"

struct simulation {
    struct driver driver;
    struct broker_config config;
    const struct passwords *passwords; /* borrowed, or NULL */
    const struct acl *acl;             /* borrowed, or NULL */
    struct broker *broker;
    uint64_t now_us;
    struct list links; /* of struct link */
    struct delay delay;
};

struct link {
    struct list place;     /* in links */
    struct driven *owner;
    unsigned number;
    struct conn *conn;     /* NULL: over, by the broker or by the play */
    bool is_told;          /* the play knows that it is over */
    bool is_stalled;       /* the play does not read */
    uint64_t in_us;        /* delayed: when the last word reaches the broker */
    uint64_t out_us;       /* and when the broker's last reaches the play */
};

static uint64_t
now_ms(const struct simulation *s)
{
    return s->now_us / 1000;
}

static void
free_link(struct simulation *s, struct link *l)
{
    if (l->conn)
        broker_gone(s->broker, l->conn, now_ms(s));
    delay_forget(&s->delay, l);
    list_remove(&l->place);
    l->owner->links[l->number] = NULL;
    free(l);
}

/* --- from the play to the broker ------------------------------------------ */

static void
open_link(struct simulation *s, struct driven *of, unsigned number)
{
    struct link *l = xcalloc(1, sizeof *l);
    l->owner = of;
    l->number = number;
    of->links = xrealloc(of->links, (number + 1) * sizeof *of->links);
    of->links[number] = l;
    of->link_count = number + 1;
    list_push(&s->links, &l->place);
    l->conn = broker_accept(s->broker, l, now_ms(s));
    if (l->conn) {
        play_opened(of->play, number, s->now_us);
    } else {
        free_link(s, l);
        play_refused(of->play, number, "the broker takes no more connections",
                     s->now_us);
    }
}

static void
restart(struct simulation *s, struct driven *of)
{
    LIST_EACH(place, &s->links)
    {
        struct link *l = LIST_ITEM(place, struct link, place);
        if (l->conn)
            broker_gone(s->broker, l->conn, now_ms(s));
        l->conn = NULL;
    }
    broker_free(s->broker);
    s->broker = broker_new(&s->config, now_ms(s));
    broker_use_passwords(s->broker, s->passwords);
    broker_use_acl(s->broker, s->acl);
    play_restarted(of->play, s->now_us);
}

/* Something of the play is there; FIN: the broker sees the end, and closes its own
 * side. */
static void
reach_broker(struct simulation *s, struct link *l, enum late_kind kind,
             struct slice bytes)
{
    if (l->conn && kind == LATE_BYTES)
        broker_input(s->broker, l->conn, bytes, now_ms(s));
    if (l->conn && kind == LATE_FIN) {
        broker_gone(s->broker, l->conn, now_ms(s));
        l->conn = NULL;
    }
}

static void
to_broker(struct simulation *s, struct link *l, enum late_kind kind,
          struct slice bytes)
{
    struct late what = {.kind = kind, .is_to_broker = true, .link = l};
    if (s->delay.mean_us)
        delay_add(&s->delay, what, bytes, s->now_us, &l->in_us);
    else
        reach_broker(s, l, kind, bytes);
}

static void
act(struct simulation *s, struct driven *of, const struct play_action *a)
{
    if (a->kind == PLAY_OPEN) {
        open_link(s, of, a->connection);
        return;
    }
    if (a->kind == PLAY_RESTART || a->kind == PLAY_KILL) {
        restart(s, of);
        return;
    }
    struct link *l =
        a->connection < of->link_count ? of->links[a->connection] : NULL;
    if (!l)
        return;
    switch (a->kind) {
    case PLAY_SEND: to_broker(s, l, LATE_BYTES, a->bytes); break;
    case PLAY_FIN: to_broker(s, l, LATE_FIN, a->bytes); break;
    case PLAY_STALL: l->is_stalled = true; break;
    default: free_link(s, l); break;
    }
}

static void
pump(struct driver *d, struct driven *of)
{
    struct simulation *s = LIST_ITEM(d, struct simulation, driver);
    struct play_action a;
    while (play_next_action(of->play, &a))
        act(s, of, &a);
}

/* --- from the broker to the plays ----------------------------------------- */

static void
reach_play(struct simulation *s, struct link *l, enum late_kind kind,
           struct slice bytes)
{
    struct driven *owner = l->owner;
    if (kind == LATE_BYTES)
        play_input(owner->play, l->number, bytes, s->now_us);
    else
        play_closed(owner->play, l->number, false, s->now_us);
    pump(&s->driver, owner);
}

static void
to_play(struct simulation *s, struct link *l, enum late_kind kind,
        struct slice bytes)
{
    struct late what = {.kind = kind, .link = l};
    if (s->delay.mean_us)
        delay_add(&s->delay, what, bytes, s->now_us, &l->out_us);
    else
        reach_play(s, l, kind, bytes);
}

/* What the broker has to say on one connection. */
static void
deliver(struct simulation *s, struct conn *c)
{
    struct link *l = conn_owner(c);
    struct buf bytes = {0};
    if (!l->is_stalled)
        broker_take_output(s->broker, c, &bytes);
    if (broker_wants_close(c)) {
        broker_gone(s->broker, c, now_ms(s));
        l->conn = NULL;
    }
    if (bytes.len)
        to_play(s, l, LATE_BYTES, buf_slice(&bytes));
    buf_release(&bytes);
}

/* Connections that are over for the broker, which the play does not know. */
static bool
tell_ends(struct simulation *s)
{
    LIST_EACH(place, &s->links)
    {
        struct link *l = LIST_ITEM(place, struct link, place);
        if (l->conn || l->is_told)
            continue;
        l->is_told = true;
        to_play(s, l, LATE_FIN, slice_str(""));
        return true;
    }
    return false;
}

/* In virtual time there is no hurry: the answer comes at once. */
static void
verify_logins(struct simulation *s)
{
    struct broker_login login;
    while (broker_next_login(s->broker, &login)) {
        bool is_good = passwords_verify(s->passwords, login.user_name,
                                        login.password);
        broker_verdict(s->broker, login.number,
                       is_good ? BROKER_LOGIN_GOOD : BROKER_LOGIN_BAD,
                       now_ms(s));
    }
}

static bool
deliver_all(struct simulation *s)
{
    struct conn *c;
    bool moved = false;
    verify_logins(s);
    while ((c = broker_next_dirty(s->broker))) {
        deliver(s, c);
        moved = true;
    }
    while (tell_ends(s))
        moved = true;
    return moved;
}

/* What has arrived by now, one at a time: it may make others superfluous. */
static bool
take_arrived(struct simulation *s)
{
    struct late *l = delay_next(&s->delay, s->now_us);
    if (!l)
        return false;
    if (l->is_to_broker)
        reach_broker(s, l->link, l->kind, buf_slice(&l->bytes));
    else
        reach_play(s, l->link, l->kind, buf_slice(&l->bytes));
    delay_done(l);
    return true;
}

static int
turn(struct driver *d, uint64_t deadline_us, struct error *err)
{
    struct simulation *s = LIST_ITEM(d, struct simulation, driver);
    (void)err;
    if (deliver_all(s) || take_arrived(s))
        return 0;
    if (delay_due_us(&s->delay) < deadline_us)
        deadline_us = delay_due_us(&s->delay);
    uint64_t broker_ms = broker_deadline_ms(s->broker);
    uint64_t broker_us =
        broker_ms == TIMER_NEVER ? PLAY_NEVER : broker_ms * 1000;
    uint64_t next = broker_us < deadline_us ? broker_us : deadline_us;
    if (next != PLAY_NEVER && next > s->now_us)
        s->now_us = next;
    if (broker_us <= s->now_us)
        broker_tick(s->broker, now_ms(s));
    bool moved = deliver_all(s) || broker_deadline_ms(s->broker) != broker_ms;
    /* A deadline that stays where it was must not stop the clock. */
    if (!moved && next < deadline_us && deadline_us != PLAY_NEVER)
        s->now_us = deadline_us;
    return 0;
}

/* --- the driver ----------------------------------------------------------- */

static uint64_t
now_us(struct driver *d)
{
    return LIST_ITEM(d, struct simulation, driver)->now_us;
}

static void
drop(struct driver *d, struct driven *of)
{
    struct simulation *s = LIST_ITEM(d, struct simulation, driver);
    for (size_t i = 0; i < of->link_count; i++)
        if (of->links[i])
            free_link(s, of->links[i]);
    free(of->links);
    of->links = NULL;
    of->link_count = 0;
}

static void
free_simulation(struct driver *d)
{
    struct simulation *s = LIST_ITEM(d, struct simulation, driver);
    broker_free(s->broker);
    free(s);
}

struct driver *
drive_broker_new(const struct broker_config *config,
                 const struct passwords *passwords, const struct acl *acl)
{
    static const struct driver_ops ops = {now_us, pump, turn, drop,
                                          free_simulation, NULL};
    struct simulation *s = xcalloc(1, sizeof *s);
    s->driver.ops = &ops;
    s->config = *config;
    s->passwords = passwords;
    s->acl = acl;
    s->now_us = 1000000;
    list_init(&s->links);
    delay_init(&s->delay, 0, 0);
    s->broker = broker_new(&s->config, now_ms(s));
    broker_use_passwords(s->broker, s->passwords);
    broker_use_acl(s->broker, s->acl);
    return &s->driver;
}

void
drive_broker_delay(struct driver *d, uint64_t mean_us, uint64_t seed)
{
    struct simulation *s = LIST_ITEM(d, struct simulation, driver);
    delay_init(&s->delay, mean_us, seed);
}
