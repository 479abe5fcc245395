/* to_scenario.c - a captured conversation as scenarios.
 * SPDX-License-Identifier: MIT
 *
 * Two passes over the items for each scenario: who plays (players), then line
 * by line. Versions that have a message or a client in common are played
 * together, the newest with the others beside it.                            */
#include "trace/views/to_scenario.h"

#include <stdio.h>

#include "trace/views/notation.h"
#include "trace/views/players.h"

enum { WAIT_US = 1000000, SLOW_S = 10, IDS_AT = 62 };

struct writing {
    struct buf *out;
    const struct conversation *c;
    struct players players;
    enum mqtt_version version; /* that is played */
    enum mqtt_version spoken;  /* in the line in hand */
    int64_t last_us;    /* time of the item before */
    unsigned names;     /* Packet Identifiers and codes bound so far */
    unsigned left_out;  /* packets */
    size_t line_at;     /* where the line in hand begins in out */
    bool in_block;      /* inside together { } */
};

/* The answers that a statement demands of any broker. */
static const struct {
    uint8_t type;        /* enum mqtt_type */
    const char *ids5;    /* of 5.0 */
    const char *ids311;  /* of 3.1.1 */
    const char *ids31;   /* of 3.1, which numbers sections only */
} demands[] = {
    /* type          5.0              3.1.1               3.1 */
    {MQTT_CONNACK,  "MQTT-3.1.4-5",  "MQTT311-3.1.4-4", "MQTT31-s3.2"},
    {MQTT_SUBACK,   "MQTT-3.8.4-1",  "MQTT311-3.8.4-1", "MQTT31-s3.8"},
    {MQTT_UNSUBACK, "MQTT-3.10.4-4", "MQTT311-3.10.4-4", "MQTT31-s3.10"},
    {MQTT_PUBACK,   "MQTT-4.3.2-4",  "MQTT311-4.3.2-2", "MQTT31-s3.4"},
    {MQTT_PUBREC,   "MQTT-4.3.3-8",  "MQTT311-4.3.3-2", "MQTT31-s3.5"},
    {MQTT_PUBCOMP,  "MQTT-4.3.3-11", "MQTT311-4.3.3-2", "MQTT31-s3.7"},
    {MQTT_PINGRESP, "MQTT-3.12.4-1", "MQTT311-3.12.4-1", "MQTT31-s3.12"},
};

static void
line_begin(struct writing *w, const struct player *p)
{
    w->line_at = w->out->len;
    w->spoken = p->version;
    buf_printf(w->out, "%s    %-*s  ", w->in_block ? "    " : "",
               (int)w->players.name_width, p->name);
}

/* In the column where `plumb-check fmt` has them. */
static void
add_ids(struct writing *w, const char *ids)
{
    size_t used = w->out->len - w->line_at;
    buf_add_fill(w->out, ' ', used + 2 < IDS_AT ? IDS_AT - used : 2);
    buf_printf(w->out, "[%s]", ids);
}

/* Ends a line that judges if a statement demands what it awaits. */
static void
line_end(struct writing *w, enum mqtt_type type)
{
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
        const char *ids = w->spoken == MQTT_50    ? demands[i].ids5
                          : w->spoken == MQTT_311 ? demands[i].ids311
                                                  : demands[i].ids31;
        if (demands[i].type == type)
            add_ids(w, ids);
    }
    buf_add_byte(w->out, '\n');
}

static void
leave_out(struct writing *w, const struct model_packet *p, const char *why)
{
    w->left_out++;
    buf_printf(w->out, "    # packet %llu, %s: %s\n",
               (unsigned long long)p->number,
               mqtt_packet_row(p->mqtt.type)->name, why);
}

/* --- what the client says ------------------------------------------------- */

static void
write_connect(struct writing *w, struct player *p, const struct mqtt_packet *m)
{
    line_begin(w, p);
    buf_add_str(w->out, "> CONNECT");
    if (m->client_id.len == 0)
        buf_add_str(w->out, " client_id=exactly \"\"");
    else if (strcmp(p->name, p->id))
        buf_printf(w->out, " client_id=\"%s\"", p->id);
    notation_send(w->out, m, NULL);
    buf_add_byte(w->out, '\n');
    p->is_playing = true;
}

