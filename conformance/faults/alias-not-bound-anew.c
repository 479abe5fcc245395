/* alias-not-bound-anew - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_publish.c
 * statement: MQTT-3.3.2-3 MQTT-3.3.2-12
 * wrong: a Topic Alias keeps its first topic when it is given another
 * hint: what does a non-empty topic beside an alias do (3.3.2.3.4)?
 */
static struct slice
resolve_topic(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct mqtt_property alias;
    struct slice none = {NULL, 0};
    if (p->version != MQTT_50 ||
        !mqtt_property_find(p->properties, MQTT_P_topic_alias, &alias))
        return p->topic;
    uint16_t number = (uint16_t)alias.number;
    if (number == 0 || number > c->alias_in.maximum) {
        conn_fail(b, c, MQTT_RC_TOPIC_ALIAS_INVALID,
                  "a Topic Alias above the Topic Alias Maximum");
        return none;
    }
    if (p->topic.len > 0) {
        if (!mqtt_alias_get(&c->alias_in, number).ptr)
            mqtt_alias_set(&c->alias_in, number, p->topic);
        return p->topic;
    }
    struct slice topic = mqtt_alias_get(&c->alias_in, number);
    if (!topic.ptr)
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
                  "a Topic Alias that was not set on this connection");
    return topic;
}
