/* check.c - rules about the values in one packet.
 * SPDX-License-Identifier: MIT
 *
 * The tables at the end are the point of this file. A predicate says whether
 * its rule is broken; it looks only at members that the packet has, since the
 * others are poison (decode.c).                                              */
#include "mqtt/check.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"
#include "mqtt/varint.h"

typedef bool predicate(const struct mqtt_packet *p);

/* --- the first byte ------------------------------------------------------- */

static bool
wrong_type(const struct mqtt_packet *p)
{
    return !mqtt_version_in(p->version ? p->version : MQTT_50,
                            mqtt_packet_row(p->type)->versions);
}

static bool
from_wrong_side_client(const struct mqtt_packet *p)
{
    return p->type && !(mqtt_packet_row(p->type)->sent_by & FROM_CLIENT);
}

static bool
from_wrong_side_server(const struct mqtt_packet *p)
{
    return p->type && !(mqtt_packet_row(p->type)->sent_by & FROM_SERVER);
}

static bool
server_disconnect(const struct mqtt_packet *p)
{
    return p->version != MQTT_50 && p->type == MQTT_DISCONNECT;
}

static bool
wrong_flags(const struct mqtt_packet *p)
{
    /* 3.1 has DUP and QoS in these bits and checks none of them. */
    return p->version != MQTT_31 &&
           p->flags != mqtt_packet_row(p->type)->flags;
}

/* --- CONNECT -------------------------------------------------------------- */

static bool
reserved_set(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && p->reserved != 0;
}

static bool
will_qos_without_will(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && !p->will_flag && p->will_qos != 0;
}

static bool
will_qos_3(const struct mqtt_packet *p)
{
    return p->will_flag && p->will_qos == 3;
}

static bool
will_retain_without_will(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && !p->will_flag && p->will_retain;
}

static bool
password_without_user(const struct mqtt_packet *p)
{
    return p->password_flag && !p->user_name_flag;
}

static bool
empty_id_kept(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, client_id) && p->client_id.len == 0 && !p->clean_start;
}

static bool
will_topic_bad(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, will_topic) && !mqtt_topic_name_valid(p->will_topic);
}

static bool
data_without_method(const struct mqtt_packet *p)
{
    struct mqtt_property unused;
    return mqtt_property_find(p->properties, MQTT_P_authentication_data,
                              &unused) &&
           !mqtt_property_find(p->properties, MQTT_P_authentication_method,
                               &unused);
}

/* --- CONNACK -------------------------------------------------------------- */

static bool
refused_with_session(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) && p->reason != 0 && p->session_present;
}

/* --- PUBLISH -------------------------------------------------------------- */

static bool
qos_3(const struct mqtt_packet *p)
{
    return p->qos == 3;
}

static bool
dup_at_qos_0(const struct mqtt_packet *p)
{
    return p->qos == 0 && p->dup;
}

static bool
topic_has_wildcard(const struct mqtt_packet *p)
{
    return mqtt_topic_has_wildcard(p->topic);
}

static bool
topic_missing(const struct mqtt_packet *p)
{
    struct mqtt_property alias;
    return MQTT_HAS(p, topic) && p->topic.len == 0 &&
           !(p->version == MQTT_50 &&
             mqtt_property_find(p->properties, MQTT_P_topic_alias, &alias));
}

static bool
response_topic_has_wildcard(const struct mqtt_packet *p)
{
    struct slice properties =
        p->type == MQTT_CONNECT ? p->will_properties : p->properties;
    return mqtt_topic_has_wildcard(
        mqtt_property_text(properties, MQTT_P_response_topic));
}

static bool
has_subscription_identifier(const struct mqtt_packet *p)
{
    struct mqtt_property found;
    return mqtt_property_find(p->properties, MQTT_P_subscription_identifier,
                              &found);
}

/* --- Packet Identifiers --------------------------------------------------- */

