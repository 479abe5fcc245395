/* why.h - why a connection ended, in a sentence.
 * SPDX-License-Identifier: MIT
 *
 * Fed with what the model tells, it remembers of each connection what its end
 * may be about: who was silent since when, which client came again, which
 * packet was longer than the other side takes, which one broke a rule. The
 * sentence says what the capture proves, and "probably" where it is only the
 * likeliest of several reasons.                                              */
#ifndef TRACE_MODEL_WHY_H
#define TRACE_MODEL_WHY_H

#include "base/map.h"
#include "trace/model/model.h"

/* What is remembered of a connection that is still there. */
struct why_conn {
    uint64_t number;          /* of the TCP connection */
    int64_t last_ns[2];       /* time of the latest packet, by sender */
    uint64_t last_packet[2];  /* its number; 0: none */
    uint64_t too_long[2];     /* bytes of the latest packet that the other side
                                 does not take, by sender; 0: none */
    uint64_t too_long_at[2];  /* its number */
    uint32_t packet_max[2];   /* what that side takes; 0: anything */
    int64_t connect_ns;       /* time of its CONNECT */
    bool has_connect;         /* it came */
    bool has_will;            /* the CONNECT had a will */
    uint8_t connack;          /* code of a refusal; 0: none */
    uint64_t broken_at;       /* latest packet of the client that broke one */
    const char *broken_id;    /* its statement; "" none; static */
    const char *broken_text;  /* what was wrong; static */
};

struct why {
    struct map by_number;     /* TCP connection -> struct why_conn, owned */
    struct map by_client;     /* Client Identifier -> why_client, owned */
};

/* A zeroed struct is a fresh one. */
void why_release(struct why *w);

void why_packet(struct why *w, const struct model_packet *p);

/* Appends the sentence, without a newline, and forgets the connection. Called
 * once per MQTT connection, when it ends at `time_ns`. Returns the reason in a few
 * words that are the same for all connections that end so; static. */
const char *why_close(struct why *w, const struct model_conn *c, int64_t time_ns,
               struct buf *out);

#endif
