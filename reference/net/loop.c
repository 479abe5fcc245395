/* loop.c - the loop with poll(2): a list of descriptors, asked all at once.
 * SPDX-License-Identifier: MIT
 *
 * Two arrays run in parallel: polls[i] is what the kernel reads, watches[i] who
 * asked. A watch knows its place, so removal is "move the last one here". Only
 * during the callbacks must nothing move: there a removed watch leaves a hole,
 * an added one goes to the end, and the holes are closed after the turn.
 *
 * The kernel looks at every descriptor in every turn. That is what loop_epoll.c
 * avoids; up to a few hundred connections nobody can tell them apart.        */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/mem.h"

struct loop {
    struct pollfd *polls;        /* owned */
    size_t polls_cap;            /* items allocated */
    struct loop_watch **watches; /* owned array of borrowed; NULL: a hole */
    size_t watches_cap;          /* items allocated */
    size_t count;                /* of both arrays in use, holes included */
    size_t first;                /* where the next turn starts, to be fair */
    bool is_turning;             /* callbacks are running: nothing may move */
};

static short
poll_events(unsigned wants)
{
    return (short)((wants & LOOP_READ ? POLLIN : 0) |
                   (wants & LOOP_WRITE ? POLLOUT : 0));
}

static unsigned
loop_events(short told)
{
    return (told & POLLIN ? LOOP_READ : 0) | (told & POLLOUT ? LOOP_WRITE : 0) |
           (told & (POLLERR | POLLHUP | POLLNVAL) ? LOOP_ERROR : 0);
}

struct loop *
loop_new(struct error *err)
{
    (void)err; /* nothing is asked of the system yet */
    return xcalloc(1, sizeof(struct loop));
}

void
loop_free(struct loop *l)
{
    if (!l)
        return;
    free(l->polls);
    free(l->watches);
    free(l);
}

int
loop_add(struct loop *l, struct loop_watch *w, struct error *err)
{
    (void)err; /* poll takes any descriptor */
    assert(w->slot == 0);
    size_t at = l->count++;
    l->polls = xgrow(l->polls, &l->polls_cap, l->count, sizeof *l->polls);
    l->watches = xgrow(l->watches, &l->watches_cap, l->count,
                       sizeof(struct loop_watch *));
    l->polls[at] = (struct pollfd){w->fd, poll_events(w->wants), 0};
    l->watches[at] = w;
    w->slot = at + 1;
    return 0;
}

void
loop_change(struct loop *l, struct loop_watch *w, unsigned wants)
{
    assert(w->slot);
    w->wants = wants;
    l->polls[w->slot - 1].events = poll_events(wants);
}

/* Puts the last entry, which is no hole, into place `at`. */
static void
move_last_to(struct loop *l, size_t at)
{
    size_t last = --l->count;
    if (at == last)
        return;
    l->polls[at] = l->polls[last];
    l->watches[at] = l->watches[last];
    l->watches[at]->slot = at + 1;
}

void
loop_remove(struct loop *l, struct loop_watch *w)
{
    if (!w->slot)
        return;
    size_t at = w->slot - 1;
    w->slot = 0;
    if (l->is_turning)
        l->watches[at] = NULL;
    else
        move_last_to(l, at);
}

static void
close_holes(struct loop *l)
{
    for (size_t at = 0; at < l->count;) {
        if (l->watches[at])
            at++;
        else if (!l->watches[l->count - 1])
            l->count--;
        else
            move_last_to(l, at);
    }
}

static void
call_ready(struct loop *l)
{
    size_t asked = l->count, called = 0, i;
    l->is_turning = true;
    for (i = 0; i < asked && called < LOOP_TURN_MAX; i++) {
        size_t at = (l->first + i) % asked;
        struct loop_watch *w = l->watches[at];
        if (!w)
            continue;
        unsigned events =
            loop_events(l->polls[at].revents) & (w->wants | LOOP_ERROR);
        if (!events)
            continue;
        called++;
        w->ready(w, events);
    }
    l->is_turning = false;
    l->first = (l->first + i) % asked;
    close_holes(l);
}

int
loop_turn(struct loop *l, int timeout_ms, struct error *err)
{
    assert(!l->is_turning);
    int n = poll(l->polls, l->count, timeout_ms);
    if (n < 0 && errno != EINTR)
        return error_errno(err, "waiting for connections");
    if (n > 0)
        call_ready(l);
    return 0;
}
