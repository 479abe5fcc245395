/* incidents.h - lab 11: eight captures, and who is to blame.
 * SPDX-License-Identifier: MIT
 *
 * What went wrong was recorded once (labs/11-forensics/record) on a broker with
 * one fault of the library, or with a client that makes one mistake. A
 * student's seed chooses eight of the recordings, at least one of them healthy,
 * gives them other names, places, values, times, and bystanders who talk in
 * between, so that no two students have the same packet numbers. */
#ifndef LABS_ANSWERS_INCIDENTS_H
#define LABS_ANSWERS_INCIDENTS_H

#include "labs/answers/results.h"
#include "labs/answers/table.h"
#include "labs/answers/tape.h"
#include "labs/answers/words.h"

enum { INCIDENTS = 8, INCIDENTS_COST = 2 }; /* points for a false accusation */

/* A row of labs/11-forensics/list. */
struct incident {
    char name[32];         /* of its files in cases/ */
    char side[8], also[8]; /* "broker"; also "network", or "-" */
    char rules[160];       /* statements that may be cited, or "-" */
    bool is_v5;            /* else 3.1.1 */
    bool is_healthy;       /* nobody is to blame */
    uint64_t first; /* packet in its capture, once that is made; 0: none */
};

struct incidents {
    uint64_t seed;      /* the student's */
    const char *folder; /* labs/11-forensics; borrowed */
    struct words words; /* owned */
    struct incident list[INCIDENTS]; /* as the student's captures */
};

/* Reads the list and chooses. */
int incidents_open(struct incidents *all, uint64_t seed, const char *folder,
                   const char *language, struct error *err);
void incidents_close(struct incidents *all);

/* Appends the capture of number 0 .. 7, and sets its `first`. */
int incidents_capture(struct buf *out, struct incidents *all, size_t nth,
                      struct error *err);

/* Appends what people say about it. */
void incidents_tell(struct buf *out, const struct incidents *all, size_t nth);

/* The line of verdict.tsv that is right. */
void incidents_answer(struct buf *out, const struct incidents *all, size_t nth);

/* Judges verdict.tsv; the captures (1.pcapng ...) are in `captures`. Returns
 * what false accusations cost. -1 with err. */
int incidents_judge(struct results *r, const struct incidents *all,
                    const char *captures, const struct table *verdict,
                    struct error *err);

/* --- repair.c: L11.2 ---------------------------------------------------------
 */

/* The broken packet and what it is to say, as remarks and a line to fill. */
void repair_print(struct buf *out, const struct incidents *all);
void repair_answer(struct buf *out, const struct incidents *all);
void repair_judge(struct results *r, const struct incidents *all,
                  const struct table *repair);

#endif
