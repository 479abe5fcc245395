/* dump.h - what the broker remembers, as text for somebody who looks for a fault.
 * SPDX-License-Identifier: MIT
 *
 * A line per thing, indented below what owns it; bytes from clients are quoted
 * and escaped. First totals, then connections, sessions (subscriptions, what is
 * in flight, what waits, the will), the tree of Topic Filters with who hangs at
 * each, and retained messages.
 *
 * There are never passwords or what an enhanced authentication exchanges. A
 * payload is shown as its length, and as it is only with dump_payloads, at most
 * DUMP_PAYLOAD_MAX bytes of it.                                              */
#ifndef BROKER_DUMP_H
#define BROKER_DUMP_H

#include "broker/broker.h"

#define DUMP_PAYLOAD_MAX 64

/* Appends all of it. Takes as long as there is much: everybody waits. */
void dump_broker(const struct broker *b, struct buf *out);

#endif
