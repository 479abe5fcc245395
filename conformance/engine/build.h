/* build.h - a packet of the script into a packet of the protocol.
 * SPDX-License-Identifier: MIT
 *
 * The script says what it cares about and the rest is filled in: the Client
 * Identifier, user and password of the target, Clean Start, its Keep Alive
 * (0), the next Packet Identifier. `absent` takes a default away again.               */
#ifndef ENGINE_BUILD_H
#define ENGINE_BUILD_H

#include "conformance/engine/eval.h"

/* Who sends, for what the script leaves open. */
struct build_sender {
    struct slice client_id;  /* complete, for CONNECT without client_id */
    const char *suffix;      /* added to a client_id that the script gives */
    struct slice user;       /* of the target; NULL pointer: none */
    struct slice password;   /* of the target; NULL pointer: none */
    uint16_t keep_alive;     /* s; of the target, 0 unless it takes no 0 */
    bool keeping;            /* CONNECT: keep the session */
    uint16_t *next_id;       /* Packet Identifier given last, counts on */
};

/* Session Expiry Interval of `connects keeping` when the script names none. */
enum { BUILD_EXPIRY_S = 3600 };

/* Fills *out; its slices live in e->arena. Arguments that are expected of the
 * answer are skipped. False with e->err when it cannot be built. */
bool build_packet(struct eval *e, const struct script_packet *script,
                  const struct build_sender *from, struct mqtt_packet *out);

#endif
