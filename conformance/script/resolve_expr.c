/* resolve_expr.c - names, calls, members and reasons in expressions.
 * SPDX-License-Identifier: MIT */
#include <ctype.h>

#include "conformance/script/resolver.h"
#include "mqtt/reason.h"

/* --- reasons -------------------------------------------------------------- */

static const enum mqtt_version versions[] = {MQTT_31, MQTT_311, MQTT_50};
enum { VERSIONS = sizeof versions / sizeof versions[0] };

/* What 5.0 calls Success was accepted in 3.x, and 0 as well. */
static int
code_of(struct slice symbol, enum mqtt_type type, enum mqtt_version v)
{
    int code = mqtt_reason_parse(symbol, type, v);
    bool was_accepted = v != MQTT_50 && slice_is(symbol, "success") &&
                        (type == MQTT_CONNACK || type == MQTT_NO_TYPE);
    return code < 0 && was_accepted ? 0 : code;
}

/* Of any packet and version? */
static bool
is_reason(struct slice symbol)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (code_of(symbol, MQTT_NO_TYPE, versions[i]) >= 0)
            return true;
    return false;
}

/* "not_authorized" of "NOT_AUTHORIZED", as scripts write it. */
static struct suggest_text
nearest_reason(struct slice symbol, enum mqtt_type type)
{
    const struct mqtt_reason_row *row;
    struct suggest s = suggest_for(symbol);
    for (size_t v = 0; v < VERSIONS; v++)
        for (size_t i = 0; (row = mqtt_reason_at(versions[v], i)); i++)
            if (type == MQTT_NO_TYPE || (row->packets >> type & 1))
                suggest_offer(&s, slice_str(row->symbol));
    struct suggest_text hint = suggest_hint(&s);
    bool inside = false;
    for (char *c = hint.text; *c; c++) {
        inside ^= *c == '`';
        if (inside)
            *c = (char)tolower((unsigned char)*c);
    }
    return hint;
}

bool
resolve_reason(struct resolver *r, struct script_expr *e, enum mqtt_type type,
               bool in_all_versions)
{
    unsigned has = 0;
    const char *packet = type ? mqtt_packet_row(type)->name : "packet";
    for (size_t i = 0; i <= MQTT_50; i++)
        e->codes[i] = -1;
    for (size_t i = 0; i < VERSIONS; i++) {
        int code = code_of(e->text, type, versions[i]);
        e->codes[versions[i]] = (int16_t)code;
        if (code < 0)
            continue;
        has |= 1u << versions[i];
        e->number = code;
    }
    unsigned lacks = r->versions & ~has;
    if ((has & r->versions) == 0 && has == 0)
        resolver_fail(r, e->at, "no %s has a reason `%.*s`%s", packet,
                      SLICE_ARG(e->text), nearest_reason(e->text, type).text);
    else if (lacks == r->versions || (lacks && in_all_versions))
        resolver_fail(r, e->at,
                      "%s of %s has no reason `%.*s`; put `%s` before it",
                      packet, resolver_versions(lacks).text,
                      SLICE_ARG(e->text),
                      has & V_5 ? "v5:" : "v311:");
    else
        return true;
    return false;
}

/* --- names ---------------------------------------------------------------- */

/* What the engine binds before a scenario begins. */
static bool
is_always_bound(struct slice name)
{
    return slice_is(name, "T") || slice_starts(name, "target.");
}

static void
resolve_name(struct resolver *r, struct script_expr *e, enum mqtt_type type)
{
    if (is_always_bound(e->text) || names_find(r, e->text))
        return;
    if (is_reason(e->text)) {
        e->kind = EXPR_REASON;
        resolve_reason(r, e, type, false);
        return;
    }
    struct suggest s = suggest_for(e->text);
    names_offer(r, &s);
    resolver_fail(r, e->at, "`%.*s` is not bound here%s", SLICE_ARG(e->text),
                  suggest_hint(&s).text);
}

/* In a text a `$` that is no name of ours is probably meant as it is. */
static void
resolve_piece(struct resolver *r, const struct script_expr *piece)
{
    if (piece->kind != EXPR_NAME || is_always_bound(piece->text) ||
        names_find(r, piece->text))
        return;
    struct suggest s = suggest_for(piece->text);
    names_offer(r, &s);
    resolver_fail(r, piece->at,
                  "`$%.*s` in this text is not bound%s A `$` that stands for "
                  "itself is written \\x24",
                  SLICE_ARG(piece->text),
                  s.best.len ? suggest_hint(&s).text : ".");
}

/* --- calls ---------------------------------------------------------------- */

