/* qos2-delivers-a-repetition - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_publish.c
 * statement: MQTT-4.3.3-10 MQTT311-4.3.3-2
 * wrong: a QoS 2 PUBLISH that is repeated before PUBREL is delivered again
 * hint: which identifiers does the receiver remember, and until when (4.3.3)?
 */
static void
take_over(struct broker *b, struct conn *c, const struct mqtt_packet *p,
          struct slice topic, uint8_t refusal)
{
    struct mqtt_pktids *receiving = &c->session->receiving;
    bool known = p->qos == 2 && false;
    /* 3.x has no way to refuse: it acknowledges and drops [MQTT311-3.3.5-2]. */
    bool tells = refusal && c->version == MQTT_50 &&
                 consequence(b, refusal) == FORBIDDEN_TOLD;
    const struct flow_step *step = mqtt_flow_next(
        mqtt_flow_receiver(p->qos), known ? FLOW_AWAIT_PUBREL : FLOW_FREE,
        tells ? FLOW_GOT_UNWANTED : FLOW_GOT_PUBLISH);
    if (!refusal || tells)
        broker_note(b, c, step->statement5, step->statement311,
                    known     ? "a repetition: acknowledged once more, not "
                                "delivered"
                    : refusal ? "a message: refused"
                              : "a message: taken over and acknowledged");
    if (step->to == FLOW_AWAIT_PUBREL) {
        if (mqtt_pktid_mark(receiving, p->packet_id))
            persist_receiving(b, c->session, p->packet_id, NULL);
        if (c->version == MQTT_50) /* others are not held to a limit */
            mqtt_pktid_mark(&c->unfinished, p->packet_id);
    }
    bool delivers = (step->does & FLOW_DO_DELIVER) && !refusal;
    bool is_before = delivers &&
                     b->config.variant.puback_order == PUBACK_BEFORE;
    uint8_t reason = MQTT_RC_SUCCESS;
    if (step->does &
        (FLOW_DO_SEND_PUBACK_REFUSED | FLOW_DO_SEND_PUBREC_REFUSED))
        reason = refusal;
    if (is_before)
        answer(b, c, p, reason);
    if (delivers)
        reason = deliver(b, c, p, topic);
    if (!is_before)
        answer(b, c, p, reason);
}
