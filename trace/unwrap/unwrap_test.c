/* unwrap_test.c - recognising MQTT, and who is the client.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/unwrap.h"

#include "base/hex.h"
#include "base/test.h"

#define CONNECT "100e 0004 4d515454 04 02 003c 0002 6331 "
#define PUBLISH "3006 0003 612f62 78 "
#define SUBSCRIBE "8206 0001 0001 61 00 "
#define ACKS "4002 0001 4002 0002 4002 0003 "

/* One TCP connection, and what unwrap made of it. */
struct trial {
    struct stream_conn conn;
    struct unwrap *u;
    struct stream_events events;
    char told[200]; /* "C5 S4 gS9 ": who, how many bytes; g: gap */
    enum unwrap_app app;
    enum stream_side client;
    bool is_guess;
    uint64_t at[2];
};

static void
on_data(void *user, struct unwrap_conn *c, enum mqtt_side from,
        struct slice bytes, const struct stream_mark *mark)
{
    struct trial *t = user;
    (void)c;
    (void)mark;
    snprintf(t->told + strlen(t->told), 20, "%c%zu ",
             from == FROM_CLIENT ? 'C' : 'S', bytes.len);
}

static void
on_gap(void *user, struct unwrap_conn *c, enum mqtt_side from, uint64_t bytes,
       enum stream_gap cause, const struct stream_mark *mark)
{
    struct trial *t = user;
    (void)c;
    (void)mark;
    (void)cause;
    snprintf(t->told + strlen(t->told), 20, "g%c%d ",
             from == FROM_CLIENT ? 'C' : 'S', (int)bytes);
}

static void
on_close(void *user, struct unwrap_conn *c, enum stream_close how,
         const struct stream_mark *mark)
{
    struct trial *t = user;
    (void)how;
    (void)mark;
    t->app = c->app;
    t->client = c->client;
    t->is_guess = c->is_client_guessed;
}

static void
begin(struct trial *t, uint16_t port0, uint16_t port1, bool syn)
{
    struct unwrap_events ue = {t, on_data, on_gap, on_close};
    *t = (struct trial){.u = unwrap_new(&ue, NULL)};
    t->events = unwrap_stream_events(t->u);
    t->conn.is_client_known = syn;
    t->conn.side[0].endpoint.port = port0;
    t->conn.side[1].endpoint.port = port1;
    t->conn.side[0].is_start_seen = t->conn.side[1].is_start_seen = syn;
    t->events.on_open(t->events.user, &t->conn);
}

static void
say(struct trial *t, int side, const char *hex)
{
    struct buf bytes = {0};
    struct stream_mark mark = {.offset = t->at[side]};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    t->events.on_data(t->events.user, &t->conn, (enum stream_side)side,
                      buf_slice(&bytes), &mark);
    t->at[side] += bytes.len;
    buf_release(&bytes);
}

static void
lose(struct trial *t, int side, uint64_t bytes)
{
    struct stream_mark mark = {.offset = t->at[side]};
    t->events.on_gap(t->events.user, &t->conn, (enum stream_side)side, bytes,
                     STREAM_GAP_LOST, &mark);
    t->at[side] += bytes;
}

static void
end(struct trial *t)
{
    struct stream_mark mark = {0};
    t->events.on_close(t->events.user, &t->conn, STREAM_CLOSE_END, &mark);
    unwrap_free(t->u);
}

START_TEST(a_connect_settles_it_on_any_port_and_even_in_single_bytes)
{
    struct trial t;
    begin(&t, 5000, 6000, false);
    say(&t, 1, "10");
    say(&t, 1, "0e 00");
    say(&t, 1, "04 4d515454 04 02 003c 0002 6331");
    ck_assert_str_eq(t.told, "C1 C2 C13 ");
    end(&t);
    ck_assert_int_eq(t.app, UNWRAP_MQTT);
    ck_assert_int_eq(t.client, 1);
    ck_assert(!t.is_guess);
}
END_TEST

START_TEST(on_another_port_three_packets_are_needed)
{
    struct trial t;
    begin(&t, 5000, 6000, true);
    say(&t, 0, PUBLISH);
    say(&t, 0, PUBLISH);
    ck_assert_str_eq(t.told, "");
    say(&t, 1, "d000");
    ck_assert_str_eq(t.told, "C8 C8 S2 ");
    end(&t);
    ck_assert_int_eq(t.app, UNWRAP_MQTT);
    begin(&t, 5000, 6000, true);
    say(&t, 0, PUBLISH PUBLISH);
    end(&t);
    ck_assert_int_eq(t.app, UNWRAP_OTHER);
}
END_TEST

