/* scram.c - SCRAM, both ends.
 * SPDX-License-Identifier: MIT */
#include "mqtt/scram.h"

#include "base/base64.h"
#include "base/secret.h"

/* clang-format off */
static const struct mqtt_scram_method methods[] = {
    /* name            hash           bytes */
    { "SCRAM-SHA-256", DIGEST_SHA256, DIGEST_SHA256_LEN },
    { "SCRAM-SHA-512", DIGEST_SHA512, DIGEST_SHA512_LEN },
};
/* clang-format on */
enum { METHODS = sizeof methods / sizeof methods[0] };

const struct mqtt_scram_method *
mqtt_scram_method_at(size_t index)
{
    return index < METHODS ? &methods[index] : NULL;
}

const struct mqtt_scram_method *
mqtt_scram_method(struct slice name)
{
    for (size_t i = 0; i < METHODS; i++)
        if (slice_is(name, methods[i].name))
            return &methods[i];
    return NULL;
}

bool
mqtt_scram_is_prepared(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    return text.len > 0;
}

/* --- keys and what they prove (RFC 5802, 3) ------------------------------- */

static void
salted_password(const struct mqtt_scram_method *m, struct slice password,
                struct slice salt, uint32_t iterations, uint8_t *out)
{
    digest_pbkdf2(m->hash, password, salt, iterations, out);
}

static void
client_and_server_key(const struct mqtt_scram_method *m, const uint8_t *salted,
                      uint8_t *client_key, uint8_t *server_key)
{
    struct slice key = slice_of(salted, m->len);
    digest_hmac(m->hash, key, slice_str("Client Key"), client_key);
    digest_hmac(m->hash, key, slice_str("Server Key"), server_key);
}

void
mqtt_scram_derive(struct mqtt_scram_keys *keys,
                  const struct mqtt_scram_method *m, struct slice password)
{
    uint8_t salted[DIGEST_MAX_LEN], client_key[DIGEST_MAX_LEN];
    salted_password(m, password, slice_of(keys->salt, keys->salt_len),
                    keys->iterations, salted);
    client_and_server_key(m, salted, client_key, keys->server_key);
    digest(m->hash, slice_of(client_key, m->len), keys->stored_key);
    secret_wipe(salted, sizeof salted);
    secret_wipe(client_key, sizeof client_key);
}

/* HMAC of the three messages that both have seen. */
static void
sign(const struct mqtt_scram *s, const uint8_t *key,
     struct slice without_proof, uint8_t *out)
{
    struct buf all = {0};
    buf_add(&all, buf_slice(&s->first));
    buf_add_byte(&all, ',');
    buf_add(&all, buf_slice(&s->challenge));
    buf_add_byte(&all, ',');
    buf_add(&all, without_proof);
    digest_hmac(s->method->hash, slice_of(key, s->method->len),
                buf_slice(&all), out);
    buf_release(&all);
}

static void
xor_into(uint8_t *bytes, const uint8_t *with, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] ^= with[i];
}

void
mqtt_scram_release(struct mqtt_scram *s)
{
    buf_release(&s->header);
    buf_release(&s->first);
    buf_release(&s->challenge);
    secret_wipe(s, sizeof *s);
}

/* --- reading -------------------------------------------------------------- */

/* The next attribute, "x=value": its value, when it is the wanted one. */
static bool
take_attribute(struct slice *rest, char name, struct slice *value)
{
    if (rest->len < 2 || rest->ptr[0] != (uint8_t)name || rest->ptr[1] != '=')
        return false;
    const uint8_t *comma = memchr(rest->ptr, ',', rest->len);
    size_t n = comma ? (size_t)(comma - rest->ptr) : rest->len;
    *value = slice_from(slice_first(*rest, n), 2);
    *rest = slice_from(*rest, n + 1);
    return true;
}

static bool
is_nonce(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == ',')
            return false;
    return s.len > 0 && s.len <= 2 * SCRAM_TEXT_MAX;
}

/* "=2C" is a comma, "=3D" an equals sign; another "=" is an error. */
static bool
unescape(char out[SCRAM_TEXT_MAX + 1], struct slice from)
{
    size_t n = 0;
    for (size_t i = 0; i < from.len && n < SCRAM_TEXT_MAX; i++) {
        char byte = (char)from.ptr[i];
        if (byte == '=') {
            struct slice code = slice_first(slice_from(from, i), 3);
            if (!slice_is(code, "=2C") && !slice_is(code, "=3D"))
                return false;
            byte = slice_is(code, "=2C") ? ',' : '=';
            i += 2;
        }
        out[n++] = byte;
    }
    out[n] = '\0';
    return from.len <= SCRAM_TEXT_MAX &&
           mqtt_scram_is_prepared(slice_of(out, n));
}

static bool
unbase64(uint8_t *out, size_t max, size_t *len, struct slice text)
{
    struct buf bytes = {0};
    bool good = base64_decode(&bytes, text) && bytes.len > 0 &&
                bytes.len <= max;
    if (good)
        memcpy(out, bytes.data, bytes.len);
    *len = good ? bytes.len : 0;
    secret_release(&bytes);
    return good;
}

