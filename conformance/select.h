/* select.h - which scenarios are played, in which versions and which order.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CONFORMANCE_SELECT_H
#define CONFORMANCE_SELECT_H

#include "conformance/engine/suite.h"
#include "conformance/load.h"

/* The list is owned: free it. */
struct select {
    struct suite_job *list;
    size_t count, cap;
};

struct wish {
    const char *const *globs; /* ids, globs or folders; none: all */
    size_t glob_count;
    unsigned versions;        /* set */
    bool slow;                /* also those that wait long */
    const char *level;        /* not those that came later; NULL: all */
};

/* -1 with err when a name names nothing, or nothing is left. */
int select_jobs(struct select *s, const struct load *l, const struct wish *w,
                struct error *err);

/* Keeps part k of n. Neighbours go to different parts, so that long chapters
 * are shared out. */
void select_shard(struct select *s, size_t k, size_t n);
void select_shuffle(struct select *s, uint64_t seed);

/* The latest level that a scenario came with, "1.0" when none says so. */
struct select_level {
    char text[24];
};
struct select_level select_latest(const struct load *l);

#endif
