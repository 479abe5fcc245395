/* auth.h - who is it? Before a CONNECT is accepted, and again when asked.
 * SPDX-License-Identifier: MIT
 *
 *     what CONNECT has               who finds out                  file
 *     Authentication Method          an exchange of AUTH packets    auth_scram.c
 *     certificate (broker_identify)  the TLS handshake did
 *     user name, password            the driver, in its own time    auth_password.c
 *     nothing                        nobody: allow_anonymous
 *
 * While that takes its time the CONNECT is kept, without its password, and the
 * connection is AUTHENTICATING or VERIFYING (conn.h). At the end the name is in
 * conn_login.user_name, and auth_accepted goes on where on_connect stopped.  */
#ifndef BROKER_AUTH_H
#define BROKER_AUTH_H

#include "broker/conn.h"
#include "broker/passwords.h"

/* The server's side of an exchange with AUTH packets. */
struct auth_exchange {
    struct mqtt_scram scram;
    struct mqtt_scram_keys keys; /* of the user, or invented for nobody */
    struct buf user_name;        /* who it claims to be */
    bool is_known;               /* is there such a user? */
    bool has_challenged;         /* server-first is out */
};

/* The method of that name, if there is a user who could use it. */
const struct mqtt_scram_method *auth_offered(const struct broker *b,
                                             struct slice name);

/* The Authentication Method of a packet; a NULL pointer when it has none. */
struct slice auth_method(const struct mqtt_packet *p);

/* Keeps the CONNECT and begins: with the driver, or with AUTH packets. */
void auth_ask_driver(struct broker *b, struct conn *c,
                     const struct mqtt_packet *p);
void auth_begin(struct broker *b, struct conn *c, const struct mqtt_packet *p);

/* Adds Authentication Method and Data to the properties of a CONNACK. */
void auth_announce(struct conn *c, struct buf *properties);

/* It is who it says it is: on with the CONNECT that was kept (on_connect.c). */
void auth_accepted(struct broker *b, struct conn *c);

/* Forgets what is under way, secrets first. */
void auth_forget(struct broker *b, struct conn *c);

/* For auth_scram.c: what the client says next; appends the answer. */
enum auth_result { AUTH_GOES_ON, AUTH_DONE, AUTH_FAILED };
enum auth_result auth_scram_step(struct broker *b, struct conn *c,
                                 struct slice said, struct buf *answer,
                                 const char **why);
void auth_scram_begin(struct conn *c);
void auth_scram_end(struct conn *c);

#endif
