/* random.c - random numbers.
 * SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/mem.h"

/* splitmix64, the usual way to spread a small seed over a large state. */
static uint64_t
spread(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void
random_seed(struct random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = spread(&seed);
}

static uint64_t
rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

uint64_t
random_u64(struct random *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t
random_below(struct random *r, uint64_t limit)
{
    return random_u64(r) % limit; /* the bias is far below what tests see */
}

void
random_secret(void *out, size_t len)
{
    uint8_t *p = out;
    while (len > 0) {
        ssize_t n = getrandom(p, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            BUG("the operating system gives no random bytes");
        p += n;
        len -= (size_t)n;
    }
}
