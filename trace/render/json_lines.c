/* json_lines.c - packets for other programs.
 * SPDX-License-Identifier: MIT
 *
 * Written straight into the output: a tree of values per packet (base/json.h)
 * would take longer than all the decoding, and captures have millions.       */
#include "trace/render/json_lines.h"

#include "base/hex.h"
#include "mqtt/property.h"
#include "trace/model/model.h"

/* --- values --------------------------------------------------------------- */

/* A comma, unless an object or list has just begun. */
static void
add_comma(struct buf *out)
{
    uint8_t last = out->len ? out->data[out->len - 1] : '{';
    if (last != '{' && last != '[')
        buf_add_byte(out, ',');
}

/* `name` is one of ours, so it needs no escaping. */
static void
add_key(struct buf *out, const char *name)
{
    add_comma(out);
    buf_add_byte(out, '"');
    buf_add_str(out, name);
    buf_add(out, slice_of("\":", 2));
}

static void
add_number(struct buf *out, int64_t v)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (v < 0)
        digits[--at] = '-';
    buf_add(out, slice_of(digits + at, sizeof digits - at));
}

static void
set_number(struct buf *out, const char *name, int64_t v)
{
    add_key(out, name);
    add_number(out, v);
}

static bool
is_plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* UTF-8 in quotes. */
static void
add_string(struct buf *out, struct slice text)
{
    buf_add_byte(out, '"');
    while (text.len) {
        size_t plain = 0;
        while (plain < text.len && is_plain(text.ptr[plain]))
            plain++;
        buf_add(out, slice_first(text, plain));
        text = slice_from(text, plain);
        if (!text.len)
            break;
        buf_printf(out, "\\u%04x", text.ptr[0]);
        text = slice_from(text, 1);
    }
    buf_add_byte(out, '"');
}

static void
set_string(struct buf *out, const char *name, const char *text)
{
    add_key(out, name);
    add_string(out, slice_str(text));
}

/* Text, or what is not as {"hex": ...}. */
static void
add_text(struct buf *out, struct slice text)
{
    if (hex_is_text(text)) {
        add_string(out, text);
        return;
    }
    buf_add_str(out, "{\"hex\":\"");
    hex_print(out, text, 0);
    buf_add_str(out, "\"}");
}

static void
add_secret(struct buf *out, struct slice text, bool secrets)
{
    if (secrets) {
        add_text(out, text);
        return;
    }
    buf_add_str(out, "{\"masked\":");
    add_number(out, (int64_t)text.len);
    buf_add_byte(out, '}');
}

/* --- fields --------------------------------------------------------------- */

