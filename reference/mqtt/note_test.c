/* note_test.c - every byte of a packet has a note, and the right one.
 * SPDX-License-Identifier: MIT */
#include "mqtt/note.h"

#include "base/hex.h"
#include "base/test.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/vectors.h"

/* Notes of depth 0 follow each other without gap or overlap, and each deeper
 * one lies within the last one above it. */
static void
ck_notes_cover(const struct mqtt_notes *notes, size_t len, const char *name)
{
    size_t next = 0;
    const struct mqtt_note *above[4] = {NULL};
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        ck_assert_msg(n->depth < 4 && n->label && n->section, "%s", name);
        above[n->depth] = n;
        if (n->depth == 0) {
            ck_assert_msg(n->at == next, "%s: %s at %u, not %zu", name,
                          n->label, n->at, next);
            next = n->at + n->len;
            continue;
        }
        const struct mqtt_note *up = above[n->depth - 1];
        ck_assert_msg(
            up && n->at >= up->at && n->at + n->len <= up->at + up->len,
            "%s: %s outside %s", name, n->label, up ? up->label : "?");
        ck_assert_msg(!n->is_bits || (n->len == 1 && n->high >= n->low), "%s",
                      name);
    }
    ck_assert_msg(next == len, "%s: noted up to %zu of %zu", name, next, len);
}

START_TEST(notes_cover_every_byte)
{
    const struct mqtt_vector *v;
    struct buf bytes = {0};
    struct mqtt_notes notes = {0};
    struct mqtt_packet p;
    struct mqtt_report report;
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        buf_clear(&bytes);
        mqtt_vector_bytes(&bytes, v);
        struct slice all = buf_slice(&bytes);
        for (size_t n = all.len > 200 ? all.len : 1; n <= all.len; n++) {
            mqtt_notes_clear(&notes);
            mqtt_decode(slice_first(all, n), v->version, &p, &report, &notes);
            ck_notes_cover(&notes, n, v->name);
        }
    }
    mqtt_notes_release(&notes);
    buf_release(&bytes);
}
END_TEST

START_TEST(a_note_says_which_field_or_property_it_is)
{
    struct buf bytes = {0};
    struct mqtt_notes notes = {0};
    struct mqtt_packet p;
    struct mqtt_report report;
    hex_parse(&bytes, slice_str("32 0b 0001 61 0007 03 23 0005 6869"));
    ck_assert(mqtt_decode(buf_slice(&bytes), MQTT_50, &p, &report, &notes));
    static const struct {
        const char *name, *label;
        uint32_t at, len;
        int value;
        uint32_t number;
    } should[] = {
        {"", "Packet type and flags", 0, 1, NOTE_NUMBER, 0x32},
        {"", "Packet type", 0, 1, NOTE_TYPE, 3},
        {"dup", "DUP flag", 0, 1, NOTE_NUMBER, 0},
        {"qos", "QoS level", 0, 1, NOTE_NUMBER, 1},
        {"retain", "RETAIN", 0, 1, NOTE_NUMBER, 0},
        {"remaining_length", "Remaining Length", 1, 1, NOTE_NUMBER, 11},
        {"topic", "Topic Name", 2, 3, NOTE_TEXT, 0},
        {"packet_id", "Packet Identifier", 5, 2, NOTE_NUMBER, 7},
        {"properties", "Properties", 7, 4, NOTE_NOTHING, 0},
        {"", "Property Length", 7, 1, NOTE_NUMBER, 3},
        {"topic_alias", "Topic Alias", 8, 3, NOTE_NUMBER, 5},
        {"payload", "Payload", 11, 2, NOTE_BYTES, 0},
    };
    ck_assert_uint_eq(notes.count, TEST_COUNT(should));
    for (size_t i = 0; i < notes.count; i++) {
        const struct mqtt_note *n = &notes.list[i];
        ck_assert_str_eq(n->name, should[i].name);
        ck_assert_str_eq(n->label, should[i].label);
        ck_assert_uint_eq(n->at, should[i].at);
        ck_assert_uint_eq(n->len, should[i].len);
        ck_assert_int_eq(n->value, should[i].value);
        ck_assert_uint_eq(n->number, should[i].number);
    }
    ck_assert_uint_eq(notes.list[6].field, MQTT_F_topic);
    ck_assert_uint_eq(notes.list[10].property, MQTT_P_topic_alias);
    ck_assert(slice_is(notes.list[11].text, "hi"));
    mqtt_notes_release(&notes);
    buf_release(&bytes);
}
END_TEST

START_TEST(values_are_printed_by_kind)
{
    /* clang-format off */
    static const struct {
        struct mqtt_note note;
        size_t max;
        const char *text;
    } rows[] = {
        {{.value = NOTE_NOTHING}, 0, ""},
        {{.value = NOTE_NUMBER, .number = 4294967295u}, 0, "4294967295"},
        {{.value = NOTE_REASON, .number = 0x87}, 0, "0x87 Not authorized"},
        {{.value = NOTE_REASON, .number = 0x77}, 0, "0x77 unknown"},
        {{.value = NOTE_TYPE, .number = 2}, 0, "2 CONNACK"},
        {{.value = NOTE_TEXT, .text = {(const uint8_t *)"a\"b", 3}}, 0, "\"a\\\"b\""},
        {{.value = NOTE_TEXT, .text = {(const uint8_t *)"abcd", 4}}, 2, "\"ab...\""},
        {{.value = NOTE_BYTES, .text = {(const uint8_t *)"\0\xff", 2}}, 0, "00 ff"},
        {{.value = NOTE_BYTES, .text = {(const uint8_t *)"\0\xff\1", 3}}, 2,
         "00 ff ... (3 bytes)"},
        {{.value = NOTE_BYTES, .text = {(const uint8_t *)"hi", 2}}, 0, "\"hi\""},
        {{.value = NOTE_BYTES}, 0, ""},
    };
    /* clang-format on */
    struct buf out = {0};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        buf_clear(&out);
        mqtt_note_print_value(&out, &rows[i].note, MQTT_CONNACK, MQTT_50,
                              rows[i].max);
        ck_assert_str_eq(buf_cstr(&out), rows[i].text);
    }
    buf_release(&out);
}
END_TEST

START_TEST(a_violation_of_a_value_is_placed_at_its_field)
{
    /* PUBLISH QoS 1 with Packet Identifier 0: bytes 5 and 6. */
    static const uint8_t bytes[] = {0x32, 0x06, 0, 1, 'a', 0, 0, 0x68};
    struct slice all = slice_of(bytes, sizeof bytes);
    struct mqtt_packet p;
    struct mqtt_report report;
    struct mqtt_notes notes = {0};
    mqtt_decode(all, MQTT_311, &p, &report, &notes);
    mqtt_check(&p, FROM_CLIENT, &report);
    ck_assert_uint_eq(report.count, 1);
    mqtt_notes_place(&notes, &report);
    ck_assert_uint_eq(report.list[0].offset, 5);
    ck_assert_uint_eq(report.list[0].len, 2);
    mqtt_notes_release(&notes);
}
END_TEST

TEST_MAIN(a_violation_of_a_value_is_placed_at_its_field,
          notes_cover_every_byte, a_note_says_which_field_or_property_it_is,
          values_are_printed_by_kind)
