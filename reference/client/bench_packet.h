/* bench_packet.h - the few packets that a load consists of, in 3.1.1.
 * SPDX-License-Identifier: MIT
 *
 * Each is appended to `out`.                                                 */
#ifndef CLIENT_BENCH_PACKET_H
#define CLIENT_BENCH_PACKET_H

#include "base/writer.h"

/* keeps: the session is to outlive the connection. */
void bench_packet_connect(struct buf *out, unsigned number, bool keeps);
void bench_packet_subscribe(struct buf *out, const char *filter, uint8_t qos);

/* `count` wildcard filters that match nothing, none of which another `group`
 * has. */
void bench_packet_subscribe_nothing(struct buf *out, unsigned group,
                                    unsigned count);

/* A message to bench/`publisher`, whose payload begins with that number in four
 * bytes. Returns where its Packet Identifier stands. */
size_t bench_packet_publish(struct buf *out, uint32_t publisher, size_t payload,
                            uint8_t qos);

/* PUBACK, PUBREC, PUBREL or PUBCOMP, by its first byte. */
static inline void
bench_packet_ack(struct buf *out, uint8_t first, uint16_t id)
{
    uint8_t *p = buf_room(out, 4);
    p[0] = first;
    p[1] = 2;
    p[2] = (uint8_t)(id >> 8);
    p[3] = (uint8_t)id;
    out->len += 4;
}

#endif
