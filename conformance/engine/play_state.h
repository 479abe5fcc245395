/* play_state.h - what the files of a play share; nobody else includes it.
 * SPDX-License-Identifier: MIT
 *
 * A play runs fibers: the scenario itself, every `meanwhile`, every line of a
 * `together`. A fiber is a stack of frames (blocks, loops, calls) and either
 * runs or waits in one statement. A statement has a `begin` and, when it can
 * wait, a `poll` that is asked again after everything that happened.
 *
 *     lane   a scripted client (sub), with one client id
 *     peer   one connection of it; a lane that reconnects has a new one
 *     item   a packet that arrived on a peer and waits to be taken by a line */
#ifndef ENGINE_PLAY_STATE_H
#define ENGINE_PLAY_STATE_H

#include "conformance/engine/limits.h"
#include "conformance/engine/build.h"
#include "mqtt/watch.h"
#include "conformance/engine/match.h"
#include "conformance/engine/names.h"
#include "conformance/engine/play.h"
#include "conformance/script/script.h"
#include "mqtt/check.h"
#include "mqtt/reason.h"

#define MS 1000u
enum {
    PATIENCE_US = 5000 * MS,  /* for what must come */
    QUIET_US = 300 * MS,      /* `quiet` */
    SPLIT_US = 50 * MS,       /* between the halves of `split` */
    TOLERANCE_US = 1000 * MS, /* before asking whether it carries on */
    LINGER_US = 4000 * MS,    /* more for who has said no, and has to close */
    FAREWELL_US = 1000 * MS,  /* for the broker to close after we did */
    RESET_US = 50 * MS,       /* for the broker to notice a reset */
    CLEANUP_US = 3000 * MS,   /* for removing what we left behind */
    FRAMES_MAX = 64,          /* blocks within blocks */
    DOUBTS_MAX = 3,           /* of one play, then it ends */
    STEPS_MAX = 2000000       /* statements of one play: no endless script */
};

enum peer_state {
    PEER_OPENING,
    PEER_OPEN,
    PEER_LEFT,   /* we have ended our half, the broker not yet its own */
    PEER_CLOSED, /* over */
};

struct item {
    struct got *got;
    bool taken;
};

struct alias {
    uint16_t number;
    struct slice topic;
};

struct peer {
    unsigned number;          /* as the driver knows it */
    struct lane *lane;        /* NULL: one that cleans up */
    enum mqtt_version version; /* that it speaks */
    enum peer_state state;
    struct buf in;            /* bytes of a packet not complete yet */
    bool is_garbled;          /* what came is no packet; reading stopped */
    struct item *items;       /* arena */
    size_t item_count;
    size_t first;             /* items before it are taken */
    struct alias *in_aliases, *out_aliases;
    size_t in_alias_count, out_alias_count;
    uint16_t *auto_released;  /* identifiers whose PUBREL we answer */
    size_t auto_released_count;
    bool sent_connect;        /* CONNECT is out */
    bool is_connected;        /* CONNACK said yes */
    bool is_violated;         /* we broke a rule on it */
    struct limits limits;     /* that the broker announced, our account */
    bool is_doomed;           /* the script reckons with its end */
    bool is_stalled;          /* we do not read */
    bool is_websocket;        /* what we send travels in frames */
    bool was_reset;           /* by the broker */
    bool broker_closed;       /* the broker ended it */
    bool is_persistent;       /* CONNECT asked to keep the session */
    uint64_t closed_us;
    uint64_t sent_us;         /* when we sent last */
    bool is_gathering;        /* within `in one write` */
    struct buf gathered;      /* to go out in one write */
    struct mqtt_watch *watch; /* owned; NULL for one that cleans up */
    struct play *play;
    size_t watched;           /* event of the packet that the watch looks at */
};

/* A pattern that stays in force: `ignores`, `may`. */
struct noted {
    const struct script_stmt *stmt;
    struct scope *scope;
};

enum ack_mode { ACKS_UNSAID, ACKS_AUTO, ACKS_HOLD };

struct lane {
    struct slice name;
    unsigned index;            /* in the result */
    enum mqtt_version version; /* it speaks */
    struct slice client_id;    /* of all its connections */
    struct slice user, password;
    struct peer *peer;         /* the latest; NULL before the first */
    enum ack_mode acks;
    struct noted *ignores;
    size_t ignore_count;
    struct noted *mays;
    size_t may_count;
    uint16_t next_id;          /* Packet Identifier given last */
};

