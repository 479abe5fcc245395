/* notation.c - packets as lines of a scenario.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/views/notation.h"

#include "base/hex.h"
#include "mqtt/property.h"

/* --- values --------------------------------------------------------------- */

/* A '$' would begin a name. */
static void
add_escaped(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '$' || c < 0x20 || c == 0x7f)
            buf_printf(out, "\\x%02x", c);
        else
            buf_add_byte(out, c);
    }
}

/* In quotes, or hex:"..." when it is no text. */
static void
add_text(struct buf *out, struct slice text)
{
    if (!hex_is_text(text)) {
        buf_add_str(out, "hex:\"");
        hex_print(out, text, 0);
        buf_add_byte(out, '"');
        return;
    }
    buf_add_byte(out, '"');
    add_escaped(out, text);
    buf_add_byte(out, '"');
}

/* A name or filter, moved under $T; "$share/g/" stays in front. */
static void
add_topic(struct buf *out, struct slice topic)
{
    buf_add_byte(out, '"');
    if (slice_starts(topic, "$share/")) {
        size_t n = strlen("$share/");
        while (n < topic.len && topic.ptr[n] != '/')
            n++;
        buf_add_str(out, "$share");
        add_escaped(out, slice_from(slice_first(topic, n + 1), 6));
        topic = slice_from(topic, n + 1);
    }
    if (topic.len && topic.ptr[0] != '$')
        buf_add_str(out, "$T/");
    if (slice_starts(topic, "$SYS/")) {
        buf_add_str(out, "$SYS");
        topic = slice_from(topic, 4);
    }
    add_escaped(out, topic);
    buf_add_byte(out, '"');
}

/* --- properties ----------------------------------------------------------- */

/* What a client can say again to any broker. The method of authentication has
 * a dialogue behind it, which no script can repeat. */
static bool
can_be_repeated(uint8_t id)
{
    return id != MQTT_P_authentication_method &&
           id != MQTT_P_authentication_data;
}

/* What a broker has to hand on with a message (3.3.2.3). */
static bool
is_handed_on(uint8_t id)
{
    switch (id) {
    case MQTT_P_payload_format_indicator:
    case MQTT_P_content_type:
    case MQTT_P_response_topic:
    case MQTT_P_correlation_data:
    case MQTT_P_user_property:
    case MQTT_P_subscription_identifier:
    case MQTT_P_message_expiry_interval: return true;
    default: return false;
    }
}

static void
add_value(struct buf *out, const struct mqtt_property *p)
{
    if (p->row->kind == KIND_PAIR) {
        add_text(out, p->text);
        buf_add_byte(out, ':');
        add_text(out, p->value);
    } else if (p->row->id == MQTT_P_response_topic) {
        add_topic(out, p->text);
    } else if (p->row->kind == KIND_STRING || p->row->kind == KIND_BINARY) {
        add_text(out, p->text);
    } else {
        buf_printf(out, "%u", p->number);
    }
}

/* All values of a property that may be repeated, at its first: User Properties
 * keep their order [MQTT-3.3.2-18], Subscription Identifiers have none. */
static void
add_many(struct buf *out, struct slice properties, uint8_t id)
{
    struct mqtt_property p;
    bool is_list = id == MQTT_P_user_property;
    char between = is_list ? '[' : '{';
    while (mqtt_property_next(&properties, &p)) {
        if (p.row->id != id)
            continue;
        buf_add_byte(out, (uint8_t)between);
        add_value(out, &p);
        between = ' ';
    }
    buf_add_byte(out, is_list ? ']' : '}');
}

