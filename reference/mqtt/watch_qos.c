/* watch_qos.c - exchanges with a Packet Identifier, in both directions (4.3).
 * SPDX-License-Identifier: MIT
 *
 * Each side has identifiers of its own (2.2.1), so there are two lists of open
 * exchanges per session. flow.h says what an end has to do; here stands what
 * its packets give away when it did something else. A resend after a resumed
 * session is told from a new message by what is remembered: QoS, topic and
 * payload as a digest.                                                       */
#include "base/hash.h"
#include "mqtt/reason.h"
#include "mqtt/watch_state.h"

/* --- looking -------------------------------------------------------------- */

/* Is it the same message? A resend may use an alias where the first sending
 * had a topic, so QoS and payload have to do. */
static uint64_t
digest_of(const struct watch_event *e)
{
    const struct mqtt_packet *p = e->p;
    return MQTT_HAS(p, payload) ? hash_bytes(p->qos, p->payload) | 1 : 0;
}

static struct watch_flights *
begun_by(struct mqtt_watch *w, enum mqtt_side side)
{
    return &w->session->flights[watch_index(side)];
}

static bool
is_complete(const struct mqtt_watch *w, enum mqtt_side side)
{
    return !w->session->flights[watch_index(side)].is_blind;
}

/* --- PUBLISH, SUBSCRIBE, UNSUBSCRIBE: the identifier ---------------------- */

static bool
is_same_message(const struct watch_flight *f, const struct watch_event *e)
{
    return f && f->type == MQTT_PUBLISH && f->digest == digest_of(e) &&
           f->qos == e->p->qos;
}

/* Not a resend: another message, or another kind of packet. */
static bool
is_id_in_use(struct mqtt_watch *w, struct watch_event *e)
{
    struct watch_flight *f = e->flight;
    if (!f || (e->p->type == MQTT_PUBLISH && e->p->qos == 0))
        return false;
    e->earlier = f->number;
    /* What expired meanwhile need not be sent again (5.0, 3.3.2.3.3). */
    if (!f->is_here && (f->may_expire || f->type != MQTT_PUBLISH))
        return false;
    if (e->from == FROM_SERVER && watch_flight_may_be_too_large(w, f))
        return false;
    return e->p->type != MQTT_PUBLISH || !is_same_message(f, e);
}

static bool
is_id_in_use_qos_1(struct mqtt_watch *w, struct watch_event *e)
{
    return e->p->qos == 1 && is_id_in_use(w, e);
}

static bool
is_id_in_use_qos_2(struct mqtt_watch *w, struct watch_event *e)
{
    return e->p->qos == 2 && is_id_in_use(w, e);
}

static bool
is_resent_without_dup(struct mqtt_watch *w, struct watch_event *e)
{
    (void)w;
    if (!is_same_message(e->flight, e) || e->flight->step == STEP_RELEASED)
        return false;
    e->earlier = e->flight->number;
    return !e->p->dup;
}

/* 5.0: nothing is sent again on the connection that it was sent on. */
static bool
is_resent_here(struct mqtt_watch *w, struct watch_event *e)
{
    (void)w;
    if (!is_same_message(e->flight, e) || !e->flight->is_here || !e->p->dup ||
        e->flight->step == STEP_RELEASED)
        return false;
    e->earlier = e->flight->number;
    return true;
}

static bool
is_publish_after_pubrel(struct mqtt_watch *w, struct watch_event *e)
{
    (void)w;
    if (!is_same_message(e->flight, e) || e->flight->step != STEP_RELEASED)
        return false;
    e->earlier = e->flight->number;
    return true;
}

static const struct watch_settled *
settled(struct mqtt_watch *w, const struct watch_event *e)
{
    const struct watch_flights *f = begun_by(w, e->from);
    for (size_t i = 0; i < WATCH_SETTLED; i++)
        if (f->settled[i].id == e->p->packet_id && f->settled[i].number &&
            f->settled[i].digest == digest_of(e))
            return &f->settled[i];
    return NULL;
}

/* A first sending with DUP: on a new session nothing can have gone before. */
static bool
is_new_with_dup(struct mqtt_watch *w, struct watch_event *e)
{
    return !e->flight && e->p->dup && !w->is_resumed &&
           is_complete(w, e->from) && !settled(w, e);
}

