/* lexer_test.c - text as tokens.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/test.h"
#include "conformance/script/lexer.h"

/* Tokens as "kind:text" joined by spaces, a '+' in front of spaced ones. */
static const char *
lexed(struct buf *out, const char *text, struct script_errors *errors)
{
    static const char letters[] = "ELWNT$?MCJ";
    struct tokens tokens = {0};
    lexer_run(slice_str(text), &tokens, errors);
    buf_clear(out);
    for (size_t i = 0; i < tokens.count; i++) {
        const struct token *t = &tokens.list[i];
        bool shown = t->kind != TOKEN_LINE;
        buf_printf(out, "%s%c%.*s", i ? " " : "", letters[t->kind],
                   shown ? (int)t->text.len : 0, (const char *)t->text.ptr);
    }
    lexer_release(&tokens);
    return buf_cstr(out);
}

static const struct {
    const char *text, *tokens;
} rows[] = {
    {"", "E"},
    {"sub < SUBACK", "Wsub M< WSUBACK E"},
    {"a=0x87 b<=1.2s", "Wa M= N0x87 Wb M<= N1.2s E"},
    {"1..5", "N1 M.. N5 E"},
    {"3.1.1 5.0", "N3.1.1 N5.0 E"},
    {"[MQTT-4.3.3-10 MQTT311-4.3.3-2]",
     "M[ WMQTT-4.3.3-10 WMQTT311-4.3.3-2 M] E"},
    {"[MQTT31-s3.3]", "M[ WMQTT31-s3.3 M] E"},
    {"m-1", "Wm M- N1 E"},
    {"$p-1 $target.user ?k", "$$p M- N1 $$target M. Wuser ??k E"},
    {"\"a\\\"b\" # c \"d\"", "T\"a\\\"b\" C# c \"d\" E"},
    {"\"a#b\"", "T\"a#b\" E"},
    {"a \\\n b", "Wa J\\ L Wb E"},
    {"a\r\nb", "Wa L Wb E"},
    {"!= >= < >", "M!= M>= M< M> E"},
    {"0x7f:01ff", "N0x7f M: N01ff E"},
    {"\xef\xbb\xbfscenario", "Wscenario E"},
};

START_TEST(text_becomes_tokens)
{
    struct script_errors errors = {0};
    struct buf out = {0};
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        ck_assert_str_eq(lexed(&out, rows[i].text, &errors), rows[i].tokens);
    ck_assert_uint_eq(errors.count, 0);
    buf_release(&out);
}
END_TEST

START_TEST(places_count_characters)
{
    struct script_errors errors = {0};
    struct tokens t = {0};
    lexer_run(slice_str("a\n \"\xc3\xa4\xe2\x82\xac\" b"), &t, &errors);
    ck_assert_uint_eq(t.list[2].at.line, 2);
    ck_assert_uint_eq(t.list[2].at.column, 2);
    ck_assert_uint_eq(t.list[3].at.column, 7);
    ck_assert(t.list[3].spaced);
    lexer_release(&t);
}
END_TEST

START_TEST(an_index_is_not_a_list)
{
    struct script_errors errors = {0};
    struct tokens t = {0};
    lexer_run(slice_str("m[0] m [0]"), &t, &errors);
    ck_assert(!t.list[1].spaced);
    ck_assert(t.list[5].spaced);
    lexer_release(&t);
}
END_TEST

static const struct {
    const char *text, *message;
    unsigned column;
} bad[] = {
    {"a \"b", "this text has no closing quote on its line", 3},
    {"a ; b", "`;` has no meaning here", 3},
    {"a \xc3\xa4", "`\xc3\xa4` has no meaning here", 3},
    {"a \xff", "a byte 0xff has no meaning here; in a text write \\xff", 3},
    {"a \x01", "a byte 0x01 has no meaning here; in a text write \\x01", 3},
    {"! a", "`!` has no meaning here", 1},
    {"$", "`$` has no meaning here", 1},
};

START_TEST(what_is_no_token_is_reported)
{
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct script_errors errors = {0};
        struct tokens t = {0};
        lexer_run(slice_str(bad[i].text), &t, &errors);
        ck_assert_uint_eq(errors.count, 1);
        ck_assert_str_eq(errors.list[0].message, bad[i].message);
        ck_assert_uint_eq(errors.list[0].at.column, bad[i].column);
        lexer_release(&t);
        script_errors_release(&errors);
    }
}
END_TEST

TEST_MAIN(text_becomes_tokens, places_count_characters, an_index_is_not_a_list,
          what_is_no_token_is_reported)
