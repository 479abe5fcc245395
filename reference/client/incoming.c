/* incoming.c - messages that are sent to us.
 * SPDX-License-Identifier: MIT
 *
 * Each message is handed to the owner and then answered, before the next packet
 * is looked at; that the answers keep the order of the messages [MQTT-4.6.0-2,
 * MQTT-4.6.0-3] needs nothing more. Of QoS 2 only the identifier is kept, in
 * c->ids_in, until PUBREL.                                                   */
#include "client/engine.h"
#include "mqtt/property.h"

/* The Topic Name, by way of the alias if there is one (3.3.2.3.4). False when
 * the connection is over because of it. */
static bool
resolve_topic(struct mqtt_client *c, const struct mqtt_packet *p,
              struct slice *topic)
{
    struct mqtt_property alias;
    *topic = p->topic;
    if (c->config->version != MQTT_50 ||
        !mqtt_property_find(p->properties, MQTT_P_topic_alias, &alias))
        return true;
    uint16_t number = (uint16_t)alias.number;
    if (number == 0 || number > c->aliases_in.maximum) {
        client_fail(c, MQTT_RC_TOPIC_ALIAS_INVALID,
                    "the server used Topic Alias %u, of %u [MQTT-3.3.2-11]",
                    number, c->aliases_in.maximum);
        return false;
    }
    if (p->topic.len > 0)
        return mqtt_alias_set(&c->aliases_in, number, p->topic);
    *topic = mqtt_alias_get(&c->aliases_in, number);
    if (!topic->ptr)
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server used Topic Alias %u without saying what it "
                    "means", number);
    return topic->ptr != NULL;
}

static void
answer(struct mqtt_client *c, enum mqtt_type type, uint16_t packet_id,
       uint8_t reason)
{
    struct mqtt_packet p = mqtt_packet_make(type, c->config->version);
    MQTT_SET(&p, packet_id, packet_id);
    if (reason && c->config->version == MQTT_50)
        MQTT_SET(&p, reason, reason);
    client_send(c, &p);
}

/* Does what the step says. */
static void
perform(struct mqtt_client *c, const struct flow_step *step,
        const struct mqtt_packet *p, struct slice topic)
{
    if (step->does & FLOW_DO_TAKE_QUOTA)
        c->open_in++;
    if (step->does & FLOW_DO_RETURN_QUOTA && c->open_in > 0)
        c->open_in--;
    if (step->to == FLOW_AWAIT_PUBREL)
        mqtt_pktid_mark(&c->ids_in, p->packet_id);
    if (step->does & FLOW_DO_RELEASE_ID)
        mqtt_pktid_unmark(&c->ids_in, p->packet_id);
    if (step->does & FLOW_DO_DELIVER)
        client_tell(c, &(struct mqtt_client_event){.kind = MQTT_CLIENT_MESSAGE,
                                                   .packet = p,
                                                   .topic = topic,
                                                   .text = ""});
    if (step->does & FLOW_DO_SEND_PUBACK)
        answer(c, MQTT_PUBACK, p->packet_id, 0);
    if (step->does & FLOW_DO_SEND_PUBREC)
        answer(c, MQTT_PUBREC, p->packet_id, 0);
    if (step->does & FLOW_DO_SEND_PUBCOMP)
        answer(c, MQTT_PUBCOMP, p->packet_id, 0);
    if (step->does & FLOW_DO_SEND_PUBCOMP_NOT_FOUND)
        answer(c, MQTT_PUBCOMP, p->packet_id,
               MQTT_RC_PACKET_IDENTIFIER_NOT_FOUND);
}

static const struct flow_step *
step_of(const struct mqtt_client *c, unsigned qos, uint16_t packet_id,
        enum flow_event event)
{
    bool is_open = qos == 2 && mqtt_pktid_in_use(&c->ids_in, packet_id);
    return mqtt_flow_next(mqtt_flow_receiver(qos),
                          is_open ? FLOW_AWAIT_PUBREL : FLOW_FREE, event);
}

/* What we told the server (3.1.2.11.3); 65,535 otherwise. */
static uint32_t
receive_maximum(const struct mqtt_client *c)
{
    return mqtt_property_number(c->config->connect_properties,
                                MQTT_P_receive_maximum, UINT16_MAX);
}

void
incoming_on_publish(struct mqtt_client *c, const struct mqtt_packet *p)
{
    static const struct flow_step at_qos_0 = {.does = FLOW_DO_DELIVER};
    struct slice topic;
    if (!resolve_topic(c, p, &topic))
        return;
    if (p->qos == 0) {
        perform(c, &at_qos_0, p, topic);
        return;
    }
    const struct flow_step *step =
        step_of(c, p->qos, p->packet_id, FLOW_GOT_PUBLISH);
    if (step->does & FLOW_DO_TAKE_QUOTA && c->open_in >= receive_maximum(c)) {
        client_fail(c, MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED,
                    "the server has more than %u messages of QoS 2 under way "
                    "[MQTT-3.3.4-9]", c->open_in);
        return;
    }
    perform(c, step, p, topic);
}

void
incoming_on_pubrel(struct mqtt_client *c, const struct mqtt_packet *p)
{
    perform(c, step_of(c, 2, p->packet_id, FLOW_GOT_PUBREL), p,
            (struct slice){0});
}