static bool
is_new_with_dup_1(struct mqtt_watch *w, struct watch_event *e)
{
    return e->p->qos == 1 && is_new_with_dup(w, e);
}

static bool
is_new_with_dup_2(struct mqtt_watch *w, struct watch_event *e)
{
    return e->p->qos == 2 && is_new_with_dup(w, e);
}

static bool
is_resent_though_settled(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_settled *s =
        e->p->qos && e->p->dup && !e->flight && !w->is_resumed
            ? settled(w, e)
            : NULL;
    if (s)
        e->earlier = s->number;
    return s != NULL;
}

/* --- PUBACK, PUBREC, PUBREL, PUBCOMP -------------------------------------- */

/* A PUBREL after a refusal is needless, but nothing in 5.0 forbids it: 4.3.3
 * says when there has to be one, and its identifier is that of the PUBLISH. */
static bool
is_release_of_refused(struct mqtt_watch *w, const struct watch_event *e)
{
    const struct watch_flights *f = begun_by(w, e->from);
    for (size_t i = 0; e->p->type == MQTT_PUBREL && i < WATCH_SETTLED; i++)
        if (f->settled[i].is_refused && f->settled[i].id == e->p->packet_id)
            return true;
    return false;
}

static bool
is_answer_to_nothing(struct mqtt_watch *w, struct watch_event *e)
{
    enum mqtt_side sender =
        e->p->type == MQTT_PUBREL ? e->from : watch_other(e->from);
    if (e->p->packet_id == 0 || w->is_resumed || !is_complete(w, sender))
        return false;
    if (w->has_stray &&
        (e->p->type == MQTT_PUBCOMP || e->p->type == MQTT_PUBREL))
        return false;
    /* 0x92 answers an identifier that is not known (3.6.2.1). */
    if (watch_reason(e->p) == 0x92)
        return false;
    if (is_release_of_refused(w, e))
        return false;
    return !e->flight || e->flight->type != MQTT_PUBLISH;
}

static bool
is_wrong_answer(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_flight *f = e->flight;
    (void)w;
    if (!f || f->type != MQTT_PUBLISH || !f->is_here)
        return false;
    e->earlier = f->number;
    return (e->p->type == MQTT_PUBACK && f->qos == 2) ||
           (e->p->type == MQTT_PUBREC && f->qos == 1);
}

static bool
is_pubrel_too_early(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_flight *f = e->flight;
    (void)w;
    if (!f || f->type != MQTT_PUBLISH || !f->is_here)
        return false;
    e->earlier = f->number;
    return f->qos == 2 && f->step == STEP_SENT;
}

static bool
is_pubrel_again(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_flight *f = e->flight;
    (void)w;
    if (!f || f->type != MQTT_PUBLISH)
        return false;
    e->earlier = f->number;
    return f->step == STEP_RELEASED && f->is_released_here && !f->asked_again;
}

static bool
is_pubcomp_too_early(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_flight *f = e->flight;
    (void)w;
    if (!f || f->type != MQTT_PUBLISH || !f->is_here)
        return false;
    e->earlier = f->number;
    return f->step != STEP_RELEASED;
}

/* --- rows ----------------------------------------------------------------- */

#define REQUESTS (P(SUBSCRIBE) | P(UNSUBSCRIBE))

