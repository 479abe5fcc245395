/* packet_filter.h - which packets of a capture are wanted.
 * SPDX-License-Identifier: MIT
 *
 * All conditions have to hold; one that is not set always does. Topic and QoS
 * are asked of the packet that begins an exchange, and what follows in the
 * exchange follows it: `--topic a/b` shows the PUBACK too. Shared by all views,
 * so that they agree on what they show.                                      */
#ifndef TRACE_MODEL_PACKET_FILTER_H
#define TRACE_MODEL_PACKET_FILTER_H

#include "base/error.h"
#include "trace/model/model.h"

enum { PACKET_FILTER_EXCHANGES = 4096 };

struct packet_filter {
    bool has_connection;   /* only TCP connection `connection` */
    uint64_t connection;
    uint64_t packet;       /* only that number; 0: any */
    const char *client;    /* Client Identifier, as it is shown; NULL: any */
    const char *topic;     /* Topic Filter; NULL: any */
    uint32_t types;        /* set of P(TYPE); 0: all */
    bool has_qos;          /* only QoS `qos` */
    uint8_t qos;
    bool has_from;         /* not before from_ns */
    int64_t from_ns;       /* since start_ns */
    bool has_until;        /* not after until_ns */
    int64_t until_ns;      /* since start_ns */
    bool is_broken;        /* only packets that something is wrong with */
    const uint64_t *broken; /* their numbers in order, borrowed; NULL: those
                               that decode and check have found */
    size_t broken_count;
    int64_t start_ns;      /* time of the first frame */
    uint64_t exchanges[PACKET_FILTER_EXCHANGES]; /* begun by a wanted packet;
                              the slot is the number modulo their count */
};

/* Is p wanted? Ask once for each packet, in order. */
bool packet_filter_wants(struct packet_filter *f,
                         const struct model_packet *p);

/* Can packets of that connection be wanted at all? For what is told about
 * connections: gaps, ends. */
bool packet_filter_wants_connection(const struct packet_filter *f,
                                    const struct model_conn *c);

/* Is any condition set that single packets have to meet? */
bool packet_filter_is_set(const struct packet_filter *f);

/* "PUBLISH,PUBACK" into a set of P(TYPE). */
int packet_filter_parse_types(const char *text, uint32_t *types,
                              struct error *err);

#endif
