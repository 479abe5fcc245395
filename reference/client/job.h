/* job.h - shell commands that make answers, beside the loop.
 * SPDX-License-Identifier: MIT
 *
 * A command may take its time while the connection is kept alive, so it is
 * waited for in the loop, through a descriptor that is ready when the process
 * has ended. Input and output are files without a name: no pipe can be full.
 * At most JOBS_RUNNING run at a time and JOBS_MOST are kept; more are turned
 * away.                                                                      */
#ifndef CLIENT_JOB_H
#define CLIENT_JOB_H

#include "base/buf.h"
#include "base/list.h"
#include "net/loop.h"

#define JOBS_RUNNING 8
#define JOBS_MOST 1000

struct job {
    struct list link;        /* in jobs.list, in order of arrival */
    struct jobs *jobs;       /* borrowed */
    struct loop_watch watch; /* fd: of the process; -1: it has not begun */
    int pid;                 /* of the process */
    int out;                 /* its output; -1 before it begins */
    uint64_t end_by_ms;      /* when it will be ended */
    struct buf topic;        /* owned: $TOPIC */
    struct buf input;        /* owned: its standard input */
    struct buf reply_to;     /* owned, the caller's */
    struct buf properties;   /* owned, the caller's */
};

struct jobs {
    struct loop *loop;    /* borrowed */
    const char *command;  /* borrowed, for the shell */
    uint64_t most_ms;     /* longest time a command may run */
    struct list list;     /* struct job, running ones first */
    size_t count;         /* in the list */
    size_t running;       /* of them */
    void *owner;          /* first argument of done */

    /* A job has ended; why is NULL when all is well, and output the answer. */
    void (*done)(void *owner, const struct job *j, struct slice output,
                 const char *why);
};

void jobs_init(struct jobs *jobs);

/* Ends what runs, without a word to the owner. */
void jobs_release(struct jobs *jobs);

/* An empty job to be filled in and then given to job_start; NULL when there are
 * too many. */
struct job *job_new(struct jobs *jobs);

/* Begins the job as soon as there is room; takes it. */
void job_start(struct job *j, uint64_t now_ms);

/* Ends what has run for too long; returns when to look again. */
uint64_t jobs_tick(struct jobs *jobs, uint64_t now_ms);

#endif