/* "n,," or "n,a=NAME,": a name to act for; only oneself is possible. */
static const char *
take_header(struct slice *rest, struct slice *acts_for)
{
    *acts_for = slice_of(NULL, 0);
    if (slice_starts(*rest, "p="))
        return "channel binding is not offered: client-first has to begin "
               "with \"n,,\"";
    if (!slice_starts(*rest, "n,") && !slice_starts(*rest, "y,"))
        return "client-first does not begin with \"n,,\"";
    *rest = slice_from(*rest, 2);
    if (slice_starts(*rest, ",")) {
        *rest = slice_from(*rest, 1);
        return NULL;
    }
    return take_attribute(rest, 'a', acts_for)
               ? NULL
               : "client-first does not begin with \"n,,\"";
}

const char *
mqtt_scram_parse_first(struct mqtt_scram_first *out, struct slice text)
{
    struct slice acts_for, user;
    out->header = text;
    const char *wrong = take_header(&text, &acts_for);
    if (wrong)
        return wrong;
    out->header.len -= text.len;
    out->bare = text;
    if (slice_starts(text, "m="))
        return "client-first wants an extension, and there is none";
    if (!take_attribute(&text, 'n', &user))
        return "client-first has no user name (n=)";
    if (!unescape(out->user, user))
        return "the user name in client-first is not 1 to 255 printable ASCII "
               "characters";
    if (acts_for.ptr && !slice_equal(acts_for, user))
        return "client-first wants to act for somebody else (a=)";
    if (!take_attribute(&text, 'r', &out->nonce) || !is_nonce(out->nonce) ||
        out->nonce.len > SCRAM_TEXT_MAX)
        return "client-first has no nonce (r=)";
    return NULL;
}

static bool
parse_count(struct slice text, uint32_t *out)
{
    uint32_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || i > 7)
            return false;
        n = n * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    *out = n;
    return n >= 1 && n <= SCRAM_ITERATIONS_MAX;
}

const char *
mqtt_scram_parse_challenge(struct mqtt_scram_challenge *out, struct slice text)
{
    struct slice salt, count;
    if (slice_starts(text, "m="))
        return "server-first wants an extension, and there is none";
    if (!take_attribute(&text, 'r', &out->nonce) || !is_nonce(out->nonce))
        return "server-first has no nonce (r=)";
    if (!take_attribute(&text, 's', &salt) ||
        !unbase64(out->salt, SCRAM_SALT_MAX, &out->salt_len, salt))
        return "server-first has no salt (s=) of 1 to 64 bytes";
    if (!take_attribute(&text, 'i', &count) ||
        !parse_count(count, &out->iterations))
        return "server-first has no iteration count (i=) from 1 to 2000000";
    return NULL;
}

const char *
mqtt_scram_parse_final(struct mqtt_scram_final *out, struct slice text,
                       const struct mqtt_scram_method *m)
{
    struct slice proof, whole = text;
    size_t len;
    if (!take_attribute(&text, 'c', &out->binding))
        return "client-final does not begin with \"c=\"";
    if (!take_attribute(&text, 'r', &out->nonce) || !is_nonce(out->nonce))
        return "client-final has no nonce (r=)";
    while (text.len > 0 && text.ptr[0] != 'p') {
        const uint8_t *comma = memchr(text.ptr, ',', text.len);
        text = slice_from(text, comma ? (size_t)(comma - text.ptr) + 1
                                      : text.len);
    }
    size_t before = text.len > 0 ? (size_t)(text.ptr - whole.ptr) - 1 : 0;
    out->without_proof = slice_first(whole, before);
    if (!take_attribute(&text, 'p', &proof) || text.len > 0 ||
        !unbase64(out->proof, m->len, &len, proof) || len != m->len)
        return "client-final does not end with a proof (p=)";
    return NULL;
}

/* --- the client ----------------------------------------------------------- */

static void
escape(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ',')
            buf_add_str(out, "=2C");
        else if (text.ptr[i] == '=')
            buf_add_str(out, "=3D");
        else
            buf_add_byte(out, text.ptr[i]);
    }
}

void
mqtt_scram_say_first(struct mqtt_scram *s, const struct mqtt_scram_method *m,
                     struct slice user, struct slice nonce, struct buf *out)
{
    s->method = m;
    buf_clear(&s->challenge);
    buf_clear(&s->first);
    buf_add_str(&s->first, "n=");
    escape(&s->first, user);
    buf_add_str(&s->first, ",r=");
    buf_add(&s->first, nonce);
    buf_add_str(out, "n,,");
    buf_add(out, buf_slice(&s->first));
}

/* Our nonce is the end of what we said first. */
static bool
begins_with_our_nonce(const struct mqtt_scram *s, struct slice nonce)
{
    struct slice first = buf_slice(&s->first), unused, ours;
    if (!take_attribute(&first, 'n', &unused) ||
        !take_attribute(&first, 'r', &ours))
        return false;
    return nonce.len > ours.len &&
           slice_equal(slice_first(nonce, ours.len), ours);
}

