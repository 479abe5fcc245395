/* match.c - does a packet that arrived fit a pattern of the script?
 * SPDX-License-Identifier: MIT
 *
 * Every argument is brought down to: a list of values that the packet has there
 * (none, one, or several for what may be repeated) and a wish. Bindings wait in
 * a list until everything fits.                                              */
#include "conformance/engine/match.h"

enum { BINDS_MAX = 32 };

struct matcher {
    struct eval *e;
    const struct got *got;
    struct buf *difference; /* or NULL */
    struct scope_name binds[BINDS_MAX];
    size_t bind_count;
};

/* --- printing wishes ------------------------------------------------------ */

static void print_wish(struct buf *out, struct eval *e,
                       const struct script_expr *x);

static void
print_items(struct buf *out, struct eval *e, const struct script_expr *x,
            const char *between)
{
    for (size_t i = 0; i < x->item_count; i++) {
        if (i)
            buf_add_str(out, between);
        print_wish(out, e, x->items[i]);
    }
}

static void
print_value_of(struct buf *out, struct eval *e, const struct script_expr *x)
{
    struct value v;
    struct error before = e->err;
    if (eval_expr(e, x, &v))
        value_print(out, v);
    else
        buf_add_str(out, "?");
    e->err = before;
}

static void
print_wish(struct buf *out, struct eval *e, const struct script_expr *x)
{
    switch (x->kind) {
    case EXPR_ANY: buf_add_str(out, "any"); break;
    case EXPR_PRESENT: buf_add_str(out, "present"); break;
    case EXPR_BIND: buf_printf(out, "?%.*s", SLICE_ARG(x->text)); break;
    case EXPR_REASON: buf_printf(out, "%.*s", SLICE_ARG(x->text)); break;
    case EXPR_CHOICE: print_items(out, e, x, "|"); break;
    case EXPR_LIST:
        buf_add_byte(out, '[');
        print_items(out, e, x, " ");
        buf_add_byte(out, ']');
        break;
    case EXPR_SET:
        buf_add_byte(out, '{');
        print_items(out, e, x, " ");
        buf_add_byte(out, '}');
        break;
    case EXPR_RANGE:
        print_value_of(out, e, x->left);
        buf_add_str(out, "..");
        print_value_of(out, e, x->right);
        break;
    default: print_value_of(out, e, x); break;
    }
}

static const char *
op_text(enum script_op op)
{
    switch (op) {
    case OP_NE: return "!=";
    case OP_LT: return "<";
    case OP_LE: return "<=";
    case OP_GT: return ">";
    case OP_GE: return ">=";
    default: return "=";
    }
}

void
match_print(struct buf *out, struct eval *e, const struct script_packet *want)
{
    if (want->is_close) {
        buf_add_str(out, "close");
        return;
    }
    buf_add_str(out, want->type ? mqtt_packet_row(want->type)->name : "any");
    for (size_t i = 0; i < want->arg_count; i++) {
        const struct script_arg *a = &want->args[i];
        if (a->versions && !mqtt_version_in(e->version, a->versions))
            continue;
        buf_printf(out, " %.*s%s", SLICE_ARG(a->name), op_text(a->op));
        print_wish(out, e, a->value);
    }
}

/* --- one value against one wish ------------------------------------------- */

static void
bind(struct matcher *m, struct slice name, struct value v)
{
    if (m->bind_count < BINDS_MAX)
        m->binds[m->bind_count++] = (struct scope_name){name, v};
}

static enum match_result
match_range(struct matcher *m, const struct script_expr *x, struct value v)
{
    int64_t from, to;
    if (!eval_number(m->e, x->left, &from) || !eval_number(m->e, x->right, &to))
        return MATCH_ERROR;
    return v.kind == VALUE_NUMBER && v.number >= from && v.number <= to;
}

