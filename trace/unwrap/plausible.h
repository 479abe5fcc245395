/* plausible.h - could an MQTT packet begin here?
 * SPDX-License-Identifier: MIT
 *
 * MQTT has no magic number: one byte in ten could begin a packet. What gives a
 * packet away is that everything fits: flags as the type wants them, a length
 * the type can have, contents that decode cleanly as 3.1.1 or 5.0, and another
 * packet right behind. Used to recognise MQTT on any port and to find the way
 * back into a stream after a gap (trace/model/framing.h).                    */
#ifndef TRACE_UNWRAP_PLAUSIBLE_H
#define TRACE_UNWRAP_PLAUSIBLE_H

#include "mqtt/packet.h"

enum plausible {
    PLAUSIBLE_NO,
    PLAUSIBLE_MORE, /* nothing against it, but not all of it is there */
    PLAUSIBLE_YES   /* a whole packet */
};

/* Looks at the start of bytes. On YES *len is the packet's length. */
enum plausible plausible_packet(struct slice bytes, size_t *len);

/* Packets in a row from the start of bytes. */
struct plausible_run {
    unsigned packets;   /* whole ones; counting stops at PLAUSIBLE_RUN_MAX */
    enum plausible end; /* what comes behind them: NO, MORE (a part), or YES
                           (bytes end with the last packet, or counting did) */
    unsigned only;      /* sides that alone send one of these types: set of
                           enum mqtt_side; 0: any side sends them all */
};
#define PLAUSIBLE_RUN_MAX 8
struct plausible_run plausible_run(struct slice bytes);

/* Finds the first offset from which on there is nothing but packets: three of
 * them, or two and nothing (or a part) behind. At offset 0, where a segment
 * begins, one that ends where the bytes end will do; so will one anywhere
 * when `is_all` says that no bytes will follow. False: none (yet). */
bool plausible_find(struct slice bytes, bool is_all, size_t *at);

#endif
