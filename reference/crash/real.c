/* real.c - crashes for real.
 * SPDX-License-Identifier: MIT
 *
 * The clients of world.h over TCP, as fast as they can, and SIGKILL at some
 * moment. What the kernel has been given survives that, so this finds what is
 * said too early or forgotten, not what the disk loses: virtual.h does.      */
#include "crash/real.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "crash/world.h"
#include "net/tcp.h"

enum {
    DELAY_S = 1,
    LIFE_MS = 60,      /* mean time to the crash */
    PATIENCE_MS = 20000
};

struct bench {
    struct world world;
    const char *program;
    char store[256], port_file[256];
    pid_t pid;                        /* the broker; 0: none */
    uint16_t port;
    uint64_t began_ms;                /* when the world was 1000 ms old */
    struct transport *lines[PARTIES]; /* NULL: no connection */
};

/* --- the broker ----------------------------------------------------------- */

static int
read_port(struct bench *v, struct error *err)
{
    uint64_t until = clock_ms() + PATIENCE_MS;
    while (clock_ms() < until) {
        unsigned port = 0;
        int status;
        FILE *f = fopen(v->port_file, "r");
        if (f && fscanf(f, "%u", &port) != 1)
            port = 0;
        if (f)
            fclose(f);
        if (port) {
            v->port = (uint16_t)port;
            return 0;
        }
        if (waitpid(v->pid, &status, WNOHANG) == v->pid) {
            v->pid = 0;
            return error_set(err, "the broker ended with status %d",
                             WEXITSTATUS(status));
        }
        poll(NULL, 0, 5);
    }
    return error_set(err, "the broker does not start");
}

static int
start(struct bench *v, struct error *err)
{
    unlink(v->port_file);
    v->pid = fork();
    if (v->pid < 0)
        return error_errno(err, "fork");
    if (v->pid == 0) {
        execl(v->program, v->program, "--port", "0", "--port-file",
              v->port_file, "--store", v->store, (char *)NULL);
        fprintf(stderr, "%s: %s\n", v->program, strerror(errno));
        _exit(127);
    }
    if (read_port(v, err) < 0)
        return -1;
    world_restarted(&v->world);
    return 0;
}

static void
hang_up(struct bench *v, unsigned i)
{
    transport_close(v->lines[i], TRANSPORT_CLOSE);
    v->lines[i] = NULL;
    world_broke(&v->world, i);
    buf_clear(mqtt_client_output(v->world.parties[i].client));
}

static void
kill_broker(struct bench *v)
{
    if (v->pid) {
        kill(v->pid, SIGKILL);
        waitpid(v->pid, NULL, 0);
    }
    v->pid = 0;
    for (unsigned i = 0; i < PARTIES; i++)
        if (v->lines[i])
            hang_up(v, i);
    v->world.parties[CHECKER].wants = false;
}

/* --- talking -------------------------------------------------------------- */

static void
call(struct bench *v, unsigned i)
{
    struct error err;
    v->lines[i] = tcp_connect_wait("127.0.0.1", v->port, PATIENCE_MS, &err);
    if (v->lines[i])
        world_open(&v->world, i);
    else
        world_fail(&v->world, "%s", err.text);
}

/* What came and what goes. */
static void
talk(struct bench *v, unsigned i)
{
    struct mqtt_client *client = v->world.parties[i].client;
    struct buf *out = mqtt_client_output(client);
    uint8_t bytes[65536];
    struct error err;
    ptrdiff_t n =
        transport_read(v->lines[i], bytes, sizeof bytes, &err);
    if (n > 0)
        mqtt_client_input(client, slice_of(bytes, (size_t)n),
                          v->world.now_ms);
    bool is_gone = n == 0 || n == TRANSPORT_ERROR;
    n = is_gone || out->len == 0
            ? 0
            : transport_write(v->lines[i], buf_slice(out), &err);
    if (n > 0)
        buf_drop(out, (size_t)n);
    bool is_said = !mqtt_client_is_open(client) && out->len == 0;
    if (is_gone || n == TRANSPORT_ERROR || is_said)
        hang_up(v, i);
}

static void
turn(struct bench *v, int wait_ms)
{
    struct pollfd watched[PARTIES];
    unsigned who[PARTIES], count = 0;
    v->world.now_ms = 1000 + clock_ms() - v->began_ms;
    for (unsigned i = 0; i < PARTIES; i++) {
        if (!v->lines[i] && world_wants(&v->world, i))
            call(v, i);
        if (!v->lines[i])
            continue;
        bool writes = mqtt_client_output(v->world.parties[i].client)->len > 0;
        watched[count] = (struct pollfd){
            .fd = v->lines[i]->fd,
            .events = (short)(POLLIN | (writes ? POLLOUT : 0))};
        who[count++] = i;
    }
    poll(watched, count, wait_ms);
    v->world.now_ms = 1000 + clock_ms() - v->began_ms;
    for (unsigned i = 0; i < count; i++)
        if (watched[i].revents)
            talk(v, who[i]);
}

static void
talk_for(struct bench *v, uint64_t ms)
{
    uint64_t until = clock_ms() + ms;
    while (clock_ms() < until)
        turn(v, 5);
}

static void
settle(struct bench *v)
{
    uint64_t until = clock_ms() + PATIENCE_MS;
    while (!world_is_quiet(&v->world) && !v->world.failures) {
        turn(v, 5);
        if (clock_ms() > until)
            world_fail(&v->world, "the clients do not come to an end");
    }
}

/* Everything has come, and a while later nothing more; or it never does. */
static void
look(struct bench *v)
{
    uint64_t until = clock_ms() + PATIENCE_MS;
    while (world_lacks(&v->world) && clock_ms() < until)
        turn(v, 5);
    world_look(&v->world);
    while (world_lacks(&v->world) && clock_ms() < until)
        turn(v, 5);
    talk_for(v, 30);
    world_verify(&v->world);
}

/* --- rounds --------------------------------------------------------------- */

static int
round_of(struct bench *v, struct error *err)
{
    struct random *r = &v->world.random;
    uint64_t until = clock_ms() + 1 + random_below(r, 2 * LIFE_MS);
    while (clock_ms() < until) {
        for (int i = 0; i < 4; i++)
            world_act(&v->world);
        turn(v, 1);
    }
    kill_broker(v);
    if (start(v, err) < 0)
        return -1;
    if (random_below(r, 4) == 0) /* again, before all is well */
        return 0;
    settle(v);
    look(v);
    return 0;
}

int
real_run(const char *program, const char *folder, uint64_t seed,
         unsigned rounds, struct real_result *result, struct error *err)
{
    struct bench *v = calloc(1, sizeof *v);
    int status;
    *result = (struct real_result){0};
    v->program = program;
    snprintf(v->store, sizeof v->store, "%s/store", folder);
    snprintf(v->port_file, sizeof v->port_file, "%s/port", folder);
    v->began_ms = clock_ms();
    world_init(&v->world, seed, DELAY_S);
    status = start(v, err);
    if (status == 0)
        settle(v);
    while (status == 0 && result->rounds < rounds && !v->world.failures) {
        status = round_of(v, err);
        result->rounds++;
    }
    if (status == 0 && !v->world.failures) {
        settle(v);
        look(v);
    }
    kill_broker(v);
    for (unsigned i = 0; i < STREAMS; i++)
        result->messages += v->world.streams[i].sent;
    result->failures = v->world.failures;
    world_release(&v->world);
    free(v);
    return status;
}
