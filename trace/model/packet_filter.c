/* packet_filter.c - which packets of a capture are wanted.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/packet_filter.h"

#include <stdlib.h>

#include "mqtt/topic.h"

/* --- what begins an exchange ---------------------------------------------- */

/* Do two filters meet? Equal, or one is a name that the other matches. */
static bool
topics_meet(struct slice wanted, struct slice other)
{
    return slice_equal(wanted, other) ||
           (mqtt_topic_name_valid(other) && mqtt_topic_matches(wanted, other)) ||
           (mqtt_topic_name_valid(wanted) && mqtt_topic_matches(other, wanted));
}

static bool
filters_fit(const struct packet_filter *f, const struct mqtt_packet *m)
{
    struct slice rest = m->filters, share, inner;
    struct mqtt_filter one;
    while (mqtt_filter_next(m, &rest, &one)) {
        if (mqtt_topic_share_split(one.filter, &share, &inner) ==
            MQTT_SHARE_GOOD)
            one.filter = inner;
        if ((!f->topic || topics_meet(slice_str(f->topic), one.filter)) &&
            (!f->has_qos ||
             (m->type == MQTT_SUBSCRIBE && one.qos == f->qos)))
            return true;
    }
    return false;
}

static bool
begins_wanted(const struct packet_filter *f, const struct model_packet *p)
{
    const struct mqtt_packet *m = &p->mqtt;
    switch (m->type) {
    case MQTT_PUBLISH:
        return (!f->topic || topics_meet(slice_str(f->topic), p->topic)) &&
               (!f->has_qos || m->qos == f->qos);
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        return MQTT_HAS(m, filters) && filters_fit(f, m);
    case MQTT_CONNECT:
        return MQTT_HAS(m, will_topic) &&
               (!f->topic || topics_meet(slice_str(f->topic), m->will_topic)) &&
               (!f->has_qos || m->will_qos == f->qos);
    default:
        return false;
    }
}

/* Topic and QoS; what continues a wanted exchange is wanted. */
static bool
wants_exchange(struct packet_filter *f, const struct model_packet *p)
{
    if (!f->topic && !f->has_qos)
        return true;
    uint64_t *slot = &f->exchanges[p->exchange % PACKET_FILTER_EXCHANGES];
    if (begins_wanted(f, p)) {
        if (p->exchange)
            *slot = p->exchange;
        return true;
    }
    return p->exchange && p->exchange != p->number && *slot == p->exchange;
}

/* --- all conditions ------------------------------------------------------- */

static int
compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool
is_broken(const struct packet_filter *f, const struct model_packet *p)
{
    if (!f->broken || p->report.count)
        return p->report.count > 0;
    return bsearch(&p->number, f->broken, f->broken_count, sizeof *f->broken,
                   compare_numbers) != NULL;
}

static bool
is_in_time(const struct packet_filter *f, int64_t time_ns)
{
    int64_t at = time_ns - f->start_ns;
    return (!f->has_from || at >= f->from_ns) &&
           (!f->has_until || at <= f->until_ns);
}

bool
packet_filter_wants_connection(const struct packet_filter *f,
                               const struct model_conn *c)
{
    struct buf name = {0};
    bool wanted = !f->has_connection || f->connection == c->number;
    if (wanted && f->client) {
        model_conn_name(&name, c);
        wanted = slice_is(buf_slice(&name), f->client);
    }
    buf_release(&name);
    return wanted;
}

bool
packet_filter_wants(struct packet_filter *f, const struct model_packet *p)
{
    return packet_filter_wants_connection(f, p->conn) &&
           wants_exchange(f, p) &&
           (!f->packet || f->packet == p->number) &&
           (!f->types || (f->types & 1u << p->mqtt.type)) &&
           is_in_time(f, p->time_ns) && (!f->is_broken || is_broken(f, p));
}

bool
packet_filter_is_set(const struct packet_filter *f)
{
    return f->packet || f->topic || f->types || f->has_qos || f->has_from ||
           f->has_until || f->is_broken;
}

int
packet_filter_parse_types(const char *text, uint32_t *types, struct error *err)
{
    while (*text) {
        struct slice name = slice_of(text, strcspn(text, ","));
        char upper[16] = "";
        for (size_t i = 0; i < name.len && i < sizeof upper - 1; i++)
            upper[i] = (char)(name.ptr[i] >= 'a' && name.ptr[i] <= 'z'
                                  ? name.ptr[i] - 'a' + 'A'
                                  : name.ptr[i]);
        enum mqtt_type type = name.len < sizeof upper
                                  ? mqtt_packet_parse(slice_str(upper))
                                  : MQTT_NO_TYPE;
        if (type == MQTT_NO_TYPE)
            return error_set(err, "there is no packet type '%.*s'; types are "
                                  "CONNECT, PUBLISH, PUBACK ...",
                             SLICE_ARG(name));
        *types |= 1u << type;
        text += name.len + (text[name.len] == ',');
    }
    return 0;
}
