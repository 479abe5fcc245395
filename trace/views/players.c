/* players.c - the connections of a capture as clients of a script.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/views/players.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/property.h"
#include "mqtt/topic.h"

/* --- names ---------------------------------------------------------------- */

static struct player *
find_name(const struct players *ps, const char *name)
{
    for (size_t i = 0; i < ps->count; i++)
        if (strcmp(ps->list[i].name, name) == 0)
            return &ps->list[i];
    return NULL;
}

/* Words of the language that begin a line. */
static bool
is_reserved(const char *name)
{
    static const char *const words[] = {
        "any",    "judge", "let",    "mark",     "wait",        "either",
        "repeat", "for",   "skip",   "together", "meanwhile",   "end",
        "broker", "or",    "define", "scenario", "unexercised", "client",
        "v5",     "v31",   "v311",   "v3",       "others",      "target",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0)
            return true;
    return false;
}

/* Letters and digits of the Client Identifier, told apart by a number. */
static void
make_name(const struct players *ps, const char *from, char name[24])
{
    char base[16] = "c";
    size_t n = 0;
    for (; *from && n < 12; from++) {
        char c = *from;
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_letter || (n && c >= '0' && c <= '9'))
            base[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    base[n ? n : 1] = '\0';
    snprintf(name, 24, "%s", base);
    for (unsigned i = 2; find_name(ps, name) || is_reserved(name); i++)
        snprintf(name, 24, "%s_%u", base, i);
}

/* --- finding -------------------------------------------------------------- */

static struct player *
add_player(struct players *ps, const struct conversation *c, size_t lane,
           enum mqtt_version version)
{
    const struct player *first = NULL;
    for (size_t i = 0; i < ps->count && !first; i++)
        if (ps->list[i].lane == lane)
            first = &ps->list[i];
    char id[24] = "";
    if (first)
        memcpy(id, first->id, sizeof id);
    ps->list = xgrow(ps->list, &ps->cap, ps->count + 1, sizeof *ps->list);
    struct player *p = &ps->list[ps->count];
    *p = (struct player){.lane = lane, .version = version};
    make_name(ps, c->lanes[lane].name, p->name);
    memcpy(p->id, id[0] ? id : p->name, sizeof p->id);
    ps->count++;
    return p;
}

/* A player of that lane and version who is not connected now. */
static struct player *
free_player(struct players *ps, const struct conversation *c, size_t lane,
            enum mqtt_version version)
{
    for (size_t i = 0; i < ps->count; i++)
        if (ps->list[i].lane == lane && ps->list[i].version == version &&
            !ps->list[i].is_playing)
            return &ps->list[i];
    return add_player(ps, c, lane, version);
}

static bool
has_auth(const struct conversation *c, uint64_t connection)
{
    for (size_t i = 0; i < c->item_count; i++)
        if (c->items[i]->connection == connection &&
            c->items[i]->what == CONVERSATION_PACKET &&
            c->items[i]->packet.mqtt.type == MQTT_AUTH)
            return true;
    return false;
}

static void
add_shares(struct players *ps, const struct player *p,
           const struct mqtt_packet *m)
{
    struct slice rest = m->filters, group, inner;
    struct mqtt_filter f;
    while (mqtt_filter_next(m, &rest, &f)) {
        if (mqtt_topic_share_split(f.filter, &group, &inner) !=
            MQTT_SHARE_GOOD)
            continue;
        ps->shares = xgrow(ps->shares, &ps->share_cap, ps->share_count + 1,
                           sizeof *ps->shares);
        ps->shares[ps->share_count++] = (struct player_share){
            f.filter, (size_t)(p - ps->list)};
    }
}

static void
begin_part(struct players *ps, const struct conversation *c,
           const struct conversation_item *item)
{
    if (has_auth(c, item->connection))
        return;
    struct player *p = free_player(ps, c, item->lane, item->packet.mqtt.version);
    p->is_playing = true;
    ps->parts = xgrow(ps->parts, &ps->part_cap, ps->part_count + 1,
                      sizeof *ps->parts);
    ps->parts[ps->part_count++] = (struct player_part){
        item->connection, (size_t)(p - ps->list)};
}

/* Members of a group of two or more leave acknowledging to the engine. */
static void
find_groups(struct players *ps)
{
    for (size_t i = 0; i < ps->share_count; i++)
        for (size_t k = 0; k < ps->share_count; k++)
            if (ps->shares[i].player != ps->shares[k].player &&
                slice_equal(ps->shares[i].filter, ps->shares[k].filter))
                ps->list[ps->shares[i].player].is_auto = true;
}

void
players_find(struct players *ps, const struct conversation *c,
             unsigned versions)
{
    *ps = (struct players){0};
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        const struct mqtt_packet *m = &item->packet.mqtt;
        struct player *p = player_of(ps, item);
        if (item->what == CONVERSATION_PACKET && m->type == MQTT_CONNECT &&
            item->from == FROM_CLIENT && !p &&
            mqtt_version_in(m->version, versions))
            begin_part(ps, c, item);
        else if (p && (item->what == CONVERSATION_CLOSE || item->is_end))
            p->is_playing = false;
        else if (p && m->type == MQTT_SUBSCRIBE)
            add_shares(ps, p, m);
    }
    if (c->item_count)
        ps->span_us = c->items[c->item_count - 1]->time_us -
                      c->items[0]->time_us;
    find_groups(ps);
    for (size_t i = 0; i < ps->count; i++) {
        ps->list[i].is_playing = false;
        if (strlen(ps->list[i].name) > ps->name_width)
            ps->name_width = strlen(ps->list[i].name);
    }
}

