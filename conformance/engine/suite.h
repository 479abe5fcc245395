/* suite.h - many scenarios at the same time, and what to make of failures.
 * SPDX-License-Identifier: MIT
 *
 * A job is a scenario in one version over one transport. Jobs run together up
 * to a limit, those that wait long first and beyond the limit, since waiting
 * costs nothing. What has to be `alone` runs by itself when the others are
 * done. Whatever failed is repeated before anybody is accused (suite_repeat.c):
 * failed again, it is a fail; passed, it is unstable.                        */
#ifndef ENGINE_SUITE_H
#define ENGINE_SUITE_H

#include <signal.h>

#include "conformance/engine/driver.h"

/* Does the target have what a scenario needs? NULL when it has, else the
 * reason to skip. */
typedef const char *suite_lacks(void *context,
                                const struct script_scenario *scenario,
                                enum mqtt_version v);

struct suite {
    struct play_setup setup;      /* for all plays; scenario, version and number
                                     are filled in */
    struct driver *driver;
    struct result_run *run;       /* results are added to it */
    size_t jobs;                  /* at the same time, at least 1 */
    size_t connections;           /* at the same time; 0: no limit */
    double rate;                  /* new connections per second; 0: no limit */
    bool is_real_time;            /* waiting costs time: wait side by side */
    suite_lacks *lacks;           /* or NULL: it has everything */
    void *context;                /* of lacks and done */
    void (*done)(void *context, const struct result_scenario *s); /* or NULL */
    const volatile sig_atomic_t *stop; /* true: end as soon as can be; or NULL */
    unsigned next_number;         /* of plays */
    size_t refused_in_a_row;      /* plays that could not connect */
};

struct suite_job {
    const struct script_scenario *scenario;
    enum mqtt_version version;
};

/* How many plays in a row have to find nobody listening before the target is
 * taken for lost. */
enum { SUITE_LOST = 5 };

/* After how many plays without any answer to CONNECT, and none to anybody else
 * meanwhile, it is looked whether the target still serves. */
enum { SUITE_IGNORED = 5 };

/* Runs them all. -1 with err when the target is lost or somebody says stop;
 * results so far are there. */
int suite_run(struct suite *suite, const struct suite_job *jobs, size_t count,
              struct error *err);

/* How many clients a scenario has at the same time, at most, with the one that
 * tidies up. */
size_t suite_clients(const struct script_scenario *s);

/* Runs one by itself; *bound, when not NULL, is called with the play before it
 * is freed, to read the names that it bound. */
int suite_run_one(struct suite *suite, const struct suite_job *job,
                  struct result_scenario *out,
                  void (*bound)(void *context, const struct play *play),
                  struct error *err);

#endif
