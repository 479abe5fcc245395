/* tls_keys.c - from a secret to the records it protects.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/tls_keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/mem.h"

#define TAG_LEN 16
#define IV_LEN 12
#define HASH_MAX 48
#define RECORD_MAX (16384 + 2048)

/* clang-format off */
static const struct tls_suite suites[] = {
    /* id   name                              cipher           sha384 1.3 */
    {0x1301, "AES_128_GCM_SHA256",            TLS_AES_128_GCM, false, true},
    {0x1302, "AES_256_GCM_SHA384",            TLS_AES_256_GCM, true,  true},
    {0x1303, "CHACHA20_POLY1305_SHA256",      TLS_CHACHA20_POLY1305, false, true},
    {0x009c, "RSA_WITH_AES_128_GCM_SHA256",   TLS_AES_128_GCM, false, false},
    {0x009d, "RSA_WITH_AES_256_GCM_SHA384",   TLS_AES_256_GCM, true,  false},
    {0x009e, "DHE_RSA_WITH_AES_128_GCM_SHA256", TLS_AES_128_GCM, false, false},
    {0x009f, "DHE_RSA_WITH_AES_256_GCM_SHA384", TLS_AES_256_GCM, true, false},
    {0x00a8, "PSK_WITH_AES_128_GCM_SHA256",   TLS_AES_128_GCM, false, false},
    {0x00a9, "PSK_WITH_AES_256_GCM_SHA384",   TLS_AES_256_GCM, true,  false},
    {0xc02b, "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", TLS_AES_128_GCM, false, false},
    {0xc02c, "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", TLS_AES_256_GCM, true, false},
    {0xc02f, "ECDHE_RSA_WITH_AES_128_GCM_SHA256", TLS_AES_128_GCM, false, false},
    {0xc030, "ECDHE_RSA_WITH_AES_256_GCM_SHA384", TLS_AES_256_GCM, true, false},
    {0xcca8, "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305, false, false},
    {0xcca9, "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305, false, false},
    {0xccaa, "DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305, false, false},
    {0xccab, "PSK_WITH_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305, false, false},
    {0xccac, "ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305, false, false},
    {0xd001, "ECDHE_PSK_WITH_AES_128_GCM_SHA256", TLS_AES_128_GCM, false, false},
    {0xd002, "ECDHE_PSK_WITH_AES_256_GCM_SHA384", TLS_AES_256_GCM, true, false},
};
/* clang-format on */

struct tls_key {
    const struct tls_suite *suite;
    EVP_CIPHER_CTX *cipher;    /* owned; has the key */
    uint8_t iv[IV_LEN];        /* in 1.2 with GCM: 4 bytes of it */
    uint8_t secret[HASH_MAX];  /* of TLS 1.3, for the next generation */
};

const struct tls_suite *
tls_suite_of(uint16_t id)
{
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (suites[i].id == id)
            return &suites[i];
    return NULL;
}

static size_t
hash_len(const struct tls_suite *s)
{
    return s->is_sha384 ? 48 : 32;
}

static void
hmac(const struct tls_suite *s, struct slice key, struct slice text,
     uint8_t out[HASH_MAX])
{
    if (!HMAC(s->is_sha384 ? EVP_sha384() : EVP_sha256(), key.ptr,
              (int)key.len, text.ptr, text.len, out, NULL))
        BUG("HMAC fails");
}

/* HKDF-Expand-Label with an empty context (RFC 8446, 7.1), one block. */
static void
expand(const struct tls_suite *s, struct slice secret, const char *label,
       uint8_t *out, size_t len)
{
    struct buf info = {0};
    uint8_t block[HASH_MAX];
    buf_add_byte(&info, 0);
    buf_add_byte(&info, (uint8_t)len);
    buf_add_byte(&info, (uint8_t)(6 + strlen(label)));
    buf_add_str(&info, "tls13 ");
    buf_add_str(&info, label);
    buf_add_byte(&info, 0);
    buf_add_byte(&info, 1);
    hmac(s, secret, buf_slice(&info), block);
    memcpy(out, block, len);
    buf_release(&info);
}

/* The PRF of TLS 1.2 (RFC 5246, 5). */
static void
prf(const struct tls_suite *s, struct slice secret, struct slice seed,
    uint8_t *out, size_t len)
{
    uint8_t a[HASH_MAX], block[HASH_MAX];
    size_t n = hash_len(s);
    struct buf text = {0};
    hmac(s, secret, seed, a);
    while (len > 0) {
        buf_clear(&text);
        buf_add(&text, slice_of(a, n));
        buf_add(&text, seed);
        hmac(s, secret, buf_slice(&text), block);
        size_t take = len < n ? len : n;
        memcpy(out, block, take);
        out += take;
        len -= take;
        hmac(s, secret, slice_of(a, n), a);
    }
    buf_release(&text);
}

static size_t
key_len(const struct tls_suite *s)
{
    return s->cipher == TLS_AES_128_GCM ? 16 : 32;
}

static void
set_key(struct tls_key *k, const uint8_t *key)
{
    static const EVP_CIPHER *(*const ciphers[])(void) = {
        [TLS_AES_128_GCM] = EVP_aes_128_gcm,
        [TLS_AES_256_GCM] = EVP_aes_256_gcm,
        [TLS_CHACHA20_POLY1305] = EVP_chacha20_poly1305,
    };
    if (!k->cipher)
        k->cipher = EVP_CIPHER_CTX_new();
    if (!k->cipher || !EVP_DecryptInit_ex(k->cipher,
                                          ciphers[k->suite->cipher](), NULL,
                                          key, NULL))
        BUG("a cipher of OpenSSL is missing");
}

static void
use_secret(struct tls_key *k)
{
    uint8_t key[32];
    struct slice secret = slice_of(k->secret, hash_len(k->suite));
    expand(k->suite, secret, "key", key, key_len(k->suite));
    expand(k->suite, secret, "iv", k->iv, IV_LEN);
    set_key(k, key);
}

struct tls_key *
tls_key_new_13(const struct tls_suite *suite, struct slice secret)
{
    if (!suite->is_13 || secret.len != hash_len(suite))
        return NULL;
    struct tls_key *k = xcalloc(1, sizeof *k);
    k->suite = suite;
    memcpy(k->secret, secret.ptr, secret.len);
    use_secret(k);
    return k;
}

struct tls_key *
tls_key_new_12(const struct tls_suite *suite, struct slice master,
               const uint8_t client_random[32],
               const uint8_t server_random[32], bool is_client)
{
    if (suite->is_13 || master.len != 48)
        return NULL;
    struct tls_key *k = xcalloc(1, sizeof *k);
    struct buf seed = {0};
    uint8_t block[2 * 32 + 2 * IV_LEN];
    size_t key = key_len(suite);
    size_t iv = suite->cipher == TLS_CHACHA20_POLY1305 ? IV_LEN : 4;
    k->suite = suite;
    buf_add_str(&seed, "key expansion");
    buf_add(&seed, slice_of(server_random, 32));
    buf_add(&seed, slice_of(client_random, 32));
    prf(suite, master, buf_slice(&seed), block, 2 * key + 2 * iv);
    memcpy(k->iv, block + 2 * key + (is_client ? 0 : iv), iv);
    set_key(k, block + (is_client ? 0 : key));
    buf_release(&seed);
    return k;
}

void
tls_key_free(struct tls_key *k)
{
    if (!k)
        return;
    EVP_CIPHER_CTX_free(k->cipher);
    free(k);
}

bool
tls_key_update(struct tls_key *k)
{
    if (!k->suite->is_13)
        return false;
    expand(k->suite, slice_of(k->secret, hash_len(k->suite)), "traffic upd",
           k->secret, hash_len(k->suite));
    use_secret(k);
    return true;
}

static void
put_u64(uint8_t *out, uint64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8)
        out[i] = (uint8_t)v;
}

/* What is authenticated besides the text; returns its length. */
static int
make_aad(const struct tls_key *k, uint64_t sequence, const uint8_t header[5],
         size_t text_len, uint8_t aad[13])
{
    if (k->suite->is_13) {
        memcpy(aad, header, 5);
        return 5;
    }
    put_u64(aad, sequence);
    memcpy(aad + 8, header, 3);
    aad[11] = (uint8_t)(text_len >> 8);
    aad[12] = (uint8_t)text_len;
    return 13;
}

bool
tls_key_open(struct tls_key *k, uint64_t sequence, const uint8_t header[5],
             struct slice body, struct buf *out)
{
    uint8_t nonce[IV_LEN], aad[13], number[8], tag[TAG_LEN];
    bool is_explicit = !k->suite->is_13 &&
                       k->suite->cipher != TLS_CHACHA20_POLY1305;
    size_t before = is_explicit ? 8 : 0;
    int n = 0;
    buf_clear(out);
    if (body.len < before + TAG_LEN || body.len > RECORD_MAX)
        return false;
    memcpy(nonce, k->iv, IV_LEN);
    put_u64(number, sequence);
    if (is_explicit)
        memcpy(nonce + 4, body.ptr, 8);
    else
        for (int i = 0; i < 8; i++)
            nonce[4 + i] ^= number[i];
    struct slice text = slice_from(body, before);
    text.len -= TAG_LEN;
    memcpy(tag, text.ptr + text.len, TAG_LEN);
    int aad_len = make_aad(k, sequence, header, text.len, aad);
    uint8_t *room = buf_room(out, text.len + 16);
    bool is_good =
        EVP_DecryptInit_ex(k->cipher, NULL, NULL, NULL, nonce) &&
        EVP_CIPHER_CTX_ctrl(k->cipher, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) &&
        EVP_DecryptUpdate(k->cipher, NULL, &n, aad, aad_len) &&
        EVP_DecryptUpdate(k->cipher, room, &n, text.ptr, (int)text.len) &&
        EVP_DecryptFinal_ex(k->cipher, room + n, &n) == 1;
    out->len = is_good ? text.len : 0;
    return is_good;
}
