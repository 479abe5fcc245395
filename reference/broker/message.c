/* message.c - an application message on its way through the broker.
 * SPDX-License-Identifier: MIT */
#include "broker/message.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/property.h"

static bool
travels(uint8_t id)
{
    return id != MQTT_P_topic_alias && id != MQTT_P_subscription_identifier &&
           id != MQTT_P_will_delay_interval &&
           id != MQTT_P_message_expiry_interval;
}

/* Copies the properties that are forwarded [MQTT-3.3.2-4, MQTT-3.3.2-15,
 * MQTT-3.3.2-16, MQTT-3.3.2-17, MQTT-3.3.2-20], as bytes and so in
 * their order [MQTT-3.3.2-18]. Returns how many bytes that are. */
static size_t
copy_properties(uint8_t *out, struct slice properties)
{
    struct mqtt_property p;
    struct slice rest = properties;
    size_t len = 0;
    for (const uint8_t *from = rest.ptr; mqtt_property_next(&rest, &p);
         from = rest.ptr) {
        if (!travels(p.row->id))
            continue;
        memcpy(out + len, from, (size_t)(rest.ptr - from));
        len += (size_t)(rest.ptr - from);
    }
    return len;
}

/* Room for a message with that many bytes behind it; not zeroed. */
static struct message *
allocate(struct pool *pool, size_t bytes)
{
    size_t size = sizeof(struct message) + bytes;
    bool is_small = pool && size <= MESSAGE_SMALL;
    struct message *m = is_small ? pool_take(pool) : xrealloc(NULL, size);
    *m = (struct message){.refs = 1, .pool = is_small ? pool : NULL};
    return m;
}

static struct slice
append(uint8_t **at, struct slice bytes)
{
    struct slice copy = slice_of(*at, bytes.len);
    if (bytes.len)
        memcpy(*at, bytes.ptr, bytes.len);
    *at += bytes.len;
    return copy;
}

static struct message *
make(struct pool *pool, struct slice topic, struct slice payload,
     struct slice properties, uint8_t qos, bool retain, uint64_t now_ms)
{
    struct message *m =
        allocate(pool, topic.len + payload.len + properties.len);
    uint8_t *at = (uint8_t *)(m + 1);
    m->qos = qos;
    m->retain = retain;
    m->published_ms = now_ms;
    m->topic = append(&at, topic);
    m->payload = append(&at, payload);
    if (properties.len == 0)
        return m;
    m->properties = slice_of(at, copy_properties(at, properties));

    struct mqtt_property expiry;
    m->expires = mqtt_property_find(
        properties, MQTT_P_message_expiry_interval, &expiry);
    if (m->expires)
        m->expiry_interval = expiry.number;
    return m;
}

struct message *
message_new(struct slice topic, struct slice payload, struct slice properties,
            uint8_t qos, bool retain, uint64_t now_ms)
{
    return make(NULL, topic, payload, properties, qos, retain, now_ms);
}

struct message *
message_borrow(struct message *place, struct pool *pool, struct slice topic,
               struct slice payload, struct slice properties, uint8_t qos,
               bool retain, uint64_t now_ms)
{
    if (properties.len > 0)
        return make(pool, topic, payload, properties, qos, retain, now_ms);
    *place = (struct message){.qos = qos,
                              .retain = retain,
                              .topic = topic,
                              .payload = payload,
                              .published_ms = now_ms,
                              .pool = pool};
    return place;
}

struct message *
message_ref(struct message *m)
{
    if (m->refs == 0) {
        if (!m->copy)
            m->copy = make(m->pool, m->topic, m->payload, m->properties,
                           m->qos, m->retain, m->published_ms);
        m = m->copy;
    }
    m->refs++;
    return m;
}

void
message_unref(struct message *m)
{
    if (m && m->refs == 0)
        m = m->copy;
    if (!m || --m->refs > 0)
        return;
    if (m->pool)
        pool_give(m->pool, m);
    else
        free(m);
}

bool
message_expired(const struct message *m, uint64_t now_ms)
{
    return m->expires &&
           now_ms - m->published_ms >= (uint64_t)m->expiry_interval * 1000;
}

uint32_t
message_expiry_left(const struct message *m, uint64_t now_ms)
{
    uint64_t waited = (now_ms - m->published_ms) / 1000;
    return waited >= m->expiry_interval
               ? 0
               : m->expiry_interval - (uint32_t)waited;
}

size_t
message_size(const struct message *m)
{
    return sizeof *m + m->topic.len + m->payload.len + m->properties.len;
}
