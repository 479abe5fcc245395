/* testdata_test.c - captures decoded and drawn, against files somebody read.
 * SPDX-License-Identifier: MIT
 *
 * With GOLDEN=write in the environment the files are written anew; then
 * read them before they are committed. Never SVG: that is Graphviz's.        */
#include <stdio.h>

#include "base/golden.h"
#include "base/mem.h"
#include "trace/capture/capture.h"
#include "trace/render/draw_dot.h"
#include "trace/render/draw_text.h"
#include "trace/render/view.h"
#include "trace/stream/conn_table.h"

#define FOLDER "trace/testdata/"

/* Reads a whole capture into a view; *out gets what it prints. */
static void
run_view(const char *capture, const struct view_options *options,
         struct view *v, struct buf *out)
{
    struct error err = {""};
    struct capture_frame frame;
    struct segment seg;
    char path[200];
    bool first = true;
    int got;
    snprintf(path, sizeof path, FOLDER "%s", capture);
    struct capture *c = capture_open(path, &err);
    ck_assert_msg(c != NULL, "%s (run from the top folder)", err.text);
    view_init(v, options, out);
    struct model_events events = view_events(v);
    struct model *m = model_new(&events, NULL);
    struct stream_events stream = model_stream_events(m);
    struct conn_table *t = conn_table_new(&stream, NULL);
    while ((got = capture_next(c, &frame, &err)) == 1) {
        if (first)
            view_start(v, frame.time_ns);
        first = false;
        if (segment_parse(&frame, &seg) == SEGMENT_TCP)
            conn_table_feed(t, &seg);
    }
    ck_assert_msg(got == 0, "%s", err.text);
    conn_table_finish(t);
    conn_table_free(t);
    model_free(m);
    capture_close(c);
    view_finish(v);
}

static void
check_golden(const char *name, const struct buf *got)
{
    char path[200];
    snprintf(path, sizeof path, FOLDER "%s", name);
    golden_check(buf_slice(got), path);
}

/* --- lines ---------------------------------------------------------------- */

static const char *const captures[] = {
    "allpackets-v5-a", "js-v311-ipv6-a",  "js-v5-tcp-a",
    "lint-a",          "midstream-v5-a",  "mosq-any-sll-a",
    "mosq-snaplen-a",  "oddport-nosyn-a", "portreuse-a",
    "raw-ns-a",        "resume-v311-a",   "rst-midpacket-findata-a",
    "seg-drip-a",      "seqwrap-a",       "tcp-loss-a",
    "tcp-reorder-a",   "vlan-a",
};

START_TEST(lines_and_ends_read_as_they_did)
{
    struct view_options o = {.tells_ends = true, .print.max_text = 120};
    for (size_t i = 0; i < TEST_COUNT(captures); i++) {
        struct view v;
        struct buf out = {0};
        char capture[100], golden[100];
        snprintf(capture, sizeof capture, "%s.pcap", captures[i]);
        snprintf(golden, sizeof golden, "%s.line", captures[i]);
        run_view(capture, &o, &v, &out);
        check_golden(golden, &out);
        view_release(&v);
        buf_release(&out);
    }
}
END_TEST

/* The same MQTT bytes, however TCP cut, swapped and repeated them. */
START_TEST(segmentation_changes_nothing_but_times)
{
    static const char *const same[] = {"seg-drip-a", "tcp-reorder-a",
                                       "seqwrap-a"};
    struct view_options o = {.kind = VIEW_TSV};
    uint64_t packets[TEST_COUNT(same)];
    for (size_t i = 0; i < TEST_COUNT(same); i++) {
        struct view v;
        struct buf out = {0};
        char capture[100];
        snprintf(capture, sizeof capture, "%s.pcap", same[i]);
        run_view(capture, &o, &v, &out);
        packets[i] = v.shown;
        view_release(&v);
        buf_release(&out);
        ck_assert_uint_eq(packets[i], 46);
    }
}
END_TEST

START_TEST(what_is_encrypted_or_framed_otherwise_is_not_called_mqtt)
{
    static const struct {
        const char *capture;
        enum unwrap_app app;
    } cases[] = {
        {"js-v5-tls13-a.pcap", UNWRAP_TLS},
        {"js-v5-tls13-dsb-a.pcapng", UNWRAP_TLS},
    };
    struct view_options o = {.kind = VIEW_LINE};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct view v;
        struct buf out = {0};
        run_view(cases[i].capture, &o, &v, &out);
        ck_assert_uint_eq(v.shown, 0);
        ck_assert_uint_eq(v.connections, 0);
        ck_assert_uint_eq(v.of_app[cases[i].app], v.others);
        view_release(&v);
        buf_release(&out);
    }
}
END_TEST

/* --- trees, JSON, diagrams ------------------------------------------------ */

