/* conversation.c - what clients and a broker said to each other, kept whole.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/conversation.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "mqtt/decode.h"
#include "trace/model/model.h"

/* Private part of a lane. */
struct lane_state {
    struct dialog dialog; /* of its present connection */
    bool is_fresh;        /* nothing was said on that connection yet */
    uint64_t conn;        /* number of it plus 1, when taken from a capture */
    bool has_id;          /* the lane's name is a Client Identifier */
};

struct conversation *
conversation_new(const struct conversation_limits *limits)
{
    struct conversation *c = xcalloc(1, sizeof *c);
    if (limits)
        c->limits = *limits;
    if (!c->limits.items_max)
        c->limits.items_max = 2000;
    if (!c->limits.bytes_max)
        c->limits.bytes_max = 4 * 1024 * 1024;
    if (!c->limits.lanes_max)
        c->limits.lanes_max = 64;
    return c;
}

void
conversation_free(struct conversation *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->item_count; i++) {
        free(c->items[i]->text);
        free(c->items[i]->alias_topic);
        free(c->items[i]);
    }
    for (size_t i = 0; i < c->lane_count; i++) {
        struct lane_state *state = c->lanes[i].state;
        dialog_release(&state->dialog);
        free(state);
        free(c->lanes[i].name);
    }
    free(c->items);
    free(c->lanes);
    free(c);
}

size_t
conversation_add_lane(struct conversation *c, struct slice name)
{
    struct buf shown = {0};
    if (c->lane_count == c->limits.lanes_max)
        return CONVERSATION_NO_LANE;
    c->lanes = xgrow(c->lanes, &c->lane_cap, c->lane_count + 1,
                     sizeof *c->lanes);
    struct conversation_lane *lane = &c->lanes[c->lane_count];
    *lane = (struct conversation_lane){0};
    hex_escape(&shown, name, 0);
    lane->name = xstrdup(buf_cstr(&shown));
    struct lane_state *state = xcalloc(1, sizeof *state);
    state->is_fresh = true;
    lane->state = state;
    buf_release(&shown);
    return c->lane_count++;
}

/* A new item with room for `bytes`; NULL, and counted, when there is none. */
static struct conversation_item *
add_item(struct conversation *c, enum conversation_what what, size_t lane,
         int64_t time_us, size_t bytes)
{
    if (lane >= c->lane_count || c->item_count == c->limits.items_max ||
        bytes > c->limits.bytes_max - c->bytes) {
        c->dropped += what == CONVERSATION_PACKET;
        return NULL;
    }
    c->items = xgrow(c->items, &c->item_cap, c->item_count + 1,
                     sizeof *c->items);
    struct conversation_item *item = xcalloc(1, sizeof *item + bytes);
    item->what = what;
    item->lane = lane;
    item->time_us = time_us;
    c->items[c->item_count++] = item;
    c->bytes += bytes;
    return item;
}

/* The bytes behind an item, filled. */
static struct slice
copy_bytes(struct conversation_item *item, struct slice bytes)
{
    uint8_t *room = (uint8_t *)(item + 1);
    if (bytes.len)
        memcpy(room, bytes.ptr, bytes.len);
    return slice_of(room, bytes.len);
}

/* The topic behind an alias is not in the packet: keeps a copy of its own. */
static void
keep_alias_topic(struct conversation_item *item)
{
    struct slice topic = item->packet.topic;
    if (!(item->packet.marks & MODEL_ALIAS))
        return;
    item->alias_topic = xcalloc(1, topic.len + 1);
    memcpy(item->alias_topic, topic.ptr, topic.len);
    item->packet.topic.ptr = (const uint8_t *)item->alias_topic;
}

static void
learn_lane(struct conversation_lane *lane, const struct dialog *d,
           const struct model_packet *p)
{
    lane->version = p->mqtt.version;
    lane->is_inferred = (p->marks & MODEL_INFERRED) != 0;
    lane->has_keep_alive = d->has_connect;
    lane->keep_alive = d->keep_alive;
}

static void
begin_connection(struct conversation_lane *lane)
{
    struct lane_state *state = lane->state;
    dialog_release(&state->dialog);
    state->is_fresh = true;
    lane->connections++;
}

void
conversation_open(struct conversation *c, size_t lane, int64_t time_us)
{
    struct conversation_item *item =
        add_item(c, CONVERSATION_OPEN, lane, time_us, 0);
    if (lane < c->lane_count)
        begin_connection(&c->lanes[lane]);
    if (item)
        item->from = FROM_CLIENT;
}

struct conversation_item *
conversation_add(struct conversation *c, size_t lane, int64_t time_us,
                 enum mqtt_side from, struct slice bytes,
                 enum mqtt_version version)
{
    struct conversation_item *item =
        add_item(c, CONVERSATION_PACKET, lane, time_us, bytes.len);
    if (!item)
        return NULL;
    struct conversation_lane *l = &c->lanes[lane];
    struct lane_state *state = l->state;
    bool is_connect = bytes.len && bytes.ptr[0] >> 4 == MQTT_CONNECT;
    if (l->connections == 0 || (is_connect && !state->is_fresh))
        begin_connection(l);
    state->is_fresh = false;
    if (version != MQTT_NO_VERSION && !is_connect)
        state->dialog.version = version;
    item->from = from;
    item->packet = (struct model_packet){
        .number = ++c->packets,
        .time_ns = time_us * 1000,
        .from = from,
        .bytes = copy_bytes(item, bytes),
        .wire_len = bytes.len,
    };
    dialog_next(&state->dialog, &item->packet);
    keep_alias_topic(item);
    learn_lane(l, &state->dialog, &item->packet);
    return item;
}

