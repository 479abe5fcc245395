/* writer.h - numbers into a buf, big-endian, with lengths filled in later.
 * SPDX-License-Identifier: MIT
 *
 * The counterpart of reader.h. A buf is all the state a writer needs; where a
 * length stands before what it counts, remember `at = b->len`, write, and let
 * writer_patch_u16 fill it in (mqtt/varint.h has the one for MQTT lengths).  */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/buf.h"

static inline void
writer_u8(struct buf *b, uint8_t v)
{
    buf_add_byte(b, v);
}

static inline void
writer_u16(struct buf *b, uint16_t v)
{
    uint8_t *p = buf_room(b, 2);
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
    b->len += 2;
}

static inline void
writer_u32(struct buf *b, uint32_t v)
{
    writer_u16(b, (uint16_t)(v >> 16));
    writer_u16(b, (uint16_t)v);
}

static inline void
writer_patch_u16(struct buf *b, size_t at, uint16_t v)
{
    b->data[at] = (uint8_t)(v >> 8);
    b->data[at + 1] = (uint8_t)v;
}

#endif
