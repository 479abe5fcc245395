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
 *         write broker_output(c), tell broker_sent(c, n),
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

struct broker *broker_new(const struct broker_config *config, uint64_t now_ms);
void broker_free(struct broker *b);

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

/* From now on `note` hears which statement the broker obeys, when and on which
 * connection, 0 or more times per packet. It must not call back but for
 * broker_client_id. */
typedef void broker_note_fn(void *user, const struct conn *c,
                            const char *statement, const char *text);
void broker_on_note(struct broker *b, broker_note_fn *note, void *user);

/* Empty until CONNECT was accepted and once it is closed. Borrowed. */
struct slice broker_client_id(const struct conn *c);

/* The server is about to stop: tells 5.0 clients (0x8B) and wants every
 * connection closed. */
void broker_shutdown(struct broker *b, uint64_t now_ms);

/* A transport connection was accepted. `owner` is the driver's, handed back by
 * conn_owner. The conn lives until broker_gone. */
struct conn *broker_accept(struct broker *b, void *owner, uint64_t now_ms);
void *conn_owner(const struct conn *c);

/* Bytes came, cut anywhere. Ignored once the broker wants to close. */
void broker_input(struct broker *b, struct conn *c, struct slice bytes,
                  uint64_t now_ms);

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

/* Bytes to write, borrowed until the next call on the broker. */
struct slice broker_output(const struct conn *c);

/* Shall the driver go on reading from it? Not while the client takes so little
 * of the output that it piles up, nor once the broker wants to close. */
bool broker_wants_read(const struct broker *b, const struct conn *c);

/* The first n of them were written. */
void broker_sent(struct broker *b, struct conn *c, size_t n);

/* After the output is written: close this connection. */
bool broker_wants_close(const struct conn *c);

#endif
