/* sequence_diagram_test.c - ladders of conversations made by hand.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/sequence_diagram.h"

#include "base/hex.h"
#include "base/test.h"
#include "trace/render/draw_text.h"

static void
add(struct conversation *c, size_t lane, int64_t us, enum mqtt_side from,
    const char *hex)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    conversation_add(c, lane, us, from, buf_slice(&bytes), MQTT_NO_VERSION);
    buf_release(&bytes);
}

static void
expect(const struct conversation *c, const struct sequence_options *o,
       const char *want)
{
    struct drawing *d = sequence_diagram(c, o);
    struct buf out = {0};
    drawing_print(&out, d, false);
    ck_assert_str_eq(buf_cstr(&out), want);
    buf_release(&out);
    drawing_free(d);
}

#define CONNECT4 "100e 0004 4d515454 04 02 003c 0002 6331"

START_TEST(one_client_left_of_the_broker)
{
    struct conversation *c = conversation_new(NULL);
    size_t lane = conversation_add_lane(c, slice_str("c1"));
    conversation_open(c, lane, 0);
    add(c, lane, 0, FROM_CLIENT, CONNECT4);
    add(c, lane, 400, FROM_SERVER, "2002 0000");
    add(c, lane, 1000, FROM_CLIENT, "3206 0001 61 0007 78");
    add(c, lane, 2000, FROM_SERVER, "4002 0007");
    add(c, lane, 3000, FROM_CLIENT, "3606 0001 61 0008 78");
    conversation_close(c, lane, 4000, FROM_SERVER, "FIN");
    expect(c, &(struct sequence_options){.title = "one"},
        "one\n"
        "\n"
        "                   ┌─────────────────────────────┐\n"
        "                   │ c1                          │            ┌──────────┐\n"
        "                   │ MQTT 3.1.1, keep alive 60 s │            │ broker   │\n"
        "                   └──────────────┬──────────────┘            └─────┬────┘\n"
        "    1   0.000000                  ├───── CONNECT clean session ────▶│\n"
        "    2   0.000400                  │◀─ CONNACK accepted  +0.40 ms ───┤\n"
        "    3   0.001000                ┌─├──── PUBLISH QoS 1 #7 a \"x\" ────▶│\n"
        "    4   0.002000                └─│◀───── PUBACK #7  +1.0 ms ───────┤\n"
        "    5   0.003000                ┌─├──── PUBLISH QoS 3 #8 a \"x\" ────▶│\n"
        "                                ┊ │ ✗ MQTT311-3.3.1-4: QoS 3        │\n"
        "        0.004000                ┊ │◀┄┄┄┄┄┄┄┄┄┄┄┄┄ FIN ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┤\n"
        "                                  ┊                                 │\n");
    conversation_free(c);
}
END_TEST

/* Names and topics of any length and any bytes stay in their places. */
START_TEST(long_names_do_not_overlap)
{
    struct conversation *c = conversation_new(NULL);
    for (int i = 0; i < 5; i++) {
        char name[200];
        memset(name, 'a' + i, sizeof name);
        size_t lane = conversation_add_lane(
            c, slice_of(name, 40 * ((size_t)i + 1)));
        conversation_open(c, lane, 0);
        add(c, lane, i * 2000000, FROM_CLIENT,
            "3012 0010 612f622f632f642f652f662f672f682f");
        conversation_note(c, lane, i * 2000000, "a gap \x1b[31m of 4 bytes");
    }
    struct drawing *d = sequence_diagram(c, NULL);
    char *taken = calloc((size_t)d->width * (size_t)d->height, 1);
    for (size_t i = 0; i < d->item_count; i++)
        for (int x = 0; d->items[i].text && x < d->items[i].w; x++) {
            int at = drawing_text_left(&d->items[i]) + x;
            ck_assert(!taken[d->items[i].y * d->width + at]++);
            ck_assert_ptr_null(strchr(d->items[i].text, '\x1b'));
        }
    free(taken);
    drawing_free(d);
    conversation_free(c);
}
END_TEST

START_TEST(labels_get_shorter_where_columns_are_few)
{
    static const int widths[] = {0, 110, 100, 10};
    struct conversation *c = conversation_new(NULL);
    for (int i = 0; i < 2; i++) {
        size_t lane = conversation_add_lane(c, slice_of(&"ab"[i], 1));
        conversation_open(c, lane, 0);
        add(c, lane, 1000, FROM_CLIENT,
            "301f 001b 612f622f632f642f652f662f672f682f692f6a2f6b2f6c2f6d2f6e"
            "6f 7878");
    }
    int widest = 0, least = 0;
    for (size_t i = 0; i < TEST_COUNT(widths); i++) {
        struct drawing *d = sequence_diagram(
            c, &(struct sequence_options){.width = widths[i]});
        widest = i ? widest : d->width;
        least = d->width;
        ck_assert(widths[i] < 100 || d->width <= widths[i]);
        drawing_free(d);
    }
    ck_assert_int_gt(widest, 110);
    ck_assert_int_lt(least, 100); /* as narrow as heads and labels can be */
    conversation_free(c);
}
END_TEST

START_TEST(an_empty_conversation_is_a_broker_alone)
{
    struct conversation *c = conversation_new(NULL);
    expect(c, NULL,
        "\n"
        "                       ┌──────────┐\n"
        "                       │ broker   │\n"
        "                       └─────┬────┘\n"
        "                             │\n");
    conversation_free(c);
}
END_TEST

TEST_MAIN(one_client_left_of_the_broker, long_names_do_not_overlap,
          labels_get_shorter_where_columns_are_few,
          an_empty_conversation_is_a_broker_alone)