static const struct {
    const char *name;
    unsigned least, most; /* values it takes */
} functions[] = {
#define FUNCTION(name, least, most, ...) {#name, least, most},
#include "conformance/script/functions.def"
#undef FUNCTION
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

/* The packets that an expression is about, when they were collected. */
static const struct name *
packets_of(const struct resolver *r, const struct script_expr *e)
{
    while (e->kind == EXPR_INDEX ||
           (e->kind == EXPR_CALL && e->item_count > 0))
        e = e->kind == EXPR_INDEX ? e->left : e->items[0];
    const struct name *n =
        e->kind == EXPR_NAME ? names_find(r, e->text) : NULL;
    return n && n->kind == NAME_PACKETS ? n : NULL;
}

/* A word that names a packet: properties_not_allowed(CONNECT). */
static bool
is_packet_name(const struct script_expr *e)
{
    return e->kind == EXPR_NAME &&
           (mqtt_packet_parse(e->text) || slice_is(e->text, "WILL"));
}

static void
check_call(struct resolver *r, const struct script_expr *e)
{
    struct suggest s = suggest_for(e->text);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        suggest_offer(&s, slice_str(functions[i].name));
        if (!slice_is(e->text, functions[i].name))
            continue;
        if (e->item_count < functions[i].least)
            resolver_fail(r, e->at, "%s() takes %u value%s at least",
                          functions[i].name, functions[i].least,
                          functions[i].least == 1 ? "" : "s");
        else if (e->item_count > functions[i].most)
            resolver_fail(r, e->at, "%s() takes %u value%s at most",
                          functions[i].name, functions[i].most,
                          functions[i].most == 1 ? "" : "s");
        return;
    }
    resolver_fail(r, e->at, "there is no function `%.*s`%s",
                  SLICE_ARG(e->text), suggest_hint(&s).text);
}

static void
resolve_call(struct resolver *r, struct script_expr *e, enum mqtt_type type)
{
    const struct name *packets = packets_of(r, e);
    check_call(r, e);
    for (size_t i = 0; i < e->item_count; i++)
        if (!is_packet_name(e->items[i]))
            resolve_expr(r, e->items[i], type);
    resolve_pattern_args(r, packets ? packets->type : MQTT_NO_TYPE, e->args,
                         e->arg_count);
}

/* --- members -------------------------------------------------------------- */

/* What can be asked of a packet beyond its fields and properties. */
static const char *const asides[] = {"size", "time", "type", "client"};
enum { ASIDES = sizeof asides / sizeof asides[0] };

/* m.topic: when m was collected its packets must have such a thing; records
 * of tables have names that only the engine knows. */
static void
resolve_member(struct resolver *r, struct script_expr *e, enum mqtt_type type)
{
    resolve_expr(r, e->left, type);
    if (!packets_of(r, e->left) ||
        mqtt_field_parse(e->text) != MQTT_FIELDS ||
        mqtt_property_parse(e->text))
        return;
    struct suggest s = suggest_for(e->text);
    for (size_t i = 0; i < ASIDES; i++) {
        suggest_offer(&s, slice_str(asides[i]));
        if (slice_is(e->text, asides[i]))
            return;
    }
    for (int i = 0; i < MQTT_FIELDS; i++)
        suggest_offer(&s, slice_str(mqtt_field_name((enum mqtt_field)i)));
    resolver_fail(r, e->at, "a packet has no field or property `%.*s`%s",
                  SLICE_ARG(e->text), suggest_hint(&s).text);
}

static void
resolve_since(struct resolver *r, const struct script_expr *e)
{
    const struct name *n = names_find(r, e->text);
    if (!n || n->kind != NAME_MARK)
        resolver_fail(r, e->at, "no moment `%.*s` was marked; write `mark "
                                "%.*s` where it begins",
                      SLICE_ARG(e->text), SLICE_ARG(e->text));
}

/* --- all kinds ------------------------------------------------------------ */

void
resolve_expr(struct resolver *r, struct script_expr *e, enum mqtt_type type)
{
    if (!e)
        return;
    switch (e->kind) {
    case EXPR_NAME: resolve_name(r, e, type); return;
    case EXPR_REASON: resolve_reason(r, e, type, true); return;
    case EXPR_CALL: resolve_call(r, e, type); return;
    case EXPR_MEMBER: resolve_member(r, e, type); return;
    case EXPR_SINCE: resolve_since(r, e); return;
    case EXPR_TEXT:
        for (size_t i = 0; i < e->item_count; i++)
            resolve_piece(r, e->items[i]);
        return;
    case EXPR_BIND:
        names_bind(r, (struct name){.name = e->text, .kind = NAME_VALUE});
        break;
    default: break;
    }
    resolve_expr(r, e->left, type);
    resolve_expr(r, e->right, type);
    for (size_t i = 0; i < e->item_count; i++)
        resolve_expr(r, e->items[i], type);
}

void
resolve_time(struct resolver *r, struct script_expr *e)
{
    if (!e)
        return;
    resolve_expr(r, e, MQTT_NO_TYPE);
    if (e->kind == EXPR_NUMBER)
        resolver_fail(r, e->at, "a time has a unit: `%.*ss` or `%.*sms`",
                      SLICE_ARG(e->text), SLICE_ARG(e->text));
}