/* An acknowledgement of what the broker sent: under the bound name. */
static void
write_client_ack(struct writing *w, struct player *p,
                 const struct model_packet *packet)
{
    char id[16];
    unsigned name = player_bound(p, packet->mqtt.packet_id);
    if (p->is_auto)
        return;
    if (!name) {
        leave_out(w, packet, "answers what is left out");
        return;
    }
    snprintf(id, sizeof id, "$p%u", name);
    line_begin(w, p);
    buf_printf(w->out, "> %s", mqtt_packet_row(packet->mqtt.type)->name);
    notation_send(w->out, &packet->mqtt, id);
    buf_add_byte(w->out, '\n');
    p->is_answered = false;
}

static void
write_disconnect(struct writing *w, struct player *p,
                 const struct mqtt_packet *m)
{
    line_begin(w, p);
    buf_add_str(w->out, "disconnects");
    notation_send(w->out, m, NULL);
    buf_add_byte(w->out, '\n');
    p->is_playing = false;
}

/* What breaks a rule is said again byte by byte. */
static void
write_broken(struct writing *w, struct player *p, const struct model_packet *m)
{
    line_begin(w, p);
    buf_add_str(w->out, "> hex");
    for (size_t i = 0; i < m->bytes.len; i++)
        buf_printf(w->out, " %02x", m->bytes.ptr[i]);
    buf_add_byte(w->out, '\n');
    p->is_playing = true; /* also after a DISCONNECT that is none */
    p->is_answered = false;
}

static void
write_sent(struct writing *w, struct player *p, const struct model_packet *m)
{
    if (m->report.count || (m->marks & MODEL_CUT)) {
        write_broken(w, p, m);
        return;
    }
    switch (m->mqtt.type) {
    case MQTT_CONNECT: write_connect(w, p, &m->mqtt); return;
    case MQTT_DISCONNECT: write_disconnect(w, p, &m->mqtt); return;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBCOMP: write_client_ack(w, p, m); return;
    default: break;
    }
    line_begin(w, p);
    p->is_answered = false;
    buf_printf(w->out, "> %s", mqtt_packet_row(m->mqtt.type)->name);
    notation_send(w->out, &m->mqtt, NULL);
    buf_add_byte(w->out, '\n');
}

/* --- what the broker says ------------------------------------------------- */

static void
write_connack(struct writing *w, struct player *p,
              const struct mqtt_packet *m)
{
    bool was_here = p->has_connected; /* else the session is older than
                                         the capture */
    p->has_connected = true;
    line_begin(w, p);
    buf_printf(w->out, "< CONNACK reason=%u", m->reason);
    if (m->reason) {
        buf_add_byte(w->out, '\n');
        return;
    }
    if (p->version != MQTT_31 && (was_here || !m->session_present))
        buf_printf(w->out, " session_present=%u", m->session_present);
    line_end(w, MQTT_CONNACK);
}

static void
write_suback(struct writing *w, struct player *p, const struct mqtt_packet *m)
{
    line_begin(w, p);
    buf_printf(w->out, "< %s packet_id=%u", mqtt_packet_row(m->type)->name,
               m->packet_id);
    unsigned first = w->names + 1;
    for (size_t i = 0; i < m->codes.len; i++)
        buf_printf(w->out, "%s?g%u", i ? " " : " codes=[", ++w->names);
    buf_add_str(w->out, m->codes.len ? "]" : "");
    line_end(w, m->type);
    for (size_t i = 0; i < m->codes.len; i++)
        buf_printf(w->out, "    judge $g%u = %u\n", first + (unsigned)i,
                   m->codes.ptr[i]);
}

static void
write_message(struct writing *w, struct player *p,
              const struct model_packet *m)
{
    char id[16];
    uint16_t packet_id = m->mqtt.packet_id;
    bool is_shared = player_is_sharing(&w->players, p, m->topic);
    bool binds = m->mqtt.qos && !p->is_auto;
    bool is_known = binds && m->mqtt.dup && player_bound(p, packet_id);
    if (binds && !is_known)
        player_bind(p, packet_id, ++w->names);
    snprintf(id, sizeof id, "%cp%u", is_known ? '$' : '?',
             player_bound(p, packet_id));
    if (is_shared)
        players_print_any(&w->players, w->out, m->topic, ++w->names);
    else
        line_begin(w, p);
    buf_add_str(w->out, "< PUBLISH");
    notation_expect(w->out, &m->mqtt, m->topic,
                    binds && !is_shared ? id : NULL);
    buf_add_byte(w->out, '\n');
}

