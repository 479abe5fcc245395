/* watch_session.c - what a client id carries from one connection to the next.
 * SPDX-License-Identifier: MIT
 *
 * A session is on its way with one connection at a time. A CONNECT begins with
 * a session of its own; the CONNACK says whether the stored one goes on in its
 * place (Session Present), and whoever still used it has lost it. Of what is
 * stored only as much is believed as was seen: a session that the capture did
 * not see begin is not known, and rules that need it are silent.             */
#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/watch_state.h"

struct watch_session *
watch_session_new(void)
{
    struct watch_session *s = xcalloc(1, sizeof *s);
    s->expires_us = -1;
    return s;
}

/* Forgets exchanges and subscriptions, not who it belongs to. */
void
watch_session_forget(struct watch_session *s)
{
    watch_flights_clear(&s->flights[0]);
    watch_flights_clear(&s->flights[1]);
    watch_subs_clear(s);
}

void
watch_session_free(struct watch_session *s)
{
    if (!s)
        return;
    watch_session_forget(s);
    free(s->flights[0].list);
    free(s->flights[1].list);
    free(s->subs);
    buf_release(&s->client_id);
    free(s);
}

struct mqtt_watch_sessions *
mqtt_watch_sessions_new(void)
{
    return xcalloc(1, sizeof(struct mqtt_watch_sessions));
}

void
mqtt_watch_sessions_free(struct mqtt_watch_sessions *s)
{
    size_t at = 0;
    struct watch_session *one;
    if (!s)
        return;
    while ((one = map_next(&s->by_id, &at)))
        watch_session_free(one);
    map_release(&s->by_id);
    free(s);
}

/* --- storing -------------------------------------------------------------- */

static bool
is_expired(const struct watch_session *s, int64_t now_us)
{
    return !s->owner && s->expires_us >= 0 &&
           now_us - s->left_us > s->expires_us;
}

/* What is stored for this client id; NULL: nothing is known. */
const struct watch_session *
watch_session_stored(const struct mqtt_watch *w, int64_t time_us)
{
    (void)time_us;
    return w->client_id.len ? map_get(&w->sessions->by_id, w->client_id) : NULL;
}

static void
take_out(struct mqtt_watch_sessions *all, struct watch_session *s)
{
    map_remove(&all->by_id, buf_slice(&s->client_id));
    if (s->owner) {
        s->owner->session = watch_session_new();
        s->owner->is_session_shared = false;
    }
    watch_session_free(s);
}

static void
put_in(struct mqtt_watch *w)
{
    struct watch_session *s = w->session;
    s->version = w->version;
    if (!w->client_id.len || w->sessions->by_id.count >= WATCH_SESSIONS_MAX)
        return;
    buf_clear(&s->client_id);
    buf_add(&s->client_id, w->client_id);
    map_put(&w->sessions->by_id, buf_slice(&s->client_id), s);
    w->is_session_shared = true;
}

/* --- CONNACK: which session is it? ---------------------------------------- */

static void
resume_flight(struct watch_flight *f)
{
    f->is_here = f->is_released_here = f->is_resent = false;
    f->asked_again = 0;
    f->received_order = 0;
}

static void
take_over(struct watch_session *s, int64_t time_us)
{
    struct mqtt_watch *old = s->owner;
    if (!old)
        return;
    old->is_taken_over = true;
    old->taken_over_us = time_us;
    old->session = watch_session_new();
    old->is_session_shared = false;
    s->owner = NULL;
}

static void
resume(struct mqtt_watch *w, struct watch_session *s)
{
    watch_session_free(w->session);
    w->session = s;
    s->owner = w;
    w->is_session_shared = true;
    for (int i = 0; i < 2; i++) {
        struct watch_flights *f = &s->flights[i];
        for (size_t k = f->count; k-- > 0;)
            if (f->list[k].type == MQTT_PUBLISH)
                resume_flight(&f->list[k]);
            else
                watch_flight_settle(f, &f->list[k]);
    }
}

/* Whether a session of one version is one of another is said nowhere, nor
 * whether one that ends takes the other with it. */
static bool
is_other(const struct mqtt_watch *w, const struct watch_session *old)
{
    return old && (old->is_mixed || old->version != w->version);
}

static void
note_accepted(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_session *old =
        w->client_id.len ? map_get(&w->sessions->by_id, w->client_id) : NULL;
    /* 3.1 says nothing of sessions in CONNACK: it goes on if it was kept. */
    bool goes_on = w->version == MQTT_31 ? !w->clean_start && old &&
                                               !old->is_gone
                                         : e->p->session_present;
    /* A server that denies a session which it has to have may have it still. */
    bool is_denied = w->version == MQTT_311 && !goes_on && !w->clean_start &&
                     old && (old->owner ? !old->owner->clean_start
                                        : old->is_kept);
    if (old)
        take_over(old, e->time_us);
    w->is_resumed = goes_on || (w->version == MQTT_31 && !w->clean_start);
    w->session->is_mixed = is_other(w, old);
    if (goes_on && old && !old->is_gone && !w->session->is_mixed &&
        w->session->flights[0].count == 0) {
        resume(w, old);
        return;
    }
    if (old)
        take_out(w->sessions, old);
    /* With flights before CONNACK a resumed session is too hard to tell. */
    w->session->is_known = w->has_started && !w->is_resumed && !is_denied &&
                           !w->side[0].has_gap && !w->side[1].has_gap;
    w->session->subs_blind |= !w->session->is_known;
    w->session->owner = w;
    put_in(w);
}

