/* exercise.h - questions for students, made of a capture.
 * SPDX-License-Identifier: MIT
 *
 * A seed chooses packets and fields, so that each student gets others and a
 * teacher can print the answers to any of them, apart from the questions.
 * Kinds: bytes are shown and a value is asked; a value is shown and its bytes,
 * blanked as `__`, are asked; which of three packets breaks a rule.          */
#ifndef TRACE_VIEWS_EXERCISE_H
#define TRACE_VIEWS_EXERCISE_H

#include "base/error.h"
#include "trace/model/conversation.h"

/* Appends the questions, or the answers to the same. -1: nothing to ask
 * about. */
int exercise_print(struct buf *out, const struct conversation *c,
                   const char *title, uint64_t seed, bool answers,
                   struct error *err);

#endif
