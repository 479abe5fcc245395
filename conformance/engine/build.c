/* build.c - a packet of the script into a packet of the protocol.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/build.h"

#include <inttypes.h>

#include "base/hex.h"
#include "conformance/engine/names.h"
#include "mqtt/encode.h"
#include "mqtt/property.h"

struct builder {
    struct eval *e;
    const struct build_sender *from;
    struct mqtt_packet *p;
    struct buf properties;      /* of the packet */
    struct buf will_properties; /* of the will */
};

/* --- values --------------------------------------------------------------- */

static bool
text_of(struct eval *e, const struct script_arg *a, struct slice *out)
{
    if (!eval_bytes(e, a->value, out))
        return false;
    return true;
}

static bool
fits(struct eval *e, const struct script_arg *a, int64_t n, int64_t max)
{
    return (n >= 0 && n <= max) ||
           eval_fail(e, a->at, "%.*s=%" PRId64 " does not fit: 0 to %" PRId64,
                     SLICE_ARG(a->name), n, max);
}

/* --- properties ----------------------------------------------------------- */

static bool
add_property(struct eval *e, struct buf *out, const struct script_arg *a,
             struct value v)
{
    struct mqtt_property p = {.row = a->property};
    enum mqtt_kind kind = (enum mqtt_kind)a->property->kind;
    if (v.kind == VALUE_LIST) {
        for (size_t i = 0; i < v.count; i++)
            if (!add_property(e, out, a, v.items[i]))
                return false;
        return true;
    }
    bool is_number = kind == KIND_U8 || kind == KIND_U16 || kind == KIND_U32 ||
                     kind == KIND_VARINT;
    enum value_kind wanted = is_number           ? VALUE_NUMBER
                             : kind == KIND_PAIR ? VALUE_PAIR
                                                 : VALUE_BYTES;
    if (v.kind != wanted)
        return eval_fail(e, a->at, "%.*s is %s", SLICE_ARG(a->name),
                         is_number           ? "a number"
                         : kind == KIND_PAIR ? "a pair: \"name\":\"value\""
                                             : "text or bytes");
    if (is_number && !fits(e, a, v.number, mqtt_kind_max(kind, NULL)))
        return false;
    if (v.text.len > UINT16_MAX || v.second.len > UINT16_MAX)
        return eval_fail(e, a->at, "more than 65535 bytes");
    p.number = (uint32_t)v.number;
    p.text = v.text;
    p.value = v.second;
    mqtt_property_add(out, &p);
    return true;
}

static bool
set_property(struct builder *b, const struct script_arg *a)
{
    struct value v;
    struct buf *out = a->kind == ARG_PROPERTY ? &b->properties
                                              : &b->will_properties;
    if (a->value->kind == EXPR_ABSENT)
        return true;
    return eval_expr(b->e, a->value, &v) && add_property(b->e, out, a, v);
}

/* --- Topic Filters -------------------------------------------------------- */

static bool
option_value(struct eval *e, struct value record, const char *name,
             uint8_t *out, const struct script_arg *a)
{
    struct value v;
    if (!value_member(e->arena, record, slice_str(name), &v))
        return true;
    if (v.kind != VALUE_NUMBER)
        return eval_fail(e, a->at, "%s is a number", name);
    *out = (uint8_t)v.number;
    return true;
}

static bool
filter_of(struct eval *e, const struct script_arg *a, struct value v,
          struct mqtt_filter *f)
{
    struct value text = v;
    *f = (struct mqtt_filter){0};
    if (v.kind == VALUE_RECORD) {
        if (!value_member(e->arena, v, slice_str("filter"), &text))
            return eval_fail(e, a->at, "a filter record wants filter=\"...\"");
        if (!option_value(e, v, "qos", &f->qos, a) ||
            !option_value(e, v, "no_local", &f->no_local, a) ||
            !option_value(e, v, "retain_as_published",
                          &f->retain_as_published, a) ||
            !option_value(e, v, "retain_handling", &f->retain_handling, a) ||
            !option_value(e, v, "reserved", &f->reserved, a))
            return false;
    }
    if (text.kind != VALUE_BYTES || text.text.len > UINT16_MAX)
        return eval_fail(e, a->at, "a filter is text of at most 65535 bytes");
    f->filter = text.text;
    return true;
}

