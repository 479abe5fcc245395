/* hash.c - SipHash with one compression and three finalisation rounds.
 * SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include "base/word.h"

static inline uint64_t
rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

static inline void
sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

uint64_t
hash_bytes(uint64_t key, struct slice bytes)
{
    uint64_t key2 = key ^ 0x9e3779b97f4a7c15u;
    uint64_t v[4] = {key ^ 0x736f6d6570736575u, key2 ^ 0x646f72616e646f6du,
                     key ^ 0x6c7967656e657261u, key2 ^ 0x7465646279746573u};
    size_t whole = bytes.len & ~(size_t)7;
    for (size_t at = 0; at < whole; at += 8) {
        uint64_t word = word_at(bytes.ptr + at);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)bytes.len << 56;
    if (bytes.len > whole)
        last |= word_part(bytes.ptr + whole, bytes.len - whole);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
