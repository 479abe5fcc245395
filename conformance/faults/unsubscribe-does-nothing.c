/* unsubscribe-does-nothing - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_unsubscribe.c
 * statement: MQTT-3.10.4-1 MQTT-3.10.4-2 MQTT311-3.10.4-1 MQTT311-3.10.4-2
 * wrong: UNSUBSCRIBE is acknowledged and nothing else
 * hint: what does UNSUBSCRIBE remove (3.10.4)?
 */
void
on_unsubscribe(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    const struct variants *v = &b->config.variant;
    struct slice rest = p->filters;
    struct mqtt_filter f;
    struct buf codes = {0};
    /* Each for itself, codes in their order; what is in the queue already
     * stays [MQTT-3.10.4-2, MQTT-3.10.4-3, MQTT-3.10.4-6, MQTT-3.11.3-1]. */
    while (mqtt_filter_next(p, &rest, &f)) {
        bool had = subtree_find(c->session, f.filter);
        uint8_t code = had || v->not_subscribed == NOT_SUBSCRIBED_SUCCESS
                           ? MQTT_RC_SUCCESS
                           : MQTT_RC_NO_SUBSCRIPTION_EXISTED;
        if (!mqtt_topic_filter_valid(f.filter))
            code = MQTT_RC_TOPIC_FILTER_INVALID; /* variant bad_filter */
        buf_add_byte(&codes, code);
    }
    if (v->unsubscribed == UNSUBSCRIBED_DROPPED)
        queue_drop_unwanted(b, c->session);
    /* Answered in any case, one code per filter in 5.0 [MQTT-3.10.4-4,
     * MQTT-3.10.4-5]; 3.x has no codes, and the encoder leaves them out. */
    struct mqtt_packet ack = mqtt_packet_make(MQTT_UNSUBACK, c->version);
    MQTT_SET(&ack, packet_id, p->packet_id);
    MQTT_SET(&ack, codes, buf_slice(&codes));
    send_explained(b, c, &ack, NULL);
    buf_release(&codes);
}
