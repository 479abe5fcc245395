/* hostile-peer.c - peers who mean harm, and a client that must not notice them.
 * SPDX-License-Identifier: MIT
 *
 *     hostile-peer ATTACK PORT WS_PORT TLS_PORT BROKER_PID MEBIBYTES
 *
 * A child process is the client: it publishes at QoS 1 to itself, over and over,
 * and measures the time from PUBLISH to both PUBACK and its own message. The
 * parent attacks (a row of
 * hostile-attacks.c or hostile-logins.c), and looks at the broker's memory. The
 * attack is survived when the client kept its connection, was never kept
 * waiting for WORST_MS, and the broker needed no more than MEBIBYTES.        */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "ci/hostile.h"

enum { WORST_MS = 1000 };

struct service {
    double worst_ms;  /* longest turn of the client */
    unsigned turns;   /* how many it made */
    int is_connected; /* to the end */
};

/* --- the client ------------------------------------------------------------- */

/* One turn: PUBACK and the message have come back. 0: the connection is gone. */
static int
turn(int fd)
{
    static const uint8_t publish[] = "\x32\x0b\x00\x04mine\x00\x01\x00xy";
    size_t got = 0, want = 4 + 13; /* PUBACK in short, PUBLISH */
    uint8_t in[64];
    if (say(fd, publish, 13) != 13)
        return 0;
    while (got < want) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, 5000);
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t n = ready == 1 ? recv(fd, in + got, want - got, 0) : 0;
        if (n <= 0)
            return 0;
        got += (size_t)n;
    }
    /* The one who comes second may be PUBACK or PUBLISH: both have their id
     * in the same place from the end of the PUBLISH. */
    const uint8_t *theirs = in[0] == 0x40 ? in + 4 : in;
    uint8_t puback[4] = {0x40, 2, theirs[8], theirs[9]};
    return say(fd, puback, sizeof puback) == sizeof puback;
}

static volatile sig_atomic_t is_over;

static void
on_signal(int number)
{
    (void)number;
    is_over = 1;
}

/* Runs until SIGTERM, then writes what it saw. */
static void
be_client(unsigned port, int out)
{
    static const uint8_t subscribe[] =
        "\x82\x0a\x00\x01\x00\x00\x04mine\x01";
    struct service s = {0};
    uint8_t suback[16];
    signal(SIGTERM, on_signal);
    int fd = log_in(port, 99999999);
    s.is_connected = fd >= 0 && say(fd, subscribe, 12) == 12 &&
                     recv(fd, suback, 6, MSG_WAITALL) == 6;
    while (s.is_connected && !is_over) {
        double begin = now_ms();
        s.is_connected = turn(fd);
        double took = now_ms() - begin;
        s.worst_ms = took > s.worst_ms ? took : s.worst_ms;
        s.turns++;
        wait_ms(2);
    }
    if (write(out, &s, sizeof s) != sizeof s)
        _exit(1);
    _exit(0);
}

/* --- the verdict ------------------------------------------------------------ */

/* VmHWM of the process, in MiB; 0 when it is gone. */
static unsigned
peak_memory(unsigned pid)
{
    char path[64], line[256];
    unsigned kib = 0;
    snprintf(path, sizeof path, "/proc/%u/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %u", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib / 1024;
}

static int
judge(const char *name, const struct service *s, const char *wrong,
      unsigned memory, unsigned most)
{
    if (!wrong && memory == 0)
        wrong = "the broker is gone";
    if (!wrong && !s->is_connected)
        wrong = "the client lost its connection";
    if (!wrong && (s->turns < 3 || s->worst_ms > WORST_MS))
        wrong = "the client was kept waiting";
    if (!wrong && memory > most)
        wrong = "the broker takes too much memory";
    printf("%s %-16s worst %4.0f ms in %u turns, %u MiB%s%s\n",
           wrong ? "FAIL " : "ok   ", name, s->worst_ms, s->turns, memory,
           wrong ? ": " : "", wrong ? wrong : "");
    return wrong != NULL;
}

static int
run(const struct attack *a, const struct ports *p, unsigned broker,
    unsigned most)
{
    struct service s = {0};
    int pipes[2];
    if (pipe(pipes) < 0)
        return 1;
    pid_t client = fork();
    if (client == 0)
        be_client(p->mqtt, pipes[1]);
    wait_ms(200);
    const char *wrong = a->run(p);
    kill(client, SIGTERM);
    if (read(pipes[0], &s, sizeof s) != sizeof s)
        s.is_connected = 0;
    waitpid(client, NULL, 0);
    return judge(a->name, &s, wrong, peak_memory(broker), most);
}

static const struct attack *
find(const struct attack *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

int
main(int argc, char **argv)
{
    struct rlimit files;
    if (argc != 7) {
        fprintf(stderr, "usage: hostile-peer ATTACK PORT WS_PORT TLS_PORT "
                        "BROKER_PID MEBIBYTES\n");
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct ports p = {(unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]),
                      (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5])};
    const struct attack *a = find(hostile_attacks, argv[1]);
    a = a ? a : find(hostile_logins, argv[1]);
    if (a)
        return run(a, &p, p.broker, (unsigned)atoi(argv[6]));
    fprintf(stderr, "hostile-peer: no attack is called '%s'\n", argv[1]);
    return 2;
}
