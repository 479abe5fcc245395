/* auth_scram.c - the server's side of a SCRAM exchange.
 * SPDX-License-Identifier: MIT
 *
 * A name that does not exist gets a challenge like any other, with a salt that
 * is always the same for it, and fails at the proof like a wrong password.   */
#include <stdlib.h>

#include "base/base64.h"
#include "base/mem.h"
#include "base/secret.h"
#include "broker/auth.h"
#include "mqtt/property.h"

enum { NONCE_LEN = 18, INVENTED_SALT_LEN = 16 };

struct slice
auth_method(const struct mqtt_packet *p)
{
    if (!MQTT_HAS(p, properties))
        return slice_of(NULL, 0);
    return mqtt_property_text(p->properties, MQTT_P_authentication_method);
}

const struct mqtt_scram_method *
auth_offered(const struct broker *b, struct slice name)
{
    const struct mqtt_scram_method *m = mqtt_scram_method(name);
    bool anybody =
        m && b->passwords && passwords_scram(b->passwords, m, slice_str(""));
    return anybody ? m : NULL;
}

void
auth_scram_begin(struct conn *c)
{
    auth_scram_end(c);
    c->login->exchange = xcalloc(1, sizeof *c->login->exchange);
}

void
auth_scram_end(struct conn *c)
{
    if (!c->login->exchange)
        return;
    mqtt_scram_release(&c->login->exchange->scram);
    buf_release(&c->login->exchange->user_name);
    secret_wipe(c->login->exchange, sizeof *c->login->exchange);
    free(c->login->exchange);
    c->login->exchange = NULL;
}

/* What nobody's entry would look like: as many iterations as somebody's. */
static void
invent_keys(const struct broker *b, const struct mqtt_scram_method *m,
            struct slice user, struct mqtt_scram_keys *keys)
{
    uint8_t salt[DIGEST_SHA256_LEN];
    *keys = *passwords_scram(b->passwords, m, slice_str(""));
    digest_hmac(DIGEST_SHA256, slice_of(b->salt_key, sizeof b->salt_key), user,
                salt);
    keys->salt_len = INVENTED_SALT_LEN;
    memcpy(keys->salt, salt, INVENTED_SALT_LEN);
}

static void
make_nonce(struct broker *b, struct buf *out)
{
    uint8_t bytes[NONCE_LEN];
    if (!b->config.seed)
        random_secret(bytes, sizeof bytes);
    for (size_t i = 0; b->config.seed && i < sizeof bytes; i++)
        bytes[i] = (uint8_t)random_u64(&b->random);
    base64_encode(out, slice_of(bytes, sizeof bytes));
}

static enum auth_result
challenge(struct broker *b, struct conn *c, struct slice said,
          struct buf *answer, const char **why)
{
    struct auth_exchange *x = c->login->exchange;
    struct mqtt_scram_first first;
    struct buf nonce = {0};
    *why = mqtt_scram_parse_first(&first, said);
    if (*why)
        return AUTH_FAILED;
    struct slice user = slice_str(first.user);
    const struct mqtt_scram_keys *keys =
        passwords_scram(b->passwords, c->login->method, user);
    x->is_known = keys != NULL;
    if (keys)
        x->keys = *keys;
    else
        invent_keys(b, c->login->method, user, &x->keys);
    buf_add(&x->user_name, user);
    make_nonce(b, &nonce);
    mqtt_scram_answer_first(&x->scram, c->login->method, &first, &x->keys,
                            buf_slice(&nonce), answer);
    buf_release(&nonce);
    x->has_challenged = true;
    return AUTH_GOES_ON;
}

enum auth_result
auth_scram_step(struct broker *b, struct conn *c, struct slice said,
                struct buf *answer, const char **why)
{
    struct auth_exchange *x = c->login->exchange;
    if (!x->has_challenged) /* who has not begun is asked to (RFC 4422, 5.1) */
        return said.len == 0 ? AUTH_GOES_ON
                             : challenge(b, c, said, answer, why);
    *why = mqtt_scram_answer_final(&x->scram, &x->keys, said, answer);
    if (!*why && !x->is_known)
        *why = "the proof is wrong";
    return *why ? AUTH_FAILED : AUTH_DONE;
}