static const struct {
    const char *capture;
    struct view_options options;
    const char *golden;
} views[] = {
    {"allpackets-v5-a.pcap", {.kind = VIEW_TREE}, "allpackets-v5-a.tree"},
    {"allpackets-v5-a.pcap", {.kind = VIEW_HEX}, "allpackets-v5-a.hex"},
    {"allpackets-v5-a.pcap", {.kind = VIEW_JSON}, "allpackets-v5-a.json"},
    {"js-v5-tcp-a.pcap", {.kind = VIEW_SUMMARY}, "js-v5-tcp-a.summary"},
    {"js-v5-tcp-a.pcap", {.kind = VIEW_STATS}, "js-v5-tcp-a.stats"},
    {"tcp-loss-a.pcap", {.kind = VIEW_STATS}, "tcp-loss-a.stats"},
    {"midstream-v5-a.pcap", {.kind = VIEW_TWIN}, "midstream-v5-a.twin"},
};

START_TEST(other_views_read_as_they_did)
{
    for (size_t i = 0; i < TEST_COUNT(views); i++) {
        struct view v;
        struct buf out = {0};
        run_view(views[i].capture, &views[i].options, &v, &out);
        check_golden(views[i].golden, &out);
        view_release(&v);
        buf_release(&out);
    }
}
END_TEST

static const struct {
    const char *capture;
    struct view_options options;
    const char *text; /* golden file of the drawing in letters */
    const char *dot;  /* in DOT; NULL: not compared */
} drawings[] = {
    {"resume-v311-a.pcap", {.kind = VIEW_SEQUENCE}, "resume-v311-a.ladder.txt",
     "resume-v311-a.ladder.dot"},
    {"mosq-any-sll-a.pcap", {.kind = VIEW_SEQUENCE},
     "mosq-any-sll-a.ladder.txt", NULL},
    {"lint-a.pcap", {.kind = VIEW_SEQUENCE}, "lint-a.ladder.txt", NULL},
    {"js-v5-tcp-a.pcap", {.kind = VIEW_DIAGRAM, .only.packet = 1},
     "js-v5-tcp-a.packet-1.txt", "js-v5-tcp-a.packet-1.dot"},
    {"js-v5-tcp-a.pcap", {.kind = VIEW_DIAGRAM, .only.packet = 28},
     "js-v5-tcp-a.packet-28.txt", NULL},
    {"mosq-snaplen-a.pcap", {.kind = VIEW_DIAGRAM, .only.packet = 24},
     "mosq-snaplen-a.packet-24.txt", NULL},
};

START_TEST(diagrams_look_as_they_did)
{
    for (size_t i = 0; i < TEST_COUNT(drawings); i++) {
        struct view v;
        struct buf out = {0};
        run_view(drawings[i].capture, &drawings[i].options, &v, &out);
        ck_assert_ptr_nonnull(v.drawing);
        drawing_print(&out, v.drawing, false);
        check_golden(drawings[i].text, &out);
        buf_clear(&out);
        drawing_dot(&out, v.drawing);
        if (drawings[i].dot)
            check_golden(drawings[i].dot, &out);
        view_release(&v);
        buf_release(&out);
    }
}
END_TEST

/* No two texts of a drawing may share a cell, and all lie inside it. */
static void
check_places(const char *name, uint64_t packet, const struct drawing *d)
{
    char *taken = xcalloc((size_t)d->width * (size_t)d->height + 1, 1);
    for (size_t i = 0; i < d->item_count; i++) {
        const struct drawing_item *item = &d->items[i];
        int left = drawing_text_left(item);
        if (item->shape != DRAWING_TEXT)
            continue;
        ck_assert_msg(left >= 0 && left + item->w <= d->width &&
                          item->y >= 0 && item->y < d->height,
                      "%s, packet %d: '%s' is outside", name, (int)packet,
                      item->text);
        for (int x = left; x < left + item->w; x++)
            ck_assert_msg(!taken[item->y * d->width + x]++,
                          "%s, packet %d: '%s' lies on another text", name,
                          (int)packet, item->text);
    }
    free(taken);
}

START_TEST(no_texts_overlap_in_any_ladder)
{
    struct view_options o = {.kind = VIEW_SEQUENCE};
    for (size_t i = 0; i < TEST_COUNT(captures); i++) {
        struct view v;
        struct buf out = {0};
        char capture[100];
        snprintf(capture, sizeof capture, "%s.pcap", captures[i]);
        run_view(capture, &o, &v, &out);
        check_places(capture, 0, v.drawing);
        view_release(&v);
    }
}
END_TEST

START_TEST(no_texts_overlap_in_any_packet)
{
    static const char *const names[] = {"allpackets-v5-a.pcap",
                                        "js-v5-tcp-a.pcap", "lint-a.pcap",
                                        "mosq-snaplen-a.pcap"};
    struct view_options o = {.kind = VIEW_DIAGRAM};
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        for (o.only.packet = 1;; o.only.packet++) {
            struct view v;
            struct buf out = {0};
            run_view(names[i], &o, &v, &out);
            bool is_there = v.drawing != NULL;
            if (is_there)
                check_places(names[i], o.only.packet, v.drawing);
            view_release(&v);
            if (!is_there)
                break;
        }
}
END_TEST

TEST_MAIN(no_texts_overlap_in_any_ladder, no_texts_overlap_in_any_packet,
          lines_and_ends_read_as_they_did,
          segmentation_changes_nothing_but_times,
          what_is_encrypted_or_framed_otherwise_is_not_called_mqtt,
          other_views_read_as_they_did, diagrams_look_as_they_did)
