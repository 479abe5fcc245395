/* will-after-disconnect - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_disconnect.c
 * statement: MQTT-3.14.4-3 MQTT311-3.14.4-3
 * wrong: a DISCONNECT does not cancel the will
 * hint: what becomes of the will when a client leaves in good order (3.14.4)?
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
        p->reason == MQTT_RC_NORMAL_DISCONNECTION) {
        broker_note(b, c, "MQTT-3.14.4-3", "MQTT311-3.14.4-3",
                    "a normal DISCONNECT: the will is dropped unsent");
        if (s->will)
            s->will->delay = 0;
    }
    conn_close(b, c);
}
