/* scram_test.c - the examples of the RFCs, and everything that is refused.
 * SPDX-License-Identifier: MIT */
#include "mqtt/scram.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/test.h"

/* RFC 7677, 3: user "user", password "pencil". */
static const char client_nonce[] = "rOprNGfwEbeRWgbNEkqO";
static const char server_nonce[] = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
static const char client_first[] = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
static const char server_first[] =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
static const char client_final[] =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
static const char server_final[] =
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

static const struct mqtt_scram_method *
sha256(void)
{
    return mqtt_scram_method(slice_str("SCRAM-SHA-256"));
}

static struct mqtt_scram_keys
keys_of(const struct mqtt_scram_method *m, const char *password)
{
    struct mqtt_scram_keys keys = {.iterations = 4096};
    struct buf salt = {0};
    ck_assert(base64_decode(&salt, slice_str("W22ZaJ0SNY7soEsUEjb6gQ==")));
    keys.salt_len = salt.len;
    memcpy(keys.salt, salt.data, salt.len);
    buf_release(&salt);
    mqtt_scram_derive(&keys, m, slice_str(password));
    return keys;
}

START_TEST(the_client_of_rfc_7677)
{
    struct mqtt_scram c = {0};
    struct buf out = {0};
    mqtt_scram_say_first(&c, sha256(), slice_str("user"),
                         slice_str(client_nonce), &out);
    ck_assert_str_eq(buf_cstr(&out), client_first);
    /* Nothing is signed yet, so nothing is a signature: no zeros either. */
    ck_assert_ptr_nonnull(mqtt_scram_check_server(
        &c, slice_str("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));
    buf_clear(&out);
    ck_assert_ptr_null(mqtt_scram_say_final(&c, slice_str("pencil"),
                                            slice_str(server_first), &out));
    ck_assert_str_eq(buf_cstr(&out), client_final);
    ck_assert_ptr_null(mqtt_scram_check_server(&c, slice_str(server_final)));
    ck_assert_ptr_nonnull(mqtt_scram_check_server(
        &c, slice_str("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
    ck_assert_ptr_nonnull(mqtt_scram_check_server(&c, slice_str("v=6rri")));
    ck_assert_ptr_nonnull(
        mqtt_scram_check_server(&c, slice_str("e=invalid-proof")));
    mqtt_scram_release(&c);
    buf_release(&out);
}
END_TEST

static const char *
serve(const char *password, const char *first_text, const char *final_text,
      struct buf *out)
{
    struct mqtt_scram s = {0};
    struct mqtt_scram_first first;
    struct mqtt_scram_keys keys = keys_of(sha256(), password);
    const char *wrong = mqtt_scram_parse_first(&first, slice_str(first_text));
    ck_assert_ptr_null(wrong);
    ck_assert_str_eq(first.user, "user");
    mqtt_scram_answer_first(&s, sha256(), &first, &keys,
                            slice_str(server_nonce), out);
    buf_clear(out);
    wrong = mqtt_scram_answer_final(&s, &keys, slice_str(final_text), out);
    mqtt_scram_release(&s);
    return wrong;
}

START_TEST(the_server_of_rfc_7677)
{
    struct buf out = {0};
    ck_assert_ptr_null(serve("pencil", client_first, client_final, &out));
    ck_assert_str_eq(buf_cstr(&out), server_final);
    buf_clear(&out);
    ck_assert_str_eq(serve("pencils", client_first, client_final, &out),
                     "the proof is wrong");
    ck_assert_uint_eq(out.len, 0);
    /* What is said first is under the proof. */
    ck_assert_ptr_nonnull(serve("pencil", "y,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                                client_final, &out));
    ck_assert_ptr_nonnull(serve(
        "pencil", client_first, "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=AAAA", &out));
    buf_release(&out);
}
END_TEST

/* RFC 5802, 5, has SHA-1, which is not offered; SHA-512 has no printed example,
 * so the two ends have to agree, and the client's key is as 3 defines it. */
START_TEST(both_ends_agree_with_sha_512)
{
    const struct mqtt_scram_method *m =
        mqtt_scram_method(slice_str("SCRAM-SHA-512"));
    struct mqtt_scram_keys keys = keys_of(m, "pen,cil=");
    struct mqtt_scram c = {0}, s = {0};
    struct mqtt_scram_first first;
    struct buf a = {0}, b = {0};
    mqtt_scram_say_first(&c, m, slice_str("a,b=c"), slice_str("x"), &a);
    ck_assert_str_eq(buf_cstr(&a), "n,,n=a=2Cb=3Dc,r=x");
    ck_assert_ptr_null(mqtt_scram_parse_first(&first, buf_slice(&a)));
    ck_assert_str_eq(first.user, "a,b=c");
    mqtt_scram_answer_first(&s, m, &first, &keys, slice_str("y"), &b);
    buf_clear(&a);
    ck_assert_ptr_null(
        mqtt_scram_say_final(&c, slice_str("pen,cil="), buf_slice(&b), &a));
    buf_clear(&b);
    ck_assert_ptr_null(mqtt_scram_answer_final(&s, &keys, buf_slice(&a), &b));
    ck_assert_uint_eq(b.len, 2 + BASE64_LEN(64));
    ck_assert_ptr_null(mqtt_scram_check_server(&c, buf_slice(&b)));
    mqtt_scram_release(&c);
    mqtt_scram_release(&s);
    buf_release(&a);
    buf_release(&b);
}
END_TEST

START_TEST(bad_messages_are_refused)
{
    static const char *const firsts[] = {
        "",          "n",         "n,",          "n,,",        "n,,n=a",
        "n,,r=x",    "n,,n=,r=x", "n,,n=a=,r=x", "n,,n=a=2D,r=x",
        "n,,n=a,r=", "p=tls-unique,,n=a,r=x",    "n,a=b,n=a,r=x",
        "n,,m=1,n=a,r=x",         "n,,n=\x01,r=x", "n,,n=\xc3\xa4,r=x",
        "n,,n=a,r=\x7f",          "n,,n=a,x=1",  "x,,n=a,r=x"};
    static const char *const challenges[] = {
        "",          "r=xy",       "r=xy,s=",      "r=xy,s=AAAA",
        "r=xy,s=AAAA,i=",          "r=xy,s=AAAA,i=0", "r=xy,s=AA,i=1",
        "r=xy,s=AAAA,i=2000001",   "r=xy,s=AAAA,i=99999999999",
        "m=1,r=xy,s=AAAA,i=1",     "r=xy,s=AAAA,i=-1"};
    static const char *const finals[] = {
        "", "c=biws", "c=biws,r=x", "c=biws,r=x,p=", "c=biws,r=x,p=AAAA",
        "r=x,c=biws", "c=biws,r=x,p=AAAA,q=1", "c=biws,r=x,x"};
    struct mqtt_scram_first first;
    struct mqtt_scram_challenge challenge;
    struct mqtt_scram_final last;
    for (size_t i = 0; i < TEST_COUNT(firsts); i++)
        ck_assert_msg(mqtt_scram_parse_first(&first, slice_str(firsts[i])),
                      "%s", firsts[i]);
    for (size_t i = 0; i < TEST_COUNT(challenges); i++)
        ck_assert_msg(
            mqtt_scram_parse_challenge(&challenge, slice_str(challenges[i])),
            "%s", challenges[i]);
    for (size_t i = 0; i < TEST_COUNT(finals); i++)
        ck_assert_msg(
            mqtt_scram_parse_final(&last, slice_str(finals[i]), sha256()),
            "%s", finals[i]);
    ck_assert_ptr_null(mqtt_scram_parse_first(
        &first, slice_str("n,a=ann,n=ann,r=x,ext=1")));
}
END_TEST

START_TEST(a_foreign_nonce_is_no_answer)
{
    struct mqtt_scram c = {0};
    struct buf out = {0};
    mqtt_scram_say_first(&c, sha256(), slice_str("a"), slice_str("xyz"), &out);
    ck_assert_ptr_nonnull(mqtt_scram_say_final(
        &c, slice_str("p"), slice_str("r=xy1,s=AAAA,i=1"), &out));
    ck_assert_ptr_nonnull(mqtt_scram_say_final(
        &c, slice_str("p"), slice_str("r=xyz,s=AAAA,i=1"), &out));
    ck_assert_ptr_null(mqtt_scram_say_final(
        &c, slice_str("p"), slice_str("r=xyz1,s=AAAA,i=1"), &out));
    mqtt_scram_release(&c);
    buf_release(&out);
}
END_TEST

/* The proof is right for what client-final says: only the nonce is not the one
 * that server-first has. */
START_TEST(a_proof_for_another_nonce_is_no_answer)
{
    static const char start_right[] =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,";
    static const char other[] = "c=biws,r=rOprNGfwEbeRWgbNEkqOx";
    struct mqtt_scram_keys keys = keys_of(sha256(), "pencil");
    struct slice stored = slice_of(keys.stored_key, sha256()->len);
    uint8_t right[DIGEST_MAX_LEN], wrong[DIGEST_MAX_LEN];
    struct buf said = {0}, proof = {0}, final = {0}, out = {0};
    const char *p = strstr(client_final, ",p=");
    buf_add_str(&said, start_right);
    buf_add(&said, slice_of(client_final, (size_t)(p - client_final)));
    digest_hmac(sha256()->hash, stored, buf_slice(&said), right);
    buf_clear(&said);
    buf_add_str(&said, start_right);
    buf_add_str(&said, other);
    digest_hmac(sha256()->hash, stored, buf_slice(&said), wrong);
    ck_assert(base64_decode(&proof, slice_str(p + 3)));
    for (size_t i = 0; i < proof.len; i++)
        proof.data[i] ^= right[i] ^ wrong[i]; /* the client's key stays */
    buf_printf(&final, "%s,p=", other);
    base64_encode(&final, buf_slice(&proof));
    ck_assert_ptr_nonnull(
        serve("pencil", client_first, buf_cstr(&final), &out));
    buf_release(&said);
    buf_release(&proof);
    buf_release(&final);
    buf_release(&out);
}
END_TEST

TEST_MAIN(the_client_of_rfc_7677, the_server_of_rfc_7677,
          both_ends_agree_with_sha_512, bad_messages_are_refused,
          a_foreign_nonce_is_no_answer,
          a_proof_for_another_nonce_is_no_answer)
