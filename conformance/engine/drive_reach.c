/* drive_reach.c - is the target there, and does it answer? With waiting.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/drive_sockets.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "net/tcp.h"

enum { RESTART_MS = 20000 };

struct tls_context *
drive_tls_for(const struct drive_target *t, const struct uri *uri)
{
    return uri_is_websocket(uri) ? t->web_tls : t->tls;
}

/* A connection with all handshakes below MQTT; NULL with err. */
static struct transport *
open_usual(const struct drive_target *target, int timeout_ms, struct error *err)
{
    const struct uri *uri = target->by[target->usual];
    struct transport *t =
        tcp_connect_wait(uri->host, uri->port, timeout_ms, err);
    if (!t)
        return NULL;
    t = layers_client(t, uri, drive_tls_for(target, uri), "mqtt");
    if (layers_wait(t, timeout_ms, err) == 0)
        return t;
    transport_close(t, TRANSPORT_CLOSE);
    return NULL;
}

int
drive_sockets_try(const struct drive_target *target, int timeout_ms,
                  struct error *err)
{
    struct transport *t = open_usual(target, timeout_ms, err);
    transport_close(t, TRANSPORT_CLOSE);
    return t ? 0 : -1;
}

/* Waits for the first byte; false: it ended, or nothing came in time. */
static bool
hears_anything(struct transport *t, int timeout_ms, struct error *err)
{
    uint64_t deadline_ms = clock_ms() + (uint64_t)timeout_ms, now_ms;
    uint8_t byte;
    ptrdiff_t n;
    while ((n = transport_read(t, &byte, 1, err)) == TRANSPORT_AGAIN &&
           (now_ms = clock_ms()) < deadline_ms) {
        bool now = transport_want(t, LOOP_READ) & TRANSPORT_NOW;
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        poll(&p, 1, now ? 0 : loop_timeout(deadline_ms, now_ms));
    }
    return n > 0;
}

bool
drive_sockets_answers(const struct drive_target *target, struct error *err)
{
    if (target->hello.len == 0)
        return true;
    struct transport *t = open_usual(target, target->patience_ms, err);
    bool good = t && transport_write(t, target->hello, err) > 0 &&
                hears_anything(t, target->patience_ms, err);
    transport_close(t, TRANSPORT_CLOSE);
    return good;
}

int
drive_sockets_command(const struct drive_target *target, const char *command,
                      struct error *err)
{
    uint64_t give_up = clock_ms() + RESTART_MS;
    int status = system(command);
    if (status)
        return error_set(err, "the command of the target file fails with "
                              "status %d: %s",
                         WIFEXITED(status) ? WEXITSTATUS(status) : status,
                         command);
    while (drive_sockets_try(target, 1000, err)) {
        struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
        nanosleep(&moment, NULL);
        if (clock_ms() > give_up)
            return error_prefix(err, "nobody listens %d s after the command "
                                     "of the target file (%s)",
                                RESTART_MS / 1000, command);
    }
    return 0;
}
