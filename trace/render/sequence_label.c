/* sequence_label.c - a packet in the few words that fit beside an arrow.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/sequence_label.h"

#include "base/hex.h"
#include "mqtt/reason.h"
#include "trace/render/line.h"

#define PAYLOAD_SHOWN 12 /* bytes of a payload that is text */

static void
add_packet_id(struct buf *out, const struct mqtt_packet *m)
{
    if (MQTT_HAS(m, packet_id))
        buf_printf(out, " #%u", m->packet_id);
}

/* Success goes without saying, except where it is the news. */
static void
add_reason(struct buf *out, const struct mqtt_packet *m)
{
    if (!MQTT_HAS(m, reason))
        return;
    if (m->reason == 0)
        buf_add_str(out, m->type == MQTT_CONNACK ? " accepted" : "");
    else
        buf_printf(out, " 0x%02x %s", m->reason,
                   mqtt_reason_name(m->reason, m->type, m->version));
}

static void
add_connect(struct buf *out, const struct mqtt_packet *m)
{
    if (MQTT_HAS(m, clean_start) && m->clean_start)
        buf_add_str(out, m->version == MQTT_50 ? " clean start"
                                               : " clean session");
    if (MQTT_HAS(m, will_topic)) {
        buf_add_str(out, ", will ");
        buf_add(out, m->will_topic);
    }
    if (MQTT_HAS(m, user_name)) {
        buf_add_str(out, ", user ");
        buf_add(out, m->user_name);
    }
}

static void
add_publish(struct buf *out, const struct model_packet *p)
{
    const struct mqtt_packet *m = &p->mqtt;
    if (m->qos)
        buf_printf(out, " QoS %u", m->qos);
    add_packet_id(out, m);
    buf_add_str(out, m->dup ? " dup" : "");
    buf_add_str(out, m->retain ? " retain" : "");
    buf_add_byte(out, ' ');
    if (p->marks & MODEL_NO_ALIAS)
        buf_add_str(out, "(unknown alias)");
    else if (p->marks & MODEL_ALIAS)
        buf_printf(out, "(%.*s)", SLICE_ARG(p->topic));
    else
        buf_add(out, p->topic);
    if (!MQTT_HAS(m, payload) || (p->marks & MODEL_CUT))
        return;
    if (hex_is_text(m->payload) && m->payload.len <= PAYLOAD_SHOWN &&
        m->payload.len > 0)
        buf_printf(out, " \"%.*s\"", SLICE_ARG(m->payload));
    else
        buf_printf(out, " (%zu byte%s)", m->payload.len,
                   m->payload.len == 1 ? "" : "s");
}

static void
add_filters(struct buf *out, const struct mqtt_packet *m)
{
    struct slice rest = m->filters;
    struct mqtt_filter f;
    const char *between = " ";
    if (!MQTT_HAS(m, filters))
        return;
    while (mqtt_filter_next(m, &rest, &f)) {
        buf_add_str(out, between);
        buf_add(out, f.filter);
        if (m->type == MQTT_SUBSCRIBE)
            buf_printf(out, " QoS %u", f.qos);
        between = ", ";
    }
}

static void
add_codes(struct buf *out, const struct mqtt_packet *m)
{
    if (!MQTT_HAS(m, codes))
        return;
    for (size_t i = 0; i < m->codes.len; i++)
        buf_printf(out, "%s0x%02x", i ? ", " : " ", m->codes.ptr[i]);
    if (m->codes.len == 1 && m->codes.ptr[0] != 0)
        buf_printf(out, " %s", mqtt_reason_name(m->codes.ptr[0], m->type,
                                                m->version));
}

void
sequence_label_print(struct buf *out, const struct model_packet *p)
{
    const struct mqtt_packet *m = &p->mqtt;
    buf_add_str(out, m->type ? mqtt_packet_row(m->type)->name : "type 0");
    switch (m->type) {
    case MQTT_CONNECT: add_connect(out, m); break;
    case MQTT_CONNACK:
        add_reason(out, m);
        buf_add_str(out, m->session_present ? ", session present" : "");
        break;
    case MQTT_PUBLISH: add_publish(out, p); break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        add_packet_id(out, m);
        add_filters(out, m);
        break;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        add_packet_id(out, m);
        add_codes(out, m);
        break;
    default:
        add_packet_id(out, m);
        add_reason(out, m);
    }
    if (p->marks & MODEL_CUT)
        buf_add_str(out, " (cut)");
    if (p->request) {
        buf_add_str(out, "  +");
        line_duration(out, p->latency_ns);
    }
}
