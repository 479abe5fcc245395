/* forward.h - what a broker makes of a message on its way through.
 * SPDX-License-Identifier: MIT
 *
 * Both sides of the broker are in the capture: what came in from publishers,
 * and what went out. A message that went out is joined with those that came in
 * by topic and payload. What holds against every one of those candidates, the
 * broker did. That assumes that no publisher was out of
 * sight, so these findings are marked as likely, and a message that fits no
 * publisher accuses nobody. Bounded: the latest FORWARD_KEPT messages.       */
#ifndef TRACE_LINT_FORWARD_H
#define TRACE_LINT_FORWARD_H

#include "mqtt/watch.h"

enum { FORWARD_KEPT = 4096 };

struct forward; /* opaque */

struct forward *forward_new(void);
void forward_free(struct forward *f);

/* A PUBLISH of that version went through `from` whom: topic with its alias
 * resolved; client identifies the client (borrowed). */
struct forward_seen {
    const struct mqtt_packet *packet;
    enum mqtt_side from;
    struct slice topic, client;
    uint64_t number, connection;
    int64_t time_us;
};

/* Finding's ids are those of both versions in rule; *found is called for each
 * rule that is broken. */
typedef void forward_found(void *user, const struct mqtt_watch_rule *rule,
                           uint64_t earlier);
void forward_next(struct forward *f, const struct forward_seen *seen,
                  forward_found *found, void *user);

/* A client's SUBSCRIBE: does it get its own messages, does it share? */
void forward_subscribe(struct forward *f, struct slice client,
                       const struct mqtt_packet *p);

/* A CONNECT: its will is a message that may come out one day. */
void forward_will(struct forward *f, const struct forward_seen *seen);

/* Something is missing in the capture: what went in is not all known. */
void forward_gap(struct forward *f);

const struct mqtt_watch_rule *forward_rule_at(size_t index);
bool forward_was_tried(const struct forward *f, size_t index);

#endif