/* clang-format off */
static const struct watch_row rows[] = {
/*   when         by           versions needs       is broken when */
    {P(PUBLISH),  FROM_CLIENT, V_ALL,   SEES_ALL,   is_id_in_use_qos_1,
     {"MQTT-2.2.1-3 MQTT-4.3.2-1", "MQTT311-2.3.1-2 MQTT311-4.3.2-1 MQTT311-2.3.1-3", "2.2.1", WATCH_MUST,
      "a Packet Identifier that is in use", "an identifier that is free"}},
    {P(PUBLISH),  FROM_CLIENT, V_ALL,   SEES_ALL,   is_id_in_use_qos_2,
     {"MQTT-2.2.1-3 MQTT-4.3.3-1", "MQTT311-2.3.1-2 MQTT311-4.3.3-1 MQTT311-2.3.1-3", "2.2.1", WATCH_MUST,
      "a Packet Identifier that is in use", "an identifier that is free"}},
    {REQUESTS,    FROM_CLIENT, V_ALL,   SEES_ALL,   is_id_in_use,
     {"MQTT-2.2.1-3", "MQTT311-2.3.1-2", "2.2.1", WATCH_MUST,
      "a Packet Identifier that is in use", "an identifier that is free"}},
    {P(PUBLISH),  FROM_SERVER, V_ALL,   SEES_ALL,   is_id_in_use_qos_1,
     {"MQTT-2.2.1-4 MQTT-4.3.2-1", "MQTT311-2.3.1-4 MQTT311-4.3.2-1", "2.2.1", WATCH_MUST,
      "a Packet Identifier that is in use", "an identifier that is free"}},
    {P(PUBLISH),  FROM_SERVER, V_ALL,   SEES_ALL,   is_id_in_use_qos_2,
     {"MQTT-2.2.1-4 MQTT-4.3.3-1", "MQTT311-2.3.1-4 MQTT311-4.3.3-1", "2.2.1", WATCH_MUST,
      "a Packet Identifier that is in use", "an identifier that is free"}},
    {P(PUBLISH),  FROM_ANY,    V_ALL,   SEES_ALL,   is_resent_without_dup,
     {"MQTT-3.3.1-1", "MQTT311-3.3.1-1", "3.3.1.1", WATCH_MUST,
      "sent again without DUP", "DUP 1"}},
    {P(PUBLISH),  FROM_ANY,    V_5,     SEES_ALL,   is_resent_here,
     {"MQTT-4.4.0-1", NULL, "4.4", WATCH_MUST,
      "sent again on the same connection", "a resend only after a reconnect"}},
    {P(PUBLISH),  FROM_ANY,    V_ALL,   SEES_ALL,   is_publish_after_pubrel,
     {"MQTT-4.3.3-6", "MQTT311-4.3.3-1", "4.3.3", WATCH_MUST,
      "PUBLISH again, though PUBREL was sent", "PUBREL again, if anything"}},
    {P(PUBLISH),  FROM_ANY,    V_ALL,   SEES_KNOWN, is_new_with_dup_1,
     {"MQTT-4.3.2-2 MQTT-3.3.1-3", "MQTT311-4.3.2-1 MQTT311-3.3.1-3", "4.3.2", WATCH_MUST,
      "DUP on what is sent for the first time", "DUP 0"}},
    {P(PUBLISH),  FROM_ANY,    V_ALL,   SEES_KNOWN, is_new_with_dup_2,
     {"MQTT-4.3.3-2 MQTT-3.3.1-3", "MQTT311-4.3.3-1 MQTT311-3.3.1-3", "4.3.3", WATCH_MUST,
      "DUP on what is sent for the first time", "DUP 0"}},
    {P(PUBLISH),  FROM_ANY,    V_5,     SEES_KNOWN, is_resent_though_settled,
     {"MQTT-4.4.0-2", NULL, "4.4", WATCH_MUST,
      "sent again, though it was acknowledged", "nothing: the matter was settled"}},
    {P(PUBACK) | P(PUBREC) | P(PUBREL), FROM_ANY, V_ALL, SEES_KNOWN, is_answer_to_nothing,
     {"MQTT-2.2.1-5", "MQTT311-2.3.1-6", "2.2.1", WATCH_MUST,
      "no PUBLISH with that Packet Identifier is open", "the identifier of the PUBLISH"}},
    {P(PUBCOMP),  FROM_ANY,    V_ALL,   SEES_KNOWN, is_answer_to_nothing,
     {"MQTT-2.2.1-5", "MQTT311-4.3.3-2", "2.2.1", WATCH_MUST,
      "no PUBREL with that Packet Identifier is open", "the identifier of the PUBREL"}},
    {P(PUBACK),   FROM_ANY,    V_ALL,   SEES_ALL,   is_wrong_answer,
     {"MQTT-3.3.4-1 MQTT-4.3.3-8", "MQTT311-3.3.4-1 MQTT311-4.3.3-2", "3.3.4", WATCH_MUST,
      "PUBACK in answer to QoS 2", "PUBREC"}},
    {P(PUBREC),   FROM_ANY,    V_ALL,   SEES_ALL,   is_wrong_answer,
     {"MQTT-3.3.4-1 MQTT-4.3.2-4", "MQTT311-3.3.4-1 MQTT311-4.3.2-2", "3.3.4", WATCH_MUST,
      "PUBREC in answer to QoS 1", "PUBACK"}},
    {P(PUBREL),   FROM_ANY,    V_ALL,   SEES_ALL,   is_pubrel_too_early,
     {"MQTT-4.3.3-3", "MQTT311-4.3.3-1", "4.3.3", WATCH_MUST,
      "PUBREL before PUBREC came", "PUBREL in answer to PUBREC"}},
    {P(PUBREL),   FROM_ANY,    V_5,     SEES_ALL,   is_pubrel_again,
     {"MQTT-4.4.0-1", NULL, "4.4", WATCH_MUST,
      "PUBREL again on the same connection", "a resend only after a reconnect"}},
    {P(PUBCOMP),  FROM_ANY,    V_ALL,   SEES_ALL,   is_pubcomp_too_early,
     {"MQTT-4.3.3-11", "MQTT311-4.3.3-2", "4.3.3", WATCH_MUST,
      "PUBCOMP before PUBREL came", "PUBCOMP in answer to PUBREL"}},
};
/* clang-format on */

