/* functions.c - what scripts can call.
 * SPDX-License-Identifier: MIT
 *
 * A function gets its arguments evaluated; only `count` looks at the call
 * itself, since its named arguments are a pattern. The lists for `for each`
 * come from the protocol tables, so nothing is stated twice.                 */
#include "conformance/engine/functions.h"

#include "conformance/engine/functions_tables.h"
#include "conformance/engine/match.h"
#include "conformance/engine/scram.h"

static struct value
list_of(const struct call *c)
{
    if (c->count == 1 && c->args[0].kind == VALUE_LIST)
        return c->args[0];
    return value_list(c->args, c->count);
}

/* --- over lists ----------------------------------------------------------- */

/* count(m), count(m, payload="x"): how many, and how many that fit. */
static bool
call_count(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    size_t n = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (c->x->arg_count == 0) {
            n++;
            continue;
        }
        if (list.items[i].kind != VALUE_PACKET)
            return eval_fail(c->e, c->x->at,
                             "only packets have fields to count by");
        enum match_result r =
            match_args(c->e, c->x->args, c->x->arg_count,
                       list.items[i].packet, NULL);
        if (r == MATCH_ERROR)
            return false;
        n += r == MATCH_YES;
    }
    *out = value_number((int64_t)n);
    return true;
}

/* where(m, payload="x"): those that fit. */
static bool
call_where(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    struct value *kept =
        arena_alloc(c->e->arena, (list.count + 1) * sizeof *kept);
    size_t n = 0;
    for (size_t i = 0; i < list.count; i++) {
        enum match_result r =
            list.items[i].kind != VALUE_PACKET
                ? MATCH_NO
                : match_args(c->e, c->x->args, c->x->arg_count,
                             list.items[i].packet, NULL);
        if (r == MATCH_ERROR)
            return false;
        if (r == MATCH_YES)
            kept[n++] = list.items[i];
    }
    *out = value_list(kept, n);
    return true;
}

static bool
extreme(struct call *c, int sign, struct value *out)
{
    struct value list = list_of(c);
    if (list.count == 0)
        return eval_fail(c->e, c->x->at, "of nothing there is no %s",
                         sign < 0 ? "minimum" : "maximum");
    *out = list.items[0];
    for (size_t i = 1; i < list.count; i++)
        if (value_compare(list.items[i], *out) * sign > 0)
            *out = list.items[i];
    return true;
}

static bool
call_min(struct call *c, struct value *out)
{
    return extreme(c, -1, out);
}

static bool
call_max(struct call *c, struct value *out)
{
    return extreme(c, 1, out);
}

static bool
call_sum(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    int64_t sum = 0;
    for (size_t i = 0; i < list.count; i++)
        sum += list.items[i].number;
    *out = value_number(sum);
    return true;
}

/* Are all of them different? */
static bool
call_distinct(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    bool distinct = true;
    for (size_t i = 0; i < list.count; i++)
        for (size_t k = 0; k < i; k++)
            distinct &= !value_equal(list.items[i], list.items[k]);
    *out = value_number(distinct);
    return true;
}

/* Does each one come after the one before it? */
static bool
call_increasing(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    bool increasing = true;
    for (size_t i = 1; i < list.count; i++)
        increasing &= value_compare(list.items[i - 1], list.items[i]) < 0;
    *out = value_number(increasing);
    return true;
}

static bool
call_len(struct call *c, struct value *out)
{
    struct value v = c->count ? c->args[0] : value_number(0);
    *out = value_number(v.kind == VALUE_BYTES ? (int64_t)v.text.len
                                              : (int64_t)v.count);
    return true;
}

static bool
call_first(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    if (list.count == 0)
        return eval_fail(c->e, c->x->at, "the list is empty");
    *out = list.items[0];
    return true;
}

static bool
call_last(struct call *c, struct value *out)
{
    struct value list = list_of(c);
    if (list.count == 0)
        return eval_fail(c->e, c->x->at, "the list is empty");
    *out = list.items[list.count - 1];
    return true;
}

static bool
call_text(struct call *c, struct value *out)
{
    struct buf b = {0};
    for (size_t i = 0; i < c->count; i++) {
        if (c->args[i].kind == VALUE_BYTES)
            buf_add(&b, c->args[i].text);
        else
            value_print(&b, c->args[i]);
    }
    *out = value_bytes(arena_copy(c->e->arena, buf_slice(&b)));
    buf_release(&b);
    return true;
}

static bool
call_starts(struct call *c, struct value *out)
{
    if (c->count != 2)
        return eval_fail(c->e, c->x->at, "wants a text and its beginning");
    struct slice whole = c->args[0].text, begin = c->args[1].text;
    *out = value_number(slice_equal(slice_first(whole, begin.len), begin));
    return true;
}

/* byte(3): the text of that one byte. */
static bool
call_byte(struct call *c, struct value *out)
{
    uint8_t byte = c->count ? (uint8_t)c->args[0].number : 0;
    *out = value_bytes(arena_copy(c->e->arena, slice_of(&byte, 1)));
    return true;
}

/* scram(METHOD STEP USER PASSWORD NONCE ...): a message of an exchange. */
static bool
call_scram(struct call *c, struct value *out)
{
    const char *wrong = scram_message(c->e->arena, c->args, c->count, out);
    return !wrong || eval_fail(c->e, c->x->at, "scram: %s", wrong);
}

/* --- the table ------------------------------------------------------------ */

/* clang-format off */
static const struct {
    const char *name;
    bool (*call)(struct call *c, struct value *out);
} functions[] = {
    /* name                     what it does */
    { "count",                  call_count },
    { "where",                  call_where },
    { "min",                    call_min },
    { "max",                    call_max },
    { "sum",                    call_sum },
    { "distinct",               call_distinct },
    { "increasing",             call_increasing },
    { "len",                    call_len },
    { "first",                  call_first },
    { "last",                   call_last },
    { "text",                   call_text },
    { "starts",                 call_starts },
    { "byte",                   call_byte },
    { "properties_allowed",     call_properties_allowed },
    { "properties_not_allowed", call_properties_not_allowed },
    { "properties_once",        call_properties_once },
    { "properties_out_of_range", call_properties_out_of_range },
    { "properties_bad_text",    call_properties_bad_text },
    { "reason_codes",           call_reason_codes },
    { "reason_codes_of_others", call_reason_codes_of_others },
    { "packet_types",           call_packet_types },
    { "bad_utf8",               call_bad_utf8 },
    { "scram",                  call_scram },
};
/* clang-format on */

/* A bare word that nothing is bound to stands for itself: PUBLISH. */
static bool
eval_argument(struct eval *e, const struct script_expr *x, struct value *out)
{
    bool words = e->words;
    e->words |= x->kind == EXPR_NAME && (mqtt_packet_parse(x->text) ||
                                         slice_is(x->text, "WILL"));
    bool good = eval_expr(e, x, out);
    e->words = words;
    return good;
}

bool
functions_call(struct eval *e, const struct script_expr *x, struct value *out)
{
    struct call c = {.e = e, .x = x, .count = x->item_count};
    if (c.count > ARGS_MAX)
        return eval_fail(e, x->at, "more than %d arguments", ARGS_MAX);
    for (size_t i = 0; i < c.count; i++)
        if (!eval_argument(e, x->items[i], &c.args[i]))
            return false;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (slice_is(x->text, functions[i].name))
            return functions[i].call(&c, out);
    return eval_fail(e, x->at, "there is no function \"%.*s\"",
                     SLICE_ARG(x->text));
}
