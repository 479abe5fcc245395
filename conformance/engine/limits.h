/* limits.h - does the script keep to what the broker announced in CONNACK?
 * SPDX-License-Identifier: MIT
 *
 * A broker may allow fewer unacknowledged messages than a scenario has under
 * way (4.9), smaller packets than it sends (3.2.2.3.6), or less silence than it
 * keeps (3.2.2.3.14). When it then ends the connection it is right, and nothing
 * that follows may be held against it. So the engine counts, per connection, as
 * a client has to.                                                           */
#ifndef ENGINE_LIMITS_H
#define ENGINE_LIMITS_H

#include "mqtt/packet.h"

struct limits {
    uint16_t receive_maximum; /* the broker's; 0: not said yet */
    uint32_t under_way;       /* QoS 1 and 2 PUBLISH not acknowledged */
    bool is_exceeded;         /* there were more than it allows */
    uint32_t packet_size;     /* its Maximum Packet Size; 0: none */
    size_t largest;           /* bytes of the largest packet sent */
    uint16_t keep_alive;      /* s; that CONNECT asked for */
    uint64_t patience_us;     /* of a broker with a Keep Alive of its own; or 0 */
};

/* The script sent a packet of len bytes; the broker sent one. */
void limits_sent(struct limits *l, const struct mqtt_packet *p, size_t len);
void limits_got(struct limits *l, const struct mqtt_packet *p);

/* Is this the broker's rightful answer to more messages than it allows? */
bool limits_is_answer(const struct limits *l, const struct mqtt_packet *p);

/* The broker ends the connection after silent_us without a packet of the
 * script: the limit that gives it the right to, in words, or NULL.           */
const char *limits_excess(const struct limits *l, uint64_t silent_us);

#endif
