/* client_test.c - the engine, with bytes fed by hand and a clock of our own.
 * SPDX-License-Identifier: MIT
 *
 * gets() is what the server sends, says() what the client must have sent since
 * the last look: both in hexadecimal, written down from the figures of the
 * standard, not by our own encoder. told() is what the owner was told.       */
#include "client/client.h"

#include <stdio.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/test.h"
#include "base/timer.h"
#include "mqtt/property.h"

struct bench {
    struct mqtt_client_config config;
    struct mqtt_client *client;
    uint64_t now_ms;
    struct buf properties; /* of CONNECT */
    struct buf log;        /* what was told, one word or phrase each */
    struct buf hex;
    bool leaves_on_message;
};

static void
log_event(struct bench *b, const struct mqtt_client_event *e)
{
    struct buf *log = &b->log;
    switch (e->kind) {
    case MQTT_CLIENT_CONNECTED:
        buf_printf(log, "connected%s;",
                   e->packet->session_present ? " again" : "");
        break;
    case MQTT_CLIENT_REFUSED: buf_printf(log, "refused %u;", e->reason); break;
    case MQTT_CLIENT_MESSAGE:
        buf_printf(log, "message %.*s=%.*s;", SLICE_ARG(e->topic),
                   SLICE_ARG(e->packet->payload));
        break;
    case MQTT_CLIENT_SENT:
        buf_printf(log, "sent %u", (unsigned)e->tag);
        buf_printf(log, e->reason ? " 0x%02x;" : ";", e->reason);
        break;
    case MQTT_CLIENT_SUBSCRIBED:
        buf_printf(log, "subscribed %u 0x%02x;", e->packet->packet_id,
                   e->reason);
        break;
    case MQTT_CLIENT_UNSUBSCRIBED:
        buf_printf(log, "unsubscribed %u;", e->packet->packet_id);
        break;
    case MQTT_CLIENT_CLOSED:
        buf_printf(log, "closed %d 0x%02x %s;", e->by, e->reason, e->text);
        break;
    }
}

static void
on_event(void *owner, const struct mqtt_client_event *e)
{
    struct bench *b = owner;
    log_event(b, e);
    if (e->kind == MQTT_CLIENT_MESSAGE && b->leaves_on_message)
        mqtt_client_disconnect(b->client, 0, (struct slice){0});
}

static struct bench *
bench_new(enum mqtt_version v)
{
    struct bench *b = xcalloc(1, sizeof *b);
    b->now_ms = 1000000;
    b->config = (struct mqtt_client_config){.version = v,
                                            .client_id = slice_str("c"),
                                            .clean_start = true,
                                            .keep_alive = 60,
                                            .connack_ms = 5000,
                                            .owner = b,
                                            .on_event = on_event};
    return b;
}

static void
announce(struct bench *b, enum mqtt_property_id id, uint32_t value)
{
    mqtt_property_add_number(&b->properties, id, value);
    b->config.connect_properties = buf_slice(&b->properties);
}

static void
bench_free(struct bench *b)
{
    mqtt_client_free(b->client);
    buf_release(&b->properties);
    buf_release(&b->log);
    buf_release(&b->hex);
    free(b);
}

static void
gets(struct bench *b, const char *hex)
{
    struct buf bytes = {0};
    ck_assert_msg(hex_parse(&bytes, slice_str(hex)), "bad hex: %s", hex);
    mqtt_client_input(b->client, buf_slice(&bytes), b->now_ms);
    buf_release(&bytes);
}

/* Takes what the client sent since, as hexadecimal. */
static const char *
says(struct bench *b)
{
    struct buf *out = mqtt_client_output(b->client);
    buf_clear(&b->hex);
    hex_print(&b->hex, buf_slice(out), ' ');
    buf_clear(out);
    return buf_cstr(&b->hex);
}

static const char *
told(struct bench *b)
{
    static char text[512];
    snprintf(text, sizeof text, "%s", buf_cstr(&b->log));
    buf_clear(&b->log);
    return text;
}

