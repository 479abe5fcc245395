/* watch_flow.c - what the peer said that it can take: how many, how large.
 * SPDX-License-Identifier: MIT
 *
 * CONNECT and CONNACK announce limits (4.9, 3.1.2.11, 3.2.2.3). A client that
 * sends before CONNACK came cannot know them; nobody is accused of that.     */
#include "mqtt/watch_state.h"

/* --- Receive Maximum ------------------------------------------------------ */

/* Messages of that side that its peer still holds, on this connection. */
static size_t
held(const struct watch_flights *f, uint64_t *first, bool *has_resent)
{
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (f->list[i].type != MQTT_PUBLISH || !f->list[i].is_here)
            continue;
        if (n++ == 0)
            *first = f->list[i].number;
        *has_resent |= f->list[i].is_resent;
    }
    return n;
}

static bool
is_above(struct mqtt_watch *w, struct watch_event *e, bool wants_resent)
{
    const struct watch_flights *f = &w->session->flights[watch_index(e->from)];
    bool has_resent = e->flight && !e->flight->is_here;
    if (e->p->qos == 0 || f->is_blind || (e->flight && e->flight->is_here))
        return false;
    return held(f, &e->earlier, &has_resent) >=
               w->side[watch_index(watch_other(e->from))].receive_maximum &&
           has_resent == wants_resent;
}

static bool
is_above_receive_maximum(struct mqtt_watch *w, struct watch_event *e)
{
    return is_above(w, e, false);
}

static bool
is_above_with_resends(struct mqtt_watch *w, struct watch_event *e)
{
    return is_above(w, e, true);
}

/* --- Maximum Packet Size -------------------------------------------------- */

static bool
is_oversized(const struct mqtt_watch *w, const struct watch_event *e)
{
    uint32_t max =
        w->side[watch_index(watch_other(e->from))].maximum_packet_size;
    return max && e->len > max;
}

static bool
is_too_large_by_reason(struct mqtt_watch *w, struct watch_event *e)
{
    return is_oversized(w, e) && watch_has(e->p, MQTT_P_reason_string);
}

static bool
is_too_large_by_user_property(struct mqtt_watch *w, struct watch_event *e)
{
    return is_oversized(w, e) && watch_has(e->p, MQTT_P_user_property);
}

static bool
is_too_large(struct mqtt_watch *w, struct watch_event *e)
{
    bool could_shrink = e->p->type != MQTT_PUBLISH &&
                        (is_too_large_by_reason(w, e) ||
                         is_too_large_by_user_property(w, e));
    return is_oversized(w, e) && !could_shrink;
}

/* --- Maximum QoS, Retain Available, subscriptions ------------------------- */

static bool
is_qos_above(struct mqtt_watch *w, struct watch_event *e)
{
    return e->p->qos > w->maximum_qos;
}

static bool
is_retain_unavailable(struct mqtt_watch *w, struct watch_event *e)
{
    return e->p->retain && !w->retain_available;
}

static bool
is_identifier_unavailable(struct mqtt_watch *w, struct watch_event *e)
{
    return !w->identifiers_available &&
           watch_has(e->p, MQTT_P_subscription_identifier);
}

static bool
any_filter(const struct watch_event *e, bool (*is_so)(struct slice filter))
{
    struct slice rest = e->p->filters;
    struct mqtt_filter f;
    while (MQTT_HAS(e->p, filters) && mqtt_filter_next(e->p, &rest, &f))
        if (is_so(f.filter))
            return true;
    return false;
}

static bool
has_wildcard(struct slice filter)
{
    return memchr(filter.ptr, '#', filter.len) ||
           memchr(filter.ptr, '+', filter.len);
}

static bool
is_share(struct slice filter)
{
    return slice_starts(filter, "$share/");
}

static bool
is_wildcard_unavailable(struct mqtt_watch *w, struct watch_event *e)
{
    return !w->wildcard_available && any_filter(e, has_wildcard);
}

static bool
is_share_unavailable(struct mqtt_watch *w, struct watch_event *e)
{
    return !w->shared_available && any_filter(e, is_share);
}

/* --- rows ----------------------------------------------------------------- */

#define TOO_LARGE(type, side, reason_id, user_id, where) \
    {P(type), side, V_5, SEES_LIFE, is_too_large_by_reason, \
     {reason_id, NULL, where, WATCH_MUST, \
      "too large for the peer because of its Reason String", "the packet without it"}}, \
    {P(type), side, V_5, SEES_LIFE, is_too_large_by_user_property, \
     {user_id, NULL, where, WATCH_MUST, \
      "too large for the peer because of its User Properties", "the packet without them"}}