static enum match_result
match_computed(struct matcher *m, const struct script_expr *x,
               enum script_op op, struct value v)
{
    struct value want;
    if (!eval_expr(m->e, x, &want))
        return MATCH_ERROR;
    if (op == OP_EQ || op == OP_NONE)
        return value_equal(v, want) ||
               (v.kind != want.kind && v.kind != VALUE_ABSENT &&
                want.kind != VALUE_ABSENT && want.kind != VALUE_LIST &&
                v.kind != VALUE_LIST && value_compare(v, want) == 0);
    if (op == OP_NE)
        return !value_equal(v, want);
    if (v.kind == VALUE_ABSENT)
        return MATCH_NO;
    int order = value_compare(v, want);
    switch (op) {
    case OP_LT: return order < 0;
    case OP_LE: return order <= 0;
    case OP_GT: return order > 0;
    default: return order >= 0;
    }
}

static enum match_result match_value(struct matcher *m,
                                     const struct script_expr *x,
                                     enum script_op op, struct value v);

/* One of several wishes. */
static enum match_result
match_choice(struct matcher *m, const struct script_expr *x, struct value v)
{
    for (size_t i = 0; i < x->item_count; i++) {
        enum match_result r = match_value(m, x->items[i], OP_EQ, v);
        if (r != MATCH_NO)
            return r;
    }
    return MATCH_NO;
}

static enum match_result
match_list(struct matcher *m, const struct script_expr *x, struct value v)
{
    struct value one = v;
    if (v.kind != VALUE_LIST)
        v = value_list(&one, v.kind == VALUE_ABSENT ? 0 : 1);
    if (v.count != x->item_count)
        return MATCH_NO;
    for (size_t i = 0; i < v.count; i++) {
        enum match_result r = match_value(m, x->items[i], OP_EQ, v.items[i]);
        if (r != MATCH_YES)
            return r;
    }
    return MATCH_YES;
}

/* {a b}: every wish finds a value of its own (the first that fits). */
static enum match_result
match_set(struct matcher *m, const struct script_expr *x, enum script_op op,
          struct value v)
{
    struct value one = v;
    uint64_t used = 0;
    if (v.kind != VALUE_LIST)
        v = value_list(&one, v.kind == VALUE_ABSENT ? 0 : 1);
    /* `>=`: there may be more than these. */
    if ((op == OP_GE ? v.count < x->item_count : v.count != x->item_count) ||
        v.count > 64)
        return MATCH_NO;
    for (size_t i = 0; i < x->item_count; i++) {
        enum match_result r = MATCH_NO;
        for (size_t k = 0; k < v.count && r == MATCH_NO; k++) {
            if (used >> k & 1)
                continue;
            r = match_value(m, x->items[i], OP_EQ, v.items[k]);
            if (r == MATCH_YES)
                used |= (uint64_t)1 << k;
        }
        if (r != MATCH_YES)
            return r;
    }
    return MATCH_YES;
}

static enum match_result
match_bind(struct matcher *m, const struct script_expr *x, struct value v)
{
    if (v.kind == VALUE_ABSENT) {
        if (!x->left)
            return MATCH_NO;
        if (!eval_expr(m->e, x->left, &v))
            return MATCH_ERROR;
    }
    bind(m, x->text, v);
    return MATCH_YES;
}

static enum match_result
match_value(struct matcher *m, const struct script_expr *x, enum script_op op,
            struct value v)
{
    switch (x->kind) {
    case EXPR_ANY: return MATCH_YES;
    case EXPR_ABSENT:
        return (v.kind == VALUE_ABSENT) == (op != OP_NE);
    case EXPR_PRESENT:
        return (v.kind != VALUE_ABSENT) == (op != OP_NE);
    case EXPR_BIND: return match_bind(m, x, v);
    case EXPR_CHOICE: return match_choice(m, x, v);
    case EXPR_RANGE: return match_range(m, x, v);
    case EXPR_LIST: return match_list(m, x, v);
    case EXPR_SET: return match_set(m, x, op, v);
    default: return match_computed(m, x, op, v);
    }
}

/* --- arguments ------------------------------------------------------------ */

static void
tell_difference(struct matcher *m, const struct script_arg *a, struct value v)
{
    if (!m->difference)
        return;
    buf_printf(m->difference, "%.*s: expected ", SLICE_ARG(a->name));
    if (a->op != OP_EQ && a->op != OP_NONE)
        buf_printf(m->difference, "%s ", op_text(a->op));
    print_wish(m->difference, m->e, a->value);
    buf_add_str(m->difference, ", got ");
    value_print(m->difference, v);
}

