/* bench_packet.c - the few packets that a load consists of, in 3.1.1.
 * SPDX-License-Identifier: MIT */
#include "client/bench_packet.h"

#include <stdio.h>

#include "mqtt/encode.h"

void
bench_packet_connect(struct buf *out, unsigned number, bool keeps)
{
    char id[32];
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, MQTT_311);
    snprintf(id, sizeof id, "bench-%u", number);
    p.clean_start = !keeps;
    MQTT_SET(&p, client_id, slice_str(id));
    mqtt_encode(out, &p);
}

static void
add_filter(struct buf *filters, const struct mqtt_packet *p, const char *text,
           uint8_t qos)
{
    struct mqtt_filter f = {.filter = slice_str(text), .qos = qos};
    mqtt_filter_add(filters, p, &f);
}

static void
add_subscribe(struct buf *out, struct mqtt_packet *p, const struct buf *filters)
{
    MQTT_SET(p, packet_id, 1);
    MQTT_SET(p, filters, buf_slice(filters));
    mqtt_encode(out, p);
}

void
bench_packet_subscribe(struct buf *out, const char *filter, uint8_t qos)
{
    struct buf filters = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_SUBSCRIBE, MQTT_311);
    add_filter(&filters, &p, filter, qos);
    add_subscribe(out, &p, &filters);
    buf_release(&filters);
}

void
bench_packet_subscribe_nothing(struct buf *out, unsigned group, unsigned count)
{
    char text[64];
    struct buf filters = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_SUBSCRIBE, MQTT_311);
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof text, "bench/+/%u/%u/#", group, i);
        add_filter(&filters, &p, text, 0);
    }
    add_subscribe(out, &p, &filters);
    buf_release(&filters);
}

size_t
bench_packet_publish(struct buf *out, uint32_t publisher, size_t payload,
                     uint8_t qos)
{
    char topic[32];
    struct buf bytes = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    snprintf(topic, sizeof topic, "bench/%u", (unsigned)publisher);
    writer_u32(&bytes, publisher);
    buf_add_fill(&bytes, 'x', payload - 4);
    p.qos = qos;
    MQTT_SET(&p, topic, slice_str(topic));
    MQTT_SET(&p, payload, buf_slice(&bytes));
    if (qos > 0)
        MQTT_SET(&p, packet_id, 1);
    mqtt_encode(out, &p);
    buf_release(&bytes);
    return out->len - payload - 2;
}
