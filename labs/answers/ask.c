/* ask.c - what the questions of lab 1 are written with.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/ask.h"

#include <inttypes.h>
#include <stdio.h>

void
ask_arg(struct wire_question *q, const char *text)
{
    snprintf(q->args[q->arg_count++], WIRE_TEXT, "%s", text);
}

void
ask_arg_number(struct wire_question *q, uint64_t n)
{
    snprintf(q->args[q->arg_count++], WIRE_TEXT, "%" PRIu64, n);
}

void
ask_answer(struct wire_question *q, uint64_t n)
{
    snprintf(q->answer, WIRE_TEXT, "%" PRIu64, n);
}

void
ask_mistake_text(struct wire_question *q, const char *text, const char *hint)
{
    if (q->mistake_count == WIRE_MISTAKES || strcmp(text, q->answer) == 0)
        return;
    snprintf(q->mistakes[q->mistake_count].answer, WIRE_TEXT, "%s", text);
    q->mistakes[q->mistake_count++].hint = hint;
}

void
ask_mistake(struct wire_question *q, uint64_t n, const char *hint)
{
    char text[WIRE_TEXT];
    snprintf(text, sizeof text, "%" PRIu64, n);
    ask_mistake_text(q, text, hint);
}

bool
ask_answer_packet(struct wire_question *q, const struct talk_packet *p)
{
    if (!p)
        return false;
    ask_answer(q, p->packet->number);
    return true;
}

void
ask_mistake_frame(struct wire_question *q, const struct talk_packet *p)
{
    ask_mistake(q, p->packet->frame, "frame-not-packet");
}

bool
ask_is_same_message(const struct talk_packet *p, const void *other)
{
    const struct talk_packet *o = other;
    return slice_equal(p->packet->topic, o->packet->topic) &&
           slice_equal(p->packet->mqtt.payload, o->packet->mqtt.payload);
}

const struct mqtt_note *
ask_note(struct mqtt_notes *notes, const struct talk_packet *p,
         const char *label)
{
    model_packet_notes(p->packet, notes);
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->list[i].label, label) == 0)
            return &notes->list[i];
    return NULL;
}

uint64_t
ask_place(const struct talk_packet *p, const char *label)
{
    struct mqtt_notes notes = {0};
    const struct mqtt_note *n = ask_note(&notes, p, label);
    uint64_t at = n ? n->at : 0;
    mqtt_notes_release(&notes);
    return at;
}

uint64_t
ask_number_in(const struct talk_packet *p, const char *label, uint64_t *swapped)
{
    struct mqtt_notes notes = {0};
    const struct mqtt_note *n = ask_note(&notes, p, label);
    uint64_t number = n ? n->number : 0;
    *swapped = 0;
    /* A property's bytes begin with its identifier. */
    size_t skip = n && n->property ? 1 : 0;
    for (size_t i = n ? n->len : 0; i > skip; i--)
        *swapped = *swapped << 8 | p->packet->bytes.ptr[n->at + i - 1];
    mqtt_notes_release(&notes);
    return number;
}

size_t
ask_count(const struct talk *t, enum mqtt_type type, enum mqtt_side from,
          talk_fits *fits, const void *with)
{
    size_t count = 0;
    const struct talk_packet *p = NULL;
    while (
        (p = talk_find(t, type, from, p ? p->packet->number : 0, fits, with)))
        count++;
    return count;
}

const struct talk_packet *
ask_nth(const struct talk *t, enum mqtt_type type, enum mqtt_side from,
        talk_fits *fits, const void *with, size_t nth)
{
    const struct talk_packet *p = NULL;
    do
        p = talk_find(t, type, from, p ? p->packet->number : 0, fits, with);
    while (p && nth-- > 0);
    return p;
}