void
conversation_close(struct conversation *c, size_t lane, int64_t time_us,
                   enum mqtt_side from, const char *how)
{
    struct conversation_item *item =
        add_item(c, CONVERSATION_CLOSE, lane, time_us, 0);
    if (!item)
        return;
    item->from = from;
    item->text = xstrdup(how);
}

void
conversation_note(struct conversation *c, size_t lane, int64_t time_us,
                  const char *text)
{
    struct conversation_item *item =
        add_item(c, CONVERSATION_NOTE, lane, time_us, 0);
    if (item)
        item->text = xstrdup(text);
}

/* --- from a capture ------------------------------------------------------- */

static struct lane_state *
state_of(const struct conversation *c, size_t lane)
{
    return c->lanes[lane].state;
}

/* The lane of a connection: the one it has already, or the one of its Client
 * Identifier, or a new one. */
static size_t
lane_of(struct conversation *c, const struct model_conn *conn)
{
    struct buf name = {0};
    size_t lane = CONVERSATION_NO_LANE;
    model_conn_name(&name, conn);
    bool has_id = conn->dialog.client_id.len > 0;
    for (size_t i = 0; i < c->lane_count; i++) {
        struct lane_state *s = state_of(c, i);
        if (s->conn == conn->number + 1) {
            lane = i;
            break;
        }
        if (lane == CONVERSATION_NO_LANE && has_id && s->has_id &&
            slice_is(buf_slice(&name), c->lanes[i].name))
            lane = i;
    }
    if (lane == CONVERSATION_NO_LANE)
        lane = conversation_add_lane(c, slice_str(""));
    if (lane != CONVERSATION_NO_LANE && !state_of(c, lane)->has_id) {
        free(c->lanes[lane].name);
        c->lanes[lane].name = xstrdup(buf_cstr(&name));
        state_of(c, lane)->has_id = has_id;
    }
    buf_release(&name);
    return lane;
}

void
conversation_take(struct conversation *c, const struct model_packet *p)
{
    size_t lane = lane_of(c, p->conn);
    int64_t time_us = p->time_ns / 1000;
    if (lane != CONVERSATION_NO_LANE &&
        state_of(c, lane)->conn < p->conn->number + 1) {
        state_of(c, lane)->conn = p->conn->number + 1;
        conversation_open(c, lane, time_us);
    }
    struct conversation_item *item =
        add_item(c, CONVERSATION_PACKET, lane, time_us, p->bytes.len);
    if (!item)
        return;
    item->connection = p->conn->number + 1;
    item->from = p->from;
    item->packet = *p;
    item->packet.conn = NULL;
    item->packet.bytes = copy_bytes(item, p->bytes);
    struct mqtt_report unused;
    mqtt_decode(item->packet.bytes, p->mqtt.version, &item->packet.mqtt,
                &unused, NULL);
    if (p->mqtt.type == MQTT_PUBLISH)
        item->packet.topic = item->packet.mqtt.topic;
    if (p->marks & MODEL_ALIAS)
        item->packet.topic = p->topic;
    keep_alias_topic(item);
    learn_lane(&c->lanes[lane], &p->conn->dialog, p);
}

void
conversation_take_close(struct conversation *c, const struct model_conn *conn,
                        int64_t time_ns)
{
    size_t lane = lane_of(c, conn);
    if (lane == CONVERSATION_NO_LANE)
        return;
    if (state_of(c, lane)->conn == conn->number + 1) {
        struct conversation_item *end = add_item(
            c, CONVERSATION_CLOSE, lane, time_ns / 1000, 0);
        if (end) {
            end->from = conn->first_to_close;
            end->text = xstrdup(conn->end);
            end->connection = conn->number + 1;
        }
        return;
    }
    /* The client has come back already, which closed the old connection
     * [MQTT-3.1.4-3]; of that one only its end is left to tell. */
    struct buf text = {0};
    buf_printf(&text, "the connection before this one ends: %s%s", conn->end,
               conn->first_to_close == FROM_CLIENT   ? " by the client"
               : conn->first_to_close == FROM_SERVER ? " by the broker"
                                                     : "");
    struct conversation_item *item =
        add_item(c, CONVERSATION_NOTE, lane, time_ns / 1000, 0);
    if (item) {
        item->text = xstrdup(buf_cstr(&text));
        item->connection = conn->number + 1;
        item->from = conn->first_to_close;
        item->is_end = true;
    }
    buf_release(&text);
}

void
conversation_take_note(struct conversation *c, const struct model_conn *conn,
                       int64_t time_ns, const char *text)
{
    conversation_note(c, lane_of(c, conn), time_ns / 1000, text);
}
