/* digest_test.c - the examples that the standards print.
 * SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include "base/hex.h"
#include "base/test.h"

/* clang-format off */
static const struct vector {
    const char *text, *sha1, *sha256;
} vectors[] = {
    /* FIPS 180, one block and two; and nothing. */
    {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    /* RFC 6455, 1.3: the key of a WebSocket handshake and its answer. */
    {"dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
     "b37a4f2cc0624f1690f64606cf385945b2bec4ea", NULL},
};
/* clang-format on */

static void
check(const uint8_t *digest, size_t len, const char *expected)
{
    struct buf text = {0};
    hex_print(&text, slice_of(digest, len), 0);
    ck_assert_str_eq(buf_cstr(&text), expected);
    buf_release(&text);
}

START_TEST(known_digests)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    for (size_t i = 0; i < TEST_COUNT(vectors); i++) {
        digest_sha1(slice_str(vectors[i].text), digest);
        check(digest, DIGEST_SHA1_LEN, vectors[i].sha1);
        if (!vectors[i].sha256)
            continue;
        digest_sha256(slice_str(vectors[i].text), digest);
        check(digest, DIGEST_SHA256_LEN, vectors[i].sha256);
    }
    digest_sha1(slice_of(NULL, 0), digest);
    check(digest, DIGEST_SHA1_LEN, vectors[2].sha1);
}
END_TEST

START_TEST(keys_from_secrets)
{
    uint8_t out[64];
    /* RFC 4231, 4.3. */
    digest_hmac(DIGEST_SHA256, slice_str("Jefe"),
                slice_str("what do ya want for nothing?"), out);
    check(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b9"
                   "64ec3843");
    /* RFC 7914, 11 and 12. */
    digest_pbkdf2(DIGEST_SHA256, slice_str("passwd"), slice_str("salt"), 1,
                  out);
    check(out, 32, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57"
                   "c20dacbc");
    ck_assert(digest_scrypt(slice_str("password"), slice_str("NaCl"), 10, 8,
                            16, out, 32));
    check(out, 32, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e7737663"
                   "4b373162");
    ck_assert(!digest_scrypt(slice_str("p"), slice_str("s"), 40, 8, 1, out,
                             32));
}
END_TEST

TEST_MAIN(known_digests, keys_from_secrets)
