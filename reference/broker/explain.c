/* explain.c - --explain: the statements obeyed, live, a line each.
 * SPDX-License-Identifier: MIT */
#include "broker/explain.h"

#include <stdio.h>

#include "base/hex.h"

void
explain_note(void *file, const struct conn *c, const char *statement,
             const char *text)
{
    struct buf line = {0};
    hex_quote(&line, broker_client_id(c)); /* a client chose it: escaped */
    buf_printf(&line, " %s: %s\n", statement, text);
    fputs(buf_cstr(&line), file);
    fflush(file);
    buf_release(&line);
}
