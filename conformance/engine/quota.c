/* quota.c - does the script keep to the broker's Receive Maximum?
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/quota.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"

void
quota_sent(struct quota *q, const struct mqtt_packet *p)
{
    if (p->type != MQTT_PUBLISH || p->qos == 0)
        return;
    q->under_way++;
    /* Before CONNACK nobody can know the limit; 65535 holds until then. */
    if (q->maximum && q->under_way > q->maximum)
        q->is_exceeded = true;
}

/* Does it settle a PUBLISH of ours [MQTT-3.3.4-7]? */
static bool
settles(const struct mqtt_packet *p)
{
    if (p->type == MQTT_PUBREC)
        return MQTT_HAS(p, reason) && mqtt_reason_failed(p->reason);
    return p->type == MQTT_PUBACK || p->type == MQTT_PUBCOMP;
}

void
quota_got(struct quota *q, const struct mqtt_packet *p)
{
    if (p->version != MQTT_50)
        return;
    if (p->type == MQTT_CONNACK && MQTT_HAS(p, properties)) {
        q->maximum = (uint16_t)mqtt_property_number(
            p->properties, MQTT_P_receive_maximum, UINT16_MAX);
        q->is_exceeded = q->under_way > q->maximum;
    }
    if (settles(p) && q->under_way > 0)
        q->under_way--;
}

bool
quota_is_answer(const struct quota *q, const struct mqtt_packet *p)
{
    return q->is_exceeded && p->type == MQTT_DISCONNECT &&
           MQTT_HAS(p, reason) &&
           p->reason == MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED;
}
