/* target_file.h - the lines of a target file; only target.c includes it.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CONFORMANCE_TARGET_FILE_H
#define CONFORMANCE_TARGET_FILE_H

#include "conformance/target.h"

/* One line: what it says goes into *t. Empty lines and comments say nothing. */
int target_take_line(struct target *t, struct slice line, struct error *err);

/* The broker's address; also from the command line. */
int target_take_url(struct target *t, struct slice url, struct error *err);

/* $target.NAME for scripts. */
void target_add_name(struct target *t, struct slice name, struct slice value);

#endif
