/* puback-unknown-code - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_publish.c
 * statement: MQTT-3.4.2-1
 * wrong: PUBACK carries a Reason Code that its table does not have
 * hint: which codes may stand in PUBACK (3.4.2.1)?
 */
static uint8_t
deliver(struct broker *b, struct conn *c, const struct mqtt_packet *p,
        struct slice topic)
{
    struct slice properties = slice_of(NULL, 0);
    if (p->retain && p->payload.len == 0)
        broker_note(b, c, "MQTT-3.3.1-6", "MQTT311-3.3.1-10",
                    "RETAIN and no payload: what is retained there is "
                    "removed");
    if (p->version == MQTT_50)
        properties = p->properties;
    struct message place;
    struct message *m =
        message_borrow(&place, &b->messages, topic, p->payload, properties,
                       p->qos, p->retain, b->now_ms);
    bool waits = p->qos == 2 &&
                 b->config.variant.qos2_delivery == QOS2_ON_PUBREL;
    bool tells = b->config.variant.no_subscribers == NO_SUBSCRIBERS_TOLD;
    if (waits)
        persist_receiving(b, c->session, p->packet_id,
                          held_add(&c->session->held, p->packet_id, m));
    bool reached = waits || route_publish(b, m, c->session) > 0;
    message_unref(m);
    return reached || !tells ? MQTT_RC_SUCCESS
                             : MQTT_RC_NO_SUBSCRIPTION_EXISTED;
}
