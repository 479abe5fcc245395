/* ws_test.c - WebSocket as a transport, over a pipe in memory.
 * SPDX-License-Identifier: MIT
 *
 * Most tests run twice: in large pieces, and byte by byte with room for three
 * bytes on the way, so that every write stops in the middle.                 */
#include "net/ws.h"

#include "base/hex.h"
#include "base/test.h"
#include "net/pipe_testkit.h"
#include "net/ws_frame.h"
#include "net/ws_upgrade.h"

static struct pipe_pair wires;
static struct transport *client, *server;
static struct error err;

static void
begin(size_t step, size_t room)
{
    pipe_open(&wires, step, room);
    client = ws_client(wires.end[0], "h", slice_str("/mqtt"), "mqtt");
    server = ws_server(wires.end[1], slice_str("/mqtt"));
}

static void
end(void)
{
    transport_close(client, TRANSPORT_CLOSE);
    transport_close(server, TRANSPORT_CLOSE);
    pipe_release(&wires);
}

/* Sends all of `bytes` from one to the other, who must get them. */
static void
carry(struct transport *from, struct transport *to, struct slice bytes)
{
    struct buf got = {0};
    struct slice rest = bytes;
    for (int i = 0; got.len < bytes.len; i++) {
        ck_assert_int_lt(i, 10000000);
        ptrdiff_t n = transport_write(from, rest, &err);
        ck_assert_msg(n != TRANSPORT_ERROR, "%s", err.text);
        if (n > 0)
            rest = slice_from(rest, (size_t)n);
        ck_assert_int_eq(pipe_drain(to, &got, &err), TRANSPORT_AGAIN);
    }
    /* the last frame is gone, and then its writer hears of it */
    if (rest.len > 0)
        ck_assert_int_eq(transport_write(from, rest, &err),
                         (ptrdiff_t)rest.len);
    ck_assert(slice_equal(buf_slice(&got), bytes));
    buf_release(&got);
}

START_TEST(bytes_go_both_ways)
{
    static const size_t steps[] = {1 << 20, 1, 7}, rooms[] = {1 << 20, 3, 50};
    for (size_t i = 0; i < TEST_COUNT(steps); i++) {
        begin(steps[i], rooms[i]);
        carry(client, server, slice_str("\x10\x0dhello"));
        carry(server, client, slice_str("\x20\x02 and back"));
        carry(client, server, slice_str("x"));
        end();
    }
}
END_TEST

START_TEST(long_streams_are_cut_into_frames)
{
    struct buf large = {0};
    for (size_t i = 0; i < 200000; i++)
        buf_add_byte(&large, (uint8_t)(i * 7 + i / 256));
    for (size_t room = 1 << 20; room > 100; room /= 64) {
        begin(1 << 20, room);
        carry(client, server, buf_slice(&large));
        carry(server, client, buf_slice(&large));
        end();
    }
    buf_release(&large);
}
END_TEST

/* What a loop needs to know to wait for the right thing. */
START_TEST(what_it_wants)
{
    uint8_t byte;
    struct slice none = {0};
    begin(1 << 20, 1 << 20);
    ck_assert_uint_eq(transport_want(client, 0), LOOP_READ | LOOP_WRITE);
    ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_READ);
    ck_assert_int_eq(transport_write(client, none, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(client, LOOP_WRITE), LOOP_READ);
    ck_assert_int_eq(transport_write(server, none, &err), 0);
    ck_assert_uint_eq(transport_want(server, 0), 0);
    ck_assert_int_eq(transport_write(client, none, &err), 0);
    ck_assert_uint_eq(transport_want(client, LOOP_READ), LOOP_READ);
    /* a frame that does not fit: still to be written, though not wished */
    wires.room = 4;
    ck_assert_int_eq(transport_write(server, slice_str("hello"), &err),
                     TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(server, 0), LOOP_WRITE);
    ck_assert_int_eq(transport_read(client, &byte, 1, &err), 1);
    ck_assert_uint_eq(byte, 'h');
    wires.room = 1 << 20;
    ck_assert_int_eq(transport_write(server, slice_str("hello, more"), &err),
                     5);
    ck_assert_uint_eq(transport_want(server, 0), 0);
    end();
}
END_TEST

