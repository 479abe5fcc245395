/* version_guess_test.c - what packets tell of the version, without a CONNECT.
 * SPDX-License-Identifier: MIT */
#include "trace/model/version_guess.h"

#include "base/hex.h"
#include "base/test.h"

#define NONE MQTT_NO_VERSION
#define SRV FROM_SERVER
#define CLI FROM_CLIENT

static void
learn(struct version_guess *g, enum mqtt_side from, const char *hex,
      size_t filters)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    version_guess_learn(g, buf_slice(&bytes), from, filters);
    buf_release(&bytes);
}

/* clang-format off */
static const struct {
    const char *name;
    enum mqtt_side from;
    const char *hex;
    size_t filters;
    enum mqtt_version version;
    int weight;
} packets[] = {
    /* packet                     from  bytes                filters version  weight */
    {"CONNACK of two bytes",      SRV, "20 02 00 00",             0, MQTT_311, 100},
    {"CONNACK with properties",   SRV, "20 03 00 00 00",          0, MQTT_50,  100},
    {"UNSUBACK without codes",    SRV, "b0 02 00 01",             0, MQTT_311, 100},
    {"UNSUBACK with a code",      SRV, "b0 04 00 01 00 00",       1, MQTT_50,  100},
    {"PUBACK with a reason",      CLI, "40 03 00 01 10",          0, MQTT_50,  100},
    {"PUBACK",                    CLI, "40 02 00 01",             0, NONE,       0},
    {"PINGREQ",                   CLI, "c0 00",                   0, NONE,       0},
    {"bad in both",               CLI, "60 02 00 01",             0, NONE,       0},
    {"PUBLISH, a payload of 0",   CLI, "30 04 00 01 61 00",       0, MQTT_50,   20},
    {"PUBLISH with a property",   CLI, "30 06 00 01 61 02 01 00", 0, MQTT_50,   60},
    {"PUBLISH, no properties",    CLI, "30 04 00 01 61 78",       0, MQTT_311,  60},
    {"SUBACK, two were asked",    SRV, "90 04 00 01 00 00",       2, MQTT_311, 100},
    {"SUBACK, one was asked",     SRV, "90 04 00 01 00 00",       1, MQTT_50,  100},
    {"SUBACK, who knows",         SRV, "90 04 00 01 00 00",       0, NONE,       0},
    {"SUBACK, neither fits",      SRV, "90 04 00 01 00 00",       7, NONE,       0},
};
/* clang-format on */

START_TEST(each_packet_tells_so_much)
{
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        struct version_guess g = {0};
        learn(&g, packets[i].from, packets[i].hex, packets[i].filters);
        ck_assert_msg(g.version == packets[i].version &&
                          g.weight == packets[i].weight,
                      "%s: %s, weight %d", packets[i].name,
                      mqtt_version_name(g.version), g.weight);
    }
}
END_TEST

START_TEST(without_a_sign_it_is_311)
{
    struct version_guess g = {0};
    ck_assert_int_eq(version_guess_best(&g), MQTT_311);
    learn(&g, CLI, "30 04 00 01 61 00", 0);
    ck_assert_int_eq(version_guess_best(&g), MQTT_50);
}
END_TEST

START_TEST(a_likelier_sign_changes_it)
{
    struct version_guess g = {0};
    learn(&g, CLI, "30 04 00 01 61 00", 0);
    learn(&g, CLI, "30 04 00 01 61 78", 0);
    ck_assert_int_eq(g.version, MQTT_311);
    learn(&g, CLI, "30 04 00 01 61 00", 0); /* a weaker one does not */
    ck_assert_int_eq(g.version, MQTT_311);
    ck_assert_int_eq(g.weight, 60);
}
END_TEST

START_TEST(what_is_settled_only_yields_to_what_settles)
{
    struct version_guess g = {0};
    learn(&g, SRV, "20 02 00 00", 0);
    learn(&g, CLI, "30 06 00 01 61 02 01 00", 0);
    ck_assert_int_eq(g.version, MQTT_311);
    ck_assert_int_eq(g.weight, VERSION_GUESS_SETTLED);
    learn(&g, CLI, "40 03 00 01 10", 0);
    ck_assert_int_eq(g.version, MQTT_50);
    ck_assert_int_eq(g.weight, VERSION_GUESS_SETTLED);
}
END_TEST

START_TEST(a_weak_sign_for_the_same_does_not_weaken_it)
{
    struct version_guess g = {0};
    learn(&g, SRV, "20 03 00 00 00", 0);
    learn(&g, CLI, "30 04 00 01 61 00", 0);
    ck_assert_int_eq(g.version, MQTT_50);
    ck_assert_int_eq(g.weight, VERSION_GUESS_SETTLED);
}
END_TEST

TEST_MAIN(each_packet_tells_so_much, without_a_sign_it_is_311,
          a_likelier_sign_changes_it,
          what_is_settled_only_yields_to_what_settles,
          a_weak_sign_for_the_same_does_not_weaken_it)
