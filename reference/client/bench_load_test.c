/* bench_load_test.c - a load against the smallest broker that will do.
 * SPDX-License-Identifier: MIT
 *
 * That broker is a child process which serves one connection at a time: it
 * accepts as many as it is told, answers CONNECT and SUBSCRIBE, and hands every
 * PUBLISH to the last connection.                                            */
#include "client/bench_load.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "mqtt/frame.h"

enum { CONNS = 2 };

static uint16_t port;
static pid_t broker;

/* One packet, whose first byte is `first`, to the client at fd. */
static void
answer(const int *fds, int fd, uint8_t first, struct slice packet,
       bool refuses)
{
    uint8_t connack[] = {0x20, 2, 0, refuses ? 5 : 0};
    uint8_t suback[] = {0x90, 3, 0, 1, 0};
    ssize_t n = 0;
    if (first >> 4 == MQTT_CONNECT)
        n = write(fd, connack, sizeof connack);
    else if (first >> 4 == MQTT_SUBSCRIBE)
        n = write(fd, suback, sizeof suback);
    else if (first >> 4 == MQTT_PUBLISH)
        n = write(fds[CONNS - 1], packet.ptr, packet.len);
    if (n < 0)
        _exit(1);
}

static void
serve(int listener, bool refuses)
{
    struct pollfd fds[CONNS];
    int all[CONNS];
    struct buf in[CONNS] = {{0}};
    struct mqtt_frame f;
    for (int i = 0; i < CONNS; i++) {
        all[i] = accept(listener, NULL, NULL);
        fds[i] = (struct pollfd){.fd = all[i], .events = POLLIN};
    }
    while (poll(fds, CONNS, -1) > 0)
        for (int i = 0; i < CONNS; i++) {
            if (!fds[i].revents)
                continue;
            ssize_t n = read(all[i], buf_room(&in[i], 4096), 4096);
            if (n <= 0)
                _exit(0);
            in[i].len += (size_t)n;
            while (mqtt_frame_next(buf_slice(&in[i]), &f) ==
                   MQTT_FRAME_COMPLETE) {
                answer(all, all[i], in[i].data[0],
                       slice_of(in[i].data, f.len), refuses);
                buf_drop(&in[i], f.len);
            }
        }
}

static void
start(bool refuses)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(listen(listener, CONNS), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    port = ntohs(a.sin_port);
    broker = fork();
    if (broker == 0) {
        serve(listener, refuses);
        _exit(0);
    }
    close(listener);
}

static void
stop(void)
{
    kill(broker, SIGKILL);
    waitpid(broker, NULL, 0);
}

static const struct bench_shape pair = {.name = "pair",
                                        .publishers = 1,
                                        .subscribers = 1,
                                        .in_flight = 10,
                                        .payload = 16,
                                        .qos_set = 1};

START_TEST(every_message_is_delivered_and_counted)
{
    struct error err;
    start(false);
    struct bench_load *l =
        bench_load_new(&pair, 0, false, "127.0.0.1", port, &err);
    ck_assert_msg(l, "%s", err.text);
    ck_assert_uint_eq(bench_load_delivered(l), 0);
    ck_assert_int_eq(bench_load_run(l, 500, 0, &err), 0);
    uint64_t delivered = bench_load_delivered(l);
    ck_assert_uint_ge(delivered, 500);
    ck_assert_uint_le(delivered, 500 + pair.in_flight);
    ck_assert_int_eq(bench_load_run(l, 0, 1000, &err), 0); /* by time */
    ck_assert_uint_ge(bench_load_delivered(l), delivered);
    bench_load_free(l);
    stop();
}
END_TEST

START_TEST(a_broker_that_refuses_is_an_error)
{
    struct error err;
    start(true);
    ck_assert_ptr_null(
        bench_load_new(&pair, 0, false, "127.0.0.1", port, &err));
    ck_assert_str_eq(err.text, "the broker refused a connection");
    stop();
}
END_TEST

START_TEST(a_broker_that_goes_away_is_an_error)
{
    struct error err;
    start(false);
    struct bench_load *l =
        bench_load_new(&pair, 0, false, "127.0.0.1", port, &err);
    ck_assert_msg(l, "%s", err.text);
    stop();
    ck_assert_int_eq(bench_load_run(l, 1000000, 0, &err), -1);
    bench_load_free(l);
}
END_TEST

TEST_MAIN(every_message_is_delivered_and_counted,
          a_broker_that_refuses_is_an_error,
          a_broker_that_goes_away_is_an_error)
