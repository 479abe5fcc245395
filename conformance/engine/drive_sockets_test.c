/* drive_sockets_test.c - plays over real sockets, with a toy for a broker.
 * SPDX-License-Identifier: MIT
 *
 * The toy lives in a child process: it takes every CONNECT, answers PINGREQ,
 * resets at a packet of type 15, and closes when its peer does.              */
#include "conformance/engine/drive_sockets.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "conformance/engine/suite.h"
#include "conformance/script/script.h"

/* --- the toy --------------------------------------------------------------- */

static void
serve(int fd)
{
    uint8_t in[4096];
    ssize_t n;
    while ((n = read(fd, in, sizeof in)) > 0) {
        ssize_t sent = 0;
        if (in[0] == 0x10)
            sent = write(fd, "\x20\x02\x00\x00", 4);
        else if (in[0] == 0xc0)
            sent = write(fd, "\xd0\x00", 2);
        else if (in[0] == 0xf0) {
            struct linger now = {1, 0};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
            break;
        }
        if (sent < 0)
            break;
    }
    close(fd);
}

static pid_t
start_toy(uint16_t *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
    ck_assert(listen(fd, 16) == 0);
    ck_assert(getsockname(fd, (struct sockaddr *)&a, &len) == 0);
    *port = ntohs(a.sin_port);
    pid_t pid = fork();
    if (pid) {
        close(fd);
        return pid;
    }
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int c = accept(fd, NULL, NULL);
        if (fork() == 0) {
            close(fd);
            serve(c);
            _exit(0);
        }
        close(c);
    }
}

/* --- the tests ---------------------------------------------------------------- */

static const char scripts[] =
    "scenario answers\n\"1\"\nfor 3.1.1\n"
    "c connects fresh\nd connects keeping\n"
    "c > slowly 1 byte per 2ms PINGREQ\n"
    "c < PINGRESP [MQTT311-3.12.4-1]\nc cuts\nc connects fresh\n"
    "scenario resets\n\"2\"\nfor 3.1.1\n"
    "c connects fresh\nc > hex f0 00\nc rejects [MQTT311-4.8.0-1]\n"
    "scenario silence\n\"3\"\nfor 3.1.1\n"
    "c connects fresh\nc > SUBSCRIBE filters=[{filter=\"a\"}]\n"
    "c < SUBACK within 100ms [MQTT311-3.8.4-1]\n"
    "scenario other-ways\n\"4\"\nfor 3.1.1\n"
    "c connects fresh via ws\nc alive [MQTT311-3.12.4-1]\n";

static const struct {
    enum result_verdict verdict;
    const char *text; /* part of got or reason; NULL: anything */
} expected[] = {
    {VERDICT_PASS, NULL},
    {VERDICT_PASS, NULL},
    {VERDICT_FAIL, "nothing like it for 0.1 s"},
    {VERDICT_INCONCLUSIVE, "no address"},
};

START_TEST(scenarios_run_over_sockets)
{
    struct script_errors errors = {0};
    struct script_file *file = script_load_text(
        "t.scn", slice_str("t"), slice_str(scripts), &errors);
    struct drive_target target = {.usual = URI_MQTT};
    struct uri uri;
    struct error err = {""};
    char address[64];
    uint16_t port;
    ck_assert(file != NULL);
    script_errors_release(&errors);
    pid_t toy = start_toy(&port);
    snprintf(address, sizeof address, "mqtt://127.0.0.1:%u", port);
    ck_assert(uri_parse(&uri, slice_str(address), &err) == 0);
    target.by[URI_MQTT] = &uri;
    ck_assert_msg(drive_sockets_try(&target, 2000, &err) == 0, "%s", err.text);
    struct suite suite = {
        .driver = drive_sockets_new(&target, &err),
        .jobs = 8,
        .setup = {.transport = "tcp", .tag = "t", .patience = 1}};
    ck_assert(suite.driver != NULL);
    for (size_t i = 0; i < TEST_COUNT(expected); i++) {
        struct suite_job job = {&file->scenarios[i], MQTT_311};
        struct result_scenario s = {0};
        ck_assert_int_eq(suite_run_one(&suite, &job, &s, NULL, &err), 0);
        ck_assert_msg(s.verdict == expected[i].verdict, "%s: %s; %s; %s", s.id,
                      result_verdict_name(s.verdict), s.got ? s.got : "-",
                      s.reason ? s.reason : "-");
        if (expected[i].text)
            ck_assert(strstr(s.got ? s.got : s.reason, expected[i].text));
        result_scenario_release(&s);
    }
    suite.driver->ops->free(suite.driver);
    kill(toy, SIGKILL);
    waitpid(toy, NULL, 0);
    script_free(file);
    uri_release(&uri);
}
END_TEST

START_TEST(nobody_there_is_said)
{
    struct uri uri;
    struct error err = {""};
    uint16_t port;
    char address[64];
    pid_t toy = start_toy(&port);
    kill(toy, SIGKILL);
    waitpid(toy, NULL, 0);
    snprintf(address, sizeof address, "mqtt://127.0.0.1:%u", port);
    ck_assert(uri_parse(&uri, slice_str(address), &err) == 0);
    struct drive_target target = {.usual = URI_MQTT, .by = {&uri}};
    ck_assert(drive_sockets_try(&target, 2000, &err) == -1);
    ck_assert(strlen(err.text) > 10);
    uri_release(&uri);
}
END_TEST

TEST_MAIN(scenarios_run_over_sockets, nobody_there_is_said)