static void
add_properties(struct buf *out, struct slice properties, const char *prefix,
               bool is_expected)
{
    struct slice rest = properties;
    struct mqtt_property p;
    bool has_pair = false, has_identifier = false;
    while (mqtt_property_next(&rest, &p)) {
        uint8_t id = p.row->id;
        bool *had = id == MQTT_P_user_property             ? &has_pair
                    : id == MQTT_P_subscription_identifier ? &has_identifier
                                                           : NULL;
        if ((had && *had) ||
            !(is_expected ? is_handed_on(id) : can_be_repeated(id)))
            continue;
        buf_printf(out, " %s%s=", prefix, p.row->symbol);
        bool is_many = had && (is_expected || id == MQTT_P_user_property);
        if (had)
            *had = true;
        if (is_expected && id == MQTT_P_message_expiry_interval)
            buf_printf(out, "0..%u", p.number); /* what is left of it */
        else if (is_many)
            add_many(out, properties, id);
        else
            add_value(out, &p);
    }
}

/* --- packets -------------------------------------------------------------- */

static void
add_filters(struct buf *out, const struct mqtt_packet *p)
{
    struct slice rest = p->filters;
    struct mqtt_filter f;
    const char *between = "";
    buf_add_str(out, " filters=[");
    while (mqtt_filter_next(p, &rest, &f)) {
        buf_add_str(out, between);
        between = " ";
        if (p->type == MQTT_UNSUBSCRIBE) {
            add_topic(out, f.filter);
            continue;
        }
        buf_add_str(out, "{filter=");
        add_topic(out, f.filter);
        buf_printf(out, " qos=%u", f.qos);
        if (f.no_local)
            buf_add_str(out, " no_local=1");
        if (f.retain_as_published)
            buf_add_str(out, " retain_as_published=1");
        if (f.retain_handling)
            buf_printf(out, " retain_handling=%u", f.retain_handling);
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
add_will(struct buf *out, const struct mqtt_packet *p)
{
    if (!MQTT_HAS(p, will_topic))
        return;
    buf_add_str(out, " will_topic=");
    add_topic(out, p->will_topic);
    buf_add_str(out, " will_payload=");
    add_text(out, p->will_payload);
    if (p->will_qos)
        buf_printf(out, " will_qos=%u", p->will_qos);
    if (p->will_retain)
        buf_add_str(out, " will_retain=1");
    if (p->version == MQTT_50)
        add_properties(out, p->will_properties, "will.", false);
}

static void
add_publish_bits(struct buf *out, const struct mqtt_packet *p)
{
    if (p->dup)
        buf_add_str(out, " dup=1");
    if (p->qos)
        buf_printf(out, " qos=%u", p->qos);
}

void
notation_send(struct buf *out, const struct mqtt_packet *p, const char *id)
{
    if (p->type == MQTT_CONNECT)
        buf_printf(out, " clean_start=%u keep_alive=%u", p->clean_start,
                   p->keep_alive);
    if (p->type == MQTT_PUBLISH) {
        add_publish_bits(out, p);
        if (p->retain)
            buf_add_str(out, " retain=1");
        buf_add_str(out, " topic=");
        add_topic(out, p->topic);
    }
    if (id)
        buf_printf(out, " packet_id=%s", id);
    else if (MQTT_HAS(p, packet_id))
        buf_printf(out, " packet_id=%u", p->packet_id);
    if (p->type != MQTT_CONNECT && MQTT_HAS(p, reason) && p->reason)
        buf_printf(out, " reason=0x%02x", p->reason);
    if (MQTT_HAS(p, filters))
        add_filters(out, p);
    if (p->version == MQTT_50 && MQTT_HAS(p, properties))
        add_properties(out, p->properties, "", false);
    if (p->type == MQTT_CONNECT)
        add_will(out, p);
    if (p->type == MQTT_PUBLISH && p->payload.len) {
        buf_add_str(out, " payload=");
        add_text(out, p->payload);
    }
}

void
notation_expect(struct buf *out, const struct mqtt_packet *p,
                struct slice topic, const char *id)
{
    add_publish_bits(out, p);
    buf_printf(out, " retain=%u topic=", p->retain);
    if (p->topic.len)
        add_topic(out, topic);
    else
        buf_add_str(out, "\"\" topic_alias=present");
    if (id)
        buf_printf(out, " packet_id=%s", id);
    if (p->version == MQTT_50 && MQTT_HAS(p, properties))
        add_properties(out, p->properties, "", true);
    buf_add_str(out, " payload=");
    add_text(out, p->payload);
}