#define SAYS(b, hex) ck_assert_str_eq(says(b), hex)
#define TOLD(b, text) ck_assert_str_eq(told(b), text)

/* Opens, answers with that CONNACK, and forgets what was said. */
static void
connect_with(struct bench *b, const char *connack)
{
    if (!b->client)
        b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    gets(b, connack);
    says(b);
    told(b);
}

static struct bench *
connected(enum mqtt_version v)
{
    struct bench *b = bench_new(v);
    connect_with(b, v == MQTT_50 ? "20 03 00 00 00" : "20 02 00 00");
    ck_assert(mqtt_client_is_connected(b->client));
    return b;
}

static void
publish(struct bench *b, uint8_t qos, const char *topic, unsigned tag)
{
    mqtt_client_publish(b->client, &(struct mqtt_client_message){
                                       .topic = slice_str(topic),
                                       .payload = slice_str("x"),
                                       .qos = qos,
                                       .tag = tag});
}

static void
cut(struct bench *b)
{
    mqtt_client_ended(b->client, NULL, b->now_ms);
    says(b);
    told(b);
}

/* ---- CONNECT ------------------------------------------------------------ */

START_TEST(connect_in_three_versions)
{
    static const struct {
        enum mqtt_version v;
        const char *says;
    } rows[] = {
        {MQTT_31, "10 0f 00 06 4d 51 49 73 64 70 03 02 00 3c 00 01 63"},
        {MQTT_311, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 63"},
        {MQTT_50, "10 0e 00 04 4d 51 54 54 05 02 00 3c 00 00 01 63"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct bench *b = bench_new(rows[i].v);
        b->client = mqtt_client_new(&b->config);
        mqtt_client_open(b->client, b->now_ms);
        SAYS(b, rows[i].says);
        bench_free(b);
    }
}
END_TEST

START_TEST(connect_with_will_and_password)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.will_topic = slice_str("w");
    b->config.will_payload = slice_str("!");
    b->config.will_qos = 1;
    b->config.will_retain = true;
    b->config.user_name = slice_str("u");
    b->config.password = slice_str("p");
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    SAYS(b, "10 1b 00 04 4d 51 54 54 05 ee 00 3c 00 00 01 63 "
            "00 00 01 77 00 01 21 00 01 75 00 01 70");
    bench_free(b);
}
END_TEST

START_TEST(refusal_is_told)
{
    struct bench *b = bench_new(MQTT_50);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    gets(b, "20 03 00 87 00");
    TOLD(b, "refused 135;");
    ck_assert(!mqtt_client_is_open(b->client));
    bench_free(b);
}
END_TEST

START_TEST(a_server_of_3_refuses_in_its_own_form) /* MQTT311-3.1.2-2 */
{
    struct bench *b = bench_new(MQTT_50);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 00 01");
    TOLD(b, "refused 132;");
    SAYS(b, "");
    bench_free(b);
}
END_TEST

START_TEST(connack_must_come_in_time)
{
    struct bench *b = bench_new(MQTT_311);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    ck_assert_uint_eq(mqtt_client_deadline(b->client), b->now_ms + 5000);
    mqtt_client_tick(b->client, b->now_ms + 4999);
    TOLD(b, "");
    mqtt_client_tick(b->client, b->now_ms + 5000);
    TOLD(b, "closed 0 0x00 the server did not answer CONNECT in time;");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), TIMER_NEVER);
    bench_free(b);
}
END_TEST

START_TEST(assigned_identifier_is_used_again)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.client_id = slice_str("");
    announce(b, MQTT_P_session_expiry_interval, 9);
    connect_with(b, "20 08 00 00 05 12 00 02 73 37");
    ck_assert(slice_is(mqtt_client_id(b->client), "s7"));
    cut(b);
    mqtt_client_open(b->client, b->now_ms);
    /* Clean Start is 0 now: the session was to outlive the connection. */
    SAYS(b, "10 14 00 04 4d 51 54 54 05 00 00 3c 05 11 00 00 00 09 "
            "00 02 73 37");
    bench_free(b);
}
END_TEST

