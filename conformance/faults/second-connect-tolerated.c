/* second-connect-tolerated - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/dispatch.c
 * statement: MQTT-3.1.0-2 MQTT311-3.1.0-2
 * wrong: a second CONNECT is passed over
 * hint: how often may CONNECT come (3.1)?
 */
static void
second_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    broker_note(b, c, "MQTT-3.1.0-2", "MQTT311-3.1.0-2",
                "a second CONNECT: the connection is closed");
    (void)b, (void)c;
}
