/* sequence_layout.c - where everything in a ladder stands.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/sequence_layout.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "mqtt/reason.h"
#include "trace/render/sequence_label.h"

enum {
    LABEL_MIN = 20,     /* columns between a lane and its neighbour */
    LABEL_MAX = 46,
    LABEL_MAX_FEW = 64, /* up to three lanes */
    LABEL_ROOM = 8,     /* shaft and head of the arrow beside a label */
    HEAD_TOP = 2,       /* row of the heads' upper edge, under a title */
};

static int
max_of(int a, int b)
{
    return a > b ? a : b;
}

static int
min_of(int a, int b)
{
    return a < b ? a : b;
}

/* --- rows ----------------------------------------------------------------- */

bool
sequence_layout_is_row(const struct sequence_layout *l, size_t i)
{
    const struct conversation_item *item = l->c->items[i];
    if (item->what == CONVERSATION_OPEN)
        return false;
    /* Several that the end of the capture cuts share a row. */
    return !(item->what == CONVERSATION_CLOSE && !item->from && i > 0 &&
             l->c->items[i - 1]->what == CONVERSATION_CLOSE &&
             !l->c->items[i - 1]->from);
}

static void
set_rows(struct sequence_layout *l)
{
    int row = 0;
    int64_t last_us = l->c->item_count ? l->c->items[0]->time_us : 0;
    l->start_us = l->c->has_start ? l->c->start_us : last_us;
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        if (item->time_us - last_us >= SEQUENCE_PAUSE_US)
            row++;
        last_us = item->time_us;
        l->rows[i] = row;
        if (!sequence_layout_is_row(l, i)) {
            l->rows[i] = row ? row - (item->what == CONVERSATION_CLOSE) : 0;
            continue;
        }
        row += 1 + (item->what == CONVERSATION_PACKET
                        ? (int)item->packet.report.count
                        : 0);
    }
    l->end = row;
}

/* --- brackets ------------------------------------------------------------- */

static struct sequence_bracket *
find_bracket(struct sequence_layout *l, size_t lane, uint64_t exchange)
{
    for (size_t i = l->bracket_count; i-- > 0;) {
        struct sequence_bracket *b = &l->brackets[i];
        if (b->lane == lane && b->exchange == exchange && !b->is_closed)
            return b;
    }
    return NULL;
}

static bool
is_last_step(const struct mqtt_packet *m)
{
    return m->type == MQTT_PUBACK || m->type == MQTT_PUBCOMP ||
           (m->type == MQTT_PUBREC && MQTT_HAS(m, reason) &&
            mqtt_reason_failed(m->reason));
}

static void
follow_exchange(struct sequence_layout *l,
                const struct conversation_item *item, int row)
{
    const struct mqtt_packet *m = &item->packet.mqtt;
    bool begins = m->type == MQTT_PUBLISH || m->type == MQTT_PUBREL;
    if (m->type < MQTT_PUBLISH || m->type > MQTT_PUBCOMP ||
        !item->packet.exchange)
        return;
    struct sequence_bracket *b =
        find_bracket(l, item->lane, item->packet.exchange);
    if (!b && !begins)
        return;
    if (!b) {
        l->brackets = xgrow(l->brackets, &l->bracket_cap, l->bracket_count + 1,
                            sizeof *l->brackets);
        b = &l->brackets[l->bracket_count++];
        *b = (struct sequence_bracket){.lane = item->lane,
                              .exchange = item->packet.exchange,
                              .role = DRAW_QOS2,
                              .from = row};
        if (m->type == MQTT_PUBLISH && m->qos == 1)
            b->role = DRAW_QOS1;
    }
    b->to = row;
    b->is_finished = b->is_closed = is_last_step(m);
}

/* The connection is over, and with it what waits. */
static void
close_brackets(struct sequence_layout *l, size_t lane, int row)
{
    for (size_t i = 0; i < l->bracket_count; i++) {
        struct sequence_bracket *b = &l->brackets[i];
        if (b->lane != lane || b->is_closed)
            continue;
        b->is_closed = true;
        b->to = max_of(b->to, row);
    }
}

static void
place_bracket(struct sequence_layout *l, struct sequence_bracket *b)
{
    struct sequence_place *place = &l->places[b->lane];
    for (b->column = 0; b->column < SEQUENCE_BRACKETS_MAX; b->column++)
        if (place->bracket_end[b->column] < b->from)
            break;
    if (b->column == SEQUENCE_BRACKETS_MAX) {
        b->column = -1;
        return;
    }
    place->bracket_end[b->column] = b->to;
    place->brackets = max_of(place->brackets, b->column + 1);
}

static void
find_brackets(struct sequence_layout *l)
{
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        if (item->what == CONVERSATION_PACKET)
            follow_exchange(l, item, l->rows[i]);
        else if (item->what != CONVERSATION_NOTE)
            close_brackets(l, item->lane,
                           l->rows[i] - (item->what == CONVERSATION_OPEN));
    }
    for (size_t lane = 0; lane < l->c->lane_count; lane++)
        close_brackets(l, lane, l->end - 1);
    for (size_t lane = 0; lane < l->c->lane_count; lane++)
        for (int i = 0; i < SEQUENCE_BRACKETS_MAX; i++)
            l->places[lane].bracket_end[i] = -1;
    for (size_t i = 0; i < l->bracket_count; i++)
        place_bracket(l, &l->brackets[i]);
}