void
players_release(struct players *ps)
{
    for (size_t i = 0; i < ps->count; i++) {
        free(ps->list[i].ids);
        free(ps->list[i].deferred);
    }
    free(ps->list);
    free(ps->parts);
    free(ps->shares);
    *ps = (struct players){0};
}

struct player *
player_of(const struct players *ps, const struct conversation_item *item)
{
    for (size_t i = 0; i < ps->part_count && item->connection; i++)
        if (ps->parts[i].connection == item->connection)
            return &ps->list[ps->parts[i].player];
    return NULL;
}

/* --- messages ------------------------------------------------------------- */

bool
players_published(const struct players *ps, const struct conversation *c,
                  const struct model_packet *copy)
{
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        const struct mqtt_packet *m = &item->packet.mqtt;
        if (item->what != CONVERSATION_PACKET || item->from != FROM_CLIENT ||
            !player_of(ps, item))
            continue;
        if (item->packet.number > copy->number)
            return false;
        if (m->type == MQTT_PUBLISH &&
            slice_equal(item->packet.topic, copy->topic) &&
            slice_equal(m->payload, copy->mqtt.payload))
            return true;
        if (m->type == MQTT_CONNECT && MQTT_HAS(m, will_topic) &&
            slice_equal(m->will_topic, copy->topic) &&
            slice_equal(m->will_payload, copy->mqtt.payload))
            return true;
    }
    return false;
}

/* --- identifiers ---------------------------------------------------------- */

unsigned
player_bound(const struct player *p, uint16_t packet_id)
{
    for (size_t i = p->id_count; i-- > 0;)
        if (p->ids[i].packet_id == packet_id)
            return p->ids[i].name;
    return 0;
}

void
player_bind(struct player *p, uint16_t packet_id, unsigned name)
{
    p->ids = xgrow(p->ids, &p->id_cap, p->id_count + 1, sizeof *p->ids);
    p->ids[p->id_count++] = (struct player_id){packet_id, name};
}

void
player_defer(struct player *p, const struct model_packet *m)
{
    p->deferred = xgrow(p->deferred, &p->deferred_cap, p->deferred_count + 1,
                        sizeof *p->deferred);
    p->deferred[p->deferred_count++] = m;
}

