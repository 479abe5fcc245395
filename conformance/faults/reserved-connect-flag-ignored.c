/* reserved-connect-flag-ignored - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/mqtt/check.c
 * statement: MQTT-3.1.2-3 MQTT311-3.1.2-3
 * wrong: the reserved Connect Flag is not looked at
 * hint: what must the server check in the Connect Flags (3.1.2.3)?
 */
static bool
reserved_set(const struct mqtt_packet *p)
{
    return p->version != MQTT_31 && p->reserved > 0x7f;
}
