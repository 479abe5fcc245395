/* pcapng_write.c - conversations as a capture file.
 * SPDX-License-Identifier: MIT
 *
 * A pcapng file is a list of blocks: type, length, body, the length again. The
 * blocks are little-endian, which the section header's magic tells the reader;
 * what is inside a packet is big-endian as on the wire.                      */
#include "net/pcapng_write.h"

#include "base/writer.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6, /* "enhanced packet block" */
    MAGIC = 0x1a2b3c4d,
    LINK_RAW_IP = 101,
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_APPLICATION = 4, /* of a section: who wrote it */
    OPTION_RESOLUTION = 9,  /* of an interface: 6 for microseconds */
};

/* TCP flags. */
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

#define LOOPBACK 0x7f000001u /* 127.0.0.1, both ends */
#define IP_LEN 20            /* header without options */
#define TCP_LEN 20           /* header without options */

static void
add_le16(struct buf *b, uint16_t v)
{
    writer_u16(b, __builtin_bswap16(v));
}

static void
add_le32(struct buf *b, uint32_t v)
{
    writer_u32(b, __builtin_bswap32(v));
}

static void
pad_to_4(struct buf *b, size_t len)
{
    buf_add_fill(b, 0, (4 - len % 4) % 4);
}

static void
add_option(struct buf *b, uint16_t code, struct slice value)
{
    value = slice_first(value, UINT16_MAX);
    add_le16(b, code);
    add_le16(b, (uint16_t)value.len);
    buf_add(b, value);
    pad_to_4(b, value.len);
}

static void
add_comment(struct buf *b, const char *comment)
{
    if (comment && *comment)
        add_option(b, OPTION_COMMENT, slice_str(comment));
}

/* Returns where the block starts, for end_block. */
static size_t
begin_block(struct buf *b, uint32_t type)
{
    size_t start = b->len;
    add_le32(b, type);
    add_le32(b, 0); /* the length, filled in by end_block */
    return start;
}

static void
end_block(struct buf *b, size_t start)
{
    uint32_t len = (uint32_t)(b->len - start) + 4;
    add_le32(b, len);
    memcpy(b->data + start + 4, b->data + b->len - 4, 4);
}

void
pcapng_begin(struct buf *out, const char *comment)
{
    size_t start = begin_block(out, BLOCK_SECTION);
    add_le32(out, MAGIC);
    add_le16(out, 1); /* version 1.0 */
    add_le16(out, 0);
    add_le32(out, UINT32_MAX); /* section length: not told */
    add_le32(out, UINT32_MAX);
    add_comment(out, comment);
    add_option(out, OPTION_APPLICATION, slice_str("Plumbline"));
    add_option(out, OPTION_END, slice_of(NULL, 0));
    end_block(out, start);

    start = begin_block(out, BLOCK_INTERFACE);
    add_le16(out, LINK_RAW_IP);
    add_le16(out, 0); /* reserved */
    add_le32(out, 0); /* snap length: no limit */
    add_option(out, OPTION_RESOLUTION, slice_of("\6", 1));
    add_option(out, OPTION_END, slice_of(NULL, 0));
    end_block(out, start);
}

/* The internet checksum: ones' complement of the ones' complement sum of all
 * 16-bit words (RFC 1071). `sum` is what was added up before. */
