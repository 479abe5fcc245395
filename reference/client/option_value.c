/* option_value.c - words of the command line as values.
 * SPDX-License-Identifier: MIT */
#include "client/option_value.h"

#include <errno.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "mqtt/property.h"
#include "mqtt/topic.h"

int
value_number(const char *text, uint64_t min, uint64_t max, uint64_t *out,
             struct error *err)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || v < min || v > max)
        return error_set(err, "\"%s\" is not a number from %llu to %llu", text,
                         (unsigned long long)min, (unsigned long long)max);
    *out = v;
    return 0;
}

int
value_seconds(const char *text, uint64_t *out_ms, struct error *err)
{
    char *end;
    double v = strtod(text, &end);
    if (end == text || *end || !(v >= 0 && v <= 1e9))
        return error_set(err, "\"%s\" is not a number of seconds", text);
    *out_ms = (uint64_t)(v * 1000 + 0.5);
    return 0;
}

int
value_check_len(size_t len, struct error *err)
{
    return len <= UINT16_MAX ? 0
                             : error_set(err, "longer than 65535 bytes");
}

int
value_check_string(const char *text, struct error *err)
{
    if (value_check_len(strlen(text), err))
        return -1;
    if (!utf8_valid(slice_str(text)))
        return error_set(err, "not UTF-8");
    return 0;
}

int
value_check_filter(const char *text, struct error *err)
{
    struct slice name, inner;
    if (value_check_string(text, err))
        return -1;
    if (!mqtt_topic_filter_valid(slice_str(text)))
        return error_set(err, "\"%s\" is not a topic filter: '#' stands alone "
                              "as the last level, '+' alone as a level", text);
    if (mqtt_topic_share_split(slice_str(text), &name, &inner) ==
        MQTT_SHARE_BAD)
        return error_set(err, "\"%s\" is not a shared subscription; write "
                              "$share/GROUP/FILTER", text);
    return 0;
}

int
value_check_name(const char *text, struct error *err)
{
    if (value_check_string(text, err))
        return -1;
    if (!mqtt_topic_name_valid(slice_str(text)))
        return error_set(err, "\"%s\" is not a topic to publish to: it is "
                              "empty or has a wildcard", text);
    return 0;
}

/* ---- PACKET PROPERTY VALUE ---------------------------------------------- */

/* "user-property" or "user_property". */
static const struct mqtt_property_row *
property_named(const char *text)
{
    char symbol[64];
    size_t len = strlen(text);
    if (len >= sizeof symbol)
        return NULL;
    for (size_t i = 0; i <= len; i++)
        symbol[i] = text[i] == '-' ? '_' : text[i];
    return mqtt_property_parse(slice_str(symbol));
}

/* The packets that this client lets one furnish. */
static int
packet_named(const char *text, struct error *err)
{
    static const struct {
        const char *name;
        int type;
    } names[] = {
        {"connect", MQTT_CONNECT},         {"publish", MQTT_PUBLISH},
        {"subscribe", MQTT_SUBSCRIBE},     {"unsubscribe", MQTT_UNSUBSCRIBE},
        {"disconnect", MQTT_DISCONNECT},   {"will", MQTT_WILL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i].name) == 0)
            return names[i].type;
    return error_set(err, "\"%s\" is none of connect, publish, subscribe, "
                          "unsubscribe, disconnect, will", text);
}

static int
parse_value(struct mqtt_property *p, const char *value, struct words *more,
            struct error *err)
{
    uint64_t number;
    bool is_number = p->row->kind == KIND_U8 || p->row->kind == KIND_U16 ||
                     p->row->kind == KIND_U32 || p->row->kind == KIND_VARINT;
    if (is_number) {
        if (value_number(value, p->row->min, p->row->max, &number, err))
            return -1;
        p->number = (uint32_t)number;
        return 0;
    }
    p->text = slice_str(value);
    if (p->row->kind == KIND_PAIR) {
        const char *second = words_take(more);
        if (!second)
            return error_set(err, "%s takes a name and a value",
                             p->row->symbol);
        p->value = slice_str(second);
        if (value_check_string(second, err))
            return -1;
    }
    return p->row->kind == KIND_BINARY && p->text.len <= UINT16_MAX
               ? 0
               : value_check_string(value, err);
}

int
value_property(struct buf properties[MQTT_TYPES + 1], const char *packet,
               struct words *more, struct error *err)
{
    int type = packet_named(packet, err);
    if (type < 0)
        return -1;
    const char *name = words_take(more), *text = words_take(more);
    if (!name || !text)
        return error_set(err, "takes PACKET PROPERTY VALUE, as in "
                              "-D publish content-type text/plain");
    struct mqtt_property p = {.row = property_named(name)}, old;
    if (!p.row)
        return error_set(err, "there is no property \"%s\"", name);
    if (!(p.row->packets >> type & 1))
        return error_set(err, "%s is not a property of %s", name, packet);
    if (!p.row->many &&
        mqtt_property_find(buf_slice(&properties[type]), p.row->id, &old))
        return error_set(err, "%s may be given once only", name);
    if (parse_value(&p, text, more, err))
        return -1;
    mqtt_property_add(&properties[type], &p);
    return 0;
}
