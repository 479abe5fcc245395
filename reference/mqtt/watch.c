/* watch.c - observer of one connection: asks the rows, keeps the order.
 * SPDX-License-Identifier: MIT                                               */
#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/watch_state.h"

/* Rules of an early concern are told first. Sessions come first in taking
 * note: everyone after them finds the right one. */
static const struct watch_concern *const concerns[] = {
    &watch_connect, &watch_session_concern, &watch_auth, &watch_qos,
    &watch_order,   &watch_flow,            &watch_alias, &watch_subscribe,
    &watch_keep_alive,
};
enum { CONCERNS = sizeof concerns / sizeof *concerns };

static const struct watch_row *
row_at(size_t index)
{
    for (size_t i = 0; i < CONCERNS; index -= concerns[i++]->count)
        if (index < concerns[i]->count)
            return &concerns[i]->rows[index];
    return NULL;
}

const struct mqtt_watch_rule *
mqtt_watch_rule_at(size_t index)
{
    const struct watch_row *row = row_at(index);
    return row ? &row->rule : NULL;
}

bool
mqtt_watch_was_tried(const struct mqtt_watch_sessions *s, size_t index)
{
    return index < WATCH_RULES_MAX && (s->tried[index / 64] >> index % 64 & 1);
}

/* --- life ----------------------------------------------------------------- */

struct mqtt_watch *
mqtt_watch_new(struct mqtt_watch_sessions *sessions, mqtt_watch_found *found,
               void *user)
{
    struct mqtt_watch *w = xcalloc(1, sizeof *w);
    w->sessions = sessions;
    w->found = found;
    w->user = user;
    w->session = watch_session_new();
    for (int i = 0; i < 2; i++)
        w->side[i].receive_maximum = 65535;
    w->maximum_qos = 2;
    w->retain_available = w->wildcard_available = true;
    w->identifiers_available = w->shared_available = true;
    return w;
}

void
mqtt_watch_free(struct mqtt_watch *w)
{
    if (!w)
        return;
    if (!w->is_over)
        watch_session_leave(w, w->side[0].last_us);
    for (int i = 0; i < 2; i++)
        watch_aliases_release(&w->side[i].aliases);
    buf_release(&w->id_copy);
    buf_release(&w->method);
    free(w);
}

/* --- asking --------------------------------------------------------------- */

static unsigned
sees(const struct mqtt_watch *w)
{
    unsigned s = 0;
    if (w->has_started)
        s |= SEES_START;
    if (!w->side[0].has_gap)
        s |= SEES_CLIENT;
    if (!w->side[1].has_gap)
        s |= SEES_SERVER;
    if (w->connack && w->connack_reason == 0)
        s |= SEES_CONNACK;
    if (w->session && w->session->is_known)
        s |= SEES_SESSION;
    return s;
}

static void
tell(struct mqtt_watch *w, const struct watch_row *row,
     const struct watch_event *e)
{
    const char *ids =
        w->version == MQTT_50 ? row->rule.ids5 : row->rule.ids311;
    struct mqtt_finding f = {
        .rule = &row->rule,
        .ids = ids ? ids : "",
        .by = e->p ? e->from : (enum mqtt_side)row->by,
        .packet = e->number,
        .earlier = e->earlier,
        .time_us = e->time_us,
    };
    w->found(w->user, &f);
}

static void
ask(struct mqtt_watch *w, struct watch_event *e)
{
    uint32_t when = e->p ? 1u << e->p->type : W_END;
    unsigned seen = sees(w);
    size_t index = 0;
    for (size_t i = 0; i < CONCERNS; i++)
        for (size_t k = 0; k < concerns[i]->count; k++, index++) {
            const struct watch_row *row = &concerns[i]->rows[k];
            if (!(row->when & when) || (e->p && !(row->by & e->from)) ||
                !mqtt_version_in(w->version, row->versions) ||
                (row->needs & ~seen))
                continue;
            w->sessions->tried[index / 64] |= (uint64_t)1 << index % 64;
            e->earlier = 0;
            if (row->is_broken(w, e))
                tell(w, row, e);
        }
}

/* The exchange that a packet goes on with, by who began it. */
static struct watch_flight *
flight_of(struct mqtt_watch *w, const struct watch_event *e)
{
    enum mqtt_side begun_by = e->from;
    if (!w->session || !MQTT_HAS(e->p, packet_id))
        return NULL;
    switch (e->p->type) {
    case MQTT_PUBLISH:
        if (e->p->qos == 0)
            return NULL;
        break;
    case MQTT_PUBREL:
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE: break;
    default: begun_by = watch_other(e->from);
    }
    return watch_flight_find(&w->session->flights[watch_index(begun_by)],
                             e->p->packet_id);
}

/* --- taking note ---------------------------------------------------------- */

static void
note_side(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_side *s = &w->side[watch_index(e->from)];
    s->packets++;
    s->last_us = e->time_us;
    s->last_number = e->number;
}

void
mqtt_watch_packet(struct mqtt_watch *w, const struct mqtt_watch_packet *p)
{
    struct watch_event e = {.p = p->packet, .from = p->from,
                            .time_us = p->time_us, .number = p->number,
                            .len = p->len, .is_damaged = p->is_damaged};
    bool is_first = w->side[0].packets == 0 && p->from == FROM_CLIENT;
    if (w->is_over)
        return;
    if (is_first && !w->side[0].has_gap)
        w->version = p->packet->version;
    if (is_first && p->packet->type == MQTT_CONNECT && !w->side[0].has_gap)
        w->has_started = true;
    e.flight = flight_of(w, &e);
    if (w->version != MQTT_NO_VERSION && !p->is_damaged)
        ask(w, &e);
    for (size_t i = 0; i < CONCERNS; i++) {
        /* The session may have changed hands in the step before. */
        e.flight = flight_of(w, &e);
        concerns[i]->note(w, &e);
    }
    note_side(w, &e);
    /* What the damage hid is as good as missing. */
    if (p->is_damaged)
        mqtt_watch_gap(w, p->from);
}

void
mqtt_watch_gap(struct mqtt_watch *w, enum mqtt_side side)
{
    w->side[watch_index(side)].has_gap = true;
    if (!w->session)
        return;
    watch_session_forget(w->session);
    w->session->is_known = false;
    w->session->subs_blind = true;
}

void
mqtt_watch_close(struct mqtt_watch *w, enum mqtt_side by, int64_t time_us)
{
    struct watch_event e = {.from = by, .time_us = time_us};
    if (w->is_over)
        return;
    if (w->version != MQTT_NO_VERSION)
        ask(w, &e);
    watch_session_leave(w, time_us);
    w->is_over = true;
}
