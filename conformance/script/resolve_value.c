/* resolve_value.c - what stands behind `=` in an argument of a packet.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/resolver.h"

static bool
is_text(unsigned kind)
{
    return kind == KIND_STRING || kind == KIND_BINARY || kind == KIND_REST;
}

/* A single value that stands there literally, against what the wire has. */
static void
check_literal(struct resolver *r, const struct script_arg *a,
              const struct script_expr *e, unsigned kind, uint64_t limit)
{
    if (e->kind == EXPR_NUMBER && limit && (uint64_t)e->number > limit)
        resolver_fail(r, e->at, "`%.*s` is %llu at most", SLICE_ARG(a->name),
                      (unsigned long long)limit);
    else if (e->kind == EXPR_NUMBER && is_text(kind))
        resolver_fail(r, e->at, "`%.*s` is a text; put it in quotes",
                      SLICE_ARG(a->name));
    else if ((e->kind == EXPR_TEXT || e->kind == EXPR_BYTES) && limit)
        resolver_fail(r, e->at, "`%.*s` is a number, not a text",
                      SLICE_ARG(a->name));
    else if (e->kind == EXPR_DURATION)
        resolver_fail(r, e->at, "`%.*s` is a plain number, without a unit",
                      SLICE_ARG(a->name));
}

void
resolve_kind(struct resolver *r, const struct script_arg *a, enum mqtt_kind kind,
             const struct mqtt_row *row)
{
    const struct script_expr *e = a->value;
    uint32_t limit = mqtt_kind_max(kind, row);
    check_literal(r, a, e, kind, limit);
    for (size_t i = 0; e->kind == EXPR_CHOICE && i < e->item_count; i++)
        check_literal(r, a, e->items[i], kind, limit);
    if (kind == KIND_PAIR && (e->kind == EXPR_TEXT || e->kind == EXPR_NUMBER))
        resolver_fail(r, e->at, "`%.*s` is a pair: \"name\":\"value\"",
                      SLICE_ARG(a->name));
}

/* What is sent has to be known; choices and wildcards match what arrives. */
static void
check_is_value(struct resolver *r, const struct script_expr *e)
{
    static const struct {
        enum script_expr_kind kind;
        const char *name;
    } patterns[] = {{EXPR_BIND, "?name"},      {EXPR_ANY, "any"},
                    {EXPR_PRESENT, "present"}, {EXPR_CHOICE, "a|b"},
                    {EXPR_RANGE, "1..5"}};
    if (!e)
        return;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (e->kind == patterns[i].kind)
            resolver_fail(r, e->at,
                          "`%s` matches what arrives; what is sent needs one "
                          "value",
                          patterns[i].name);
    check_is_value(r, e->left);
    check_is_value(r, e->right);
    for (size_t i = 0; i < e->item_count; i++)
        check_is_value(r, e->items[i]);
}

/* A bare word is a reason, and reasons stand in two fields only. */
static void
check_words(struct resolver *r, const struct script_arg *a,
            const struct script_expr *e)
{
    if (e->kind == EXPR_REASON)
        resolver_fail(r, e->at,
                      "`%.*s` is no value for `%.*s`; texts stand in quotes, "
                      "names begin with $",
                      SLICE_ARG(e->text), SLICE_ARG(a->name));
    for (size_t i = 0; i < e->item_count; i++)
        check_words(r, a, e->items[i]);
}

void
resolve_value(struct resolver *r, const struct script_arg *a,
              enum mqtt_type type, enum packet_use use)
{
    unsigned all = r->versions;
    bool has_reasons = a->kind == ARG_FIELD &&
                       (a->field == MQTT_F_reason || a->field == MQTT_F_codes);
    if (a->versions)
        r->versions &= a->versions;
    if (!has_reasons && type != MQTT_NO_TYPE)
        check_words(r, a, a->value);
    resolve_expr(r, a->value, type);
    r->versions = all;
    if (use != PACKET_SENT)
        return;
    check_is_value(r, a->value);
    if (a->op != OP_EQ)
        resolver_fail(r, a->at, "what is sent is written with `=`");
}
