/* will-lost-on-0x04 - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_disconnect.c
 * statement: MQTT-3.1.2-8
 * wrong: a DISCONNECT with Reason Code 0x04 cancels the will like any other
 * hint: what does Disconnect with Will Message ask for (3.14.2.1)?
 */
void
on_disconnect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct session *s = c->session;
    if (p->version == MQTT_50 && !take_expiry(b, s, p)) {
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
                  "a Session Expiry Interval in DISCONNECT after 0 in CONNECT");
        return;
    }
    /* [MQTT-3.14.4-3, MQTT311-3.14.4-3]; with any other code the will goes out
     * as if the connection had been lost. */
    if (p->version != MQTT_50 || !MQTT_HAS(p, reason) ||
        !mqtt_reason_failed(p->reason)) {
        broker_note(b, c, "MQTT-3.14.4-3", "MQTT311-3.14.4-3",
                    "a normal DISCONNECT: the will is dropped unsent");
        will_cancel(b, s);
    }
    conn_close(b, c);
}
