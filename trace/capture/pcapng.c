/* pcapng.c - pcapng files, read block by block.
 * SPDX-License-Identifier: MIT
 *
 * A file is a row of sections, a section a row of blocks in one byte order:
 *
 *     type (4) | length of all (4) | body, padded to 4 | length again (4)
 *
 * A Section Header Block says the byte order and forgets the interfaces of the
 * section before; an Interface Description Block adds one; the packet blocks
 * refer to them by position. Blocks of other types are skipped, which is how
 * the format is meant to grow (draft-ietf-opsawg-pcapng).
 * Nothing seeks; a whole block is read into one buf that the next one reuses,
 * so memory is bounded by BLOCK_MAX.                                         */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/reader.h"
#include "trace/capture/source.h"

#define BLOCK_MAX (16u << 20)     /* bytes of a block; more is an error */
#define SECRETS_MAX (16u << 20)   /* bytes of all TLS secrets of a file */
#define INTERFACES_MAX 65536      /* per section */

enum { /* block types */
    BLOCK_SECTION = 0x0a0d0d0a, /* reads the same in both byte orders */
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2, /* obsolete, but written by old tools */
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_PACKET = 6, /* "enhanced" */
    BLOCK_SECRETS = 10,
};

enum { /* option codes; the meaning of a number depends on the block */
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_TSRESOL = 9,
    OPTION_TSOFFSET = 14,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define SECRETS_TLS_KEY_LOG 0x544c534b

struct interface {
    uint32_t link_type;
    uint32_t snaplen;    /* 0: no limit */
    int64_t offset_s;    /* seconds to add to each time */
    uint8_t resolution;  /* if_tsresol: units are 10^-n, or 2^-n with bit 7 */
};

struct pcapng {
    struct source base;           /* first */
    FILE *file;                   /* owned */
    uint64_t block_at;            /* offset of the block in hand */
    uint32_t block_type;          /* its type */
    uint32_t block_len;           /* its length as stated, headers included */
    bool is_swapped;              /* section is little-endian */
    struct interface *interfaces; /* owned; of this section */
    size_t interface_count;       /* how many */
    size_t interface_cap;         /* room for so many */
    struct buf block;             /* the block in hand, without its last 4 */
    struct buf secrets;           /* key log lines so far */
    int64_t last_time_ns;         /* of the frame before, for those without */
};

/* What a handler makes of its block. */
enum { SKIP = 0, FRAME = 1, BAD = -1 };

static int
bad(const struct pcapng *p, const char *what, struct error *err)
{
    return error_set(err, "block at offset %llu: %s",
                     (unsigned long long)p->block_at, what);
}

static struct reader
body_of(const struct pcapng *p)
{
    return reader_of(slice_from(buf_slice(&p->block), 8));
}

static uint32_t
u32(const struct pcapng *p, struct reader *r)
{
    return p->is_swapped ? reader_u32_le(r) : reader_u32(r);
}

static uint16_t
u16(const struct pcapng *p, struct reader *r)
{
    return p->is_swapped ? reader_u16_le(r) : reader_u16(r);
}

/* The value of the first option with this code; empty when there is none.
 * Options that do not fit end the list: they decorate, so they must not cost
 * a frame. */
static struct slice
option(const struct pcapng *p, struct slice options, uint16_t code)
{
    struct reader r = reader_of(options);
    while (reader_left(&r) >= 4) {
        uint16_t have = u16(p, &r), len = u16(p, &r);
        struct slice value = reader_bytes(&r, len);
        if (r.failed || have == OPTION_END)
            break;
        if (have == code)
            return value;
        reader_bytes(&r, -len & 3u);
    }
    return (struct slice){NULL, 0};
}

/* Units since 1970 to nanoseconds, at the ends of the range when a file says
 * nonsense. */
static int64_t
time_of(const struct interface *i, uint64_t units)
{
    unsigned n = i->resolution & 0x7f;
    unsigned __int128 ns = units;

    if (i->resolution & 0x80)
        ns = ns * 1000000000 >> n;
    else if (n <= 9)
        for (; n < 9; n++)
            ns *= 10;
    else
        for (; n > 9 && ns; n--)
            ns /= 10;

    int64_t offset_ns, sum;
    if (ns > INT64_MAX ||
        __builtin_mul_overflow(i->offset_s, 1000000000, &offset_ns) ||
        __builtin_add_overflow((int64_t)ns, offset_ns, &sum))
        return i->offset_s < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static int
on_section(struct pcapng *p, struct error *err)
{
    struct reader r = body_of(p);
    reader_u32(&r); /* the byte order, which block_header has looked at */
    if (u16(p, &r) != 1 || r.failed)
        return bad(p, "a pcapng version that is not 1", err);
    p->interface_count = 0;
    return SKIP;
}

static int
on_interface(struct pcapng *p, struct error *err)
{
    struct reader r = body_of(p);
    struct interface i = {.resolution = 6};

    i.link_type = u16(p, &r);
    u16(p, &r); /* reserved */
    i.snaplen = u32(p, &r);
    if (r.failed)
        return bad(p, "an interface description too short", err);
    if (p->interface_count == INTERFACES_MAX)
        return bad(p, "more than 65536 interfaces", err);

    struct slice options = slice_of(r.pos, reader_left(&r));
    struct slice v = option(p, options, OPTION_TSRESOL);
    if (v.len == 1)
        i.resolution = v.ptr[0];
    v = option(p, options, OPTION_TSOFFSET);
    if (v.len == 8) {
        struct reader o = reader_of(v);
        uint64_t a = u32(p, &o), b = u32(p, &o);
        i.offset_s = (int64_t)(p->is_swapped ? b << 32 | a : a << 32 | b);
    }
    p->interfaces = xgrow(p->interfaces, &p->interface_cap,
                          p->interface_count + 1, sizeof i);
    p->interfaces[p->interface_count++] = i;
    return SKIP;
}

/* Enhanced and obsolete packet blocks differ in how they begin. */
static int
on_packet(struct pcapng *p, bool is_old, struct capture_frame *out,
          struct error *err)
{
    struct reader r = body_of(p);
    uint32_t number = is_old ? u16(p, &r) : u32(p, &r);
    if (is_old)
        u16(p, &r); /* drops count */
    uint64_t high = u32(p, &r), low = u32(p, &r);
    uint32_t caplen = u32(p, &r), wire_len = u32(p, &r);

    out->bytes = reader_bytes(&r, caplen);
    if (r.failed)
        return bad(p, "a packet longer than its block", err);
    if (number >= p->interface_count)
        return bad(p, "a packet of an interface nobody described", err);
    reader_bytes(&r, -caplen & 3u);

    const struct interface *i = &p->interfaces[number];
    out->time_ns = p->last_time_ns = time_of(i, high << 32 | low);
    out->link_type = i->link_type;
    out->wire_len = wire_len > caplen ? wire_len : caplen;
    if (!r.failed)
        out->comment = option(p, slice_of(r.pos, reader_left(&r)),
                              OPTION_COMMENT);
    return FRAME;
}

static int
on_simple_packet(struct pcapng *p, struct capture_frame *out,
                 struct error *err)
{
    struct reader r = body_of(p);
    out->wire_len = u32(p, &r);
    if (r.failed)
        return bad(p, "a packet longer than its block", err);
    if (p->interface_count == 0)
        return bad(p, "a packet of an interface nobody described", err);

    /* How much was captured is not stated: the least of what there was, what
     * the interface keeps, and what the block holds. */
    const struct interface *i = &p->interfaces[0];
    uint32_t caplen = out->wire_len;
    if (i->snaplen && caplen > i->snaplen)
        caplen = i->snaplen;
    if (caplen > reader_left(&r))
        caplen = (uint32_t)reader_left(&r);
    out->bytes = reader_bytes(&r, caplen);
    out->time_ns = p->last_time_ns;
    out->link_type = i->link_type;
    return FRAME;
}

static int
on_secrets(struct pcapng *p, struct error *err)
{
    struct reader r = body_of(p);
    uint32_t type = u32(p, &r), len = u32(p, &r);
    struct slice lines = reader_bytes(&r, len);

    if (r.failed)
        return bad(p, "secrets longer than their block", err);
    if (type != SECRETS_TLS_KEY_LOG || len == 0)
        return SKIP;
    if (p->secrets.len + len > SECRETS_MAX)
        return bad(p, "more than 16 MiB of TLS secrets", err);
    buf_add(&p->secrets, lines);
    if (lines.ptr[len - 1] != '\n')
        buf_add_byte(&p->secrets, '\n');
    return SKIP;
}

static int
on_block(struct pcapng *p, struct capture_frame *out, struct error *err)
{
    switch (p->block_type) {
    case BLOCK_SECTION:
        return on_section(p, err);
    case BLOCK_INTERFACE:
        return on_interface(p, err);
    case BLOCK_PACKET:
        return on_packet(p, false, out, err);
    case BLOCK_OLD_PACKET:
        return on_packet(p, true, out, err);
    case BLOCK_SIMPLE_PACKET:
        return on_simple_packet(p, out, err);
    case BLOCK_SECRETS:
        return on_secrets(p, err);
    default:
        return SKIP;
    }
}

/* Appends n bytes of the file to the block. False at the end of the file. */
static bool
read_more(struct pcapng *p, size_t n)
{
    uint8_t *room = buf_room(&p->block, n);
    size_t got = fread(room, 1, n, p->file);
    p->block.len += got;
    return got == n;
}

static int
cut(const struct pcapng *p, uint64_t frame, struct error *err)
{
    if (ferror(p->file))
        return error_errno(err, "offset %llu",
                           (unsigned long long)p->block_at);
    return error_set(err,
                     "the file was cut: it ends inside the block at offset "
                     "%llu, before frame %llu was complete",
                     (unsigned long long)p->block_at,
                     (unsigned long long)frame);
}

/* Type and length of the next block; of a section also its byte order, which
 * stands behind the length and is needed to read it. 0 at the end. */
static int
block_header(struct pcapng *p, uint64_t frame, struct error *err)
{
    buf_clear(&p->block);
    if (!read_more(p, 8))
        return p->block.len || ferror(p->file) ? cut(p, frame, err) : 0;

    struct reader r = reader_of(buf_slice(&p->block));
    if (reader_u32(&r) == BLOCK_SECTION) {
        if (!read_more(p, 4))
            return cut(p, frame, err);
        r = reader_of(slice_from(buf_slice(&p->block), 8));
        uint32_t order = reader_u32(&r);
        if (order != BYTE_ORDER_MAGIC &&
            order != __builtin_bswap32(BYTE_ORDER_MAGIC))
            return bad(p, "a section without byte-order magic", err);
        p->is_swapped = order != BYTE_ORDER_MAGIC;
    }
    r = reader_of(buf_slice(&p->block));
    p->block_type = u32(p, &r);
    p->block_len = u32(p, &r);
    return 1;
}

/* Some writers forget to count the padding. */
static uint64_t
padded_len(const struct pcapng *p)
{
    return ((uint64_t)p->block_len + 3) & ~(uint64_t)3;
}

/* The next block, whole, into p->block. */
static int
read_block(struct pcapng *p, uint64_t frame, struct error *err)
{
    int got = block_header(p, frame, err);
    if (got != 1)
        return got;
    uint64_t len = padded_len(p);
    size_t have = p->block.len;
    if (p->block_len < 12 || len < have + 4)
        return bad(p, "a length too small for any block", err);
    if (len > BLOCK_MAX)
        return bad(p, "a length above 16 MiB; the file is damaged", err);
    if (!read_more(p, len - have))
        return cut(p, frame, err);

    struct reader r = reader_of(slice_of(p->block.data + len - 4, 4));
    if (u32(p, &r) != p->block_len)
        return bad(p, "its two lengths differ; the file is damaged", err);
    p->block.len = len - 4;
    return 1;
}

static int
next_frame(struct source *s, struct capture_frame *out, struct error *err)
{
    struct pcapng *p = (struct pcapng *)s;
    for (;;) {
        int got = read_block(p, out->number, err);
        if (got != 1)
            return got;
        got = on_block(p, out, err);
        if (got == BAD)
            return -1;
        p->block_at += padded_len(p);
        if (got == FRAME)
            return 1;
    }
}

static struct slice
secrets(const struct source *s)
{
    return buf_slice(&((const struct pcapng *)s)->secrets);
}

static void
close_pcapng(struct source *s)
{
    struct pcapng *p = (struct pcapng *)s;
    fclose(p->file);
    free(p->interfaces);
    buf_release(&p->block);
    buf_release(&p->secrets);
    free(p);
}

struct source *
source_open_pcapng(FILE *file, struct error *err)
{
    (void)err; /* what can be wrong shows with the first frame */
    struct pcapng *p = xcalloc(1, sizeof *p);
    p->base = (struct source){next_frame, secrets, close_pcapng};
    p->file = file;
    return &p->base;
}
