/* format_test.c - one layout, whatever it was before.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/format.h"

#include "base/test.h"
#include "conformance/script/lexer.h"

static const char untidy[] =
    "\n\n# Title\n#   kept as it is   \n\n\n\n"
    "   define f( who,t )\n"
    "who > SUBSCRIBE filters=[ {filter=$t qos=2} ]\n"
    "end\n"
    "# about the scenario\n"
    "scenario  x\n"
    "\"t\"\n"
    "for 3.1.1   5.0\n"
    "      needs qos2\n"
    "publisher   speaks 3.1\n"
    "alone\n"
    "\n"
    "sub connects   fresh\n"
    "publisher connects fresh   # both\n"
    "f( sub,\"$T/x\" )\n"
    "sub > SUBSCRIBE filters=[\n"
    "{filter=\"a\" qos=1}\n"
    "{filter=\"b\"}\n"
    "] packet_id=1\n"
    "\n\n"
    "      # alone\n"
    "sub < SUBACK   codes=[ 1 0 ]   [MQTT-3.8.4-1\n"
    "MQTT311-3.8.4-1]\n"
    "v5: sub > PUBLISH topic=\"x\" \\\n"
    "payload=\"y\"\n"
    "either \"a\" {\n"
    "sub < close # gone\n"
    "} or \"b\" { sub alive }\n"
    "judge count(m,payload=\"m\") = 1 [MQTT-4.3.3-10]\n"
    "# last\n"
    "\n";

static const char tidy[] =
    "# Title\n"
    "#   kept as it is\n"
    "\n"
    "define f(who, t)\n"
    "    who  > SUBSCRIBE filters=[{filter=$t qos=2}]\n"
    "end\n"
    "# about the scenario\n"
    "scenario x\n"
    "    \"t\"\n"
    "    for    3.1.1 5.0\n"
    "    needs  qos2\n"
    "    publisher  speaks 3.1\n"
    "    alone\n"
    "\n"
    "    sub        connects fresh\n"
    "    publisher  connects fresh  # both\n"
    "    f(sub, \"$T/x\")\n"
    "    sub        > SUBSCRIBE filters=[\n"
    "        {filter=\"a\" qos=1}\n"
    "        {filter=\"b\"}\n"
    "    ] packet_id=1\n"
    "\n"
    "    # alone\n"
    "    sub  < SUBACK codes=[1 0]                                 "
    "[MQTT-3.8.4-1\n"
    "        MQTT311-3.8.4-1]\n"
    "    v5: sub  > PUBLISH topic=\"x\" \\\n"
    "        payload=\"y\"\n"
    "    either \"a\" {\n"
    "        sub  < close  # gone\n"
    "    } or \"b\" { sub alive }\n"
    "    judge count(m, payload=\"m\") = 1                           "
    "[MQTT-4.3.3-10]\n"
    "    # last\n";

static void
format(struct buf *out, struct slice text)
{
    struct script_errors errors = {0};
    struct buf shown = {0};
    bool good = script_format(out, "x", text, &errors);
    script_errors_print(&shown, &errors);
    ck_assert_msg(good, "%s", buf_cstr(&shown));
    buf_release(&shown);
    script_errors_release(&errors);
}

START_TEST(untidy_becomes_tidy)
{
    struct buf out = {0};
    format(&out, slice_str(untidy));
    ck_assert_str_eq(buf_cstr(&out), tidy);
    buf_release(&out);
}
END_TEST

START_TEST(tidy_stays_as_it_is)
{
    struct buf out = {0};
    format(&out, slice_str(tidy));
    ck_assert_str_eq(buf_cstr(&out), tidy);
    buf_release(&out);
}
END_TEST

/* The tokens but for line ends, which may be fewer. */
static void
meaning(struct buf *out, const char *text)
{
    struct script_errors errors = {0};
    struct tokens t = {0};
    lexer_run(slice_str(text), &t, &errors);
    for (size_t i = 0; i < t.count; i++)
        if (t.list[i].kind != TOKEN_LINE)
            buf_printf(out, "%d%.*s ", t.list[i].kind,
                       SLICE_ARG(t.list[i].text));
    lexer_release(&t);
}

START_TEST(nothing_changes_its_meaning)
{
    struct buf before = {0}, after = {0}, out = {0};
    format(&out, slice_str(untidy));
    meaning(&before, untidy);
    meaning(&after, buf_cstr(&out));
    ck_assert_str_eq(buf_cstr(&before), buf_cstr(&after));
    buf_release(&before);
    buf_release(&after);
    buf_release(&out);
}
END_TEST

START_TEST(a_file_of_comments_stays_at_the_margin)
{
    struct buf out = {0};
    format(&out, slice_str("# only this\n\n# and this"));
    ck_assert_str_eq(buf_cstr(&out), "# only this\n\n# and this\n");
    buf_clear(&out);
    format(&out, slice_str(""));
    ck_assert_str_eq(buf_cstr(&out), "");
    buf_release(&out);
}
END_TEST

START_TEST(a_client_alone_on_a_joined_line_is_stable)
{
    struct buf once = {0}, twice = {0};
    format(&once, slice_str("scenario a\n\"t\"\nfor 5.0\n\nold\\\n< close\n"
                            "longer alive\n\nslow alive\nx alive\n"));
    format(&twice, buf_slice(&once));
    ck_assert_str_eq(buf_cstr(&once), buf_cstr(&twice));
    buf_release(&once);
    buf_release(&twice);
}
END_TEST

START_TEST(what_does_not_parse_is_left_alone)
{
    struct buf out = {0};
    struct script_errors errors = {0};
    ck_assert(!script_format(&out, "x", slice_str("scenario"), &errors));
    ck_assert_uint_eq(out.len, 0);
    ck_assert_uint_eq(errors.count, 1);
    script_errors_release(&errors);
}
END_TEST

TEST_MAIN(untidy_becomes_tidy, tidy_stays_as_it_is, nothing_changes_its_meaning,
          a_file_of_comments_stays_at_the_margin,
          a_client_alone_on_a_joined_line_is_stable,
          what_does_not_parse_is_left_alone)
