/* sequence_diagram.c - a conversation as a ladder.
 * SPDX-License-Identifier: MIT
 *
 * Three steps: which row each item stands in and how wide labels are; where
 * the lanes stand; then everything is drawn. From left to right:
 *
 *     number time | brackets lane labels | ... | broker | ... labels lane brackets
 */
#include "trace/render/sequence_diagram.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "mqtt/reason.h"
#include "trace/render/sequence_label.h"

enum {
    TIME_WIDTH = 19,      /* number, time, and space behind */
    LABEL_MIN = 20,       /* columns between a lane and its neighbour */
    LABEL_MAX = 46,
    LABEL_MAX_FEW = 64,   /* up to three lanes */
    LABEL_ROOM = 8,       /* shaft and head of the arrow beside a label */
    HEAD_MAX = 26,        /* columns of a name in a head, per line */
    HEAD_TOP = 2,         /* row of the heads' upper edge */
    BRACKETS_MAX = 4,     /* side by side at a lane */
    BRACKET_WIDTH = 2,
    LONG_PAUSE_US = 1000000, /* gets a row of its own */
};

struct place {
    bool is_right;      /* of the broker */
    int x;              /* of its life line */
    int label_width;    /* of its widest label */
    int head_width;     /* inside the box */
    int head_lines;     /* the name takes one or two */
    int brackets;       /* side by side, at most */
    int bracket_end[BRACKETS_MAX]; /* last row taken, by bracket column */
    int open_row;       /* of the connection; -1: none is open */
    int life_row;       /* down to here the life line is drawn */
};

/* One QoS exchange. */
struct bracket {
    size_t lane;
    uint64_t exchange;      /* as in model_packet */
    enum drawing_role role; /* QOS1 or QOS2 */
    int from, to;           /* rows */
    int column;             /* 0: next to the lane; -1: no room */
    bool is_finished;       /* by the last packet it needs */
    bool is_closed;         /* no more packets: finished, or connection over */
};

struct ladder {
    const struct conversation *c;
    const struct sequence_options *o;
    struct drawing *d;
    struct place *places;     /* by lane */
    int *rows;                /* by item */
    struct bracket *brackets; /* in order of begin */
    size_t bracket_count, bracket_cap;
    int broker_x, broker_width;
    int body;                 /* first row under the heads */
    int end;                  /* last row */
    int64_t start_us;         /* time that counts as 0 */
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

/* --- rows ----------------------------------------------------------------------- */

static bool
is_row(const struct ladder *l, size_t i)
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
set_rows(struct ladder *l)
{
    int row = 0;
    int64_t last_us = l->c->item_count ? l->c->items[0]->time_us : 0;
    l->start_us = l->c->has_start ? l->c->start_us : last_us;
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        if (item->time_us - last_us >= LONG_PAUSE_US)
            row++;
        last_us = item->time_us;
        l->rows[i] = row;
        if (!is_row(l, i)) {
            l->rows[i] = row ? row - (item->what == CONVERSATION_CLOSE) : 0;
            continue;
        }
        row += 1 + (item->what == CONVERSATION_PACKET
                        ? (int)item->packet.report.count
                        : 0);
    }
    l->end = row;
}

/* --- brackets ------------------------------------------------------------------- */

