/* ws_test.c - MQTT in WebSocket, as an observer sees it.
 * SPDX-License-Identifier: MIT */
#include <zlib.h>

#include "base/test.h"
#include "trace/unwrap/unwrap_testkit.h"
#include "trace/unwrap/ws_inflate.h"

/* --- speaking WebSocket --------------------------------------------------- */

static void
ask(struct wire *w, const char *target, const char *more)
{
    struct buf head = {0};
    buf_printf(&head, "GET %s HTTP/1.1\r\nHost: x\r\nupgrade: WebSocket\r\n"
                      "Connection: Upgrade\r\n%s\r\n", target, more);
    wire_say(w, 0, buf_slice(&head));
    buf_release(&head);
}

static void
grant(struct wire *w, const char *more)
{
    struct buf head = {0};
    buf_printf(&head, "HTTP/1.1 101 Switching Protocols\r\n"
                      "Upgrade: websocket\r\n%s\r\n", more);
    wire_say(w, 1, buf_slice(&head));
    buf_release(&head);
}

/* A frame; `first` is its first byte, `form` 0: shortest length, 2: 16 bits,
 * 8: 64 bits. Client frames are masked. */
static void
frame(struct wire *w, int side, uint8_t first, struct slice payload, int form)
{
    static const uint8_t mask[4] = {0x11, 0x22, 0x33, 0x44};
    struct buf f = {0};
    uint8_t bit = side ? 0 : 0x80;
    if (!form && payload.len > 125)
        form = 2;
    buf_add_byte(&f, first);
    buf_add_byte(&f, bit | (uint8_t)(form == 0   ? payload.len
                                     : form == 2 ? 126
                                                 : 127));
    for (int i = form; i-- > 0;)
        buf_add_byte(&f, (uint8_t)((uint64_t)payload.len >> 8 * i));
    if (bit)
        buf_add(&f, slice_of(mask, 4));
    for (size_t i = 0; i < payload.len; i++)
        buf_add_byte(&f, payload.ptr[i] ^ (bit ? mask[i & 3] : 0));
    wire_say(w, side, buf_slice(&f));
    buf_release(&f);
}

static void
frame_hex(struct wire *w, int side, uint8_t first, const char *hex, int form)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    frame(w, side, first, buf_slice(&bytes), form);
    buf_release(&bytes);
}

static void
open_ws(struct wire *w, size_t chunk, const char *more)
{
    wire_begin(w, NULL);
    w->chunk = chunk;
    ask(w, "/mqtt?token=1", more);
    grant(w, more);
}

#define MQTT_PROTOCOL "Sec-WebSocket-Protocol: mqtt\r\n"
#define DEFLATE "Sec-WebSocket-Extensions: permessage-deflate"

/* --- tests ---------------------------------------------------------------- */

START_TEST(any_cut_into_frames_gives_the_same_stream)
{
    for (size_t chunk = 0; chunk < 8; chunk++) {
        struct wire w;
        open_ws(&w, chunk, MQTT_PROTOCOL);
        frame_hex(&w, 0, 0x82, TEST_CONNECT TEST_PUBLISH, 2);
        frame_hex(&w, 1, 0x82, TEST_CONNACK, 8);
        frame_hex(&w, 0, 0x02, "30", 0); /* a message in three frames, */
        frame_hex(&w, 0, 0x89, "aa bb", 0); /* a ping between them */
        frame_hex(&w, 0, 0x00, "06 0003 612f", 0);
        frame_hex(&w, 0, 0x80, "62 78", 0);
        frame_hex(&w, 0, 0x82, "", 0);
        frame_hex(&w, 1, 0x82, "d0", 0); /* a packet over two messages */
        frame_hex(&w, 1, 0x82, "00", 0);
        frame_hex(&w, 1, 0x88, "03e9", 0);
        wire_end(&w);
        ck_assert(wire_came(&w, 0, TEST_CONNECT TEST_PUBLISH TEST_PUBLISH));
        ck_assert(wire_came(&w, 1, TEST_CONNACK TEST_PINGRESP));
        ck_assert_int_eq(w.app, UNWRAP_MQTT);
        ck_assert_str_eq(buf_cstr(&w.description),
                         "WebSocket /mqtt?token=1, subprotocol mqtt, server "
                         "closed with 1001");
        wire_release(&w);
    }
}
END_TEST

