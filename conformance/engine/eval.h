/* eval.h - what an expression of a script is worth.
 * SPDX-License-Identifier: MIT
 *
 * Names are looked up in a scope; functions are a table (functions.h). An
 * expression that cannot be evaluated (a name that was never bound, text plus
 * a number) is an error of the script, never a verdict on a broker.          */
#ifndef ENGINE_EVAL_H
#define ENGINE_EVAL_H

#include "base/error.h"
#include "conformance/engine/scope.h"
#include "conformance/script/ast.h"

struct eval {
    struct arena *arena;       /* where new values live */
    struct scope *scope;       /* what names mean */
    enum mqtt_version version; /* of the run */
    uint64_t now_us;           /* for `since` */
    bool words;                /* a name bound to nothing is its own text */
    struct error err;          /* filled when something returned false */
};

/* Evaluates x. False, with e->err filled, when that cannot be. */
bool eval_expr(struct eval *e, const struct script_expr *x, struct value *out);

/* The same for an expression that has to be a number. */
bool eval_number(struct eval *e, const struct script_expr *x, int64_t *out);

/* The same for bytes: numbers become their decimal digits. */
bool eval_bytes(struct eval *e, const struct script_expr *x, struct slice *out);

/* Fills e->err, with the place in front, and returns false. */
bool eval_fail(struct eval *e, struct script_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