static struct bracket *
find_bracket(struct ladder *l, size_t lane, uint64_t exchange)
{
    for (size_t i = l->bracket_count; i-- > 0;) {
        struct bracket *b = &l->brackets[i];
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
follow_exchange(struct ladder *l, const struct conversation_item *item, int row)
{
    const struct mqtt_packet *m = &item->packet.mqtt;
    bool begins = m->type == MQTT_PUBLISH || m->type == MQTT_PUBREL;
    if (m->type < MQTT_PUBLISH || m->type > MQTT_PUBCOMP ||
        !item->packet.exchange)
        return;
    struct bracket *b = find_bracket(l, item->lane, item->packet.exchange);
    if (!b && !begins)
        return;
    if (!b) {
        l->brackets = xgrow(l->brackets, &l->bracket_cap, l->bracket_count + 1,
                            sizeof *l->brackets);
        b = &l->brackets[l->bracket_count++];
        *b = (struct bracket){.lane = item->lane,
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
close_brackets(struct ladder *l, size_t lane, int row)
{
    for (size_t i = 0; i < l->bracket_count; i++) {
        struct bracket *b = &l->brackets[i];
        if (b->lane != lane || b->is_closed)
            continue;
        b->is_closed = true;
        b->to = max_of(b->to, row);
    }
}

static void
place_bracket(struct ladder *l, struct bracket *b)
{
    struct place *place = &l->places[b->lane];
    for (b->column = 0; b->column < BRACKETS_MAX; b->column++)
        if (place->bracket_end[b->column] < b->from)
            break;
    if (b->column == BRACKETS_MAX) {
        b->column = -1;
        return;
    }
    place->bracket_end[b->column] = b->to;
    place->brackets = max_of(place->brackets, b->column + 1);
}

static void
find_brackets(struct ladder *l)
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
        for (int i = 0; i < BRACKETS_MAX; i++)
            l->places[lane].bracket_end[i] = -1;
    for (size_t i = 0; i < l->bracket_count; i++)
        place_bracket(l, &l->brackets[i]);
}

/* --- lanes ---------------------------------------------------------------------- */

static void
print_facts(struct buf *out, const struct conversation_lane *lane)
{
    buf_printf(out, "MQTT %s", mqtt_version_name(lane->version));
    if (lane->is_inferred)
        buf_add_str(out, " (inferred)");
    if (lane->has_keep_alive && lane->keep_alive)
        buf_printf(out, ", keep alive %u s", lane->keep_alive);
    else if (lane->has_keep_alive)
        buf_add_str(out, ", no keep alive");
}

static void
measure_lane(struct ladder *l, size_t i)
{
    const struct conversation_lane *lane = &l->c->lanes[i];
    struct place *place = &l->places[i];
    struct buf facts = {0};
    int name = (int)utf8_width(slice_str(lane->name));
    print_facts(&facts, lane);
    place->is_right = i >= (l->c->lane_count + 1) / 2;
    place->head_lines = name > HEAD_MAX ? 2 : 1;
    place->head_width = max_of(min_of(name, HEAD_MAX),
                               (int)utf8_width(buf_slice(&facts)));
    place->label_width = LABEL_MIN;
    buf_release(&facts);
}

static int
label_max(const struct ladder *l)
{
    if (l->o->label_max > 0)
        return l->o->label_max;
    return l->c->lane_count <= 3 ? LABEL_MAX_FEW : LABEL_MAX;
}

static void
measure_labels(struct ladder *l)
{
    struct buf label = {0};
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        struct place *place = &l->places[item->lane];
        buf_clear(&label);
        if (item->what == CONVERSATION_PACKET)
            sequence_label_print(&label, &item->packet);
        int width = (int)utf8_width(buf_slice(&label));
        place->label_width =
            max_of(place->label_width, min_of(width, label_max(l)));
    }
    buf_release(&label);
}

/* Columns that the brackets of a lane take at its outer side. */
static int
bracket_room(const struct place *place)
{
    return place->brackets ? place->brackets * BRACKET_WIDTH + 1 : 0;
}

/* Distance of two neighbours: room for the label between them, and for both
 * heads. `labelled` owns the label, `near` the brackets beside it. */
static int
distance(const struct place *labelled, int near_brackets, int head_a,
         int head_b)
{
    return max_of(labelled->label_width + LABEL_ROOM + near_brackets,
                  (head_a + head_b) / 2 + 7);
}

static void
place_lanes(struct ladder *l)
{
    size_t n = l->c->lane_count, i = 0;
    struct place *p = l->places;
    int x = TIME_WIDTH;
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

/* --- drawing -------------------------------------------------------------------- */

static void
draw_head(struct ladder *l, enum drawing_role role, int x, int width,
          int lines, struct slice name, const char *facts)
{
    int left = x - width / 2 - 2, y = l->body - 2 - lines - (*facts ? 1 : 0);
    struct slice rest = name;
    drawing_box(l->d, role, left, y, width + 3, l->body - 1 - y);
    for (int i = 0; i < lines; i++) {
        size_t len = 0;
        while (len < rest.len && (i + 1 == lines ||
               utf8_width(slice_first(rest, len)) < HEAD_MAX)) {
            size_t one = utf8_char(slice_from(rest, len), NULL);
            len += one ? one : 1;
        }
        drawing_text(l->d, role, ALIGN_LEFT, left + 2, y + 1 + i, HEAD_MAX,
                     slice_first(rest, len));
        rest = slice_from(rest, len);
    }
    if (*facts)
        drawing_text(l->d, DRAW_DIM, ALIGN_LEFT, left + 2, y + 1 + lines, 0,
                     slice_str(facts));
}

static void
draw_heads(struct ladder *l)
{
    const char *broker =
        l->o->broker_name ? l->o->broker_name : "broker";
    draw_head(l, DRAW_BROKER, l->broker_x, l->broker_width, 1,
              slice_str(broker), "");
    for (size_t i = 0; i < l->c->lane_count; i++) {
        const struct place *place = &l->places[i];
        struct buf facts = {0};
        print_facts(&facts, &l->c->lanes[i]);
        draw_head(l, DRAW_HEAD, place->x, place->head_width,
                  place->head_lines, slice_str(l->c->lanes[i].name),
                  buf_cstr(&facts));
        buf_release(&facts);
    }
}

/* The life line down to `row`: dashed where no connection is open. */
static void
extend_life(struct ladder *l, struct place *place, int row)
{
    if (row <= place->life_row)
        return;
    drawing_line(l->d, DRAW_LIFE, place->x, l->body + place->life_row, 0,
                 row - place->life_row)
        ->is_dashed = place->open_row < 0;
    place->life_row = row;
}

static void
draw_lives(struct ladder *l)
{
    for (size_t i = 0; i < l->c->lane_count; i++) {
        l->places[i].open_row = -1;
        l->places[i].life_row = -1;
    }
    drawing_line(l->d, DRAW_LIFE, l->broker_x, l->body - 1, 0, l->end + 1);
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        struct place *place = &l->places[item->lane];
        int row = l->rows[i];
        if (item->what == CONVERSATION_CLOSE) {
            extend_life(l, place, row);
            place->open_row = -1;
        } else if (place->open_row < 0 && item->what != CONVERSATION_NOTE) {
            extend_life(l, place, row);
            place->open_row = row;
        }
    }
    for (size_t i = 0; i < l->c->lane_count; i++)
        extend_life(l, &l->places[i], l->end);
}

static void
draw_bracket(struct ladder *l, const struct bracket *b)
{
    const struct place *place = &l->places[b->lane];
    int outward = place->is_right ? 1 : -1;
    int x = place->x + outward * (2 + BRACKET_WIDTH * b->column);
    enum drawing_role role = b->is_finished ? b->role : DRAW_OPEN_END;
    if (b->column < 0)
        return;
    drawing_line(l->d, role, x, l->body + b->from, 0, b->to - b->from)
        ->is_dashed = !b->is_finished;
    drawing_line(l->d, role, x, l->body + b->from, -outward, 0);
    if (b->is_finished)
        drawing_line(l->d, role, x, l->body + b->to, -outward, 0);
}

static enum drawing_role
role_of(const struct model_packet *p)
{
    if (p->report.count)
        return DRAW_VIOLATION;
    switch (p->mqtt.type) {
    case MQTT_PUBLISH:
        return p->mqtt.qos == 2 ? DRAW_QOS2
               : p->mqtt.qos == 1 ? DRAW_QOS1
                                  : DRAW_PUBLISH;
    case MQTT_PUBACK: return DRAW_QOS1;
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP: return DRAW_QOS2;
    case MQTT_SUBSCRIBE:
    case MQTT_SUBACK:
    case MQTT_UNSUBSCRIBE:
    case MQTT_UNSUBACK: return DRAW_SUBSCRIBE;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP: return DRAW_PING;
    default: return DRAW_CONNECT;
    }
}

/* The middle of the space beside a lane where its labels stand. */
static int
label_x(const struct ladder *l, size_t lane)
{
    const struct place *p = &l->places[lane];
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

/* An arrow between lane and broker, with its label on it. */
static void
draw_arrow(struct ladder *l, const struct conversation_item *item, int y,
           enum drawing_role role, struct slice label, bool is_dashed)
{
    int x = l->places[item->lane].x, width = l->broker_x - x;
    struct drawing_item *arrow =
        item->from == FROM_CLIENT
            ? drawing_arrow(l->d, role, x, y, width, 0)
            : drawing_arrow(l->d, role, l->broker_x, y, -width, 0);
    arrow->is_dashed = is_dashed;
    arrow->packet = item->packet.number;
    struct buf padded = {0};
    buf_add_byte(&padded, ' ');
    buf_add(&padded, label);
    buf_add_byte(&padded, ' ');
    struct drawing_item *text =
        drawing_text(l->d, role, ALIGN_CENTRE, label_x(l, item->lane), y,
                     (size_t)label_max(l) + 2, buf_slice(&padded));
    text->hides = true;
    text->packet = item->packet.number;
    buf_release(&padded);
}

/* Words beside the lane, towards the broker and beyond. */
static void
draw_remark(struct ladder *l, size_t lane, int y, enum drawing_role role,
            struct slice words)
{
    const struct place *place = &l->places[lane];
    int room = place->is_right ? place->x - TIME_WIDTH
                               : l->d->width - place->x - 3;
    struct drawing_item *text = drawing_text(
        l->d, role, place->is_right ? ALIGN_RIGHT : ALIGN_LEFT,
        place->x + (place->is_right ? -2 : 2), y, (size_t)max_of(room, 30),
        words);
    text->hides = true;
}

static void
draw_violations(struct ladder *l, const struct conversation_item *item, int y)
{
    const struct mqtt_report *report = &item->packet.report;
    struct buf words = {0};
    for (size_t i = 0; i < report->count; i++) {
        const struct mqtt_violation *v = &report->list[i];
        buf_clear(&words);
        if (*v->statement)
            buf_printf(&words, "\u2717 %s: %s", v->statement, v->text);
        else
            buf_printf(&words, "\u2717 section %s: %s", v->section, v->text);
        draw_remark(l, item->lane, y + 1 + (int)i, DRAW_VIOLATION,
                    buf_slice(&words));
    }
    buf_release(&words);
}

static void
draw_time(struct ladder *l, const struct conversation_item *item, int y)
{
    long long us = (long long)(item->time_us - l->start_us);
    drawing_textf(l->d, DRAW_TIME, ALIGN_RIGHT, 15, y, "%s%lld.%06lld",
                  us < 0 ? "-" : "", llabs(us) / 1000000,
                  llabs(us) % 1000000);
    if (item->what == CONVERSATION_PACKET)
        drawing_textf(l->d, DRAW_DIM, ALIGN_RIGHT, 4, y, "%llu",
                      (unsigned long long)item->packet.number)
            ->packet = item->packet.number;
}

static void
draw_item(struct ladder *l, size_t i)
{
    const struct conversation_item *item = l->c->items[i];
    int y = l->body + l->rows[i];
    struct buf label = {0};
    if (item->what == CONVERSATION_OPEN)
        return;
    if (is_row(l, i))
        draw_time(l, item, y);
    if (i > 0 && item->time_us - l->c->items[i - 1]->time_us >= LONG_PAUSE_US)
        drawing_text(l->d, DRAW_TIME, ALIGN_RIGHT, 8, y - 1, 0,
                     slice_str("\u22ee"));
    switch (item->what) {
    case CONVERSATION_PACKET:
        sequence_label_print(&label, &item->packet);
        draw_arrow(l, item, y, role_of(&item->packet), buf_slice(&label),
                   false);
        draw_violations(l, item, y);
        break;
    case CONVERSATION_CLOSE:
        if (item->from)
            draw_arrow(l, item, y, DRAW_DIM, slice_str(item->text), true);
        else
            draw_remark(l, item->lane, y, DRAW_DIM, slice_str(item->text));
        break;
    default:
        draw_remark(l, item->lane, y, DRAW_NOTE, slice_str(item->text));
    }
    buf_release(&label);
}

static void
draw(struct ladder *l)
{
    drawing_text(l->d, DRAW_TITLE, ALIGN_LEFT, 0, 0, 0,
                 slice_str(l->d->title));
    draw_lives(l);
    draw_heads(l);
    for (size_t i = 0; i < l->bracket_count; i++)
        draw_bracket(l, &l->brackets[i]);
    for (size_t i = 0; i < l->c->item_count; i++)
        draw_item(l, i);
    if (l->c->dropped)
        drawing_textf(l->d, DRAW_NOTE, ALIGN_LEFT, 0, l->body + l->end + 2,
                      "%llu more packets are not shown",
                      (unsigned long long)l->c->dropped);
}

struct drawing *
sequence_diagram(const struct conversation *c,
                 const struct sequence_options *options)
{
    static const struct sequence_options defaults;
    struct ladder l = {.c = c, .o = options ? options : &defaults};
    l.d = drawing_new(l.o->title);
    l.places = xcalloc(c->lane_count + 1, sizeof *l.places);
    l.rows = xcalloc(c->item_count + 1, sizeof *l.rows);
    l.broker_width = max_of(
        8, min_of(HEAD_MAX, l.o->broker_name
                                ? (int)utf8_width(slice_str(l.o->broker_name))
                                : 0));
    int lines = 1;
    for (size_t i = 0; i < c->lane_count; i++) {
        measure_lane(&l, i);
        lines = max_of(lines, l.places[i].head_lines);
    }
    l.body = (*l.d->title ? HEAD_TOP : 0) + 3 + lines;
    set_rows(&l);
    find_brackets(&l);
    measure_labels(&l);
    place_lanes(&l);
    draw(&l);
    free(l.places);
    free(l.rows);
    free(l.brackets);
    return l.d;
}
