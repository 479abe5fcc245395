/* explain.h - --explain: the statements obeyed, live, a line each.
 * SPDX-License-Identifier: MIT
 *
 *     "sensor" MQTT-3.1.2-4: Clean Start: the session begins empty           */
#ifndef BROKER_EXPLAIN_H
#define BROKER_EXPLAIN_H

#include "broker/broker.h"

/* For broker_on_note; `file` is the FILE to print to. */
void explain_note(void *file, const struct conn *c, const char *statement,
                  const char *text);

#endif
