/* link.c - link layer headers, and how to get past them.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/link.h"

#include "base/reader.h"

enum { /* EtherTypes */
    ETHER_IPV4 = 0x0800,
    ETHER_IPV6 = 0x86dd,
    ETHER_VLAN = 0x8100,  /* 802.1Q */
    ETHER_QINQ = 0x88a8,  /* 802.1ad */
    ETHER_QINQ_OLD = 0x9100,
};

static enum link_result
rest_is_ip(struct reader *r, struct slice *ip)
{
    if (r->failed)
        return LINK_CUT;
    *ip = slice_of(r->pos, reader_left(r));
    return LINK_IP;
}

/* What an EtherType announces, past any VLAN tags. */
static enum link_result
by_ether_type(uint16_t type, struct reader *r, struct slice *ip)
{
    while (type == ETHER_VLAN || type == ETHER_QINQ ||
           type == ETHER_QINQ_OLD) {
        reader_u16(r); /* priority and VLAN number */
        type = reader_u16(r);
    }
    if (r->failed)
        return LINK_CUT;
    if (type != ETHER_IPV4 && type != ETHER_IPV6)
        return LINK_OTHER;
    return rest_is_ip(r, ip);
}

static enum link_result
ethernet(struct reader *r, struct slice *ip)
{
    reader_bytes(r, 12); /* both addresses */
    return by_ether_type(reader_u16(r), r, ip);
}

/* Linux "any": packet type, ARPHRD type, address length, address, EtherType. */
static enum link_result
sll(struct reader *r, struct slice *ip)
{
    reader_bytes(r, 14);
    return by_ether_type(reader_u16(r), r, ip);
}

/* Its second version puts the EtherType first. */
static enum link_result
sll2(struct reader *r, struct slice *ip)
{
    uint16_t type = reader_u16(r);
    reader_bytes(r, 18);
    return by_ether_type(type, r, ip);
}

/* BSD loopback: the address family as the capturing host counts it, in its
 * byte order. AF_INET is 2 everywhere; AF_INET6 is 24, 28, 30 (the BSDs and
 * macOS), 10 (Linux) or 23 (Windows). All fit in a byte, so whichever end
 * holds it tells the order. */
static enum link_result
loopback(struct reader *r, struct slice *ip)
{
    uint32_t family = reader_u32(r);
    if (family >> 24)
        family = __builtin_bswap32(family);
    switch (family) {
    case 2:
    case 10:
    case 23:
    case 24:
    case 28:
    case 30:
        return rest_is_ip(r, ip);
    default:
        return r->failed ? LINK_CUT : LINK_OTHER;
    }
}

enum link_result
link_strip(uint32_t link_type, struct slice frame, struct slice *ip)
{
    struct reader r = reader_of(frame);
    switch (link_type) {
    case LINK_ETHERNET:
        return ethernet(&r, ip);
    case LINK_SLL:
        return sll(&r, ip);
    case LINK_SLL2:
        return sll2(&r, ip);
    case LINK_NULL:
    case LINK_LOOP:
        return loopback(&r, ip);
    case LINK_RAW:
    case LINK_RAW_DLT:
    case LINK_RAW_BSD:
    case LINK_IPV4:
    case LINK_IPV6:
        return rest_is_ip(&r, ip);
    default:
        return LINK_UNKNOWN;
    }
}
