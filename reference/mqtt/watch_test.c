/* watch_test.c - what a watch that has seen too much does: it stops accusing.
 * SPDX-License-Identifier: MIT
 *
 * That each rule finds what it is for is proven on captures, where there is one
 * (trace/lint_cases_test.c). Here are the bounds: what does not fit is
 * forgotten, and rules that would need it are silent from then on.           */
#include "mqtt/watch_state.h"

#include <stdio.h>

#include "base/test.h"

struct trial {
    struct mqtt_watch_sessions *sessions;
    struct mqtt_watch *watch;
    uint64_t packets;
    const char *found; /* by the latest packet; NULL: nothing */
};

static void
on_found(void *user, const struct mqtt_finding *f)
{
    struct trial *t = user;
    t->found = f->ids;
}

/* The finding of that packet, or NULL. */
static const char *
see(struct trial *t, enum mqtt_side from, const struct mqtt_packet *p)
{
    struct mqtt_watch_packet seen = {p, from, (int64_t)t->packets * 1000,
                                     t->packets + 1, 20, false};
    t->packets++;
    t->found = NULL;
    mqtt_watch_packet(t->watch, &seen);
    return t->found;
}

static void
begin(struct trial *t)
{
    struct mqtt_packet connect = mqtt_packet_make(MQTT_CONNECT, MQTT_311);
    struct mqtt_packet connack = mqtt_packet_make(MQTT_CONNACK, MQTT_311);
    *t = (struct trial){.sessions = mqtt_watch_sessions_new()};
    t->watch = mqtt_watch_new(t->sessions, on_found, t);
    MQTT_SET(&connect, client_id, slice_str("c"));
    connect.clean_start = true;
    MQTT_SET(&connack, reason, 0);
    ck_assert_ptr_null(see(t, FROM_CLIENT, &connect));
    ck_assert_ptr_null(see(t, FROM_SERVER, &connack));
}

static void
end(struct trial *t)
{
    mqtt_watch_free(t->watch);
    mqtt_watch_sessions_free(t->sessions);
}

static const char *
publish(struct trial *t, enum mqtt_side from, const char *topic, uint16_t id)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    MQTT_SET(&p, topic, slice_str(topic));
    MQTT_SET(&p, payload, slice_str("x"));
    if (id) {
        p.qos = 1;
        MQTT_SET(&p, packet_id, id);
    }
    return see(t, from, &p);
}

static const char *
puback(struct trial *t, uint16_t id)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBACK, MQTT_311);
    MQTT_SET(&p, packet_id, id);
    return see(t, FROM_SERVER, &p);
}

/* SUBSCRIBE and its SUBACK. */
static void
subscribe(struct trial *t, const char *filter, uint16_t id)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_SUBSCRIBE, MQTT_311);
    struct mqtt_packet ack = mqtt_packet_make(MQTT_SUBACK, MQTT_311);
    struct mqtt_filter f = {.filter = slice_str(filter)};
    struct buf filters = {0};
    static const uint8_t granted = 0;
    MQTT_SET(&p, packet_id, id);
    mqtt_filter_add(&filters, &p, &f);
    MQTT_SET(&p, filters, buf_slice(&filters));
    MQTT_SET(&ack, packet_id, id);
    MQTT_SET(&ack, codes, slice_of(&granted, 1));
    ck_assert_ptr_null(see(t, FROM_CLIENT, &p));
    ck_assert_ptr_null(see(t, FROM_SERVER, &ack));
    buf_release(&filters);
}

START_TEST(an_answer_to_nothing_is_found_unless_too_much_is_open)
{
    struct trial t;
    begin(&t);
    for (unsigned id = 1; id <= WATCH_FLIGHTS_MAX; id++)
        ck_assert_ptr_null(publish(&t, FROM_CLIENT, "a", (uint16_t)id));
    ck_assert_ptr_nonnull(puback(&t, 5000));
    /* One more, and nobody knows what was open. */
    ck_assert_ptr_null(publish(&t, FROM_CLIENT, "a", 4999));
    ck_assert_ptr_null(puback(&t, 5000));
    ck_assert_ptr_null(puback(&t, 7));
    end(&t);
}
END_TEST

START_TEST(what_nobody_subscribed_to_is_found_unless_there_is_too_much)
{
    struct trial t;
    char filter[20];
    begin(&t);
    for (unsigned i = 1; i <= WATCH_SUBSCRIPTIONS_MAX; i++) {
        snprintf(filter, sizeof filter, "a/%u", i);
        subscribe(&t, filter, (uint16_t)i);
    }
    ck_assert_ptr_null(publish(&t, FROM_SERVER, "a/7", 0));
    ck_assert_ptr_nonnull(publish(&t, FROM_SERVER, "b", 0));
    subscribe(&t, "b", 1);
    ck_assert_ptr_null(publish(&t, FROM_SERVER, "b", 0));
    ck_assert_ptr_null(publish(&t, FROM_SERVER, "c", 0));
    end(&t);
}
END_TEST

/* "+/b" in first place sees all but $-topics [MQTT-4.7.2-1]. */
START_TEST(a_dollar_topic_is_found_behind_each_wildcard)
{
    static const char *const filters[] = {"#", "+/b", "+"};
    static const char *const topics[] = {"$a/b", "$a/b", "$a"};
    for (size_t i = 0; i < TEST_COUNT(filters); i++) {
        struct trial t;
        begin(&t);
        subscribe(&t, filters[i], 1);
        const char *ids = publish(&t, FROM_SERVER, topics[i], 0);
        ck_assert_msg(ids && strstr(ids, "MQTT311-4.7.2-1"), "%s: %s",
                      filters[i], ids ? ids : "nothing");
        end(&t);
    }
}
END_TEST

TEST_MAIN(an_answer_to_nothing_is_found_unless_too_much_is_open,
          what_nobody_subscribed_to_is_found_unless_there_is_too_much,
          a_dollar_topic_is_found_behind_each_wildcard)
