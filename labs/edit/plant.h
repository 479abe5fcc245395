/* plant.h - a fault: a few words of the reference that are wrong.
 * SPDX-License-Identifier: MIT
 *
 *     # alias-off-by-one                      a comment
 *     statement MQTT-3.3.2-12                 what it breaks, and other words
 *     wrong     the highest alias is refused  for people and for ci/mutants
 *
 *     in reference/broker/on_publish.c resolve_topic
 *     - number > c->alias_in.maximum          these words, which must be there
 *     + number >= c->alias_in.maximum         once, become those
 *
 * Behind `in` a file and, unless it is all of it, the definition that is meant.
 * White space counts as white space, however much and of what kind; lines that
 * follow each other are one text. There may be several `in`, and several pairs
 * behind each. Old words that are not there, or twice, are an error: a fault
 * that the reference has outgrown is noticed.                                */
#ifndef LABS_PLANT_H
#define LABS_PLANT_H

#include "base/error.h"

/* Writes each file that the fault changes below `folder`, which gets the
 * folders it needs, and its name to standard output. -1 with err. */
int plant(const char *fault, const char *folder, struct error *err);

#endif