/* ---- keep alive --------------------------------------------------------- */

START_TEST(pingreq_before_the_interval_ends) /* MQTT-3.1.2-20 */
{
    struct bench *b = connected(MQTT_311);
    uint64_t due = b->now_ms + 52500;
    ck_assert_uint_eq(mqtt_client_deadline(b->client), due);
    mqtt_client_tick(b->client, due - 1);
    SAYS(b, "");
    mqtt_client_tick(b->client, due);
    SAYS(b, "c0 00");
    b->now_ms = due + 100;
    gets(b, "d0 00");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), due + 52500);
    bench_free(b);
}
END_TEST

START_TEST(sending_puts_the_ping_off)
{
    struct bench *b = connected(MQTT_311);
    mqtt_client_tick(b->client, b->now_ms + 30000);
    publish(b, 0, "t", 1);
    SAYS(b, "30 04 00 01 74 78");
    ck_assert_uint_eq(mqtt_client_deadline(b->client),
                      b->now_ms + 30000 + 52500);
    bench_free(b);
}
END_TEST

START_TEST(no_pingresp_ends_it)
{
    struct bench *b = connected(MQTT_50);
    uint64_t due = mqtt_client_deadline(b->client);
    mqtt_client_tick(b->client, due);
    mqtt_client_tick(b->client, due + 59999);
    TOLD(b, "");
    mqtt_client_tick(b->client, due + 60000);
    TOLD(b, "closed 0 0x00 no PINGRESP for 60 seconds: the server, or the way "
            "to it, is gone;");
    bench_free(b);
}
END_TEST

START_TEST(server_keep_alive_counts) /* MQTT-3.1.2-21 */
{
    struct bench *b = bench_new(MQTT_50);
    connect_with(b, "20 06 00 00 03 13 00 08");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), b->now_ms + 7000);
    bench_free(b);
    b = bench_new(MQTT_50);
    connect_with(b, "20 06 00 00 03 13 00 00");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), TIMER_NEVER);
    bench_free(b);
}
END_TEST

/* ---- messages out ------------------------------------------------------- */

START_TEST(qos_1_out)
{
    struct bench *b = connected(MQTT_50);
    publish(b, 1, "t", 7);
    SAYS(b, "32 07 00 01 74 00 01 00 78");
    TOLD(b, "");
    gets(b, "40 03 00 01 10");
    TOLD(b, "sent 7 0x10;");
    ck_assert_uint_eq(mqtt_client_unsettled(b->client), 0);
    bench_free(b);
}
END_TEST

START_TEST(qos_2_out)
{
    struct bench *b = connected(MQTT_311);
    publish(b, 2, "t", 7);
    SAYS(b, "34 06 00 01 74 00 01 78");
    gets(b, "50 02 00 01");
    SAYS(b, "62 02 00 01");
    gets(b, "50 02 00 01"); /* again: PUBREL again */
    SAYS(b, "62 02 00 01");
    TOLD(b, "");
    gets(b, "70 02 00 01");
    TOLD(b, "sent 7;");
    bench_free(b);
}
END_TEST

START_TEST(pubrec_with_an_error_settles) /* MQTT-4.4.0-2 */
{
    struct bench *b = connected(MQTT_50);
    publish(b, 2, "t", 7);
    says(b);
    gets(b, "50 03 00 01 97");
    SAYS(b, "");
    TOLD(b, "sent 7 0x97;");
    bench_free(b);
}
END_TEST

START_TEST(strays_are_answered_or_ignored)
{
    struct bench *b = connected(MQTT_50);
    gets(b, "40 02 00 09 70 02 00 09");
    SAYS(b, "");
    gets(b, "50 02 00 09");
    SAYS(b, "62 03 00 09 92");
    gets(b, "62 02 00 09");
    SAYS(b, "70 03 00 09 92");
    ck_assert(mqtt_client_is_open(b->client));
    bench_free(b);
}
END_TEST

