/* watch_subscribe.c - subscriptions, and what may be delivered on them.
 * SPDX-License-Identifier: MIT
 *
 * The subscriptions of a session are known when it was seen from its beginning.
 * A delivery is judged by all that the client ever subscribed to: what was
 * unsubscribed or replaced may still be under way, so a filter is never
 * forgotten, and of its options the most generous ones count.               */
#include "mqtt/reason.h"
#include "mqtt/watch_state.h"

/* --- what a delivery may be ----------------------------------------------- */

static struct slice
topic_of(const struct mqtt_watch *w, const struct watch_event *e)
{
    const struct watch_side *s = &w->side[1];
    uint32_t alias = mqtt_property_number(watch_properties(e->p),
                                          MQTT_P_topic_alias, 0);
    if (e->p->topic.len || !alias)
        return e->p->topic;
    for (size_t i = 0; i < s->aliases.count; i++)
        if (s->aliases.list[i].alias == alias)
            return buf_slice(&s->aliases.list[i].topic);
    return (struct slice){NULL, 0};
}

/* What all matching subscriptions, past ones too, allow together. */
struct allowed {
    size_t count;         /* matching */
    uint8_t qos;
    bool rap;             /* some has, or had, Retain As Published */
    bool retained;        /* some may bring retained messages */
    bool is_identified;   /* all have a Subscription Identifier */
    bool is_plain;        /* none is shared */
};

static bool
is_judged(const struct mqtt_watch *w, const struct watch_event *e,
          struct slice *topic)
{
    *topic = topic_of(w, e);
    return topic->len && !w->session->subs_blind && !w->is_taken_over;
}

static struct allowed
allowed(const struct mqtt_watch *w, struct slice topic)
{
    struct allowed a = {.is_identified = true, .is_plain = true};
    for (size_t i = 0; i < w->session->sub_count; i++) {
        const struct watch_subscription *sub = &w->session->subs[i];
        if (!watch_sub_matches(sub, topic))
            continue;
        a.count++;
        a.qos = sub->qos > a.qos ? sub->qos : a.qos;
        a.rap |= sub->ever_rap;
        a.retained |= sub->may_retained;
        a.is_identified &= sub->all_identified;
        a.is_plain &= !sub->is_shared;
    }
    return a;
}

static bool
would_any_match(const struct mqtt_watch *w, struct slice topic)
{
    for (size_t i = 0; i < w->session->sub_count; i++)
        if (watch_sub_would_match(&w->session->subs[i], topic))
            return true;
    return false;
}

static bool
is_unsubscribed(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic;
    return is_judged(w, e, &topic) && allowed(w, topic).count == 0 &&
           !(topic.ptr[0] == '$' && would_any_match(w, topic));
}

static bool
is_dollar(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic;
    return is_judged(w, e, &topic) && allowed(w, topic).count == 0 &&
           topic.ptr[0] == '$' && would_any_match(w, topic);
}

static bool
is_above_granted(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic;
    if (!is_judged(w, e, &topic))
        return false;
    struct allowed a = allowed(w, topic);
    return a.count && a.is_plain && e->p->qos > a.qos;
}

static bool
is_above_granted_to_share(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic;
    if (!is_judged(w, e, &topic))
        return false;
    struct allowed a = allowed(w, topic);
    return a.count && !a.is_plain && e->p->qos > a.qos;
}

/* Neither retained messages nor Retain As Published were asked for. */
static bool
is_retain_unexplained(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic;
    if (!e->p->retain || !is_judged(w, e, &topic))
        return false;
    struct allowed a = allowed(w, topic);
    return a.count && !a.rap && !a.retained;
}

static bool
is_identifier_missing(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic;
    if (!is_judged(w, e, &topic))
        return false;
    struct allowed a = allowed(w, topic);
    return a.count && a.is_identified &&
           !watch_has(e->p, MQTT_P_subscription_identifier);
}

static bool
has_identifier(const struct watch_subscription *sub, uint32_t id)
{
    for (size_t i = 0; i < 4; i++)
        if (sub->identifiers[i] == id)
            return true;
    return sub->too_many;
}

static bool
is_identifier_known(const struct mqtt_watch *w, struct slice topic, uint32_t id)
{
    for (size_t i = 0; i < w->session->sub_count; i++)
        if (watch_sub_matches(&w->session->subs[i], topic) &&
            has_identifier(&w->session->subs[i], id))
            return true;
    return false;
}

static bool
is_identifier_foreign(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice topic, rest = watch_properties(e->p);
    struct mqtt_property one;
    if (!is_judged(w, e, &topic) || allowed(w, topic).count == 0)
        return false;
    while (mqtt_property_next(&rest, &one))
        if (one.row->id == MQTT_P_subscription_identifier &&
            !is_identifier_known(w, topic, one.number))
            return true;
    return false;
}

