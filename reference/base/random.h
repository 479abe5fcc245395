/* random.h - repeatable random numbers from a seed, and secret ones.
 * SPDX-License-Identifier: MIT
 *
 * struct random is xoshiro256**: fast, good, not secret. What must not be
 * guessed (assigned client ids, hash keys, salts) comes from random_secret. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t s[4];
};

/* The same seed gives the same numbers for ever. */
void random_seed(struct random *r, uint64_t seed);
uint64_t random_u64(struct random *r);

/* 0 <= result < limit; limit > 0. */
uint64_t random_below(struct random *r, uint64_t limit);

/* From the operating system; aborts if that cannot deliver. */
void random_secret(void *out, size_t len);

#endif
