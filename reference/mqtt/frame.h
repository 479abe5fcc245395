/* frame.h - where a packet ends in a stream of bytes (2.1).
 * SPDX-License-Identifier: MIT
 *
 * A packet is one byte of type and flags, one to four bytes of Remaining
 * Length, and that many bytes. TCP knows nothing of it: a read may end in the
 * middle of the length, or bring three packets and a half.                   */
#ifndef MQTT_FRAME_H
#define MQTT_FRAME_H

#include "mqtt/packet.h"

enum mqtt_frame_status {
    MQTT_FRAME_COMPLETE,
    MQTT_FRAME_NEED_MORE, /* nothing wrong so far, but it is not all there */
    MQTT_FRAME_BAD        /* a fifth length byte: the stream is lost */
};

struct mqtt_frame {
    enum mqtt_type type; /* may be MQTT_NO_TYPE (0): reserved */
    uint8_t flags;       /* low four bits of the first byte */
    size_t header_len;   /* bytes before the variable header, 2 to 5 */
    size_t len;          /* bytes of the whole packet */
};

/* Looks at the start of `in`. On COMPLETE *out describes the packet, which is
 * the first out->len bytes. On NEED_MORE out->len is the length of the whole
 * packet if the length bytes are there (so that a packet too large can be
 * refused before it is read, 3.1.2.11.4), else 0. */
enum mqtt_frame_status mqtt_frame_next_long(struct slice in,
                                            struct mqtt_frame *out);

/* A Remaining Length of one byte, which most packets have, is read in place: 16
 * instructions. */
static inline enum mqtt_frame_status
mqtt_frame_next(struct slice in, struct mqtt_frame *out)
{
    if (in.len < 2 || in.ptr[1] >= 0x80)
        return mqtt_frame_next_long(in, out);
    *out = (struct mqtt_frame){.type = (enum mqtt_type)(in.ptr[0] >> 4),
                               .flags = in.ptr[0] & 0x0f,
                               .header_len = 2,
                               .len = 2 + (size_t)in.ptr[1]};
    return in.len < out->len ? MQTT_FRAME_NEED_MORE : MQTT_FRAME_COMPLETE;
}

/* Bytes of the packet that begins here, all there or not; 0: its length is
 * not, or is BAD. */
size_t mqtt_frame_len(struct slice in);

#endif
