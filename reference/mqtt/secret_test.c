/* secret_test.c - secrets become stars, and nothing else changes.
 * SPDX-License-Identifier: MIT */
#include "mqtt/secret.h"

#include "base/hex.h"
#include "base/test.h"

/* clang-format off */
static const struct {
    const char *what;
    enum mqtt_version version;      /* of the connection */
    const char *bytes, *masked;     /* hex */
} cases[] = {
    {"a password, 3.1.1 (3.1.3.5)", MQTT_NO_VERSION,
     "10 14 00 04 4d515454 04 c2 003c 0001 61 0001 75 0002 7077",
     "10 14 00 04 4d515454 04 c2 003c 0001 61 0001 75 0002 2a2a"},
    {"Authentication Data of CONNECT, 5.0 (3.1.2.11.10)", MQTT_NO_VERSION,
     "10 18 00 04 4d515454 05 02 003c 0a 15 0001 6d 16 0003 010203 0001 61",
     "10 18 00 04 4d515454 05 02 003c 0a 15 0001 6d 16 0003 2a2a2a 0001 61"},
    {"Authentication Data of AUTH (3.15.2.2.3)", MQTT_50,
     "f0 0b 18 09 15 0001 6d 16 0002 0909",
     "f0 0b 18 09 15 0001 6d 16 0002 2a2a"},
    {"an empty password", MQTT_NO_VERSION,
     "10 12 00 04 4d515454 04 c2 003c 0001 61 0001 75 0000",
     "10 12 00 04 4d515454 04 c2 003c 0001 61 0001 75 0000"},
    {"a packet without secrets", MQTT_311,
     "30 05 0001 61 6869", "30 05 0001 61 6869"},
};
/* clang-format on */

START_TEST(only_secrets_are_masked)
{
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct buf bytes = {0}, masked = {0};
        ck_assert(hex_parse(&bytes, slice_str(cases[i].bytes)));
        ck_assert(hex_parse(&masked, slice_str(cases[i].masked)));
        mqtt_secret_mask(bytes.data, bytes.len, cases[i].version);
        ck_assert_msg(slice_equal(buf_slice(&bytes), buf_slice(&masked)), "%s",
                      cases[i].what);
        buf_release(&bytes);
        buf_release(&masked);
    }
}
END_TEST

START_TEST(a_connect_tells_the_version)
{
    uint8_t connect[] = {0x10, 0x0d, 0, 4, 'M', 'Q', 'T', 'T',
                         5,    2,    0, 0, 0,   0,   0};
    ck_assert_int_eq(
        mqtt_secret_mask(connect, sizeof connect, MQTT_NO_VERSION), MQTT_50);
    uint8_t ping[] = {0xc0, 0};
    ck_assert_int_eq(mqtt_secret_mask(ping, sizeof ping, MQTT_311), MQTT_311);
}
END_TEST

TEST_MAIN(only_secrets_are_masked, a_connect_tells_the_version)
