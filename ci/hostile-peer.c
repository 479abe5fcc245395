/* hostile-peer.c - peers who mean harm, and a client that must not notice them.
 * SPDX-License-Identifier: MIT
 *
 *     hostile-peer ATTACK PORT WS_PORT TLS_PORT BROKER_PID MEBIBYTES
 *
 * A child process is the client: it publishes at QoS 1 to itself, over and over,
 * and measures the time from PUBLISH to both PUBACK and its own message. The
 * parent attacks (a row of `attacks`), and looks at the broker's memory. The
 * attack is survived when the client kept its connection, was never kept
 * waiting for WORST_MS, and the broker needed no more than MEBIBYTES.        */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORST_MS = 1000, CROWD = 5000, LOGINS = 300, BLOCK = 1 << 20 };

struct ports {
    unsigned mqtt, ws, tls; /* on loopback */
    unsigned broker;        /* its process id */
};

struct service {
    double worst_ms;  /* longest turn of the client */
    unsigned turns;   /* how many it made */
    int is_connected; /* to the end */
};

static uint8_t block[BLOCK]; /* what an attack sends */

static double
now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
wait_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* --- sockets -------------------------------------------------------------- */

static int
dial(unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Sends all of it within two seconds; the number of bytes that went. */
static size_t
say(int fd, const void *bytes, size_t len)
{
    double until = now_ms() + 2000;
    size_t done = 0;
    while (done < len && now_ms() < until) {
        ssize_t n = send(fd, (const uint8_t *)bytes + done, len - done,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EAGAIN)
            break;
        else
            wait_ms(1);
    }
    return done;
}

/* The peer has closed, or does so within ms; what it says is dropped. */
static int
is_closed(int fd, int ms)
{
    double until = now_ms() + ms;
    while (now_ms() < until) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0)
            continue;
        char dropped[4096];
        ssize_t n = recv(fd, dropped, sizeof dropped, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return 1;
    }
    return 0;
}

/* CONNECT of 5.0 with a Client Identifier of eight letters, and its CONNACK. */
static int
log_in(unsigned port, unsigned number)
{
    uint8_t connect[32] = "\x10\x15\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x08";
    uint8_t answer[256];
    int fd = dial(port);
    snprintf((char *)connect + 15, 9, "%08u", number);
    if (fd < 0)
        return -1;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (say(fd, connect, 23) == 23 && poll(&p, 1, 2000) == 1 &&
        recv(fd, answer, sizeof answer, 0) >= 4 && answer[3] < 0x80)
        return fd;
    close(fd);
    return -1;
}

/* Fixed header, with the Remaining Length in the three bytes that 16,384 to
 * 2,097,151 take, so that what follows always begins at at[4]. */
static void
put_header(uint8_t at[4], uint8_t first, size_t len)
{
    at[0] = first;
    for (int i = 1; i < 4; i++, len >>= 7)
        at[i] = (uint8_t)((len & 127) | (i < 3 ? 128 : 0));
}

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

/* --- the attacks ------------------------------------------------------------ */

/* Subscribes to a topic, floods it from elsewhere, and never reads. */
static const char *
stall(const struct ports *p)
{
    static const uint8_t subscribe[] = "\x82\x0a\x00\x01\x00\x00\x04""evil\x00";
    int deaf[20], loud = log_in(p->mqtt, 1);
    for (unsigned i = 0; i < 20; i++) {
        deaf[i] = log_in(p->mqtt, 100 + i);
        say(deaf[i], subscribe, 12);
    }
    put_header(block, 0x30, 50007);
    memcpy(block + 4, "\x00\x04" "evil\x00", 7);
    for (int i = 0; i < 800; i++)
        if (say(loud, block, 50011) != 50011)
            break;
    for (int i = 0; i < 20; i++)
        close(deaf[i]);
    close(loud);
    return NULL;
}