/* A topic fits as written on the wire and as its alias stands for. */
static enum match_result
match_topic(struct matcher *m, const struct script_arg *a)
{
    enum match_result r =
        match_value(m, a->value, a->op, value_bytes(m->got->topic));
    if (r == MATCH_NO && m->got->topic.ptr != m->got->packet.topic.ptr)
        r = match_value(m, a->value, a->op,
                        value_bytes(m->got->packet.topic));
    return r;
}

static bool
may_be_repeated(const struct script_arg *a, struct value v)
{
    return v.kind == VALUE_LIST && a->kind == ARG_PROPERTY &&
           a->value->kind != EXPR_LIST && a->value->kind != EXPR_SET &&
           a->value->kind != EXPR_BIND;
}

static enum match_result
match_arg(struct matcher *m, const struct script_arg *a)
{
    struct value v;
    enum match_result r = MATCH_NO;
    if (!value_member(m->e->arena, value_packet(m->got), a->name, &v)) {
        eval_fail(m->e, a->at, "a packet that arrives has no \"%.*s\"",
                  SLICE_ARG(a->name));
        return MATCH_ERROR;
    }
    if (a->kind == ARG_FIELD && a->field == MQTT_F_topic &&
        v.kind != VALUE_ABSENT) {
        r = match_topic(m, a);
    } else if (may_be_repeated(a, v)) {
        for (size_t i = 0; i < v.count && r == MATCH_NO; i++)
            r = match_value(m, a->value, a->op, v.items[i]);
        if (a->value->kind == EXPR_ABSENT)
            r = v.count ? MATCH_NO : MATCH_YES;
    } else {
        r = match_value(m, a->value, a->op, v);
    }
    if (r == MATCH_NO)
        tell_difference(m, a, v);
    return r;
}

static bool
is_reason(const struct script_arg *a)
{
    return a->kind == ARG_FIELD && a->field == MQTT_F_reason;
}

static enum match_result
match_each(struct matcher *m, const struct script_arg *args, size_t count,
           bool expected_only)
{
    for (size_t i = 0; i < count; i++) {
        const struct script_arg *a = &args[i];
        if ((a->versions && !mqtt_version_in(m->e->version, a->versions)) ||
            (expected_only && !a->expected))
            continue;
        enum match_result r = match_arg(m, a);
        if (r != MATCH_YES)
            return r;
    }
    for (size_t i = 0; i < m->bind_count; i++)
        scope_set(m->e->scope, m->binds[i].name, m->binds[i].value);
    return MATCH_YES;
}

/* In the words of who got the packet: a scenario may have clients of several
 * versions. */
static enum match_result
match_all(struct matcher *m, const struct script_arg *args, size_t count,
          bool expected_only)
{
    enum mqtt_version outside = m->e->version;
    if (m->got->packet.version)
        m->e->version = m->got->packet.version;
    enum match_result r = match_each(m, args, count, expected_only);
    m->e->version = outside;
    return r;
}

enum match_result
match_args(struct eval *e, const struct script_arg *args, size_t count,
           const struct got *g, struct buf *difference)
{
    struct matcher m = {.e = e, .got = g, .difference = difference};
    return match_all(&m, args, count, false);
}

enum match_result
match_packet(struct eval *e, const struct script_packet *want,
             const struct got *g, struct buf *difference)
{
    if (want->is_close || (want->type && want->type != g->packet.type)) {
        if (difference)
            buf_printf(difference, "expected %s, got %s",
                       want->is_close ? "close"
                                      : mqtt_packet_row(want->type)->name,
                       mqtt_packet_row(g->packet.type)->name);
        return MATCH_NO;
    }
    return match_args(e, want->args, want->arg_count, g, difference);
}

enum match_result
match_connack(struct eval *e, const struct script_packet *want,
              const struct got *g, bool *asks_reason, struct buf *difference)
{
    struct matcher m = {.e = e, .got = g, .difference = difference};
    *asks_reason = false;
    for (size_t i = 0; i < want->arg_count; i++)
        *asks_reason |= want->args[i].expected && is_reason(&want->args[i]);
    return match_all(&m, want->args, want->arg_count, true);
}
