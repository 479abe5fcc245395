/* wire_ranges.c - L1.2: three dumps, their fields, and where each begins and
 * ends. SPDX-License-Identifier: MIT
 *
 * The packets are in no capture, so no tool shows them: one CONNECT, one
 * PUBLISH whose Remaining Length has two bytes, one SUBSCRIBE. Ranges are what
 * the decoder notes; the names are given, their places are asked for. */
#include <inttypes.h>
#include <stdio.h>

#include "base/hex.h"
#include "labs/answers/draw.h"
#include "labs/answers/wire.h"
#include "mqtt/decode.h"

enum { DUMPS = 3, ROW = 16 };

/* --- packets by hand -------------------------------------------------------
 */

static void
add_u16(struct buf *out, unsigned n)
{
    buf_add_byte(out, (uint8_t)(n >> 8));
    buf_add_byte(out, (uint8_t)n);
}

static void
add_text(struct buf *out, struct slice text)
{
    add_u16(out, (unsigned)text.len);
    buf_add(out, text);
}

/* A template's words, as a string of the wire. */
static void
add_dressed(struct buf *out, const struct wire *w, const char *template)
{
    struct buf text = {0};
    draw_dress(&text, slice_str(template), w->seed);
    add_text(out, buf_slice(&text));
    buf_release(&text);
}

static void
add_number(struct buf *out, const struct wire *w, const char *name, size_t len,
           unsigned low, unsigned limit)
{
    unsigned n = low + (unsigned)draw(w->seed, name, limit);
    for (size_t i = len; i > 0; i--)
        buf_add_byte(out, (uint8_t)(n >> (8 * (i - 1))));
}

/* First byte and length in front of what is there. */
static void
add_header(struct buf *packet, uint8_t first)
{
    uint8_t head[3] = {first, (uint8_t)packet->len, 0};
    size_t len = 2;
    if (packet->len > 127) {
        head[1] = (uint8_t)((packet->len & 0x7f) | 0x80);
        head[2] = (uint8_t)(packet->len >> 7);
        len = 3;
    }
    buf_splice(packet, 0, 0, slice_of(head, len));
}

static void
make_connect(struct buf *out, const struct wire *w)
{
    add_text(out, slice_str("MQTT"));
    buf_add_byte(out, 5);
    buf_add_byte(out, 0x2e); /* Will Retain, Will QoS 1, Will, Clean Start */
    add_number(out, w, "dump/alive", 2, 300, 9000);
    buf_add_byte(out, 8);
    buf_add_byte(out, 0x11);
    add_number(out, w, "dump/expiry", 4, 70000, 900000);
    buf_add_byte(out, 0x21);
    add_number(out, w, "dump/quota", 2, 5, 90);
    add_dressed(out, w, "@id5@-@100..999#dump@");
    buf_add_byte(out, 5);
    buf_add_byte(out, 0x18);
    add_number(out, w, "dump/delay", 4, 5, 600);
    add_dressed(out, w, "@place5@/@thing5@");
    add_dressed(out, w, "@text4..14#dump@");
    add_header(out, 0x10);
}

static void
make_publish(struct buf *out, const struct wire *w)
{
    struct buf properties = {0};
    add_dressed(out, w, "@place6@/@wide6@");
    add_number(out, w, "dump/id", 2, 258, 60000);
    buf_add_byte(&properties, 0x02);
    add_number(&properties, w, "dump/left", 4, 70000, 900000);
    buf_add_byte(&properties, 0x26);
    add_dressed(&properties, w, "@text3..6#key@");
    add_dressed(&properties, w, "@text4..9#value@");
    buf_add_byte(out, (uint8_t)properties.len);
    buf_add(out, buf_slice(&properties));
    draw_dress(out, slice_str("@text120..150#payload@"), w->seed);
    add_header(out, 0x34);
    buf_release(&properties);
}

static void
make_subscribe(struct buf *out, const struct wire *w)
{
    add_number(out, w, "dump/subscribe", 2, 258, 60000);
    buf_add_byte(out, 3);
    buf_add_byte(out, 0x0b);
    add_number(out, w, "dump/sub-id", 1, 0x81, 0x70);
    add_number(out, w, "dump/sub-more", 1, 1, 0x70);
    add_dressed(out, w, "@place7@/+/@thing7@");
    buf_add_byte(out, 0x01);
    add_dressed(out, w, "@place8@/#");
    buf_add_byte(out, 0x2a);
    add_header(out, 0x82);
}

static void
make_dump(struct buf *out, const struct wire *w, size_t nth)
{
    buf_clear(out);
    if (nth == 0)
        make_connect(out, w);
    else if (nth == 1)
        make_publish(out, w);
    else
        make_subscribe(out, w);
}

/* --- their fields ----------------------------------------------------------
 */

struct field {
    char name[64];
    uint32_t at, len;
};

enum { FIELDS_MAX = 40 };

/* Is this one to be placed? Fields, and properties and filters one by one. */
static bool
is_asked(const struct mqtt_note *n)
{
    bool is_heading = n->depth == 0 && n->value == NOTE_NOTHING;
    return !n->is_bits && n->len > 0 && n->depth <= 1 && !is_heading &&
           n->at > 0;
}

static void
number_twins(struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned all = 1;
        for (size_t k = i + 1; k < count; k++)
            all += strcmp(fields[k].name, fields[i].name) == 0;
        if (all == 1)
            continue;
        /* All of them at once, or the next would find no twin. */
        char name[64];
        snprintf(name, sizeof name, "%s", fields[i].name);
        for (size_t k = i, n = 1; k < count; k++)
            if (strcmp(fields[k].name, name) == 0)
                snprintf(fields[k].name, sizeof fields[k].name, "%.50s (%zu)",
                         name, n++);
    }
}

