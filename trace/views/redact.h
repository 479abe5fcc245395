/* redact.h - a capture that can be shown to others.
 * SPDX-License-Identifier: MIT
 *
 * Writes what was spoken anew, as pcapng over plain TCP on loopback: the same
 * packets in the same order at the same times from the same ports, each with
 * the length and structure that it had. Replaced, by letters of equal length:
 * levels of topics, Client Identifiers, user names, passwords, payloads, texts
 * and binary data in properties. The same becomes the same, and different
 * texts become different ones as far as their length allows, so that filters
 * still match, sessions resume and messages can be followed. Left: numbers,
 * codes, flags, wildcards, `$SYS` and `$share`, who breaks which rule (all but
 * those of ill-formed UTF-8). TLS and WebSocket are taken off.
 *
 * Which letters follows from a secret drawn for each run, or from `key`.     */
#ifndef TRACE_VIEWS_REDACT_H
#define TRACE_VIEWS_REDACT_H

#include "base/buf.h"
#include "trace/model/model.h"

struct redact; /* opaque */

/* Appends the file to out, which the caller may empty between events. */
struct redact *redact_new(struct buf *out, uint64_t key);
void redact_free(struct redact *r);

/* What to give to model_new. Uses `user` of the connections. */
struct model_events redact_events(struct redact *r);

/* One packet: its bytes, replaced. For tests, and for the above. */
void redact_packet(struct redact *r, struct buf *out,
                   const struct model_packet *p);

#endif
