/* print_test.c - what is printed parses again and means the same.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/print.h"

#include "conformance/script/script_testkit.h"
#include "mqtt/decode.h"
#include "mqtt/print.h"

static const char *
printed(struct buf *out, const char *line)
{
    struct script_file *f = script_parsed(SCRIPT_50 "%s\n", line);
    const struct script_stmt *s = &f->scenarios[0].body.list[0];
    buf_clear(out);
    if (s->kind == STMT_JUDGE) {
        buf_add_str(out, "judge ");
        script_print_expr(out, s->value);
    } else {
        buf_add_str(out, "c < ");
        script_print_packet(out, &s->packet);
    }
    script_free(f);
    return buf_cstr(out);
}

/* Each is printed as it stands here. */
static const char *const same[] = {
    "judge 1 + 2 * 3 = 7",
    "judge (1 + 2) * 3 = 9",
    "judge 1 - (2 - 3) = 2",
    "judge not (1 = 2 or 3 < 4) and 5 >= 6",
    "judge not 1 = 2 or 3 != 4",
    "judge count(m, payload=\"x\") <= min(1, 2)",
    "judge m[0].topic = $p",
    "judge m[$n + 1].payload in [\"a\" \"b\"|\"c\"]",
    "judge since t < 300ms",
    "judge -$a % 4 = -1",
    "judge 0x87 = 1..5|9",
    "judge (1 = 2) = (3 = 4)",
    "judge $target.user = absent",
    "c < PUBLISH topic=\"$T/x\" payload=any qos=0..1",
    "c < PUBLISH topic=\"a${n}b$T\"",
    "c < PUBLISH topic=\"\\x24T\" payload=\"$SYS/x\"",
    "c < PUBLISH payload=\"x\"*1000 packet_id=?p else 7",
    "c < PUBLISH payload=hex:\"c0 ff\" message_expiry_interval=50..60",
    "c < PUBLISH user_property=[\"a\":\"1\" \"b\":any] v5:topic_alias=absent",
    "c < SUBACK codes={0 1|2 0x80} reason=success|not_authorized",
    "c < SUBSCRIBE filters=[{filter=\"a\" qos=1} {filter=\"b\"}]",
    "c < CONNECT client_id=exactly \"x\" will.content_type=\"y\"",
    "c < any remaining_length<=100 size!=3",
    "c < close",
};

START_TEST(print_gives_back_what_was_parsed)
{
    struct buf out = {0};
    for (size_t i = 0; i < TEST_COUNT(same); i++)
        ck_assert_str_eq(printed(&out, same[i]), same[i]);
    buf_release(&out);
}
END_TEST

/* One notation: what mqtt/print writes can be pasted into a scenario. */
static const char *const traced[] = {
    "\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00",
    "\x10\x1c\x00\x04MQTT\x05\xc6\x00\x0a\x00\x00\x02""ab\x00\x00\x01w\x00"
    "\x01x\x00\x01u\x00\x01p",
    "\x20\x06\x01\x87\x03\x21\x00\x0a",
    "\x3d\x0c\x00\x03""a/b\x00\x07\x00$hi\x00",
    "\x34\x13\x00\x03""a/b\x00\x07\x0a\x01\x01\x26\x00\x01k\x00\x02vv" "x",
    "\x40\x03\x00\x07\x10",
    "\x62\x02\x00\x07",
    "\x82\x0f\x00\x01\x02\x0b\x05\x00\x03""a/b\x0d\x00\x01#\x02",
    "\x90\x05\x00\x01\x00\x01\x80",
    "\xa2\x06\x00\x01\x00\x00\x01""a",
    "\xc0\x00",
    "\xe0\x02\x8e\x00",
};
static const size_t traced_len[] = {14, 30, 8, 14, 21, 5, 4, 17, 7, 8, 2, 4};

START_TEST(a_traced_packet_parses)
{
    for (size_t i = 0; i < TEST_COUNT(traced); i++) {
        struct buf line = {0}, again = {0};
        struct mqtt_packet p;
        struct mqtt_report report;
        buf_add_str(&line, "c < ");
        bool good = mqtt_decode(slice_of(traced[i], traced_len[i]), MQTT_50,
                                &p, &report, NULL);
        ck_assert_msg(good, "packet %zu is no packet", i);
        mqtt_print_line(&line, &p, (struct mqtt_print){true, 0});
        printed(&again, buf_cstr(&line));
        buf_release(&line);
        buf_release(&again);
    }
}
END_TEST

TEST_MAIN(print_gives_back_what_was_parsed, a_traced_packet_parses)
