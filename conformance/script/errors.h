/* errors.h - collecting what is wrong with a scenario file.
 * SPDX-License-Identifier: MIT
 *
 * struct script_errors itself is in script.h; this is how lexer, parser and
 * resolver fill it.                                                          */
#ifndef SCRIPT_ERRORS_H
#define SCRIPT_ERRORS_H

#include "conformance/script/script.h"

/* Adds one; text is the whole file, of which the line is copied. The same
 * place is reported once: what follows from an error is noise. */
void script_errors_add(struct script_errors *errors, struct slice text,
                       struct script_place at, const char *message);

#endif
