/* ws_upgrade_test.c - upgrade requests and responses, good and bad.
 * SPDX-License-Identifier: MIT */
#include "net/ws_upgrade.h"

#include "base/random.h"
#include "base/test.h"

/* RFC 6455, 1.3: the key and the accept of its example. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define GET "GET /mqtt HTTP/1.1\r\n"
#define HOST "Host: h:8080\r\n"
#define UPGRADE "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define KEYED "Sec-WebSocket-Key: " KEY "\r\n"
#define V13 "Sec-WebSocket-Version: 13\r\n"
#define MQTT "Sec-WebSocket-Protocol: mqtt\r\n"
#define GOOD GET HOST UPGRADE KEYED V13 MQTT "\r\n"

static struct ws_request
read_request(const char *text, enum ws_upgrade_status expected)
{
    struct ws_request r;
    ck_assert_msg(ws_upgrade_read_request(slice_str(text),
                                          slice_str("/mqtt"), &r) ==
                      expected, "%s", text);
    return r;
}

START_TEST(the_example_of_the_rfc)
{
    struct buf out = {0};
    struct ws_request r = read_request(GOOD, WS_UPGRADE_DONE);
    ws_upgrade_write_response(&out, &r);
    ck_assert_str_eq(buf_cstr(&out),
                     "HTTP/1.1 101 Switching Protocols\r\n"
                     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: " ACCEPT "\r\n"
                     "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    ck_assert_uint_eq(r.len, strlen(GOOD));
    buf_release(&out);
}
END_TEST

/* Capital letters, white space, lists and foreign fields make no difference;
 * what follows the head is not looked at. */
