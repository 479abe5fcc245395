/* passwords.h - who may log in: user names and what proves their passwords.
 * SPDX-License-Identifier: MIT
 *
 * A file with one entry per line, several for a user when there are several ways
 * to log in. Nobody can read a password from it:
 *
 *     # made by plumb-broker passwd
 *     ann:scrypt:15:8:1:SALT:HASH
 *     ann:SCRAM-SHA-256:100000:SALT:STORED-KEY:SERVER-KEY
 *
 * scrypt (log2 of N, r, p; RFC 7914) is for a password in CONNECT, the others
 * for enhanced authentication (mqtt/scram.h). Bytes are in base64. Every user
 * has an scrypt line, so who has no such name costs as much time as who says a
 * wrong password, and nobody learns by a clock which names exist.            */
#ifndef BROKER_PASSWORDS_H
#define BROKER_PASSWORDS_H

#include "base/error.h"
#include "mqtt/scram.h"

enum {
    PASSWORDS_NAME_MAX = SCRAM_TEXT_MAX, /* bytes of a user name in a file */
    PASSWORDS_TEXT_MAX = 1024            /* bytes of a password */
};

struct passwords;

/* NULL with err, "NAME:12: ...", when a line is not an entry. */
struct passwords *passwords_parse(struct slice text, const char *name,
                                  struct error *err);
struct passwords *passwords_load(const char *path, struct error *err);
void passwords_free(struct passwords *p);

/* Is it the password of that user? Slow on purpose: tens of milliseconds. */
bool passwords_verify(const struct passwords *p, struct slice user,
                      struct slice password);

/* What SCRAM needs to know of that user; NULL when there is nothing. With an
 * empty name: of anybody. */
const struct mqtt_scram_keys *
passwords_scram(const struct passwords *p, const struct mqtt_scram_method *m,
                struct slice user);

/* --- changing a file ------------------------------------------------------ */

/* NULL, or why there can be no such user or password. */
const char *passwords_bad_user(struct slice user);
const char *passwords_bad_password(struct slice password, bool for_scram);

/* Appends the entries for a user: scrypt, and with iterations above 0 one for
 * each method of SCRAM. Slow. */
void passwords_add(struct buf *out, struct slice user, struct slice password,
                   uint32_t iterations);

/* Appends the text of a file without the entries of that user. Returns how many
 * there were. */
size_t passwords_without(struct buf *out, struct slice text,
                         struct slice user);

#endif
