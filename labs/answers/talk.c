/* talk.c - a capture as the labs ask about it: all packets, by number.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/talk.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/input.h"

/* One reading for two: the conversation keeps, the strict reader judges. */
struct fan {
    struct conversation *conversation;
    struct model_events lint;
};

static void
on_packet(void *user, const struct model_packet *p)
{
    struct fan *f = user;
    conversation_take(f->conversation, p);
    f->lint.on_packet(f->lint.user, p);
}

static void
on_gap(void *user, struct model_conn *c, enum mqtt_side from, uint64_t bytes,
       enum stream_gap cause, const struct stream_mark *mark)
{
    struct fan *f = user;
    if (f->lint.on_gap)
        f->lint.on_gap(f->lint.user, c, from, bytes, cause, mark);
}

static void
on_close(void *user, struct model_conn *c, const struct stream_mark *mark)
{
    struct fan *f = user;
    if (f->lint.on_close)
        f->lint.on_close(f->lint.user, c, mark);
}

static void
list_packets(struct talk *t)
{
    const struct conversation *c = t->conversation;
    t->list = xcalloc(c->item_count + 1, sizeof *t->list);
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        if (item->what == CONVERSATION_PACKET)
            t->list[t->count++] = (struct talk_packet){
                &item->packet, c->lanes[item->lane].name, item->connection};
    }
}

int
talk_read(struct talk *t, const char *path, struct error *err)
{
    *t = (struct talk){conversation_new(NULL), lint_new(), NULL, 0};
    struct fan fan = {t->conversation, lint_events(t->lint)};
    struct model_events events = {.user = &fan,
                                  .on_packet = on_packet,
                                  .on_gap = on_gap,
                                  .on_close = on_close};
    struct input_counts counts = {0};
    char *files[] = {(char *)(uintptr_t)path};
    struct input in = {.files = files, .file_count = 1, .keys = keylog_new()};
    struct unwrap_options unwrap = {.keys = in.keys};
    struct model *m = model_new(&events, &unwrap);
    struct stream_events stream = model_stream_events(m);
    int result = input_read(&in, &stream, NULL, NULL, &counts, err);
    model_free(m);
    keylog_free(in.keys);
    list_packets(t);
    return result;
}

void
talk_release(struct talk *t)
{
    free(t->list);
    conversation_free(t->conversation);
    lint_free(t->lint);
    *t = (struct talk){0};
}

const struct talk_packet *
talk_packet(const struct talk *t, uint64_t number)
{
    return number >= 1 && number <= t->count ? &t->list[number - 1] : NULL;
}

const struct talk_packet *
talk_find(const struct talk *t, enum mqtt_type type, enum mqtt_side from,
          uint64_t after, talk_fits *fits, const void *with)
{
    for (size_t i = after; i < t->count; i++)
        if (t->list[i].packet->mqtt.type == type &&
            (t->list[i].packet->from & from) &&
            (!fits || fits(&t->list[i], with)))
            return &t->list[i];
    return NULL;
}