static const struct {
    const char *what;
    uint16_t ports[2];
    const char *said[2]; /* by side; side 0 first */
    enum stream_side client;
    bool is_guess;
} directions[] = {
    {"SUBSCRIBE", {1883, 40000}, {SUBSCRIBE, ""}, STREAM_CLIENT, false},
    {"SUBACK", {40000, 1883}, {"9003 0001 00", ""}, STREAM_SERVER, false},
    {"port 1883", {1883, 40000}, {PUBLISH, ""}, STREAM_SERVER, false},
    {"port 1883, the other way", {40000, 1883}, {PUBLISH, ""}, STREAM_CLIENT,
     false},
    {"packets beat ports", {2883, 1883}, {"", SUBSCRIBE}, STREAM_SERVER,
     false},
    {"the lower port, a guess", {50000, 2883}, {ACKS, ""}, STREAM_CLIENT,
     true},
    {"the lower port, a guess", {2883, 50000}, {ACKS, ""}, STREAM_SERVER,
     true},
};

START_TEST(who_is_the_client_without_a_syn)
{
    for (size_t i = 0; i < TEST_COUNT(directions); i++) {
        struct trial t;
        begin(&t, directions[i].ports[0], directions[i].ports[1], false);
        for (int s = 0; s < 2; s++)
            if (*directions[i].said[s])
                say(&t, s, directions[i].said[s]);
        end(&t);
        ck_assert_int_eq(t.app, UNWRAP_MQTT);
        ck_assert_msg(t.client == directions[i].client &&
                          t.is_guess == directions[i].is_guess,
                      "%s", directions[i].what);
    }
}
END_TEST

static const struct {
    const char *what;
    const char *hex;
    enum unwrap_app app;
} others[] = {
    {"TLS 1.2 handshake", "16 0301 0200 01 0001fc 0303", UNWRAP_TLS},
    {"TLS data", "17 0303 0030 0102030405060708", UNWRAP_TLS},
    {"HTTP", "474554202f6d71747420485454502f312e310d0a", UNWRAP_HTTP},
    {"SSH", "5353482d322e302d4f70656e535348", UNWRAP_OTHER},
    {"noise", "8f 3a 77 01 99 fe 12 30", UNWRAP_OTHER},
    {"nothing", "", UNWRAP_EMPTY},
};

START_TEST(what_is_not_mqtt_never_passes_even_on_its_port)
{
    for (size_t i = 0; i < TEST_COUNT(others); i++)
        for (int syn = 0; syn < 2; syn++) {
            struct trial t;
            begin(&t, 40000, 1883, syn);
            if (*others[i].hex)
                say(&t, 0, others[i].hex);
            end(&t);
            ck_assert_msg(t.app == others[i].app && !*t.told, "%s: %s",
                          others[i].what, unwrap_app_text(t.app));
        }
}
END_TEST

/* The first segment holds the rest of a packet; the next one begins one. */
START_TEST(a_stream_may_begin_inside_a_packet)
{
    struct trial t;
    begin(&t, 40000, 1883, false);
    say(&t, 0, "78 78 78");
    say(&t, 0, PUBLISH PUBLISH);
    end(&t);
    ck_assert_int_eq(t.app, UNWRAP_MQTT);
    ck_assert_str_eq(t.told, "C3 C16 ");
}
END_TEST

START_TEST(gaps_before_the_decision_are_told_in_their_place)
{
    struct trial t;
    begin(&t, 40000, 1883, false);
    say(&t, 0, "99 78");
    lose(&t, 0, 9);
    say(&t, 0, PUBLISH);
    lose(&t, 1, 4);
    end(&t);
    ck_assert_int_eq(t.app, UNWRAP_MQTT);
    ck_assert_str_eq(t.told, "C2 gC9 C8 gS4 ");
}
END_TEST

TEST_MAIN(a_connect_settles_it_on_any_port_and_even_in_single_bytes,
          on_another_port_three_packets_are_needed,
          who_is_the_client_without_a_syn,
          what_is_not_mqtt_never_passes_even_on_its_port,
          a_stream_may_begin_inside_a_packet,
          gaps_before_the_decision_are_told_in_their_place)