START_TEST(the_wrong_acknowledgement_ends_it) /* MQTT-3.3.4-1 */
{
    struct bench *b = connected(MQTT_50);
    publish(b, 1, "t", 7);
    says(b);
    gets(b, "50 02 00 01");
    SAYS(b, "e0 01 82");
    TOLD(b, "closed 0 0x82 the server sent PUBREC for a message of QoS 1 that "
            "is in state AWAIT_PUBACK [MQTT-3.3.4-1];");
    bench_free(b);
}
END_TEST

START_TEST(receive_maximum_holds_back_publish_only) /* MQTT-3.3.4-7 */
{
    struct bench *b = bench_new(MQTT_50);
    connect_with(b, "20 06 00 00 03 21 00 01");
    publish(b, 2, "a", 1);
    publish(b, 1, "b", 2);
    SAYS(b, "34 07 00 01 61 00 01 00 78");
    gets(b, "50 02 00 01"); /* PUBREC gives no quota back, PUBREL is free */
    SAYS(b, "62 02 00 01");
    gets(b, "70 02 00 01");
    SAYS(b, "32 07 00 01 62 00 02 00 78");
    TOLD(b, "sent 1;");
    bench_free(b);
}
END_TEST

START_TEST(our_own_limit_when_it_is_lower)
{
    struct bench *b = bench_new(MQTT_311);
    b->config.in_flight = 1;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 1, "b", 2);
    SAYS(b, "32 06 00 01 61 00 01 78");
    gets(b, "40 02 00 01");
    SAYS(b, "32 06 00 01 62 00 02 78");
    bench_free(b);
}
END_TEST

START_TEST(what_the_server_does_not_take_is_not_sent)
{
    struct bench *b = bench_new(MQTT_50);
    /* Maximum QoS 1, no retained messages, packets up to 20 bytes. */
    connect_with(b, "20 0c 00 00 09 24 01 25 00 27 00 00 00 14");
    publish(b, 2, "t", 1);
    publish(b, 1, "a topic that is too long", 2);
    publish(b, 0, "a topic that is too long", 3);
    publish(b, 0, "a/#", 4);
    mqtt_client_publish(b->client, &(struct mqtt_client_message){
                                       .topic = slice_str("t"),
                                       .retain = true,
                                       .tag = 5});
    SAYS(b, "");
    TOLD(b, "sent 1 0x9b;sent 2 0x95;sent 3 0x95;sent 4 0x90;sent 5 0x9a;");
    publish(b, 1, "t", 6);
    SAYS(b, "32 07 00 01 74 00 02 00 78"); /* identifier 1 came back; next 2 */
    bench_free(b);
}
END_TEST

START_TEST(aliases_out)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.aliases = 10;
    connect_with(b, "20 06 00 00 03 22 00 01");
    publish(b, 0, "t", 1);
    SAYS(b, "30 08 00 01 74 03 23 00 01 78");
    publish(b, 0, "t", 2);
    SAYS(b, "30 07 00 00 03 23 00 01 78");
    publish(b, 0, "u", 3); /* the server takes one alias only */
    SAYS(b, "30 05 00 01 75 00 78");
    cut(b);
    connect_with(b, "20 06 00 00 03 22 00 01");
    publish(b, 0, "t", 4); /* MQTT-3.3.2-7: told anew */
    SAYS(b, "30 08 00 01 74 03 23 00 01 78");
    bench_free(b);
}
END_TEST

/* ---- messages in -------------------------------------------------------- */

START_TEST(qos_0_1_2_in)
{
    struct bench *b = connected(MQTT_311);
    gets(b, "30 04 00 01 74 30 32 06 00 01 74 00 05 31 "
            "34 06 00 01 74 00 06 32");
    TOLD(b, "message t=0;message t=1;message t=2;");
    SAYS(b, "40 02 00 05 50 02 00 06");
    gets(b, "3c 06 00 01 74 00 06 32"); /* repeated: MQTT-4.3.3-10 */
    TOLD(b, "");
    SAYS(b, "50 02 00 06");
    gets(b, "62 02 00 06");
    SAYS(b, "70 02 00 06");
    gets(b, "3c 06 00 01 74 00 06 33"); /* new: MQTT-4.3.3-12 */
    TOLD(b, "message t=3;");
    bench_free(b);
}
END_TEST

