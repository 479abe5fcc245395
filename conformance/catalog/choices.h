/* choices.h - where a scenario leaves a choice, and what was chosen there.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CATALOG_CHOICES_H
#define CATALOG_CHOICES_H

#include "conformance/engine/result.h"
#include "conformance/script/ast.h"

/* Appends each `either` and each `or tolerates` of a scenario, its defines
 * included: the line, what is right there, and behind it the versions in which
 * the targets of these runs were seen to choose so. False, having appended
 * nothing, when it leaves no choice. */
bool choices_print(struct buf *out, const struct script_scenario *s,
                   const struct result_run *runs, size_t run_count);

#endif
