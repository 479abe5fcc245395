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

#endif