START_TEST(one_byte_at_a_time)
{
    struct bench *b = connected(MQTT_311);
    const char bytes[] = "32 06 00 01 74 00 05 31";
    for (size_t i = 0; i < sizeof bytes; i += 3) {
        char one[3] = {bytes[i], bytes[i + 1], 0};
        TOLD(b, "");
        gets(b, one);
    }
    TOLD(b, "message t=1;");
    SAYS(b, "40 02 00 05");
    bench_free(b);
}
END_TEST

START_TEST(aliases_in)
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_topic_alias_maximum, 2);
    connect_with(b, "20 03 00 00 00");
    gets(b, "30 08 00 01 74 03 23 00 02 31 30 07 00 00 03 23 00 02 32");
    TOLD(b, "message t=1;message t=2;");
    gets(b, "30 07 00 00 03 23 00 01 33");
    TOLD(b, "closed 0 0x82 the server used Topic Alias 1 without saying what "
            "it means;");
    bench_free(b);
    b = bench_new(MQTT_50);
    announce(b, MQTT_P_topic_alias_maximum, 2);
    connect_with(b, "20 03 00 00 00");
    gets(b, "30 08 00 01 74 03 23 00 03 31");
    SAYS(b, "e0 01 94");
    TOLD(b, "closed 0 0x94 the server used Topic Alias 3, of 2 "
            "[MQTT-3.3.2-11];");
    bench_free(b);
}
END_TEST

START_TEST(more_than_our_receive_maximum) /* MQTT-3.3.4-9 */
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_receive_maximum, 1);
    connect_with(b, "20 03 00 00 00");
    gets(b, "34 07 00 01 74 00 05 00 31");
    SAYS(b, "50 02 00 05");
    gets(b, "34 07 00 01 74 00 06 00 32");
    SAYS(b, "e0 01 93");
    TOLD(b, "message t=1;closed 0 0x93 the server has more than 1 messages of "
            "QoS 2 under way [MQTT-3.3.4-9];");
    bench_free(b);
}
END_TEST

START_TEST(more_than_our_maximum_packet_size) /* MQTT-3.1.2-24 */
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_maximum_packet_size, 100);
    connect_with(b, "20 03 00 00 00");
    gets(b, "30 7f"); /* the header alone is enough to know */
    SAYS(b, "e0 01 95");
    bench_free(b);
}
END_TEST

START_TEST(a_callback_may_leave_and_the_answer_goes_first)
{
    struct bench *b = connected(MQTT_311);
    b->leaves_on_message = true;
    gets(b, "32 06 00 01 74 00 05 31 32 06 00 01 74 00 06 32");
    SAYS(b, "40 02 00 05 e0 00");
    TOLD(b, "message t=1;closed 0 0x00 ;");
    bench_free(b);
}
END_TEST

/* ---- sessions ----------------------------------------------------------- */

START_TEST(resume_repeats_in_order) /* MQTT-4.4.0-1, MQTT-4.6.0-1 */
{
    struct bench *b = bench_new(MQTT_311);
    b->config.clean_start = false;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 2, "b", 2);
    publish(b, 2, "c", 3);
    gets(b, "50 02 00 02"); /* the second one waits for PUBCOMP */
    gets(b, "34 06 00 01 74 00 09 31"); /* and one in is open */
    cut(b);
    publish(b, 1, "d", 4); /* while there is no connection */
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 01 00");
    SAYS(b, "3a 06 00 01 61 00 01 78 62 02 00 02 3c 06 00 01 63 00 03 78 "
            "32 06 00 01 64 00 04 78");
    gets(b, "3c 06 00 01 74 00 09 31");
    SAYS(b, "50 02 00 09"); /* remembered: not delivered again */
    TOLD(b, "connected again;");
    gets(b, "40 02 00 01 70 02 00 02");
    TOLD(b, "sent 1;sent 2;");
    bench_free(b);
}
END_TEST