/* --- SUBACK and UNSUBACK -------------------------------------------------- */

static bool
is_request(const struct watch_event *e)
{
    unsigned type = e->p->type == MQTT_SUBACK ? MQTT_SUBSCRIBE
                                              : MQTT_UNSUBSCRIBE;
    return e->flight && e->flight->type == type;
}

static bool
is_ack_of_nothing(struct mqtt_watch *w, struct watch_event *e)
{
    return !is_request(e) && e->p->packet_id &&
           !w->session->flights[0].is_blind;
}

static size_t
filters_in(const struct watch_event *e)
{
    struct mqtt_packet asked = {.type = (enum mqtt_type)e->flight->type,
                                .version = e->p->version};
    struct slice rest = buf_slice(&e->flight->request);
    struct mqtt_filter f;
    size_t n = 0;
    asked.filters = rest;
    while (mqtt_filter_next(&asked, &rest, &f))
        n++;
    return n;
}

static bool
is_count_wrong(struct mqtt_watch *w, struct watch_event *e)
{
    (void)w;
    if (!is_request(e) || e->flight->request.len >= 65536 || e->flight->extra)
        return false;
    e->earlier = e->flight->number;
    return e->p->codes.len && e->p->codes.len != filters_in(e);
}

static bool
is_grant_above(struct mqtt_watch *w, struct watch_event *e)
{
    struct mqtt_packet asked = {.type = MQTT_SUBSCRIBE,
                                .version = e->p->version};
    struct mqtt_filter f;
    (void)w;
    if (!is_request(e) || e->flight->extra)
        return false;
    struct slice rest = buf_slice(&e->flight->request);
    asked.filters = rest;
    e->earlier = e->flight->number;
    for (size_t i = 0; i < e->p->codes.len; i++)
        if (mqtt_filter_next(&asked, &rest, &f) && e->p->codes.ptr[i] <= 2 &&
            e->p->codes.ptr[i] > f.qos)
            return true;
    return false;
}

/* --- rows ----------------------------------------------------------------- */

/* clang-format off */
static const struct watch_row rows[] = {
/*   when         by           versions needs       is broken when */
    {P(SUBACK),   FROM_SERVER, V_ALL,   SEES_ALL,   is_ack_of_nothing,
     {"MQTT-3.8.4-2 MQTT-2.2.1-6", "MQTT311-3.8.4-2 MQTT311-2.3.1-7", "3.8.4", WATCH_MUST,
      "no SUBSCRIBE with that Packet Identifier is open", "the identifier of the SUBSCRIBE"}},
    {P(UNSUBACK), FROM_SERVER, V_ALL,   SEES_ALL,   is_ack_of_nothing,
     {"MQTT-3.10.4-5 MQTT-2.2.1-6", "MQTT311-3.10.4-4 MQTT311-2.3.1-7", "3.10.4", WATCH_MUST,
      "no UNSUBSCRIBE with that Packet Identifier is open", "the identifier of the UNSUBSCRIBE"}},
    {P(SUBACK),   FROM_SERVER, V_ALL,   SEES_ALL,   is_count_wrong,
     {"MQTT-3.8.4-6", "MQTT311-3.8.4-5", "3.8.4", WATCH_MUST,
      "not as many codes as the SUBSCRIBE has filters", "one code per filter"}},
    {P(UNSUBACK), FROM_SERVER, V_5,     SEES_ALL,   is_count_wrong,
     {"MQTT-3.11.3-2", NULL, "3.11.3", WATCH_MUST,
      "not as many codes as the UNSUBSCRIBE has filters", "one code per filter"}},
    {P(SUBACK),   FROM_SERVER, V_ALL,   SEES_ALL,   is_grant_above,
     {NULL, NULL, "3.8.4", WATCH_ADVICE,
      "more granted than was asked for", "a QoS up to the one requested"}},
    {P(PUBLISH),  FROM_SERVER, V_ALL,   SEES_KNOWN, is_unsubscribed,
     {"MQTT-3.3.2-3", "MQTT311-3.3.2-3", "3.3.2.1", WATCH_MUST,
      "a topic that no subscription of this client matches", "not to send it"}},
    {P(PUBLISH),  FROM_SERVER, V_ALL,   SEES_KNOWN, is_dollar,
     {"MQTT-4.7.2-1", "MQTT311-4.7.2-1", "4.7.2", WATCH_MUST,
      "a $-topic for a filter that begins with a wildcard", "not to send it"}},
    {P(PUBLISH),  FROM_SERVER, V_ALL,   SEES_KNOWN, is_above_granted,
     {"MQTT-3.8.4-8 MQTT-3.3.4-2", "MQTT311-3.8.4-6 MQTT311-3.3.5-1", "3.8.4", WATCH_MUST,
      "a higher QoS than any matching subscription has", "the lower of the two"}},
    {P(PUBLISH),  FROM_SERVER, V_5,     SEES_KNOWN, is_above_granted_to_share,
     {"MQTT-4.8.2-3 MQTT-3.8.4-8", NULL, "4.8.2", WATCH_MUST,
      "a higher QoS than the shared subscription has", "the lower of the two"}},
    {P(PUBLISH),  FROM_SERVER, V_5,     SEES_KNOWN, is_retain_unexplained,
     {"MQTT-3.3.1-12 MQTT-3.3.1-11", NULL, "3.3.1.3", WATCH_MUST,
      "RETAIN, though no subscription asks for retained messages or Retain As Published", "RETAIN 0, or nothing"}},
    {P(PUBLISH),  FROM_SERVER, V_5,     SEES_KNOWN, is_identifier_missing,
     {"MQTT-3.3.4-3 MQTT-3.3.4-4", NULL, "3.3.4", WATCH_MUST,
      "no Subscription Identifier, though every matching subscription has one", "the identifiers of the subscriptions"}},
    {P(PUBLISH),  FROM_SERVER, V_5,     SEES_KNOWN, is_identifier_foreign,
     {"MQTT-3.3.4-5 MQTT-3.3.4-3", NULL, "3.3.4", WATCH_MUST,
      "a Subscription Identifier that no matching subscription has", "the identifiers of the subscriptions"}},
};
/* clang-format on */

