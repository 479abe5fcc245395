/* ws_guess.h - could this be WebSocket with MQTT inside, its HTTP head missed?
 * SPDX-License-Identifier: MIT
 *
 * For captures that began after the upgrade. A frame's header is two bytes that
 * many protocols could have, so what counts is that several whole frames stand
 * in a row, masked all or none, and that what they carry is a row of MQTT
 * packets. Compressed frames cannot be judged without what came before.      */
#ifndef TRACE_UNWRAP_WS_GUESS_H
#define TRACE_UNWRAP_WS_GUESS_H

#include "base/slice.h"

/* `head` is what one side said first in the capture. */
bool ws_guess(struct slice head);

#endif
