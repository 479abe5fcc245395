/* to_scenario.h - a captured conversation as scenarios for any broker.
 * SPDX-License-Identifier: MIT
 *
 * Each connection becomes a client of the script: what it sent is sent again,
 * what the broker answered is expected, in the order of the capture. Topics
 * go under $T, Packet Identifiers of the broker are bound to names, users and
 * passwords are the target's. Lines judge where one statement demands the
 * answer whatever the broker; all others set the stage. One scenario for each
 * version, or one for all when clients of several have to do with each other.
 *
 * Left out, with a comment that says so: connections whose CONNECT is not in
 * the capture or that authenticate by AUTH; messages that were published
 * before the capture.                                                        */
#ifndef TRACE_VIEWS_TO_SCENARIO_H
#define TRACE_VIEWS_TO_SCENARIO_H

#include "base/error.h"
#include "trace/model/conversation.h"

/* Appends the file. -1: there is nothing that can be played. */
int to_scenario_print(struct buf *out, const struct conversation *c,
                      const char *title, struct error *err);

#endif
