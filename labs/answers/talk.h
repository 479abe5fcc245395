/* talk.h - a capture as the labs ask about it: all packets, by number.
 * SPDX-License-Identifier: MIT                                               */
#ifndef LABS_ANSWERS_TALK_H
#define LABS_ANSWERS_TALK_H

#include "base/error.h"
#include "trace/lint/lint.h"
#include "trace/model/conversation.h"

struct talk_packet {
    const struct model_packet *packet; /* owned by the conversation */
    const char *client;                /* as its lane is called */
    uint64_t connection;               /* in the capture, from 1 */
};

struct talk {
    struct conversation *conversation; /* owned */
    struct lint *lint;                 /* what its strict reader says; owned */
    struct talk_packet *list;          /* owned; packet number n at n - 1 */
    size_t count;                      /* of packets */
};

int talk_read(struct talk *t, const char *path, struct error *err);
void talk_release(struct talk *t);

/* The packet of that number; NULL: there is none. */
const struct talk_packet *talk_packet(const struct talk *t, uint64_t number);

/* The first of that type and sender behind number `after` for which `fits`,
 * which may be NULL, is true; NULL: there is none. */
typedef bool talk_fits(const struct talk_packet *p, const void *with);
const struct talk_packet *talk_find(const struct talk *t, enum mqtt_type type,
                                    enum mqtt_side from, uint64_t after,
                                    talk_fits *fits, const void *with);

#endif
