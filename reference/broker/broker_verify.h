/* broker_verify.h - is everything the broker remembers consistent?
 * SPDX-License-Identifier: MIT
 *
 * Walks the ownership tree (broker_state.h) and asserts what has to be true
 * between two calls on the broker. Tests and the fuzzer call it after every
 * step; it costs as much as there is to look at, so nobody else does.        */
#ifndef BROKER_BROKER_VERIFY_H
#define BROKER_BROKER_VERIFY_H

#include "broker/broker_state.h"

/* Aborts at the first thing that is wrong. */
void broker_verify(const struct broker *b);

#endif
