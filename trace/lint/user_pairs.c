/* user_pairs.c - the User Properties of two copies of a message, compared.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/lint/user_pairs.h"

#include "base/hash.h"

uint64_t
user_pairs_digest(const struct mqtt_property *p)
{
    return 1 + p->number + hash_bytes(1, p->text) + 7 * hash_bytes(2, p->value);
}

struct user_pairs
user_pairs_of(struct slice all)
{
    struct mqtt_property one;
    struct user_pairs p = {.count = 0};
    while (mqtt_property_next(&all, &one)) {
        if (one.row->id != MQTT_P_user_property)
            continue;
        if (p.count < USER_PAIRS_MAX)
            p.digest[p.count] = (uint32_t)user_pairs_digest(&one);
        p.count += p.count <= USER_PAIRS_MAX;
    }
    return p;
}

size_t
user_pairs_found(const struct user_pairs *published,
                 const struct user_pairs *got, bool in_order)
{
    bool taken[USER_PAIRS_MAX] = {false};
    size_t found = 0, from = 0;
    for (size_t i = 0; i < published->count; i++) {
        size_t at = in_order ? from : 0;
        while (at < got->count &&
               (taken[at] || got->digest[at] != published->digest[i]))
            at++;
        if (at == got->count)
            continue;
        taken[at] = true;
        from = at + 1;
        found++;
    }
    return found;
}
