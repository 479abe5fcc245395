/* uri_test.c - addresses of brokers, right and wrong.
 * SPDX-License-Identifier: MIT */
#include "net/uri.h"

#include "base/random.h"
#include "base/test.h"

#define NONE "(none)" /* not given, as opposed to empty */

/* clang-format off */
static const struct right {
    const char *text;
    enum uri_scheme scheme; const char *user, *password, *host; uint16_t port; const char *path;
} rights[] = {
    {"mqtt://localhost",               URI_MQTT,  NONE,  NONE,  "localhost",     1883, ""},
    {"mqtts://10.0.0.7",               URI_MQTTS, NONE,  NONE,  "10.0.0.7",      8883, ""},
    {"ws://h",                         URI_WS,    NONE,  NONE,  "h",             80,   ""},
    {"wss://a.b-c_d.org/mqtt",         URI_WSS,   NONE,  NONE,  "a.b-c_d.org",   443,  "/mqtt"},
    {"MQTTs://H:1",                    URI_MQTTS, NONE,  NONE,  "H",             1,    ""},
    {"mqtt://h:65535/",                URI_MQTT,  NONE,  NONE,  "h",             65535, "/"},
    {"ws://h?token=a@b:c",             URI_WS,    NONE,  NONE,  "h",             80,   "?token=a@b:c"},
    {"ws://h:9001/a/b?c=%20d",         URI_WS,    NONE,  NONE,  "h",             9001, "/a/b?c=%20d"},
    {"mqtt://[::1]",                   URI_MQTT,  NONE,  NONE,  "::1",           1883, ""},
    {"mqtt://[2001:db8::7]:2883/x",    URI_MQTT,  NONE,  NONE,  "2001:db8::7",   2883, "/x"},
    {"mqtt://[fe80::1%eth0]:1",        URI_MQTT,  NONE,  NONE,  "fe80::1%eth0",  1,    ""},
    {"mqtt://ann@h",                   URI_MQTT,  "ann", NONE,  "h",             1883, ""},
    {"mqtt://ann:@h",                  URI_MQTT,  "ann", "",    "h",             1883, ""},
    {"mqtt://:pw@h",                   URI_MQTT,  NONE,  "pw",  "h",             1883, ""},
    {"mqtt://@h",                      URI_MQTT,  "",    NONE,  "h",             1883, ""},
    {"mqtt://a%40b:c%3A%2f%25@h:7",    URI_MQTT,  "a@b", "c:/%", "h",            7,    ""},
    {"mqtt://u:p@ss:w@h",              URI_MQTT,  "u",   "p@ss:w", "h",          1883, ""},
    {"mqtt://u:p@[::1]:7",             URI_MQTT,  "u",   "p",   "::1",           7,    ""},
};

static const struct wrong {
    const char *text, *says;
} wrongs[] = {
    {"",                       "does not begin with mqtt://"},
    {"localhost",              "does not begin with mqtt://"},
    {"localhost:1883",         "does not begin with mqtt://"},
    {"mqtt:/localhost",        "does not begin with mqtt://"},
    {"http://localhost",       "the scheme is none of"},
    {"mqt://localhost",        "the scheme is none of"},
    {"://localhost",           "the scheme is none of"},
    {"mqtt://",                "the host is missing"},
    {"mqtt:///path",           "the host is missing"},
    {"mqtt://:1883",           "the host is missing"},
    {"mqtt://u:p@",            "the host is missing"},
    {"mqtt://h:",              "the port is not"},
    {"mqtt://h:0",             "the port is not"},
    {"mqtt://h:65536",         "the port is not"},
    {"mqtt://h:99999999999999999999", "the port is not"},
    {"mqtt://h:18x",           "the port is not"},
    {"mqtt://h:-1",            "the port is not"},
    {"mqtt://[::1]1883",       "the port is not"},
    {"mqtt://::1",             "must stand in brackets"},
    {"mqtt://2001:db8::7:1883", "must stand in brackets"},
    {"mqtt://[::1",            "the ']'"},
    {"mqtt://[]",              "no IPv6 address"},
    {"mqtt://[1.2.3.4]",       "no IPv6 address"},
    {"mqtt://[::g]",           "no IPv6 address"},
    {"mqtt://[::1%]",          "no IPv6 address"},
    {"mqtt://h%41",            "no host name has"},
    {"mqtt://h,i",             "no host name has"},
    {"mqtt://a%4:pw@h",        "in the user name"},
    {"mqtt://a%:pw@h",         "in the user name"},
    {"mqtt://a:pw%zz@h",       "in the password"},
    {"mqtt://a b",             "contains a space"},
    {"mqtt://h/\xc3\xa4",      "contains a space"},
    {"mqtt://h/\x7f",          "contains a space"},
    {"mqtt://h/a/#",           "'#' must be written %23"},
};
/* clang-format on */