static void
write_answer(struct writing *w, struct player *p, const struct mqtt_packet *m)
{
    const char *name = mqtt_packet_row(m->type)->name;
    bool is_pubrel = m->type == MQTT_PUBREL;
    if (is_pubrel && (p->is_auto || !player_bound(p, m->packet_id)))
        return;
    line_begin(w, p);
    buf_printf(w->out, "< %s", name);
    if (is_pubrel)
        buf_printf(w->out, " packet_id=$p%u", player_bound(p, m->packet_id));
    else if (MQTT_HAS(m, packet_id))
        buf_printf(w->out, " packet_id=%u", m->packet_id);
    if (MQTT_HAS(m, reason) && m->reason && m->type != MQTT_PUBACK &&
        m->type != MQTT_PUBREC)
        buf_printf(w->out, " reason=0x%02x", m->reason);
    line_end(w, m->type);
}

static void
write_received(struct writing *w, struct player *p,
               const struct model_packet *m)
{
    if (!p->is_playing) {
        leave_out(w, m, "came when the client had left");
        return;
    }
    p->is_answered = true;
    switch (m->mqtt.type) {
    case MQTT_CONNACK: write_connack(w, p, &m->mqtt); break;
    case MQTT_SUBACK: write_suback(w, p, &m->mqtt); break;
    case MQTT_PUBLISH: player_defer(p, m); break;
    default: write_answer(w, p, &m->mqtt);
    }
}

/* --- items ---------------------------------------------------------------- */

/* A pause may be what the conversation is about: expiry, delay, keep alive. */
static void
write_pause(struct writing *w, int64_t now_us)
{
    int64_t pause = now_us - w->last_us;
    if (w->last_us && pause >= WAIT_US)
        buf_printf(w->out, "    wait %lldms\n", (long long)pause / 1000);
    w->last_us = now_us;
}

static void
write_close(struct writing *w, struct player *p,
            const struct conversation_item *item)
{
    if (!p->is_playing)
        return;
    p->is_playing = false;
    if (item->from == FROM_SERVER) {
        line_begin(w, p);
        buf_add_str(w->out, "< close\n");
    } else if (item->from == FROM_CLIENT) {
        if (!p->is_answered) { /* else nobody knows whether it arrived */
            line_begin(w, p);
            buf_add_str(w->out, "alive\n");
        }
        line_begin(w, p);
        bool is_reset = item->text && strstr(item->text, "RST");
        buf_add_str(w->out, is_reset ? "resets\n" : "cuts\n");
    }
}

/* Messages came one behind the other. Another broker may mix topics, and QoS 0
 * with others, in another order (4.6). */
static void
write_deferred(struct writing *w, struct player *p)
{
    size_t count = 0;
    bool is_mixed = false;
    for (size_t i = 0; i < p->deferred_count; i++) {
        if (!players_published(&w->players, w->c, p->deferred[i])) {
            leave_out(w, p->deferred[i],
                      "published before the capture, or by who cannot play");
            continue;
        }
        p->deferred[count++] = p->deferred[i];
        is_mixed |= !slice_equal(p->deferred[0]->topic, p->deferred[i]->topic);
    }
    p->deferred_count = 0;
    if (is_mixed)
        buf_add_str(w->out, "    together {\n");
    w->in_block = is_mixed;
    for (size_t i = 0; i < count; i++)
        write_message(w, p, p->deferred[i]);
    w->in_block = false;
    if (is_mixed)
        buf_add_str(w->out, "    }\n");
}

static void
write_item(struct writing *w, const struct conversation_item *item)
{
    struct player *p = player_of(&w->players, item);
    if (!p)
        return;
    bool flushes = item->what != CONVERSATION_PACKET ||
                   item->from == FROM_CLIENT;
    for (size_t i = 0; i < w->players.count && flushes; i++) {
        struct player *other = &w->players.list[i];
        if (other == p || (other->is_auto && p->is_auto))
            write_deferred(w, other); /* a group reads together */
    }
    if (item->what == CONVERSATION_PACKET) {
        write_pause(w, item->time_us);
        if (item->packet.mqtt.type == MQTT_CONNECT) {
            line_begin(w, p);
            buf_add_str(w->out, "opens\n");
        }
        if (item->from == FROM_CLIENT)
            write_sent(w, p, &item->packet);
        else
            write_received(w, p, &item->packet);
        if (item->packet.mqtt.type == MQTT_CONNECT && !p->is_auto) {
            line_begin(w, p);
            buf_add_str(w->out, "acks hold\n");
        }
    } else if (item->what == CONVERSATION_CLOSE || item->is_end) {
        write_close(w, p, item);
    }
}