/* --- taking note ---------------------------------------------------------- */

static void
note_begun(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_flights *list = begun_by(w, e->from);
    struct watch_flight *f = e->flight;
    bool again = f && e->p->type == MQTT_PUBLISH && is_same_message(f, e);
    if (e->p->packet_id == 0)
        return;
    if (again && f->is_here)
        f->extra += f->extra < 200;
    if (again) {
        f->is_resent |= !f->is_here;
        f->is_here = true;
        f->time_us = e->time_us;
        return;
    }
    uint8_t extra = f ? f->extra + (f->extra < 200) : 0;
    if (f)
        watch_flight_settle(list, f);
    f = watch_flight_add(list, e->p->packet_id);
    f->type = (uint8_t)e->p->type;
    f->qos = e->p->type == MQTT_PUBLISH ? e->p->qos : 0;
    f->number = e->number;
    f->time_us = e->time_us;
    f->order = ++w->session->order;
    f->is_here = true;
    f->extra = extra;
    f->digest = e->p->type == MQTT_PUBLISH ? digest_of(e) : 0;
    f->may_expire = watch_has(e->p, MQTT_P_message_expiry_interval);
    f->has_alias = watch_has(e->p, MQTT_P_topic_alias);
    f->len = (uint32_t)e->len;
    f->identifier = mqtt_property_number(
        watch_properties(e->p), MQTT_P_subscription_identifier, 0);
    if (e->p->type != MQTT_PUBLISH && MQTT_HAS(e->p, filters))
        buf_add(&f->request, slice_first(e->p->filters, 65536));
}

static void
finish(struct mqtt_watch *w, const struct watch_event *e)
{
    if (e->flight->extra) {
        e->flight->extra--;
        return;
    }
    watch_flight_settle(begun_by(w, watch_other(e->from)), e->flight);
}

static void
note_received(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_flight *f = e->flight;
    if (mqtt_reason_failed(watch_reason(e->p))) {
        struct watch_flights *list = begun_by(w, watch_other(e->from));
        unsigned at = list->settled_at;
        finish(w, e);
        if (list->settled_at != at)
            list->settled[at % WATCH_SETTLED].is_refused = true;
        return;
    }
    if (f->step == STEP_SENT)
        f->step = STEP_RECEIVED;
    else
        f->asked_again += f->asked_again < 200;
    f->received_order = ++w->session->order;
    f->time_us = e->time_us;
}

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_flight *f = e->flight;
    if (!w->session)
        return;
    w->has_stray |=
        !f && (e->p->type == MQTT_PUBREC || e->p->type == MQTT_PUBREL);
    switch (e->p->type) {
    case MQTT_PUBLISH:
        if (e->p->qos && MQTT_HAS(e->p, packet_id))
            note_begun(w, e);
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        if (MQTT_HAS(e->p, packet_id))
            note_begun(w, e);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBCOMP:
        if (f && f->type == MQTT_PUBLISH)
            finish(w, e);
        break;
    case MQTT_PUBREC:
        if (f && f->type == MQTT_PUBLISH)
            note_received(w, e);
        break;
    case MQTT_PUBREL:
        if (f && f->type == MQTT_PUBLISH) {
            if (f->step == STEP_RELEASED && f->asked_again)
                f->asked_again--;
            f->step = STEP_RELEASED;
            f->is_released_here = true;
            f->time_us = e->time_us;
        }
        break;
    default: break;
    }
}

const struct watch_concern watch_qos = WATCH_CONCERN(rows, note);
