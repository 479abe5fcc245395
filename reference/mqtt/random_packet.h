/* random_packet.h - packets made at random, by the layout table.
 * SPDX-License-Identifier: MIT
 *
 * For round trips in tests: any type in any version, with random fields,
 * properties, filters, codes and text in one- to four-byte characters. The
 * packets are valid: decoding and checking them finds nothing. The same seed
 * makes the same packets.                                                   */
#ifndef MQTT_RANDOM_PACKET_H
#define MQTT_RANDOM_PACKET_H

#include "base/random.h"
#include "mqtt/packet.h"

struct mqtt_random_packet {
    struct random random; /* where the numbers come from */
    struct buf memory;    /* owned; what the last packet borrows */
    struct buf list;      /* owned; properties or filters being put together */
};

void mqtt_random_packet_init(struct mqtt_random_packet *m, uint64_t seed);
void mqtt_random_packet_release(struct mqtt_random_packet *m);

/* A packet that `from` may send on a connection of version v, which has that
 * type. Borrows m's memory until the next one is made. */
struct mqtt_packet mqtt_random_packet_make(struct mqtt_random_packet *m,
                                           enum mqtt_type type,
                                           enum mqtt_version v,
                                           enum mqtt_side from);

/* The same with type, version and side at random too. */
struct mqtt_packet mqtt_random_packet_any(struct mqtt_random_packet *m,
                                          enum mqtt_side *from);

/* One to `most` small accidents to the bytes of a packet: one changed, taken
 * out, put in; the end lost. */
void mqtt_random_damage(struct buf *b, struct random *r, unsigned most);

#endif
