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

struct message *
message_new(struct slice topic, struct slice payload, struct slice properties,
            uint8_t qos, bool retain, uint64_t now_ms)
{
    /* Not zeroed: the bytes are about to be written. */
    struct message *m =
        xrealloc(NULL, sizeof *m + topic.len + payload.len + properties.len);
    uint8_t *at = (uint8_t *)(m + 1);
    *m = (struct message){.refs = 1,
                          .qos = qos,
                          .retain = retain,
                          .published_ms = now_ms};
    m->topic = slice_of(at, topic.len);
    if (topic.len)
        memcpy(at, topic.ptr, topic.len);
    at += topic.len;
    m->payload = slice_of(at, payload.len);
    if (payload.len)
        memcpy(at, payload.ptr, payload.len);
    at += payload.len;
    m->properties = slice_of(at, copy_properties(at, properties));

    struct mqtt_property expiry;
    m->expires = mqtt_property_find(
        properties, MQTT_P_message_expiry_interval, &expiry);
    if (m->expires)
        m->expiry_interval = expiry.number;
    return m;
}

struct message *
message_ref(struct message *m)
{
    m->refs++;
    return m;
}

void
message_unref(struct message *m)
{
    if (m && --m->refs == 0)
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
