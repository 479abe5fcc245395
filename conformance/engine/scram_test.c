/* scram_test.c - the example of RFC 7677 from calls of a script.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/scram.h"

#include "base/test.h"

static const char *
call(const char *step, const char *server_first, struct value *out)
{
    static struct arena arena;
    const struct value args[] = {
        value_text("SCRAM-SHA-256"), value_text(step), value_text("user"),
        value_text("pencil"), value_text("rOprNGfwEbeRWgbNEkqO"),
        value_text(server_first ? server_first : "")};
    return scram_message(&arena, args, server_first ? 6 : 5, out);
}

START_TEST(the_messages_of_rfc_7677)
{
    static const char server_first[] =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    struct value v;
    ck_assert_ptr_null(call("client-first", NULL, &v));
    ck_assert(slice_is(v.text, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    ck_assert_ptr_null(call("client-final", server_first, &v));
    ck_assert(slice_is(
        v.text, "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    ck_assert_ptr_null(call("server-final", server_first, &v));
    ck_assert(slice_is(v.text,
                       "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}
END_TEST

START_TEST(calls_that_make_no_sense)
{
    struct value v;
    ck_assert_ptr_nonnull(call("client-final", NULL, &v));
    ck_assert_ptr_nonnull(call("client-final", "r=foreign,s=AAAA,i=1", &v));
    ck_assert_ptr_nonnull(call("last", "r=foreign,s=AAAA,i=1", &v));
}
END_TEST

TEST_MAIN(the_messages_of_rfc_7677, calls_that_make_no_sense)
