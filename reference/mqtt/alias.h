/* alias.h - Topic Aliases of one direction of one connection (3.3.2.3.4).
 * SPDX-License-Identifier: MIT
 *
 * A sender may give a topic a number, sending both once, and from then on send
 * the number with an empty topic. How many numbers there are says the receiver
 * (Topic Alias Maximum), and what they mean dies with the connection
 * [MQTT-3.3.2-7]. The two directions have nothing to do with each other: each
 * end has one table for what it sends and one for what it receives.          */
#ifndef MQTT_ALIAS_H
#define MQTT_ALIAS_H

#include "base/slice.h"

struct mqtt_alias_table; /* opaque */

struct mqtt_aliases {
    struct mqtt_alias_table *table; /* owned; NULL until there is an alias, as
                                       on nearly every connection */
    uint16_t maximum;               /* Topic Alias Maximum; 0: none allowed */
};

/* A table without entries. `maximum` is what the receiver announced. */
void mqtt_alias_init(struct mqtt_aliases *a, uint16_t maximum);

/* Forgets everything; for the end of the connection. Allowed when zeroed. */
void mqtt_alias_release(struct mqtt_aliases *a);

/* ---- the receiving end ------------------------------------------------ */

/* From now on alias means topic, whatever it meant before; the topic is
 * copied. False when alias is 0 or above the maximum: answer with Reason Code
 * 0x94 [MQTT-3.3.2-8, MQTT-3.3.2-9, MQTT-3.3.2-11]. */
bool mqtt_alias_set(struct mqtt_aliases *a, uint16_t alias, struct slice topic);

/* The topic, borrowed until it is set anew; a NULL pointer when the alias
 * means nothing (yet): a Protocol Error, 0x82. */
struct slice mqtt_alias_get(const struct mqtt_aliases *a, uint16_t alias);

/* ---- the sending end -------------------------------------------------- */

enum mqtt_alias_use {
    MQTT_ALIAS_NONE, /* send the topic alone */
    MQTT_ALIAS_NEW,  /* send the topic and *alias */
    MQTT_ALIAS_KNOWN /* send *alias with an empty topic */
};

/* How to send a PUBLISH with that topic. A topic not seen before gets a number
 * while there are any left; then the caller must send what it is told, since
 * the table takes it for known. */
enum mqtt_alias_use mqtt_alias_choose(struct mqtt_aliases *a,
                                      struct slice topic, uint16_t *alias);

#endif