/* CONNECT byte by byte, too slowly; all must be sent away. */
static const char *
drip(const struct ports *p)
{
    int fds[100], left = 0;
    for (int i = 0; i < 100; i++)
        fds[i] = dial(p->mqtt);
    for (int n = 0; n < 15; n++) {
        for (int i = 0; i < 100; i++)
            send(fds[i], "\x10\x7f\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x70" + n,
                 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        wait_ms(200);
    }
    for (int i = 0; i < 100; i++) {
        left += !is_closed(fds[i], 100);
        close(fds[i]);
    }
    return left ? "who drips CONNECT is not sent away" : NULL;
}

/* Opens as many connections as it can and says `hello` on each; all must be
 * closed by the broker. */
static const char *
crowd(unsigned port, const void *hello, size_t len)
{
    static int fds[CROWD];
    int left = 0;
    for (int i = 0; i < CROWD; i++)
        if ((fds[i] = dial(port)) >= 0 && len > 0)
            send(fds[i], hello, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    wait_ms(2500);
    for (int i = 0; i < CROWD; i++) {
        if (fds[i] < 0)
            continue;
        left += !is_closed(fds[i], left ? 20 : 1000);
        close(fds[i]);
    }
    return left ? "who never says CONNECT is not sent away" : NULL;
}

static const char *
silent_crowd(const struct ports *p)
{
    return crowd(p->mqtt, NULL, 0);
}

static const char *
ws_unfinished(const struct ports *p)
{
    static const char head[] = "GET /mqtt HTTP/1.1\r\nHost: a\r\nX: ";
    return crowd(p->ws, head, sizeof head - 1);
}

static const char *
tls_unfinished(const struct ports *p)
{
    static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    return crowd(p->tls, hello, sizeof hello - 1);
}

/* A header that promises 256 MB, before and after CONNECT. */
static const char *
promise(const struct ports *p)
{
    static const uint8_t header[] = "\x30\xff\xff\xff\x7f";
    const char *wrong = NULL;
    for (unsigned i = 0; i < 200; i++) {
        int fd = i % 2 ? dial(p->mqtt) : log_in(p->mqtt, i);
        say(fd, header, 5);
        if (!is_closed(fd, 1000))
            wrong = "a packet of 256 MB is waited for";
        close(fd);
    }
    return wrong;
}

/* Many packets of nearly the size that is allowed, of which the end never
 * comes. */
static const char *
hoard(const struct ports *p)
{
    enum { HOARD = 300 };
    int fds[HOARD];
    put_header(block, 0x30, BLOCK - 20);
    memcpy(block + 4, "\x00\x04" "evil\x00", 7);
    for (unsigned i = 0; i < HOARD; i++) {
        fds[i] = log_in(p->mqtt, 1000 + i);
        if (fds[i] >= 0)
            say(fds[i], block, BLOCK - 100);
    }
    for (int i = 0; i < HOARD; i++)
        close(fds[i]);
    return NULL;
}

/* Topics as deep as they are long, retained and subscribed to. */
static const char *
deep(const struct ports *p)
{
    int fd = log_in(p->mqtt, 2);
    for (unsigned i = 0; i < 200; i++) {
        memset(block, '/', 65536);
        put_header(block, 0x31, 2 + 60000 + 1);
        memcpy(block + 4, "\xea\x60", 2); /* 60,000 */
        block[6] = (uint8_t)('a' + i % 26);
        block[7] = (uint8_t)('a' + i / 26);
        block[4 + 2 + 60000] = 0;
        say(fd, block, 4 + 2 + 60000 + 1);
        memset(block, '/', 65536);
        put_header(block, 0x82, 3 + 2 + 60000 + 1);
        memcpy(block + 4, "\x00\x01\x00\xea\x60", 5);
        block[4 + 5 + 60000] = 0;
        say(fd, block, 4 + 5 + 60000 + 1);
    }
    int closed = is_closed(fd, 50);
    close(fd);
    return closed ? "a deep topic ends the connection" : NULL;
}

/* A million subscriptions, 1,600 to a packet, by ten clients. */
static const char *
subscriptions(const struct ports *p)
{
    enum { CLIENTS = 10 };
    int fds[CLIENTS];
    unsigned number = 0;
    for (unsigned c = 0; c < CLIENTS; c++) {
        int fd = fds[c] = log_in(p->mqtt, 10 + c);
        for (int packet = 0; packet < 63; packet++) {
            size_t at = 7;
            memcpy(block + 4, "\x00\x01\x00", 3);
            for (int i = 0; i < 1600; i++) {
                memcpy(block + at, "\x00\x08", 2);
                snprintf((char *)block + at + 2, 9, "%08u", number++);
                block[at + 10] = 1;
                at += 11;
            }
            put_header(block, 0x82, at - 4);
            say(fd, block, at);
            char dropped[65536];
            while (recv(fd, dropped, sizeof dropped, MSG_DONTWAIT) > 0)
                ;
        }
    }
    for (int c = 0; c < CLIENTS; c++)
        close(fds[c]);
    return NULL;
}

/* Retained messages and sessions full of User Properties. */
static const char *
user_properties(const struct ports *p)
{
    int fd = log_in(p->mqtt, 3);
    enum { PAIRS = 100000, EACH = 7 };
    size_t len = (size_t)PAIRS * EACH;
    for (unsigned i = 0; i < 300; i++) {
        size_t at = 4;
        memcpy(block + at, "\x00\x04", 2);
        snprintf((char *)block + at + 2, 5, "%04u", i);
        at += 6;
        for (int n = 0; n < 3; n++)
            block[at++] = (uint8_t)((len >> (7 * n) & 127) | (n < 2 ? 128 : 0));
        for (int n = 0; n < PAIRS; n++, at += EACH)
            memcpy(block + at, "\x26\x00\x01" "a\x00\x01" "b", EACH);
        block[at++] = 'x'; /* or it would retain nothing */
        put_header(block, 0x31, at - 4);
        if (say(fd, block, at) != at)
            break;
    }
    close(fd);
    return NULL;
}

/* WebSocket frames of 2^63 - 1 bytes and more. */
static const char *
ws_frames(const struct ports *p)
{
    static const char head[] =
        "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    static const uint8_t firsts[] = {0x7f, 0xff, 0x00};
    const char *wrong = NULL;
    for (unsigned i = 0; i < 300; i++) {
        uint8_t frame[14] = {0x82, 0xff, firsts[i % 3], 0xff, 0xff, 0xff,
                             0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4};
        int fd = dial(p->ws);
        say(fd, head, sizeof head - 1);
        wait_ms(1);
        say(fd, frame, sizeof frame);
        say(fd, block, 20000);
        if (!is_closed(fd, 1000))
            wrong = "a frame of 2^63 bytes is waited for";
        close(fd);
    }
    return wrong;
}

/* --- passwords: user "ann", password "secret" --------------------------------- */

/* CONNECT with a password, not yet answered. */
static int
begin_login(unsigned port, unsigned number, const char *user,
            const char *password)
{
    uint8_t connect[64];
    size_t user_len = strlen(user), len = strlen(password), at = 23;
    memcpy(connect, "\x10\x00\x00\x04MQTT\x05\xc2\x00\x00\x00\x00\x08", 15);
    snprintf((char *)connect + 15, 9, "%08u", number);
    connect[at] = 0;
    connect[at + 1] = (uint8_t)user_len;
    memcpy(connect + at + 2, user, user_len);
    at += 2 + user_len;
    connect[at] = 0;
    connect[at + 1] = (uint8_t)len;
    memcpy(connect + at + 2, password, len);
    at += 2 + len;
    connect[1] = (uint8_t)(at - 2);
    int fd = dial(port);
    say(fd, connect, at);
    return fd;
}

/* The Reason Code of its CONNACK; -1: none came within ms. */
static int
end_login(int fd, int ms)
{
    uint8_t answer[256];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int reason = -1;
    if (poll(&p, 1, ms) == 1 && recv(fd, answer, sizeof answer, 0) >= 4 &&
        answer[0] == 0x20)
        reason = answer[3];
    close(fd);
    return reason;
}

/* All at once, right, wrong and unknown; `interrupts` is called in between. */
static const char *
many_logins(const struct ports *p, void (*interrupts)(const struct ports *))
{
    static const char *const users[] = {"ann", "ann", "eve"};
    static const char *const passwords[] = {"secret", "guess", "secret"};
    int fds[LOGINS];
    unsigned counts[256] = {0}, silent = 0, wrong = 0;
    double begin = now_ms();
    for (unsigned i = 0; i < LOGINS; i++)
        fds[i] = begin_login(p->mqtt, 5000 + i, users[i % 3],
                             passwords[i % 3]);
    if (interrupts)
        interrupts(p);
    for (unsigned i = 0; i < LOGINS; i++) {
        int reason = end_login(fds[i], 20000);
        silent += reason < 0;
        /* A password that is wrong is never right. */
        wrong += reason == 0 && i % 3 > 0;
        wrong += reason == 0x86 && i % 3 == 0;
        counts[reason & 255] += reason >= 0;
    }
    printf("      %d logins in %.1f s: %u accepted, %u 0x86, %u 0x88, %u 0x89, "
           "%u 0x97\n", LOGINS, (now_ms() - begin) / 1e3, counts[0],
           counts[0x86], counts[0x88], counts[0x89], counts[0x97]);
    return wrong    ? "a login had the wrong answer"
           : silent ? "a login had no answer"
                    : NULL;
}

static const char *
logins(const struct ports *p)
{
    return many_logins(p, NULL);
}

/* Ends the process that verifies passwords: the broker's only child. */
static void
end_verifier(const struct ports *p)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof path, "/proc/%u/task/%u/children", p->broker,
             p->broker);
    FILE *f = fopen(path, "r");
    if (f && fscanf(f, "%d", &child) == 1)
        kill(child, SIGKILL);
    else
        printf("      no verifier to end\n");
    if (f)
        fclose(f);
}

