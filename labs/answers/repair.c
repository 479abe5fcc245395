/* repair.c - L11.2: a packet that is broken in two places.
 * SPDX-License-Identifier: MIT
 *
 * One of three packets, two of its bytes wrong: one in which the decoder
 * notices it, and a length before, which misleads. What it is to say is told,
 * so there is one right packet; how many bytes differ from it is counted. */
#include <stdio.h>

#include "base/hex.h"
#include "labs/answers/draw.h"
#include "labs/answers/incidents.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/print.h"

struct broken {
    struct buf right, wrong; /* both owned, of equal length */
    size_t places;           /* in which they differ */
};

static void
add_u16(struct buf *out, size_t n)
{
    buf_add_byte(out, (uint8_t)(n >> 8));
    buf_add_byte(out, (uint8_t)n);
}

static void
add_text(struct buf *out, uint64_t seed, const char *template)
{
    struct buf text = {0};
    draw_dress(&text, slice_str(template), seed);
    add_u16(out, text.len);
    buf_add(out, buf_slice(&text));
    buf_release(&text);
}

static void
add_header(struct buf *packet, uint8_t first)
{
    uint8_t head[2] = {first, (uint8_t)packet->len};
    buf_splice(packet, 0, 0, slice_of(head, 2));
}

/* Property Length beyond the end, and RETAIN on a QoS that does not exist. */
static void
break_publish(struct broken *b, uint64_t seed)
{
    add_text(&b->right, seed, "@place61@/@thing61@");
    add_u16(&b->right, 300 + draw(seed, "repair/id", 60000));
    size_t properties = 2 + b->right.len;
    buf_add_byte(&b->right, 5);
    buf_add_byte(&b->right, 2);
    add_u16(&b->right, 0);
    add_u16(&b->right, 60 + draw(seed, "repair/expiry", 3000));
    draw_dress(&b->right, slice_str("@value61@"), seed);
    add_header(&b->right, 0x32);
    buf_add(&b->wrong, buf_slice(&b->right));
    b->wrong.data[properties] = 0x7f;
    b->wrong.data[0] = 0x36;
}

/* A filter that swallows its options, and flags that SUBSCRIBE has not. */
static void
break_subscribe(struct broken *b, uint64_t seed)
{
    add_u16(&b->right, 300 + draw(seed, "repair/id", 60000));
    buf_add_byte(&b->right, 0);
    size_t length = 2 + b->right.len + 1;
    add_text(&b->right, seed, "@place61@/@thing61@/#");
    buf_add_byte(&b->right, 1);
    add_header(&b->right, 0x82);
    buf_add(&b->wrong, buf_slice(&b->right));
    b->wrong.data[length]++;
    b->wrong.data[0] = 0x80;
}

/* A Connect Flag that announces a password, and one that is reserved. */
static void
break_connect(struct broken *b, uint64_t seed)
{
    static const uint8_t start[] = {0, 4, 'M', 'Q', 'T', 'T', 5, 2};
    buf_add(&b->right, slice_of(start, sizeof start));
    add_u16(&b->right, 30 + draw(seed, "repair/alive", 3000));
    buf_add_byte(&b->right, 5);
    buf_add_byte(&b->right, 0x11);
    add_u16(&b->right, draw(seed, "repair/hours", 40));
    add_u16(&b->right, 1 + draw(seed, "repair/seconds", 3600));
    add_text(&b->right, seed, "@id61@");
    add_header(&b->right, 0x10);
    buf_add(&b->wrong, buf_slice(&b->right));
    b->wrong.data[9] = 0x43;
    b->wrong.data[12] = 4;
}

static struct broken
make(const struct incidents *all)
{
    static void (*const kinds[])(struct broken *, uint64_t) = {
        break_publish, break_subscribe, break_connect};
    struct broken b = {0};
    kinds[draw(all->seed, "repair", 3)](&b, all->seed);
    for (size_t i = 0; i < b.right.len; i++)
        b.places += b.right.data[i] != b.wrong.data[i];
    return b;
}

static void
release(struct broken *b)
{
    buf_release(&b->right);
    buf_release(&b->wrong);
}

/* Its line, and whether the strict decoder takes it. */
static bool
read_packet(struct slice bytes, struct buf *line, struct mqtt_report *report,
            struct mqtt_notes *notes)
{
    struct mqtt_packet p = {0};
    struct mqtt_frame frame;
    bool is_whole = mqtt_frame_next(bytes, &frame) == MQTT_FRAME_COMPLETE &&
                    frame.len == bytes.len;
    mqtt_decode_walk(bytes, MQTT_50, &p, report, notes);
    mqtt_check(&p, FROM_CLIENT, report);
    mqtt_notes_place(notes, report);
    mqtt_print_line(line, &p, (struct mqtt_print){0});
    return is_whole && report->count == 0;
}

