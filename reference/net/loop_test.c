/* loop_test.c - the loop, on pipes and socket pairs; never sleeps.
 * SPDX-License-Identifier: MIT
 *
 * The implementation is included, so that both are tested whichever one the
 * Makefile links: loop_epoll_test.c is this file with another LOOP_TESTED.  */
#ifndef LOOP_TESTED
#define LOOP_TESTED "net/loop.c"
#endif
#include LOOP_TESTED

#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/test.h"

/* One end of a socket pair that notes what it was told. */
struct seen {
    struct loop_watch watch;
    int far;                      /* the other end */
    int calls;                    /* of ready */
    unsigned events;              /* of the last call */
    bool reads;                   /* takes one byte when told */
    struct seen *also_remove;     /* removed (and closed) in the callback */
    struct seen *also_mute;       /* set to want nothing in the callback */
    struct seen *also_add;        /* added in the callback */
};

static struct loop *loop;
static struct error err;

static void
note(struct loop_watch *w, unsigned events)
{
    struct seen *s = w->data;
    char byte;
    s->calls++;
    s->events = events;
    if (s->reads)
        ck_assert_int_eq(read(w->fd, &byte, 1), 1);
    if (s->also_remove) {
        loop_remove(loop, &s->also_remove->watch);
        close(s->also_remove->watch.fd);
        s->also_remove->watch.ready = NULL; /* a later call would crash */
    }
    if (s->also_mute)
        loop_change(loop, &s->also_mute->watch, 0);
    if (s->also_add) {
        ck_assert_int_eq(loop_add(loop, &s->also_add->watch, &err), 0);
        s->also_add = NULL;
    }
}

static void
prepare(struct seen *s, unsigned wants)
{
    int ends[2];
    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    *s = (struct seen){.far = ends[1]};
    s->watch = (struct loop_watch){
        .fd = ends[0], .wants = wants, .ready = note, .data = s};
}

static void
add(struct seen *s, unsigned wants)
{
    prepare(s, wants);
    ck_assert_int_eq(loop_add(loop, &s->watch, &err), 0);
}

static void
poke(struct seen *s)
{
    ck_assert_int_eq(write(s->far, "x", 1), 1);
}

static void
turn(void)
{
    ck_assert_int_eq(loop_turn(loop, 0, &err), 0);
}

static void
start(void)
{
    loop = loop_new(&err);
    ck_assert_ptr_nonnull(loop);
}

static void
finish(struct seen *all, int count)
{
    for (int i = 0; i < count; i++) {
        close(all[i].far);
        if (all[i].watch.ready) {
            loop_remove(loop, &all[i].watch);
            close(all[i].watch.fd);
        }
    }
    loop_free(loop);
}

START_TEST(readiness_is_told_again_until_dealt_with)
{
    struct seen s;
    start();
    add(&s, LOOP_READ);
    turn();
    ck_assert_int_eq(s.calls, 0);
    poke(&s);
    turn();
    turn();
    ck_assert_int_eq(s.calls, 2);
    ck_assert_uint_eq(s.events, LOOP_READ);
    s.reads = true;
    turn();
    turn();
    ck_assert_int_eq(s.calls, 3);
    finish(&s, 1);
}
END_TEST

START_TEST(only_wanted_events_are_told)
{
    struct seen s;
    start();
    add(&s, LOOP_WRITE);
    poke(&s);
    turn();
    ck_assert_uint_eq(s.events, LOOP_WRITE);
    loop_change(loop, &s.watch, LOOP_READ | LOOP_WRITE);
    turn();
    ck_assert_uint_eq(s.events, LOOP_READ | LOOP_WRITE);
    loop_change(loop, &s.watch, 0);
    turn();
    ck_assert_int_eq(s.calls, 2);
    finish(&s, 1);
}
END_TEST

START_TEST(a_hang_up_is_told_even_when_nothing_is_wanted)
{
    struct seen s;
    start();
    add(&s, 0);
    turn();
    ck_assert_int_eq(s.calls, 0);
    shutdown(s.far, SHUT_RDWR);
    turn();
    ck_assert_int_eq(s.calls, 1);
    ck_assert_uint_eq(s.events, LOOP_ERROR);
    finish(&s, 1);
}
END_TEST

/* Whoever is called first removes the other: exactly one call happens. */
START_TEST(a_callback_may_remove_another_watch)
{
    struct seen s[2];
    start();
    add(&s[0], LOOP_READ);
    add(&s[1], LOOP_READ);
    s[0].also_remove = &s[1];
    s[1].also_remove = &s[0];
    poke(&s[0]);
    poke(&s[1]);
    turn();
    ck_assert_int_eq(s[0].calls + s[1].calls, 1);
    struct seen *left = s[0].calls ? &s[0] : &s[1];
    left->also_remove = NULL;
    turn();
    ck_assert_int_eq(left->calls, 2);
    finish(s, 2);
}
END_TEST

START_TEST(a_callback_may_remove_its_own_watch)
{
    struct seen s[3];
    start();
    for (int i = 0; i < 3; i++) {
        add(&s[i], LOOP_READ);
        poke(&s[i]);
    }
    s[1].also_remove = &s[1];
    turn();
    turn();
    ck_assert_int_eq(s[0].calls, 2);
    ck_assert_int_eq(s[1].calls, 1);
    ck_assert_int_eq(s[2].calls, 2);
    finish(s, 3);
}
END_TEST

