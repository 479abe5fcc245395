/* conversation_test.c - what packets mean in sequence: versions, aliases,
 * answers; and that a conversation keeps them.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/conversation.h"

#include "base/hex.h"
#include "base/test.h"
#include "trace/model/dialog.h"

#define CONNECT5 "100f 0004 4d515454 05 02 003c 00 0002 6331"
#define CONNECT4 "100e 0004 4d515454 04 02 003c 0002 6331"

struct trial {
    struct conversation *c;
    size_t lane;
    int64_t us; /* a millisecond passes before each packet */
};

static void
begin(struct trial *t)
{
    t->c = conversation_new(NULL);
    t->lane = conversation_add_lane(t->c, slice_str("c1"));
    t->us = 0;
}

static const struct model_packet *
add(struct trial *t, enum mqtt_side from, const char *hex)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    t->us += 1000;
    struct conversation_item *item = conversation_add(
        t->c, t->lane, t->us, from, buf_slice(&bytes), MQTT_NO_VERSION);
    buf_release(&bytes);
    ck_assert_ptr_nonnull(item);
    return &item->packet;
}

static const struct model_packet *
up(struct trial *t, const char *hex)
{
    return add(t, FROM_CLIENT, hex);
}

static const struct model_packet *
down(struct trial *t, const char *hex)
{
    return add(t, FROM_SERVER, hex);
}

/* --- who answers whom ----------------------------------------------------- */

START_TEST(answers_find_their_requests)
{
    struct trial t;
    begin(&t);
    ck_assert_uint_eq(up(&t, CONNECT4)->request, 0);
    ck_assert_uint_eq(down(&t, "2002 0000")->request, 1);
    up(&t, "8206 0009 0001 61 00");                                 /* 3 */
    up(&t, "c000");                                                 /* 4 */
    ck_assert_uint_eq(down(&t, "d000")->request, 4);                /* 5 */
    const struct model_packet *suback = down(&t, "9003 0009 00");   /* 6 */
    ck_assert_uint_eq(suback->request, 3);
    ck_assert_int_eq(suback->latency_ns, 3 * 1000000);
    ck_assert_uint_eq(down(&t, "9003 0009 00")->request, 0);
    ck_assert_uint_eq(down(&t, "d000")->request, 0);
    conversation_free(t.c);
}
END_TEST

/* Each side counts for itself: client's 7 and broker's 7 are two exchanges. */
START_TEST(both_sides_may_use_the_same_identifier)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT4);
    const struct model_packet *p;
    up(&t, "3407 0001 61 0007 7878");                              /* 2 */
    down(&t, "3406 0001 61 0007 79");                              /* 3 */
    p = down(&t, "5002 0007");                                     /* 4 */
    ck_assert_uint_eq(p->request, 2);
    p = up(&t, "5002 0007");                                       /* 5 */
    ck_assert_uint_eq(p->request, 3);
    p = up(&t, "6202 0007");                                       /* 6 */
    ck_assert_uint_eq(p->request, 4);
    ck_assert_uint_eq(p->exchange, 2);
    p = down(&t, "7002 0007");                                     /* 7 */
    ck_assert_uint_eq(p->request, 6);
    ck_assert_uint_eq(p->exchange, 2);
    p = down(&t, "6202 0007");                                     /* 8 */
    ck_assert_uint_eq(p->request, 5);
    ck_assert_uint_eq(p->exchange, 3);
    conversation_free(t.c);
}
END_TEST

START_TEST(a_refused_publish_is_over)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT5);
    up(&t, "3407 0001 61 0007 00 78");
    ck_assert_uint_eq(down(&t, "5003 0007 87")->request, 2);
    ck_assert_uint_eq(up(&t, "6202 0007")->request, 0); /* of nothing */
    conversation_free(t.c);
}
END_TEST

START_TEST(a_repeated_publish_stays_its_exchange)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT4);
    up(&t, "3206 0001 61 0007 78");
    ck_assert_uint_eq(up(&t, "3a06 0001 61 0007 78")->exchange, 2);
    const struct model_packet *p = down(&t, "4002 0007");
    ck_assert_uint_eq(p->exchange, 2);
    ck_assert_uint_eq(p->request, 3);
    conversation_free(t.c);
}
END_TEST

START_TEST(auth_goes_to_and_fro)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT5);
    ck_assert_uint_eq(down(&t, "f008 18 06 15 0003 782d79")->request, 1);
    ck_assert_uint_eq(up(&t, "f008 18 06 15 0003 782d79")->request, 2);
    const struct model_packet *p = down(&t, "2003 00 00 00");
    ck_assert_uint_eq(p->request, 3);
    ck_assert_uint_eq(p->exchange, 1);
    conversation_free(t.c);
}
END_TEST