START_TEST(requests_as_browsers_and_libraries_send_them)
{
    static const struct row {
        const char *text, *protocol;
    } rows[] = {
        {"GET /mqtt?token=1 HTTP/1.1\r\nhost:h\r\nUPGRADE: \tWebSocket \r\n"
         "connection: keep-alive, Upgrade\r\nsec-websocket-key:" KEY "\r\n"
         "Origin: http://h\r\nsec-websocket-version: 13\r\n"
         "sec-websocket-extensions: permessage-deflate\r\n"
         "sec-websocket-protocol: mqttv3.1, mqtt\r\n\r\n\x82\x80", "mqtt"},
        {GET HOST UPGRADE KEYED V13 "Sec-WebSocket-Protocol: a, mqttv3.1\r\n"
         "\r\n", "mqttv3.1"},
        {GET HOST UPGRADE KEYED V13 "Sec-WebSocket-Protocol: a\r\n" MQTT
         "\r\n", "mqtt"},
        {GET HOST "Upgrade: h2c,websocket\r\nConnection: a\r\n"
         "Connection: upgrade\r\nX: \xc3\xa4\r\n" KEYED V13 MQTT "\r\n",
         "mqtt"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct ws_request r = read_request(rows[i].text, WS_UPGRADE_DONE);
        ck_assert_str_eq(r.protocol, rows[i].protocol);
        ck_assert(slice_starts(r.path, "/mqtt"));
    }
}
END_TEST

START_TEST(refusals)
{
    static const struct row {
        const char *text;
        unsigned status;
        const char *why;
    } rows[] = {
        {"POST /mqtt HTTP/1.1\r\n" HOST "\r\n", 400, "request line"},
        {"GET /mqtt HTTP/1.0\r\n" HOST "\r\n", 400, "request line"},
        {"GET mqtt HTTP/1.1\r\n" HOST "\r\n", 400, "request line"},
        {"GET /mqtt\r\n" HOST "\r\n", 400, "request line"},
        {"\r\n\r\n", 400, "request line"},
        {"GET /mqtt HTTP/1.1\n\n", 400, "no HTTP"},
        {"GET /mqtt HTTP/1.1\r\nHost: h\n\r\n", 400, "no HTTP"},
        {GET "Host h\r\n\r\n", 400, "no HTTP"},
        {GET HOST " folded: x\r\n\r\n", 400, "no HTTP"},
        {GET "Host : h\r\n\r\n", 400, "no HTTP"},
        {GET "X: \x01\r\n\r\n", 400, "no HTTP"},
        {"\x10\x0d", 400, "no HTTP"}, /* MQTT without WebSocket */
        {GET "\r\n", 400, "one Host"},
        {GET HOST HOST "\r\n", 400, "one Host"},
        {"GET / HTTP/1.1\r\n" HOST "\r\n", 404, "no MQTT at this path"},
        {"GET /mqtt2 HTTP/1.1\r\n" HOST "\r\n", 404, "no MQTT at this path"},
        {GET HOST "\r\n", 426, "connect by WebSocket"},
        {GET HOST "Upgrade: websocket\r\n\r\n", 426, "by WebSocket"},
        {GET HOST "Connection: Upgrade\r\n\r\n", 426, "by WebSocket"},
        {GET HOST UPGRADE KEYED MQTT "\r\n", 426, "must be 13"},
        {GET HOST UPGRADE KEYED MQTT "Sec-WebSocket-Version: 8\r\n\r\n", 426,
         "must be 13"},
        {GET HOST UPGRADE KEYED V13 V13 MQTT "\r\n", 426, "must be 13"},
        {GET HOST UPGRADE V13 MQTT "\r\n", 400, "16 bytes"},
        {GET HOST UPGRADE V13 KEYED KEYED MQTT "\r\n", 400, "16 bytes"},
        {GET HOST UPGRADE V13 MQTT "Sec-WebSocket-Key: AAAA\r\n\r\n", 400,
         "16 bytes"},
        {GET HOST UPGRADE KEYED V13 "\r\n", 400, "not offered"},
        {GET HOST UPGRADE KEYED V13 "Sec-WebSocket-Protocol: MQTT, chat\r\n"
         "\r\n", 400, "not offered"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf out = {0};
        struct ws_request r = read_request(rows[i].text, WS_UPGRADE_BAD);
        ck_assert_msg(r.refusal == rows[i].status, "%s", rows[i].text);
        ck_assert_msg(strstr(r.why, rows[i].why), "%s: %s", rows[i].text,
                      r.why);
        ws_upgrade_write_response(&out, &r);
        ck_assert_ptr_nonnull(strstr(buf_cstr(&out), r.why));
        buf_release(&out);
    }
}
END_TEST

START_TEST(a_refusal_is_an_http_response)
{
    struct buf out = {0};
    struct ws_request r = read_request(GET HOST "\r\n", WS_UPGRADE_BAD);
    ws_upgrade_write_response(&out, &r);
    ck_assert_str_eq(buf_cstr(&out),
                     "HTTP/1.1 426 Upgrade Required\r\n"
                     "Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
                     "Sec-WebSocket-Version: 13\r\n"
                     "Content-Type: text/plain\r\nContent-Length: 45\r\n\r\n"
                     "this is an MQTT broker: connect by WebSocket\n");
    buf_release(&out);
}
END_TEST

START_TEST(every_cut_needs_more)
{
    for (size_t n = 0; n < strlen(GOOD); n++) {
        struct ws_request r;
        ck_assert_int_eq(ws_upgrade_read_request(slice_of(GOOD, n),
                                                 slice_str("/mqtt"), &r),
                         WS_UPGRADE_NEED_MORE);
    }
}
END_TEST

START_TEST(a_head_has_at_most_8192_bytes)
{
    struct buf text = {0};
    struct slice path = slice_str("/mqtt");
    struct ws_request r;
    buf_add_str(&text, GET "X: ");
    buf_add_fill(&text, 'x', 8191 - text.len);
    ck_assert_int_eq(ws_upgrade_read_request(buf_slice(&text), path, &r),
                     WS_UPGRADE_NEED_MORE);
    buf_add_str(&text, "x");
    ck_assert_int_eq(ws_upgrade_read_request(buf_slice(&text), path, &r),
                     WS_UPGRADE_BAD);
    ck_assert_uint_eq(r.refusal, 431);
    buf_release(&text);

    buf_add_str(&text, GOOD);
    text.len -= 2;
    buf_add_str(&text, "X: ");
    buf_add_fill(&text, 'x', 8192 - 4 - text.len);
    buf_add_str(&text, "\r\n\r\n");
    ck_assert_int_eq(ws_upgrade_read_request(buf_slice(&text), path, &r),
                     WS_UPGRADE_DONE);
    buf_release(&text);
}
END_TEST

START_TEST(without_a_path_any_is_served)
{
    struct ws_request r;
    struct slice other = slice_str("GET /x?y HTTP/1.1\r\n" HOST UPGRADE KEYED
                                   V13 MQTT "\r\n");
    ck_assert_int_eq(ws_upgrade_read_request(other, slice_str(""), &r),
                     WS_UPGRADE_DONE);
    ck_assert(slice_is(r.path, "/x?y"));
}
END_TEST

START_TEST(the_client_asks)
{
    struct buf out = {0};
    char key[WS_UPGRADE_KEY_LEN + 1], other[WS_UPGRADE_KEY_LEN + 1];
    ws_upgrade_write_request(&out, "h:8080", slice_str("/mqtt"), "mqtt", KEY);
    ck_assert_str_eq(buf_cstr(&out), GET HOST UPGRADE KEYED V13 MQTT "\r\n");
    buf_clear(&out);
    ws_upgrade_write_request(&out, "h", slice_str("?a"), "mqtt", KEY);
    ck_assert(slice_starts(buf_slice(&out), "GET /?a HTTP/1.1\r\n"));
    buf_release(&out);
    ws_upgrade_make_key(key);
    ws_upgrade_make_key(other);
    ck_assert_uint_eq(strlen(key), WS_UPGRADE_KEY_LEN);
    ck_assert_str_ne(key, other);
}
END_TEST

#define SWITCH "HTTP/1.1 101 Switching Protocols\r\n"
#define ACCEPTED "Sec-WebSocket-Accept: " ACCEPT "\r\n"

START_TEST(what_the_client_takes_for_an_answer)
{
    static const struct row {
        const char *text, *says; /* NULL: it is right */
    } rows[] = {
        {SWITCH UPGRADE ACCEPTED MQTT "\r\n", NULL},
        {"HTTP/1.1 101 Fine\r\nServer: x\r\nupgrade: WebSocket\r\n"
         "connection: upgrade\r\n" ACCEPTED MQTT "\r\n\x82\x00", NULL},
        {SWITCH UPGRADE ACCEPTED "Sec-WebSocket-Protocol: mqttv3.1\r\n\r\n",
         NULL},
        {"HTTP/1.1 404 Not Found\r\n\r\n", "404 Not Found\"; is the path"},
        {"HTTP/1.0 400 Bad Request\r\n\r\n", "400 Bad Request\""},
        {"SSH-2.0-x\r\n\r\n", "not answer in HTTP"},
        {"\x20\x02\x01\x01", "not answer in HTTP"},
        {SWITCH "\r\n", "something else"},
        {SWITCH UPGRADE MQTT "\r\n", "another request"},
        {SWITCH UPGRADE ACCEPTED ACCEPTED MQTT "\r\n", "another request"},
        {SWITCH UPGRADE "Sec-WebSocket-Accept: AAAA\r\n" MQTT "\r\n",
         "another request"},
        {SWITCH UPGRADE ACCEPTED MQTT "Sec-WebSocket-Extensions: x\r\n\r\n",
         "an extension"},
        {SWITCH UPGRADE ACCEPTED "\r\n", "no subprotocol"},
        {SWITCH UPGRADE ACCEPTED "Sec-WebSocket-Protocol: chat\r\n\r\n",
         "no subprotocol"},
        {SWITCH UPGRADE ACCEPTED MQTT MQTT "\r\n", "no subprotocol"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error err = {""};
        size_t len = 0;
        enum ws_upgrade_status status = ws_upgrade_read_response(
            slice_str(rows[i].text), "mqtt, mqttv3.1", KEY, &len, &err);
        ck_assert_int_eq(status,
                         !rows[i].says ? WS_UPGRADE_DONE
                         : strstr(rows[i].says, "subprotocol")
                             ? WS_UPGRADE_UNSELECTED
                             : WS_UPGRADE_BAD);
        if (rows[i].says)
            ck_assert_msg(strstr(err.text, rows[i].says), "%s", err.text);
        else
            ck_assert_ptr_nonnull(strstr(rows[i].text, "\r\n\r\n"));
    }
}
END_TEST

/* mqttv3.1 was not offered. */
START_TEST(only_what_was_offered_may_be_selected)
{
    struct error err;
    size_t len;
    struct slice answer = slice_str(
        SWITCH UPGRADE ACCEPTED "Sec-WebSocket-Protocol: mqttv3.1\r\n\r\n");
    ck_assert_int_eq(ws_upgrade_read_response(answer, "mqtt", KEY, &len, &err),
                     WS_UPGRADE_UNSELECTED);
    ck_assert_int_eq(ws_upgrade_read_response(answer, "mqttv3.1", KEY, &len,
                                              &err), WS_UPGRADE_DONE);
    ck_assert_uint_eq(len, answer.len);
}
END_TEST

/* Total: whatever the bytes, an answer; the sanitizers watch. */
START_TEST(no_bytes_break_the_parser)
{
    struct random r;
    int done = 0;
    random_seed(&r, 3);
    for (int i = 0; i < 30000; i++) {
        char text[] = GOOD;
        struct ws_request request;
        for (uint64_t n = random_below(&r, 3); n > 0; n--)
            text[random_below(&r, sizeof text - 1)] = (char)random_u64(&r);
        size_t len = sizeof text - 1;
        uint8_t *exact = malloc(len);
        memcpy(exact, text, len);
        done += ws_upgrade_read_request(slice_of(exact, len),
                                        slice_str("/mqtt"),
                                        &request) == WS_UPGRADE_DONE;
        free(exact);
    }
    ck_assert_int_gt(done, 10000);
    ck_assert_int_lt(done, 30000);
}
END_TEST

TEST_MAIN(the_example_of_the_rfc, requests_as_browsers_and_libraries_send_them,
          refusals, a_refusal_is_an_http_response, every_cut_needs_more,
          a_head_has_at_most_8192_bytes, without_a_path_any_is_served,
          the_client_asks, what_the_client_takes_for_an_answer,
          only_what_was_offered_may_be_selected, no_bytes_break_the_parser)
