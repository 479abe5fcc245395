/* damage_test.c - packets of the script into bytes, right and wrong ones.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/damage.h"

#include "base/hex.h"
#include "conformance/engine/build.h"
#include "conformance/script/script_testkit.h"
#include "mqtt/encode.h"

#define LONG_TEXT "\"xxxxxxxxxx\"*12"

/* What stands behind `c >`, and the bytes; NULL: it cannot be built. */
static const struct {
    const char *packet;
    const char *hex;
} rows[] = {
    {"PINGREQ", "c0 00"},
    {"PUBACK packet_id=7", "40 02 00 07"},
    {"PUBACK packet_id=7 reason=0x87", "40 03 00 07 87"},
    {"PUBLISH topic=\"a\" payload=\"m\"", "30 05 00 01 61 00 6d"},
    {"PUBLISH topic=\"a\" qos=1", "32 06 00 01 61 00 01 00"},
    {"PUBLISH topic=\"a\" qos=1 packet_id=absent", "32 04 00 01 61 00"},
    {"PUBLISH topic=\"a\" qos=3 packet_id=9", "36 06 00 01 61 00 09 00"},
    {"PUBLISH topic=\"a\" topic_alias=2", "30 07 00 01 61 03 23 00 02"},
    {"PUBLISH topic=\"a\" pad to 8", "30 06 00 01 61 00 78 78"},
    {"PUBLISH topic=\"abcdefgh\" pad to 8", NULL},
    {"SUBSCRIBE packet_id=1 filters=[{filter=\"a\" qos=1 no_local=1}]",
     "82 07 00 01 00 00 01 61 05"},
    {"UNSUBSCRIBE packet_id=1 filters=[\"a\"]", "a2 06 00 01 00 00 01 61"},
    {"DISCONNECT reason=0x04", "e0 01 04"},
    {"CONNECT client_id=exactly \"x\"",
     "10 0e 00 04 4d 51 54 54 05 02 00 00 00 00 01 78"},
    {"CONNECT client_id=\"\" clean_start=0 keep_alive=5",
     "10 0d 00 04 4d 51 54 54 05 00 00 05 00 00 00"},
    {"CONNECT client_id=\"ab\"",
     "10 13 00 04 4d 51 54 54 05 02 00 00 00 00 06 61 62 2d 73 75 66"},
    {"CONNECT client_id=\"\" will_topic=\"w\" will_qos=1",
     "10 17 00 04 4d 51 54 54 05 0e 00 00 00 00 00 00 00 01 77 00 04 77 69 6c "
     "6c"},

    {"PINGREQ damage byte[0]=0xc1", "c1 00"},
    {"PINGREQ damage byte[2]=0", NULL},
    {"PUBLISH topic=\"a\" payload=\"mn\" damage truncate=1",
     "30 05 00 01 61 00 6d"},
    {"PUBLISH topic=\"a\" damage truncate=9", NULL},
    {"PINGREQ damage remaining_length=+1", "c0 01"},
    {"PUBACK packet_id=7 damage remaining_length=-1", "40 01 00 07"},
    {"PINGREQ damage remaining_length=321", "c0 c1 02"},
    {"PINGREQ damage append=\"x\"", "c0 01 78"},
    {"SUBSCRIBE packet_id=1 filters=[{filter=\"a\" qos=1}] "
     "damage drop=packet_id",
     "82 05 00 00 01 61 01"},
    {"PUBLISH topic=\"a\" topic_alias=2 damage repeat=topic_alias",
     "30 0a 00 01 61 06 23 00 02 23 00 02"},
    {"PUBLISH topic=\"a\" topic_alias=2 damage drop=topic_alias",
     "30 04 00 01 61 00"},
    {"PUBLISH topic=\"a\" damage property=0x7f:01",
     "30 06 00 01 61 02 7f 01"},
    {"PUBLISH topic=\"a\" damage drop=topic_alias", NULL},
    {"PUBACK packet_id=1 damage property=0x7f:01", NULL},
    {"PUBLISH topic=\"a\" damage append=\"x\" truncate=1 byte[0]=0x3f",
     "3f 04 00 01 61 00"},
};

static struct script_file *
sending(const char *packet)
{
    return script_loaded(SCRIPT_50 "c opens\nc > %s\n"
                                   "c < close [MQTT-3.2.0-1]\n", packet);
}

static bool
make(struct eval *e, const struct script_stmt *s, struct buf *out)
{
    uint16_t next_id = 0;
    struct build_sender from = {
        .client_id = slice_str("me"), .suffix = "-suf", .next_id = &next_id};
    struct mqtt_packet packet;
    if (!build_packet(e, &s->packet, &from, &packet))
        return false;
    mqtt_encode(out, &packet);
    return damage_apply(e, s->damage, s->damage_count, out);
}

START_TEST(packets_become_bytes)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct script_file *f = sending(rows[i].packet);
        struct arena *arena = arena_new();
        struct eval e = {.arena = arena, .version = MQTT_50};
        struct buf bytes = {0}, hex = {0};
        e.scope = scope_new(arena, NULL);
        bool good = make(&e, &f->scenarios[0].body.list[1], &bytes);
        ck_assert_msg(good == (rows[i].hex != NULL), "%s: %s", rows[i].packet,
                      e.err.text);
        hex_print(&hex, buf_slice(&bytes), ' ');
        if (good)
            ck_assert_msg(slice_is(buf_slice(&hex), rows[i].hex),
                          "%s:\n%s, expected\n%s", rows[i].packet,
                          buf_cstr(&hex), rows[i].hex);
        buf_release(&bytes);
        buf_release(&hex);
        arena_free(arena);
        script_free(f);
    }
}
END_TEST

/* When the packet grows beyond 127 bytes its length takes another byte. */
START_TEST(lengths_may_grow)
{
    struct script_file *f =
        sending("PUBLISH topic=" LONG_TEXT " topic_alias=2 "
                "damage repeat=topic_alias");
    struct arena *arena = arena_new();
    struct eval e = {.arena = arena, .version = MQTT_50};
    struct buf bytes = {0};
    e.scope = scope_new(arena, NULL);
    ck_assert(make(&e, &f->scenarios[0].body.list[1], &bytes));
    /* 2 + 120 + 1 + 6 = 129 */
    ck_assert_uint_eq(bytes.len, 3 + 129);
    ck_assert_mem_eq(bytes.data, "\x30\x81\x01\x00\x78", 5);
    ck_assert_uint_eq(bytes.data[3 + 122], 6);
    buf_release(&bytes);
    arena_free(arena);
    script_free(f);
}
END_TEST

TEST_MAIN(packets_become_bytes, lengths_may_grow)