static void
add_properties(struct buf *out, struct slice properties, bool secrets)
{
    struct mqtt_property p;
    buf_add_byte(out, '[');
    while (mqtt_property_next(&properties, &p)) {
        add_comma(out);
        buf_add_byte(out, '{');
        set_string(out, "name", p.row->symbol);
        set_number(out, "id", p.row->id);
        if (p.row->kind == KIND_PAIR) {
            add_key(out, "key");
            add_text(out, p.text);
        }
        add_key(out, "value");
        if (p.row->kind == KIND_PAIR)
            add_text(out, p.value);
        else if (p.row->id == MQTT_P_authentication_data)
            add_secret(out, p.text, secrets);
        else if (p.row->kind == KIND_STRING || p.row->kind == KIND_BINARY)
            add_text(out, p.text);
        else
            add_number(out, p.number);
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
add_filters(struct buf *out, const struct mqtt_packet *p)
{
    struct slice rest = p->filters;
    struct mqtt_filter f;
    buf_add_byte(out, '[');
    while (mqtt_filter_next(p, &rest, &f)) {
        add_comma(out);
        buf_add_byte(out, '{');
        add_key(out, "filter");
        add_text(out, f.filter);
        if (p->type == MQTT_SUBSCRIBE)
            set_number(out, "qos", f.qos);
        if (p->type == MQTT_SUBSCRIBE && p->version == MQTT_50) {
            set_number(out, "no_local", f.no_local);
            set_number(out, "retain_as_published", f.retain_as_published);
            set_number(out, "retain_handling", f.retain_handling);
        }
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
add_codes(struct buf *out, struct slice codes)
{
    buf_add_byte(out, '[');
    for (size_t i = 0; i < codes.len; i++) {
        add_comma(out);
        add_number(out, codes.ptr[i]);
    }
    buf_add_byte(out, ']');
}

static void
add_field(struct buf *out, const struct mqtt_packet *p,
          const struct mqtt_row *row, bool secrets)
{
    struct slice text = mqtt_field_slice(p, row);
    switch ((enum mqtt_kind)row->kind) {
    case KIND_PROPERTIES: add_properties(out, text, secrets); break;
    case KIND_FILTERS:
    case KIND_TOPICS: add_filters(out, p); break;
    case KIND_CODES: add_codes(out, text); break;
    case KIND_STRING:
    case KIND_BINARY:
    case KIND_REST:
        if (row->field == MQTT_F_password)
            add_secret(out, text, secrets);
        else
            add_text(out, text);
        break;
    default: add_number(out, mqtt_field_number(p, row));
    }
}

static void
add_fields(struct buf *out, const struct mqtt_packet *p, struct mqtt_layout l,
           bool secrets)
{
    for (size_t i = 0; i < l.count; i++) {
        const struct mqtt_row *row = &l.rows[i];
        bool is_here = row->kind != KIND_BYTE &&
                       (p->present & MQTT_BIT(row->field)) &&
                       mqtt_version_in(p->version, row->versions);
        if (!is_here || (row->kind == KIND_PROPERTIES &&
                         mqtt_field_slice(p, row).len == 0))
            continue;
        add_key(out, mqtt_field_name(row->field));
        add_field(out, p, row, secrets);
    }
}

/* --- the rest ------------------------------------------------------------- */

static void
add_marks(struct buf *out, unsigned marks)
{
    if (!marks)
        return;
    add_key(out, "marks");
    buf_add_byte(out, '[');
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1) {
        if (!(marks & bit))
            continue;
        add_comma(out);
        add_string(out, slice_str(model_mark_text(bit)));
    }
    buf_add_byte(out, ']');
}

static void
add_violations(struct buf *out, const struct mqtt_report *report)
{
    if (!report->count)
        return;
    add_key(out, "violations");
    buf_add_byte(out, '[');
    for (size_t i = 0; i < report->count; i++) {
        const struct mqtt_violation *v = &report->list[i];
        add_comma(out);
        buf_add_byte(out, '{');
        if (*v->statement)
            set_string(out, "statement", v->statement);
        set_string(out, "section", v->section);
        set_number(out, "reason", v->reason);
        set_number(out, "offset", v->offset);
        set_number(out, "length", v->len);
        set_string(out, "text", v->text);
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
add_connection(struct buf *out, const struct model_conn *c)
{
    set_number(out, "connection", (int64_t)c->number);
    if (!c->dialog.client_id.len)
        return;
    add_key(out, "client_id");
    add_text(out, buf_slice(&c->dialog.client_id));
}

static void
add_place(struct buf *out, const struct model_packet *p)
{
    set_number(out, "number", (int64_t)p->number);
    set_number(out, "frame", (int64_t)p->frame);
    set_number(out, "time_ns", p->time_ns);
    if (p->conn)
        add_connection(out, p->conn);
    set_string(out, "from", p->from == FROM_CLIENT ? "client" : "server");
    set_string(out, "type", mqtt_packet_row(p->mqtt.type)->name);
    set_string(out, "version", mqtt_version_name(p->mqtt.version));
    set_number(out, "offset", (int64_t)p->offset);
    set_number(out, "length", (int64_t)p->wire_len);
    if (p->bytes.len < p->wire_len)
        set_number(out, "captured", (int64_t)p->bytes.len);
}

void
json_lines_print(struct buf *out, const struct model_packet *p, bool secrets)
{
    buf_add_byte(out, '{');
    add_place(out, p);
    add_key(out, "fields");
    buf_add_byte(out, '{');
    add_fields(out, &p->mqtt, mqtt_layout_first(p->mqtt.type), secrets);
    add_fields(out, &p->mqtt, mqtt_layout(p->mqtt.type), secrets);
    buf_add_byte(out, '}');
    if (p->marks & MODEL_ALIAS) {
        add_key(out, "topic");
        add_text(out, p->topic);
    }
    if (p->request) {
        set_number(out, "answers", (int64_t)p->request);
        set_number(out, "latency_ns", p->latency_ns);
    }
    add_marks(out, p->marks);
    add_violations(out, &p->report);
    buf_add_str(out, "}\n");
}