/* clang-format off */
static const struct watch_row rows[] = {
/*   when         by           versions needs       is broken when */
    {P(PUBLISH),  FROM_CLIENT, V_5,     SEES_LIFE,  is_above_receive_maximum,
     {"MQTT-3.3.4-7 MQTT-4.9.0-2", NULL, "4.9", WATCH_MUST,
      "more messages in flight than the server's Receive Maximum", "to wait for an acknowledgement"}},
    {P(PUBLISH),  FROM_SERVER, V_5,     SEES_LIFE,  is_above_receive_maximum,
     {"MQTT-3.3.4-9 MQTT-4.9.0-2", NULL, "4.9", WATCH_MUST,
      "more messages in flight than the client's Receive Maximum", "to wait for an acknowledgement"}},
    {P(PUBLISH),  FROM_CLIENT, V_5,     SEES_LIFE,  is_above_with_resends,
     {"MQTT-4.9.0-1 MQTT-3.3.4-7 MQTT-4.9.0-2", NULL, "4.9", WATCH_MUST,
      "more in flight than the server's Receive Maximum, with what was sent again", "resends take their share of the quota"}},
    {P(PUBLISH),  FROM_SERVER, V_5,     SEES_LIFE,  is_above_with_resends,
     {"MQTT-4.9.0-1 MQTT-3.3.4-9 MQTT-4.9.0-2", NULL, "4.9", WATCH_MUST,
      "more in flight than the client's Receive Maximum, with what was sent again", "resends take their share of the quota"}},
    {W_ANY,       FROM_SERVER, V_5,     SEES_START | SEES_CLIENT, is_too_large,
     {"MQTT-3.1.2-24", NULL, "3.1.2.11.4", WATCH_MUST,
      "larger than the client's Maximum Packet Size", "not to send it"}},
    {W_ANY,       FROM_CLIENT, V_5,     SEES_LIFE,  is_too_large,
     {"MQTT-3.2.2-15", NULL, "3.2.2.3.6", WATCH_MUST,
      "larger than the server's Maximum Packet Size", "not to send it"}},
    {P(CONNACK),  FROM_SERVER, V_5,     SEES_START | SEES_CLIENT, is_too_large_by_reason,
     {"MQTT-3.2.2-19", NULL, "3.2.2.3.9", WATCH_MUST,
      "too large for the peer because of its Reason String", "the packet without it"}},
    {P(CONNACK),  FROM_SERVER, V_5,     SEES_START | SEES_CLIENT, is_too_large_by_user_property,
     {"MQTT-3.2.2-20", NULL, "3.2.2.3.10", WATCH_MUST,
      "too large for the peer because of its User Properties", "the packet without them"}},
    TOO_LARGE(PUBACK,     FROM_ANY,    "MQTT-3.4.2-2",  "MQTT-3.4.2-3",  "3.4.2.2"),
    TOO_LARGE(PUBREC,     FROM_ANY,    "MQTT-3.5.2-2",  "MQTT-3.5.2-3",  "3.5.2.2"),
    TOO_LARGE(PUBREL,     FROM_ANY,    "MQTT-3.6.2-2",  "MQTT-3.6.2-3",  "3.6.2.2"),
    TOO_LARGE(PUBCOMP,    FROM_ANY,    "MQTT-3.7.2-2",  "MQTT-3.7.2-3",  "3.7.2.2"),
    TOO_LARGE(SUBACK,     FROM_SERVER, "MQTT-3.9.2-1",  "MQTT-3.9.2-2",  "3.9.2.1"),
    TOO_LARGE(UNSUBACK,   FROM_SERVER, "MQTT-3.11.2-1", "MQTT-3.11.2-2", "3.11.2.1"),
    TOO_LARGE(DISCONNECT, FROM_ANY,    "MQTT-3.14.2-3", "MQTT-3.14.2-4", "3.14.2.2"),
    TOO_LARGE(AUTH,       FROM_ANY,    "MQTT-3.15.2-2", "MQTT-3.15.2-3", "3.15.2.2"),
    {P(PUBLISH),  FROM_CLIENT, V_5,     SEES_LIFE,  is_qos_above,
     {"MQTT-3.2.2-11", NULL, "3.2.2.3.4", WATCH_MUST,
      "QoS above the server's Maximum QoS", "a QoS up to the maximum"}},
    {P(PUBLISH),  FROM_CLIENT, V_5,     SEES_LIFE,  is_retain_unavailable,
     {"MQTT-3.2.2-14", NULL, "3.2.2.3.5", WATCH_MUST,
      "RETAIN, though the server keeps no retained messages", "RETAIN 0"}},
    {P(SUBSCRIBE), FROM_CLIENT, V_5,    SEES_LIFE,  is_identifier_unavailable,
     {NULL, NULL, "3.2.2.3.12", WATCH_PROTOCOL,
      "Subscription Identifier, though the server has none", "no such property"}},
    {P(SUBSCRIBE), FROM_CLIENT, V_5,    SEES_LIFE,  is_wildcard_unavailable,
     {NULL, NULL, "3.2.2.3.11", WATCH_PROTOCOL,
      "a wildcard, though the server has no wildcard subscriptions", "a filter without wildcards"}},
    {P(SUBSCRIBE), FROM_CLIENT, V_5,    SEES_LIFE,  is_share_unavailable,
     {NULL, NULL, "3.2.2.3.13", WATCH_PROTOCOL,
      "a shared subscription, though the server has none", "an ordinary filter"}},
};
/* clang-format on */

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    (void)w;
    (void)e;
}

const struct watch_concern watch_flow = WATCH_CONCERN(rows, note);
