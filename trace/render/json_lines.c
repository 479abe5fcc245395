/* json_lines.c - packets for other programs.
 * SPDX-License-Identifier: MIT
 *
 * Bytes that are no text stand as {"hex": ...}, secrets as {"masked": LENGTH}.
 */
#include "trace/render/json_lines.h"

#include "base/hex.h"
#include "base/json_put.h"
#include "mqtt/property.h"
#include "trace/model/model.h"

/* --- values --------------------------------------------------------------- */

/* Text, or what is not as {"hex": ...}. */
static void
add_text(struct buf *out, struct slice text)
{
    if (hex_is_text(text)) {
        json_put_text(out, text);
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
    json_put_int(out, (int64_t)text.len);
    buf_add_byte(out, '}');
}

/* --- fields --------------------------------------------------------------- */

static void
add_properties(struct buf *out, struct slice properties, bool secrets)
{
    struct mqtt_property p;
    buf_add_byte(out, '[');
    while (mqtt_property_next(&properties, &p)) {
        json_put_comma(out);
        buf_add_byte(out, '{');
        json_put_member(out, "name", p.row->symbol);
        json_put_number(out, "id", p.row->id);
        if (p.row->kind == KIND_PAIR) {
            json_put_begin(out, "key", "");
            add_text(out, p.text);
        }
        json_put_begin(out, "value", "");
        if (p.row->kind == KIND_PAIR)
            add_text(out, p.value);
        else if (p.row->id == MQTT_P_authentication_data)
            add_secret(out, p.text, secrets);
        else if (p.row->kind == KIND_STRING || p.row->kind == KIND_BINARY)
            add_text(out, p.text);
        else
            json_put_int(out, p.number);
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
        json_put_comma(out);
        buf_add_byte(out, '{');
        json_put_begin(out, "filter", "");
        add_text(out, f.filter);
        if (p->type == MQTT_SUBSCRIBE)
            json_put_number(out, "qos", f.qos);
        if (p->type == MQTT_SUBSCRIBE && p->version == MQTT_50) {
            json_put_number(out, "no_local", f.no_local);
            json_put_number(out, "retain_as_published", f.retain_as_published);
            json_put_number(out, "retain_handling", f.retain_handling);
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
        json_put_comma(out);
        json_put_int(out, codes.ptr[i]);
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
    default: json_put_int(out, mqtt_field_number(p, row));
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
        json_put_begin(out, mqtt_field_name(row->field), "");
        add_field(out, p, row, secrets);
    }
}

/* --- the rest ------------------------------------------------------------- */

static void
add_marks(struct buf *out, unsigned marks)
{
    if (!marks)
        return;
    json_put_begin(out, "marks", "[");
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1) {
        if (!(marks & bit))
            continue;
        json_put_comma(out);
        json_put_str(out, model_mark_text(bit));
    }
    buf_add_byte(out, ']');
}

static void
add_violations(struct buf *out, const struct mqtt_report *report)
{
    if (!report->count)
        return;
    json_put_begin(out, "violations", "[");
    for (size_t i = 0; i < report->count; i++) {
        const struct mqtt_violation *v = &report->list[i];
        json_put_comma(out);
        buf_add_byte(out, '{');
        if (*v->statement)
            json_put_member(out, "statement", v->statement);
        json_put_member(out, "section", v->section);
        json_put_number(out, "reason", v->reason);
        json_put_number(out, "offset", v->offset);
        json_put_number(out, "length", v->len);
        json_put_member(out, "text", v->text);
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
add_connection(struct buf *out, const struct model_conn *c)
{
    json_put_number(out, "connection", (int64_t)c->number);
    if (!c->dialog.client_id.len)
        return;
    json_put_begin(out, "client_id", "");
    add_text(out, buf_slice(&c->dialog.client_id));
}

static void
add_place(struct buf *out, const struct model_packet *p)
{
    json_put_number(out, "number", (int64_t)p->number);
    json_put_number(out, "frame", (int64_t)p->frame);
    json_put_number(out, "time_ns", p->time_ns);
    if (p->conn)
        add_connection(out, p->conn);
    json_put_member(out, "from", p->from == FROM_CLIENT ? "client" : "server");
    json_put_member(out, "type", mqtt_packet_row(p->mqtt.type)->name);
    json_put_member(out, "version", mqtt_version_name(p->mqtt.version));
    json_put_number(out, "offset", (int64_t)p->offset);
    json_put_number(out, "length", (int64_t)p->wire_len);
    if (p->bytes.len < p->wire_len)
        json_put_number(out, "captured", (int64_t)p->bytes.len);
}

void
json_lines_print(struct buf *out, const struct model_packet *p, bool secrets)
{
    buf_add_byte(out, '{');
    add_place(out, p);
    json_put_begin(out, "fields", "{");
    add_fields(out, &p->mqtt, mqtt_layout_first(p->mqtt.type), secrets);
    add_fields(out, &p->mqtt, mqtt_layout(p->mqtt.type), secrets);
    buf_add_byte(out, '}');
    if (p->marks & MODEL_ALIAS) {
        json_put_begin(out, "topic", "");
        add_text(out, p->topic);
    }
    if (p->request) {
        json_put_number(out, "answers", (int64_t)p->request);
        json_put_number(out, "latency_ns", p->latency_ns);
    }
    add_marks(out, p->marks);
    add_violations(out, &p->report);
    buf_add_str(out, "}\n");
}
