/* check.c - rules about the values in one packet.
 * SPDX-License-Identifier: MIT
 *
 * The rules are check.def; here are the predicates they name. A predicate says
 * whether its rule is broken; it looks only at members that the packet has,
 * since the others are poison (decode.c). They are inline since every packet
 * of every connection passes through here (broken_rows).                     */
#include "mqtt/check.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"
#include "mqtt/varint.h"

/* --- the first byte ------------------------------------------------------- */

/* What packets.def says, where the compiler can see it: with a type that it
 * knows these predicates are constants. */
static const struct {
    uint8_t flags, sent_by, versions;
} types[MQTT_TYPES] = {
#define PACKET(name, number, flags, sent_by, versions, ...) \
    [number] = {flags, sent_by, versions},
#include "mqtt/packets.def"
#undef PACKET
};

static inline bool
wrong_type(const struct mqtt_packet *p)
{
    return !mqtt_version_in(p->version ? p->version : MQTT_50,
                            types[p->type].versions);
}

static inline bool
from_wrong_side_client(const struct mqtt_packet *p)
{
    return p->type && !(types[p->type].sent_by & FROM_CLIENT);
}

static inline bool
from_wrong_side_server(const struct mqtt_packet *p)
{
    return p->type && !(types[p->type].sent_by & FROM_SERVER);
}

static inline bool
server_disconnect(const struct mqtt_packet *p)
{
    return p->version != MQTT_50 && p->type == MQTT_DISCONNECT;
}

static inline bool
wrong_flags(const struct mqtt_packet *p)
{
    /* 3.1 has DUP and QoS in these bits and checks none of them. */
    return p->flags != types[p->type].flags && p->version != MQTT_31;
}

/* --- CONNECT -------------------------------------------------------------- */

static inline bool
reserved_set(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && p->reserved != 0;
}

static inline bool
will_qos_without_will(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && !p->will_flag && p->will_qos != 0;
}

static inline bool
will_qos_3(const struct mqtt_packet *p)
{
    return p->will_flag && p->will_qos == 3;
}

static inline bool
will_retain_without_will(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && !p->will_flag && p->will_retain;
}

static inline bool
password_without_user(const struct mqtt_packet *p)
{
    return p->password_flag && !p->user_name_flag;
}

static inline bool
empty_id_kept(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, client_id) && p->client_id.len == 0 && !p->clean_start;
}

static inline bool
will_topic_bad(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, will_topic) && !mqtt_topic_name_valid(p->will_topic);
}

static inline bool
data_without_method(const struct mqtt_packet *p)
{
    struct mqtt_property unused;
    return mqtt_property_find(p->properties, MQTT_P_authentication_data,
                              &unused) &&
           !mqtt_property_find(p->properties, MQTT_P_authentication_method,
                               &unused);
}

/* --- CONNACK -------------------------------------------------------------- */

static inline bool
refused_with_session(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) && p->reason != 0 && p->session_present;
}

/* --- PUBLISH -------------------------------------------------------------- */

static inline bool
qos_3(const struct mqtt_packet *p)
{
    return p->qos == 3;
}

static inline bool
dup_at_qos_0(const struct mqtt_packet *p)
{
    return p->qos == 0 && p->dup;
}

static inline bool
topic_has_wildcard(const struct mqtt_packet *p)
{
    return mqtt_topic_has_wildcard(p->topic);
}

static inline bool
topic_missing(const struct mqtt_packet *p)
{
    struct mqtt_property alias;
    return MQTT_HAS(p, topic) && p->topic.len == 0 &&
           !(p->version == MQTT_50 &&
             mqtt_property_find(p->properties, MQTT_P_topic_alias, &alias));
}

static inline bool
response_topic_has_wildcard(const struct mqtt_packet *p)
{
    struct slice properties =
        p->type == MQTT_CONNECT ? p->will_properties : p->properties;
    return properties.len > 0 &&
           mqtt_topic_has_wildcard(
               mqtt_property_text(properties, MQTT_P_response_topic));
}

static inline bool
has_subscription_identifier(const struct mqtt_packet *p)
{
    struct mqtt_property found;
    return p->properties.len > 0 &&
           mqtt_property_find(p->properties, MQTT_P_subscription_identifier,
                              &found);
}

