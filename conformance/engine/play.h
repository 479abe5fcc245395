/* play.h - plays one scenario: bytes and time in, bytes, deadlines and a
 *          verdict out.
 * SPDX-License-Identifier: MIT
 *
 * A play does no I/O and reads no clock. Whoever drives it (drive_sockets.h,
 * drive_broker.h, a test) asks it for actions and carries them out, and tells
 * it what happened:
 *
 *     struct play *p = play_new(&setup, result, now_us);
 *     for (;;) {
 *         while (play_next_action(p, &action)) carry it out
 *         if (play_is_done(p)) break;
 *         wait, at most until play_deadline_us(p), then one of
 *         play_opened, play_refused, play_input, play_closed, play_tick
 *     }
 *
 * Connections are numbers, counted from 0 in the order of PLAY_OPEN. Hundreds
 * of plays can be under way at once; they share nothing.                     */
#ifndef ENGINE_PLAY_H
#define ENGINE_PLAY_H

#include "conformance/engine/result.h"
#include "conformance/engine/value.h"
#include "conformance/script/ast.h"

struct play; /* opaque */

#define PLAY_NEVER UINT64_MAX

/* A name that scripts can read: "target.user", or that a play has bound. */
struct play_name {
    struct slice name;
    struct value value;
};

/* A right broker cannot tell how a stream is cut. */
enum play_cut {
    PLAY_CUT_AS_IS, /* a write for each packet */
    PLAY_CUT_BYTES, /* a write for each byte */
    PLAY_CUT_EDGES, /* the first byte, Remaining Length, the rest */
    PLAY_CUT_GLUED  /* one write for all that nothing is awaited between */
};

/* All is borrowed as long as the play lives. */
struct play_setup {
    const struct script_scenario *scenario;
    enum mqtt_version version;
    const char *transport;          /* "tcp": what `opens` and `connects` use */
    const char *tag;                /* of the run, names.h */
    unsigned number;                /* of this play; each has its own */
    struct slice user;              /* template, "{n}" counts clients; a NULL
                                       pointer: none */
    struct slice password;          /* likewise */
    uint16_t keep_alive;            /* s; of a CONNECT that names none */
    bool hides_sessions;            /* 3.1.1: the broker resumes sessions though
                                       Session Present says no; fails where it
                                       is judged, and sets the stage elsewhere */
    double patience;                /* factor on waiting for what must come */
    const struct play_name *names;  /* $target.x */
    size_t name_count;
    bool can_restart;               /* the driver can restart the broker */
    bool can_kill;                  /* and restart it without a farewell */
    bool keep_secrets;              /* in the record, instead of stars */
    enum play_cut cut;              /* how the stream of bytes is cut */
};

/* In which WebSocket frame bytes travel, for scenarios that care. */
enum play_frame {
    PLAY_FRAME_USUAL,  /* however the transport does it */
    PLAY_FRAME_BINARY, /* the first of a message */
    PLAY_FRAME_TEXT,   /* likewise */
    PLAY_FRAME_MORE,   /* a continuation */
    PLAY_FRAME_PING,
    PLAY_FRAME_PONG,
    PLAY_FRAME_CLOSE   /* nothing may follow it */
};

enum play_act {
    PLAY_OPEN,    /* connect number `connection` over `transport` */
    PLAY_SEND,    /* write bytes */
    PLAY_FIN,     /* end our half of the stream, go on reading */
    PLAY_RESET,   /* reset it; nothing more is told about it */
    PLAY_STALL,   /* stop reading */
    PLAY_FORGET,  /* close it; nothing more is told about it */
    PLAY_RESTART, /* stop the broker and start it again; then play_restarted */
    PLAY_KILL     /* the same, without letting it tidy up */
};

struct play_action {
    enum play_act kind;
    unsigned connection;
    struct slice bytes;     /* SEND; borrowed as long as the play lives */
    struct slice transport; /* OPEN */
    enum play_frame frame;  /* SEND; only USUAL unless it is a WebSocket */
    bool is_last;           /* SEND of such a frame: its message ends */
};

/* Fills in what a result says about the scenario itself: id, title, version. */
void play_describe(const struct play_setup *setup, struct result_scenario *out);

/* The verdict and all that happened go to *out, which must be zeroed, stays
 * where it is, and is the caller's. */
struct play *play_new(const struct play_setup *setup,
                      struct result_scenario *out, uint64_t now_us);
void play_free(struct play *p);

bool play_next_action(struct play *p, struct play_action *out);
bool play_is_done(const struct play *p);

/* When play_tick must be called at the latest, or PLAY_NEVER. */
uint64_t play_deadline_us(const struct play *p);

/* How many connections it has asked for so far. */
size_t play_connections(const struct play *p);

/* When something happened last. */
uint64_t play_moved_us(const struct play *p);

/* When the broker sent something last; 0: never. */
uint64_t play_heard_us(const struct play *p);

/* What happened. Time never goes back. */
void play_opened(struct play *p, unsigned connection, uint64_t now_us);
void play_refused(struct play *p, unsigned connection, const char *why,
                  uint64_t now_us);
void play_input(struct play *p, unsigned connection, struct slice bytes,
                uint64_t now_us);
void play_closed(struct play *p, unsigned connection, bool was_reset,
                 uint64_t now_us);
/* A WebSocket frame in which no MQTT may travel; then play_closed. */
void play_got_text_frame(struct play *p, unsigned connection);
void play_restarted(struct play *p, uint64_t now_us);
void play_tick(struct play *p, uint64_t now_us);

/* Ends it at once with that verdict. */
void play_abort(struct play *p, enum result_verdict v, const char *reason,
                uint64_t now_us);

/* Does it wait for what must come, in a line that judges? */
bool play_may_fail(const struct play *p);

/* Nobody wants its verdict any more: it tidies up and ends. */
void play_give_up(struct play *p, uint64_t now_us);

/* Has the target refused connections, so that it may be lost? */
bool play_was_refused(const struct play *p);

/* Was CONNECT sent, and not a byte came? */
bool play_was_ignored(const struct play *p);

/* What the broker sent and no rule allows, whatever the scenario was about:
 * the first of each statement. */
struct play_finding {
    const char *statement; /* "MQTT-2.1.3-1", or "" */
    const char *section;   /* of the standard */
    const char *text;      /* what is wrong */
    size_t event;          /* in the result */
};
const struct play_finding *play_findings(const struct play *p, size_t *count);

/* A name that the scenario bound; NULL when it did not. */
const struct value *play_value(const struct play *p, const char *name);

#endif
