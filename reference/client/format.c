/* format.c - a message as the user wants to see it.
 * SPDX-License-Identifier: MIT */
#include "client/format.h"

#include "base/hex.h"
#include "mqtt/property.h"

typedef void printer(struct buf *out, const struct mqtt_client_event *e);

static void
print_topic(struct buf *out, const struct mqtt_client_event *e)
{
    buf_add(out, e->topic);
}

static void
print_payload(struct buf *out, const struct mqtt_client_event *e)
{
    buf_add(out, e->packet->payload);
}

static void
print_payload_hex(struct buf *out, const struct mqtt_client_event *e)
{
    hex_print(out, e->packet->payload, 0);
}

static void
print_length(struct buf *out, const struct mqtt_client_event *e)
{
    buf_printf(out, "%zu", e->packet->payload.len);
}

static void
print_qos(struct buf *out, const struct mqtt_client_event *e)
{
    buf_printf(out, "%u", e->packet->qos);
}

static void
print_retain(struct buf *out, const struct mqtt_client_event *e)
{
    buf_printf(out, "%u", e->packet->retain);
}

static void
print_dup(struct buf *out, const struct mqtt_client_event *e)
{
    buf_printf(out, "%u", e->packet->dup);
}

static void
print_packet_id(struct buf *out, const struct mqtt_client_event *e)
{
    buf_printf(out, "%u", e->packet->qos > 0 ? e->packet->packet_id : 0u);
}

static void
print_percent(struct buf *out, const struct mqtt_client_event *e)
{
    (void)e;
    buf_add_byte(out, '%');
}

/* All properties with that id, separated by spaces. */
static void
print_property(struct buf *out, const struct mqtt_client_event *e,
               enum mqtt_property_id id)
{
    struct slice rest = {0};
    struct mqtt_property p;
    const char *separator = "";
    if (MQTT_HAS(e->packet, properties))
        rest = e->packet->properties;
    while (mqtt_property_next(&rest, &p)) {
        if (p.row->id != id)
            continue;
        buf_add_str(out, separator);
        separator = " ";
        if (p.row->kind == KIND_PAIR)
            buf_printf(out, "%.*s:%.*s", SLICE_ARG(p.text), SLICE_ARG(p.value));
        else if (p.row->kind == KIND_STRING || p.row->kind == KIND_BINARY)
            buf_add(out, p.text);
        else
            buf_printf(out, "%u", (unsigned)p.number);
    }
}

/* A letter prints by a function, or a property. */
static const struct format_row {
    char letter;
    printer *print;
    int property; /* enum mqtt_property_id when print is NULL */
    const char *help;
} rows[] = {
    /* clang-format off */
    {'t', print_topic,       0, "topic"},
    {'p', print_payload,     0, "payload"},
    {'x', print_payload_hex, 0, "payload in hexadecimal"},
    {'l', print_length,      0, "length of the payload in bytes"},
    {'q', print_qos,         0, "QoS"},
    {'r', print_retain,      0, "RETAIN flag"},
    {'d', print_dup,         0, "DUP flag"},
    {'m', print_packet_id,   0, "Packet Identifier, 0 for QoS 0"},
    {'A', NULL, MQTT_P_topic_alias,              "Topic Alias"},
    {'C', NULL, MQTT_P_content_type,             "Content Type"},
    {'D', NULL, MQTT_P_correlation_data,         "Correlation Data"},
    {'E', NULL, MQTT_P_message_expiry_interval,  "Message Expiry Interval"},
    {'F', NULL, MQTT_P_payload_format_indicator, "Payload Format Indicator"},
    {'P', NULL, MQTT_P_user_property,            "User Properties, name:value"},
    {'R', NULL, MQTT_P_response_topic,           "Response Topic"},
    {'S', NULL, MQTT_P_subscription_identifier,  "Subscription Identifiers"},
    {'%', print_percent,     0, "a '%'"},
    /* clang-format on */
};
enum { COUNT = sizeof rows / sizeof rows[0] };

static const struct format_row *
row_of(char letter)
{
    for (size_t i = 0; i < COUNT; i++)
        if (rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

/* What stands behind a backslash; itself when it means nothing special. */
static char
unescape(char c)
{
    static const char names[] = "ntrae0", bytes[] = "\n\t\r\a\x1b\0";
    const char *at = c ? strchr(names, c) : NULL;
    return at ? bytes[at - names] : c;
}

int
format_check(const char *format, struct error *err)
{
    for (const char *f = format; *f; f++) {
        if (*f == '\\') {
            if (*++f == '\0')
                return error_set(err, "the format ends in a single '\\'");
            continue;
        }
        if (*f != '%')
            continue;
        if (*++f == '\0')
            return error_set(err, "the format ends in a single '%%'; "
                                  "write %%%% for one");
        if (!row_of(*f))
            return error_set(err, "%%%c means nothing; --help lists what "
                                  "does", *f);
    }
    return 0;
}

void
format_print(struct buf *out, const char *format,
             const struct mqtt_client_event *message)
{
    for (const char *f = format; *f; f++) {
        if (*f == '\\') {
            buf_add_byte(out, (uint8_t)unescape(*++f));
        } else if (*f == '%') {
            const struct format_row *row = row_of(*++f);
            if (row->print)
                row->print(out, message);
            else
                print_property(out, message, row->property);
        } else {
            buf_add_byte(out, (uint8_t)*f);
        }
    }
}

void
format_help(struct buf *out)
{
    for (size_t i = 0; i < COUNT; i++)
        buf_printf(out, "    %%%c  %s\n", rows[i].letter, rows[i].help);
}
