/* match.h - does a packet that arrived fit a pattern of the script?
 * SPDX-License-Identifier: MIT
 *
 * What a pattern does not mention may be anything. On a difference the first
 * one is told in the words of the script: "packet_id=7" was expected and
 * "packet_id=8" came. Names are bound only when the whole pattern fits.      */
#ifndef ENGINE_MATCH_H
#define ENGINE_MATCH_H

#include "conformance/engine/eval.h"

enum match_result {
    MATCH_NO,
    MATCH_YES,
    MATCH_ERROR /* the pattern cannot be evaluated: e->err */
};

/* Compares g with the type and the arguments of the pattern; `difference`, when
 * not NULL, gets "packet_id: expected 7, got 8" appended on MATCH_NO. */
enum match_result match_packet(struct eval *e, const struct script_packet *want,
                               const struct got *g, struct buf *difference);

/* The same for a list of arguments alone (count(m, payload="x")). */
enum match_result match_args(struct eval *e, const struct script_arg *args,
                             size_t count, const struct got *g,
                             struct buf *difference);

/* As match_packet, with only those arguments of a `connects` that CONNACK has;
 * *asks_reason says whether one of them is the reason. */
enum match_result match_connack(struct eval *e,
                                const struct script_packet *want,
                                const struct got *g, bool *asks_reason,
                                struct buf *difference);

/* Appends the pattern with names replaced by what they stand for. */
void match_print(struct buf *out, struct eval *e,
                 const struct script_packet *want);

#endif
