/* resolve_packet.c - arguments become fields and properties of their packet.
 * SPDX-License-Identifier: MIT
 *
 * What a packet has says mqtt/layout.h, what properties it may have says
 * mqtt/property.h; here is only what to make of a name that is in neither.   */
#include "conformance/script/resolver.h"
#include "mqtt/layout.h"

/* What an argument stands in. */
struct home {
    enum mqtt_type type;     /* MQTT_NO_TYPE: of any packet */
    enum packet_use use;
    const char *name;        /* "PUBLISH", for messages */
};

static struct home
home_of(enum mqtt_type type, enum packet_use use)
{
    return (struct home){type, use,
                         type ? mqtt_packet_row(type)->name : "any packet"};
}

/* --- what is there -------------------------------------------------------- */

/* The versions in which packets of that type have the field. */
static unsigned
versions_with(enum mqtt_type type, enum mqtt_field field)
{
    unsigned set = 0;
    for (int t = 1; t < MQTT_TYPES; t++)
        for (int v = MQTT_31; v <= MQTT_50; v++)
            if ((type == MQTT_NO_TYPE || (int)type == t) &&
                mqtt_layout_find((enum mqtt_type)t, (enum mqtt_version)v,
                                 field))
                set |= 1u << v;
    return set;
}

static bool
may_have(enum mqtt_type type, const struct mqtt_property_row *row)
{
    return type == MQTT_NO_TYPE || (row->packets >> type & 1);
}

static void
offer_arguments(struct suggest *s, const struct home *home)
{
    const struct mqtt_property_row *row;
    for (int i = 0; i < MQTT_FIELDS; i++)
        if (versions_with(home->type, (enum mqtt_field)i))
            suggest_offer(s, slice_str(mqtt_field_name((enum mqtt_field)i)));
    for (size_t i = 0; (row = mqtt_property_at(i)); i++)
        if (may_have(home->type, row))
            suggest_offer(s, slice_str(row->symbol));
    suggest_offer(s, slice_str("size"));
}

static void
fail_unknown(struct resolver *r, const struct script_arg *a,
             const struct home *home)
{
    struct suggest s = suggest_for(a->name);
    offer_arguments(&s, home);
    if (home->use == PACKET_CONNECTS) {
        struct home answer = home_of(MQTT_CONNACK, PACKET_MATCHED);
        offer_arguments(&s, &answer);
    }
    resolver_fail(r, a->at, "no field or property `%.*s` in %s%s",
                  SLICE_ARG(a->name), home->name, suggest_hint(&s).text);
}

/* --- versions ------------------------------------------------------------- */

/* Those that the argument is for; 0, having failed, when there are none. */
static unsigned
versions_of(struct resolver *r, const struct script_arg *a)
{
    unsigned set = a->versions ? r->versions & a->versions : r->versions;
    if (set == 0 && r->versions && r->call_count == 0)
        resolver_fail(r, a->at, "this line runs in %s only",
                      resolver_versions(r->versions).text);
    return set;
}

/* Has the packet the argument in all of them? */
static bool
check_versions(struct resolver *r, const struct script_arg *a,
               const struct home *home, unsigned has)
{
    unsigned set = versions_of(r, a), lacks = set & ~has;
    if (lacks == 0)
        return true;
    if (lacks == r->versions && (r->versions & r->scenario->versions) == 0)
        resolver_fail(r, a->at, "%s of %s has no `%.*s`", home->name,
                      resolver_versions(lacks).text, SLICE_ARG(a->name));
    else
        resolver_fail(r, a->at,
                      "%s of %s has no `%.*s`, and this line runs there too; "
                      "put `%s` before the line or before `%.*s`",
                      home->name, resolver_versions(lacks).text,
                      SLICE_ARG(a->name),
                      has == V_3 ? "v3:" : "v5:", SLICE_ARG(a->name));
    return false;
}

/* --- filters -------------------------------------------------------------- */

static unsigned
option_versions(struct slice name)
{
    if (slice_is(name, "filter") || slice_is(name, "qos"))
        return V_ALL;
    if (slice_is(name, "reserved"))
        return V_ALL;
    bool is_option = slice_is(name, "no_local") ||
                     slice_is(name, "retain_as_published") ||
                     slice_is(name, "retain_handling");
    return is_option ? V_5 : 0;
}