static const char *
verifier_dies(const struct ports *p)
{
    const char *wrong = many_logins(p, end_verifier);
    int reason = end_login(begin_login(p->mqtt, 1, "ann", "secret"), 5000);
    printf("      the next login: 0x%02x\n", (unsigned)reason);
    return wrong         ? wrong
           : reason != 0 ? "nobody can log in any more"
                         : NULL;
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Who guesses names must not learn from the time which exist. */
static const char *
timing(const struct ports *p)
{
    enum { ROUNDS = 21 };
    double took[2][ROUNDS];
    for (unsigned i = 0; i < 2 * ROUNDS; i++) {
        double begin = now_ms();
        int fd = begin_login(p->mqtt, i, i % 2 ? "ann" : "eve", "guess");
        if (end_login(fd, 5000) != 0x86)
            return "a login had the wrong answer";
        took[i % 2][i / 2] = now_ms() - begin;
    }
    for (int i = 0; i < 2; i++)
        qsort(took[i], ROUNDS, sizeof took[i][0], by_value);
    double unknown = took[0][ROUNDS / 2], wrong = took[1][ROUNDS / 2];
    printf("      unknown user %.1f ms, wrong password %.1f ms (medians)\n",
           unknown, wrong);
    return unknown < wrong * 0.7 || wrong < unknown * 0.7
               ? "the time tells which users exist"
               : NULL;
}

static const struct attack {
    const char *name;
    const char *(*run)(const struct ports *p); /* NULL, or what went wrong */
} attacks[] = {
    {"stall", stall},
    {"drip", drip},
    {"crowd", silent_crowd},
    {"ws-unfinished", ws_unfinished},
    {"tls-unfinished", tls_unfinished},
    {"promise", promise},
    {"hoard", hoard},
    {"deep", deep},
    {"subscriptions", subscriptions},
    {"user-properties", user_properties},
    {"ws-frames", ws_frames},
    {"logins", logins},
    {"verifier-dies", verifier_dies},
    {"timing", timing},
};
enum { ATTACKS = sizeof attacks / sizeof attacks[0] };

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
    for (int i = 0; i < ATTACKS; i++)
        if (strcmp(argv[1], attacks[i].name) == 0)
            return run(&attacks[i], &p, (unsigned)atoi(argv[5]),
                       (unsigned)atoi(argv[6]));
    fprintf(stderr, "hostile-peer: no attack is called '%s'\n", argv[1]);
    return 2;
}