const char *
mqtt_scram_say_final(struct mqtt_scram *s, struct slice password,
                     struct slice server_first, struct buf *out)
{
    struct mqtt_scram_challenge from;
    uint8_t salted[DIGEST_MAX_LEN], key[DIGEST_MAX_LEN],
        server_key[DIGEST_MAX_LEN], stored[DIGEST_MAX_LEN],
        proof[DIGEST_MAX_LEN];
    size_t len = s->method->len, at = out->len;
    const char *wrong = mqtt_scram_parse_challenge(&from, server_first);
    if (wrong)
        return wrong;
    if (!begins_with_our_nonce(s, from.nonce))
        return "server-first answers to somebody else's nonce";
    buf_clear(&s->challenge);
    buf_add(&s->challenge, server_first);
    buf_add_str(out, "c=biws,r=");
    buf_add(out, from.nonce);
    struct slice without_proof = slice_from(buf_slice(out), at);
    salted_password(s->method, password, slice_of(from.salt, from.salt_len),
                    from.iterations, salted);
    client_and_server_key(s->method, salted, key, server_key);
    digest(s->method->hash, slice_of(key, len), stored);
    sign(s, server_key, without_proof, s->signature);
    sign(s, stored, without_proof, proof);
    xor_into(proof, key, len);
    buf_add_str(out, ",p=");
    base64_encode(out, slice_of(proof, len));
    secret_wipe(salted, sizeof salted);
    secret_wipe(key, sizeof key);
    secret_wipe(server_key, sizeof server_key);
    return NULL;
}

const char *
mqtt_scram_check_server(const struct mqtt_scram *s, struct slice server_final)
{
    uint8_t said[DIGEST_MAX_LEN];
    struct slice value;
    size_t len;
    if (s->challenge.len == 0) /* there is no signature to compare with */
        return "the server said its last word first";
    if (take_attribute(&server_final, 'e', &value))
        return "the server refused";
    if (!take_attribute(&server_final, 'v', &value) ||
        !unbase64(said, sizeof said, &len, value) || len != s->method->len)
        return "server-final has no signature (v=)";
    return secret_equal(said, s->signature, len)
               ? NULL
               : "the server's signature is wrong: it does not know the "
                 "password, or somebody changed what was said";
}

/* --- the server ----------------------------------------------------------- */

void
mqtt_scram_answer_first(struct mqtt_scram *s,
                        const struct mqtt_scram_method *m,
                        const struct mqtt_scram_first *first,
                        const struct mqtt_scram_keys *keys, struct slice nonce,
                        struct buf *out)
{
    s->method = m;
    buf_clear(&s->header);
    base64_encode(&s->header, first->header);
    buf_clear(&s->first);
    buf_add(&s->first, first->bare);
    buf_clear(&s->challenge);
    buf_printf(&s->challenge, "r=%.*s%.*s,s=", SLICE_ARG(first->nonce),
               SLICE_ARG(nonce));
    base64_encode(&s->challenge, slice_of(keys->salt, keys->salt_len));
    buf_printf(&s->challenge, ",i=%u", (unsigned)keys->iterations);
    buf_add(out, buf_slice(&s->challenge));
}

static bool
is_proof_right(const struct mqtt_scram *s, const struct mqtt_scram_keys *keys,
               struct mqtt_scram_final *from)
{
    uint8_t signature[DIGEST_MAX_LEN], stored[DIGEST_MAX_LEN];
    size_t len = s->method->len;
    sign(s, keys->stored_key, from->without_proof, signature);
    xor_into(from->proof, signature, len); /* is now the client's key */
    digest(s->method->hash, slice_of(from->proof, len), stored);
    secret_wipe(from->proof, sizeof from->proof);
    return secret_equal(stored, keys->stored_key, len);
}

const char *
mqtt_scram_answer_final(struct mqtt_scram *s,
                        const struct mqtt_scram_keys *keys,
                        struct slice client_final, struct buf *out)
{
    struct mqtt_scram_final from;
    struct slice nonce;
    struct slice challenge = buf_slice(&s->challenge);
    uint8_t signature[DIGEST_MAX_LEN];
    const char *wrong = mqtt_scram_parse_final(&from, client_final, s->method);
    if (wrong)
        return wrong;
    if (!slice_equal(from.binding, buf_slice(&s->header)))
        return "client-final repeats (c=) another header than client-first "
               "had";
    if (!take_attribute(&challenge, 'r', &nonce) ||
        !slice_equal(nonce, from.nonce))
        return "client-final has another nonce (r=) than server-first";
    if (!is_proof_right(s, keys, &from))
        return "the proof is wrong";
    sign(s, keys->server_key, from.without_proof, signature);
    buf_add_str(out, "v=");
    base64_encode(out, slice_of(signature, s->method->len));
    return NULL;
}
