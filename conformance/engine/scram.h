/* scram.h - messages of a SCRAM exchange for a script (mqtt/scram.h).
 * SPDX-License-Identifier: MIT
 *
 *     scram(METHOD "client-first" USER PASSWORD NONCE)
 *     scram(METHOD "client-final" USER PASSWORD NONCE SERVER-FIRST)
 *     scram(METHOD "server-final" USER PASSWORD NONCE SERVER-FIRST)
 *
 * The last is what a server that knows the password must say. Every call stands
 * for itself: nothing is remembered between two.                             */
#ifndef ENGINE_SCRAM_H
#define ENGINE_SCRAM_H

#include "conformance/engine/value.h"

/* NULL, with the message in *out, or what is wrong with the call. */
const char *scram_message(struct arena *arena, const struct value *args,
                          size_t count, struct value *out);

#endif