struct frame {
    const struct script_block *block;
    size_t next;                    /* statement of it */
    struct scope *scope;
    const struct script_stmt *loop; /* repeat, for each; NULL: once */
    struct value list;              /* of a for each */
    int64_t round, rounds;          /* of a loop */
    struct slice writer;            /* client of `in one write` */
    bool is_doubtful;               /* a round was left in doubt: nobody knows
                                       what is true behind the loop */
};

enum step { STEP_DONE, STEP_WAIT, STEP_OVER };

struct fiber {
    struct frame frames[FRAMES_MAX];
    size_t depth;                  /* frames in use */
    bool is_done;
    bool is_waiting;               /* in stmt */
    const struct script_stmt *stmt;
    struct scope *scope;           /* of stmt */
    struct fiber *parent;          /* of a line of `together` */
    size_t children;               /* lines not done */
    uint64_t since_us;             /* when stmt began */
    uint64_t deadline_us;          /* to poll at the latest, or PLAY_NEVER */
    struct lane *lane;             /* of stmt */
    struct peer *peer;             /* that stmt is about */
    int phase;                     /* of stmt, for those with several */
    size_t asked;                  /* event of the PINGREQ by which stmt asks */
    struct slice bytes;            /* yet to be sent slowly */
    size_t chunk;                  /* bytes at a time */
    uint64_t interval_us;
    struct value *list;            /* collected */
    size_t list_count;
};

/* What is left to do when the script has ended. */
enum ending {
    ENDING_NOT,     /* the script is running */
    ENDING_ALIVE,   /* connections show that they live */
    ENDING_BYE,     /* connections are closed */
    ENDING_CLEANUP, /* sessions and retained messages are removed */
    ENDING_OVER
};

struct remains {
    struct slice *sessions; /* client ids */
    size_t session_count;
    struct slice *topics;   /* with a retained message of ours */
    size_t topic_count;
};

struct play {
    const struct play_setup *setup;
    struct result_scenario *out;
    struct arena *arena;
    struct scope *root;
    struct eval eval;
    char suffix[NAMES_SUFFIX_LEN + 1];
    uint64_t start_us, now_us;
    uint64_t heard_us;             /* the broker sent something last */
    struct lane **lanes;
    size_t lane_count;
    struct peer **peers;
    size_t peer_count;
    struct fiber **fibers;
    size_t fiber_count;
    struct play_action *actions;   /* to be taken from action_at on */
    size_t action_count, action_at;
    enum ending ending;
    uint64_t ending_us;            /* deadline of this part of the ending */
    bool is_concluded;             /* there is a verdict */
    bool was_refused;              /* a connection could not be opened */
    bool awaits_restart;
    unsigned users;                /* lanes that were given a user name */
    unsigned doubts;               /* judging lines that silence left open */
    size_t steps;
    const struct got *refusal;     /* for load or policy, not asked for */
    const char *excess;            /* a limit the script broke, and paid for */
    struct remains remains;
    struct mqtt_watch_sessions *sessions; /* owned; what client ids keep */
    struct play_finding *findings;
    size_t finding_count;
};

/* --- peer.c: connections -------------------------------------------------- */

struct peer *peer_open(struct play *p, struct lane *lane,
                       struct slice transport);
/* What was gathered goes out. */
void peer_write_gathered(struct play *p, struct peer *peer);
/* Sends without recording (a part of what was recorded before). */
void peer_send_part(struct play *p, struct peer *peer, struct slice bytes);
/* Sends them in a WebSocket frame of their own. */
void peer_send_frame(struct play *p, struct peer *peer, struct slice bytes,
                     enum play_frame frame, bool is_last);
/* A remark beside what was sent and came. */
void peer_note(struct play *p, struct peer *peer, unsigned line,
               const char *text);
/* Records what is about to be sent, and remembers what follows from it. */
void peer_record_sent(struct play *p, struct peer *peer, struct slice bytes,
                      unsigned line, const char *remark);
void peer_send_packet(struct play *p, struct peer *peer,
                      const struct mqtt_packet *packet, unsigned line);
void peer_input(struct play *p, struct peer *peer, struct slice bytes);
void peer_closed(struct play *p, struct peer *peer, bool was_reset);
void peer_fin(struct play *p, struct peer *peer, unsigned line);
void peer_reset(struct play *p, struct peer *peer, unsigned line);
void peer_forget(struct play *p, struct peer *peer);
void peer_act(struct play *p, enum play_act kind, struct peer *peer,
              struct slice bytes);