START_TEST(a_new_connection_forgets)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT5);
    up(&t, "300b 0003 612f62 03 230001 7878");
    up(&t, "3206 0001 61 0007 00");
    up(&t, CONNECT5);
    ck_assert_uint_eq(down(&t, "4002 0007")->request, 0);
    ck_assert_uint_eq(up(&t, "3007 0000 03 230001 78")->marks,
                      MODEL_NO_ALIAS);
    ck_assert_uint_eq(t.c->lanes[0].connections, 2);
    conversation_free(t.c);
}
END_TEST

/* --- aliases -------------------------------------------------------------- */

START_TEST(aliases_are_kept_by_direction_and_bound_anew)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT5);
    up(&t, "300a 0003 612f62 03 230001 78");
    down(&t, "3008 0001 7a 03 230001 78");
    const struct model_packet *p = up(&t, "3007 0000 03 230001 78");
    ck_assert(slice_is(p->topic, "a/b"));
    ck_assert_uint_eq(p->marks, MODEL_ALIAS);
    ck_assert(slice_is(down(&t, "3007 0000 03 230001 78")->topic, "z"));
    ck_assert(slice_is(up(&t, "3008 0001 63 03 230001 78")->topic, "c"));
    ck_assert(slice_is(up(&t, "3007 0000 03 230001 78")->topic, "c"));
    ck_assert(slice_is(p->topic, "a/b")); /* kept as it was */
    ck_assert_uint_eq(up(&t, "3007 0000 03 230002 78")->marks,
                      MODEL_NO_ALIAS);
    conversation_free(t.c);
}
END_TEST

START_TEST(an_alias_from_before_a_gap_is_doubtful)
{
    struct dialog d = {.version = MQTT_50};
    struct buf bytes = {0};
    struct model_packet p = {.from = FROM_CLIENT};
    ck_assert(hex_parse(&bytes, slice_str("300a 0003 612f62 03 230001 78"
                                          "3007 0000 03 230001 78")));
    p.bytes = slice_of(bytes.data, 12);
    dialog_next(&d, &p);
    dialog_gap(&d, FROM_CLIENT);
    p = (struct model_packet){.from = FROM_CLIENT,
                              .bytes = slice_of(bytes.data + 12, 9)};
    dialog_next(&d, &p);
    ck_assert(slice_is(p.topic, "a/b"));
    ck_assert_uint_eq(p.marks, MODEL_ALIAS | MODEL_DOUBTFUL);
    dialog_release(&d);
    buf_release(&bytes);
}
END_TEST

/* --- versions ------------------------------------------------------------- */

static const struct {
    const char *what;
    enum mqtt_side from[2];
    const char *hex[2]; /* the second may be NULL */
    enum mqtt_version version;
} guesses[] = {
    {"CONNACK of 2", {FROM_SERVER}, {"2002 0000"}, MQTT_311},
    {"CONNACK of 3", {FROM_SERVER}, {"2003 0000 00"}, MQTT_50},
    {"UNSUBACK of 2", {FROM_SERVER}, {"b002 0001"}, MQTT_311},
    {"UNSUBACK of 4", {FROM_SERVER}, {"b004 0001 00 11"}, MQTT_50},
    {"SUBACK without properties", {FROM_SERVER}, {"9003 0001 01"}, MQTT_311},
    {"SUBACK, one filter asked", {FROM_CLIENT, FROM_SERVER},
     {"8207 0001 00 0001 61 00", "9004 0001 00 00"}, MQTT_50},
    {"SUBACK, two filters asked", {FROM_CLIENT, FROM_SERVER},
     {"820a 0001 0001 61 00 0001 62 00", "9004 0001 00 00"}, MQTT_311},
    {"SUBSCRIBE of 5.0", {FROM_CLIENT}, {"8207 0001 00 0001 61 2c"}, MQTT_50},
    {"PUBACK with a code", {FROM_SERVER}, {"4003 0001 10"}, MQTT_50},
    {"DISCONNECT with a code", {FROM_CLIENT}, {"e001 04"}, MQTT_50},
    {"DISCONNECT from a server", {FROM_SERVER}, {"e000"}, MQTT_50},
    {"AUTH", {FROM_CLIENT}, {"f008 18 06 15 0003 782d79"}, MQTT_50},
    {"PUBLISH, text payload", {FROM_CLIENT}, {"3006 0001 61 686921"},
     MQTT_311},
    {"PUBLISH, no payload", {FROM_CLIENT}, {"3003 0001 61"}, MQTT_311},
    {"PUBLISH, properties", {FROM_CLIENT}, {"300a 0001 61 05 020000003c 78"},
     MQTT_50},
    {"PUBLISH, a zero", {FROM_CLIENT}, {"3005 0001 61 00 78"}, MQTT_50},
    {"a guess that a CONNACK puts right", {FROM_CLIENT, FROM_SERVER},
     {"3005 0001 61 00 78", "2002 0000"}, MQTT_311},
    {"settled, whatever a payload looks like", {FROM_SERVER, FROM_CLIENT},
     {"2002 0000", "300a 0001 61 05 020000003c 78"}, MQTT_311},
};

