/* limits.c - does the script keep to what the broker announced?
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/limits.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"

void
limits_sent(struct limits *l, const struct mqtt_packet *p, size_t len)
{
    if (len > l->largest)
        l->largest = len;
    if (p->type == MQTT_CONNECT && MQTT_HAS(p, keep_alive))
        l->keep_alive = p->keep_alive;
    if (p->type != MQTT_PUBLISH || p->qos == 0)
        return;
    l->under_way++;
    /* Before CONNACK nobody can know the limit; 65535 holds until then. */
    if (l->receive_maximum && l->under_way > l->receive_maximum)
        l->is_exceeded = true;
}

/* Does it settle a PUBLISH of ours [MQTT-3.3.4-7]? */
static bool
settles(const struct mqtt_packet *p)
{
    if (p->type == MQTT_PUBREC)
        return MQTT_HAS(p, reason) && mqtt_reason_failed(p->reason);
    return p->type == MQTT_PUBACK || p->type == MQTT_PUBCOMP;
}

/* One and a half of the Keep Alive that the script did not ask for. */
static uint64_t
imposed_us(const struct limits *l, struct slice properties)
{
    uint32_t own = mqtt_property_number(
        properties, MQTT_P_server_keep_alive, l->keep_alive);
    return own == l->keep_alive ? 0 : own * 1500000ull;
}

void
limits_got(struct limits *l, const struct mqtt_packet *p)
{
    if (p->version != MQTT_50)
        return;
    if (p->type == MQTT_CONNACK && MQTT_HAS(p, properties)) {
        l->receive_maximum = (uint16_t)mqtt_property_number(
            p->properties, MQTT_P_receive_maximum, UINT16_MAX);
        l->is_exceeded = l->under_way > l->receive_maximum;
        l->packet_size = mqtt_property_number(
            p->properties, MQTT_P_maximum_packet_size, 0);
        l->patience_us = imposed_us(l, p->properties);
    }
    if (settles(p) && l->under_way > 0)
        l->under_way--;
}

bool
limits_is_answer(const struct limits *l, const struct mqtt_packet *p)
{
    return l->is_exceeded && p->type == MQTT_DISCONNECT &&
           MQTT_HAS(p, reason) &&
           p->reason == MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED;
}

const char *
limits_excess(const struct limits *l, uint64_t silent_us)
{
    if (l->is_exceeded)
        return "the script had more messages under way than the broker's "
               "Receive Maximum, and the broker ended the connection";
    if (l->packet_size && l->largest > l->packet_size)
        return "the script sent a packet above the broker's Maximum Packet "
               "Size, and the broker ended the connection";
    if (l->patience_us && silent_us >= l->patience_us)
        return "the script was silent for longer than the broker's Server Keep "
               "Alive allows, and the broker ended the connection";
    return NULL;
}
