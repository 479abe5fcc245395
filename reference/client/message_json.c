/* message_json.c - a message as one JSON object.
 * SPDX-License-Identifier: MIT */
#include "client/message_json.h"

#include "base/hex.h"
#include "base/json_put.h"
#include "base/utf8.h"
#include "mqtt/property.h"

static void
put_slice(struct buf *out, const char *key, struct slice text)
{
    json_put_begin(out, key, "");
    json_put_text(out, text);
}

static void
put_hex(struct buf *out, const char *key, struct slice bytes)
{
    json_put_begin(out, key, "\"");
    hex_print(out, bytes, 0);
    buf_add_byte(out, '"');
}

/* The value alone. */
static void
put_value(struct buf *out, const struct mqtt_property *p)
{
    switch (p->row->kind) {
    case KIND_PAIR:
        buf_add_byte(out, '[');
        json_put_text(out, p->text);
        buf_add_byte(out, ',');
        json_put_text(out, p->value);
        buf_add_byte(out, ']');
        break;
    case KIND_BINARY:
        buf_add_byte(out, '"');
        hex_print(out, p->text, 0);
        buf_add_byte(out, '"');
        break;
    case KIND_STRING: json_put_text(out, p->text); break;
    default: json_put_int(out, p->number);
    }
}

/* All of that kind: alone, or as a list when there may be many. */
static void
put_property(struct buf *out, struct slice properties,
             const struct mqtt_property_row *row)
{
    struct mqtt_property p;
    if (!mqtt_property_find(properties, row->id, &p))
        return;
    json_put_begin(out, row->symbol, row->many ? "[" : "");
    while (mqtt_property_next(&properties, &p)) {
        if (p.row != row)
            continue;
        if (row->many)
            json_put_comma(out);
        put_value(out, &p);
    }
    if (row->many)
        buf_add_byte(out, ']');
}

static void
put_properties(struct buf *out, struct slice properties)
{
    const struct mqtt_property_row *row;
    json_put_begin(out, "properties", "{");
    for (size_t i = 0; (row = mqtt_property_at(i)); i++)
        put_property(out, properties, row);
    buf_add_byte(out, '}');
}

void
message_json_print(struct buf *out, const struct mqtt_client_event *e)
{
    const struct mqtt_packet *p = e->packet;
    struct slice body = p->payload;
    bool is_text = utf8_valid(body) &&
                   (body.len == 0 || !memchr(body.ptr, 0, body.len));
    buf_add_byte(out, '{');
    put_slice(out, "topic", e->topic);
    json_put_number(out, "qos", p->qos);
    json_put_begin(out, "retain", p->retain ? "true" : "false");
    json_put_begin(out, "dup", p->dup ? "true" : "false");
    if (p->qos > 0)
        json_put_number(out, "packet_id", p->packet_id);
    (is_text ? put_slice : put_hex)(out, is_text ? "payload" : "payload_hex",
                                    body);
    if (MQTT_HAS(p, properties) && p->properties.len > 0)
        put_properties(out, p->properties);
    buf_add_byte(out, '}');
}

void
message_json_help(struct buf *out)
{
    static const char *const members[][2] = {
        {"topic, qos, retain, dup", "always"},
        {"packet_id", "above QoS 0"},
        {"payload", "when it is UTF-8 text; else"},
        {"payload_hex", "its bytes in hexadecimal"},
        {"properties", "5.0: content_type and so on; user_property is a"},
        {"", "list of [name, value], correlation_data is in hex"},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        buf_printf(out, "    %-24s %s\n", members[i][0], members[i][1]);
}
