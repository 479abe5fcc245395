/* exercise.c - questions for students, made of a capture.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/views/exercise.h"

#include "base/hash.h"
#include "mqtt/note.h"
#include "mqtt/print.h"

enum { QUESTIONS = 6, TRIES = 200, SHORT = 96 };

struct exercise {
    struct buf *out;
    const struct conversation *c;
    uint64_t seed, drawn;          /* drawn: numbers so far */
    bool answers;
    unsigned asked;
};

/* The next number of this seed, below `limit`. */
static size_t
draw(struct exercise *e, size_t limit)
{
    uint64_t n = e->drawn++;
    return (size_t)(hash_bytes(e->seed, slice_of(&n, sizeof n)) % limit);
}

static const struct model_packet *
draw_packet(struct exercise *e)
{
    for (int i = 0; i < TRIES; i++) {
        const struct conversation_item *item =
            e->c->items[draw(e, e->c->item_count)];
        if (item->what == CONVERSATION_PACKET &&
            item->packet.bytes.len > 4 && item->packet.bytes.len <= SHORT &&
            item->packet.report.count == 0 &&
            !(item->packet.marks & MODEL_CUT))
            return &item->packet;
    }
    return NULL;
}

/* A field with a value of its own, and with bytes. */
static const struct mqtt_note *
draw_note(struct exercise *e, const struct mqtt_notes *notes)
{
    for (int i = 0; i < TRIES && notes->count; i++) {
        const struct mqtt_note *n = &notes->list[draw(e, notes->count)];
        if (n->value != NOTE_NOTHING && n->len > 0 && n->len <= 24 &&
            n->name[0] && !mqtt_print_is_secret(n))
            return n;
    }
    return NULL;
}

/* The bytes in rows of 16; those of `hidden` blank. */
static void
print_bytes(struct buf *out, struct slice bytes, const struct mqtt_note *hidden)
{
    for (size_t i = 0; i < bytes.len; i++) {
        bool is_hidden =
            hidden && i >= hidden->at && i < hidden->at + hidden->len;
        buf_add_str(out, i % 16 ? " " : i ? "\n      " : "      ");
        if (is_hidden)
            buf_add_str(out, "__");
        else
            buf_printf(out, "%02x", bytes.ptr[i]);
    }
    buf_add_byte(out, '\n');
}

static void
print_place(struct buf *out, const struct mqtt_note *n)
{
    if (n->is_bits)
        buf_printf(out, "bit%s %u", n->high > n->low ? "s" : "", n->high);
    if (n->is_bits && n->high > n->low)
        buf_printf(out, " to %u", n->low);
    buf_printf(out, "%sbyte %u", n->is_bits ? " of " : "", n->at);
    if (n->len > 1)
        buf_printf(out, " to %u", n->at + n->len - 1);
}

static void
print_value(struct buf *out, const struct model_packet *p,
            const struct mqtt_note *n)
{
    mqtt_note_print_value(out, n, p->mqtt.type, p->mqtt.version, 0);
}

/* --- the kinds ------------------------------------------------------------ */

static void
ask_value(struct exercise *e, const struct model_packet *p,
          const struct mqtt_note *n)
{
    if (e->answers) {
        buf_printf(e->out, "%s is ", n->label);
        print_value(e->out, p, n);
        buf_printf(e->out, " (section %s)\n", n->section);
        return;
    }
    buf_printf(e->out, "These are the bytes of a %s of MQTT %s, sent by the "
                       "%s:\n",
               mqtt_packet_row(p->mqtt.type)->name,
               mqtt_version_name(p->mqtt.version),
               p->from == FROM_CLIENT ? "client" : "broker");
    print_bytes(e->out, p->bytes, NULL);
    buf_printf(e->out, "   What is its %s (", n->label);
    print_place(e->out, n);
    buf_add_str(e->out, "), and what does the value say?\n");
}

static void
ask_bytes(struct exercise *e, const struct model_packet *p,
          const struct mqtt_note *n)
{
    if (e->answers) {
        for (size_t i = 0; i < n->len; i++)
            buf_printf(e->out, "%02x ", p->bytes.ptr[n->at + i]);
        buf_printf(e->out, "(section %s)\n", n->section);
        return;
    }
    buf_printf(e->out, "Fill in what is blank, so that this %s of MQTT %s "
                       "says %s = ",
               mqtt_packet_row(p->mqtt.type)->name,
               mqtt_version_name(p->mqtt.version), n->label);
    print_value(e->out, p, n);
    buf_add_str(e->out, ":\n");
    print_bytes(e->out, p->bytes, n);
}

/* Which of three is broken? Only of captures in which one is. */
static bool
ask_broken(struct exercise *e)
{
    size_t count = 0, nth;
    const struct model_packet *broken = NULL;
    for (size_t i = 0; i < e->c->item_count; i++)
        count += e->c->items[i]->packet.report.count > 0;
    if (count == 0)
        return false;
    nth = draw(e, count);
    for (size_t i = 0; i < e->c->item_count && !broken; i++)
        if (e->c->items[i]->packet.report.count > 0 && nth-- == 0)
            broken = &e->c->items[i]->packet;
    size_t place = draw(e, 3);
    buf_printf(e->out, "%u. ", ++e->asked);
    if (e->answers)
        buf_printf(e->out, "%c: %s %s\n", (char)('a' + place),
                   broken->report.list[0].statement,
                   broken->report.list[0].text);
    else
        buf_add_str(e->out, "One of these breaks a rule of the standard. "
                            "Which, and which rule?\n");
    for (size_t i = 0; i < 3; i++) {
        const struct model_packet *p = i == place ? broken : draw_packet(e);
        if (!p || e->answers)
            continue;
        buf_printf(e->out, "   %c) %s of MQTT %s, by the %s\n",
                   (char)('a' + i), mqtt_packet_row(p->mqtt.type)->name,
                   mqtt_version_name(p->mqtt.version),
                   p->from == FROM_CLIENT ? "client" : "broker");
        print_bytes(e->out, slice_first(p->bytes, SHORT), NULL);
    }
    return true;
}

int
exercise_print(struct buf *out, const struct conversation *c,
               const char *title, uint64_t seed, bool answers,
               struct error *err)
{
    struct exercise e = {.out = out, .c = c, .seed = seed, .answers = answers};
    struct mqtt_notes notes = {0};
    buf_printf(out, "%s to the exercise %llu of %s\n\n",
               answers ? "Answers" : "Questions", (unsigned long long)seed,
               title);
    for (int i = 0; i < QUESTIONS && c->item_count; i++) {
        const struct model_packet *p = draw_packet(&e);
        if (!p)
            break;
        model_packet_notes(p, &notes);
        const struct mqtt_note *n = draw_note(&e, &notes);
        if (!n)
            continue;
        buf_printf(out, "%u. ", ++e.asked);
        if (i % 2)
            ask_bytes(&e, p, n);
        else
            ask_value(&e, p, n);
        mqtt_notes_clear(&notes);
    }
    mqtt_notes_release(&notes);
    if (c->item_count)
        ask_broken(&e);
    return e.asked ? 0 : error_set(err, "%s: there is no packet to ask about",
                                   title);
}
