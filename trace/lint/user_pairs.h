/* user_pairs.h - the User Properties of two copies of a message, compared.
 * SPDX-License-Identifier: MIT
 *
 * A server sends all that were published, unaltered and in their order
 * [MQTT-3.3.2-17, MQTT-3.3.2-18]. Whether it may add one of its own no statement
 * says; those that were published are unaltered by it. So not sums are compared
 * but pair by pair, each as a digest.                                        */
#ifndef TRACE_LINT_USER_PAIRS_H
#define TRACE_LINT_USER_PAIRS_H

#include "mqtt/property.h"

enum { USER_PAIRS_MAX = 12 };

struct user_pairs {
    uint32_t digest[USER_PAIRS_MAX]; /* of name and value, in their order */
    uint8_t count; /* more than USER_PAIRS_MAX: not all are here */
};

/* Of any property: number, text and value together. */
uint64_t user_pairs_digest(const struct mqtt_property *p);

/* Those among all properties of a packet. */
struct user_pairs user_pairs_of(struct slice properties);

/* How many of the pairs that were published are there, in their order or in any.
 * Neither has more than USER_PAIRS_MAX. */
size_t user_pairs_found(const struct user_pairs *published,
                        const struct user_pairs *got, bool in_order);

#endif