/* A reader that takes one byte at a time gets each once. */
START_TEST(read_byte_by_byte)
{
    uint8_t byte;
    struct buf got = {0};
    begin(1 << 20, 1 << 20);
    transport_write(client, slice_of(NULL, 0), &err);
    transport_write(server, slice_of(NULL, 0), &err);
    ck_assert_int_eq(transport_write(client, slice_str("one "), &err), 4);
    ck_assert_int_eq(transport_write(client, slice_str("two"), &err), 3);
    for (int i = 0; i < 100 && got.len < 7; i++)
        if (transport_read(server, &byte, 1, &err) == 1)
            buf_add_byte(&got, byte);
    ck_assert_str_eq(buf_cstr(&got), "one two");
    buf_release(&got);
    end();
}
END_TEST

/* ---- against a peer that is written by hand ----------------------------- */

/* The bytes that a client sends to ask for /mqtt, and all that follows. */
static struct transport *
server_with(const char *hex_behind_head)
{
    struct error ignored;
    struct buf out = {0};
    pipe_open(&wires, 1 << 20, 1 << 20);
    ws_upgrade_write_request(&out, "h", slice_str("/mqtt"), "mqtt",
                             "dGhlIHNhbXBsZSBub25jZQ==");
    ck_assert(hex_parse(&out, slice_str(hex_behind_head)));
    ck_assert_int_eq(transport_write(wires.end[0], buf_slice(&out), &ignored),
                     (ptrdiff_t)out.len);
    buf_release(&out);
    server = ws_server(wires.end[1], slice_str("/mqtt"));
    return server;
}

/* What the server sent, behind its head, as hexadecimal. */
static void
check_sent(const char *hex)
{
    struct buf sent = {0}, text = {0};
    pipe_drain(wires.end[0], &sent, &err);
    const char *behind = strstr(buf_cstr(&sent), "\r\n\r\n");
    ck_assert_ptr_nonnull(behind);
    size_t at = (size_t)(behind - (const char *)sent.data) + 4;
    hex_print(&text, slice_from(buf_slice(&sent), at), ' ');
    ck_assert_str_eq(buf_cstr(&text), hex);
    buf_release(&sent);
    buf_release(&text);
}

static void
end_by_hand(void)
{
    transport_close(server, TRANSPORT_CLOSE);
    transport_close(wires.end[0], TRANSPORT_CLOSE);
    pipe_release(&wires);
}

static const struct by_hand {
    const char *hex;    /* frames behind the client's head */
    const char *says;   /* the payload read, "..." the end, "!" an error */
    const char *answer; /* frames of the server */
} by_hand[] = {
    /* frames that came with the head */
    {"82 81 00 00 00 00 41 82 81 00 00 00 00 42", "AB", ""},
    /* one packet in three frames of one message, and a ping in between */
    {"02 81 00 00 00 00 c0 00 80 00 00 00 00 89 81 00 00 00 00 70 "
     "80 81 00 00 00 00 c1", "\xc0\xc1", "8a 01 70"},
    {"89 80 00 00 00 00", "", "8a 00"},
    {"8a 81 00 00 00 00 41", "", ""}, /* a pong nobody asked for */
    {"82 81 00 00 00 00 41 88 82 00 00 00 00 03 e9", "A...", "88 02 03 e9"},
    {"88 80 00 00 00 00", "...", "88 02 03 e8"},
    {"82 81 00 00 00 00 41 81 81 00 00 00 00 42", "A!a text frame",
     "88 02 03 eb"},
    {"82 01 41", "!not masked", "88 02 03 ea"},
    {"82", "", ""},
    {"ff ff", "!WebSocket: a length", "88 02 03 ea"},
};

START_TEST(frames_by_hand)
{
    for (size_t i = 0; i < TEST_COUNT(by_hand); i++) {
        struct buf got = {0};
        err.text[0] = '\0';
        server_with(by_hand[i].hex);
        ptrdiff_t n = pipe_drain(server, &got, &err);
        if (n == 0)
            buf_add_str(&got, "...");
        const char *says = by_hand[i].says, *fault = strchr(says, '!');
        size_t len = fault ? (size_t)(fault - says) : strlen(says);
        ck_assert(slice_equal(buf_slice(&got), slice_of(says, len)));
        ck_assert_int_eq(n == TRANSPORT_ERROR, fault != NULL);
        if (fault) { /* and so it stays */
            ck_assert_msg(strstr(err.text, fault + 1), "%s", err.text);
            ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_ERROR);
        }
        ck_assert_int_eq(ws_got_text(server),
                         fault && strstr(fault, "text frame"));
        check_sent(by_hand[i].answer);
        buf_release(&got);
        end_by_hand();
    }
}
END_TEST

