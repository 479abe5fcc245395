/* state_print.c - the state at a packet, as text and as JSON.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/state_print.h"

#include "base/hex.h"
#include "base/json_put.h"
#include "mqtt/property.h"

static const char *const side_names[] = {"client", "broker"};

static const char *
side_name(enum mqtt_side side)
{
    return side_names[side == FROM_SERVER];
}

/* --- text ----------------------------------------------------------------- */

static void
add_quoted(struct buf *out, struct slice text)
{
    buf_add_byte(out, '"');
    hex_escape(out, text, 0);
    buf_add_byte(out, '"');
}

static void
print_connection(struct buf *out, const struct state *s)
{
    buf_printf(out, "after packet %llu (%s from the %s)\nclient        %s, "
                    "connection %u, %s\n",
               (unsigned long long)s->packet->number,
               mqtt_packet_row(s->packet->mqtt.type)->name,
               side_name(s->packet->from), s->lane->name, s->connection,
               s->is_connected ? "connected" : "not connected");
    if (s->is_partial) {
        buf_add_str(out, "              its CONNECT is not in the capture: "
                         "what was before is not known\n");
        return;
    }
    buf_printf(out, "session       MQTT %s, %s, %s",
               mqtt_version_name(s->connect->version),
               s->clean_start ? "asked for anew" : "asked to continue",
               !s->is_answered      ? "not answered yet"
               : s->session_present ? "was there" : "new");
    if (s->session_expiry == UINT32_MAX)
        buf_add_str(out, ", kept for good");
    else if (s->session_expiry)
        buf_printf(out, ", kept %u s after the end", s->session_expiry);
    else
        buf_add_str(out, ", ends with the connection");
    buf_printf(out, "\nkeep alive    %u s%s\n", s->keep_alive,
               s->keep_alive ? "" : " (off)");
}

static void
print_limits(struct buf *out, const struct state *s)
{
    if (s->is_partial || s->connect->version != MQTT_50)
        return;
    for (int i = 0; i < 2; i++) {
        enum mqtt_side sender = i ? FROM_SERVER : FROM_CLIENT;
        buf_printf(out, "%s the %s may send %d more of %u messages "
                        "unacknowledged; %u aliases",
                   i ? "             " : "quota        ", side_names[i],
                   state_quota(s, sender), s->receive_max[!i],
                   s->alias_max[!i]);
        if (s->packet_max[!i])
            buf_printf(out, "; packets up to %u bytes", s->packet_max[!i]);
        buf_add_byte(out, '\n');
    }
}

static void
print_will(struct buf *out, const struct state *s)
{
    if (!s->connect || !s->connect->will_flag)
        return;
    const struct mqtt_packet *m = s->connect;
    buf_add_str(out, "will          ");
    add_quoted(out, m->will_topic);
    buf_printf(out, " qos=%u retain=%u, %zu bytes", m->will_qos,
               m->will_retain, m->will_payload.len);
    if (m->version == MQTT_50)
        buf_printf(out, ", delay %u s",
                   mqtt_property_number(m->will_properties,
                                        MQTT_P_will_delay_interval, 0));
    buf_add_str(out, s->has_will ? "\n" : "; withdrawn or due\n");
}

static void
print_subscriptions(struct buf *out, const struct state *s)
{
    const char *head = "subscriptions ";
    for (size_t i = 0; i < s->subscription_count; i++) {
        const struct state_subscription *sub = &s->subscriptions[i];
        buf_add_str(out, head);
        head = "              ";
        add_quoted(out, sub->filter.filter);
        if (!sub->is_answered)
            buf_printf(out, " qos=%u, not yet answered", sub->filter.qos);
        else if (sub->code >= 0x80)
            buf_printf(out, " refused, 0x%02x", sub->code);
        else
            buf_printf(out, " qos=%u granted", sub->code);
        if (sub->identifier)
            buf_printf(out, ", identifier %u", sub->identifier);
        buf_printf(out, ", since packet %llu\n",
                   (unsigned long long)sub->packet);
    }
}

static void
print_flights(struct buf *out, const struct state *s)
{
    const char *head = "in flight     ";
    for (size_t i = 0; i < s->flight_count; i++) {
        const struct state_flight *f = &s->flights[i];
        buf_printf(out, "%s%s's %u, qos=%u, ", head, side_name(f->begun_by),
                   f->packet_id, f->qos);
        head = "              ";
        if (f->topic.len)
            add_quoted(out, f->topic);
        else
            buf_add_str(out, "topic not seen");
        buf_printf(out, ": %s due from the %s, since packet %llu\n",
                   mqtt_packet_row(f->awaited)->name, side_name(f->due_from),
                   (unsigned long long)f->packet);
    }
}

