/* text.h - a run on a terminal, or as plain lines in a log.
 * SPDX-License-Identifier: MIT
 *
 *     struct report_text t;
 *     report_text_begin(&t, stdout, &run, expected_scenarios);
 *     report_text_scenario(&t, &run, s);      as each one ends
 *     report_text_end(&t, &run, coverage);
 *
 * On a terminal a progress line is kept at the bottom and passes are not
 * listed; elsewhere every scenario has a line. Colour only on a terminal,
 * and never when NO_COLOR is set to anything.                                */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "conformance/catalog/coverage.h"

struct report_text {
    FILE *out;         /* borrowed */
    bool is_terminal;  /* keep a progress line */
    bool has_colour;
    bool is_verbose;   /* list passes on a terminal too, and conversations of
                          whatever is not a pass */
    size_t expected;   /* scenarios x versions x transports to come */
    size_t done;       /* of those */
    size_t bad;        /* of those: fail or error */
};

/* Fills *t from what `out` is and prints what the target says it can do. The
 * caller may then change the flags. */
void report_text_begin(struct report_text *t, FILE *out,
                       const struct result_run *run, size_t expected);

void report_text_scenario(struct report_text *t, const struct result_run *run,
                          const struct result_scenario *s);

/* Tables of verdicts and choices, and one line that says it all. coverage may
 * be NULL. */
void report_text_end(struct report_text *t, const struct result_run *run,
                     const struct coverage *coverage);

/* The block about one scenario that is not a plain pass, without colours:
 * line of the script, expected and got, statement, evidence, commands. Ends
 * with a newline. */
void report_text_details(struct buf *out, const struct result_run *run,
                         const struct result_scenario *s, size_t events_max);

#endif
