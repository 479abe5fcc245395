/* play_judge.c - lines without a packet: judge, let, mark, wait, skip ...
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_state.h"

enum { PACKETS_SHOWN = 6 };

/* --- judge ---------------------------------------------------------------- */

/* The number by which reports call it: they count packets, not events. */
static size_t
packet_number(const struct play *p, size_t event)
{
    size_t n = 0;
    for (size_t i = 0; i <= event; i++)
        n += p->out->events[i].kind == EVENT_SENT ||
             p->out->events[i].kind == EVENT_GOT;
    return n;
}

static void
tell_packets(struct buf *out, const struct play *p, struct value list)
{
    for (size_t i = 0; i < list.count && i < PACKETS_SHOWN; i++) {
        const struct got *g = list.items[i].packet;
        if (list.items[i].kind != VALUE_PACKET)
            return;
        buf_printf(out, "%s#%zu ", i ? "   " : ":   ",
                   packet_number(p, g->event));
        value_print(out, list.items[i]);
        buf_printf(out, "  +%lld ms", (long long)(g->time_us / MS));
        p->out->events[g->event].is_guilty = true;
    }
    if (list.count > PACKETS_SHOWN)
        buf_printf(out, "   and %zu more", list.count - PACKETS_SHOWN);
}

/* The packets that a count counted, or that a name stands for. */
static void
tell_evidence(struct buf *out, struct play *p, struct fiber *f,
              const struct script_expr *x)
{
    struct value list;
    struct eval *e = play_eval(p, f);
    if (!x || x->kind == EXPR_TEXT)
        return;
    if (x->kind == EXPR_NAME) {
        const struct value *v = scope_find(e->scope, x->text);
        if (v && v->kind == VALUE_LIST && v->count &&
            v->items[0].kind == VALUE_PACKET)
            tell_packets(out, p, *v);
        if (v && v->kind == VALUE_PACKET)
            tell_packets(out, p, value_list(v, 1));
        return;
    }
    if (x->kind == EXPR_CALL && x->arg_count && x->item_count == 1) {
        struct script_expr where = *x;
        where.text = slice_str("where");
        if (eval_expr(e, &where, &list))
            tell_packets(out, p, list);
        return;
    }
    for (size_t i = 0; x->kind == EXPR_CALL && i < x->item_count; i++)
        tell_evidence(out, p, f, x->items[i]);
    tell_evidence(out, p, f, x->left);
}

static void
print_result(struct buf *out, struct play *p, struct fiber *f,
             const struct script_expr *x)
{
    struct value v;
    if (eval_expr(play_eval(p, f), x, &v))
        value_print(out, v);
}

static const char *
relation(enum script_op op)
{
    switch (op) {
    case OP_NE: return "not ";
    case OP_LT: return "less than ";
    case OP_LE: return "at most ";
    case OP_GT: return "more than ";
    case OP_GE: return "at least ";
    case OP_IN: return "one of ";
    default: return "";
    }
}

static enum step
untrue(struct play *p, struct fiber *f)
{
    const struct script_expr *x = f->stmt->value;
    struct buf expected = {0}, got = {0};
    bool compares = x->kind == EXPR_BINARY && x->op >= OP_EQ &&
                    x->op != OP_AND && x->op != OP_OR;
    if (compares) {
        buf_add_str(&expected, relation(x->op));
        print_result(&expected, p, f, x->right);
        print_result(&got, p, f, x->left);
        tell_evidence(&got, p, f, x->left);
    } else {
        struct slice source = f->stmt->source;
        buf_add(&expected, slice_starts(source, "judge ")
                               ? slice_from(source, strlen("judge "))
                               : source);
        buf_add_str(&got, "that is not so");
        tell_evidence(&got, p, f, x);
    }
    enum step step =
        verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(&got), NULL);
    buf_release(&expected);
    buf_release(&got);
    return step;
}

enum step
begin_judge(struct play *p, struct fiber *f)
{
    struct value v;
    if (!eval_expr(play_eval(p, f), f->stmt->value, &v))
        return verdict_error(p, f->stmt);
    if (!value_is_true(v))
        return untrue(p, f);
    verdict_met(p, f);
    return STEP_DONE;
}

/* --- names and time ------------------------------------------------------- */

enum step
begin_let(struct play *p, struct fiber *f)
{
    struct value v;
    if (!eval_expr(play_eval(p, f), f->stmt->value, &v))
        return verdict_error(p, f->stmt);
    scope_set(f->scope, f->stmt->name, v);
    return STEP_DONE;
}

enum step
begin_mark(struct play *p, struct fiber *f)
{
    scope_set(f->scope, f->stmt->name, value_number((int64_t)p->now_us));
    return STEP_DONE;
}

enum step
begin_wait(struct play *p, struct fiber *f)
{
    int64_t us;
    if (!eval_number(play_eval(p, f), f->stmt->value, &us))
        return verdict_error(p, f->stmt);
    f->deadline_us = p->now_us + (uint64_t)us;
    return STEP_WAIT;
}

enum step
poll_wait(struct play *p, struct fiber *f)
{
    return p->now_us < f->deadline_us ? STEP_WAIT : STEP_DONE;
}

/* --- ending early --------------------------------------------------------- */

static enum step
unless(struct play *p, struct fiber *f, bool *is_true)
{
    struct value v;
    if (!eval_expr(play_eval(p, f), f->stmt->value, &v))
        return verdict_error(p, f->stmt);
    *is_true = value_is_true(v);
    return STEP_DONE;
}

enum step
begin_skip(struct play *p, struct fiber *f)
{
    bool is_true = false;
    enum step step = unless(p, f, &is_true);
    if (step != STEP_DONE || is_true)
        return step;
    struct buf why = {0};
    buf_add(&why, f->stmt->label);
    verdict_set(p, VERDICT_SKIP, f->stmt, buf_cstr(&why));
    buf_release(&why);
    return STEP_OVER;
}

enum step
begin_unexercised(struct play *p, struct fiber *f)
{
    bool is_true = false;
    enum step step = unless(p, f, &is_true);
    if (step != STEP_DONE || is_true)
        return step;
    verdict_unexercised(p, f->stmt);
    return STEP_OVER;
}

/* --- the broker itself ---------------------------------------------------- */

enum step
begin_broker(struct play *p, struct fiber *f)
{
    if (f->stmt->killed ? !p->setup->can_kill : !p->setup->can_restart) {
        verdict_set(p, VERDICT_SKIP, f->stmt,
                    "the target file has no command to restart the broker");
        return STEP_OVER;
    }
    for (size_t i = 0; i < p->peer_count; i++)
        p->peers[i]->is_doomed = true;
    p->awaits_restart = true;
    peer_act(p, f->stmt->killed ? PLAY_KILL : PLAY_RESTART, NULL,
             slice_str(""));
    return STEP_WAIT;
}

enum step
poll_broker(struct play *p, struct fiber *f)
{
    (void)f;
    return p->awaits_restart ? STEP_WAIT : STEP_DONE;
}
