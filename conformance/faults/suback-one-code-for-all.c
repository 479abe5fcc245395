/* suback-one-code-for-all - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_subscribe.c
 * statement: MQTT-3.8.4-6 MQTT311-3.8.4-5
 * wrong: SUBACK carries one code however many filters there were
 * hint: how many codes are in a SUBACK (3.9.3)?
 */
void
on_subscribe(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    uint8_t limit = closes_over(b, c, p);
    if (limit) {
        conn_fail(b, c, limit,
                  mqtt_reason_name(limit, MQTT_DISCONNECT, MQTT_50));
        return;
    }
    uint32_t id = p->version != MQTT_50
                      ? 0
                      : mqtt_property_number(
                            p->properties, MQTT_P_subscription_identifier, 0);
    struct slice rest = p->filters;
    struct mqtt_filter f;
    struct buf codes = {0};
    /* One after the other, and one code for each, in their order
     * [MQTT-3.8.4-5, MQTT-3.8.4-7, MQTT-3.9.3-1]. */
    while (mqtt_filter_next(p, &rest, &f)) {
        uint8_t why = refused(b, c, &f), qos = granted(b, &f);
        if (!why)
            subtree_add(b, c->session, &f, qos, id);
        buf_add_byte(&codes, code_for(b, c->version, why, qos));
    }
    /* SUBACK first: clients like to know before messages come
     * [MQTT-3.8.4-1, MQTT-3.8.4-2]. */
    bool is_last = b->config.variant.suback_order == SUBACK_AFTER;
    if (is_last)
        send_retained(b, c, p);
    send_suback(b, c, p->packet_id, slice_first(buf_slice(&codes), 1));
    if (!is_last)
        send_retained(b, c, p);
    buf_release(&codes);
}
