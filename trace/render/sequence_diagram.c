/* sequence_diagram.c - a conversation as a ladder.
 * SPDX-License-Identifier: MIT
 *
 * sequence_layout.c has measured; this draws, from the back to the front: life
 * lines, heads, brackets, arrows with their labels.                          */
#include "trace/render/sequence_layout.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "trace/render/sequence_label.h"

static int
max_of(int a, int b)
{
    return a > b ? a : b;
}

static void
draw_head(struct sequence_layout *l, enum drawing_role role, int x, int width,
          int lines, struct slice name, const char *facts)
{
    int left = x - width / 2 - 2, y = l->body - 2 - lines - (*facts ? 1 : 0);
    struct slice rest = name;
    drawing_box(l->d, role, left, y, width + 3, l->body - 1 - y);
    for (int i = 0; i < lines; i++) {
        size_t len = 0;
        while (len < rest.len && (i + 1 == lines ||
               utf8_width(slice_first(rest, len)) < SEQUENCE_HEAD_MAX)) {
            size_t one = utf8_char(slice_from(rest, len), NULL);
            len += one ? one : 1;
        }
        drawing_text(l->d, role, ALIGN_LEFT, left + 2, y + 1 + i,
                     SEQUENCE_HEAD_MAX, slice_first(rest, len));
        rest = slice_from(rest, len);
    }
    if (*facts)
        drawing_text(l->d, DRAW_DIM, ALIGN_LEFT, left + 2, y + 1 + lines, 0,
                     slice_str(facts));
}

static void
draw_heads(struct sequence_layout *l)
{
    const char *broker =
        l->o->broker_name ? l->o->broker_name : "broker";
    draw_head(l, DRAW_BROKER, l->broker_x, l->broker_width, 1,
              slice_str(broker), "");
    for (size_t i = 0; i < l->c->lane_count; i++) {
        const struct sequence_place *place = &l->places[i];
        struct buf facts = {0};
        sequence_layout_facts(&facts, &l->c->lanes[i]);
        draw_head(l, DRAW_HEAD, place->x, place->head_width,
                  place->head_lines, slice_str(l->c->lanes[i].name),
                  buf_cstr(&facts));
        buf_release(&facts);
    }
}

/* The life line down to `row`: dashed where no connection is open. */
static void
extend_life(struct sequence_layout *l, struct sequence_place *place, int row)
{
    if (row <= place->life_row)
        return;
    drawing_line(l->d, DRAW_LIFE, place->x, l->body + place->life_row, 0,
                 row - place->life_row)
        ->is_dashed = place->open_row < 0;
    place->life_row = row;
}

static void
draw_lives(struct sequence_layout *l)
{
    for (size_t i = 0; i < l->c->lane_count; i++) {
        l->places[i].open_row = -1;
        l->places[i].life_row = -1;
    }
    drawing_line(l->d, DRAW_LIFE, l->broker_x, l->body - 1, 0, l->end + 1);
    for (size_t i = 0; i < l->c->item_count; i++) {
        const struct conversation_item *item = l->c->items[i];
        struct sequence_place *place = &l->places[item->lane];
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
draw_bracket(struct sequence_layout *l, const struct sequence_bracket *b)
{
    const struct sequence_place *place = &l->places[b->lane];
    int outward = place->is_right ? 1 : -1;
    int x = place->x + outward * (2 + SEQUENCE_BRACKET_WIDTH * b->column);
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

/* An arrow between lane and broker, with its label on it. */
static void
draw_arrow(struct sequence_layout *l, const struct conversation_item *item,
           int y, enum drawing_role role, struct slice label, bool is_dashed)
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
        drawing_text(l->d, role, ALIGN_CENTRE,
                     sequence_layout_label_x(l, item->lane), y,
                     (size_t)sequence_layout_label_max(l) + 2,
                     buf_slice(&padded));
    text->hides = true;
    text->packet = item->packet.number;
    buf_release(&padded);
}

/* Words beside the lane, towards the broker and beyond. */
static void
draw_remark(struct sequence_layout *l, size_t lane, int y,
            enum drawing_role role, struct slice words)
{
    const struct sequence_place *place = &l->places[lane];
    int room = place->is_right ? place->x - SEQUENCE_TIME_WIDTH
                               : l->d->width - place->x - 3;
    struct drawing_item *text = drawing_text(
        l->d, role, place->is_right ? ALIGN_RIGHT : ALIGN_LEFT,
        place->x + (place->is_right ? -2 : 2), y, (size_t)max_of(room, 30),
        words);
    text->hides = true;
}

static void
draw_violations(struct sequence_layout *l,
                const struct conversation_item *item, int y)
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
draw_time(struct sequence_layout *l, const struct conversation_item *item,
          int y)
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
draw_item(struct sequence_layout *l, size_t i)
{
    const struct conversation_item *item = l->c->items[i];
    int y = l->body + l->rows[i];
    struct buf label = {0};
    if (i > 0 &&
        item->time_us - l->c->items[i - 1]->time_us >= SEQUENCE_PAUSE_US)
        drawing_text(l->d, DRAW_TIME, ALIGN_RIGHT, 8, y - 1, 0,
                     slice_str("\u22ee"));
    if (item->what == CONVERSATION_OPEN)
        return;
    if (sequence_layout_is_row(l, i))
        draw_time(l, item, y);
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
draw(struct sequence_layout *l)
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

static struct drawing *
make(const struct conversation *c, const struct sequence_options *options)
{
    struct sequence_layout l = {.c = c, .o = options};
    l.d = drawing_new(l.o->title);
    sequence_layout_make(&l);
    l.d->head = l.body;
    draw(&l);
    sequence_layout_release(&l);
    return l.d;
}

/* In the width that there is, labels get shorter until they fit. */
struct drawing *
sequence_diagram(const struct conversation *c,
                 const struct sequence_options *options)
{
    static const struct sequence_options defaults;
    static const int shorter[] = {44, 40, 36, 32, 28, 26, 24, 22, 20, 18, 16};
    struct sequence_options o = options ? *options : defaults;
    struct drawing *d = make(c, &o);
    for (size_t i = 0; i < sizeof shorter / sizeof *shorter; i++) {
        if (!o.width || d->width <= o.width)
            break;
        drawing_free(d);
        o.label_max = shorter[i];
        d = make(c, &o);
    }
    return d;
}
