/* findings.h - what lint found, put where the diagrams look for it.
 * SPDX-License-Identifier: MIT
 *
 * A packet's report knows what is wrong with its own bytes; lint knows what is
 * wrong with it in its conversation. Both belong beneath its arrow, in the
 * sequence diagram as in the page.                                           */
#ifndef TRACE_RENDER_FINDINGS_H
#define TRACE_RENDER_FINDINGS_H

#include "trace/lint/lint.h"
#include "trace/model/conversation.h"

/* Adds l's violations to the reports of the packets that c kept. Texts are
 * borrowed: l has to outlive c. */
void findings_mark(struct conversation *c, const struct lint *l);

#endif
