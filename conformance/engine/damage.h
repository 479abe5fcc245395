/* damage.h - makes a right packet wrong, on purpose and in one place.
 * SPDX-License-Identifier: MIT
 *
 * The packet is decoded with notes (mqtt/note.h), which say where each field
 * and property stands; bytes are cut out or put in there, and the lengths in
 * front (Property Length, Remaining Length) are made right again, so that
 * nothing is wrong but what was asked for. The steps are taken in the order in
 * which they are written.                                                    */
#ifndef ENGINE_DAMAGE_H
#define ENGINE_DAMAGE_H

#include "conformance/engine/eval.h"

/* Changes the one whole packet in `packet`. False with e->err when a field is
 * not there or a number makes no sense. */
bool damage_apply(struct eval *e, const struct script_damage *list,
                  size_t count, struct buf *packet);

#endif
