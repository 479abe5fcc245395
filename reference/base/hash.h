/* hash.h - SipHash-1-3: a keyed hash for tables that peers can fill.
 * SPDX-License-Identifier: MIT
 *
 * Client ids and topics are chosen by strangers. With a secret key they cannot
 * choose them so that all fall into one bucket.                              */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/slice.h"

uint64_t hash_bytes(uint64_t key, struct slice bytes);

#endif
