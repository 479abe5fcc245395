/* eval.c - what an expression of a script is worth.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/eval.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "conformance/engine/functions.h"

enum { REPEAT_MAX = 300 * 1000 * 1000 }; /* bytes of "x"*n */

bool
eval_fail(struct eval *e, struct script_place at, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_set(&e->err, "line %u, column %u: %s", at.line, at.column, text);
    return false;
}

bool
eval_number(struct eval *e, const struct script_expr *x, int64_t *out)
{
    struct value v;
    if (!eval_expr(e, x, &v))
        return false;
    if (v.kind == VALUE_LIST && v.count == 1)
        v = v.items[0];
    if (v.kind != VALUE_NUMBER)
        return eval_fail(e, x->at, "a number is wanted here");
    *out = v.number;
    return true;
}

static bool
to_bytes(struct eval *e, struct value v, struct slice *out)
{
    char digits[24];
    if (v.kind == VALUE_LIST && v.count == 1)
        v = v.items[0];
    if (v.kind == VALUE_BYTES) {
        *out = v.text;
        return true;
    }
    if (v.kind != VALUE_NUMBER)
        return false;
    snprintf(digits, sizeof digits, "%" PRId64, v.number);
    *out = arena_copy(e->arena, slice_str(digits));
    return true;
}

bool
eval_bytes(struct eval *e, const struct script_expr *x, struct slice *out)
{
    struct value v;
    if (!eval_expr(e, x, &v))
        return false;
    return to_bytes(e, v, out) ||
           eval_fail(e, x->at, "text or bytes are wanted here");
}

static bool
eval_text(struct eval *e, const struct script_expr *x, struct value *out)
{
    if (!x->interpolated) {
        *out = value_bytes(x->text);
        return true;
    }
    struct buf whole = {0};
    bool good = true;
    for (size_t i = 0; good && i < x->item_count; i++) {
        struct slice piece;
        good = eval_bytes(e, x->items[i], &piece);
        if (good)
            buf_add(&whole, piece);
    }
    *out = value_bytes(arena_copy(e->arena, buf_slice(&whole)));
    buf_release(&whole);
    return good;
}

static bool
eval_items(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value *items =
        arena_alloc(e->arena, (x->item_count + 1) * sizeof *items);
    for (size_t i = 0; i < x->item_count; i++)
        if (!eval_expr(e, x->items[i], &items[i]))
            return false;
    *out = value_list(items, x->item_count);
    return true;
}

static bool
eval_record(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value *items =
        arena_alloc(e->arena, (x->arg_count + 1) * sizeof *items);
    struct slice *names =
        arena_alloc(e->arena, (x->arg_count + 1) * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < x->arg_count; i++) {
        const struct script_arg *a = &x->args[i];
        if (a->versions && !mqtt_version_in(e->version, a->versions))
            continue;
        names[n] = a->name;
        if (!eval_expr(e, a->value, &items[n++]))
            return false;
    }
    *out = value_list(items, n);
    out->kind = VALUE_RECORD;
    out->names = names;
    return true;
}

