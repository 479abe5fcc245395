/* functions.c - what scripts can call.
 * SPDX-License-Identifier: MIT
 *
 * A function gets its arguments evaluated; only `count` looks at the call
 * itself, since its named arguments are a pattern. The lists for `for each`
 * come from the protocol tables, so nothing is stated twice.                 */
#include "conformance/engine/functions.h"

#include "base/writer.h"
#include "conformance/engine/match.h"
#include "conformance/engine/scram.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/varint.h"

enum { ARGS_MAX = 8 };

struct call {
    struct eval *e;
    const struct script_expr *x;
    struct value args[ARGS_MAX];
    size_t count;
};

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

/* --- tables of the protocol ----------------------------------------------- */

static struct value
record(struct arena *arena, const char *const *names,
       const struct value *values, size_t count)
{
    struct slice *n = arena_alloc(arena, count * sizeof *n);
    struct value *v = arena_alloc(arena, count * sizeof *v);
    for (size_t i = 0; i < count; i++) {
        n[i] = slice_str(names[i]);
        v[i] = values[i];
    }
    struct value r = value_list(v, count);
    r.kind = VALUE_RECORD;
    r.names = n;
    return r;
}

/* A right value of that kind as it stands on the wire. */
static struct value
sample_bytes(struct arena *arena, const struct mqtt_property_row *row)
{
    struct buf b = {0};
    uint32_t n = row->min ? row->min : 1;
    switch ((enum mqtt_kind)row->kind) {
    case KIND_U8: writer_u8(&b, (uint8_t)n); break;
    case KIND_U16: writer_u16(&b, (uint16_t)n); break;
    case KIND_U32: writer_u32(&b, n); break;
    case KIND_VARINT: mqtt_varint_add(&b, n); break;
    case KIND_PAIR: buf_add(&b, slice_of("\0\1k\0\1v", 6)); break;
    default: buf_add(&b, slice_of("\0\1x", 3)); break;
    }
    struct value v = value_bytes(arena_copy(arena, buf_slice(&b)));
    buf_release(&b);
    return v;
}

static enum mqtt_type
type_of(const struct call *c, bool *is_will)
{
    struct slice name = c->count ? c->args[0].text : slice_str("");
    *is_will = slice_is(name, "WILL");
    return mqtt_packet_parse(name);
}

static bool
properties_where(struct call *c, bool allowed, struct value *out)
{
    static const char *const names[] = {"name", "id", "value"};
    bool is_will;
    enum mqtt_type type = type_of(c, &is_will);
    if (!type && !is_will)
        return eval_fail(c->e, c->x->at, "wants the name of a packet");
    uint32_t home = is_will ? P(WILL) : 1u << type;
    const struct mqtt_property_row *row;
    struct value *items = NULL;
    size_t n = 0;
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        if (((row->packets & home) != 0) != allowed)
            continue;
        const struct value values[] = {value_text(row->symbol),
                                       value_number(row->id),
                                       sample_bytes(c->e->arena, row)};
        items = arena_grow(c->e->arena, items, n, sizeof *items);
        items[n++] = record(c->e->arena, names, values, 3);
    }
    *out = value_list(items, n);
    return true;
}

static bool
call_properties_not_allowed(struct call *c, struct value *out)
{
    return properties_where(c, false, out);
}

static bool
call_properties_allowed(struct call *c, struct value *out)
{
    return properties_where(c, true, out);
}

/* properties_once(PUBLISH): those that may stand only once. */
static bool
call_properties_once(struct call *c, struct value *out)
{
    if (!properties_where(c, true, out))
        return false;
    struct value *kept =
        arena_alloc(c->e->arena, (out->count + 1) * sizeof *kept);
    size_t n = 0;
    for (size_t i = 0; i < out->count; i++) {
        const struct mqtt_property_row *row =
            mqtt_property_row((uint32_t)out->items[i].items[1].number);
        if (!row->many)
            kept[n++] = out->items[i];
    }
    *out = value_list(kept, n);
    return true;
}

/* reason_codes(PUBACK): those the table gives that packet; without a packet
 * all of the version. */
static bool
call_reason_codes(struct call *c, struct value *out)
{
    bool is_will;
    enum mqtt_type type = type_of(c, &is_will);
    const struct mqtt_reason_row *row;
    struct value *items = NULL;
    size_t n = 0;
    for (size_t i = 0; (row = mqtt_reason_at(c->e->version, i)); i++) {
        if (type && !(row->packets & 1u << type))
            continue;
        struct value v = value_number(row->code);
        bool is_new = true;
        for (size_t k = 0; k < n; k++)
            is_new &= items[k].number != v.number;
        if (!is_new)
            continue;
        items = arena_grow(c->e->arena, items, n, sizeof *items);
        items[n++] = v;
    }
    *out = value_list(items, n);
    return true;
}

static bool
call_packet_types(struct call *c, struct value *out)
{
    struct value *items = arena_alloc(c->e->arena, 16 * sizeof *items);
    size_t n = 0;
    for (int t = 1; t < MQTT_TYPES; t++)
        if (mqtt_version_in(c->e->version,
                            mqtt_packet_row((enum mqtt_type)t)->versions))
            items[n++] = value_text(mqtt_packet_row((enum mqtt_type)t)->name);
    *out = value_list(items, n);
    return true;
}

/* Ill-formed UTF-8, one of each class, and U+0000 (1.5.4). */
static bool
call_bad_utf8(struct call *c, struct value *out)
{
    static const char *const names[] = {"name", "bytes"};
    static const struct {
        const char *name;
        const char *bytes;
        size_t len;
    } classes[] = {
        {"a lone continuation byte", "a\x80z", 3},
        {"a sequence cut off", "a\xe2\x82", 3},
        {"an overlong slash", "a\xc0\xafz", 4},
        {"an overlong form of three bytes", "a\xe0\x80\xafz", 5},
        {"a surrogate, U+D800", "a\xed\xa0\x80z", 5},
        {"a surrogate, U+DFFF", "a\xed\xbf\xbfz", 5},
        {"beyond U+10FFFF", "a\xf4\x90\x80\x80z", 6},
        {"a byte that never occurs", "a\xffz", 3},
    };
    enum { COUNT = sizeof classes / sizeof classes[0] };
    struct value *items = arena_alloc(c->e->arena, COUNT * sizeof *items);
    for (size_t i = 0; i < COUNT; i++) {
        const struct value values[] = {
            value_text(classes[i].name),
            value_bytes(slice_of(classes[i].bytes, classes[i].len))};
        items[i] = record(c->e->arena, names, values, 2);
    }
    *out = value_list(items, COUNT);
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
    { "properties_allowed",     call_properties_allowed },
    { "properties_not_allowed", call_properties_not_allowed },
    { "properties_once",        call_properties_once },
    { "reason_codes",           call_reason_codes },
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