/* --- Packet Identifiers --------------------------------------------------- */

static inline bool
packet_id_0(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, packet_id) && p->packet_id == 0;
}

/* --- Reason Codes --------------------------------------------------------- */

static inline bool
reason_not_allowed(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) &&
           !mqtt_reason_find(p->reason, p->type, p->version);
}

/* An unknown code is the matter of the rule before. */
static inline bool
reason_of_server(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) && !reason_not_allowed(p) &&
           !mqtt_reason_may(p->reason, p->type, FROM_CLIENT);
}

static inline bool
reason_of_client(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) && !reason_not_allowed(p) &&
           !mqtt_reason_may(p->reason, p->type, FROM_SERVER);
}

static inline bool
code_not_allowed(const struct mqtt_packet *p)
{
    if (p->version == MQTT_31)
        return false;
    for (size_t i = 0; MQTT_HAS(p, codes) && i < p->codes.len; i++)
        if (!mqtt_reason_find(p->codes.ptr[i], p->type, p->version))
            return true;
    return false;
}

static inline bool
no_codes(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, codes) && p->codes.len == 0;
}

static inline bool
server_has_session_expiry(const struct mqtt_packet *p)
{
    struct mqtt_property found;
    return MQTT_HAS(p, properties) &&
           mqtt_property_find(p->properties, MQTT_P_session_expiry_interval,
                              &found);
}

static inline bool
no_method(const struct mqtt_packet *p)
{
    struct mqtt_property found;
    return !MQTT_HAS(p, properties) ||
           !mqtt_property_find(p->properties, MQTT_P_authentication_method,
                               &found);
}

/* --- filters -------------------------------------------------------------- */

static inline bool
no_filter(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, filters) && p->filters.len == 0;
}

static inline bool
is_qos_3(const struct mqtt_filter *f)
{
    return f->qos == 3;
}

static inline bool
is_reserved(const struct mqtt_filter *f)
{
    return f->reserved != 0;
}

static inline bool
is_handling_3(const struct mqtt_filter *f)
{
    return f->retain_handling == 3;
}

static inline bool
is_no_local_share(const struct mqtt_filter *f)
{
    struct slice name, inner;
    return f->no_local && mqtt_topic_share_split(f->filter, &name, &inner) !=
                              MQTT_SHARE_NONE;
}

static inline bool
is_empty(const struct mqtt_filter *f)
{
    return f->filter.len == 0;
}

/* Is a '+' in company within its level? */
static inline bool
has_bad_plus(const struct mqtt_filter *f)
{
    struct slice rest = f->filter, level;
    while (mqtt_topic_next_level(&rest, &level))
        if (level.len > 1 && memchr(level.ptr, '+', level.len))
            return true;
    return false;
}

/* What is wrong with wildcards and is not a '+' is a '#'. */
static inline bool
has_bad_hash(const struct mqtt_filter *f)
{
    return f->filter.len > 0 && mqtt_topic_has_wildcard(f->filter) &&
           !mqtt_topic_filter_valid(f->filter) && !has_bad_plus(f);
}

static inline bool
has_empty_share(const struct mqtt_filter *f)
{
    return slice_starts(f->filter, "$share//") ||
           slice_is(f->filter, "$share/");
}

static inline bool
has_bad_share(const struct mqtt_filter *f)
{
    struct slice name, inner;
    return !has_empty_share(f) &&
           mqtt_topic_share_split(f->filter, &name, &inner) == MQTT_SHARE_BAD;
}

/* --- the table ------------------------------------------------------------ */

#define ANY_TYPE (~0u)
#define ACKS (P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP))
#define NOT_PUBLISH (~P(PUBLISH))
#define PLAIN_FLAGS \
    (NOT_PUBLISH & ~(P(PUBREL) | P(SUBSCRIBE) | P(UNSUBSCRIBE) | \
                     P(DISCONNECT) | P(AUTH)))

#define SUBSCRIPTIONS (P(SUBSCRIBE) | P(UNSUBSCRIBE))

