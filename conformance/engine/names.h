/* names.h - topics and client ids that no other scenario uses.
 * SPDX-License-Identifier: MIT
 *
 * Hundreds of scenarios run against one broker at the same time and must not
 * meet. Each run has a random tag and each play of a scenario a number:
 *
 *     topic prefix   $T = "plumb" tag number        one level, no wildcard
 *     client id      what the script calls it, and tag number behind it,
 *                    at most 23 bytes, of [0-9A-Za-z] if the script's part is
 *                    (what every server has to take, MQTT-3.1.3-5)           */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include "base/buf.h"

enum {
    NAMES_TAG_LEN = 6,    /* characters of a run tag */
    NAMES_SUFFIX_LEN = 10, /* tag and three or four digits of a number */
    NAMES_ID_MAX = 23     /* bytes of a client id */
};

/* A random tag of [0-9a-z]; the bytes of `out` and a NUL. */
void names_make_tag(char out[NAMES_TAG_LEN + 1]);

/* Is it a tag: 1 to NAMES_TAG_LEN of [0-9A-Za-z]? */
bool names_tag_valid(const char *tag);

/* Tag and number: "k3x9q201f" and a NUL. */
void names_suffix(char out[NAMES_SUFFIX_LEN + 1], const char *tag,
                  unsigned number);

/* Appends name and suffix, cutting the name so that both fit. */
void names_client_id(struct buf *out, struct slice name, const char *suffix);

/* Appends the template with every "{n}" replaced by the number. */
void names_fill(struct buf *out, struct slice template, unsigned number);

#endif
