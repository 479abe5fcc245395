/* quota.h - does the script keep to the broker's Receive Maximum (4.9)?
 * SPDX-License-Identifier: MIT
 *
 * A broker may allow fewer unacknowledged messages than a scenario has under
 * way. When it then says 0x93 it is right, and nothing that follows may be held
 * against it. So the engine counts, per connection, as a client has to.      */
#ifndef ENGINE_QUOTA_H
#define ENGINE_QUOTA_H

#include "mqtt/packet.h"

struct quota {
    uint16_t maximum;   /* the broker's Receive Maximum; 0: not said yet */
    uint32_t under_way; /* QoS 1 and 2 PUBLISH packets not acknowledged */
    bool is_exceeded;   /* there were more than it allows */
};

/* The script sent a packet; the broker sent one. */
void quota_sent(struct quota *q, const struct mqtt_packet *p);
void quota_got(struct quota *q, const struct mqtt_packet *p);

/* Is this the broker's rightful answer to more than it allows? */
bool quota_is_answer(const struct quota *q, const struct mqtt_packet *p);

#endif