static uint16_t
checksum(uint64_t sum, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        sum += i % 2 ? bytes.ptr[i] : (uint32_t)bytes.ptr[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void
add_ip(struct pcapng_stream *s, size_t payload_len)
{
    struct buf *b = s->out;
    size_t start = b->len;
    writer_u8(b, 0x45); /* version 4, header of 5 words */
    writer_u8(b, 0);
    writer_u16(b, (uint16_t)(IP_LEN + payload_len));
    writer_u16(b, s->next_id++);
    writer_u16(b, 0x4000); /* do not fragment */
    writer_u8(b, 64);      /* time to live */
    writer_u8(b, 6);       /* TCP */
    writer_u16(b, 0);      /* checksum, below */
    writer_u32(b, LOOPBACK);
    writer_u32(b, LOOPBACK);
    writer_patch_u16(b, start + 10,
                     checksum(0, slice_of(b->data + start, IP_LEN)));
}

/* SYNs scale their window by 2^14, so that it is never full however long one
 * side speaks without an answer; and they announce the segment size. */
static const uint8_t syn_options[] = {2, 4, PCAPNG_SEGMENT_MAX >> 8, 0,
                                      1, 3, 3, 14};

static void
add_tcp(struct pcapng_stream *s, enum pcapng_side from, unsigned flags,
        struct slice payload)
{
    struct buf *b = s->out;
    enum pcapng_side to = !from;
    size_t start = b->len;
    size_t header = TCP_LEN + (flags & SYN ? sizeof syn_options : 0);
    writer_u16(b, s->port[from]);
    writer_u16(b, s->port[to]);
    writer_u32(b, s->seq[from]);
    writer_u32(b, flags & ACK ? s->seq[to] : 0);
    writer_u8(b, (uint8_t)(header / 4 << 4));
    writer_u8(b, (uint8_t)flags);
    writer_u16(b, UINT16_MAX); /* window */
    writer_u16(b, 0);          /* checksum, below */
    writer_u16(b, 0);          /* urgent pointer */
    if (flags & SYN)
        buf_add(b, slice_of(syn_options, sizeof syn_options));
    buf_add(b, payload);
    size_t len = b->len - start;
    /* The checksum covers addresses, protocol and length too. */
    uint64_t sum = 2 * ((LOOPBACK >> 16) + (LOOPBACK & 0xffff)) + 6 + len;
    writer_patch_u16(b, start + 16,
                     checksum(sum, slice_of(b->data + start, len)));
}

/* One segment in one packet block; then the sender's sequence number stands
 * behind it (SYN and FIN count one each). */
static void
send_segment(struct pcapng_stream *s, enum pcapng_side from, unsigned flags,
             struct slice payload, uint64_t time_us, const char *comment)
{
    size_t header = TCP_LEN + (flags & SYN ? sizeof syn_options : 0);
    size_t len = IP_LEN + header + payload.len;
    size_t start = begin_block(s->out, BLOCK_PACKET);
    add_le32(s->out, 0); /* the first interface */
    add_le32(s->out, (uint32_t)(time_us >> 32));
    add_le32(s->out, (uint32_t)time_us);
    add_le32(s->out, (uint32_t)len); /* captured */
    add_le32(s->out, (uint32_t)len); /* on the wire */
    add_ip(s, header + payload.len);
    add_tcp(s, from, flags, payload);
    pad_to_4(s->out, len);
    if (comment && *comment) {
        add_comment(s->out, comment);
        add_option(s->out, OPTION_END, slice_of(NULL, 0));
    }
    end_block(s->out, start);
    s->seq[from] += (uint32_t)payload.len + (flags & (SYN | FIN) ? 1 : 0);
}

void
pcapng_open(struct pcapng_stream *s, struct buf *out, uint16_t client_port,
            uint16_t server_port, uint64_t time_us)
{
    struct slice nothing = {0};
    /* A clock that ticks every 4 microseconds (RFC 9293, 3.4.1) keeps two
     * connections between the same ports apart. */
    uint32_t initial = (uint32_t)(time_us / 4);
    *s = (struct pcapng_stream){.out = out,
                                .port = {client_port, server_port},
                                .seq = {initial, initial + 0x10000000}};
    send_segment(s, PCAPNG_CLIENT, SYN, nothing, time_us, NULL);
    send_segment(s, PCAPNG_SERVER, SYN | ACK, nothing, time_us, NULL);
    send_segment(s, PCAPNG_CLIENT, ACK, nothing, time_us, NULL);
}

void
pcapng_data(struct pcapng_stream *s, enum pcapng_side from, struct slice bytes,
            uint64_t time_us, const char *comment)
{
    if (s->ended[from])
        return;
    while (bytes.len > 0) {
        struct slice part = slice_first(bytes, PCAPNG_SEGMENT_MAX);
        bytes = slice_from(bytes, part.len);
        send_segment(s, from, ACK | (bytes.len ? 0 : PSH), part, time_us,
                     comment);
        comment = NULL;
    }
}

void
pcapng_close(struct pcapng_stream *s, enum pcapng_side from,
             enum pcapng_end how, uint64_t time_us)
{
    struct slice nothing = {0};
    if (s->ended[from])
        return;
    s->ended[from] = true;
    if (how == PCAPNG_RST) {
        s->ended[!from] = true;
        send_segment(s, from, RST | ACK, nothing, time_us, NULL);
        return;
    }
    send_segment(s, from, FIN | ACK, nothing, time_us, NULL);
    send_segment(s, !from, ACK, nothing, time_us, NULL);
}