static void
print_aliases(struct buf *out, const struct state *s)
{
    const char *head = "aliases       ";
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < s->alias_count[side]; i++) {
            buf_printf(out, "%s%s's %u = ", head, side_names[side],
                       s->aliases[side][i].alias);
            head = "              ";
            add_quoted(out, s->aliases[side][i].topic);
            buf_add_byte(out, '\n');
        }
}

void
state_print(struct buf *out, const struct state *s)
{
    print_connection(out, s);
    print_limits(out, s);
    print_will(out, s);
    print_subscriptions(out, s);
    print_flights(out, s);
    print_aliases(out, s);
}

/* --- JSON ----------------------------------------------------------------- */

static void
put_bool(struct buf *out, const char *key, bool v)
{
    json_put_begin(out, key, v ? "true" : "false");
}

static void
put_slice(struct buf *out, const char *key, struct slice text)
{
    json_put_begin(out, key, "");
    json_put_text(out, text);
}

static void
put_connection(struct buf *out, const struct state *s)
{
    json_put_number(out, "packet", (int64_t)s->packet->number);
    json_put_member(out, "client", s->lane->name);
    json_put_number(out, "connection", s->connection);
    put_bool(out, "is_connected", s->is_connected);
    put_bool(out, "is_partial", s->is_partial);
    if (s->is_partial)
        return;
    json_put_member(out, "version", mqtt_version_name(s->connect->version));
    put_bool(out, "clean_start", s->clean_start);
    put_bool(out, "session_present", s->session_present);
    json_put_number(out, "session_expiry", s->session_expiry);
    json_put_number(out, "keep_alive", s->keep_alive);
    if (s->has_will) {
        json_put_begin(out, "will", "{");
        put_slice(out, "topic", s->connect->will_topic);
        json_put_number(out, "qos", s->connect->will_qos);
        json_put_number(out, "retain", s->connect->will_retain);
        json_put_number(out, "length", (int64_t)s->connect->will_payload.len);
        buf_add_byte(out, '}');
    }
    if (s->connect->version == MQTT_50) {
        json_put_number(out, "quota_client", state_quota(s, FROM_CLIENT));
        json_put_number(out, "quota_server", state_quota(s, FROM_SERVER));
    }
}

static void
put_subscriptions(struct buf *out, const struct state *s)
{
    json_put_begin(out, "subscriptions", "[");
    for (size_t i = 0; i < s->subscription_count; i++) {
        const struct state_subscription *sub = &s->subscriptions[i];
        json_put_comma(out);
        buf_add_byte(out, '{');
        put_slice(out, "filter", sub->filter.filter);
        json_put_number(out, "qos", sub->filter.qos);
        if (sub->is_answered)
            json_put_number(out, "code", sub->code);
        if (sub->identifier)
            json_put_number(out, "identifier", sub->identifier);
        json_put_number(out, "since", (int64_t)sub->packet);
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
put_flights(struct buf *out, const struct state *s)
{
    json_put_begin(out, "in_flight", "[");
    for (size_t i = 0; i < s->flight_count; i++) {
        const struct state_flight *f = &s->flights[i];
        json_put_comma(out);
        buf_add_byte(out, '{');
        json_put_member(out, "from", f->begun_by == FROM_CLIENT ? "client"
                                                                : "server");
        json_put_number(out, "packet_id", f->packet_id);
        json_put_number(out, "qos", f->qos);
        put_slice(out, "topic", f->topic);
        json_put_member(out, "awaits", mqtt_packet_row(f->awaited)->name);
        json_put_number(out, "since", (int64_t)f->packet);
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

void
state_json(struct buf *out, const struct state *s)
{
    buf_add_byte(out, '{');
    put_connection(out, s);
    put_subscriptions(out, s);
    put_flights(out, s);
    json_put_begin(out, "aliases", "[");
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < s->alias_count[side]; i++) {
            json_put_comma(out);
            buf_add_byte(out, '{');
            json_put_member(out, "from", side ? "server" : "client");
            json_put_number(out, "alias", s->aliases[side][i].alias);
            put_slice(out, "topic", s->aliases[side][i].topic);
            buf_add_byte(out, '}');
        }
    buf_add_str(out, "]}");
}