START_TEST(resume_waits_for_quota)
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_session_expiry_interval, 100);
    connect_with(b, "20 03 00 00 00");
    publish(b, 1, "a", 1);
    publish(b, 1, "b", 2);
    cut(b);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 06 01 00 03 21 00 01"); /* now Receive Maximum 1 */
    SAYS(b, "3a 07 00 01 61 00 01 00 78");
    publish(b, 1, "c", 3);
    SAYS(b, "");
    gets(b, "40 02 00 01");
    SAYS(b, "3a 07 00 01 62 00 02 00 78");
    gets(b, "40 02 00 02");
    SAYS(b, "32 07 00 01 63 00 03 00 78");
    bench_free(b);
}
END_TEST

START_TEST(a_lost_session) /* MQTT-3.2.2-5 */
{
    struct bench *b = bench_new(MQTT_311);
    b->config.clean_start = false;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 2, "b", 2);
    publish(b, 1, "c", 3);
    gets(b, "34 06 00 01 74 00 09 31");
    cut(b);
    publish(b, 0, "d", 4);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 00 00");
    TOLD(b, "sent 2 0x80;connected;sent 4;");
    SAYS(b, "32 06 00 01 61 00 04 78 32 06 00 01 63 00 05 78 "
            "30 04 00 01 64 78");
    gets(b, "34 06 00 01 74 00 09 31");
    TOLD(b, "message t=1;");
    bench_free(b);
}
END_TEST

START_TEST(session_present_after_clean_start) /* MQTT-3.2.2-2 */
{
    struct bench *b = bench_new(MQTT_311);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 01 00");
    SAYS(b, ""); /* before 5.0 there is nothing to say, only to close */
    TOLD(b, "closed 0 0x82 the server says Session Present after Clean Start "
            "[MQTT311-3.2.2-1];");
    bench_free(b);
}
END_TEST

/* ---- requests ----------------------------------------------------------- */

START_TEST(subscribe_and_unsubscribe)
{
    struct bench *b = connected(MQTT_50);
    struct mqtt_filter f[] = {{.filter = slice_str("a"), .qos = 1},
                              {.filter = slice_str("#"), .no_local = 1}};
    ck_assert_uint_eq(mqtt_client_subscribe(b->client, f, 2,
                                            (struct slice){0}), 1);
    SAYS(b, "82 0b 00 01 00 00 01 61 01 00 01 23 04");
    gets(b, "90 05 00 01 00 01 87");
    TOLD(b, "subscribed 1 0x87;");
    ck_assert_uint_eq(mqtt_client_unsubscribe(b->client, f, 1,
                                              (struct slice){0}), 2);
    SAYS(b, "a2 06 00 02 00 00 01 61");
    gets(b, "b0 04 00 02 00 00");
    TOLD(b, "unsubscribed 2;");
    bench_free(b);
}
END_TEST

START_TEST(requests_are_refused_without_a_connection)
{
    struct bench *b = bench_new(MQTT_311);
    struct mqtt_filter f = {.filter = slice_str("a")};
    b->client = mqtt_client_new(&b->config);
    ck_assert_uint_eq(
        mqtt_client_subscribe(b->client, &f, 1, (struct slice){0}), 0);
    bench_free(b);
}
END_TEST

/* ---- what a server must not send ---------------------------------------- */