START_TEST(a_text_message_is_told_and_is_no_part_of_the_stream)
{
    struct wire w;
    open_ws(&w, 0, "");
    frame_hex(&w, 0, 0x82, TEST_CONNECT, 0);
    frame_hex(&w, 0, 0x81, "68656c6c6f", 0); /* [MQTT-6.0.0-1] */
    frame_hex(&w, 0, 0x82, TEST_PUBLISH, 0);
    wire_end(&w);
    ck_assert(wire_came(&w, 0, TEST_CONNECT TEST_PUBLISH));
    ck_assert_str_eq(buf_cstr(&w.description),
                     "WebSocket /mqtt?token=1, no subprotocol, 1 text message "
                     "from the client (MQTT-6.0.0-1)");
    wire_release(&w);
}
END_TEST

/* One message, deflated; the four bytes of RFC 7692, 7.2.1 are taken off. */
static void
deflate_message(struct wire *w, int side, z_stream *z, const char *hex)
{
    struct buf in = {0};
    uint8_t out[512];
    ck_assert(hex_parse(&in, slice_str(hex)));
    z->next_in = in.data;
    z->avail_in = (uInt)in.len;
    z->next_out = out;
    z->avail_out = sizeof out;
    ck_assert_int_eq(deflate(z, Z_SYNC_FLUSH), Z_OK);
    frame(w, side, 0xc2, slice_of(out, sizeof out - z->avail_out - 4), 0);
    buf_release(&in);
}

START_TEST(deflated_messages_are_inflated_with_and_without_takeover)
{
    for (int forgets = 0; forgets < 2; forgets++)
        for (size_t chunk = 0; chunk < 3; chunk++) {
            struct wire w;
            z_stream z = {0};
            deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
            open_ws(&w, chunk,
                    forgets ? MQTT_PROTOCOL DEFLATE
                              "; client_no_context_takeover\r\n"
                            : MQTT_PROTOCOL DEFLATE "\r\n");
            deflate_message(&w, 0, &z, TEST_CONNECT);
            for (int i = 0; i < 3; i++) {
                if (forgets)
                    deflateReset(&z);
                deflate_message(&w, 0, &z, TEST_PUBLISH TEST_PUBLISH);
                frame_hex(&w, 0, 0x82, TEST_PUBLISH, 0); /* not deflated */
            }
            wire_end(&w);
            deflateEnd(&z);
            ck_assert(wire_came(&w, 0, TEST_CONNECT
                      TEST_PUBLISH TEST_PUBLISH TEST_PUBLISH
                      TEST_PUBLISH TEST_PUBLISH TEST_PUBLISH
                      TEST_PUBLISH TEST_PUBLISH TEST_PUBLISH));
            wire_release(&w);
        }
}
END_TEST

START_TEST(what_is_no_deflate_is_said)
{
    struct wire w;
    open_ws(&w, 0, MQTT_PROTOCOL DEFLATE "\r\n");
    frame_hex(&w, 0, 0x82, TEST_CONNECT, 0);
    frame_hex(&w, 0, 0xc2, "ffffffff", 0);
    wire_end(&w);
    ck_assert(wire_came(&w, 0, TEST_CONNECT));
    ck_assert_uint_gt(w.gaps[0], 0);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&w.description),
                                 "frames of the client not inflated"));
    wire_release(&w);
}
END_TEST

