/* varint.h - the Variable Byte Integer (1.5.5; 2.2.3 of 3.1.1).
 * SPDX-License-Identifier: MIT
 *
 * Seven bits a byte, least significant group first; bit 7 says that another
 * byte follows; at most four bytes.
 *
 *     321  =  0x41 + 2 * 128   ->   c1 02                                    */
#ifndef MQTT_VARINT_H
#define MQTT_VARINT_H

#include "base/buf.h"
#include "base/reader.h"

#define MQTT_VARINT_MAX 268435455u

enum mqtt_varint {
    MQTT_VARINT_OK,
    MQTT_VARINT_MORE,   /* the bytes end before it does */
    MQTT_VARINT_TOO_LONG /* a fourth byte says that a fifth follows */
};

/* Reads one at the start of `in`. On OK *value and *len (bytes it took, more
 * than needed if it was padded) are set. One byte, which is what most packets
 * have, is read in place. */
enum mqtt_varint mqtt_varint_decode_long(struct slice in, uint32_t *value,
                                         size_t *len);
static inline enum mqtt_varint
mqtt_varint_decode(struct slice in, uint32_t *value, size_t *len)
{
    if (in.len == 0 || in.ptr[0] >= 0x80)
        return mqtt_varint_decode_long(in, value, len);
    *value = in.ptr[0];
    *len = 1;
    return MQTT_VARINT_OK;
}

/* Bytes of the shortest form [MQTT-1.5.5-1]; value <= MQTT_VARINT_MAX. */
static inline size_t
mqtt_varint_len(uint32_t value)
{
    return value < 128 ? 1 : value < 16384 ? 2 : value < 2097152 ? 3 : 4;
}

/* Writes the shortest form to out, which has room; returns its length. */
size_t mqtt_varint_encode_long(uint8_t *out, uint32_t value);
static inline size_t
mqtt_varint_encode(uint8_t *out, uint32_t value)
{
    if (value >= 128)
        return mqtt_varint_encode_long(out, value);
    out[0] = (uint8_t)value;
    return 1;
}

/* The same, appended. */
void mqtt_varint_add(struct buf *out, uint32_t value);

/* Reads one from r; fails r when there is none. */
uint32_t mqtt_varint_read(struct reader *r);

#endif