/* 1..5 as a list. */
static bool
eval_range(struct eval *e, const struct script_expr *x, struct value *out)
{
    int64_t from, to;
    if (!eval_number(e, x->left, &from) || !eval_number(e, x->right, &to))
        return false;
    if (to - from >= 100000)
        return eval_fail(e, x->at, "a range of more than 100000 numbers");
    size_t count = to < from ? 0 : (size_t)(to - from + 1);
    struct value *items = arena_alloc(e->arena, (count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = value_number(from + (int64_t)i);
    *out = value_list(items, count);
    return true;
}

static bool
eval_repeat(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct slice unit;
    int64_t times;
    if (!eval_bytes(e, x->left, &unit) || !eval_number(e, x->right, &times))
        return false;
    if (times < 0 || (unit.len && times > (int64_t)(REPEAT_MAX / unit.len)))
        return eval_fail(e, x->at, "cannot repeat that %" PRId64 " times",
                         times);
    uint8_t *bytes = arena_alloc(e->arena, unit.len * (size_t)times + 1);
    for (int64_t i = 0; i < times; i++)
        if (unit.len)
            memcpy(bytes + (size_t)i * unit.len, unit.ptr, unit.len);
    *out = value_bytes(slice_of(bytes, unit.len * (size_t)times));
    return true;
}

static bool
eval_name(struct eval *e, const struct script_expr *x, struct value *out)
{
    const struct value *v = scope_find(e->scope, x->text);
    if (!v && e->words) {
        *out = value_bytes(x->text);
        return true;
    }
    if (!v && slice_starts(x->text, "target."))
        return true; /* the target file does not say: absent */
    if (!v)
        return eval_fail(e, x->at, "nothing has been bound to \"%.*s\" yet",
                         SLICE_ARG(x->text));
    *out = *v;
    return true;
}

static bool
eval_member(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value of;
    if (!eval_expr(e, x->left, &of))
        return false;
    if (value_member(e->arena, of, x->text, out))
        return true;
    return eval_fail(e, x->at, "there is no \".%.*s\" in that",
                     SLICE_ARG(x->text));
}

/* left[right]: an item of a list, counted from 0, or a byte. */
static bool
eval_index(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value of;
    int64_t i;
    if (!eval_expr(e, x->left, &of) || !eval_number(e, x->right, &i))
        return false;
    if (of.kind == VALUE_BYTES && i >= 0 && (size_t)i < of.text.len) {
        *out = value_number(of.text.ptr[i]);
        return true;
    }
    if (of.kind == VALUE_LIST && i >= 0 && (size_t)i < of.count) {
        *out = of.items[i];
        return true;
    }
    return eval_fail(e, x->at, "there is no item %" PRId64, i);
}

/* --- operators ------------------------------------------------------------ */

static bool
is_in(struct value item, struct value list)
{
    if (list.kind == VALUE_BYTES && item.kind == VALUE_BYTES)
        return item.text.len == 0 ||
               (list.text.len && memmem(list.text.ptr, list.text.len,
                                        item.text.ptr, item.text.len));
    for (size_t i = 0; i < list.count; i++)
        if (value_equal(list.items[i], item))
            return true;
    return list.kind != VALUE_LIST && value_equal(list, item);
}

static bool
add_lists(struct eval *e, struct value a, struct value b, struct value *out)
{
    struct value *items =
        arena_alloc(e->arena, (a.count + b.count + 1) * sizeof *items);
    for (size_t i = 0; i < a.count; i++)
        items[i] = a.items[i];
    for (size_t i = 0; i < b.count; i++)
        items[a.count + i] = b.items[i];
    *out = value_list(items, a.count + b.count);
    return true;
}

static bool
join_bytes(struct eval *e, struct slice a, struct slice b, struct value *out)
{
    uint8_t *bytes = arena_alloc(e->arena, a.len + b.len + 1);
    if (a.len)
        memcpy(bytes, a.ptr, a.len);
    if (b.len)
        memcpy(bytes + a.len, b.ptr, b.len);
    *out = value_bytes(slice_of(bytes, a.len + b.len));
    return true;
}

static bool
eval_arithmetic(struct eval *e, const struct script_expr *x, struct value a,
                struct value b, struct value *out)
{
    struct slice s, t;
    if (x->op == OP_ADD && a.kind == VALUE_LIST && b.kind == VALUE_LIST)
        return add_lists(e, a, b, out);
    if (a.kind == VALUE_LIST && a.count == 1)
        a = a.items[0];
    if (b.kind == VALUE_LIST && b.count == 1)
        b = b.items[0];
    if (x->op == OP_ADD && (a.kind == VALUE_BYTES || b.kind == VALUE_BYTES) &&
        to_bytes(e, a, &s) && to_bytes(e, b, &t))
        return join_bytes(e, s, t, out);
    if (a.kind != VALUE_NUMBER || b.kind != VALUE_NUMBER)
        return eval_fail(e, x->at, "both sides have to be numbers");
    if ((x->op == OP_DIV || x->op == OP_MOD) && b.number == 0)
        return eval_fail(e, x->at, "division by zero");
    switch (x->op) {
    case OP_ADD: *out = value_number(a.number + b.number); break;
    case OP_SUB: *out = value_number(a.number - b.number); break;
    case OP_MUL: *out = value_number(a.number * b.number); break;
    case OP_DIV: *out = value_number(a.number / b.number); break;
    default: *out = value_number(a.number % b.number); break;
    }
    return true;
}

/* `a or b` and `a and b` look at b only when a leaves it open. */
static bool
eval_logic(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value v;
    if (!eval_expr(e, x->left, &v))
        return false;
    if (value_is_true(v) == (x->op == OP_OR)) {
        *out = value_number(x->op == OP_OR);
        return true;
    }
    if (!eval_expr(e, x->right, &v))
        return false;
    *out = value_number(value_is_true(v));
    return true;
}

/* $target.user = present */
static bool
eval_presence(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value v;
    if (!eval_expr(e, x->left, &v))
        return false;
    bool is_so = v.kind != VALUE_ABSENT || x->right->kind == EXPR_ANY;
    *out = value_number(is_so == (x->op == OP_EQ));
    return true;
}

static bool
eval_binary(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct value a, b;
    if (x->op == OP_AND || x->op == OP_OR)
        return eval_logic(e, x, out);
    if ((x->op == OP_EQ || x->op == OP_NE) &&
        (x->right->kind == EXPR_PRESENT || x->right->kind == EXPR_ANY))
        return eval_presence(e, x, out);
    if (!eval_expr(e, x->left, &a) || !eval_expr(e, x->right, &b))
        return false;
    switch (x->op) {
    case OP_EQ: *out = value_number(value_equal(a, b)); break;
    case OP_NE: *out = value_number(!value_equal(a, b)); break;
    case OP_LT: *out = value_number(value_compare(a, b) < 0); break;
    case OP_LE: *out = value_number(value_compare(a, b) <= 0); break;
    case OP_GT: *out = value_number(value_compare(a, b) > 0); break;
    case OP_GE: *out = value_number(value_compare(a, b) >= 0); break;
    case OP_IN: *out = value_number(is_in(a, b)); break;
    default: return eval_arithmetic(e, x, a, b, out);
    }
    return true;
}

static bool
eval_unary(struct eval *e, const struct script_expr *x, struct value *out)
{
    if (!eval_expr(e, x->left, out))
        return false;
    if (x->op == OP_NOT)
        *out = value_number(!value_is_true(*out));
    else if (out->kind == VALUE_NUMBER)
        out->number = -out->number;
    else
        return eval_fail(e, x->at, "only a number has a negative");
    return true;
}

static bool
eval_pair(struct eval *e, const struct script_expr *x, struct value *out)
{
    *out = (struct value){.kind = VALUE_PAIR};
    return eval_bytes(e, x->left, &out->text) &&
           eval_bytes(e, x->right, &out->second);
}

static bool
eval_since(struct eval *e, const struct script_expr *x, struct value *out)
{
    const struct value *mark = scope_find(e->scope, x->text);
    if (!mark || mark->kind != VALUE_NUMBER)
        return eval_fail(e, x->at, "\"%.*s\" has not been marked yet",
                         SLICE_ARG(x->text));
    *out = value_number((int64_t)e->now_us - mark->number);
    return true;
}

static bool
eval_reason(struct eval *e, const struct script_expr *x, struct value *out)
{
    int code = x->codes[e->version];
    if (code < 0)
        return eval_fail(e, x->at, "MQTT %s has no reason \"%.*s\"",
                         mqtt_version_name(e->version), SLICE_ARG(x->text));
    *out = value_number(code);
    return true;
}

bool
eval_expr(struct eval *e, const struct script_expr *x, struct value *out)
{
    *out = (struct value){.kind = VALUE_ABSENT};
    switch (x->kind) {
    case EXPR_NUMBER:
    case EXPR_DURATION: *out = value_number(x->number); return true;
    case EXPR_TEXT: return eval_text(e, x, out);
    case EXPR_BYTES: *out = value_bytes(x->text); return true;
    case EXPR_REASON: return eval_reason(e, x, out);
    case EXPR_NAME: return eval_name(e, x, out);
    case EXPR_ABSENT: return true;
    case EXPR_LIST:
    case EXPR_CHOICE:
    case EXPR_SET: return eval_items(e, x, out);
    case EXPR_RECORD: return eval_record(e, x, out);
    case EXPR_RANGE: return eval_range(e, x, out);
    case EXPR_PAIR: return eval_pair(e, x, out);
    case EXPR_REPEAT: return eval_repeat(e, x, out);
    case EXPR_UNARY: return eval_unary(e, x, out);
    case EXPR_BINARY: return eval_binary(e, x, out);
    case EXPR_CALL: return functions_call(e, x, out);
    case EXPR_MEMBER: return eval_member(e, x, out);
    case EXPR_INDEX: return eval_index(e, x, out);
    case EXPR_SINCE: return eval_since(e, x, out);
    case EXPR_BIND:
    case EXPR_ANY:
    case EXPR_PRESENT: break;
    }
    return eval_fail(e, x->at, "this belongs into a pattern, it has no value");
}
