/* suite_floor.h - what the files of the suite share; nobody else includes it.
 * SPDX-License-Identifier: MIT
 *
 * The floor is where plays are under way. Each job has an entry that says how
 * far it is:
 *
 *     WAITING -> RUNNING -> REPORTED             whatever is not a failure
 *                        -> AGAIN -> RUNNING     a failure waits for quiet
 *                        -> ALONE                the two tries disagree
 *     RUNNING -> HELD                            done, but does the target live?
 *
 * An entry is HELD until the target was heard of some time after its end: a
 * broker that dies of a packet closes every connection, which to the scenario
 * that sent it may look like the rejection that it waited for.               */
#ifndef ENGINE_SUITE_FLOOR_H
#define ENGINE_SUITE_FLOOR_H

#include "conformance/engine/suite.h"

/* One play under way. The setup is its own, since a play borrows it. */
struct running {
    struct driven driven;
    struct play_setup setup;
    struct result_scenario *out; /* heap; copied into the entry at the end */
    size_t job;
    uint64_t since_us;
    size_t charged;              /* connections that the rate knows of */
    bool is_early;               /* a second try beside the first */
    bool has_early;              /* a first try that got one */
};

enum entry_stage {
    ENTRY_WAITING,
    ENTRY_RUNNING,
    ENTRY_HELD,    /* it has a result, which is believed when the target is
                      heard of */
    ENTRY_AGAIN,   /* failed once; wants to be tried again in quiet */
    ENTRY_ALONE,   /* wants to be tried with nobody else there */
    ENTRY_REPORTED
};

struct entry {
    enum entry_stage stage;
    struct result_scenario result; /* of the latest try */
    struct result_scenario *first; /* owned; of the first try that failed */
    struct result_scenario *early; /* owned; of an early second try, done */
    uint64_t ended_us;             /* the latest try */
    unsigned excused;              /* tries that the runner was late in */
    size_t clients;                /* that the scenario has at most */
};

struct floor {
    struct suite *suite;
    const struct suite_job *jobs;
    struct entry *entries;   /* one per job, in the order of the jobs */
    size_t job_count;
    struct running **list;
    size_t count, cap;
    uint64_t start_us;
    uint64_t last_us;        /* of the turn before */
    size_t stuck;            /* turns in which time stood still */
    uint64_t heard_us;       /* when the target was heard of last */
    size_t heard_job;        /* by whom */
    bool was_heard;          /* by any job */
    size_t ignored;          /* plays without an answer since then */
    uint64_t launch_us;      /* when the next one may start, for the rate */
    size_t held;             /* entries that are HELD */
    uint64_t asked_us;       /* when the turn under way should end */
    uint64_t woken_us;       /* when the turn before did */
    uint64_t busy_us;        /* from then to the one under way */
};

static inline uint64_t
suite_now(const struct suite *s)
{
    return s->driver->ops->now_us(s->driver);
}

static inline uint64_t
floor_now(const struct floor *f)
{
    return suite_now(f->suite);
}

/* --- suite_floor.c -------------------------------------------------------- */

/* A play begins; does what is due; ends, and hands over its result. */
struct running *running_start(struct suite *suite, const struct suite_job *job,
                              size_t index);
void running_tick(struct suite *suite, struct running *r, uint64_t now);
void running_finish(struct suite *suite, struct running *r,
                    struct result_scenario *out);
/* Shall the suite end early? Then err says so. */
bool suite_is_stopped(const struct suite *suite, struct error *err);

/* Starts another play of the job. */
struct running *floor_start(struct floor *f, size_t job);
/* Starts a job that was WAITING or is to be tried again, or skips it. */
void floor_launch(struct floor *f, size_t job);
/* Hands the entry's result over to the run. */
void floor_report(struct floor *f, size_t job);
/* A try has ended and can be believed: to the run, or to be tried again. */
void floor_settle(struct floor *f, size_t job);
/* Plays the job with nobody else there; its entry then has the result. */
int floor_play_alone(struct floor *f, size_t job, struct error *err);
/* Takes one off the floor; its result is in the entry, which is not settled. */
size_t floor_retire(struct floor *f, size_t index);
/* The same, and the result goes to *out. */
size_t floor_take(struct floor *f, size_t index, struct result_scenario *out);

/* --- suite_room.c --------------------------------------------------------- */

/* Does the target's limit of connections leave room for it? */
bool room_has_connections(const struct floor *f, size_t job);
/* May this one start, with so many jobs at a time? */
bool room_for(const struct floor *f, size_t limit, size_t job);
/* Does everybody only wait? */
bool room_is_quiet(const struct floor *f);
/* When to look again whether somebody may start. */
uint64_t room_next_start(const struct floor *f);
/* Connections that were opened since hold the next start back. */
void room_charge(struct floor *f);

/* --- suite_repeat.c ------------------------------------------------------- */

/* The latest try follows a failure: FAIL, UNSTABLE, or to be tried ALONE. */
void repeat_judge(struct floor *f, size_t job);
/* Tries all that are ALONE. */
int repeat_alone(struct floor *f, struct error *err);

/* First tries that wait long for what must come get their second try early:
 * all is quiet, and both can wait at the same time. */
void repeat_early(struct floor *f);
/* An early second try is done. */
void repeat_take_early(struct floor *f, size_t index);
/* The first try has ended. True: its second one is under way or was judged. */
bool repeat_meet_early(struct floor *f, size_t job);
/* They are worth nothing any more. */
void repeat_drop_early(struct floor *f);

/* --- suite_late.c --------------------------------------------------------- */

/* Around a turn of the driver: to when it shall wait, for now. */
uint64_t late_begin(struct floor *f, uint64_t deadline_us);
/* And what is seen of our own lateness, for all that are under way. */
void late_end(struct floor *f);
/* A failure for which we are late enough is no failure. */
void late_excuse(struct result_scenario *s);
/* The entry's result is forgotten, since it may be our doing; the play is to be
 * asked again. */
bool late_ask_again(struct entry *e);

/* --- suite_lost.c --------------------------------------------------------- */

/* A connection was refused, nobody is answered any more, or the floor is empty:
 * does the target live? If
 * not, and it can be started again, finds out who did it. -1: it is lost. */
int lost_look(struct floor *f, struct error *err);
/* The run ends early: what is under way, and what was not repeated. */
void lost_abandon(struct floor *f, const char *why);

/* --- suite_lint.c --------------------------------------------------------- */

void lint_collect(struct suite *suite, const struct play *play,
                  const struct result_scenario *where);

#endif