START_TEST(versions_are_inferred_from_shapes)
{
    for (size_t i = 0; i < TEST_COUNT(guesses); i++) {
        struct trial t;
        begin(&t);
        const struct model_packet *p =
            add(&t, guesses[i].from[0], guesses[i].hex[0]);
        if (guesses[i].hex[1])
            p = add(&t, guesses[i].from[1], guesses[i].hex[1]);
        ck_assert_msg(p->mqtt.version == guesses[i].version, "%s: %s",
                      guesses[i].what, mqtt_version_name(p->mqtt.version));
        ck_assert(p->marks & MODEL_INFERRED);
        ck_assert_msg(p->report.count == 0, "%s: %s", guesses[i].what,
                      p->report.list[0].text);
        conversation_free(t.c);
    }
}
END_TEST

START_TEST(a_connect_ends_all_guessing)
{
    struct trial t;
    begin(&t);
    ck_assert_uint_eq(up(&t, CONNECT5)->marks, 0);
    ck_assert_uint_eq(up(&t, "3006 0001 61 00 6921")->marks, 0);
    ck_assert_int_eq(t.c->lanes[0].version, MQTT_50);
    ck_assert(!t.c->lanes[0].is_inferred);
    ck_assert(t.c->lanes[0].has_keep_alive);
    ck_assert_uint_eq(t.c->lanes[0].keep_alive, 60);
    conversation_free(t.c);
}
END_TEST

/* A server of 3.1.1 refuses 5.0 in its own words (3.1.2.2 of 3.1.1). */
START_TEST(an_answer_in_the_older_shape_is_read_as_that)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT5);
    const struct model_packet *p = down(&t, "2002 00 01");
    ck_assert_uint_eq(p->marks, MODEL_DOWNGRADE);
    ck_assert_uint_eq(p->report.count, 0);
    ck_assert_uint_eq(p->mqtt.reason, 1);
    conversation_free(t.c);
}
END_TEST

/* --- the store ------------------------------------------------------------ */

START_TEST(past_its_limits_it_only_counts)
{
    struct conversation_limits limits = {.items_max = 3, .lanes_max = 1};
    struct trial t = {.c = conversation_new(&limits)};
    t.lane = conversation_add_lane(t.c, slice_str("a"));
    ck_assert_uint_eq(conversation_add_lane(t.c, slice_str("b")),
                      CONVERSATION_NO_LANE);
    for (int i = 0; i < 5; i++)
        conversation_add(t.c, t.lane, i, FROM_CLIENT, slice_of("\xc0\x00", 2),
                         MQTT_311);
    conversation_add(t.c, CONVERSATION_NO_LANE, 9, FROM_CLIENT,
                     slice_of("\xc0\x00", 2), MQTT_311);
    conversation_close(t.c, CONVERSATION_NO_LANE, 9, FROM_CLIENT, "FIN");
    conversation_note(t.c, t.lane, 9, "too much");
    ck_assert_uint_eq(t.c->item_count, 3);
    ck_assert_uint_eq(t.c->dropped, 3);
    conversation_free(t.c);
}
END_TEST

START_TEST(any_bytes_may_name_a_lane)
{
    struct conversation *c = conversation_new(NULL);
    conversation_add_lane(c, slice_of("a\0\xff\n", 4));
    ck_assert_str_eq(c->lanes[0].name, "a\\x00\\xff\\n");
    conversation_free(c);
}
END_TEST

START_TEST(violations_come_along)
{
    struct trial t;
    begin(&t);
    up(&t, CONNECT4);
    const struct model_packet *p = up(&t, "3606 0001 61 0007 78");
    ck_assert_uint_eq(p->report.count, 1);
    ck_assert_str_eq(p->report.list[0].statement, "MQTT311-3.3.1-4");
    conversation_free(t.c);
}
END_TEST

TEST_MAIN(answers_find_their_requests, both_sides_may_use_the_same_identifier,
          a_refused_publish_is_over, a_repeated_publish_stays_its_exchange,
          auth_goes_to_and_fro, a_new_connection_forgets,
          aliases_are_kept_by_direction_and_bound_anew,
          an_alias_from_before_a_gap_is_doubtful,
          versions_are_inferred_from_shapes, a_connect_ends_all_guessing,
          an_answer_in_the_older_shape_is_read_as_that,
          past_its_limits_it_only_counts, any_bytes_may_name_a_lane,
          violations_come_along)