/* What a client asks for frame by frame is what arrives; nothing follows a close
 * frame. (Frames of a client are masked: those of a server can be compared.) */
START_TEST(single_frames_go_out_as_asked)
{
    server_with("");
    ck_assert_int_eq(transport_write(server, slice_str("a"), &err), 1);
    ws_send_frame(server, WS_BINARY, false, slice_str("b"));
    ws_send_frame(server, WS_PING, true, slice_str(""));
    ws_send_frame(server, WS_CONTINUATION, true, slice_str("cd"));
    ws_send_frame(server, WS_TEXT, true, slice_str("e"));
    ws_send_frame(server, WS_CLOSE, true, slice_str(""));
    ws_send_frame(server, WS_BINARY, true, slice_str("f"));
    check_sent("82 01 61 02 01 62 89 00 80 02 63 64 81 01 65 88 00");
    end_by_hand();
}
END_TEST

/* The first byte of a unit is its length. */
static size_t
unit_len(struct slice bytes)
{
    return bytes.ptr[0];
}

static const struct {
    const char *writes[2]; /* hexadecimal; NULL: no second */
    const char *frames;    /* what is sent */
} cuts[] = {
    {{"02aa 03bbcc"}, "82 02 02 aa 82 03 03 bb cc"},
    /* the rest of a unit is a frame of its own */
    {{"02aa 04bb", "ccdd 01"}, "82 02 02 aa 82 02 04 bb 82 02 cc dd 82 01 01"},
    /* it cannot tell: from then on as the bytes come */
    {{"02aa 00bb", "02aa 03bbcc"},
     "82 02 02 aa 82 02 00 bb 82 05 02 aa 03 bb cc"},
};

START_TEST(a_frame_ends_where_its_unit_does)
{
    struct buf bytes = {0};
    for (size_t i = 0; i < TEST_COUNT(cuts); i++) {
        server_with("");
        ws_set_unit(server, unit_len);
        for (int w = 0; w < 2 && cuts[i].writes[w]; w++) {
            buf_clear(&bytes);
            ck_assert(hex_parse(&bytes, slice_str(cuts[i].writes[w])));
            while (transport_write(server, buf_slice(&bytes), &err) ==
                   TRANSPORT_AGAIN)
                ;
        }
        check_sent(cuts[i].frames);
        transport_close(server, TRANSPORT_CLOSE);
        transport_close(wires.end[0], TRANSPORT_CLOSE);
        pipe_release(&wires);
    }
    buf_release(&bytes);
}
END_TEST

/* All of several frames is accepted, or none, however little fits below. */
START_TEST(units_survive_short_writes)
{
    for (size_t room = 1; room < 20; room++) {
        begin(1 << 20, 1 << 20);
        carry(server, client, slice_str("\1"));
        ws_set_unit(server, unit_len);
        wires.room = room;
        carry(server, client, slice_str("\2x\3yz\5abcd\1\4efg"));
        end();
    }
}
END_TEST

START_TEST(a_close_frame_is_the_end_for_writing_too)
{
    struct buf got = {0};
    server_with("88 80 00 00 00 00");
    ck_assert_int_eq(pipe_drain(server, &got, &err), 0);
    ck_assert_int_eq(transport_write(server, slice_str("x"), &err),
                     TRANSPORT_ERROR);
    ck_assert_str_eq(err.text, "the peer has closed the WebSocket");
    check_sent("88 02 03 e8");
    end_by_hand();
}
END_TEST

START_TEST(an_orderly_close_says_so)
{
    uint8_t byte;
    begin(1 << 20, 1 << 20);
    transport_write(client, slice_of(NULL, 0), &err);
    transport_write(server, slice_of(NULL, 0), &err);
    ck_assert_int_eq(transport_write(client, slice_str("x"), &err), 1);
    transport_close(client, TRANSPORT_CLOSE);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), 1);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), 0);
    transport_close(server, TRANSPORT_CLOSE);
    /* the server's close frame answers, with the same code */
    ck_assert_uint_eq(wires.ways[1].bytes.data[wires.ways[1].bytes.len - 4],
                      0x88);
    pipe_release(&wires);
}
END_TEST