START_TEST(a_refusal_may_be_followed_by_another_try)
{
    struct wire w;
    wire_begin(&w, NULL);
    ask(&w, "/wrong", MQTT_PROTOCOL);
    wire_say(&w, 1, slice_str("HTTP/1.1 404 Not Found\r\n"
                              "Content-Length: 4\r\n\r\nno\r\n"));
    ask(&w, "/mqtt", MQTT_PROTOCOL);
    grant(&w, MQTT_PROTOCOL);
    frame_hex(&w, 0, 0x82, TEST_CONNECT, 0);
    wire_end(&w);
    ck_assert(wire_came(&w, 0, TEST_CONNECT));
    wire_release(&w);
}
END_TEST

START_TEST(plain_http_stays_http)
{
    struct wire w;
    wire_begin(&w, NULL);
    wire_say(&w, 0, slice_str("GET /x HTTP/1.1\r\nHost: y\r\n\r\n"));
    wire_say(&w, 1, slice_str("HTTP/1.1 403 No\r\n\r\n"));
    wire_end(&w);
    ck_assert_int_eq(w.app, UNWRAP_HTTP);
    ck_assert_str_eq(buf_cstr(&w.description), "HTTP /x, answered with 403");
    wire_release(&w);
}
END_TEST

START_TEST(a_gap_in_a_payload_costs_only_its_bytes)
{
    struct wire w;
    open_ws(&w, 0, MQTT_PROTOCOL);
    frame_hex(&w, 1, 0x82, TEST_CONNACK, 0);
    wire_say_hex(&w, 1, "82 06 d000");
    wire_lose(&w, 1, 2);
    wire_say_hex(&w, 1, "d000");
    frame_hex(&w, 1, 0x82, TEST_PINGRESP, 0);
    wire_lose(&w, 1, 30); /* whole frames: the next one is found */
    frame_hex(&w, 1, 0x82, TEST_PINGRESP, 0);
    wire_end(&w);
    ck_assert(wire_came(&w, 1, TEST_CONNACK TEST_PINGRESP TEST_PINGRESP
                            TEST_PINGRESP TEST_PINGRESP));
    ck_assert_uint_eq(w.gaps[1], 32);
    wire_release(&w);
}
END_TEST

/* What is compressed may refer to what is missing, unless each message begins
 * anew; what is not compressed is read all the same. */
START_TEST(a_gap_ends_inflating_unless_nothing_is_taken_over)
{
    for (int forgets = 0; forgets < 2; forgets++) {
        struct wire w;
        z_stream z = {0};
        deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        open_ws(&w, 0, forgets ? MQTT_PROTOCOL DEFLATE
                                 "; client_no_context_takeover\r\n"
                               : MQTT_PROTOCOL DEFLATE "\r\n");
        deflate_message(&w, 0, &z, TEST_CONNECT);
        deflateReset(&z);
        deflate_message(&w, 0, &z, TEST_PUBLISH);
        wire_lose(&w, 0, 30);
        deflateReset(&z);
        deflate_message(&w, 0, &z, TEST_PUBLISH TEST_PUBLISH);
        frame_hex(&w, 0, 0x82, TEST_PUBLISH, 0);
        wire_end(&w);
        deflateEnd(&z);
        ck_assert(wire_came(&w, 0, forgets ? TEST_CONNECT TEST_PUBLISH
                                             TEST_PUBLISH TEST_PUBLISH
                                             TEST_PUBLISH
                                           : TEST_CONNECT TEST_PUBLISH
                                             TEST_PUBLISH));
        ck_assert_uint_ge(w.gaps[0], 30);
        wire_release(&w);
    }
}
END_TEST