static void
note_session(struct mqtt_watch *w, const struct watch_event *e)
{
    bool accepted = e->p->type == MQTT_CONNACK && w->connacks == 1 &&
                    e->number == w->connack && watch_reason(e->p) == 0;
    if (accepted && w->connect)
        note_accepted(w, e);
}

/* --- the end -------------------------------------------------------------- */

void
watch_session_leave(struct mqtt_watch *w, int64_t time_us)
{
    struct watch_session *s = w->session;
    w->session = NULL;
    if (!s)
        return;
    if (!w->is_session_shared) {
        watch_session_free(s);
        return;
    }
    bool is_kept = w->version == MQTT_50 ? w->session_expiry > 0
                                         : !w->clean_start;
    s->owner = NULL;
    s->left_us = time_us;
    s->is_kept = is_kept;
    s->expires_us = w->version == MQTT_50 && w->session_expiry != UINT32_MAX
                        ? (int64_t)w->session_expiry * 1000000
                        : -1;
    /* Whether a connection that broke off ended for the server too, and when,
     * is not known: only an orderly end proves that nothing is kept. */
    s->is_gone = !is_kept && w->side[0].goodbye;
    if (!is_kept) {
        watch_session_forget(s);
        s->is_known = false;
    }
}

/* --- rules ---------------------------------------------------------------- */

/* Session Present, though the last session was over with its connection. */
static bool
is_present_from_nothing(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_session *s = watch_session_stored(w, e->time_us);
    return e->p->session_present && !w->clean_start && w->connects == 1 && s &&
           !s->owner && !is_other(w, s) &&
           (s->is_gone || (s->is_kept && is_expired(s, e->time_us - 60000000)));
}

/* How long a server may keep a session of 3.1.1 is policy, and a restart may
 * cost it (4.1.1): who was away for longer than this may have met either. */
enum { AWAY_US = 2000000 };

static bool
is_forgotten(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_session *s = watch_session_stored(w, e->time_us);
    return watch_reason(e->p) == 0 && !e->p->session_present &&
           !w->clean_start && w->connects == 1 && s && s->is_known &&
           s->is_kept && !s->owner && !is_other(w, s) &&
           e->time_us - s->left_us <= AWAY_US;
}

/* The session goes on, and what waited for an answer was not sent again. */
static bool
is_left_behind(struct mqtt_watch *w, struct watch_event *e, int side)
{
    struct watch_flights *f = &w->session->flights[side];
    if (!w->is_resumed || !w->connack || f->is_blind ||
        e->time_us - w->connack_us < WATCH_PATIENCE_US)
        return false;
    for (size_t i = 0; i < f->count; i++) {
        struct watch_flight *one = &f->list[i];
        if (one->type != MQTT_PUBLISH || one->is_here ||
            one->is_released_here || one->may_expire ||
            (side == 1 && watch_flight_may_be_too_large(w, one)))
            continue;
        e->earlier = one->number;
        return true;
    }
    return false;
}

static bool
is_left_by_client(struct mqtt_watch *w, struct watch_event *e)
{
    return is_left_behind(w, e, 0);
}

static bool
is_left_by_server(struct mqtt_watch *w, struct watch_event *e)
{
    return is_left_behind(w, e, 1);
}

/* Two connections with one client id: the old one is still served. */
static bool
is_served_after_takeover(struct mqtt_watch *w, struct watch_event *e)
{
    return w->is_taken_over && e->time_us - w->taken_over_us > 2000000 &&
           e->p->type != MQTT_DISCONNECT;
}

/* clang-format off */
static const struct watch_row rows[] = {
/*   when         by           versions    needs       is broken when */
    {P(CONNACK),  FROM_SERVER, V_311 | V_5, SEES_ALL,  is_present_from_nothing,
     {"MQTT-3.2.2-3 MQTT-4.1.0-2", "MQTT311-3.2.2-3 MQTT311-3.1.2-6", "3.2.2.1.1", WATCH_MUST,
      "Session Present, though the last session ended with its connection",
      "CONNACK with Session Present 0"}},
    {P(CONNACK),  FROM_SERVER, V_311,      SEES_ALL,   is_forgotten,
     {NULL, "MQTT311-3.2.2-2 MQTT311-3.1.2-4", "3.2.2.2", WATCH_MUST,
      "Session Present 0, though a session is stored",
      "CONNACK with Session Present 1"}},
    {W_END,       FROM_CLIENT, V_311 | V_5, SEES_KNOWN, is_left_by_client,
     {"MQTT-4.4.0-1", "MQTT311-4.4.0-1", "4.4", WATCH_MUST,
      "the session went on, and an exchange that was open was not resumed",
      "the PUBLISH or PUBREL again, under its old identifier"}},
    {W_END,       FROM_SERVER, V_311 | V_5, SEES_KNOWN, is_left_by_server,
     {"MQTT-4.4.0-1", "MQTT311-4.4.0-1", "4.4", WATCH_MUST,
      "the session went on, and an exchange that was open was not resumed",
      "the PUBLISH or PUBREL again, under its old identifier"}},
    {W_ANY,       FROM_SERVER, V_ALL,      SEES_LIFE,  is_served_after_takeover,
     {"MQTT-3.1.4-3", "MQTT311-3.1.4-2", "3.1.4", WATCH_MUST,
      "still served, though another connection took over its Client Identifier",
      "the end of this connection, in 5.0 after DISCONNECT 0x8e"}},
};
/* clang-format on */

const struct watch_concern watch_session_concern =
    WATCH_CONCERN(rows, note_session);
