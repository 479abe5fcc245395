/* match_test.c - patterns against packets that arrived.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/match.h"

#include "base/hex.h"
#include "conformance/script/script_testkit.h"
#include "mqtt/decode.h"

/* A packet in hex, a pattern, and the first difference ("" when it fits). */
static const struct {
    const char *packet;
    const char *pattern;
    const char *difference;
} rows[] = {
    {"40 02 00 07", "PUBACK packet_id=7", ""},
    {"40 02 00 08", "PUBACK packet_id=7", "packet_id: expected 7, got 8"},
    {"40 02 00 08", "PUBREC packet_id=8", "expected PUBREC, got PUBACK"},
    {"40 02 00 08", "any packet_id=8", ""},
    {"40 02 00 08", "close", "expected close, got PUBACK"},
    {"40 02 00 08", "PUBACK packet_id=7|8", ""},
    {"40 02 00 08", "PUBACK packet_id=1..7",
     "packet_id: expected 1..7, got 8"},
    {"40 02 00 08", "PUBACK packet_id>7", ""},
    {"40 02 00 08", "PUBACK packet_id>8", "packet_id: expected > 8, got 8"},
    {"40 02 00 08", "PUBACK packet_id!=8", "packet_id: expected != 8, got 8"},
    /* A Reason Code that was left out is 0 (3.4.2.1). */
    {"40 02 00 07", "PUBACK reason=success", ""},
    {"40 03 00 07 87", "PUBACK reason=success",
     "reason: expected success, got 135"},
    {"40 03 00 07 87", "PUBACK reason=not_authorized", ""},
    {"40 02 00 07", "PUBACK size=4", ""},
    {"40 02 00 07", "PUBACK size<=3", "size: expected <= 3, got 4"},
    {"90 05 00 01 00 01 02", "SUBACK codes=[1 2]", ""},
    {"90 05 00 01 00 01 02", "SUBACK codes=[2 1]",
     "codes: expected [2 1], got [1 2]"},
    {"90 05 00 01 00 01 02", "SUBACK codes={2 1}", ""},
    {"90 05 00 01 00 01 02", "SUBACK codes=[any any]", ""},
    {"90 05 00 01 00 01 02", "SUBACK codes=[1]",
     "codes: expected [1], got [1 2]"},
    {"90 05 00 01 00 01 02", "SUBACK codes=[0..2 0..2]", ""},
    /* PUBLISH a/b, User Properties k:1 and k:2, payload "hi" */
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH topic=\"a/b\" payload=\"hi\"", ""},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH user_property=\"k\":\"2\"", ""},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH user_property=[\"k\":\"1\" \"k\":\"2\"]", ""},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH user_property>={\"k\":\"2\"}", ""},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH user_property>={\"k\":\"2\" \"k\":\"1\"}", ""},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH user_property=[\"k\":\"2\" \"k\":\"1\"]",
     "user_property: expected [\"k\":\"2\" \"k\":\"1\"], got "
     "[\"k\":\"1\" \"k\":\"2\"]"},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH content_type=absent qos=0 dup=0", ""},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH content_type=present",
     "content_type: expected present, got absent"},
    {"30 16 00 03 61 2f 62 0e 26 00 01 6b 00 01 31 26 00 01 6b 00 01 32 68 69",
     "PUBLISH user_property=absent",
     "user_property: expected absent, got [\"k\":\"1\" \"k\":\"2\"]"},
};

static struct script_file *
awaiting(const char *pattern)
{
    return script_loaded(SCRIPT_50 "c opens\nc < %s [MQTT-3.2.0-1]\n",
                         pattern);
}

static struct got
arrived(const char *hex, struct buf *bytes)
{
    struct got g = {0};
    struct mqtt_report report;
    ck_assert(hex_parse(bytes, slice_str(hex)));
    g.bytes = buf_slice(bytes);
    ck_assert(mqtt_decode(g.bytes, MQTT_50, &g.packet, &report, NULL));
    if (g.packet.type == MQTT_PUBLISH)
        g.topic = g.packet.topic;
    return g;
}

START_TEST(patterns_fit_or_tell_the_first_difference)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf bytes = {0}, difference = {0};
        struct script_file *f = awaiting(rows[i].pattern);
        struct got g = arrived(rows[i].packet, &bytes);
        struct arena *arena = arena_new();
        struct eval e = {.arena = arena, .version = MQTT_50};
        e.scope = scope_new(arena, NULL);
        enum match_result r =
            match_packet(&e, &f->scenarios[0].body.list[1].packet, &g,
                         &difference);
        ck_assert_msg(r == (rows[i].difference[0] ? MATCH_NO : MATCH_YES),
                      "%s: %s", rows[i].pattern, buf_cstr(&difference));
        ck_assert_str_eq(buf_cstr(&difference), rows[i].difference);
        arena_free(arena);
        script_free(f);
        buf_release(&bytes);
        buf_release(&difference);
    }
}
END_TEST

START_TEST(names_are_bound_only_by_a_whole_fit)
{
    struct buf bytes = {0};
    struct got g = arrived("40 03 00 07 87", &bytes);
    struct arena *arena = arena_new();
    struct eval e = {.arena = arena, .version = MQTT_50};
    e.scope = scope_new(arena, NULL);

    struct script_file *f = awaiting("PUBACK packet_id=?p reason=success");
    ck_assert_int_eq(match_packet(&e, &f->scenarios[0].body.list[1].packet, &g,
                                  NULL),
                     MATCH_NO);
    ck_assert_ptr_null(scope_find(e.scope, slice_str("p")));
    script_free(f);

    f = awaiting("PUBACK packet_id=?p reason_string=?s else \"none\"");
    ck_assert_int_eq(match_packet(&e, &f->scenarios[0].body.list[1].packet, &g,
                                  NULL),
                     MATCH_YES);
    ck_assert_int_eq(scope_find(e.scope, slice_str("p"))->number, 7);
    ck_assert(slice_is(scope_find(e.scope, slice_str("s"))->text, "none"));
    script_free(f);
    arena_free(arena);
    buf_release(&bytes);
}
END_TEST

TEST_MAIN(patterns_fit_or_tell_the_first_difference,
          names_are_bound_only_by_a_whole_fit)
