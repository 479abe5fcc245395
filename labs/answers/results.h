/* results.h - what was judged, in the two files that labs/lab reads.
 * SPDX-License-Identifier: MIT
 *
 * RESULTS has a line per test: id, right, wrong or blank, a few words, a file
 * that says all. JUDGED has a line per hole: id, result, right, tests, points,
 * maximum. What there is to say is shown by labs/tool/show.sh for tests whose
 * id begins with `a:`.                                                       */
#ifndef LABS_ANSWERS_RESULTS_H
#define LABS_ANSWERS_RESULTS_H

#include "base/buf.h"
#include "base/error.h"

enum result { RESULT_BLANK, RESULT_WRONG, RESULT_RIGHT };

struct results {
    const char *folder;           /* for the files with more; borrowed */
    struct buf lines;             /* RESULTS */
    struct buf judged;            /* JUDGED, of the holes that are closed */
    unsigned tests, right, tried; /* of the hole that is open */
    struct error err; /* of the first file that could not be written */
};

void results_release(struct results *r);

/* One test. `more` is shown for a wrong one; its first line goes into RESULTS,
 * may be empty. */
void results_add(struct results *r, const char *test, enum result result,
                 struct slice more);

/* The tests since the last call were those of a hole. Points are given in
 * proportion, rounded down, less `costs` (of false accusations). */
void results_hole(struct results *r, const char *id, unsigned max,
                  unsigned costs);

int results_write(struct results *r, const char *results, const char *judged,
                  struct error *err);

#endif
