/* fragments.c - IPv4 and IPv6 fragments, joined.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/capture/fragments.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/capture/ip.h"
#include "trace/capture/link.h"

#define PACKET_MAX 65536
#define UNIT 8 /* fragments begin at multiples of it */

/* A packet of which some fragments came. */
struct under_way {
    struct ip_packet first;   /* addresses, protocol, identification */
    struct buf bytes;         /* its payload, holes and all */
    uint8_t have[PACKET_MAX / UNIT / 8]; /* bit per unit: is it here? */
    uint32_t end;             /* whole length; 0: the last one did not come */
    uint64_t used;            /* when, in calls; 0: free */
};

struct fragments {
    struct under_way *packets[FRAGMENTS_MAX]; /* owned; NULL: never used */
    uint64_t calls;
};

struct fragments *
fragments_new(void)
{
    return xcalloc(1, sizeof(struct fragments));
}

static void
clear(struct under_way *u)
{
    buf_release(&u->bytes);
    memset(u, 0, sizeof *u);
}

void
fragments_free(struct fragments *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < FRAGMENTS_MAX; i++)
        if (f->packets[i]) {
            clear(f->packets[i]);
            free(f->packets[i]);
        }
    free(f);
}

static bool
is_same(const struct ip_packet *a, const struct ip_packet *b)
{
    return a->is_v6 == b->is_v6 && a->fragment_id == b->fragment_id &&
           (a->is_v6 || a->protocol == b->protocol) &&
           memcmp(a->src, b->src, sizeof a->src) == 0 &&
           memcmp(a->dst, b->dst, sizeof a->dst) == 0;
}

/* The packet this one is part of; else the place of a free or the oldest. */
static struct under_way *
find(struct fragments *f, const struct ip_packet *ip)
{
    size_t best = 0;
    uint64_t oldest = UINT64_MAX;
    for (size_t i = 0; i < FRAGMENTS_MAX; i++) {
        struct under_way *u = f->packets[i];
        uint64_t used = u ? u->used : 0;
        if (used && is_same(&u->first, ip))
            return u;
        if (used < oldest) {
            oldest = used;
            best = i;
        }
    }
    if (!f->packets[best])
        f->packets[best] = xcalloc(1, sizeof *f->packets[best]);
    clear(f->packets[best]);
    f->packets[best]->first = *ip;
    f->packets[best]->first.payload = slice_of(NULL, 0);
    return f->packets[best];
}

static void
place(struct under_way *u, const struct ip_packet *ip)
{
    size_t end = ip->fragment_at + ip->payload.len;
    if (u->bytes.len < end)
        buf_add_fill(&u->bytes, 0, end - u->bytes.len);
    for (size_t at = 0; at < ip->payload.len; at += UNIT) {
        size_t unit = (ip->fragment_at + at) / UNIT;
        uint8_t bit = (uint8_t)(1u << unit % 8);
        if (u->have[unit / 8] & bit)
            continue;
        struct slice part = slice_first(slice_from(ip->payload, at), UNIT);
        memcpy(u->bytes.data + ip->fragment_at + at, part.ptr, part.len);
        u->have[unit / 8] |= bit;
    }
}

static bool
is_whole(const struct under_way *u)
{
    if (!u->end || u->bytes.len < u->end)
        return false;
    for (size_t unit = 0; unit * UNIT < u->end; unit++)
        if (!(u->have[unit / 8] & 1u << unit % 8))
            return false;
    return true;
}

enum segment_result
fragments_join(struct fragments *f, const struct capture_frame *frame,
               struct segment *out)
{
    struct slice packet;
    struct ip_packet ip;
    if (link_strip(frame->link_type, frame->bytes, &packet) != LINK_IP)
        return SEGMENT_FRAGMENT;
    size_t link_len = frame->bytes.len - packet.len;
    if (ip_parse(packet, frame->wire_len - (uint32_t)link_len, &ip) !=
            IP_FRAGMENT ||
        (uint64_t)ip.fragment_at + ip.payload_len > PACKET_MAX)
        return SEGMENT_BAD;
    struct under_way *u = find(f, &ip);
    u->used = ++f->calls;
    if (ip.fragment_at == 0)
        u->first.protocol = ip.protocol;
    if (ip.payload.len < ip.payload_len)
        return SEGMENT_FRAGMENT; /* cut: it can never be whole */
    place(u, &ip);
    if (!ip.has_more && !u->end)
        u->end = ip.fragment_at + ip.payload_len;
    if (!is_whole(u))
        return SEGMENT_FRAGMENT;
    ip.protocol = u->first.protocol;
    ip.payload = slice_first(buf_slice(&u->bytes), u->end);
    ip.payload_len = u->end;
    ip.fragment_at = 0;
    ip.has_more = false;
    u->used = 0;
    if (!ip_skip_extensions(&ip))
        return SEGMENT_BAD;
    return segment_of_ip(&ip, frame, out);
}