static size_t
fields_of(struct field *fields, struct slice bytes)
{
    struct mqtt_packet p = {0};
    struct mqtt_report report = {0};
    struct mqtt_notes notes = {0};
    size_t count = 0;
    mqtt_decode_walk(bytes, MQTT_50, &p, &report, &notes);
    for (size_t i = 0; i < notes.count && count < FIELDS_MAX; i++) {
        const struct mqtt_note *n = &notes.list[i];
        if (!is_asked(n))
            continue;
        snprintf(fields[count].name, sizeof fields[count].name, "%s", n->label);
        fields[count].at = n->at;
        fields[count++].len = n->len;
    }
    mqtt_notes_release(&notes);
    number_twins(fields, count);
    return count;
}

/* --- given to the student --------------------------------------------------
 */

void
wire_dumps_print(struct buf *out, const struct wire *w)
{
    struct buf bytes = {0};
    for (size_t d = 0; d < DUMPS; d++) {
        make_dump(&bytes, w, d);
        buf_printf(out, "# %zu\n", d + 1);
        for (size_t at = 0; at < bytes.len; at += ROW) {
            buf_printf(out, "%4zu  ", at);
            hex_print(out, slice_first(slice_from(buf_slice(&bytes), at), ROW),
                      ' ');
            buf_add_byte(out, '\n');
        }
        buf_add_byte(out, '\n');
    }
    buf_release(&bytes);
}

void
wire_ranges_print(struct buf *out, const struct wire *w, bool is_filled)
{
    struct buf bytes = {0};
    struct field fields[FIELDS_MAX];
    size_t order[FIELDS_MAX];
    for (size_t d = 0; d < DUMPS; d++) {
        make_dump(&bytes, w, d);
        size_t count = fields_of(fields, buf_slice(&bytes));
        draw_order(w->seed, "ranges", order, count);
        for (size_t i = 0; i < count; i++) {
            const struct field *f = &fields[order[i]];
            buf_printf(out, "%zu\t%s\t", d + 1, f->name);
            if (is_filled)
                buf_printf(out, "%u\t%u", f->at, f->at + f->len - 1);
            else
                buf_add_byte(out, '\t');
            buf_add_byte(out, '\n');
        }
    }
    buf_release(&bytes);
}

/* --- judged ----------------------------------------------------------------
 */

/* What went wrong, from the range itself. */
static const char *
hint_of(const struct field *f, uint64_t first, uint64_t last,
        struct slice bytes, const struct field *all, size_t count)
{
    uint64_t end = f->at + f->len - 1;
    bool is_text =
        f->len >= 2 && strstr(f->name, "Payload") != f->name &&
        (size_t)(bytes.ptr[f->at] << 8 | bytes.ptr[f->at + 1]) == f->len - 2;
    if (last < first)
        return "range-backwards";
    if (first == f->at + 1 && last == end + 1)
        return "offset-from-1";
    if (first == f->at && last == end + 1)
        return "range-last";
    if (is_text && first == f->at + 2 && last == end)
        return "string-length";
    if (strcmp(f->name, "Remaining Length") == 0)
        return f->len == 2 && last == first ? "length-goes-on" : "length-place";
    for (size_t i = 0; i < count; i++)
        if (first == all[i].at && &all[i] != f)
            return strcmp(all[i].name, "Property Length") == 0
                       ? "property-length-forgotten"
                       : "range-of-another";
    if (first == f->at + 1 && last == end)
        return "range-identifier";
    return first == f->at ? "range-end" : "range-begin";
}

static void
judge_one(struct results *r, const struct wire *w, size_t dump,
          const struct field *f, const struct table_row *row,
          struct slice bytes, const struct field *all, size_t count)
{
    struct buf more = {0};
    char test[64], where[32], theirs[64] = "";
    uint64_t first, last;
    snprintf(test, sizeof test, "range-%zu-%u", dump + 1, f->at);
    snprintf(where, sizeof where, "%zu", dump + 1);
    words_tell3(&w->words, &more, "range", where, f->name, NULL);
    enum result result = RESULT_WRONG;
    if (!row || (row->cells[2].len == 0 && row->cells[3].len == 0)) {
        result = RESULT_BLANK;
    } else if (!table_number(row->cells[2], &first) ||
               !table_number(row->cells[3], &last)) {
        buf_add_byte(&more, '\n');
        words_tell(&w->words, &more, "range-numbers");
    } else if (first == f->at && last == f->at + f->len - 1) {
        result = RESULT_RIGHT;
    } else {
        snprintf(theirs, sizeof theirs, "%" PRIu64 "-%" PRIu64, first, last);
        buf_add_byte(&more, '\n');
        words_tell3(&w->words, &more, "you-wrote", theirs, NULL, NULL);
        buf_add_byte(&more, '\n');
        words_tell(&w->words, &more,
                   hint_of(f, first, last, bytes, all, count));
    }
    buf_add_byte(&more, '\n');
    results_add(r, test, result, buf_slice(&more));
    buf_release(&more);
}

void
wire_ranges_judge(struct results *r, const struct wire *w,
                  const struct table *ranges)
{
    struct buf bytes = {0};
    struct field fields[FIELDS_MAX];
    char number[16];
    for (size_t d = 0; d < DUMPS; d++) {
        make_dump(&bytes, w, d);
        size_t count = fields_of(fields, buf_slice(&bytes));
        snprintf(number, sizeof number, "%zu", d + 1);
        for (size_t i = 0; i < count; i++)
            judge_one(r, w, d, &fields[i],
                      table_find(ranges, number, fields[i].name),
                      buf_slice(&bytes), fields, count);
    }
    buf_release(&bytes);
}
