/* also.c - what else a packet breaks that broke a rule of its own.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/lint/also.h"

#include "mqtt/property.h"

#define ANY (((1u << MQTT_TYPES) - 1) & ~1u)
#define WITH_PROPERTIES (ANY & ~(P(PINGREQ) | P(PINGRESP)))
#define WITH_STRINGS (WITH_PROPERTIES)
#define REQUESTS (P(SUBSCRIBE) | P(UNSUBSCRIBE))

/* Which bytes of the packet the violation has to be in; NULL: anywhere. */
typedef struct slice member(const struct mqtt_packet *p);

#define MEMBER(name)                                                      \
    static struct slice in_##name(const struct mqtt_packet *p)            \
    {                                                                     \
        return MQTT_HAS(p, name) ? p->name : (struct slice){NULL, 0};     \
    }
MEMBER(client_id)
MEMBER(will_topic)
MEMBER(user_name)
MEMBER(topic)
MEMBER(filters)

static struct slice
in_property(const struct mqtt_packet *p, enum mqtt_property_id id)
{
    struct slice all = p->type == MQTT_CONNECT ? p->will_properties
                                               : p->properties;
    uint64_t has = p->type == MQTT_CONNECT ? MQTT_BIT(MQTT_F_will_properties)
                                           : MQTT_BIT(MQTT_F_properties);
    return p->present & has ? mqtt_property_text(all, id)
                            : (struct slice){NULL, 0};
}

static struct slice
in_response_topic(const struct mqtt_packet *p)
{
    return in_property(p, MQTT_P_response_topic);
}

static struct slice
in_content_type(const struct mqtt_packet *p)
{
    return in_property(p, MQTT_P_content_type);
}

/* clang-format off */
static const struct also_row {
    const char *id;      /* as check and decode call it */
    uint32_t packets;    /* set of P(TYPE) */
    member *where;       /* or NULL */
    const char *ids;     /* all */
} rows[] = {
/*   id                 packets         where              all that is broken */
    {"MQTT-1.5.4-1",    P(CONNECT),     in_client_id,      "MQTT-1.5.4-1 MQTT-3.1.3-4"},
    {"MQTT-1.5.4-1",    P(CONNECT),     in_will_topic,     "MQTT-1.5.4-1 MQTT-3.1.3-11"},
    {"MQTT-1.5.4-1",    P(CONNECT),     in_user_name,      "MQTT-1.5.4-1 MQTT-3.1.3-12"},
    {"MQTT-1.5.4-1",    P(PUBLISH),     in_topic,          "MQTT-1.5.4-1 MQTT-3.3.2-1"},
    {"MQTT-1.5.4-1",    P(PUBLISH),     in_response_topic, "MQTT-1.5.4-1 MQTT-3.3.2-13"},
    {"MQTT-1.5.4-1",    P(PUBLISH),     in_content_type,   "MQTT-1.5.4-1 MQTT-3.3.2-19"},
    {"MQTT-1.5.4-1",    P(SUBSCRIBE),   in_filters,        "MQTT-1.5.4-1 MQTT-3.8.3-1"},
    {"MQTT-1.5.4-1",    P(UNSUBSCRIBE), in_filters,        "MQTT-1.5.4-1 MQTT-3.10.3-1"},
    {"MQTT-1.5.4-2",    P(PUBLISH),     in_topic,          "MQTT-1.5.4-2 MQTT-4.7.3-2"},
    {"MQTT-1.5.4-2",    REQUESTS,       in_filters,        "MQTT-1.5.4-2 MQTT-4.7.3-2"},
    {"MQTT-3.3.1-2",    P(PUBLISH),     NULL,              "MQTT-3.3.1-2 MQTT-4.3.1-1"},
    {"MQTT-3.3.2-2",    P(PUBLISH),     NULL,              "MQTT-3.3.2-2 MQTT-4.7.0-1"},
    {"MQTT-3.6.1-1",    P(PUBREL),      NULL,              "MQTT-3.6.1-1 MQTT-2.1.3-1"},
    {"MQTT-3.8.1-1",    P(SUBSCRIBE),   NULL,              "MQTT-3.8.1-1 MQTT-2.1.3-1"},
    {"MQTT-3.10.1-1",   P(UNSUBSCRIBE), NULL,              "MQTT-3.10.1-1 MQTT-2.1.3-1"},
    {"MQTT-3.14.1-1",   P(DISCONNECT),  NULL,              "MQTT-3.14.1-1 MQTT-2.1.3-1"},
    {"MQTT-3.15.1-1",   P(AUTH),        NULL,              "MQTT-3.15.1-1 MQTT-2.1.3-1"},
    {"MQTT-3.9.3-2",    P(SUBACK),      NULL,              "MQTT-3.9.3-2 MQTT-3.8.4-7"},

    {"MQTT311-1.5.3-1", P(CONNECT),     in_client_id,      "MQTT311-1.5.3-1 MQTT311-3.1.3-4"},
    {"MQTT311-1.5.3-1", P(CONNECT),     in_will_topic,     "MQTT311-1.5.3-1 MQTT311-3.1.3-10"},
    {"MQTT311-1.5.3-1", P(CONNECT),     in_user_name,      "MQTT311-1.5.3-1 MQTT311-3.1.3-11"},
    {"MQTT311-1.5.3-1", P(PUBLISH),     in_topic,          "MQTT311-1.5.3-1 MQTT311-3.3.2-1"},
    {"MQTT311-1.5.3-1", P(SUBSCRIBE),   in_filters,        "MQTT311-1.5.3-1 MQTT311-3.8.3-1"},
    {"MQTT311-1.5.3-1", P(UNSUBSCRIBE), in_filters,        "MQTT311-1.5.3-1 MQTT311-3.10.3-1"},
    {"MQTT311-1.5.3-2", P(PUBLISH),     in_topic,          "MQTT311-1.5.3-2 MQTT311-4.7.3-2"},
    {"MQTT311-1.5.3-2", REQUESTS,       in_filters,        "MQTT311-1.5.3-2 MQTT311-4.7.3-2"},
    {"MQTT311-3.1.2-13", P(CONNECT),    NULL,              "MQTT311-3.1.2-13 MQTT311-3.1.2-11"},
    {"MQTT311-3.1.2-15", P(CONNECT),    NULL,              "MQTT311-3.1.2-15 MQTT311-3.1.2-11"},
    {"MQTT311-3.3.1-2", P(PUBLISH),     NULL,              "MQTT311-3.3.1-2 MQTT311-4.3.1-1"},
    {"MQTT311-3.3.2-2", P(PUBLISH),     NULL,              "MQTT311-3.3.2-2 MQTT311-4.7.1-1"},
    {"MQTT311-3.6.1-1", P(PUBREL),      NULL,              "MQTT311-3.6.1-1 MQTT311-2.2.2-1"},
    {"MQTT311-3.8.1-1", P(SUBSCRIBE),   NULL,              "MQTT311-3.8.1-1 MQTT311-2.2.2-1"},
    {"MQTT311-3.10.1-1", P(UNSUBSCRIBE), NULL,             "MQTT311-3.10.1-1 MQTT311-2.2.2-1"},
    {"MQTT311-3.14.1-1", P(DISCONNECT), NULL,              "MQTT311-3.14.1-1 MQTT311-2.2.2-1"},
};