static void
write_header(struct writing *w, const char *title)
{
    static const char *const names[] = {
        [MQTT_31] = "v31", [MQTT_311] = "v311", [MQTT_50] = "v5"};
    struct buf needs = {0};
    buf_printf(w->out, "scenario captured-%s\n    \"As captured in ",
               names[w->version]);
    for (const char *t = title; *t; t++)
        buf_add_byte(w->out, *t == '"' || *t == '\\' || *t == '$' ||
                                     (uint8_t)*t < 0x20
                                 ? '_' : (uint8_t)*t);
    buf_printf(w->out, "\"\n    for    %s\n", mqtt_version_name(w->version));
    players_needs(&w->players, w->c, &needs);
    if (needs.len)
        buf_printf(w->out, "    needs %s\n", buf_cstr(&needs));
    for (size_t i = 0; i < w->players.count; i++) {
        const struct player *p = &w->players.list[i];
        if (p->version != w->version)
            buf_printf(w->out, "    %-5s  speaks %s\n", p->name,
                       mqtt_version_name(p->version));
    }
    if (players_last_s(&w->players) >= SLOW_S)
        buf_add_str(w->out, "    slow\n");
    buf_add_byte(w->out, '\n');
    buf_release(&needs);
}

/* One scenario; false: nobody plays in those versions. */
static bool
write_scenario(struct buf *out, const struct conversation *c,
               const char *title, unsigned versions)
{
    struct writing w = {.out = out, .c = c};
    players_find(&w.players, c, versions);
    for (size_t i = 0; i < w.players.count; i++)
        if (w.players.list[i].version > w.version)
            w.version = w.players.list[i].version;
    if (w.players.count) {
        buf_add_byte(out, '\n');
        write_header(&w, title);
    }
    for (size_t i = 0; i < c->item_count; i++)
        write_item(&w, c->items[i]);
    for (size_t i = 0; i < w.players.count; i++)
        write_deferred(&w, &w.players.list[i]);
    players_release(&w.players);
    return w.version != MQTT_NO_VERSION;
}

/* Is there a message that comes from another version only? */
static bool
has_crossing(const struct conversation *c, const struct players *all,
             const struct players *alone)
{
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        if (item->what == CONVERSATION_PACKET && item->from == FROM_SERVER &&
            item->packet.mqtt.type == MQTT_PUBLISH && player_of(alone, item) &&
            !players_published(alone, c, &item->packet) &&
            players_published(all, c, &item->packet))
            return true;
    }
    return false;
}

/* Do clients of several versions have to do with each other? */
static bool
is_mixed(const struct conversation *c)
{
    struct players all;
    bool is = false;
    players_find(&all, c, V_ALL);
    for (size_t i = 0; i < all.count; i++)
        for (size_t k = 0; k < i; k++)
            is |= all.list[i].lane == all.list[k].lane &&
                  all.list[i].version != all.list[k].version;
    for (int v = MQTT_31; v <= MQTT_50 && !is; v++) {
        struct players alone;
        players_find(&alone, c, 1u << v);
        is = has_crossing(c, &all, &alone);
        players_release(&alone);
    }
    players_release(&all);
    return is;
}

int
to_scenario_print(struct buf *out, const struct conversation *c,
                  const char *title, struct error *err)
{
    bool is_any = false;
    buf_printf(out, "# Made by plumb-trace --to-scenario of %s\n#\n"
                    "# Marked lines judge any broker; the others expect what "
                    "the captured one did.\n", title);
    bool is_one = is_mixed(c);
    if (is_one)
        is_any = write_scenario(out, c, title, V_ALL);
    for (int v = MQTT_31; v <= MQTT_50 && !is_one; v++)
        is_any |= write_scenario(out, c, title, 1u << v);
    return is_any ? 0
                  : error_set(err, "%s: no connection can be played again: "
                                   "none is here from its CONNECT on", title);
}