/* --- groups --------------------------------------------------------------- */

static bool
shares_topic(const struct player_share *s, struct slice topic)
{
    struct slice group, inner;
    mqtt_topic_share_split(s->filter, &group, &inner);
    return mqtt_topic_matches(inner, topic);
}

bool
player_is_sharing(const struct players *ps, const struct player *p,
                  struct slice topic)
{
    for (size_t i = 0; i < ps->share_count && p->is_auto; i++)
        if (&ps->list[ps->shares[i].player] == p &&
            shares_topic(&ps->shares[i], topic))
            return true;
    return false;
}

void
players_print_any(const struct players *ps, struct buf *out,
                  struct slice topic, unsigned name)
{
    buf_add_str(out, "    any of");
    for (size_t i = 0; i < ps->share_count; i++)
        if (shares_topic(&ps->shares[i], topic))
            buf_printf(out, " %s", ps->list[ps->shares[i].player].name);
    buf_printf(out, " as m%u ", name);
}

/* --- needs ---------------------------------------------------------------- */

enum {
    NEED_QOS1, NEED_QOS2, NEED_SESSION, NEED_RETAIN, NEED_WILL, NEED_WILDCARD,
    NEED_SHARED, NEED_SUBID, NEED_ALIAS, NEED_ZERO_ID, NEEDS
};

static unsigned
needs_of_filters(const struct mqtt_packet *m)
{
    struct slice rest = m->filters;
    struct mqtt_filter f;
    unsigned needs = 0;
    while (mqtt_filter_next(m, &rest, &f)) {
        needs |= slice_starts(f.filter, "$share/") ? 1u << NEED_SHARED : 0;
        needs |= mqtt_topic_has_wildcard(f.filter) ? 1u << NEED_WILDCARD : 0;
        needs |= f.qos ? 1u << (f.qos == 2 ? NEED_QOS2 : NEED_QOS1) : 0;
    }
    return needs;
}

static unsigned
needs_of(const struct mqtt_packet *m)
{
    unsigned needs = 0;
    struct mqtt_property p;
    bool has_properties = m->version == MQTT_50 && MQTT_HAS(m, properties);
    switch (m->type) {
    case MQTT_CONNECT:
        needs |= m->clean_start ? 0 : 1u << NEED_SESSION;
        needs |= m->will_flag ? 1u << NEED_WILL : 0;
        needs |= m->client_id.len ? 0 : 1u << NEED_ZERO_ID;
        break;
    case MQTT_PUBLISH:
        needs |= m->qos ? 1u << (m->qos == 2 ? NEED_QOS2 : NEED_QOS1) : 0;
        needs |= m->retain ? 1u << NEED_RETAIN : 0;
        if (has_properties && mqtt_property_find(
                m->properties, MQTT_P_topic_alias, &p))
            needs |= 1u << NEED_ALIAS;
        break;
    case MQTT_SUBSCRIBE:
        needs |= needs_of_filters(m);
        if (has_properties && mqtt_property_find(
                m->properties, MQTT_P_subscription_identifier, &p))
            needs |= 1u << NEED_SUBID;
        break;
    default: break;
    }
    return needs;
}

void
players_needs(const struct players *ps, const struct conversation *c,
              struct buf *out)
{
    static const char *const words[NEEDS] = {
        "qos1",     "qos2",   "session", "retain",      "will",
        "wildcard", "shared", "subid",   "topic_alias", "zero_clientid",
    };
    unsigned needs = 0;
    for (size_t i = 0; i < c->item_count; i++)
        if (c->items[i]->what == CONVERSATION_PACKET &&
            c->items[i]->from == FROM_CLIENT && player_of(ps, c->items[i]))
            needs |= needs_of(&c->items[i]->packet.mqtt);
    for (int i = 0; i < NEEDS; i++)
        if (needs & 1u << i)
            buf_printf(out, " %s", words[i]);
}

int64_t
players_last_s(const struct players *ps)
{
    return ps->span_us / 1000000;
}
