/* json_lines.c - packets for other programs.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/json_lines.h"

#include "base/hex.h"
#include "mqtt/property.h"
#include "trace/model/model.h"

static struct json *
text_value(struct slice text)
{
    if (hex_is_text(text))
        return json_new_text(text);
    struct buf hex = {0};
    struct json *v = json_new_object();
    hex_print(&hex, text, 0);
    json_set_slice(v, "hex", buf_slice(&hex));
    buf_release(&hex);
    return v;
}

static struct json *
secret_value(struct slice text, bool secrets)
{
    if (secrets)
        return text_value(text);
    struct json *v = json_new_object();
    json_set_int(v, "masked", (int64_t)text.len);
    return v;
}

static struct json *
property_list(struct slice properties, bool secrets)
{
    struct json *list = json_new_array();
    struct mqtt_property p;
    while (mqtt_property_next(&properties, &p)) {
        struct json *v = json_new_object();
        json_set_str(v, "name", p.row->symbol);
        json_set_int(v, "id", p.row->id);
        if (p.row->kind == KIND_PAIR) {
            json_set(v, "key", text_value(p.text));
            json_set(v, "value", text_value(p.value));
        } else if (p.row->id == MQTT_P_authentication_data) {
            json_set(v, "value", secret_value(p.text, secrets));
        } else if (p.row->kind == KIND_STRING || p.row->kind == KIND_BINARY) {
            json_set(v, "value", text_value(p.text));
        } else {
            json_set_int(v, "value", p.number);
        }
        json_push(list, v);
    }
    return list;
}

static struct json *
filter_list(const struct mqtt_packet *p)
{
    struct json *list = json_new_array();
    struct slice rest = p->filters;
    struct mqtt_filter f;
    while (mqtt_filter_next(p, &rest, &f)) {
        struct json *v = json_new_object();
        json_set(v, "filter", text_value(f.filter));
        if (p->type == MQTT_SUBSCRIBE)
            json_set_int(v, "qos", f.qos);
        if (p->type == MQTT_SUBSCRIBE && p->version == MQTT_50) {
            json_set_int(v, "no_local", f.no_local);
            json_set_int(v, "retain_as_published", f.retain_as_published);
            json_set_int(v, "retain_handling", f.retain_handling);
        }
        json_push(list, v);
    }
    return list;
}

static struct json *
code_list(struct slice codes)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < codes.len; i++)
        json_push(list, json_new_int(codes.ptr[i]));
    return list;
}

static struct json *
field_value(const struct mqtt_packet *p, const struct mqtt_row *row,
            bool secrets)
{
    struct slice text = mqtt_field_slice(p, row);
    switch ((enum mqtt_kind)row->kind) {
    case KIND_PROPERTIES: return property_list(text, secrets);
    case KIND_FILTERS:
    case KIND_TOPICS: return filter_list(p);
    case KIND_CODES: return code_list(text);
    case KIND_STRING:
    case KIND_BINARY:
    case KIND_REST:
        return row->field == MQTT_F_password ? secret_value(text, secrets)
                                             : text_value(text);
    default: return json_new_int(mqtt_field_number(p, row));
    }
}

static void
add_fields(struct json *fields, const struct mqtt_packet *p,
           struct mqtt_layout l, bool secrets)
{
    for (size_t i = 0; i < l.count; i++) {
        const struct mqtt_row *row = &l.rows[i];
        bool is_here = row->kind != KIND_BYTE &&
                       (p->present & MQTT_BIT(row->field)) &&
                       mqtt_version_in(p->version, row->versions);
        if (!is_here)
            continue;
        struct slice text = mqtt_field_slice(p, row);
        if (row->kind == KIND_PROPERTIES && text.len == 0)
            continue;
        json_set(fields, mqtt_field_name(row->field),
                 field_value(p, row, secrets));
    }
}

static void
add_marks(struct json *v, unsigned marks)
{
    struct json *list = NULL;
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1) {
        if (!(marks & bit))
            continue;
        if (!list)
            list = json_new_array();
        json_push(list, json_new_text(slice_str(model_mark_text(bit))));
    }
    if (list)
        json_set(v, "marks", list);
}

static void
add_violations(struct json *v, const struct mqtt_report *report)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < report->count; i++) {
        const struct mqtt_violation *from = &report->list[i];
        struct json *to = json_new_object();
        if (*from->statement)
            json_set_str(to, "statement", from->statement);
        json_set_str(to, "section", from->section);
        json_set_int(to, "reason", from->reason);
        json_set_int(to, "offset", from->offset);
        json_set_int(to, "length", from->len);
        json_set_str(to, "text", from->text);
        json_push(list, to);
    }
    json_set(v, "violations", list);
}

static void
add_connection(struct json *v, const struct model_conn *c)
{
    json_set_int(v, "connection", (int64_t)c->number);
    if (c->dialog.client_id.len)
        json_set(v, "client_id", text_value(buf_slice(&c->dialog.client_id)));
}

struct json *
json_lines_packet(const struct model_packet *p, bool secrets)
{
    struct json *v = json_new_object(), *fields = json_new_object();
    json_set_int(v, "number", (int64_t)p->number);
    json_set_int(v, "frame", (int64_t)p->frame);
    json_set_int(v, "time_ns", p->time_ns);
    if (p->conn)
        add_connection(v, p->conn);
    json_set_str(v, "from", p->from == FROM_CLIENT ? "client" : "server");
    json_set_str(v, "type", mqtt_packet_row(p->mqtt.type)->name);
    json_set_str(v, "version", mqtt_version_name(p->mqtt.version));
    json_set_int(v, "offset", (int64_t)p->offset);
    json_set_int(v, "length", (int64_t)p->wire_len);
    if (p->bytes.len < p->wire_len)
        json_set_int(v, "captured", (int64_t)p->bytes.len);
    add_fields(fields, &p->mqtt, mqtt_layout_first(p->mqtt.type), secrets);
    add_fields(fields, &p->mqtt, mqtt_layout(p->mqtt.type), secrets);
    json_set(v, "fields", fields);
    if (p->marks & MODEL_ALIAS)
        json_set(v, "topic", text_value(p->topic));
    if (p->request) {
        json_set_int(v, "answers", (int64_t)p->request);
        json_set_int(v, "latency_ns", p->latency_ns);
    }
    add_marks(v, p->marks);
    if (p->report.count)
        add_violations(v, &p->report);
    return v;
}

void
json_lines_print(struct buf *out, const struct model_packet *p, bool secrets)
{
    struct json *v = json_lines_packet(p, secrets);
    json_print(out, v, false);
    buf_add_byte(out, '\n');
    json_free(v);
}