START_TEST(an_end_without_a_close_frame)
{
    struct buf got = {0};
    /* between messages nothing is lost */
    server_with("82 81 00 00 00 00 41");
    transport_close(wires.end[0], TRANSPORT_CLOSE);
    ck_assert_int_eq(pipe_drain(server, &got, &err), 0);
    ck_assert_uint_eq(got.len, 1);
    transport_close(server, TRANSPORT_CLOSE);
    pipe_release(&wires);
    /* within one, something is */
    server_with("82 82 00 00 00 00 41");
    transport_close(wires.end[0], TRANSPORT_CLOSE);
    ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_ERROR);
    ck_assert_uint_eq(got.len, 2);
    ck_assert_ptr_nonnull(strstr(err.text, "within a WebSocket message"));
    transport_close(server, TRANSPORT_CLOSE);
    pipe_release(&wires);
    buf_release(&got);
}
END_TEST

START_TEST(who_pings_and_does_not_read_gets_no_pongs)
{
    struct buf pings = {0}, got = {0};
    server_with("");
    transport_write(server, slice_of(NULL, 0), &err);
    wires.room = 0;
    for (int i = 0; i < 100000; i++)
        buf_add(&pings, slice_of("\x89\x81\0\0\0\0p", 7));
    buf_add(&wires.ways[0].bytes, buf_slice(&pings));
    ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_AGAIN);
    while (wires.ways[0].bytes.len > 0)
        ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_AGAIN);
    buf_clear(&wires.ways[1].bytes);
    wires.room = 1 << 20;
    ck_assert_int_eq(transport_write(server, slice_of(NULL, 0), &err), 0);
    ck_assert_uint_gt(wires.ways[1].bytes.len, 100000);
    ck_assert_uint_lt(wires.ways[1].bytes.len, 140000);
    buf_release(&pings);
    end_by_hand();
}
END_TEST

START_TEST(a_wrong_path_is_refused_in_http)
{
    struct slice none = {0};
    pipe_open(&wires, 5, 1 << 20);
    client = ws_client(wires.end[0], "h", slice_str("/other"), "mqtt");
    server = ws_server(wires.end[1], slice_str("/mqtt"));
    ptrdiff_t n = TRANSPORT_AGAIN;
    for (int i = 0; i < 1000 && n == TRANSPORT_AGAIN; i++) {
        ck_assert_int_eq(transport_write(client, none, &err), TRANSPORT_AGAIN);
        n = transport_write(server, none, &err);
    }
    ck_assert_int_eq(n, TRANSPORT_ERROR);
    ck_assert_str_eq(err.text,
                     "no WebSocket: no MQTT at this path (HTTP status 404)");
    transport_close(server, TRANSPORT_CLOSE);
    uint8_t byte;
    ck_assert_int_eq(transport_read(client, &byte, 1, &err), TRANSPORT_ERROR);
    ck_assert_str_eq(err.text, "no WebSocket: the server answers \"404 Not "
                               "Found\"; is the path of the URL right?");
    ck_assert_int_eq(transport_write(client, none, &err), TRANSPORT_ERROR);
    transport_close(client, TRANSPORT_CLOSE);
    pipe_release(&wires);
}
END_TEST

START_TEST(the_end_during_the_upgrade)
{
    uint8_t byte;
    pipe_open(&wires, 1 << 20, 1 << 20);
    server = ws_server(wires.end[1], slice_str(""));
    ck_assert_int_eq(transport_write(wires.end[0], slice_str("GET /"), &err),
                     5);
    transport_close(wires.end[0], TRANSPORT_CLOSE);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), TRANSPORT_ERROR);
    ck_assert_ptr_nonnull(strstr(err.text, "during the upgrade"));
    transport_close(server, TRANSPORT_CLOSE);
    pipe_release(&wires);
}
END_TEST

START_TEST(a_reset_below_is_told)
{
    struct buf got = {0};
    server_with("");
    transport_write(server, slice_of(NULL, 0), &err);
    transport_close(wires.end[0], TRANSPORT_RESET);
    ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_ERROR);
    ck_assert_str_eq(err.text, "connection lost");
    ck_assert_int_eq(transport_write(server, slice_str("x"), &err),
                     TRANSPORT_ERROR);
    transport_close(server, TRANSPORT_RESET);
    pipe_release(&wires);
}
END_TEST

TEST_MAIN(a_frame_ends_where_its_unit_does, units_survive_short_writes,
          bytes_go_both_ways, long_streams_are_cut_into_frames, what_it_wants,
          read_byte_by_byte, frames_by_hand, single_frames_go_out_as_asked,
          a_close_frame_is_the_end_for_writing_too,
          an_orderly_close_says_so, an_end_without_a_close_frame,
          who_pings_and_does_not_read_gets_no_pongs,
          a_wrong_path_is_refused_in_http, the_end_during_the_upgrade,
          a_reset_below_is_told)