static void
check_given(bool given, const struct buf *b, const char *expected)
{
    ck_assert_int_eq(given, strcmp(expected, NONE) != 0);
    if (given)
        ck_assert(slice_is(buf_slice(b), expected));
}

START_TEST(right_ones_are_taken_apart)
{
    for (size_t i = 0; i < TEST_COUNT(rights); i++) {
        const struct right *r = &rights[i];
        struct error err = {0};
        struct uri u;
        int failed = uri_parse(&u, slice_str(r->text), &err);
        ck_assert_msg(!failed, "%s: %s", r->text, err.text);
        ck_assert_int_eq(u.scheme, r->scheme);
        check_given(u.has_user, &u.user, r->user);
        check_given(u.has_password, &u.password, r->password);
        ck_assert_str_eq(u.host, r->host);
        ck_assert_uint_eq(u.port, r->port);
        ck_assert_str_eq(buf_cstr(&u.path), r->path);
        uri_release(&u);
    }
}
END_TEST

START_TEST(wrong_ones_say_what_is_wrong_and_show_a_right_one)
{
    for (size_t i = 0; i < TEST_COUNT(wrongs); i++) {
        const struct wrong *w = &wrongs[i];
        struct error err = {0};
        struct uri u;
        ck_assert_msg(uri_parse(&u, slice_str(w->text), &err) == -1, "%s",
                      w->text);
        ck_assert_msg(strstr(err.text, w->says), "%s: %s", w->text, err.text);
        ck_assert_ptr_nonnull(strstr(err.text, "mqtt://user:password@host"));
    }
}
END_TEST

START_TEST(secrets_stay_out_of_messages)
{
    static const char *const texts[] = {
        "mqtt://ann:tops3cret@h:99999", "mqtt://ann:tops3cret%zz@h",
        "mqtt://ann:tops3cret/x@h", "mqtt://ann:tops3cret x@h"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct error err = {0};
        struct uri u;
        ck_assert_int_eq(uri_parse(&u, slice_str(texts[i]), &err), -1);
        ck_assert_ptr_null(strstr(err.text, "tops3cret"));
    }
}
END_TEST

START_TEST(a_host_has_at_most_255_characters)
{
    struct error err;
    struct uri u;
    struct buf text = {0};
    buf_add_str(&text, "mqtt://");
    buf_add_fill(&text, 'h', 255);
    ck_assert_int_eq(uri_parse(&u, buf_slice(&text), &err), 0);
    ck_assert_uint_eq(strlen(u.host), 255);
    uri_release(&u);
    buf_add_byte(&text, 'h');
    ck_assert_int_eq(uri_parse(&u, buf_slice(&text), &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "longer than 255"));
    buf_release(&text);
}
END_TEST

