/* broker.h - the broker as seen from outside: bytes and time in, bytes out.
 * SPDX-License-Identifier: MIT
 *
 * The core does no I/O and reads no clock. Whoever drives it (main.c over
 * sockets, a unit test, the runner in virtual time) says when a connection was
 * accepted, what bytes came, what time it is; and takes the output away.
 *
 *     struct conn *c = broker_accept(b, my_socket, now_ms);
 *     broker_input(b, c, bytes, now_ms);         any cut of the byte stream
 *     broker_commit(b, wall_ms, &err);           after every turn, then
 *     while ((c = broker_next_dirty(b)))
 *         write broker_output(c, ...), tell broker_sent(c, n),
 *         and when broker_wants_close(c): close, then broker_gone(b, c, now)
 *     broker_tick(b, now_ms);                    not later than the deadline
 *
 * Ownership: broker > session > queue > reference to message; a conn belongs to
 * the broker until broker_gone. `now_ms` never runs backwards; deadlines that
 * outlive a restart are a matter of the store.                               */
#ifndef BROKER_BROKER_H
#define BROKER_BROKER_H

#include "base/slice.h"
#include "broker/config.h"

struct broker; /* broker_state.h, for the broker's own files */
struct conn;   /* conn.h, likewise */
struct acl;    /* acl.h */
struct store;  /* store.h */
struct passwords; /* passwords.h */

struct broker *broker_new(const struct broker_config *config, uint64_t now_ms);
void broker_free(struct broker *b);
const struct broker_config *broker_config_of(const struct broker *b);

/* From now on these rules say who may publish and subscribe to what. Borrowed
 * until the broker is freed; NULL, as at first: everybody, everything. */
void broker_use_acl(struct broker *b, const struct acl *acl);

/* Takes over what the store has, before the first connection, and tells it of
 * every change from now on. Borrowed until the broker is freed. wall_ms is
 * now in milliseconds since 1970: deadlines went on while nobody served. After
 * -1 the broker can only be freed. Commit what this changed. */
int broker_use_store(struct broker *b, struct store *store, uint64_t wall_ms,
                     struct error *err);

/* Makes durable what changed since the last time. With a store it is called
 * before any output is taken away; after -1 there must not be any, ever. */
int broker_commit(struct broker *b, uint64_t wall_ms, struct error *err);
/* From now on a user name needs its password, and enhanced authentication is
 * offered to those who have keys for it. Borrowed likewise; NULL, as at first:
 * user names are believed. */
void broker_use_passwords(struct broker *b, const struct passwords *passwords);

/* From now on `note` hears which statement the broker obeys, when and on which
 * connection, 0 or more times per packet. It must not call back but for
 * broker_client_id. */
typedef void broker_note_fn(void *user, const struct conn *c,
                            const char *statement, const char *text);
void broker_on_note(struct broker *b, broker_note_fn *note, void *user);

/* Empty until CONNECT was accepted and once it is closed. Borrowed. */
struct slice broker_client_id(const struct conn *c);

/* So much memory is in use, as the driver sees it; told now and then. Beyond
 * memory_max what is new is refused: clients, subscriptions, retained topics,
 * messages that would have to wait. Those who are here keep their service. */
void broker_tell_memory(struct broker *b, uint64_t bytes);

/* Does it matter to it? Not without memory_max. */
bool broker_counts_memory(const struct broker *b);

/* The server is about to stop: tells 5.0 clients (0x8B) and wants every
 * connection closed. */
void broker_shutdown(struct broker *b, uint64_t now_ms);

/* A transport connection was accepted. `owner` is the driver's, handed back by
 * conn_owner. The conn lives until broker_gone. */
struct conn *broker_accept(struct broker *b, void *owner, uint64_t now_ms);
void *conn_owner(const struct conn *c);

/* A certificate has proved, before the first byte, that it is this user. */
void broker_identify(struct broker *b, struct conn *c, struct slice user_name);

/* Bytes came, cut anywhere. Ignored once the broker wants to close. */
void broker_input(struct broker *b, struct conn *c, struct slice bytes,
                  uint64_t now_ms);

/* --- passwords -------------------------------------------------------------
 * Verifying takes long, so the core asks and the driver answers, at once or
 * later, in any order. A client that leaves in the meantime leaves its question
 * behind; answers to it are ignored. */
struct broker_login {
    uint64_t number;        /* of the question, never 0 */
    struct slice user_name; /* borrowed until the next call on the broker */
    struct slice password;  /* likewise */
};

enum broker_answer {
    BROKER_LOGIN_GOOD,
    BROKER_LOGIN_BAD,   /* 0x86; 3.x: 4 */
    BROKER_LOGIN_BUSY,  /* 0x97; 3.x: 3 */
    BROKER_LOGIN_NOBODY /* 0x88; 3.x: 3: nobody is there to verify it */
};

/* The next question; false when there is none. */
bool broker_next_login(struct broker *b, struct broker_login *out);
void broker_verdict(struct broker *b, uint64_t number,
                    enum broker_answer answer, uint64_t now_ms);

/* The transport is gone (the peer closed, it failed, or the driver closed it
 * because the broker wanted that). Frees c: wills and session expiry start
 * from here, unless the broker had already ended it. */
void broker_gone(struct broker *b, struct conn *c, uint64_t now_ms);

/* Everything that is due by now: keep alive, will delay, expiry. */
void broker_tick(struct broker *b, uint64_t now_ms);

/* When broker_tick must be called at the latest; TIMER_NEVER for not at all. */
uint64_t broker_deadline_ms(const struct broker *b);

/* Connections with new output, or that shall be closed, one by one; NULL when
 * there is none (left). Each is handed out once per change. */
struct conn *broker_next_dirty(struct broker *b);

/* Is there something to commit or a connection to hand out? */
bool broker_has_news(const struct broker *b);

/* The next bytes to write, in at most `most` pieces (2 or more), borrowed until
 * the next call on the broker. Returns how many; 0: there is no output. */
size_t broker_output(const struct conn *c, struct slice *pieces, size_t most);

/* Bytes of output in all. */
size_t broker_output_len(const struct conn *c);

/* Appends a copy of all the output to `out`. */
void broker_copy_output(const struct conn *c, struct buf *out);

/* Moves all the output to the end of `out`, as if it had been written. */
void broker_take_output(struct broker *b, struct conn *c, struct buf *out);

/* Shall the driver go on reading from it? Not while the client takes so little
 * of the output that it piles up, nor while its password is verified, nor once
 * the broker wants to close. */
bool broker_wants_read(const struct broker *b, const struct conn *c);

/* The first n of them were written. */
void broker_sent(struct broker *b, struct conn *c, size_t n);

/* After the output is written: close this connection. */
bool broker_wants_close(const struct conn *c);

#endif
