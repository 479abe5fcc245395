/* loop_epoll.c - the loop with epoll(7), for many connections on Linux.
 * SPDX-License-Identifier: MIT
 *
 * Same contract and shape as loop.c, which is the one to read first. The
 * kernel keeps the list here, so a turn costs as much as there are ready
 * descriptors, not as there are descriptors. What it has told and we have not
 * yet passed on names watches by pointer: loop_remove strikes those out.     */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"

struct loop {
    int epoll; /* the kernel's list */
    int told;  /* events of this turn; 0 between turns */
    int at;    /* the one being passed on */
    struct epoll_event events[LOOP_TURN_MAX]; /* data.ptr NULL: struck out */
};

static uint32_t
epoll_events(unsigned wants)
{
    return (wants & LOOP_READ ? (uint32_t)EPOLLIN : 0) |
           (wants & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0);
}

static unsigned
loop_events(uint32_t told)
{
    return (told & EPOLLIN ? LOOP_READ : 0) |
           (told & EPOLLOUT ? LOOP_WRITE : 0) |
           (told & (EPOLLERR | EPOLLHUP) ? LOOP_ERROR : 0);
}

struct loop *
loop_new(struct error *err)
{
    struct loop *l = xcalloc(1, sizeof *l);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll >= 0)
        return l;
    error_errno(err, "cannot make an event loop");
    free(l);
    return NULL;
}

void
loop_free(struct loop *l)
{
    if (!l)
        return;
    close(l->epoll);
    free(l);
}

int
loop_add(struct loop *l, struct loop_watch *w, struct error *err)
{
    assert(w->slot == 0);
    struct epoll_event e = {.events = epoll_events(w->wants), .data.ptr = w};
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &e))
        return error_errno(err, "cannot wait for descriptor %d", w->fd);
    w->slot = 1;
    return 0;
}

void
loop_change(struct loop *l, struct loop_watch *w, unsigned wants)
{
    assert(w->slot);
    if (w->wants == wants)
        return;
    w->wants = wants;
    struct epoll_event e = {.events = epoll_events(wants), .data.ptr = w};
    if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, w->fd, &e))
        BUG("a watched descriptor was closed");
}

void
loop_remove(struct loop *l, struct loop_watch *w)
{
    if (!w->slot)
        return;
    w->slot = 0;
    if (epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL))
        BUG("a watched descriptor was closed");
    for (int i = l->at; i < l->told; i++)
        if (l->events[i].data.ptr == w)
            l->events[i].data.ptr = NULL;
}

int
loop_turn(struct loop *l, int timeout_ms, struct error *err)
{
    assert(l->told == 0);
    int n = epoll_wait(l->epoll, l->events, LOOP_TURN_MAX, timeout_ms);
    if (n < 0)
        return errno == EINTR ? 0
                              : error_errno(err, "waiting for connections");
    l->told = n;
    for (l->at = 0; l->at < n; l->at++) {
        struct loop_watch *w = l->events[l->at].data.ptr;
        if (!w)
            continue;
        unsigned events = loop_events(l->events[l->at].events);
        events &= w->wants | LOOP_ERROR;
        if (events)
            w->ready(w, events);
    }
    l->told = 0;
    return 0;
}