START_TEST(a_change_in_a_callback_holds_at_once)
{
    struct seen s[2];
    start();
    add(&s[0], LOOP_READ);
    add(&s[1], LOOP_READ);
    s[0].also_mute = &s[1];
    s[1].also_mute = &s[0];
    poke(&s[0]);
    poke(&s[1]);
    turn();
    ck_assert_int_eq(s[0].calls + s[1].calls, 1);
    finish(s, 2);
}
END_TEST

START_TEST(a_watch_added_in_a_callback_waits_for_the_next_turn)
{
    struct seen s[2];
    start();
    add(&s[0], LOOP_READ);
    prepare(&s[1], LOOP_READ);
    poke(&s[0]);
    poke(&s[1]);
    s[0].also_add = &s[1];
    turn();
    ck_assert_int_eq(s[1].calls, 0);
    turn();
    ck_assert_int_eq(s[1].calls, 1);
    finish(s, 2);
}
END_TEST

/* A removed watch that comes back in the same turn is not told old news. */
START_TEST(removed_and_added_again_is_new)
{
    struct seen s;
    start();
    add(&s, LOOP_READ);
    loop_remove(loop, &s.watch);
    loop_remove(loop, &s.watch);
    poke(&s);
    turn();
    ck_assert_int_eq(s.calls, 0);
    ck_assert_int_eq(loop_add(loop, &s.watch, &err), 0);
    turn();
    ck_assert_int_eq(s.calls, 1);
    finish(&s, 1);
}
END_TEST

/* More ready ones than a turn serves: all are served within two turns. */
START_TEST(a_turn_is_bounded_and_fair)
{
    enum { COUNT = LOOP_TURN_MAX + 100 };
    static struct seen s[COUNT];
    int calls = 0, unserved = 0;
    start();
    for (int i = 0; i < COUNT; i++) {
        add(&s[i], LOOP_READ);
        poke(&s[i]);
    }
    turn();
    for (int i = 0; i < COUNT; i++)
        calls += s[i].calls;
    ck_assert_int_eq(calls, LOOP_TURN_MAX);
    turn();
    for (int i = 0; i < COUNT; i++)
        unserved += s[i].calls == 0;
    ck_assert_int_eq(unserved, 0);
    finish(s, COUNT);
}
END_TEST

START_TEST(a_turn_waits_as_long_as_it_may)
{
    struct seen s;
    start();
    add(&s, LOOP_READ);
    uint64_t before_ms = clock_ms();
    ck_assert_int_eq(loop_turn(loop, 20, &err), 0);
    ck_assert_uint_ge(clock_ms() - before_ms, 19);
    ck_assert_int_eq(s.calls, 0);
    poke(&s);
    before_ms = clock_ms(); /* and no longer than it has to */
    ck_assert_int_eq(loop_turn(loop, 60000, &err), 0);
    ck_assert_uint_lt(clock_ms() - before_ms, 30000);
    ck_assert_int_eq(s.calls, 1);
    finish(&s, 1);
}
END_TEST

static void
on_alarm(int sig)
{
    (void)sig;
}

START_TEST(a_signal_ends_the_wait_without_error)
{
    struct sigaction act = {.sa_handler = on_alarm};
    /* Again and again, or the one could come before the wait. */
    struct itimerval soon = {.it_value = {.tv_usec = 10000},
                             .it_interval = {.tv_usec = 10000}};
    start();
    sigaction(SIGALRM, &act, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    uint64_t before_ms = clock_ms();
    ck_assert_int_eq(loop_turn(loop, 60000, &err), 0);
    ck_assert_uint_lt(clock_ms() - before_ms, 30000);
    setitimer(ITIMER_REAL, &(struct itimerval){{0}, {0}}, NULL);
    finish(NULL, 0);
}
END_TEST

START_TEST(timeouts_are_rounded_into_an_int)
{
    ck_assert_int_eq(loop_timeout(TIMER_NEVER, 5), -1);
    ck_assert_int_eq(loop_timeout(5, 5), 0);
    ck_assert_int_eq(loop_timeout(4, 5), 0);
    ck_assert_int_eq(loop_timeout(7, 5), 2);
    ck_assert_int_eq(loop_timeout(TIMER_NEVER - 1, 5), INT_MAX);
}
END_TEST

/* More watches than this process may have files: poll refuses. */
START_TEST(a_failure_of_the_wait_is_told)
{
    struct seen s[3];
    struct rlimit before, few = {.rlim_cur = 1};
    start();
    for (int i = 0; i < 3; i++)
        add(&s[i], LOOP_READ);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    few.rlim_max = before.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    int told = loop_turn(loop, 0, &err);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    if (strcmp(LOOP_TESTED, "net/loop.c") == 0)
        ck_assert_int_ne(told, 0); /* epoll has no such limit */
    finish(s, 3);
}
END_TEST

TEST_MAIN(readiness_is_told_again_until_dealt_with, only_wanted_events_are_told,
          a_hang_up_is_told_even_when_nothing_is_wanted,
          a_callback_may_remove_another_watch,
          a_callback_may_remove_its_own_watch,
          a_change_in_a_callback_holds_at_once,
          a_watch_added_in_a_callback_waits_for_the_next_turn,
          removed_and_added_again_is_new, a_turn_is_bounded_and_fair,
          a_turn_waits_as_long_as_it_may, a_signal_ends_the_wait_without_error,
          timeouts_are_rounded_into_an_int,
          a_failure_of_the_wait_is_told)