static void
resolve_option(struct resolver *r, struct script_arg *a)
{
    static const char *const names[] = {"filter", "qos", "no_local",
                                        "retain_as_published",
                                        "retain_handling", "reserved"};
    struct home home = {MQTT_SUBSCRIBE, PACKET_SENT, "a filter"};
    struct suggest s = suggest_for(a->name);
    unsigned has = option_versions(a->name);
    a->kind = ARG_OPTION;
    if (has) {
        check_versions(r, a, &home, has);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        suggest_offer(&s, slice_str(names[i]));
    resolver_fail(r, a->at, "a filter has no option `%.*s`%s",
                  SLICE_ARG(a->name), suggest_hint(&s).text);
}

/* [{filter="a" qos=1} ...] or, when there are no options, ["a" ...] */
static void
resolve_filters(struct resolver *r, struct script_expr *e,
                const struct home *home)
{
    bool is_many = e->kind == EXPR_LIST || e->kind == EXPR_SET;
    for (size_t i = 0; is_many && i < e->item_count; i++)
        resolve_filters(r, e->items[i], home);
    for (size_t i = 0; e->kind == EXPR_RECORD && i < e->arg_count; i++) {
        resolve_option(r, &e->args[i]);
        resolve_value(r, &e->args[i], home->type, home->use);
    }
}

/* --- an argument ---------------------------------------------------------- */

static void
resolve_field(struct resolver *r, struct script_arg *a,
              const struct home *home)
{
    const struct mqtt_row *row = NULL;
    a->kind = ARG_FIELD;
    if (!check_versions(r, a, home, versions_with(home->type, a->field)))
        return;
    for (int v = MQTT_50; v >= MQTT_31 && !row && home->type; v--)
        row = mqtt_layout_find(home->type, (enum mqtt_version)v, a->field);
    if (row && (row->kind == KIND_FILTERS || row->kind == KIND_TOPICS))
        resolve_filters(r, a->value, home);
    resolve_value(r, a, home->type, home->use);
    if (row)
        resolve_kind(r, a, row->kind, row);
}

static void
resolve_property(struct resolver *r, struct script_arg *a,
                 const struct home *home)
{
    if (!check_versions(r, a, home, V_5))
        return;
    resolve_value(r, a, home->type, home->use);
    if (a->value->kind != EXPR_LIST && a->value->kind != EXPR_SET)
        resolve_kind(r, a, a->property->kind, NULL);
}

/* "will.delay" and friends; true when it was one, known or not. */
static bool
resolve_will(struct resolver *r, struct script_arg *a, const struct home *home)
{
    if (!slice_starts(a->name, "will."))
        return false;
    struct slice name = slice_from(a->name, 5);
    const struct mqtt_property_row *row;
    struct suggest s = suggest_for(name);
    a->kind = ARG_WILL_PROPERTY;
    a->property = mqtt_property_parse(name);
    if (home->type != MQTT_CONNECT) {
        resolver_fail(r, a->at, "only CONNECT has a will");
    } else if (a->property && (a->property->packets & P(WILL))) {
        resolve_property(r, a, home);
    } else {
        for (size_t i = 0; (row = mqtt_property_at(i)); i++)
            if (row->packets & P(WILL))
                suggest_offer(&s, slice_str(row->symbol));
        resolver_fail(r, a->at, "a will has no property `%.*s`%s",
                      SLICE_ARG(name), suggest_hint(&s).text);
    }
    return true;
}

/* size, pad and remaining_length: about the packet as a whole. */
static bool
resolve_whole(struct resolver *r, struct script_arg *a,
              const struct home *home)
{
    bool is_length = slice_is(a->name, "remaining_length");
    if (!is_length && !slice_is(a->name, "size") && a->kind != ARG_PAD)
        return false;
    if (a->kind == ARG_PAD && home->use != PACKET_SENT)
        resolver_fail(r, a->at, "`pad to` is for what is sent; a pattern has "
                                "size=N");
    else if (a->kind == ARG_PAD && home->type != MQTT_PUBLISH)
        resolver_fail(r, a->at, "only PUBLISH has a payload to pad");
    else if (a->kind != ARG_PAD && home->use == PACKET_SENT)
        resolver_fail(r, a->at, "`%.*s` follows from what is sent%s",
                      SLICE_ARG(a->name),
                      is_length ? "; write damage remaining_length=+1"
                                : "; write `pad to N`");
    if (a->kind != ARG_PAD)
        a->kind = is_length ? ARG_FIELD : ARG_SIZE;
    a->field = MQTT_F_remaining_length;
    resolve_value(r, a, home->type, home->use);
    return true;
}

static void
fail_not_allowed(struct resolver *r, const struct script_arg *a,
                 const struct home *home)
{
    if (home->use == PACKET_SENT)
        resolver_fail(r, a->at,
                      "%s may not have `%.*s`; to send it all the same write "
                      "damage property=0x%02x:BYTES",
                      home->name, SLICE_ARG(a->name), a->property->id);
    else
        resolver_fail(r, a->at, "%s may not have `%.*s`", home->name,
                      SLICE_ARG(a->name));
}

static void
resolve_arg(struct resolver *r, struct script_arg *a, const struct home *home)
{
    if (resolve_whole(r, a, home) || resolve_will(r, a, home))
        return;
    a->field = mqtt_field_parse(a->name);
    a->property = mqtt_property_parse(a->name);
    if (a->field != MQTT_FIELDS && versions_with(home->type, a->field)) {
        resolve_field(r, a, home);
    } else if (a->property) {
        a->kind = ARG_PROPERTY;
        if (may_have(home->type, a->property))
            resolve_property(r, a, home);
        else
            fail_not_allowed(r, a, home);
    } else {
        fail_unknown(r, a, home);
    }
}

/* `connects`: what CONNECT has is sent, what only CONNACK has is expected. */
static void
resolve_connects_arg(struct resolver *r, struct script_arg *a)
{
    enum mqtt_field field = mqtt_field_parse(a->name);
    const struct mqtt_property_row *row = mqtt_property_parse(a->name);
    bool sent = (field != MQTT_FIELDS && versions_with(MQTT_CONNECT, field)) ||
                (row && may_have(MQTT_CONNECT, row)) ||
                slice_starts(a->name, "will.");
    bool got = (field != MQTT_FIELDS && versions_with(MQTT_CONNACK, field)) ||
               (row && may_have(MQTT_CONNACK, row));
    struct home home = home_of(MQTT_CONNECT, PACKET_SENT);
    a->expected = got && !sent;
    if (a->expected)
        home = home_of(MQTT_CONNACK, PACKET_MATCHED);
    else if (!sent)
        home.use = PACKET_CONNECTS;
    resolve_arg(r, a, &home);
}

/* --- packets -------------------------------------------------------------- */

void
resolve_pattern_args(struct resolver *r, enum mqtt_type type,
                     struct script_arg *args, size_t count)
{
    struct home home = home_of(type, PACKET_MATCHED);
    for (size_t i = 0; i < count; i++)
        resolve_arg(r, &args[i], &home);
}

void
resolve_packet(struct resolver *r, struct script_packet *p,
               enum packet_use use)
{
    struct home home = home_of(p->type, use);
    unsigned lacks =
        p->type ? r->versions & ~mqtt_packet_row(p->type)->versions : 0;
    if (lacks)
        resolver_fail(r, p->at,
                      "MQTT %s has no %s; put `v5:` before the line",
                      resolver_versions(lacks).text, home.name);
    for (size_t i = 0; i < p->arg_count; i++)
        if (use == PACKET_CONNECTS)
            resolve_connects_arg(r, &p->args[i]);
        else
            resolve_arg(r, &p->args[i], &home);
}

/* --- damage --------------------------------------------------------------- */

/* drop=FIELD, repeat=PROPERTY: of the packet that is sent. */
static void
resolve_damaged_name(struct resolver *r, struct script_damage *d,
                     const struct home *home)
{
    struct script_arg a = {.at = d->at, .name = d->name};
    d->field = mqtt_field_parse(d->name);
    d->property = mqtt_property_parse(d->name);
    if (d->field != MQTT_FIELDS && versions_with(home->type, d->field))
        check_versions(r, &a, home, versions_with(home->type, d->field));
    else if (d->property && may_have(home->type, d->property))
        check_versions(r, &a, home, V_5);
    else
        fail_unknown(r, &a, home);
}

void
resolve_damage(struct resolver *r, struct script_stmt *s)
{
    struct home home = home_of(s->packet.type, PACKET_SENT);
    for (size_t i = 0; i < s->damage_count; i++) {
        struct script_damage *d = &s->damage[i];
        struct script_arg a = {.at = d->at, .name = slice_str("property")};
        resolve_expr(r, d->index, MQTT_NO_TYPE);
        resolve_expr(r, d->value, MQTT_NO_TYPE);
        if (d->kind == DAMAGE_DROP || d->kind == DAMAGE_REPEAT)
            resolve_damaged_name(r, d, &home);
        else if (d->kind == DAMAGE_PROPERTY)
            check_versions(r, &a, &home, V_5);
    }
}