static bool
packet_id_0(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, packet_id) && p->packet_id == 0;
}

/* --- Reason Codes --------------------------------------------------------- */

static bool
reason_not_allowed(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) &&
           !mqtt_reason_find(p->reason, p->type, p->version);
}

static bool
code_not_allowed(const struct mqtt_packet *p)
{
    if (p->version == MQTT_31)
        return false;
    for (size_t i = 0; MQTT_HAS(p, codes) && i < p->codes.len; i++)
        if (!mqtt_reason_find(p->codes.ptr[i], p->type, p->version))
            return true;
    return false;
}

static bool
no_codes(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, codes) && p->codes.len == 0;
}

static bool
server_has_session_expiry(const struct mqtt_packet *p)
{
    struct mqtt_property found;
    return MQTT_HAS(p, properties) &&
           mqtt_property_find(p->properties, MQTT_P_session_expiry_interval,
                              &found);
}

static bool
no_method(const struct mqtt_packet *p)
{
    struct mqtt_property found;
    return !MQTT_HAS(p, properties) ||
           !mqtt_property_find(p->properties, MQTT_P_authentication_method,
                               &found);
}

/* --- filters -------------------------------------------------------------- */

static bool
no_filter(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, filters) && p->filters.len == 0;
}

static bool
is_qos_3(const struct mqtt_filter *f)
{
    return f->qos == 3;
}

static bool
is_reserved(const struct mqtt_filter *f)
{
    return f->reserved != 0;
}

static bool
is_handling_3(const struct mqtt_filter *f)
{
    return f->retain_handling == 3;
}

static bool
is_no_local_share(const struct mqtt_filter *f)
{
    struct slice name, inner;
    return f->no_local && mqtt_topic_share_split(f->filter, &name, &inner) !=
                              MQTT_SHARE_NONE;
}

static bool
is_empty(const struct mqtt_filter *f)
{
    return f->filter.len == 0;
}

/* Is a '+' in company within its level? */
static bool
has_bad_plus(const struct mqtt_filter *f)
{
    struct slice rest = f->filter, level;
    while (mqtt_topic_next_level(&rest, &level))
        if (level.len > 1 && memchr(level.ptr, '+', level.len))
            return true;
    return false;
}

/* What is wrong with wildcards and is not a '+' is a '#'. */
static bool
has_bad_hash(const struct mqtt_filter *f)
{
    return f->filter.len > 0 && mqtt_topic_has_wildcard(f->filter) &&
           !mqtt_topic_filter_valid(f->filter) && !has_bad_plus(f);
}

static bool
has_empty_share(const struct mqtt_filter *f)
{
    return slice_starts(f->filter, "$share//") ||
           slice_is(f->filter, "$share/");
}

static bool
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

