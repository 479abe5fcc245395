/* backoff.c - how long to wait before connecting again.
 * SPDX-License-Identifier: MIT */
#include "client/backoff.h"

void
mqtt_backoff_init(struct mqtt_backoff *b, uint32_t first_ms, uint32_t most_ms,
                  uint64_t seed)
{
    *b = (struct mqtt_backoff){.first_ms = first_ms, .most_ms = most_ms};
    if (seed == 0)
        random_secret(&seed, sizeof seed);
    random_seed(&b->random, seed);
}

uint32_t
mqtt_backoff_next(struct mqtt_backoff *b, uint64_t lasted_ms)
{
    if (lasted_ms > b->last_ms)
        b->failures = 0;
    uint64_t most = b->first_ms;
    for (unsigned i = 0; i < b->failures && most < b->most_ms; i++)
        most *= 2;
    if (most > b->most_ms)
        most = b->most_ms;
    b->failures++;
    b->last_ms = (uint32_t)(most - random_below(&b->random, most / 2 + 1));
    return b->last_ms;
}
