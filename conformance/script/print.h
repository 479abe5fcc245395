/* print.h - parts of a scenario in the words of the script.
 * SPDX-License-Identifier: MIT
 *
 * What is printed can be parsed again and means the same; numbers and times
 * stand as they were written. For reports, and to test the parser by.        */
#ifndef SCRIPT_PRINT_H
#define SCRIPT_PRINT_H

#include "base/buf.h"
#include "conformance/script/ast.h"

/* Appends, without a newline. */
void script_print_expr(struct buf *out, const struct script_expr *e);
void script_print_packet(struct buf *out, const struct script_packet *p);

#endif
