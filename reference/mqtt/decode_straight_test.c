/* decode_straight_test.c - the straight decoder against the walk.
 * SPDX-License-Identifier: MIT
 *
 * Asking for notes keeps the straight decoder out, so that the same bytes can
 * be decoded both ways. What one says the other has to say: random packets,
 * damaged ones, every vector, every version. The seeds are fixed.            */
#include "base/test.h"
#include "mqtt/decode.h"
#include "mqtt/decode_straight.h"
#include "mqtt/encode.h"
#include "mqtt/random_packet.h"
#include "mqtt/vectors.h"

enum { PACKETS = 60000, DAMAGED = 200000 };

static void
ck_same_row(const struct mqtt_packet *a, const struct mqtt_packet *b,
            const struct mqtt_row *row, int number)
{
    enum mqtt_version v = a->version ? a->version : MQTT_50;
    if (!mqtt_version_in(v, row->versions) || row->kind == KIND_BYTE)
        return;
    struct slice s = mqtt_field_slice(a, row), t = mqtt_field_slice(b, row);
    ck_assert_msg(mqtt_field_number(a, row) == mqtt_field_number(b, row),
                  "%d: %s", number, row->label);
    ck_assert_msg(s.len == t.len && (s.len == 0 || s.ptr == t.ptr), "%d: %s",
                  number, row->label);
}

/* Both ways: the same members, the same findings at the same places. */
static void
ck_both_ways(struct slice bytes, enum mqtt_version v, int number)
{
    static struct mqtt_notes notes;
    struct mqtt_packet a, b;
    struct mqtt_report ra, rb;
    mqtt_notes_clear(&notes);
    bool good = mqtt_decode(bytes, v, &a, &ra, NULL);
    ck_assert_msg(good == mqtt_decode(bytes, v, &b, &rb, &notes), "%d",
                  number);
    ck_assert_msg(a.type == b.type && a.version == b.version &&
                      a.present == b.present &&
                      a.remaining_length == b.remaining_length,
                  "%d", number);
    ck_assert_msg(ra.count == rb.count, "%d", number);
    for (size_t i = 0; i < ra.count; i++)
        ck_assert_msg(ra.list[i].text == rb.list[i].text &&
                          ra.list[i].offset == rb.list[i].offset &&
                          ra.list[i].len == rb.list[i].len,
                      "%d: %s", number, ra.list[i].text);
    const struct mqtt_layout layouts[2] = {mqtt_layout_first(a.type),
                                           mqtt_layout(a.type)};
    for (int l = 0; l < 2; l++)
        for (size_t i = 0; i < layouts[l].count; i++)
            ck_same_row(&a, &b, &layouts[l].rows[i], number);
}

START_TEST(random_packets_are_decoded_alike)
{
    struct mqtt_random_packet maker;
    struct buf bytes = {0};
    int straight[MQTT_TYPES] = {0}, all[MQTT_TYPES] = {0};
    mqtt_random_packet_init(&maker, 4711);
    for (int i = 0; i < PACKETS; i++) {
        enum mqtt_side from;
        struct mqtt_packet p = mqtt_random_packet_any(&maker, &from), q;
        buf_clear(&bytes);
        mqtt_encode(&bytes, &p);
        ck_both_ways(buf_slice(&bytes), p.version, i);
        all[p.type]++;
        straight[p.type] +=
            mqtt_decode_straight(buf_slice(&bytes), p.version, &q);
    }
    /* Good packets of these five types never need the walk, others always. */
    for (int t = 1; t < MQTT_TYPES; t++)
        ck_assert_int_eq(straight[t],
                         t >= MQTT_PUBLISH && t <= MQTT_PUBCOMP ? all[t] : 0);
    mqtt_random_packet_release(&maker);
    buf_release(&bytes);
}
END_TEST

/* An exact copy, so that a read past the end is seen. */
static void
ck_damaged(struct buf *bytes, struct random *r, enum mqtt_version v, int i)
{
    mqtt_random_damage(bytes, r, 3);
    uint8_t *copy = malloc(bytes->len ? bytes->len : 1);
    if (bytes->len)
        memcpy(copy, bytes->data, bytes->len);
    ck_both_ways(slice_of(copy, bytes->len), v, i);
    free(copy);
}

START_TEST(damaged_packets_are_decoded_alike)
{
    static const enum mqtt_version other[] = {MQTT_NO_VERSION, MQTT_31,
                                              MQTT_311, MQTT_50};
    struct mqtt_random_packet maker;
    struct buf bytes = {0};
    struct random r;
    random_seed(&r, 12);
    mqtt_random_packet_init(&maker, 815);
    for (int i = 0; i < DAMAGED; i++) {
        enum mqtt_side from;
        struct mqtt_packet p = mqtt_random_packet_any(&maker, &from);
        buf_clear(&bytes);
        mqtt_encode(&bytes, &p);
        ck_damaged(&bytes, &r, i % 9 ? p.version : other[i / 9 % 4], i);
    }
    mqtt_random_packet_release(&maker);
    buf_release(&bytes);
}
END_TEST

START_TEST(vectors_are_decoded_alike)
{
    struct buf bytes = {0};
    const struct mqtt_vector *v;
    for (int i = 0; (v = mqtt_vector_at((size_t)i)); i++) {
        buf_clear(&bytes);
        mqtt_vector_bytes(&bytes, v);
        ck_both_ways(buf_slice(&bytes), MQTT_NO_VERSION, i);
        ck_both_ways(buf_slice(&bytes), MQTT_31, i);
        ck_both_ways(buf_slice(&bytes), MQTT_311, i);
        ck_both_ways(buf_slice(&bytes), MQTT_50, i);
    }
    buf_release(&bytes);
}
END_TEST

TEST_MAIN(random_packets_are_decoded_alike, damaged_packets_are_decoded_alike,
          vectors_are_decoded_alike)