static void
print_line(struct buf *out, struct slice bytes)
{
    struct mqtt_report report = {0};
    struct mqtt_notes notes = {0};
    read_packet(bytes, out, &report, &notes);
    mqtt_notes_release(&notes);
}

void
repair_print(struct buf *out, const struct incidents *all)
{
    struct broken b = make(all);
    buf_add_str(out, "# ");
    print_line(out, buf_slice(&b.right));
    buf_add_str(out, "\n\nbroken\t");
    hex_print(out, buf_slice(&b.wrong), ' ');
    buf_add_str(out, "\nrepaired\t\n");
    release(&b);
}

void
repair_answer(struct buf *out, const struct incidents *all)
{
    struct broken b = make(all);
    buf_add_str(out, "repaired\t");
    hex_print(out, buf_slice(&b.right), ' ');
    buf_add_byte(out, '\n');
    release(&b);
}

/* --- judged
 * ---------------------------------------------------------------------- */

static void
tell_violation(struct buf *more, const struct incidents *all,
               const struct mqtt_report *report, const struct mqtt_notes *notes)
{
    const struct mqtt_violation *v = &report->list[0];
    const char *field = "?";
    char offset[16];
    for (size_t i = 0; i < notes->count; i++)
        if (notes->list[i].at <= v->offset)
            field = notes->list[i].label;
    snprintf(offset, sizeof offset, "%u", v->offset);
    words_say(&all->words, more, "r-decoder",
              (const char *const[]){offset, field, v->text,
                                    v->statement[0] ? v->statement : v->section,
                                    NULL});
}

/* Accepted, the same meaning, few bytes: how far it comes, 0 to 3. */
static unsigned
judge_bytes(struct buf *more, const struct incidents *all,
            const struct broken *b, struct slice bytes)
{
    struct mqtt_report report = {0};
    struct mqtt_notes notes = {0};
    struct buf line = {0}, wanted = {0};
    char have[24], had[24];
    size_t changed = 0;
    unsigned stage = 0;
    snprintf(have, sizeof have, "%zu", bytes.len);
    snprintf(had, sizeof had, "%zu", b->wrong.len);
    print_line(&wanted, buf_slice(&b->right));
    for (size_t i = 0; i < bytes.len && i < b->wrong.len; i++)
        changed += bytes.ptr[i] != b->wrong.data[i];
    if (bytes.len != b->wrong.len) {
        words_tell3(&all->words, more, "r-length", have, had, NULL);
    } else if (changed == 0) {
        words_tell(&all->words, more, "r-same");
    } else if (!read_packet(bytes, &line, &report, &notes)) {
        if (report.count)
            tell_violation(more, all, &report, &notes);
        else
            words_tell3(&all->words, more, "r-length", have, had, NULL);
    } else if (!slice_equal(buf_slice(&line), buf_slice(&wanted))) {
        words_tell3(&all->words, more, "r-meaning", buf_cstr(&line), NULL,
                    NULL);
        stage = 1;
    } else if (changed > b->places) {
        snprintf(have, sizeof have, "%zu", changed);
        snprintf(had, sizeof had, "%zu", b->places);
        words_tell3(&all->words, more, "r-many", have, had, NULL);
        stage = 2;
    } else {
        stage = 3;
    }
    mqtt_notes_release(&notes);
    buf_release(&line);
    buf_release(&wanted);
    return stage;
}

void
repair_judge(struct results *r, const struct incidents *all,
             const struct table *repair)
{
    static const char *const tests[] = {"repair-accepted", "repair-meaning",
                                        "repair-fewest"};
    const struct table_row *row = table_find(repair, "repaired", NULL);
    struct buf more = {0}, bytes = {0};
    struct broken b = make(all);
    unsigned stage = 0;
    bool is_blank = !row || row->cells[1].len == 0;
    if (!is_blank && !hex_parse(&bytes, row->cells[1]))
        words_tell(&all->words, &more, "r-hex");
    else if (!is_blank)
        stage = judge_bytes(&more, all, &b, buf_slice(&bytes));
    buf_add_byte(&more, '\n');
    /* The first that is not reached is wrong, those behind it are not tried. */
    for (unsigned i = 0; i < 3; i++)
        results_add(r, tests[i],
                    i < stage                 ? RESULT_RIGHT
                    : i == stage && !is_blank ? RESULT_WRONG
                                              : RESULT_BLANK,
                    buf_slice(&more));
    release(&b);
    buf_release(&more);
    buf_release(&bytes);
}
