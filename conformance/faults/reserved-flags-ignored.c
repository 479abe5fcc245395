/* reserved-flags-ignored - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/mqtt/check.c
 * statement: MQTT-3.6.1-1 MQTT311-3.6.1-1 MQTT-3.8.1-1 MQTT311-3.8.1-1
 * wrong: the flags of packets other than PUBLISH are not looked at
 * hint: what must the low four bits be (2.1.3)?
 */
static bool
wrong_flags(const struct mqtt_packet *p)
{
    /* 3.1 has DUP and QoS in these bits and checks none of them. */
    return p->version != MQTT_31 &&
           p->flags > 15;
}
