/* serve_test.c - the broker over real sockets on loopback.
 * SPDX-License-Identifier: MIT */
#include "broker/serve_testkit.h"

START_TEST(a_client_is_served)
{
    start(broker_config_default());
    struct transport *c = client('c');
    say(c, "82 06 00 01 00 01 74 01"); /* SUBSCRIBE t */
    hear(c, "90 03 00 01 01");
    say(c, "30 05 00 01 74 68 69"); /* PUBLISH t "hi" */
    hear(c, "30 05 00 01 74 68 69");
    say(c, "c0 00");
    hear(c, "d0 00");
    say(c, "e0 00");
    hear(c, "");
    transport_close(c, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

/* A store on a disk that is full: it takes retained messages, and fails. */
static void
take_message(struct store *s, const struct store_message *m)
{
    (void)m;
    s->has_changes = true;
}

static void
take_retained(struct store *s, uint64_t message)
{
    (void)s, (void)message;
}

static int
load_nothing(struct store *s, const struct store_reader *to, struct error *e)
{
    (void)s, (void)to, (void)e;
    return 0;
}

static int
fail_to_commit(struct store *s, struct error *e)
{
    (void)s;
    return error_set(e, "the disk is full");
}

START_TEST(what_is_not_stored_is_not_acknowledged)
{
    static const struct store_calls calls = {.message_put = take_message,
                                             .retained_put = take_retained,
                                             .load = load_nothing,
                                             .commit = fail_to_commit};
    struct store full = {.call = &calls};
    int status;
    store = &full;
    start(broker_config_default());
    struct transport *c = client('c'), *d = client('d');
    say(d, "82 06 00 01 00 01 74 01"); /* SUBSCRIBE t */
    hear(d, "90 03 00 01 01");
    say(c, "32 05 00 01 74 00 01"); /* PUBLISH t, QoS 1: nothing to store */
    hear(c, "40 02 00 01");
    hear(d, "32 05 00 01 74 00 01");
    say(c, "33 06 00 01 74 00 02 78"); /* and one that is retained */
    hear(c, "");
    hear(d, ""); /* nor passed on */
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    transport_close(c, TRANSPORT_CLOSE);
    transport_close(d, TRANSPORT_CLOSE);
    listening_close(&places[--place_count]);
}
END_TEST

START_TEST(a_packet_in_two_segments)
{
    start(broker_config_default());
    struct transport *c = client('c'), *d = client('d');
    say(c, "c0");
    say(d, "c0 00"); /* its answer shows that the server has turned */
    hear(d, "d0 00");
    say(c, "00");
    hear(c, "d0 00");
    transport_close(c, TRANSPORT_CLOSE);
    transport_close(d, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

START_TEST(a_lost_client_leaves_its_will)
{
    start(broker_config_default());
    struct transport *w = client('w');
    say(w, "82 06 00 01 00 01 74 00");
    hear(w, "90 03 00 01 00");
    struct transport *c = dial();
    say(c, "10 13 00 04 4d 51 54 54 04 06 00 00 00 01 63 00 01 74 00 01 78");
    hear(c, "20 02 00 00");
    transport_close(c, TRANSPORT_RESET);
    hear(w, "30 04 00 01 74 78");
    transport_close(w, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

START_TEST(who_does_not_read_does_not_hold_up_others)
{
    enum { PAYLOAD = 60000, MESSAGES = 400 };
    struct broker_config config = broker_config_default();
    config.maximum_output = 1 << 20;
    start(config);
    struct transport *slow = client('s'), *p = client('p');
    say(slow, "82 06 00 01 00 01 74 00");
    hear(slow, "90 03 00 01 00");
    /* 24 MB for somebody who takes none of it */
    struct buf out = {0};
    buf_add_str(&out, "\x30\xe3\xd4\x03");
    buf_add(&out, slice_of("\x00\x01t", 3));
    buf_add_fill(&out, 'x', PAYLOAD);
    for (int i = 0; i < MESSAGES; i++) {
        struct slice rest = buf_slice(&out);
        while (rest.len > 0) {
            ptrdiff_t n = transport_write(p, rest, &err);
            ck_assert_int_ne(n, TRANSPORT_ERROR);
            struct pollfd wait = {.fd = p->fd, .events = POLLOUT};
            if (n < 0)
                ck_assert_int_eq(poll(&wait, 1, 10000), 1);
            else
                rest = slice_from(rest, (size_t)n);
        }
    }
    say(p, "c0 00");
    hear(p, "d0 00");
    struct transport *c = client('c'); /* and newcomers get in */
    transport_close(c, TRANSPORT_CLOSE);
    transport_close(p, TRANSPORT_CLOSE);
    transport_close(slow, TRANSPORT_CLOSE);
    buf_release(&out);
    stop_server();
}
END_TEST

START_TEST(who_asks_and_does_not_read_is_not_read_from)
{
    struct broker_config config = broker_config_default();
    config.maximum_output = 65536;
    start(config);
    struct transport *c = client('c');
    struct buf pings = {0};
    for (int i = 0; i < 32768; i++)
        buf_add(&pings, slice_of("\xc0\x00", 2));
    /* Sooner or later nothing more is taken: the server has stopped reading. */
    size_t taken = 0;
    for (;;) {
        struct pollfd wait = {.fd = c->fd, .events = POLLOUT};
        if (poll(&wait, 1, 500) == 0)
            break;
        ptrdiff_t n = transport_write(c, buf_slice(&pings), &err);
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        taken += n > 0 ? (size_t)n : 0;
        ck_assert_uint_lt(taken, 256u << 20);
    }
    struct transport *d = client('d'); /* others are served */
    transport_close(d, TRANSPORT_CLOSE);
    transport_close(c, TRANSPORT_CLOSE);
    buf_release(&pings);
    stop_server();
}
END_TEST

static void
answer(const struct broker *b, void *fd)
{
    ck_assert_int_eq(write(*(int *)fd, b ? "x" : "", 1), 1);
}

/* SIGUSR1: a look inside, in between two turns, and service goes on. */
START_TEST(a_dump_when_asked_for)
{
    int ends[2];
    char got;
    ck_assert_int_eq(pipe(ends), 0);
    signals = (struct serve_signals){.on_dump = answer, .user = &ends[1]};
    start(broker_config_default());
    struct transport *c = client('c');
    kill(server, SIGUSR1);
    ck_assert_int_eq(read(ends[0], &got, 1), 1);
    say(c, "c0 00");
    hear(c, "d0 00");
    transport_close(c, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

START_TEST(stopping_tells_those_who_are_there)
{
    start(broker_config_default());
    struct transport *old = client('o'), *new = dial();
    say(new, "10 0e 00 04 4d 51 54 54 05 02 00 00 00 00 01 6e");
    /* CONNACK with its properties: 100, 1 MiB, 32 */
    hear(new, "20 0e 00 00 0b 21 00 64 27 00 10 00 00 22 00 20");
    stop_server();
    hear(old, "");
    uint8_t head[3];
    ck_assert_int_eq(transport_read(new, head, 3, &err), 3);
    ck_assert(head[0] == 0xe0 && head[2] == 0x8b); /* DISCONNECT 0x8B */
    transport_close(old, TRANSPORT_CLOSE);
    transport_close(new, TRANSPORT_CLOSE);
}
END_TEST

TEST_MAIN(what_is_not_stored_is_not_acknowledged, a_client_is_served,
          a_packet_in_two_segments, a_lost_client_leaves_its_will,
          who_does_not_read_does_not_hold_up_others,
          who_asks_and_does_not_read_is_not_read_from,
          stopping_tells_those_who_are_there, a_dump_when_asked_for)