/* Where each rule of check.def and of the decoder applies. */
static const struct place_row {
    const char *id5, *id311;
    struct also_place place;
} places[] = {
#define RULE(packets, from, versions, field, is_broken, id5, id311, ...) \
    {id5, id311, {packets, from, versions}},
#define FILTER_RULE(packets, versions, is_bad, id5, id311, ...) \
    {id5, id311, {packets, FROM_CLIENT, versions}},
#define ANY_TYPE ANY
#define ACKS (P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP))
#define NOT_PUBLISH (ANY & ~P(PUBLISH))
#define PLAIN_FLAGS (NOT_PUBLISH & ~(P(PUBREL) | P(SUBSCRIBE) | \
                     P(UNSUBSCRIBE) | P(DISCONNECT) | P(AUTH)))
#define SUBSCRIPTIONS REQUESTS
#include "mqtt/check.def"
#undef RULE
#undef FILTER_RULE
    {"MQTT-1.5.4-1",  "MQTT311-1.5.3-1", {WITH_STRINGS, FROM_ANY, V_ALL}},
    {"MQTT-1.5.4-2",  "MQTT311-1.5.3-2", {WITH_STRINGS, FROM_ANY, V_ALL}},
    {"MQTT-1.5.5-1",  NULL,              {ANY, FROM_ANY, V_5}},
    {"MQTT-1.5.7-1",  NULL,              {WITH_PROPERTIES, FROM_ANY, V_5}},
    {"MQTT-3.1.2-1",  "MQTT311-3.1.2-1", {P(CONNECT), FROM_CLIENT, V_ALL}},
    {"MQTT-3.1.2-2",  "MQTT311-3.1.2-2", {P(CONNECT), FROM_CLIENT, V_ALL}},
    {"MQTT-3.3.2-8",  NULL,              {P(PUBLISH), FROM_ANY, V_5}},
    {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", {ANY, FROM_ANY, V_ALL}},
};
/* clang-format on */
enum {
    ROWS = sizeof rows / sizeof *rows,
    PLACES = sizeof places / sizeof *places
};

static bool
is_inside(const struct also_row *row, const struct mqtt_violation *v,
          const struct model_packet *p)
{
    if (!row->where)
        return true;
    struct slice s = row->where(&p->mqtt);
    const uint8_t *at = p->bytes.ptr + v->offset;
    /* The finger may point to the length bytes in front of it. */
    return s.ptr && at + 2 >= s.ptr && at <= s.ptr + s.len;
}

const char *
also_ids(const struct mqtt_violation *v, const struct model_packet *p)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].id, v->statement) == 0 &&
            (rows[i].packets >> p->mqtt.type & 1) && is_inside(&rows[i], v, p))
            return rows[i].ids;
    return v->statement;
}

static bool
has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += n)
        if (at[n] == ' ' || at[n] == '\0')
            return true;
    return false;
}

static size_t
add_places(const char *id, uint32_t packets, struct also_place *out, size_t at,
           size_t max)
{
    for (size_t i = 0; i < PLACES && at < max; i++) {
        const struct place_row *row = &places[i];
        bool is_5 = row->id5 && strcmp(row->id5, id) == 0;
        bool is_311 = row->id311 && strcmp(row->id311, id) == 0;
        if (!is_5 && !is_311)
            continue;
        out[at] = row->place;
        out[at].packets &= packets;
        out[at].versions &= is_5 ? V_5 : V_3;
        if (out[at].packets && out[at].versions)
            at++;
    }
    return at;
}

size_t
also_places(const char *id, struct also_place *out, size_t max)
{
    size_t n = add_places(id, ANY, out, 0, max);
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].id, id) != 0 && has_word(rows[i].ids, id))
            n = add_places(rows[i].id, rows[i].packets, out, n, max);
    return n;
}
