/* packet_diagram_test.c - packets as boxes.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/packet_diagram.h"

#include <stdio.h>

#include "base/hex.h"
#include "base/test.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "trace/render/draw_text.h"

/* Of bytes that nobody captured: decoded as version v. */
static struct drawing *
diagram_of(struct slice bytes, enum mqtt_version v, enum mqtt_side from,
           const struct packet_options *options)
{
    struct model_packet p = {
        .number = 1, .from = from, .bytes = bytes, .wire_len = bytes.len};
    mqtt_decode(bytes, v, &p.mqtt, &p.report, NULL);
    mqtt_check(&p.mqtt, from, &p.report);
    return packet_diagram(&p, options);
}

static void
print(struct buf *out, const char *hex, enum mqtt_version v,
      const struct packet_options *o)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    struct drawing *d =
        diagram_of(buf_slice(&bytes), v, FROM_CLIENT, o);
    drawing_print(out, d, false);
    drawing_free(d);
    buf_release(&bytes);
}

START_TEST(a_publish_of_311)
{
    struct buf out = {0};
    print(&out, "3208 0003 612f62 0007 78", MQTT_311, NULL);
    ck_assert_str_eq(buf_cstr(&out),
        "PUBLISH, MQTT 3.1.1, client to broker, 10 bytes\n"
        "\n"
        "fixed header ───────────────────────────── variable header ──────────────────── payload\n"
        "0                       1                  2                7                   9\n"
        "┌───────────────────────┬──────────────────┬────────────────┬───────────────────┬─────────┐\n"
        "│ Packet type and flags │ Remaining Length │ Topic Name     │ Packet Identifier │ Payload │\n"
        "│ 32                    │ 08               │ 00 03 61 2f 62 │ 00 07             │ 78      │\n"
        "│ PUBLISH               │ 8                │ \"a/b\"          │ 7                 │ \"x\"     │\n"
        "│ §2.2                  │ §2.2.3           │ §3.3.2.1       │ §3.3.2.2          │ §3.3.3  │\n"
        "└───────────────────────┴──────────────────┴────────────────┴───────────────────┴─────────┘\n"
        "\n"
        "byte 0: Packet type and flags\n"
        "┌───────────────┬───┬───────┬───┐\n"
        "│ 0   0   1   1 │ 0 │ 0   1 │ 0 │\n"
        "└───────┬───────┴─┬─┴───┬───┴─┬─┘\n"
        "        │         │     │     └─── RETAIN: 0  §3.3.1.3\n"
        "        │         │     └───────── QoS level: 1  §3.3.1.2\n"
        "        │         └─────────────── DUP flag: 0  §3.3.1.1\n"
        "        └───────────────────────── Packet type: 3 PUBLISH  §2.2.1\n");
    buf_release(&out);
}
END_TEST

START_TEST(a_length_of_two_bytes_is_worked_out)
{
    struct buf hex = {0}, out = {0};
    buf_add_str(&hex, "30 da 01 0001 61");
    for (int i = 0; i < 215; i++)
        buf_add_str(&hex, "78");
    print(&out, buf_cstr(&hex), MQTT_311, NULL);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out),
        "\nRemaining Length:  da 01 = 0x5a + 0x01 × 128 = 90 + 128 = 218\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "│ 78 78 78 78 78 … 78 "));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "§3.3.3, 215 bytes"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "//"));
    buf_release(&hex);
    buf_release(&out);
}
END_TEST

#define WITH_PASSWORD "101a 0004 4d515454 04 c2 003c 0001 61 0001 75 " \
                      "0006 736563726574"

START_TEST(secrets_are_masked_unless_wanted)
{
    struct buf out = {0};
    struct packet_options shown = {.secrets = true};
    print(&out, WITH_PASSWORD, MQTT_311, NULL);
    ck_assert_ptr_null(strstr(buf_cstr(&out), "secret"));
    ck_assert_ptr_null(strstr(buf_cstr(&out), "73 65"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "(6 bytes, masked)"));
    buf_clear(&out);
    print(&out, WITH_PASSWORD, MQTT_311, &shown);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "\"secret\""));
    buf_release(&out);
}
END_TEST

START_TEST(what_is_broken_is_named_beneath)
{
    struct buf out = {0};
    print(&out, "3608 0003 612f62 0007 78", MQTT_50, NULL);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "✗ MQTT-3.3.1-4"));
    buf_release(&out);
}
END_TEST

/* Any begin of any bytes can be drawn. */
START_TEST(no_bytes_are_too_odd)
{
    struct buf out = {0};
    for (int first = 0; first < 256; first++) {
        char hex[64];
        snprintf(hex, sizeof hex, "%02x 0a 00ff 00 80 ff 26 00 01 ff 00",
                 first);
        for (size_t len = 2; len <= strlen(hex); len++) {
            char part[64];
            snprintf(part, sizeof part, "%.*s", (int)len, hex);
            struct buf bytes = {0};
            buf_clear(&out);
            if (hex_parse(&bytes, slice_str(part)))
                print(&out, part, first & 1 ? MQTT_50 : MQTT_311, NULL);
            ck_assert(out.len > 0 || bytes.len == 0);
            buf_release(&bytes);
        }
    }
    buf_release(&out);
}
END_TEST

TEST_MAIN(a_publish_of_311, a_length_of_two_bytes_is_worked_out,
          secrets_are_masked_unless_wanted, what_is_broken_is_named_beneath,
          no_bytes_are_too_odd)
