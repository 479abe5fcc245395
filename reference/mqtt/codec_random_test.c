/* codec_random_test.c - round trips of random packets, and damage.
 * SPDX-License-Identifier: MIT
 *
 * The seeds are fixed: what fails today fails tomorrow.                      */
#include "base/test.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"
#include "mqtt/random_packet.h"
#include "mqtt/vectors.h"

enum { PACKETS = 100000, MUTATIONS = 100000 };

static void
ck_same_field(const struct mqtt_packet *a, const struct mqtt_packet *b,
              const struct mqtt_row *row, int number)
{
    if (!mqtt_version_in(a->version, row->versions) || row->kind == KIND_BYTE)
        return;
    uint64_t bit = MQTT_BIT(row->field);
    ck_assert_msg((a->present & bit) == (b->present & bit), "%d: %s", number,
                  row->label);
    if (!(a->present & bit))
        return;
    ck_assert_msg(mqtt_field_number(a, row) == mqtt_field_number(b, row),
                  "%d: %s", number, row->label);
    ck_assert_msg(
        slice_equal(mqtt_field_slice(a, row), mqtt_field_slice(b, row)),
        "%d: %s", number, row->label);
}

static void
ck_same_packet(const struct mqtt_packet *a, const struct mqtt_packet *b,
               int number)
{
    ck_assert_msg(a->type == b->type && a->version == b->version, "%d", number);
    struct mqtt_layout first = mqtt_layout_first(a->type);
    struct mqtt_layout rest = mqtt_layout(a->type);
    for (size_t i = 0; i < first.count; i++)
        ck_same_field(a, b, &first.rows[i], number);
    for (size_t i = 0; i < rest.count; i++)
        ck_same_field(a, b, &rest.rows[i], number);
    ck_assert_msg((a->present | MQTT_BIT(MQTT_F_remaining_length)) ==
                      b->present,
                  "%d: a field too many", number);
}

/* encode, frame, decode, check, compare, encode again. */
static void
ck_round_trip(const struct mqtt_packet *p, enum mqtt_side from, int number)
{
    static struct buf bytes, again;
    struct mqtt_packet back;
    struct mqtt_report report;
    struct mqtt_frame frame;
    buf_clear(&bytes);
    buf_clear(&again);
    mqtt_encode(&bytes, p);
    ck_assert_msg(mqtt_frame_next(buf_slice(&bytes), &frame) ==
                          MQTT_FRAME_COMPLETE &&
                      frame.len == bytes.len,
                  "%d", number);
    ck_assert_msg(
        mqtt_decode(buf_slice(&bytes), p->version, &back, &report, NULL),
        "%d: %s", number, report.list[0].text);
    ck_assert_msg(mqtt_check(&back, from, &report), "%d: %s", number,
                  report.list[0].text);
    ck_same_packet(p, &back, number);
    mqtt_encode(&again, &back);
    ck_assert_msg(slice_equal(buf_slice(&bytes), buf_slice(&again)), "%d",
                  number);
}

START_TEST(random_packets_survive_the_round_trip)
{
    struct mqtt_random_packet maker;
    int seen[8][MQTT_TYPES] = {{0}};
    mqtt_random_packet_init(&maker, 20260);
    for (int i = 0; i < PACKETS; i++) {
        enum mqtt_side from;
        struct mqtt_packet p = mqtt_random_packet_any(&maker, &from);
        seen[p.version][p.type]++;
        ck_round_trip(&p, from, i);
    }
    for (int v = MQTT_31; v <= MQTT_50; v++)
        for (int t = 1; t < MQTT_TYPES; t++)
            ck_assert((seen[v][t] > 100) == (t != MQTT_AUTH || v == MQTT_50));
    mqtt_random_packet_release(&maker);
}
END_TEST