static bool
set_filters(struct builder *b, const struct script_arg *a)
{
    struct value v;
    struct buf out = {0};
    bool good = eval_expr(b->e, a->value, &v);
    if (good && v.kind != VALUE_LIST) {
        struct value *one = arena_alloc(b->e->arena, sizeof *one);
        *one = v;
        v = value_list(one, 1);
    }
    for (size_t i = 0; good && i < v.count; i++) {
        struct mqtt_filter f;
        good = filter_of(b->e, a, v.items[i], &f);
        if (good)
            mqtt_filter_add(&out, b->p, &f);
    }
    MQTT_SET(b->p, filters, arena_copy(b->e->arena, buf_slice(&out)));
    buf_release(&out);
    return good;
}

/* --- fields --------------------------------------------------------------- */

static bool
set_codes(struct builder *b, const struct script_arg *a)
{
    struct value v;
    if (!eval_expr(b->e, a->value, &v))
        return false;
    if (v.kind == VALUE_BYTES) {
        MQTT_SET(b->p, codes, v.text);
        return true;
    }
    uint8_t *codes = arena_alloc(b->e->arena, v.count + 1);
    for (size_t i = 0; i < v.count; i++)
        codes[i] = (uint8_t)v.items[i].number;
    MQTT_SET(b->p, codes, slice_of(codes, v.count));
    return true;
}

static bool
set_client_id(struct builder *b, const struct script_arg *a, struct slice id)
{
    struct buf whole = {0};
    if (a->exactly || id.len == 0) {
        MQTT_SET(b->p, client_id, id);
        return true;
    }
    names_client_id(&whole, id, b->from->suffix);
    MQTT_SET(b->p, client_id, arena_copy(b->e->arena, buf_slice(&whole)));
    buf_release(&whole);
    return true;
}

static bool
set_text(struct builder *b, const struct script_arg *a,
         const struct mqtt_row *row)
{
    struct slice s;
    if (!text_of(b->e, a, &s))
        return false;
    if (s.len > UINT16_MAX && row->kind != KIND_REST &&
        row->kind != KIND_PROPERTIES)
        return eval_fail(b->e, a->at, "more than 65535 bytes");
    if (a->field == MQTT_F_client_id)
        return set_client_id(b, a, s);
    mqtt_field_set_slice(b->p, row, s);
    b->p->present |= MQTT_BIT(a->field);
    return true;
}

static bool
set_field(struct builder *b, const struct script_arg *a)
{
    const struct mqtt_row *row =
        mqtt_layout_find(b->p->type, b->e->version, a->field);
    int64_t n;
    if (!row)
        return eval_fail(b->e, a->at, "%s of MQTT %s has no \"%.*s\"",
                         mqtt_packet_row(b->p->type)->name,
                         mqtt_version_name(b->e->version), SLICE_ARG(a->name));
    if (a->value->kind == EXPR_ABSENT) {
        b->p->present &= ~MQTT_BIT(a->field);
        return true;
    }
    if (row->kind == KIND_FILTERS || row->kind == KIND_TOPICS)
        return set_filters(b, a);
    if (row->kind == KIND_CODES)
        return set_codes(b, a);
    if (!mqtt_row_is_number(row))
        return set_text(b, a, row);
    if (!eval_number(b->e, a->value, &n) || !fits(b->e, a, n, mqtt_kind_max(row->kind, row)))
        return false;
    mqtt_field_set_number(b->p, row, (uint32_t)n);
    b->p->present |= MQTT_BIT(a->field);
    return true;
}

/* --- what the script leaves open ------------------------------------------ */

static bool
is_mentioned(const struct script_packet *s, enum mqtt_field field,
             enum mqtt_version v)
{
    for (size_t i = 0; i < s->arg_count; i++)
        if (s->args[i].kind == ARG_FIELD && s->args[i].field == field &&
            (!s->args[i].versions || mqtt_version_in(v, s->args[i].versions)))
            return true;
    return false;
}

static bool
mentions_property(const struct script_packet *s, enum mqtt_property_id id)
{
    for (size_t i = 0; i < s->arg_count; i++)
        if (s->args[i].kind == ARG_PROPERTY && !s->args[i].expected &&
            s->args[i].property->id == id)
            return true;
    return false;
}

static void
connect_defaults(struct builder *b, const struct script_packet *s)
{
    struct mqtt_packet *p = b->p;
    const struct build_sender *from = b->from;
    MQTT_SET(p, client_id, from->client_id);
    MQTT_SET(p, keep_alive, from->keep_alive);
    MQTT_SET(p, clean_start, !from->keeping);
    if (from->user.ptr)
        MQTT_SET(p, user_name, from->user);
    if (from->password.ptr)
        MQTT_SET(p, password, from->password);
    if (is_mentioned(s, MQTT_F_will_topic, b->e->version))
        MQTT_SET(p, will_payload, slice_str("will")); /* some take no less */
    if (from->keeping && b->e->version == MQTT_50 &&
        !mentions_property(s, MQTT_P_session_expiry_interval))
        mqtt_property_add_number(&b->properties,
                                 MQTT_P_session_expiry_interval,
                                 BUILD_EXPIRY_S);
}

