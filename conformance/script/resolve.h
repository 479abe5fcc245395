/* resolve.h - gives the names in a parsed file their meaning, or says why not.
 * SPDX-License-Identifier: MIT
 *
 * After this every argument is a field or a property of its packet, every
 * reason a code, every call has its definition, every $name was bound before,
 * and nothing is asked of a version that has no such thing: all of that is
 * found before a single byte is sent.                                        */
#ifndef SCRIPT_RESOLVE_H
#define SCRIPT_RESOLVE_H

#include "conformance/script/script.h"

/* Completes the rows of ast.h that say "resolved". Returns whether all is
 * right; what is not is added to *errors. */
bool resolve_file(struct script_file *file, struct script_errors *errors);

#endif