/* --- lanes ---------------------------------------------------------------- */

void
sequence_layout_facts(struct buf *out, const struct conversation_lane *lane)
{
    buf_printf(out, "MQTT %s", mqtt_version_name(lane->version));
    if (lane->is_inferred)
        buf_add_str(out, " (inferred)");
    if (lane->has_keep_alive && lane->keep_alive)
        buf_printf(out, ", keep alive %u s", lane->keep_alive);
    else if (lane->has_keep_alive)
        buf_add_str(out, ", no keep alive");
}

int
sequence_layout_label_max(const struct sequence_layout *l)
{
    if (l->o->label_max > 0)
        return l->o->label_max;
    return l->c->lane_count <= 3 ? LABEL_MAX_FEW : LABEL_MAX;
}

static void
measure_lane(struct sequence_layout *l, size_t i)
{
    const struct conversation_lane *lane = &l->c->lanes[i];
    struct sequence_place *place = &l->places[i];
    struct buf facts = {0};
    int name = (int)utf8_width(slice_str(lane->name));
    sequence_layout_facts(&facts, lane);
    place->is_right = i >= (l->c->lane_count + 1) / 2;
    place->head_lines = name > SEQUENCE_HEAD_MAX ? 2 : 1;
    place->head_width = max_of(min_of(name, SEQUENCE_HEAD_MAX),
                               (int)utf8_width(buf_slice(&facts)));
    place->label_width = min_of(LABEL_MIN, sequence_layout_label_max(l));
    buf_release(&facts);
}

static void
measure_labels(struct sequence_layout *l)
{
    struct buf label = {0};
    int max = sequence_layout_label_max(l);
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        struct sequence_place *place = &l->places[item->lane];
        buf_clear(&label);
        if (item->what == CONVERSATION_PACKET)
            sequence_label_print(&label, &item->packet);
        int width = (int)utf8_width(buf_slice(&label));
        place->label_width =
            max_of(place->label_width, min_of(width, max));
    }
    buf_release(&label);
}

/* Columns that the brackets of a lane take at its outer side. */
static int
bracket_room(const struct sequence_place *place)
{
    return place->brackets ? place->brackets * SEQUENCE_BRACKET_WIDTH + 1 : 0;
}

/* Distance of two neighbours: room for the label between them, and for both
 * heads. `labelled` owns the label, `near` the brackets beside it. */
static int
distance(const struct sequence_place *labelled, int near_brackets, int head_a,
         int head_b)
{
    return max_of(labelled->label_width + LABEL_ROOM + near_brackets,
                  (head_a + head_b) / 2 + 7);
}

static void
place_lanes(struct sequence_layout *l)
{
    size_t n = l->c->lane_count, i = 0;
    struct sequence_place *p = l->places;
    int x = SEQUENCE_TIME_WIDTH;
    for (; i < n && !p[i].is_right; i++) {
        if (i == 0)
            x += max_of(p[i].head_width / 2 + 2, bracket_room(&p[i]) + 1);
        else
            x += distance(&p[i - 1], bracket_room(&p[i]), p[i - 1].head_width,
                          p[i].head_width);
        p[i].x = x;
    }
    x += i ? distance(&p[i - 1], 0, p[i - 1].head_width, l->broker_width) : 10;
    l->broker_x = x;
    for (size_t first = i; i < n; i++) {
        int before = i == first ? 0 : bracket_room(&p[i - 1]);
        int head = i == first ? l->broker_width : p[i - 1].head_width;
        x += distance(&p[i], before, head, p[i].head_width);
        p[i].x = x;
    }
}

int
sequence_layout_label_x(const struct sequence_layout *l, size_t lane)
{
    const struct sequence_place *p = &l->places[lane];
    int inner = l->broker_x, brackets = 0;
    if (!p->is_right && lane + 1 < l->c->lane_count && !p[1].is_right) {
        inner = p[1].x;
        brackets = -bracket_room(&p[1]);
    } else if (p->is_right && lane > 0 && p[-1].is_right) {
        inner = p[-1].x;
        brackets = bracket_room(&p[-1]);
    }
    return (p->x + inner + brackets) / 2;
}

void
sequence_layout_make(struct sequence_layout *l)
{
    const struct conversation *c = l->c;
    l->places = xcalloc(c->lane_count + 1, sizeof *l->places);
    l->rows = xcalloc(c->item_count + 1, sizeof *l->rows);
    int broker = l->o->broker_name
                     ? (int)utf8_width(slice_str(l->o->broker_name))
                     : 0;
    l->broker_width = max_of(8, min_of(SEQUENCE_HEAD_MAX, broker));
    int lines = 1;
    for (size_t i = 0; i < c->lane_count; i++) {
        measure_lane(l, i);
        lines = max_of(lines, l->places[i].head_lines);
    }
    l->body = (*l->d->title ? HEAD_TOP : 0) + 3 + lines;
    set_rows(l);
    find_brackets(l);
    measure_labels(l);
    place_lanes(l);
}

void
sequence_layout_release(struct sequence_layout *l)
{
    free(l->places);
    free(l->rows);
    free(l->brackets);
}