/* --- taking note ---------------------------------------------------------- */

static void
add_identifier(struct watch_subscription *sub, uint32_t id)
{
    sub->all_identified &= id != 0;
    if (!id || (!sub->too_many && has_identifier(sub, id)))
        return;
    for (size_t i = 0; i < 4; i++)
        if (!sub->identifiers[i]) {
            sub->identifiers[i] = id;
            return;
        }
    sub->too_many = true;
}

/* Filters with which brokers begin extensions of their own, "$queue/a". */
static bool
is_special(struct slice filter)
{
    return slice_starts(filter, "$") && !slice_starts(filter, "$share/") &&
           !slice_starts(filter, "$SYS/");
}

/* From here on it may be delivered: before SUBACK too (3.8.4). The QoS is what
 * was asked for until SUBACK says how much was granted. */
static void
note_subscribe(struct mqtt_watch *w, const struct watch_event *e)
{
    struct slice rest = e->p->filters;
    struct mqtt_filter f;
    uint32_t id = mqtt_property_number(watch_properties(e->p),
                                       MQTT_P_subscription_identifier, 0);
    while (MQTT_HAS(e->p, filters) && mqtt_filter_next(e->p, &rest, &f)) {
        struct watch_subscription *sub = watch_sub_put(w->session, f.filter);
        if (!sub)
            return;
        w->session->subs_blind |= is_special(f.filter);
        sub->qos = f.qos > sub->qos ? f.qos : sub->qos;
        sub->ever_rap |= f.retain_as_published;
        sub->always_rap &= f.retain_as_published;
        sub->always_no_local &= f.no_local;
        sub->may_retained |= w->version != MQTT_50 || f.retain_handling != 2;
        add_identifier(sub, id);
    }
}

/* The first answer on a filter settles what may be delivered on it. */
static void
note_granted(struct mqtt_watch *w, const struct watch_event *e)
{
    struct mqtt_packet asked = {.type = MQTT_SUBSCRIBE,
                                .version = e->p->version};
    struct slice rest = buf_slice(&e->flight->request);
    struct mqtt_filter f;
    asked.filters = rest;
    for (size_t i = 0; MQTT_HAS(e->p, codes) && i < e->p->codes.len; i++) {
        uint8_t code = e->p->codes.ptr[i];
        if (!mqtt_filter_next(&asked, &rest, &f))
            return;
        struct watch_subscription *sub = watch_sub_find(w->session, f.filter);
        if (!sub || code > 2)
            continue;
        if (sub->is_over || code > sub->qos)
            sub->qos = code;
        sub->is_over = false;
    }
}

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    if (!w->session)
        return;
    if (e->p->type == MQTT_SUBSCRIBE && e->from == FROM_CLIENT)
        note_subscribe(w, e);
    if ((e->p->type != MQTT_SUBACK && e->p->type != MQTT_UNSUBACK) ||
        e->from != FROM_SERVER || !is_request(e))
        return;
    if (e->p->type == MQTT_SUBACK)
        note_granted(w, e);
    if (e->flight->extra)
        e->flight->extra--;
    else
        watch_flight_settle(&w->session->flights[0], e->flight);
}

const struct watch_concern watch_subscribe = WATCH_CONCERN(rows, note);
