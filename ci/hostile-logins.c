/* hostile-logins.c - many passwords at once: who logs in, rightly and wrongly.
 * SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>

#include "ci/hostile.h"

enum { LOGINS = 300 };

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

const struct attack hostile_logins[] = {
    {"logins", logins},
    {"verifier-dies", verifier_dies},
    {"timing", timing},
    {NULL, NULL},
};
