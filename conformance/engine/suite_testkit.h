/* suite_testkit.h - a driver for tests of the suite, whose broker is a puppet.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this.                                          */
#ifndef ENGINE_SUITE_TESTKIT_H
#define ENGINE_SUITE_TESTKIT_H

#include "base/list.h"
#include "conformance/engine/suite.h"
#include "conformance/script/script_testkit.h"

enum {
    PUPPET_CONNECTIONS = 256,
    PUPPET_LATE_US = 2000000 /* of a turn that is late */
};

/* A driver without a broker: every connection is refused, or taken and then
 * answered by a script of bytes. Time goes from deadline to deadline. */
struct puppet {
    struct driver driver;
    uint64_t now_us;
    bool refuses;
    size_t started;     /* connections asked for */
    size_t open, most;  /* at the same time */
    uint64_t opened_us[PUPPET_CONNECTIONS]; /* when each was asked for */
    size_t fail_first;  /* CONNECTs that get a wrong CONNACK at first */
    bool can_start;     /* when it died: of a SUBSCRIBE */
    bool goes_deaf;     /* then it lives on, and answers nobody */
    bool is_deaf;
    size_t starts;      /* how often it was started again */
    size_t late_turns;  /* that end PUPPET_LATE_US after their deadline */
    uint64_t session_us; /* a session lasts so long after CONNECT; 0: there
                            are none */
    uint64_t connect_us; /* of the latest CONNECT */
};

static inline uint64_t
puppet_now_us(struct driver *d)
{
    return LIST_ITEM(d, struct puppet, driver)->now_us;
}

/* Clean Session 0, and not too late for it? */
static inline bool
puppet_has_session(struct puppet *p, struct slice connect)
{
    bool keeps = connect.len > 9 && !(connect.ptr[9] & 2);
    bool is_in_time = p->now_us < p->connect_us + p->session_us;
    p->connect_us = p->now_us;
    return keeps && is_in_time;
}

static inline void
puppet_answer(struct puppet *p, struct driven *of, const struct play_action *a)
{
    static const uint8_t yes[] = {0x20, 2, 0, 0}, kept[] = {0x20, 2, 1, 0};
    static const uint8_t pong[] = {0xd0, 0};
    struct slice reply = {NULL, 0};
    if (a->bytes.ptr[0] == 0x10 && p->fail_first) {
        p->fail_first--;
        reply = slice_of(kept, sizeof kept); /* wrong */
    } else if (a->bytes.ptr[0] == 0x10 && puppet_has_session(p, a->bytes)) {
        reply = slice_of(kept, sizeof kept);
    } else if (a->bytes.ptr[0] == 0x10) {
        reply = slice_of(yes, sizeof yes);
    } else if (a->bytes.ptr[0] == 0xc0) {
        reply = slice_of(pong, sizeof pong);
    }
    if (a->bytes.ptr[0] == 0x82 && p->goes_deaf)
        p->is_deaf = true;
    else if (a->bytes.ptr[0] == 0x82)
        p->refuses = true;
    if (p->is_deaf)
        return;
    if (p->refuses) {
        play_closed(of->play, a->connection, true, p->now_us);
        return;
    }
    if (reply.len)
        play_input(of->play, a->connection, reply, p->now_us);
}

static inline void
puppet_pump(struct driver *d, struct driven *of)
{
    struct puppet *p = LIST_ITEM(d, struct puppet, driver);
    struct play_action a;
    while (play_next_action(of->play, &a)) {
        switch (a.kind) {
        case PLAY_OPEN:
            ck_assert_uint_lt(p->started, PUPPET_CONNECTIONS);
            p->opened_us[p->started++] = p->now_us;
            if (p->refuses) {
                play_refused(of->play, a.connection, "nobody", p->now_us);
                break;
            }
            if (++p->open > p->most)
                p->most = p->open;
            play_opened(of->play, a.connection, p->now_us);
            break;
        case PLAY_SEND: puppet_answer(p, of, &a); break;
        case PLAY_FIN: play_closed(of->play, a.connection, false, p->now_us);
            break;
        case PLAY_FORGET: p->open--; break;
        default: break;
        }
    }
}

static inline int
puppet_turn(struct driver *d, uint64_t deadline_us, struct error *err)
{
    struct puppet *p = LIST_ITEM(d, struct puppet, driver);
    (void)err;
    if (deadline_us == PLAY_NEVER || deadline_us <= p->now_us)
        return 0;
    p->now_us = deadline_us;
    if (p->late_turns && p->late_turns--)
        p->now_us += PUPPET_LATE_US;
    return 0;
}

static inline void
puppet_drop(struct driver *d, struct driven *of)
{
    (void)d, (void)of;
}

static inline int
puppet_revive(struct driver *d, struct error *err)
{
    struct puppet *p = LIST_ITEM(d, struct puppet, driver);
    int status = p->is_deaf ? DRIVER_WOKEN : DRIVER_STARTED;
    if (!p->refuses && !p->is_deaf)
        return DRIVER_LIVES;
    if (!p->can_start)
        return error_set(err, "the target is lost");
    p->refuses = p->is_deaf = false;
    p->starts++;
    return status;
}

static const struct driver_ops puppet_ops = {puppet_now_us, puppet_pump,
                                             puppet_turn,   puppet_drop,
                                             NULL,          puppet_revive};

#endif