START_TEST(the_same_seed_makes_the_same_packets)
{
    struct mqtt_random_packet a, b;
    struct buf bytes[2] = {{0}, {0}};
    mqtt_random_packet_init(&a, 7);
    mqtt_random_packet_init(&b, 7);
    for (int i = 0; i < 100; i++) {
        enum mqtt_side from;
        struct mqtt_packet p = mqtt_random_packet_any(&a, &from);
        mqtt_encode(&bytes[0], &p);
        p = mqtt_random_packet_any(&b, &from);
        mqtt_encode(&bytes[1], &p);
    }
    ck_assert(slice_equal(buf_slice(&bytes[0]), buf_slice(&bytes[1])));
    buf_release(&bytes[0]);
    buf_release(&bytes[1]);
    mqtt_random_packet_release(&a);
    mqtt_random_packet_release(&b);
}
END_TEST

/* --- damage --------------------------------------------------------------- */

/* What encodes again must be what was decoded, however odd it is. */
static void
ck_if_decoded_then_encodes(struct slice bytes, const struct mqtt_packet *p,
                           int number)
{
    static struct buf again;
    struct mqtt_frame frame;
    buf_clear(&again);
    mqtt_encode(&again, p);
    mqtt_frame_next(bytes, &frame);
    ck_assert_msg(slice_equal(slice_first(bytes, frame.len), buf_slice(&again)),
                  "mutation %d", number);
}

static void
use(struct slice bytes, enum mqtt_version v, int number)
{
    static struct buf text;
    static struct mqtt_notes notes;
    struct mqtt_packet p;
    struct mqtt_report report;
    struct mqtt_print how = {number & 1, number & 2 ? 20 : 0};
    buf_clear(&text);
    mqtt_notes_clear(&notes);
    bool good = mqtt_decode(bytes, v, &p, &report, &notes);
    if (good && p.version)
        ck_if_decoded_then_encodes(bytes, &p, number);
    mqtt_check(&p, number & 4 ? FROM_CLIENT : FROM_SERVER, &report);
    for (size_t i = 0; i < report.count; i++)
        ck_assert_msg(report.list[i].offset + report.list[i].len <= bytes.len,
                      "mutation %d", number);
    for (size_t i = 0; i < notes.count; i++)
        ck_assert_msg(notes.list[i].at + notes.list[i].len <= bytes.len,
                      "mutation %d", number);
    mqtt_print_line(&text, &p, how);
    mqtt_print_tree(&text, &p, &notes, how);
    mqtt_print_hex(&text, bytes, &p, &notes, how);
}

/* The vectors round and round, the long ones only at first. */
static const struct mqtt_vector *
next_vector(size_t *at, struct buf *bytes, bool long_ones)
{
    for (;;) {
        const struct mqtt_vector *v = mqtt_vector_at((*at)++);
        if (!v) {
            *at = 0;
            continue;
        }
        buf_clear(bytes);
        mqtt_vector_bytes(bytes, v);
        if (bytes->len < 1000 || long_ones)
            return v;
    }
}

START_TEST(damaged_vectors_do_no_harm)
{
    static const enum mqtt_version other[] = {MQTT_NO_VERSION, MQTT_31,
                                              MQTT_311, MQTT_50};
    struct random r;
    struct buf bytes = {0};
    random_seed(&r, 31);
    size_t at = 0;
    for (int i = 0; i < MUTATIONS; i++) {
        const struct mqtt_vector *v = next_vector(&at, &bytes, i < 5000);
        mqtt_random_damage(&bytes, &r, 4);
        /* An exact copy, so that a read past the end is seen. */
        uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
        if (bytes.len)
            memcpy(copy, bytes.data, bytes.len);
        use(slice_of(copy, bytes.len), i % 9 ? v->version : other[i / 9 % 4],
            i);
        free(copy);
    }
    buf_release(&bytes);
}
END_TEST

TEST_MAIN(random_packets_survive_the_round_trip,
          the_same_seed_makes_the_same_packets, damaged_vectors_do_no_harm)