/* The next item that nobody has taken, from *at on; NULL when there is none. */
struct item *peer_next(struct peer *peer, size_t *at);

/* --- peer_lint.c ---------------------------------------------------------- */

/* Both sides are watched; what the watch finds (user: the peer). */
void peer_watch_packet(struct play *p, struct peer *peer, enum mqtt_side from,
                       const struct mqtt_packet *packet, size_t len,
                       bool is_damaged, size_t event);
void peer_on_watched(void *user, const struct mqtt_finding *f);
/* What the broker sent, as decode reported it, against all rules. */
void peer_lint(struct play *p, struct peer *peer,
               const struct mqtt_packet *packet, struct mqtt_report *report,
               size_t len, size_t event);

/* --- what a peer is ------------------------------------------------------- */

static inline bool
peer_is_over(const struct peer *peer)
{
    return peer->state == PEER_CLOSED || peer->is_garbled;
}
/* Can we still write to it? */
static inline bool
peer_is_writable(const struct peer *peer)
{
    return peer && peer->state == PEER_OPEN;
}

/* --- play_frames.c: WebSocket frames -------------------------------------- */

/* Sends what was recorded, or is about to be, as the line says: `ws text`,
 * `ws frames`. False: the script is wrong, p->eval.err says why. */
bool frames_deliver(struct play *p, struct fiber *f, struct slice bytes);
/* The line can only be of a WebSocket; false: it is none. */
bool frames_have_way(struct play *p, struct fiber *f);
void frames_send_control(struct play *p, struct peer *peer,
                         enum script_frame_kind kind, unsigned line);

/* --- acks.c: what the runner answers by itself ---------------------------- */

/* A packet arrived: true when it is dealt with and no line shall see it. */
bool acks_arrived(struct play *p, struct peer *peer, const struct got *g);
/* A line has taken it, or nobody will. `always`: also what the script does
 * elsewhere by itself (collect, ignores). */
void acks_taken(struct play *p, struct peer *peer, const struct got *g,
                bool always);

/* --- play_lanes.c: clients ------------------------------------------------ */

struct lane *play_lane(struct play *p, struct slice name);
/* The client of the statement, looked up through the parameters of a define. */
struct lane *play_lane_of(struct play *p, struct fiber *f, struct slice name);
/* Set: what is spoken in a line, by its client or by several; the version that
 * is played where there is none. */
unsigned play_versions_of(const struct play *p, const struct scope *scope,
                          const struct script_stmt *s);
/* Is it a line of those versions that are spoken in it? */
bool play_has_line(const struct play *p, const struct scope *scope,
                   const struct script_stmt *s);

/* --- play.c: fibers ------------------------------------------------------- */

struct fiber *fiber_new(struct play *p, const struct script_block *block,
                        struct scope *scope, struct fiber *parent);
/* Enters a block on the same fiber. */
bool fiber_enter(struct play *p, struct fiber *f, struct frame frame);
/* Leaves this round of the innermost loop; the play ends behind the loop.
 * False: the line stands in no loop of the scenario itself. */
bool fiber_leave_round(struct play *p, struct fiber *f);
/* An eval in the scope of the statement, and the version of its client. */
struct eval *play_eval(struct play *p, struct fiber *f);
/* How long this line waits for what must come. */
bool play_patience(struct play *p, struct fiber *f, uint64_t usual_us,
                   uint64_t *out);

/* --- verdict.c ------------------------------------------------------------ */

/* Does the statement judge in the version of its client? */
bool verdict_is_judging(const struct play *p, const struct scope *scope,
                        const struct script_stmt *s);
/* That verdict for all that its line judges by. */
void verdict_judge(struct play *p, const struct fiber *f,
                   enum result_verdict v);
/* It went as written: its statements are satisfied (once more). */
void verdict_met(struct play *p, const struct fiber *f);
/* It did not. expected and got are in the words of the script; guilty may be
 * NULL. STEP_OVER, or STEP_DONE when it only warned and the play goes on. */
enum step verdict_unmet(struct play *p, struct fiber *f, const char *expected,
                        const char *got, const struct got *guilty);
/* Silence that convicts nobody: the judging line stays open. The next round of
 * the loop that it stands in may still be asked. */
enum step verdict_doubt(struct play *p, struct fiber *f, const char *expected,
                        const char *got);
