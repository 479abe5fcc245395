/* note.h - the core says which statement it obeys, and at which line.
 * SPDX-License-Identifier: MIT
 *
 * Handlers call this where a statement decides what happens next. Nothing comes
 * of it unless somebody listens (broker_on_note), as --explain does.         */
#ifndef BROKER_NOTE_H
#define BROKER_NOTE_H

#include "broker/broker_state.h"

/* For what happens on c: the number of the statement in 5.0 and in 3.1.1, NULL
 * or "" when that version has none; 3.1 has no numbers. `text` is static. */
void broker_note(struct broker *b, const struct conn *c,
                 const char *statement5, const char *statement311,
                 const char *text);

#endif
