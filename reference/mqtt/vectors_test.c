/* vectors_test.c - the codec against packets written down by hand.
 * SPDX-License-Identifier: MIT
 *
 * Every row of vectors.def is decoded, checked, printed, encoded, fed to the
 * framing byte by byte, and cut at every place.                              */
#include "mqtt/vectors.h"

#include <stdio.h>

#include "base/hex.h"
#include "base/test.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"

/* A vector with everything that can be made of it. */
struct worked {
    const struct mqtt_vector *vector;
    struct buf bytes;          /* owned */
    struct mqtt_packet packet; /* borrows bytes */
    struct mqtt_report report; /* of decode, then of check */
    bool decoded;              /* decode found nothing wrong */
};

static struct worked
work(const struct mqtt_vector *vector)
{
    struct worked w = {.vector = vector};
    mqtt_vector_bytes(&w.bytes, vector);
    w.decoded = mqtt_decode(buf_slice(&w.bytes), vector->version, &w.packet,
                            &w.report, NULL);
    mqtt_check(&w.packet, vector->from, &w.report);
    return w;
}

static const char *
label(const struct mqtt_vector *v)
{
    static char text[200];
    snprintf(text, sizeof text, "%s (%s)", v->name,
             mqtt_version_name(v->version));
    return text;
}

START_TEST(each_is_printed_as_it_should_be)
{
    const struct mqtt_vector *v;
    struct buf line = {0};
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        struct worked w = work(v);
        struct mqtt_print how = {.secrets = true, .max_text = MQTT_VECTOR_TEXT};
        buf_clear(&line);
        mqtt_print_line(&line, &w.packet, how);
        ck_assert_msg(strcmp(buf_cstr(&line), v->line) == 0,
                      "%s\nis:     %s\nshould: %s", label(v), buf_cstr(&line),
                      v->line);
        buf_release(&w.bytes);
    }
    buf_release(&line);
}
END_TEST

START_TEST(each_breaks_the_rule_it_was_made_for)
{
    const struct mqtt_vector *v;
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        struct worked w = work(v);
        const struct mqtt_violation *first = &w.report.list[0];
        if (!v->statement) {
            ck_assert_msg(w.report.count == 0, "%s: %s", label(v), first->text);
            buf_release(&w.bytes);
            continue;
        }
        ck_assert_msg(w.report.count > 0, "%s: nothing found", label(v));
        ck_assert_msg(strcmp(first->statement, v->statement) == 0 &&
                          first->reason == v->reason,
                      "%s: is %s 0x%02x (%s), should be %s 0x%02x", label(v),
                      first->statement, first->reason, first->text,
                      v->statement, v->reason);
        ck_assert_msg(first->offset + first->len <= w.bytes.len, "%s",
                      label(v));
        buf_release(&w.bytes);
    }
}
END_TEST

/* What can be placed can be written again, even when its values are wrong. */
START_TEST(what_decodes_encodes_to_the_same_bytes)
{
    const struct mqtt_vector *v;
    struct buf again = {0};
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        struct worked w = work(v);
        if (w.decoded) {
            buf_clear(&again);
            mqtt_encode(&again, &w.packet);
            ck_assert_msg(slice_equal(buf_slice(&again), buf_slice(&w.bytes)),
                          "%s", label(v));
        }
        buf_release(&w.bytes);
    }
    buf_release(&again);
}
END_TEST

/* Each alone and in front of another packet, of which nothing may be taken. */
START_TEST(a_frame_is_complete_with_its_last_byte_only)
{
    const struct mqtt_vector *v;
    size_t bad = 0;
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        struct buf bytes = {0};
        struct mqtt_frame f;
        mqtt_vector_bytes(&bytes, v);
        struct slice all = buf_slice(&bytes);
        bool is_bad = mqtt_frame_next(all, &f) == MQTT_FRAME_BAD;
        bad += is_bad;
        size_t end = is_bad ? 5 : all.len;
        for (size_t n = 0; n < end; n++)
            ck_assert_msg(mqtt_frame_next(slice_first(all, n), &f) ==
                                  MQTT_FRAME_NEED_MORE &&
                              (f.len == 0 || f.len == end),
                          "%s: %zu bytes", label(v), n);
        enum mqtt_frame_status last =
            mqtt_frame_next(slice_first(all, end), &f);
        ck_assert_msg(last == (is_bad ? MQTT_FRAME_BAD : MQTT_FRAME_COMPLETE),
                      "%s", label(v));
        buf_add_str(&bytes, "\xc0");
        mqtt_frame_next(buf_slice(&bytes), &f);
        ck_assert_msg(is_bad || f.len == end, "%s", label(v));
        buf_release(&bytes);
    }
    ck_assert_uint_eq(bad, 3); /* a Remaining Length of five bytes, thrice */
}
END_TEST