static void
set_defaults(struct builder *b, const struct script_packet *s)
{
    struct mqtt_packet *p = b->p;
    if (p->type == MQTT_CONNECT)
        connect_defaults(b, s);
    if (p->type == MQTT_PUBLISH)
        MQTT_SET(p, payload, slice_str(""));
}

/* Packet Identifiers go up by one, from 1. */
static void
set_packet_id(struct builder *b, const struct script_packet *s)
{
    struct mqtt_packet *p = b->p;
    bool wants_one = p->type == MQTT_SUBSCRIBE || p->type == MQTT_UNSUBSCRIBE ||
                     (p->type == MQTT_PUBLISH && p->qos > 0);
    if (!wants_one || is_mentioned(s, MQTT_F_packet_id, b->e->version))
        return;
    if (++*b->from->next_id == 0)
        ++*b->from->next_id;
    MQTT_SET(p, packet_id, *b->from->next_id);
}

/* --- pad to N ------------------------------------------------------------- */

static size_t
encoded_len(const struct mqtt_packet *p)
{
    struct buf out = {0};
    mqtt_encode(&out, p);
    size_t len = out.len;
    buf_release(&out);
    return len;
}

static struct slice
padding(struct arena *arena, struct slice start, size_t len)
{
    uint8_t *bytes = arena_alloc(arena, len + 1);
    memset(bytes, 'x', len);
    if (start.len)
        memcpy(bytes, start.ptr, start.len < len ? start.len : len);
    return slice_of(bytes, len);
}

/* Grows the payload. A longer packet may need a longer Remaining Length, so it
 * is measured again; between some lengths there is nothing. */
static bool
pad(struct builder *b, const struct script_arg *a)
{
    int64_t want;
    if (!eval_number(b->e, a->value, &want))
        return false;
    if (b->p->type != MQTT_PUBLISH)
        return eval_fail(b->e, a->at, "only a PUBLISH can be padded");
    struct slice start = b->p->payload;
    size_t len = encoded_len(b->p);
    if (want < (int64_t)len)
        return eval_fail(b->e, a->at,
                         "it has %zu bytes already, more than %" PRId64, len,
                         want);
    size_t more = (size_t)want - len;
    for (;;) {
        b->p->payload = padding(b->e->arena, start, start.len + more);
        len = encoded_len(b->p);
        if (len <= (size_t)want || more == 0)
            break;
        more--;
    }
    return len == (size_t)want ||
           eval_fail(b->e, a->at, "no packet has exactly %" PRId64 " bytes",
                     want);
}

/* --- all together --------------------------------------------------------- */

static bool
set_arg(struct builder *b, const struct script_arg *a)
{
    switch (a->kind) {
    case ARG_FIELD: return set_field(b, a);
    case ARG_PROPERTY:
    case ARG_WILL_PROPERTY:
        if (b->e->version != MQTT_50)
            return eval_fail(b->e, a->at, "MQTT %s has no properties",
                             mqtt_version_name(b->e->version));
        return set_property(b, a);
    default: return true;
    }
}

static bool
set_args(struct builder *b, const struct script_packet *s)
{
    for (size_t i = 0; i < s->arg_count; i++) {
        const struct script_arg *a = &s->args[i];
        if (a->expected ||
            (a->versions && !mqtt_version_in(b->e->version, a->versions)))
            continue;
        if (!set_arg(b, a))
            return false;
    }
    return true;
}

static bool
set_padding(struct builder *b, const struct script_packet *s)
{
    for (size_t i = 0; i < s->arg_count; i++)
        if (s->args[i].kind == ARG_PAD && !pad(b, &s->args[i]))
            return false;
    return true;
}

bool
build_packet(struct eval *e, const struct script_packet *script,
             const struct build_sender *from, struct mqtt_packet *out)
{
    *out = mqtt_packet_make(script->type, e->version);
    struct builder b = {.e = e, .from = from, .p = out};
    set_defaults(&b, script);
    bool good = set_args(&b, script);
    if (good) {
        set_packet_id(&b, script);
        if (b.properties.len)
            MQTT_SET(out, properties,
                     arena_copy(e->arena, buf_slice(&b.properties)));
        if (b.will_properties.len)
            MQTT_SET(out, will_properties,
                     arena_copy(e->arena, buf_slice(&b.will_properties)));
        good = set_padding(&b, script);
    }
    buf_release(&b.properties);
    buf_release(&b.will_properties);
    return good;
}
