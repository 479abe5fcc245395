/* verifier.h - a process that verifies passwords, so that the loop need not.
 * SPDX-License-Identifier: MIT
 *
 * Finding out whether a password is right costs tens of milliseconds, on
 * purpose. A child does it, one after the other; questions and answers are
 * messages on a pair of sockets. When it dies another one is made, and nobody
 * learns from that whether the password was right.
 *
 * The broker is one thread, so that the child is a whole process. It keeps
 * nothing open but its end of the pair, and goes when the broker goes.       */
#ifndef BROKER_VERIFIER_H
#define BROKER_VERIFIER_H

#include "broker/broker.h"
#include "broker/passwords.h"

/* Questions under way: one at work, one to go on with. The broker has the others,
 * since those whose client is gone need no answer. */
enum { VERIFIER_MOST = 2 };

struct verifier; /* opaque */

/* Makes the child. `passwords` are borrowed until it is freed. NULL with err. */
struct verifier *verifier_new(const struct passwords *passwords,
                              struct error *err);
void verifier_free(struct verifier *v);

/* To be watched for reading; -1 when there is no child. */
int verifier_fd(const struct verifier *v);

/* Is there room for another question? Without a child, there is: it is answered
 * with "nobody". */
bool verifier_has_room(const struct verifier *v);

/* Asks; there is room. False when there is no child to ask. */
bool verifier_ask(struct verifier *v, const struct broker_login *login);

/* The next answer. After VERIFIER_DIED every question that was under way is
 * answered with "nobody"; then, when the descriptor is no longer watched,
 * verifier_restart. */
enum verifier_said { VERIFIER_NOTHING, VERIFIER_ANSWERS, VERIFIER_DIED };
enum verifier_said verifier_next(struct verifier *v, uint64_t *number,
                                 enum broker_answer *answer);

/* One question that the dead child has left; false when there is none, and then
 * the descriptor is closed. */
bool verifier_left(struct verifier *v, uint64_t *number);

/* Makes another child. -1: there is still none. */
int verifier_restart(struct verifier *v, struct error *err);

/* For tests: the process. */
int verifier_pid(const struct verifier *v);

#endif