/* Records what the broker chose, once per line. */
void verdict_choice(struct play *p, struct slice label, unsigned line);
/* Those that no line has judged yet have not been exercised. */
void verdict_unexercised(struct play *p, const struct script_stmt *s);
/* It never came to a judgement, whatever the line says. */
enum step verdict_inconclusive(struct play *p, const struct script_stmt *s,
                               const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The script is wrong: p->eval.err says why. */
enum step verdict_error(struct play *p, const struct script_stmt *s);
void verdict_set(struct play *p, enum result_verdict v,
                 const struct script_stmt *s, const char *reason);
/* Raises the verdict of a play that goes on: LENIENT, WARN. */
void verdict_raise(struct play *p, enum result_verdict v,
                   const struct script_stmt *s, const char *reason);
/* Is that code a refusal for load or policy, which convicts nobody? */
bool verdict_is_refusal(const struct got *g, enum mqtt_version v);

/* --- statements: one begin each, poll when they wait ---------------------- */

typedef enum step stmt_function(struct play *p, struct fiber *f);
stmt_function begin_opens, begin_connects, poll_connects, begin_send, poll_send,
    begin_send_hex, begin_send_control, begin_one_write, begin_expect, poll_expect, begin_may, poll_may,
    begin_collect, poll_collect, begin_never, poll_never, begin_quiet,
    poll_quiet, begin_ignores, begin_acks, begin_rejects, poll_rejects,
    begin_disconnects, begin_cuts, begin_resets, poll_farewell, begin_stalls,
    begin_alive, poll_alive, begin_any_of, poll_any_of, begin_judge, begin_let,
    begin_mark, begin_wait, poll_wait, begin_either, poll_either,
    begin_together, poll_together, begin_meanwhile, begin_repeat,
    begin_for_each, begin_call, begin_skip, begin_unexercised, begin_broker,
    poll_broker;

/* --- play_look.c ---------------------------------------------------------- */

enum look {
    LOOK_WAIT,   /* nothing yet that decides */
    LOOK_FOUND,  /* *item fits; it was bound, not taken */
    LOOK_NEVER,  /* *item came instead, or the connection is over (NULL) */
    LOOK_ERROR   /* the pattern cannot be evaluated */
};
/* Looks through what arrived for what s expects. */
enum look expect_look(struct play *p, struct fiber *f,
                      const struct script_stmt *s, struct peer *peer,
                      struct item **item);
/* Takes it: nobody else sees it, it is acknowledged if that is our part. */
void expect_take(struct play *p, struct peer *peer, struct item *item,
                 const struct script_stmt *s, bool always_ack);
/* The connection the line is about; false after a verdict. */
bool expect_find_peer(struct play *p, struct fiber *f);
/* The same, and begins to wait with the usual patience. */
enum step expect_begin(struct play *p, struct fiber *f);
/* Does the pattern fit? Binds nothing. */
bool expect_would_fit(struct play *p, struct fiber *f,
                      const struct script_packet *want, const struct got *g);
/* Does a `may` of that client stand for it? Then it is used up. */
bool expect_is_allowed(struct play *p, struct lane *lane, const struct got *g);
/* The DISCONNECT, or the CONNACK that refused, before the end; or NULL. */
const struct got *expect_last_word(const struct peer *peer);
void expect_tell_packet(struct buf *out, const struct got *g);
/* "nothing like it for 5.0 s", and what came instead; peer may be NULL. */
void expect_tell_silence(struct buf *out, struct play *p, struct fiber *f,
                         struct peer *peer);
/* "connection closed after 3 ms, DISCONNECT reason=..." */
void expect_tell_end(struct buf *out, struct peer *peer);
bool expect_noted_fits(struct play *p, const struct noted *n,
                       const struct got *g);
/* Does another fiber that waits want this item? */
bool expect_is_wanted(struct play *p, struct fiber *except, struct peer *peer,
                      const struct got *g);
/* Has it ended, but only when asked, and had never been accepted? */
bool reject_was_asked_for(const struct fiber *f);
/* A connection that has to end and has not, or only when asked: asks, and at
 * last judges. word: the no that came, or NULL. */
enum step reject_await_end(struct play *p, struct fiber *f,
                           const struct got *word);
/* Could this end of the connection be the rejection that was asked for? */
enum look reject_look(struct peer *peer, struct item **item);

/* --- play_end.c ----------------------------------------------------------- */

/* Called when all fibers are done or there is a verdict; again after every
 * event until ENDING_OVER. */
void ending_step(struct play *p);
/* Remembers what our packet leaves behind in the broker. */
void ending_note_sent(struct play *p, struct peer *peer,
                      const struct mqtt_packet *sent);

#endif
