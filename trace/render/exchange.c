/* exchange.c - where a QoS 1 or 2 exchange stands after one of its packets.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/exchange.h"

#include "mqtt/reason.h"
#include "trace/render/drawing.h"

bool
exchange_after(struct exchange *e, const struct model_packet *p)
{
    const struct mqtt_packet *m = &p->mqtt;
    bool by_sender = m->type == MQTT_PUBLISH || m->type == MQTT_PUBREL;
    bool is_refused = m->type == MQTT_PUBREC && MQTT_HAS(m, reason) &&
                      mqtt_reason_failed(m->reason);
    *e = (struct exchange){
        .qos = m->type == MQTT_PUBLISH  ? m->qos
               : m->type == MQTT_PUBACK ? 1
                                        : 2,
        .client_sends = by_sender == (p->from == FROM_CLIENT),
        .sender = FLOW_FREE,
        .receiver = FLOW_FREE,
    };
    if (m->type < MQTT_PUBLISH || m->type > MQTT_PUBCOMP ||
        !mqtt_flow_sender(e->qos))
        return false;
    if (m->type == MQTT_PUBLISH)
        e->sender =
            mqtt_flow_next(mqtt_flow_sender(e->qos), FLOW_FREE, FLOW_SEND)->to;
    if ((m->type == MQTT_PUBREC && !is_refused) || m->type == MQTT_PUBREL)
        e->sender = FLOW_AWAIT_PUBCOMP;
    if (e->qos == 2 && !is_refused &&
        (m->type == MQTT_PUBLISH || m->type == MQTT_PUBREC))
        e->receiver = FLOW_AWAIT_PUBREL;
    return true;
}

void
exchange_print(struct buf *out, const struct exchange *e)
{
    buf_printf(out, "client %s, broker %s",
               mqtt_flow_state_name(e->client_sends ? e->sender : e->receiver),
               mqtt_flow_state_name(e->client_sends ? e->receiver : e->sender));
}

static void
add_machine(struct buf *out, const struct flow_machine *m, const char *prefix,
            bool is_client, enum flow_state at)
{
    const struct drawing_style *style = drawing_style(DRAW_QOS2);
    buf_printf(out, "    subgraph cluster_%s {\n"
                    "        label=\"%s: %s\"\n"
                    "        margin=40\n"
                    "        color=\"%s\"\n",
               prefix, is_client ? "client" : "broker", m->name,
               drawing_style(DRAW_DIM)->ink);
    for (unsigned s = 0; s < FLOW_STATES; s++) {
        if (!(m->states & 1u << s))
            continue;
        buf_printf(out, "        %s%s [label=\"%s\"", prefix,
                   mqtt_flow_state_name((enum flow_state)s),
                   mqtt_flow_state_name((enum flow_state)s));
        if (s == at)
            buf_printf(out, ", style=\"rounded,filled,bold\", "
                            "fillcolor=\"%s\", color=\"%s\"",
                       style->fill, style->ink);
        buf_add_str(out, "]\n");
    }
    mqtt_flow_print_steps(out, m, prefix);
    buf_add_str(out, "    }\n");
}

void
exchange_dot(struct buf *out, const struct exchange *e,
             const struct model_packet *p)
{
    buf_printf(out,
               "digraph exchange {\n"
               "    rankdir=LR\n"
               "    nodesep=1\n"
               "    pad=0.2\n"
               "    labelloc=t\n"
               "    label=\"after packet %llu, %s with Packet Identifier %u\"\n"
               "    fontname=\"sans-serif\"\n"
               "    node [shape=box, style=rounded, width=2, height=0.7,\n"
               "          fontname=\"sans-serif\"]\n"
               "    edge [fontname=\"sans-serif\", fontsize=10]\n",
               (unsigned long long)p->number,
               mqtt_packet_row(p->mqtt.type)->name, p->mqtt.packet_id);
    add_machine(out, mqtt_flow_sender(e->qos), "sender_", e->client_sends,
                e->sender);
    add_machine(out, mqtt_flow_receiver(e->qos), "receiver_", !e->client_sends,
                e->receiver);
    buf_add_str(out, "}\n");
}