/* clang-format off */
static const struct check_row {
    uint32_t packets;        /* set of P(TYPE) it looks at */
    uint8_t from;            /* set of enum mqtt_side it binds */
    uint8_t versions;        /* set of versions that have the rule */
    uint8_t field;           /* enum mqtt_field the finger points to */
    predicate *is_broken;
    struct mqtt_rule rule;
} rows[] = {
/*   packets          from         versions field                is broken when                statements, section, code, text */
    {ANY_TYPE,        FROM_ANY,    V_ALL,   MQTT_F_flags,           wrong_type,
     {NULL, NULL, "2.1.2", 0x81, "a packet type that this version does not have"}},
    {ANY_TYPE,        FROM_CLIENT, V_ALL,   MQTT_F_flags,           from_wrong_side_client,
     {NULL, NULL, "2.1.2", 0x82, "a packet that only a server may send"}},
    {ANY_TYPE,        FROM_SERVER, V_ALL,   MQTT_F_flags,           from_wrong_side_server,
     {NULL, NULL, "2.1.2", 0x82, "a packet that only a client may send"}},
    {P(DISCONNECT),   FROM_SERVER, V_3,     MQTT_F_flags,           server_disconnect,
     {NULL, NULL, "3.14", 0x82, "a DISCONNECT from a server, which only 5.0 has"}},
    {PLAIN_FLAGS,     FROM_ANY,    V_ALL,   MQTT_F_flags,           wrong_flags,
     {"MQTT-2.1.3-1", "MQTT311-2.2.2-1", "2.1.3", 0x81, "flag bits other than those reserved for this packet"}},
    {P(PUBREL),       FROM_ANY,    V_ALL,   MQTT_F_flags,           wrong_flags,
     {"MQTT-3.6.1-1", "MQTT311-3.6.1-1", "3.6.1", 0x81, "PUBREL with flags other than 0010"}},
    {P(SUBSCRIBE),    FROM_ANY,    V_ALL,   MQTT_F_flags,           wrong_flags,
     {"MQTT-3.8.1-1", "MQTT311-3.8.1-1", "3.8.1", 0x81, "SUBSCRIBE with flags other than 0010"}},
    {P(UNSUBSCRIBE),  FROM_ANY,    V_ALL,   MQTT_F_flags,           wrong_flags,
     {"MQTT-3.10.1-1", "MQTT311-3.10.1-1", "3.10.1", 0x81, "UNSUBSCRIBE with flags other than 0010"}},
    {P(DISCONNECT),   FROM_ANY,    V_ALL,   MQTT_F_flags,           wrong_flags,
     {"MQTT-3.14.1-1", "MQTT311-3.14.1-1", "3.14.1", 0x81, "DISCONNECT with flags other than 0000"}},
    {P(AUTH),         FROM_ANY,    V_5,     MQTT_F_flags,           wrong_flags,
     {"MQTT-3.15.1-1", NULL, "3.15.1", 0x81, "AUTH with flags other than 0000"}},

    {P(CONNECT),      FROM_CLIENT, V_ALL,   MQTT_F_reserved,        reserved_set,
     {"MQTT-3.1.2-3", "MQTT311-3.1.2-3", "3.1.2.3", 0x81, "the reserved Connect Flag is set"}},
    {P(CONNECT),      FROM_CLIENT, V_ALL,   MQTT_F_will_qos,        will_qos_without_will,
     {"MQTT-3.1.2-11", "MQTT311-3.1.2-13", "3.1.2.6", 0x81, "Will QoS without Will Flag"}},
    {P(CONNECT),      FROM_CLIENT, V_ALL,   MQTT_F_will_qos,        will_qos_3,
     {"MQTT-3.1.2-12", "MQTT311-3.1.2-14", "3.1.2.6", 0x81, "Will QoS 3"}},
    {P(CONNECT),      FROM_CLIENT, V_ALL,   MQTT_F_will_retain,     will_retain_without_will,
     {"MQTT-3.1.2-13", "MQTT311-3.1.2-15", "3.1.2.7", 0x81, "Will Retain without Will Flag"}},
    {P(CONNECT),      FROM_CLIENT, V_3,     MQTT_F_password_flag,   password_without_user,
     {NULL, "MQTT311-3.1.2-22", "3.1.2.9", 0x81, "Password Flag without User Name Flag"}},
    {P(CONNECT),      FROM_CLIENT, V_3,     MQTT_F_client_id,       empty_id_kept,
     {NULL, "MQTT311-3.1.3-7", "3.1.3.1", 0x85, "an empty Client Identifier without Clean Session"}},
    {P(CONNECT),      FROM_CLIENT, V_ALL,   MQTT_F_will_topic,      will_topic_bad,
     {"MQTT-4.7.0-1", "MQTT311-4.7.1-1", "4.7", 0x90, "a Will Topic that is no topic name"}},
    {P(CONNECT),      FROM_CLIENT, V_5,     MQTT_F_will_properties, response_topic_has_wildcard,
     {"MQTT-3.3.2-14", NULL, "3.1.3.2.6", 0x82, "a Response Topic with a wildcard in the will"}},
    {P(CONNECT),      FROM_CLIENT, V_5,     MQTT_F_properties,      data_without_method,
     {NULL, NULL, "3.1.2.11.10", 0x82, "Authentication Data without Authentication Method"}},

    {P(CONNACK),      FROM_SERVER, V_311 | V_5, MQTT_F_reserved,    reserved_set,
     {"MQTT-3.2.2-1", NULL, "3.2.2.1", 0x81, "reserved Connect Acknowledge Flags are set"}},
    {P(CONNACK),      FROM_SERVER, V_311 | V_5, MQTT_F_session_present, refused_with_session,
     {"MQTT-3.2.2-6", "MQTT311-3.2.2-4", "3.2.2.1.1", 0x82, "Session Present in a refusal"}},
    {P(CONNACK),      FROM_SERVER, V_ALL,   MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.2.2-8", NULL, "3.2.2.2", 0x82, "a code that CONNACK does not have"}},

    {P(PUBLISH),      FROM_ANY,    V_ALL,   MQTT_F_qos,             qos_3,
     {"MQTT-3.3.1-4", "MQTT311-3.3.1-4", "3.3.1.2", 0x81, "QoS 3"}},
    {P(PUBLISH),      FROM_ANY,    V_ALL,   MQTT_F_dup,             dup_at_qos_0,
     {"MQTT-3.3.1-2", "MQTT311-3.3.1-2", "3.3.1.1", 0x81, "DUP at QoS 0"}},
    {P(PUBLISH),      FROM_ANY,    V_ALL,   MQTT_F_topic,           topic_has_wildcard,
     {"MQTT-3.3.2-2", "MQTT311-3.3.2-2", "3.3.2.1", 0x90, "a wildcard in a Topic Name"}},
    {P(PUBLISH),      FROM_ANY,    V_ALL,   MQTT_F_topic,           topic_missing,
     {"MQTT-4.7.3-1", "MQTT311-4.7.3-1", "3.3.2.1", 0x82, "an empty Topic Name and no Topic Alias"}},
    {P(PUBLISH),      FROM_ANY,    V_5,     MQTT_F_properties,      response_topic_has_wildcard,
     {"MQTT-3.3.2-14", NULL, "3.3.2.3.5", 0x82, "a Response Topic with a wildcard"}},
    {P(PUBLISH),      FROM_CLIENT, V_5,     MQTT_F_properties,      has_subscription_identifier,
     {"MQTT-3.3.4-6", NULL, "3.3.4", 0x82, "a Subscription Identifier in a client's PUBLISH"}},

    {P(PUBLISH),      FROM_CLIENT, V_ALL,   MQTT_F_packet_id,       packet_id_0,
     {"MQTT-2.2.1-3", "MQTT311-2.3.1-1", "2.2.1", 0x82, "Packet Identifier 0"}},
    {P(PUBLISH),      FROM_SERVER, V_ALL,   MQTT_F_packet_id,       packet_id_0,
     {"MQTT-2.2.1-4", "MQTT311-2.3.1-1", "2.2.1", 0x82, "Packet Identifier 0"}},
    {ACKS,            FROM_ANY,    V_ALL,   MQTT_F_packet_id,       packet_id_0,
     {"MQTT-2.2.1-5", "MQTT311-2.3.1-6", "2.2.1", 0x82, "Packet Identifier 0"}},
    {P(SUBSCRIBE) | P(UNSUBSCRIBE), FROM_CLIENT, V_ALL, MQTT_F_packet_id, packet_id_0,
     {"MQTT-2.2.1-3", "MQTT311-2.3.1-1", "2.2.1", 0x82, "Packet Identifier 0"}},
    {P(SUBACK) | P(UNSUBACK), FROM_SERVER, V_ALL, MQTT_F_packet_id, packet_id_0,
     {"MQTT-2.2.1-6", "MQTT311-2.3.1-7", "2.2.1", 0x82, "Packet Identifier 0"}},

    {P(PUBACK),       FROM_ANY,    V_5,     MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.4.2-1", NULL, "3.4.2.1", 0x82, "a Reason Code that PUBACK does not have"}},
    {P(PUBREC),       FROM_ANY,    V_5,     MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.5.2-1", NULL, "3.5.2.1", 0x82, "a Reason Code that PUBREC does not have"}},
    {P(PUBREL),       FROM_ANY,    V_5,     MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.6.2-1", NULL, "3.6.2.1", 0x82, "a Reason Code that PUBREL does not have"}},
    {P(PUBCOMP),      FROM_ANY,    V_5,     MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.7.2-1", NULL, "3.7.2.1", 0x82, "a Reason Code that PUBCOMP does not have"}},
    {P(DISCONNECT),   FROM_ANY,    V_5,     MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.14.2-1", NULL, "3.14.2.1", 0x82, "a Reason Code that DISCONNECT does not have"}},
    {P(DISCONNECT),   FROM_SERVER, V_5,     MQTT_F_properties,      server_has_session_expiry,
     {"MQTT-3.14.2-2", NULL, "3.14.2.2.2", 0x82, "a Session Expiry Interval in a server's DISCONNECT"}},
    {P(AUTH),         FROM_ANY,    V_5,     MQTT_F_reason,          reason_not_allowed,
     {"MQTT-3.15.2-1", NULL, "3.15.2.1", 0x82, "a Reason Code that AUTH does not have"}},
    {P(AUTH),         FROM_ANY,    V_5,     MQTT_F_properties,      no_method,
     {NULL, NULL, "3.15.2.2.2", 0x82, "AUTH without Authentication Method"}},

    {P(SUBSCRIBE),    FROM_CLIENT, V_ALL,   MQTT_F_filters,         no_filter,
     {"MQTT-3.8.3-2", "MQTT311-3.8.3-3", "3.8.3", 0x82, "SUBSCRIBE without a Topic Filter"}},
    {P(UNSUBSCRIBE),  FROM_CLIENT, V_ALL,   MQTT_F_filters,         no_filter,
     {"MQTT-3.10.3-2", "MQTT311-3.10.3-2", "3.10.3", 0x82, "UNSUBSCRIBE without a Topic Filter"}},

    {P(SUBACK),       FROM_SERVER, V_311,   MQTT_F_codes,           code_not_allowed,
     {NULL, "MQTT311-3.9.3-2", "3.9.3", 0x82, "a return code that SUBACK does not have"}},
    {P(SUBACK),       FROM_SERVER, V_5,     MQTT_F_codes,           code_not_allowed,
     {"MQTT-3.9.3-2", NULL, "3.9.3", 0x82, "a Reason Code that SUBACK does not have"}},
    {P(UNSUBACK),     FROM_SERVER, V_5,     MQTT_F_codes,           code_not_allowed,
     {"MQTT-3.11.3-2", NULL, "3.11.3", 0x82, "a Reason Code that UNSUBACK does not have"}},
    {P(SUBACK),       FROM_SERVER, V_ALL,   MQTT_F_codes,           no_codes,
     {"MQTT-3.8.4-6", "MQTT311-3.8.4-5", "3.9.3", 0x82, "SUBACK without a Reason Code"}},
    {P(UNSUBACK),     FROM_SERVER, V_5,     MQTT_F_codes,           no_codes,
     {"MQTT-3.11.3-2", NULL, "3.11.3", 0x82, "UNSUBACK without a Reason Code"}},
};

/* The same for each filter of a client's SUBSCRIBE and UNSUBSCRIBE. */
#define SUBSCRIPTIONS (P(SUBSCRIBE) | P(UNSUBSCRIBE))
static const struct filter_row {
    uint32_t packets;        /* set of P(TYPE) it looks at */
    uint8_t versions;        /* set of versions that have the rule */
    bool (*is_bad)(const struct mqtt_filter *f);
    struct mqtt_rule rule;
} filter_rows[] = {
/*   packets         versions is broken when   statements, section, code, text */
    {P(SUBSCRIBE),   V_5,    is_reserved,
     {"MQTT-3.8.3-5", NULL, "3.8.3.1", 0x81, "reserved Subscription Options are set"}},
    {P(SUBSCRIBE),   V_311,  is_reserved,
     {NULL, "MQTT311-3.8.3-4", "3.8.3", 0x81, "reserved bits beside the requested QoS are set"}},
    {P(SUBSCRIBE),   V_ALL,  is_qos_3,
     {NULL, "MQTT311-3.8.3-4", "3.8.3.1", 0x82, "a subscription with QoS 3"}},
    {P(SUBSCRIBE),   V_5,    is_handling_3,
     {NULL, NULL, "3.8.3.1", 0x82, "Retain Handling 3"}},
    {P(SUBSCRIBE),   V_5,    is_no_local_share,
     {"MQTT-3.8.3-4", NULL, "3.8.3.1", 0x82, "No Local on a shared subscription"}},
    {SUBSCRIPTIONS,  V_ALL,  is_empty,
     {"MQTT-4.7.3-1", "MQTT311-4.7.3-1", "4.7.3", 0x8f, "an empty Topic Filter"}},
    {SUBSCRIPTIONS,  V_ALL,  has_bad_hash,
     {"MQTT-4.7.1-1", "MQTT311-4.7.1-2", "4.7.1.2", 0x8f, "a # that is not the whole last level"}},
    {SUBSCRIPTIONS,  V_ALL,  has_bad_plus,
     {"MQTT-4.7.1-2", "MQTT311-4.7.1-3", "4.7.1.3", 0x8f, "a + that is not a whole level"}},
    {SUBSCRIPTIONS,  V_5,    has_empty_share,
     {"MQTT-4.8.2-1", NULL, "4.8.2", 0x8f, "$share with an empty ShareName"}},
    {SUBSCRIPTIONS,  V_5,    has_bad_share,
     {"MQTT-4.8.2-2", NULL, "4.8.2", 0x8f, "$share with wildcards for a ShareName, or no filter behind it"}},
};
/* clang-format on */
enum {
    ROWS = sizeof rows / sizeof rows[0],
    FILTER_ROWS = sizeof filter_rows / sizeof filter_rows[0]
};

size_t
mqtt_check_count(void)
{
    return ROWS + FILTER_ROWS;
}

const struct mqtt_rule *
mqtt_check_rule(size_t index)
{
    if (index < ROWS)
        return &rows[index].rule;
    return index < ROWS + FILTER_ROWS ? &filter_rows[index - ROWS].rule : NULL;
}

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

bool
mqtt_check(const struct mqtt_packet *p, enum mqtt_side from,
           struct mqtt_report *report)
{
    enum mqtt_version v = p->version ? p->version : MQTT_50;
    for (size_t i = 0; i < ROWS; i++) {
        const struct check_row *row = &rows[i];
        if ((row->packets >> p->type & 1) && (row->from & from) &&
            mqtt_version_in(v, row->versions) && row->is_broken(p))
            mqtt_report_add(report, &row->rule, v, row->field, 0, 0);
    }
    if (!(SUBSCRIPTIONS >> p->type & 1) || !(from & FROM_CLIENT))
        return report->count == 0;
    for (size_t i = 0; i < FILTER_ROWS; i++) {
        const struct filter_row *row = &filter_rows[i];
        if ((row->packets >> p->type & 1) &&
            mqtt_version_in(v, row->versions) && any_filter(p, row->is_bad))
            mqtt_report_add(report, &row->rule, v, MQTT_F_filters, 0, 0);
    }
    return report->count == 0;
}
