/* functions.h - what scripts can call: count(m, payload="x"), min(a b) ...
 * SPDX-License-Identifier: MIT                                               */
#ifndef ENGINE_FUNCTIONS_H
#define ENGINE_FUNCTIONS_H

#include "conformance/engine/eval.h"

/* Evaluates a call (EXPR_CALL). */
bool functions_call(struct eval *e, const struct script_expr *call,
                    struct value *out);

#endif