static const struct {
    uint8_t field; /* enum mqtt_field the finger points to */
    struct mqtt_rule rule;
} rows[] = {
#define RULE(packets, from, versions, field, is_broken, ...) \
    {MQTT_F_##field, {__VA_ARGS__}},
#define FILTER_RULE(packets, versions, is_bad, ...) \
    {MQTT_F_filters, {__VA_ARGS__}},
#include "mqtt/check.def"
#undef RULE
#undef FILTER_RULE
};
enum { ROWS = sizeof rows / sizeof rows[0] };

size_t
mqtt_check_count(void)
{
    return ROWS;
}

const struct mqtt_rule *
mqtt_check_rule(size_t index)
{
    return index < ROWS ? &rows[index].rule : NULL;
}

static void
report_row(struct mqtt_report *report, enum mqtt_version v, int n)
{
    mqtt_report_add(report, &rows[n].rule, v, (enum mqtt_field)rows[n].field,
                    0, 0);
}

/* --- the walk ------------------------------------------------------------- */

static bool
any_filter(const struct mqtt_packet *p,
           bool (*is_bad)(const struct mqtt_filter *f))
{
    struct slice rest = p->filters;
    struct mqtt_filter f;
    while (MQTT_HAS(p, filters) && mqtt_filter_next(p, &rest, &f))
        if (is_bad(&f))
            return true;
    return false;
}

/* Does the row concern a packet of that type, version and sender? With a type
 * that the compiler knows, only the questions that are open are left. */
#define CONCERNS(packets, from, versions)                                \
    (((packets) >> type & 1) &&                                          \
     ((from) == FROM_ANY || ((from) & sender)) &&                        \
     ((versions) == V_ALL || mqtt_version_in(v, versions)))

/* Is any row broken? Nothing is left here of the rows about other packets; the
 * rest is straight code: 95 instructions for a PUBLISH, half of them to look
 * for wildcards, 37 for an acknowledgement.                                  */
static inline __attribute__((always_inline)) bool
is_any_broken(const struct mqtt_packet *p, enum mqtt_type type,
              enum mqtt_side sender)
{
    enum mqtt_version v = p->version ? p->version : MQTT_50;
#define RULE(packets, from, versions, field, is_broken, ...)             \
    if (CONCERNS(packets, from, versions) && is_broken(p))               \
        return true;
#define FILTER_RULE(packets, versions, is_bad, ...)                      \
    if (CONCERNS(packets, FROM_CLIENT, versions) && any_filter(p, is_bad)) \
        return true;
#include "mqtt/check.def"
#undef RULE
#undef FILTER_RULE
    (void)v;
    return false;
}

/* Which ones: again from the start, since few packets get here. */
static __attribute__((noinline)) bool
report_broken(const struct mqtt_packet *p, enum mqtt_type type,
              enum mqtt_side sender, struct mqtt_report *report)
{
    enum mqtt_version v = p->version ? p->version : MQTT_50;
    int n = 0;
#define RULE(packets, from, versions, field, is_broken, ...)             \
    if (CONCERNS(packets, from, versions) && is_broken(p))               \
        report_row(report, v, n);                                        \
    n++;
#define FILTER_RULE(packets, versions, is_bad, ...)                      \
    if (CONCERNS(packets, FROM_CLIENT, versions) && any_filter(p, is_bad)) \
        report_row(report, v, n);                                        \
    n++;
#include "mqtt/check.def"
#undef RULE
#undef FILTER_RULE
    return report->count == 0;
}

/* One function per type: an acknowledgement pays for nothing that the rules
 * about another packet need. */
#define PACKET(name, ...)                                                \
    static __attribute__((noinline)) bool                                \
    check_##name(const struct mqtt_packet *p, enum mqtt_side from,       \
                 struct mqtt_report *report)                             \
    {                                                                    \
        if (p->type != MQTT_##name)                                      \
            __builtin_unreachable(); /* so that types[p->type] is known */ \
        if (is_any_broken(p, MQTT_##name, from))                         \
            return report_broken(p, MQTT_##name, from, report);          \
        return report->count == 0;                                       \
    }
#include "mqtt/packets.def"
#undef PACKET

bool
mqtt_check(const struct mqtt_packet *p, enum mqtt_side from,
           struct mqtt_report *report)
{
    switch (p->type) {
#define PACKET(name, ...) \
    case MQTT_##name: return check_##name(p, from, report);
#include "mqtt/packets.def"
#undef PACKET
    default: return report_broken(p, MQTT_NO_TYPE, from, report);
    }
}
