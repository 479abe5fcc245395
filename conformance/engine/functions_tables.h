/* functions_tables.h - what scripts can call to get tables of the protocol.
 * SPDX-License-Identifier: MIT
 *
 * Each is one function of script/functions.def and leaves a list in *out: of
 * numbers, of names, or of records. False after eval_fail.                   */
#ifndef ENGINE_FUNCTIONS_TABLES_H
#define ENGINE_FUNCTIONS_TABLES_H

#include "conformance/engine/eval.h"

enum { ARGS_MAX = 8 };

struct call {
    struct eval *e;              /* where it is evaluated */
    const struct script_expr *x; /* the call as it is written */
    struct value args[ARGS_MAX]; /* what it is given, evaluated */
    size_t count;                /* of args */
};

bool call_properties_not_allowed(struct call *c, struct value *out);
bool call_properties_allowed(struct call *c, struct value *out);
bool call_properties_once(struct call *c, struct value *out);
bool call_properties_out_of_range(struct call *c, struct value *out);
bool call_properties_bad_text(struct call *c, struct value *out);
bool call_reason_codes(struct call *c, struct value *out);
bool call_reason_codes_of_others(struct call *c, struct value *out);
bool call_packet_types(struct call *c, struct value *out);
bool call_bad_utf8(struct call *c, struct value *out);

#endif