/* Every place near both ends, some between. */
static size_t
step_at(size_t at, size_t len)
{
    return at > 200 && at + 200 < len ? 97 : 1;
}

START_TEST(every_cut_is_reported)
{
    const struct mqtt_vector *v;
    struct mqtt_notes notes = {0};
    struct buf text = {0};
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        struct worked w = work(v);
        struct slice all = buf_slice(&w.bytes);
        for (size_t n = 0; n < all.len; n += step_at(n, all.len)) {
            struct slice cut = slice_first(all, n);
            mqtt_notes_clear(&notes);
            buf_clear(&text);
            ck_assert_msg(
                !mqtt_decode(cut, v->version, &w.packet, &w.report, &notes),
                "%s cut after %zu bytes", label(v), n);
            mqtt_check(&w.packet, v->from, &w.report);
            mqtt_print_line(&text, &w.packet, (struct mqtt_print){0});
            if (n < 64 || n % 8 == 0) /* as long again, and mostly the same */
                mqtt_print_hex(&text, cut, &w.packet, &notes,
                               (struct mqtt_print){0});
        }
        buf_release(&w.bytes);
    }
    mqtt_notes_release(&notes);
    buf_release(&text);
}
END_TEST

/* The rules of decode, which has no table to ask. */
static const char *const decode_rules[] = {
    "a field runs past the end of the packet",
    "a property runs past the end of the properties",
    "bytes are left over after the last field",
    "a length of more than four bytes",
    "a Variable Byte Integer longer than it needs to be",
    "a string is not well-formed UTF-8",
    "a string contains U+0000",
    "a string pair is not well-formed UTF-8 without U+0000",
    "an identifier that is no property's",
    "a property that this packet may not have",
    "a property that may stand only once stands twice",
    "a property value outside the range allowed",
    "Topic Alias 0",
    "a Protocol Name other than MQTT",
    "no version of MQTT that we know",
};

/* Does some vector have this text, and this id if not NULL, in its report? */
static bool
is_hit(const char *text, const char *id)
{
    const struct mqtt_vector *v;
    bool hit = false;
    for (size_t i = 0; !hit && (v = mqtt_vector_at(i)); i++) {
        if (!v->statement)
            continue;
        struct worked w = work(v);
        for (size_t k = 0; k < w.report.count; k++)
            hit |= strcmp(w.report.list[k].text, text) == 0 &&
                   (!id || strcmp(w.report.list[k].statement, id) == 0);
        buf_release(&w.bytes);
    }
    return hit;
}

/* In each version that numbers it. */
START_TEST(every_rule_is_broken_by_some_vector)
{
    for (size_t i = 0; i < TEST_COUNT(decode_rules); i++)
        ck_assert_msg(is_hit(decode_rules[i], NULL), "%s", decode_rules[i]);
    for (size_t i = 0; i < mqtt_check_count(); i++) {
        const struct mqtt_rule *rule = mqtt_check_rule(i);
        ck_assert_msg(is_hit(rule->text, NULL), "%s", rule->text);
        ck_assert_msg(!rule->id5 || is_hit(rule->text, rule->id5), "%s",
                      rule->id5);
        ck_assert_msg(!rule->id311 || is_hit(rule->text, rule->id311), "%s",
                      rule->id311);
    }
    ck_assert_ptr_null(mqtt_check_rule(mqtt_check_count()));
}
END_TEST

/* Every type in every version that has it, good and (5.0) bad. */
START_TEST(every_packet_of_every_version_is_there)
{
    bool seen[8][MQTT_TYPES] = {{false}};
    const struct mqtt_vector *v;
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        struct worked w = work(v);
        if (!v->statement)
            seen[v->version][w.packet.type] = true;
        buf_release(&w.bytes);
    }
    for (int version = MQTT_31; version <= MQTT_50; version++)
        for (int type = 1; type < MQTT_TYPES; type++)
            ck_assert_msg(seen[version][type] ==
                              (type != MQTT_AUTH || version == MQTT_50),
                          "type %d of version %d", type, version);
}
END_TEST

START_TEST(names_are_unique_within_a_version)
{
    const struct mqtt_vector *a, *b;
    for (size_t i = 0; (a = mqtt_vector_at(i)); i++)
        for (size_t k = i + 1; (b = mqtt_vector_at(k)); k++)
            ck_assert_msg(a->version != b->version || strcmp(a->name, b->name),
                          "%s", label(a));
}
END_TEST

TEST_MAIN(each_is_printed_as_it_should_be, each_breaks_the_rule_it_was_made_for,
          what_decodes_encodes_to_the_same_bytes,
          a_frame_is_complete_with_its_last_byte_only, every_cut_is_reported,
          every_rule_is_broken_by_some_vector,
          every_packet_of_every_version_is_there,
          names_are_unique_within_a_version)
