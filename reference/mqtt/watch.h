/* watch.h - observer of one connection: the rules that need history.
 * SPDX-License-Identifier: MIT
 *
 * check.h judges a packet by itself; a watch judges it by what went before. It
 * is told every packet of both directions in the order in which they passed by,
 * and says who broke which statement. The order is enough: whoever sent a
 * packet cannot have seen an answer that had not yet passed the observer.
 *
 *     sessions = mqtt_watch_sessions_new();
 *     w = mqtt_watch_new(sessions, found, user);
 *     mqtt_watch_packet(w, &seen);    each packet
 *     mqtt_watch_gap(w, FROM_CLIENT); bytes are missing here
 *     mqtt_watch_close(w, ...);       how it ended
 *     mqtt_watch_free(w);
 *
 * It never guesses: a rule says what it has to have seen (the start, all that
 * the client sent, the session from its beginning), and is silent otherwise.
 * No I/O, no clock, bounded memory (watch_state.h has the bounds).           */
#ifndef MQTT_WATCH_H
#define MQTT_WATCH_H

#include "mqtt/packet.h"

/* How bad it is; the first three are violations, the others advice. */
enum mqtt_watch_level {
    WATCH_MUST,      /* a numbered statement */
    WATCH_MALFORMED, /* Malformed Packet, without a number */
    WATCH_PROTOCOL,  /* Protocol Error, without a number */
    WATCH_SHOULD,    /* recommended by the standard */
    WATCH_ADVICE     /* allowed, and seldom meant */
};

struct mqtt_watch_rule {
    const char *ids5;     /* all that it breaks, "MQTT-3.3.4-7 MQTT-4.9.0-2";
                             NULL: none has a number */
    const char *ids311;   /* "MQTT311-..."; NULL: none */
    const char *section;  /* of 5.0 (of 3.1.1 when the rule is only there) */
    uint8_t level;        /* enum mqtt_watch_level */
    const char *text;     /* what is wrong, in a few words */
    const char *expected; /* what should have been, in a few words */
};

struct mqtt_finding {
    const struct mqtt_watch_rule *rule;
    const char *ids;      /* those of the version spoken; "": none */
    enum mqtt_side by;    /* who broke it */
    uint64_t packet;      /* number of the packet that breaks it; 0: the end of
                             the connection showed it */
    uint64_t earlier;     /* number of the packet it collides with; 0: none */
    int64_t time_us;
};
typedef void mqtt_watch_found(void *user, const struct mqtt_finding *f);

struct mqtt_watch;          /* opaque: one connection */
struct mqtt_watch_sessions; /* opaque: what client ids keep between them */

struct mqtt_watch_sessions *mqtt_watch_sessions_new(void);
void mqtt_watch_sessions_free(struct mqtt_watch_sessions *s); /* NULL is fine */

/* `sessions` is borrowed and outlives the watch; found is called during the
 * calls below. */
struct mqtt_watch *mqtt_watch_new(struct mqtt_watch_sessions *sessions,
                                  mqtt_watch_found *found, void *user);
void mqtt_watch_free(struct mqtt_watch *w); /* NULL is fine */

struct mqtt_watch_packet {
    const struct mqtt_packet *packet; /* decoded, as far as that went */
    enum mqtt_side from;
    int64_t time_us;                  /* never goes back */
    uint64_t number;                  /* as findings shall cite it, from 1 */
    size_t len;                       /* bytes on the wire */
    bool is_damaged;                  /* decode or check found fault, or bytes
                                         are missing: only that it came counts */
};
void mqtt_watch_packet(struct mqtt_watch *w, const struct mqtt_watch_packet *p);

/* Bytes of that side are missing; also when its beginning was not seen. */
void mqtt_watch_gap(struct mqtt_watch *w, enum mqtt_side side);

/* It ended; `by` closed first (0: nobody knows, or the capture ended). */
void mqtt_watch_close(struct mqtt_watch *w, enum mqtt_side by, int64_t time_us);

/* All rules in turn; NULL at the end. */
const struct mqtt_watch_rule *mqtt_watch_rule_at(size_t index);

/* Was that rule ever put to the test with these sessions? */
bool mqtt_watch_was_tried(const struct mqtt_watch_sessions *s, size_t index);

#endif
