/* scram.h - SCRAM, both ends: RFC 5802 with SHA-256 (RFC 7677) and SHA-512.
 * SPDX-License-Identifier: MIT
 *
 * Both sides prove that they know the password and neither says it. In MQTT 5.0
 * the four messages are Authentication Data (4.12, there is an example):
 *
 *     CONNECT   client-first    n,,n=ann,r=CN            CN: client's nonce
 *     AUTH 0x18 server-first    r=CNSN,s=salt,i=4096     SN: server's nonce
 *     AUTH 0x18 client-final    c=biws,r=CNSN,p=proof
 *     CONNACK   server-final    v=signature
 *
 * The server keeps StoredKey and ServerKey, from which nobody can log in nor
 * learn the password without trying. Proof and signature cover all messages
 * before, so none can be changed on the way. Channel binding is not offered
 * ("n,,"; its base64 is "biws"), nor extensions ("m=").
 *
 * SASLprep: names and passwords are printable ASCII, which it leaves as it is.
 * Others are refused rather than compared wrongly.
 *
 * Messages are values: parsing borrows from the text. Whatever returns
 * `const char *` returns NULL when all is well, else a sentence.             */
#ifndef MQTT_SCRAM_H
#define MQTT_SCRAM_H

#include "base/buf.h"
#include "base/digest.h"

enum {
    SCRAM_TEXT_MAX = 255,          /* of a name, a nonce */
    SCRAM_SALT_MAX = 64,           /* bytes */
    SCRAM_ITERATIONS_MAX = 2000000 /* else a server could keep us busy */
};

struct mqtt_scram_method {
    const char *name;      /* "SCRAM-SHA-256", the Authentication Method */
    enum digest_kind hash;
    size_t len;            /* bytes of a key, a proof, a signature */
};

/* NULL when none is called so; NULL at the end. */
const struct mqtt_scram_method *mqtt_scram_method(struct slice name);
const struct mqtt_scram_method *mqtt_scram_method_at(size_t index);

/* What a server keeps of a password. */
struct mqtt_scram_keys {
    uint32_t iterations;                /* of PBKDF2 */
    size_t salt_len;                    /* at most SCRAM_SALT_MAX */
    uint8_t salt[SCRAM_SALT_MAX];
    uint8_t stored_key[DIGEST_MAX_LEN]; /* as many as the method has */
    uint8_t server_key[DIGEST_MAX_LEN];
};

/* Is it text that SASLprep leaves as it is, and not empty? */
bool mqtt_scram_is_prepared(struct slice text);

/* Fills in the two keys; salt and iterations are there. Slow. */
void mqtt_scram_derive(struct mqtt_scram_keys *keys,
                       const struct mqtt_scram_method *m,
                       struct slice password);

/* --- the messages --------------------------------------------------------- */

struct mqtt_scram_first {
    struct slice header;       /* "n,,", or with a name in it */
    struct slice bare;         /* the message behind it */
    char user[SCRAM_TEXT_MAX + 1]; /* unescaped */
    struct slice nonce;        /* the client's */
};

struct mqtt_scram_challenge {
    struct slice nonce;           /* the client's and then the server's */
    uint8_t salt[SCRAM_SALT_MAX];
    size_t salt_len;
    uint32_t iterations;
};

struct mqtt_scram_final {
    struct slice binding;          /* client-first's header, in base64 */
    struct slice without_proof;
    struct slice nonce;            /* both */
    uint8_t proof[DIGEST_MAX_LEN];
};

const char *mqtt_scram_parse_first(struct mqtt_scram_first *out,
                                   struct slice text);
const char *mqtt_scram_parse_challenge(struct mqtt_scram_challenge *out,
                                       struct slice text);
const char *mqtt_scram_parse_final(struct mqtt_scram_final *out,
                                   struct slice text,
                                   const struct mqtt_scram_method *m);

/* --- the exchange --------------------------------------------------------- */

/* What an end remembers of its exchange; zeroed at first. */
struct mqtt_scram {
    const struct mqtt_scram_method *method;
    struct buf header;                 /* server: client-first's, base64 */
    struct buf first;                  /* client-first without "n,,"; owned */
    struct buf challenge;              /* server-first; owned */
    uint8_t signature[DIGEST_MAX_LEN]; /* client: what the server must say */
};

void mqtt_scram_release(struct mqtt_scram *s);

/* Client: appends client-first; `nonce` is new, of printable ASCII but ','. */
void mqtt_scram_say_first(struct mqtt_scram *s,
                          const struct mqtt_scram_method *m, struct slice user,
                          struct slice nonce, struct buf *out);

/* Client: takes server-first, appends client-final. Slow. */
const char *mqtt_scram_say_final(struct mqtt_scram *s, struct slice password,
                                 struct slice server_first, struct buf *out);

/* Client: does server-final show that the server knows the password too? */
const char *mqtt_scram_check_server(const struct mqtt_scram *s,
                                    struct slice server_final);

/* Server: takes client-first, appends server-first with the keys' salt. */
void mqtt_scram_answer_first(struct mqtt_scram *s,
                             const struct mqtt_scram_method *m,
                             const struct mqtt_scram_first *first,
                             const struct mqtt_scram_keys *keys,
                             struct slice nonce, struct buf *out);

/* Server: takes client-final, appends server-final when the proof is right. */
const char *mqtt_scram_answer_final(struct mqtt_scram *s,
                                    const struct mqtt_scram_keys *keys,
                                    struct slice client_final,
                                    struct buf *out);

#endif