START_TEST(where_to_listen)
{
    struct error err;
    struct uri u;
    ck_assert_int_eq(uri_parse_listen(&u, slice_str("wss://*:0/mqtt"), &err),
                     0);
    ck_assert_str_eq(u.host, "*");
    ck_assert_uint_eq(u.port, 0);
    uri_release(&u);
    ck_assert_int_eq(uri_parse_listen(&u, slice_str("mqtt://[::1]"), &err), 0);
    ck_assert_uint_eq(u.port, 1883);
    uri_release(&u);
    ck_assert_int_eq(uri_parse_listen(&u, slice_str("mqtt://a@h"), &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "has no user"));
    ck_assert_int_eq(uri_parse_listen(&u, slice_str("mqtt://*x"), &err), -1);
    ck_assert_int_eq(uri_parse(&u, slice_str("mqtt://*"), &err), -1);
}
END_TEST

START_TEST(the_authority_of_a_request)
{
    static const char *const rows[][2] = {
        {"ws://h", "h"}, {"ws://h:80/x", "h"}, {"wss://u:p@h:80", "h:80"},
        {"wss://[::1]", "[::1]"}, {"ws://[::1]:8080/mqtt", "[::1]:8080"}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error err;
        struct uri u;
        struct buf out = {0};
        ck_assert_int_eq(uri_parse(&u, slice_str(rows[i][0]), &err), 0);
        uri_add_authority(&out, &u);
        ck_assert_str_eq(buf_cstr(&out), rows[i][1]);
        buf_release(&out);
        uri_release(&u);
    }
}
END_TEST

START_TEST(decoding_takes_any_byte_or_nothing)
{
    struct buf out = {0};
    ck_assert(uri_decode(&out, slice_str("a%00%fF+")));
    ck_assert(slice_equal(buf_slice(&out), slice_of("a\0\xff+", 4)));
    ck_assert(!uri_decode(&out, slice_str("bc%f")));
    ck_assert(!uri_decode(&out, slice_str("bc%g0")));
    ck_assert_uint_eq(out.len, 4);
    buf_release(&out);
}
END_TEST

START_TEST(schemes_know_what_they_are)
{
    struct uri u = {.scheme = URI_WSS};
    ck_assert(uri_is_tls(&u) && uri_is_websocket(&u));
    u.scheme = URI_MQTT;
    ck_assert(!uri_is_tls(&u) && !uri_is_websocket(&u));
    ck_assert_str_eq(uri_scheme_name(URI_MQTTS), "mqtts");
}
END_TEST

/* Total: whatever the text, an answer; the sanitizers watch. A right answer
 * keeps its promises. The text has no NUL behind it. */
START_TEST(no_text_breaks_the_parser)
{
    static const char *const pieces[] = {
        "mqtt", "wss", "://", ":", "/", "@", "[", "]", "::1", "%41", "%", "h",
        "1883", "?", ".", "0", "\xff"};
    struct random r;
    int accepted = 0;
    random_seed(&r, 7);
    for (int i = 0; i < 100000; i++) {
        struct buf made = {0};
        struct error err = {0};
        struct uri u;
        if (random_below(&r, 4))
            buf_add_str(&made, "mqtt://");
        for (uint64_t n = random_below(&r, 8); n > 0; n--)
            buf_add_str(&made, pieces[random_below(&r, TEST_COUNT(pieces))]);
        uint8_t *exact = malloc(made.len ? made.len : 1);
        memcpy(exact, made.data ? made.data : exact, made.len);
        if (uri_parse(&u, slice_of(exact, made.len), &err) == 0) {
            accepted++;
            ck_assert(u.port != 0 && u.host[0]);
            uri_release(&u);
        } else {
            ck_assert(err.text[0]);
        }
        free(exact);
        buf_release(&made);
    }
    ck_assert_int_gt(accepted, 1000);
}
END_TEST

TEST_MAIN(right_ones_are_taken_apart,
          wrong_ones_say_what_is_wrong_and_show_a_right_one,
          secrets_stay_out_of_messages, a_host_has_at_most_255_characters,
          where_to_listen, the_authority_of_a_request,
          decoding_takes_any_byte_or_nothing, schemes_know_what_they_are,
          no_text_breaks_the_parser)
