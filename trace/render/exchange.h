/* exchange.h - where a QoS 1 or 2 exchange stands after one of its packets.
 * SPDX-License-Identifier: MIT
 *
 * Each end of an exchange is a small machine (mqtt/flow.h). A packet that went
 * well tells the state of both: after PUBREC the sender waits for PUBCOMP once
 * it has answered, the receiver for PUBREL.                                  */
#ifndef TRACE_RENDER_EXCHANGE_H
#define TRACE_RENDER_EXCHANGE_H

#include "mqtt/flow.h"
#include "trace/model/model_packet.h"

struct exchange {
    unsigned qos;             /* 1 or 2 */
    bool client_sends;        /* who published */
    enum flow_state sender;   /* state of the one who published */
    enum flow_state receiver; /* and of the other */
};

/* False when p belongs to no exchange. */
bool exchange_after(struct exchange *e, const struct model_packet *p);

/* Appends "client AWAIT_PUBREC, broker AWAIT_PUBREL". */
void exchange_print(struct buf *out, const struct exchange *e);

/* Appends both machines as one graph in the DOT language, the states they are
 * in filled. For Graphviz's `dot`, which lays it out. */
void exchange_dot(struct buf *out, const struct exchange *e,
                  const struct model_packet *p);

#endif
