/* wildcard-in-topic-accepted - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/mqtt/check.c
 * statement: MQTT-3.3.2-2 MQTT311-3.3.2-2 MQTT-4.7.0-1 MQTT311-4.7.1-1
 * wrong: a Topic Name with a wildcard is accepted
 * hint: which characters may a Topic Name not contain (4.7.1)?
 */
static bool
topic_has_wildcard(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, topic) && p->topic.len > 65535;
}
