/* cmd.h - the verbs of lab-answers, one per thing that a lab's scripts need.
 * SPDX-License-Identifier: MIT
 *
 * Each gets its words and returns 0, or -1 with err.                         */
#ifndef LABS_ANSWERS_CMD_H
#define LABS_ANSWERS_CMD_H

#include "base/error.h"

typedef int cmd_fn(char **words, int count, struct error *err);

/* wire-give SEED WORDS DIR: what is asked about the captures in DIR. */
cmd_fn cmd_wire_give;
/* wire-key SEED WORDS DIR OUT N: model answers into OUT; with N above 0 the
 * questions have their Nth common mistake instead. */
cmd_fn cmd_wire_key;
/* wire-judge SEED WORDS LANGUAGE CAPTURES DIR MORE RESULTS JUDGED */
cmd_fn cmd_wire_judge;

/* incidents-captures SEED LAB DIR: the eight captures of lab 11 (LAB is its
 * folder in the project) into DIR. */
cmd_fn cmd_incidents_captures;
/* incidents-give SEED LAB DIR: these, what people say of them, empty tables. */
cmd_fn cmd_incidents_give;
/* incidents-key SEED LAB DIR: model answers into DIR. */
cmd_fn cmd_incidents_key;
/* incidents-judge SEED LAB LANGUAGE CAPTURES DIR MORE RESULTS JUDGED */
cmd_fn cmd_incidents_judge;
/* incidents-check SEED LAB DIR: makes the captures and holds the key against
 * the strict reader; says which case each is. */
cmd_fn cmd_incidents_check;

#endif