START_TEST(frames_without_their_http_head_are_recognised)
{
    for (size_t chunk = 0; chunk < 4; chunk++)
        for (int first = 0; first < 2; first++) {
            struct wire w;
            wire_begin(&w, NULL);
            w.chunk = chunk;
            w.conn.is_client_known = false;
            w.conn.side[0].is_start_seen = w.conn.side[1].is_start_seen = false;
            if (first)
                frame_hex(&w, 1, 0x82, TEST_PINGRESP, 0);
            frame_hex(&w, 0, 0x82, TEST_PUBLISH, 0);
            frame_hex(&w, 0, 0x02, "30", 0);
            frame_hex(&w, 0, 0x80, "06 0003 612f62 78", 0);
            frame_hex(&w, 0, 0x82, TEST_PUBLISH TEST_PUBLISH, 0);
            frame_hex(&w, 1, 0x82, TEST_PINGRESP, 0);
            wire_end(&w);
            ck_assert_int_eq(w.app, UNWRAP_MQTT);
            ck_assert(wire_came(&w, 0, TEST_PUBLISH TEST_PUBLISH TEST_PUBLISH
                                    TEST_PUBLISH));
            ck_assert_msg(strstr(buf_cstr(&w.description),
                                 "WebSocket (inferred from its frames"), "%s",
                          buf_cstr(&w.description));
            wire_release(&w);
        }
}
END_TEST

START_TEST(bytes_that_only_look_like_frames_stay_what_they_are)
{
    struct wire w;
    wire_begin(&w, NULL);
    w.conn.side[0].is_start_seen = w.conn.side[1].is_start_seen = false;
    frame_hex(&w, 0, 0x82, "0102030405060708", 0); /* frames, not of MQTT */
    frame_hex(&w, 0, 0x82, "1112131415161718", 0);
    wire_end(&w);
    ck_assert_int_eq(w.app, UNWRAP_OTHER);
    wire_release(&w);
}
END_TEST

static void
drop_bytes(void *user, struct slice out)
{
    *(size_t *)user += out.len;
}

/* A thousand directions with full windows: what is granted is not exceeded,
 * those that got nothing say why, and all of it comes back. */
START_TEST(a_thousand_inflaters_keep_to_their_budget)
{
    enum { COUNT = 1000, TEXT = 40000 };
    static struct ws_inflate *all[COUNT];
    static uint8_t text[TEXT], packed[TEXT + 1000];
    size_t budget = 4 << 20, inflated = 0;
    unsigned starved = 0;
    z_stream z = {0};
    for (unsigned i = 0, r = 1; i < TEXT; i++) {
        r = r * 1664525 + 1013904223;
        text[i] = (uint8_t)(r >> 24);
    }
    deflateInit2(&z, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    z.next_in = text;
    z.avail_in = TEXT;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    ck_assert_int_eq(deflate(&z, Z_SYNC_FLUSH), Z_OK);
    struct slice message = slice_of(packed, sizeof packed - z.avail_out - 4);
    deflateEnd(&z);
    for (int i = 0; i < COUNT; i++) {
        all[i] = ws_inflate_new(&budget);
        if (ws_inflate_data(all[i], message, drop_bytes, &inflated))
            ws_inflate_end(all[i], false, drop_bytes, &inflated);
        starved += ws_inflate_is_starved(all[i]);
        ck_assert_uint_le(budget, 4 << 20);
    }
    ck_assert_uint_ge(inflated, (size_t)100 * TEXT);
    ck_assert_uint_gt(starved, 800);
    for (int i = 0; i < COUNT; i++)
        ws_inflate_free(all[i]);
    ck_assert_uint_eq(budget, 4 << 20);
}
END_TEST

TEST_MAIN(any_cut_into_frames_gives_the_same_stream,
          a_text_message_is_told_and_is_no_part_of_the_stream,
          deflated_messages_are_inflated_with_and_without_takeover,
          what_is_no_deflate_is_said, a_refusal_may_be_followed_by_another_try,
          plain_http_stays_http, a_gap_in_a_payload_costs_only_its_bytes,
          a_gap_ends_inflating_unless_nothing_is_taken_over,
          frames_without_their_http_head_are_recognised,
          bytes_that_only_look_like_frames_stay_what_they_are,
          a_thousand_inflaters_keep_to_their_budget)