START_TEST(bad_packets_end_it_with_a_reason)
{
    static const struct {
        const char *what, *gets;
        uint8_t reason;
    } rows[] = {
        {"QoS 3 [MQTT-3.3.1-4]", "36 07 00 01 74 00 05 00 31", 0x81},
        {"length of five bytes", "30 ff ff ff ff 01", 0x81},
        {"second CONNACK [MQTT-3.2.0-2]", "20 03 00 00 00", 0x82},
        {"CONNECT from a server", "10 0e 00 04 4d 51 54 54 05 02 00 3c 00 00 "
                                  "01 63", 0x82},
        {"SUBACK unasked [MQTT-2.2.1-6]", "90 04 00 01 00 00", 0x82},
        {"packet type 0", "00 00", 0x81},
        {"topic runs past the end", "30 03 00 09 74", 0x81},
        {"wildcard in a name [MQTT-3.3.2-2]", "30 05 00 01 23 00 31", 0x90},
        {"identifier 0 [MQTT-2.2.1-4]", "32 07 00 01 74 00 00 00 31", 0x82},
        {"PUBREL flags [MQTT-3.6.1-1]", "60 02 00 01", 0x81},
        {"AUTH out of the blue", "f0 00", 0x82},
        {"AUTH", "f0 06 18 04 15 00 01 78", 0x82},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct bench *b = connected(MQTT_50);
        char want[32];
        gets(b, rows[i].gets);
        snprintf(want, sizeof want, "e0 01 %02x", rows[i].reason);
        ck_assert_msg(strcmp(says(b), want) == 0, "%s: %s", rows[i].what,
                      buf_cstr(&b->hex));
        ck_assert_msg(strncmp(told(b), "closed 0", 8) == 0, "%s",
                      rows[i].what);
        ck_assert(!mqtt_client_is_open(b->client));
        gets(b, "30 05 00 01 74 00 31"); /* nobody listens any more */
        TOLD(b, "");
        bench_free(b);
    }
}
END_TEST

START_TEST(nothing_before_connack) /* MQTT-3.2.0-1 */
{
    struct bench *b = bench_new(MQTT_50);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    gets(b, "d0 00");
    TOLD(b, "closed 0 0x82 the server sent PINGRESP before CONNACK "
            "[MQTT-3.2.0-1];");
    bench_free(b);
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        struct bench *b = connected(round % 2 ? MQTT_50 : MQTT_311);
        publish(b, 2, "t", 1);
        uint8_t bytes[40];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = (uint8_t)(seed >> 24);
        }
        bytes[1] %= 30;
        mqtt_client_input(b->client, slice_of(bytes, sizeof bytes), b->now_ms);
        bench_free(b);
    }
}
END_TEST

/* ---- the end ------------------------------------------------------------ */

START_TEST(server_says_goodbye)
{
    struct bench *b = connected(MQTT_50);
    gets(b, "e0 07 8b 05 1f 00 02 62 79");
    TOLD(b, "closed 1 0x8b by;");
    SAYS(b, "");
    bench_free(b);
}
END_TEST

START_TEST(disconnect_is_the_last_packet) /* MQTT-3.14.4-1 */
{
    struct bench *b = connected(MQTT_50);
    mqtt_client_disconnect(b->client, 0x04, (struct slice){0});
    SAYS(b, "e0 01 04");
    TOLD(b, "closed 0 0x04 ;");
    publish(b, 0, "t", 1);
    SAYS(b, "");
    ck_assert_uint_eq(mqtt_client_unsettled(b->client), 1);
    bench_free(b);
}
END_TEST

TEST_MAIN(connect_in_three_versions, connect_with_will_and_password,
          refusal_is_told, a_server_of_3_refuses_in_its_own_form,
          connack_must_come_in_time,
          assigned_identifier_is_used_again, pingreq_before_the_interval_ends,
          sending_puts_the_ping_off, no_pingresp_ends_it,
          server_keep_alive_counts, qos_1_out, qos_2_out,
          pubrec_with_an_error_settles, strays_are_answered_or_ignored,
          the_wrong_acknowledgement_ends_it,
          receive_maximum_holds_back_publish_only,
          our_own_limit_when_it_is_lower,
          what_the_server_does_not_take_is_not_sent, aliases_out,
          qos_0_1_2_in, one_byte_at_a_time, aliases_in,
          more_than_our_receive_maximum, more_than_our_maximum_packet_size,
          a_callback_may_leave_and_the_answer_goes_first,
          resume_repeats_in_order, resume_waits_for_quota, a_lost_session,
          session_present_after_clean_start, subscribe_and_unsubscribe,
          requests_are_refused_without_a_connection,
          bad_packets_end_it_with_a_reason, nothing_before_connack,
          random_bytes_do_no_harm, server_says_goodbye,
          disconnect_is_the_last_packet)
