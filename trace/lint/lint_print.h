/* lint_print.h - findings for people and for machines.
 * SPDX-License-Identifier: MIT                                               */
#ifndef TRACE_LINT_LINT_PRINT_H
#define TRACE_LINT_LINT_PRINT_H

#include "base/buf.h"
#include "trace/lint/lint.h"

enum lint_format { LINT_TEXT, LINT_JSON, LINT_JUNIT, LINT_SARIF, LINT_FORMATS };

/* "text", "json", "junit", "sarif"; -1: none of them. */
int lint_format_parse(const char *name);

/* Appends all that was found in the capture called `name`. */
void lint_print(struct buf *out, const struct lint *l, enum lint_format format,
                const char *name);
void lint_print_text(struct buf *out, const struct lint *l, const char *name);
void lint_print_json(struct buf *out, const struct lint *l, const char *name);
void lint_print_junit(struct buf *out, const struct lint *l, const char *name);
void lint_print_sarif(struct buf *out, const struct lint *l, const char *name);

/* Appends what is known of a statement: our wording, how it is looked for.
 * False when there is none of that id. */
bool lint_explain(struct buf *out, const char *id);

#endif
