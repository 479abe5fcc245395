/* ws_frame_test.c - WebSocket frames, right ones and wrong ones.
 * SPDX-License-Identifier: MIT
 *
 * Frames are written by hand, in hexadecimal, from the figure in RFC 6455, 5.2
 * and its examples in 5.7.                                                   */
#include "net/ws_frame.h"

#include "base/hex.h"
#include "base/random.h"
#include "base/test.h"

/* Reads all of `in` and puts down what comes: "Hello" as it is, control frames
 * as [ping x], the end as [bad 1002]. */
static void
read_all(struct ws_frames *f, struct slice in, struct buf *told)
{
    static const char *const names[] = {
        [WS_CLOSE] = "close", [WS_PING] = "ping", [WS_PONG] = "pong"};
    struct ws_piece p;
    enum ws_frame_status status;
    while ((status = ws_frame_next(f, &in, &p)) == WS_FRAME_PIECE) {
        if (p.opcode == WS_BINARY) {
            buf_add(told, p.bytes);
            continue;
        }
        buf_printf(told, "[%s", names[p.opcode]);
        if (p.opcode == WS_CLOSE)
            buf_printf(told, " %u", p.code);
        if (p.bytes.len)
            buf_printf(told, " %.*s", SLICE_ARG(p.bytes));
        buf_add_str(told, "]");
    }
    if (status == WS_FRAME_BAD) {
        ck_assert_ptr_nonnull(p.why);
        buf_printf(told, "[bad %u]", p.code);
    } else {
        ck_assert_uint_eq(in.len, 0);
    }
}

/* The frames in `hex`, whole and byte by byte, say `expected`. */
static void
check(enum ws_side from, const char *hex, const char *expected)
{
    struct buf in = {0}, told = {0};
    ck_assert(hex_parse(&in, slice_str(hex)));
    struct ws_frames *f = ws_frame_new(from);
    read_all(f, buf_slice(&in), &told);
    ck_assert_str_eq(buf_cstr(&told), expected);
    ws_frame_free(f);
    buf_clear(&told);
    f = ws_frame_new(from);
    for (size_t i = 0; i < in.len && !strstr(buf_cstr(&told), "bad"); i++)
        read_all(f, slice_of(in.data + i, 1), &told);
    ck_assert_str_eq(buf_cstr(&told), expected);
    ws_frame_free(f);
    buf_release(&in);
    buf_release(&told);
}

START_TEST(frames_from_a_server)
{
    check(WS_SERVER, "82 05 48 65 6c 6c 6f", "Hello");
    check(WS_SERVER, "02 03 48 65 6c 80 02 6c 6f", "Hello"); /* two frames */
    check(WS_SERVER, "82 00", "");
    check(WS_SERVER, "02 00 00 00 80 01 41 82 01 42", "AB");
    check(WS_SERVER, "89 05 48 65 6c 6c 6f", "[ping Hello]");
    check(WS_SERVER, "89 00 8a 00", "[ping][pong]");
    /* a ping between two fragments */
    check(WS_SERVER, "02 01 41 89 01 78 80 01 42", "A[ping x]B");
}
END_TEST

START_TEST(frames_from_a_client_are_masked)
{
    /* RFC 6455, 5.7: a masked pong */
    check(WS_CLIENT, "8a 85 37 fa 21 3d 7f 9f 4d 51 58", "[pong Hello]");
    check(WS_CLIENT, "82 85 37 fa 21 3d 7f 9f 4d 51 58", "Hello");
    check(WS_CLIENT, "82 80 01 02 03 04 82 81 00 00 00 00 41", "A");
    check(WS_CLIENT, "82 01 41", "[bad 1002]");
    check(WS_CLIENT, "82 00", "[bad 1002]");
    check(WS_SERVER, "82 81 00 00 00 00 41", "[bad 1002]");
}
END_TEST

/* [MQTT-6.0.0-1]: 1003, "unsupported data". */
START_TEST(text_is_refused)
{
    check(WS_SERVER, "81 05 48 65 6c 6c 6f", "[bad 1003]");
    check(WS_SERVER, "01 00", "[bad 1003]");
    check(WS_SERVER, "82 01 41 81 01 42", "A[bad 1003]");
}
END_TEST

START_TEST(what_the_rules_of_framing_forbid)
{
    static const char *const bad[] = {
        "c2 01 41", "a2 01 41", "92 01 41", /* RSV1, RSV2, RSV3 */
        "83 00", "87 00", "8b 00", "8f 00", /* opcodes that do not exist */
        "80 01 41",                         /* continues nothing */
        "02 00 82 00",                      /* a message within a message */
        "09 00", "08 00",                   /* control frames in fragments */
        "89 7e 00 7e",                      /* and one of 126 bytes */
        "82 7e 00 7d",                      /* 125 in 16 bits */
        "82 7f 00 00 00 00 00 00 ff ff",    /* 65535 in 64 bits */
        "82 7f 80 00 00 00 00 00 00 00",    /* 2^63 */
        "88 01 03",                         /* half a code */
        "88 02 03 ed", "88 02 03 ee", "88 02 00 00", "88 02 0b b7",
        "88 02 13 88",                      /* codes that may not be sent */
        "88 03 03 e8 ff",                   /* the reason is no UTF-8 */
    };
    for (size_t i = 0; i < TEST_COUNT(bad); i++)
        check(WS_SERVER, bad[i], "[bad 1002]");
}
END_TEST

START_TEST(close_frames)
{
    check(WS_SERVER, "88 00", "[close 1005]");
    check(WS_SERVER, "88 02 03 e8", "[close 1000]");
    check(WS_SERVER, "88 05 0f a0 62 79 65", "[close 4000 bye]");
    /* what follows is thrown away, good or bad */
    check(WS_SERVER, "82 01 41 88 00 82 01 42 ff", "A[close 1005]");
}
END_TEST

START_TEST(long_frames_have_long_lengths)
{
    static const size_t lens[] = {0, 125, 126, 4096, 65535, 65536, 200000};
    static const size_t headers[] = {2, 2, 4, 4, 4, 10, 10};
    for (size_t i = 0; i < TEST_COUNT(lens); i++) {
        for (int side = WS_CLIENT; side <= WS_SERVER; side++) {
            struct buf payload = {0}, out = {0}, got = {0};
            for (size_t k = 0; k < lens[i]; k++)
                buf_add_byte(&payload, (uint8_t)(k * 7 + k / 256));
            ws_frame_write(&out, side, WS_BINARY, buf_slice(&payload));
            ck_assert_uint_eq(out.len, lens[i] + headers[i] +
                                           (side == WS_CLIENT ? 4 : 0));
            struct ws_frames *f = ws_frame_new(side);
            read_all(f, slice_first(buf_slice(&out), out.len - 1), &got);
            ck_assert(ws_frame_is_within(f));
            read_all(f, slice_from(buf_slice(&out), out.len - 1), &got);
            ck_assert(!ws_frame_is_within(f));
            ck_assert(slice_equal(buf_slice(&got), buf_slice(&payload)));
            ws_frame_free(f);
            buf_release(&payload);
            buf_release(&out);
            buf_release(&got);
        }
    }
}
END_TEST

START_TEST(written_as_in_the_rfc)
{
    struct buf out = {0}, text = {0};
    ws_frame_write(&out, WS_SERVER, WS_BINARY, slice_str("Hello"));
    ws_frame_write(&out, WS_SERVER, WS_PONG, slice_str(""));
    ws_frame_write_close(&out, WS_SERVER, WS_CODE_UNSUPPORTED);
    hex_print(&text, buf_slice(&out), ' ');
    ck_assert_str_eq(buf_cstr(&text), "82 05 48 65 6c 6c 6f 8a 00 88 02 03 eb");
    /* Masks differ, so the same text twice is not the same twice. */
    buf_clear(&out);
    ws_frame_write(&out, WS_CLIENT, WS_BINARY, slice_str("Hello"));
    ws_frame_write(&out, WS_CLIENT, WS_BINARY, slice_str("Hello"));
    ck_assert_uint_eq(out.len, 22);
    ck_assert_mem_ne(out.data + 2, out.data + 13, 4);
    buf_release(&out);
    buf_release(&text);
}
END_TEST

START_TEST(within_a_frame_or_a_message)
{
    static const struct row {
        const char *hex;
        bool within;
    } rows[] = {
        {"", false},       {"82", true},          {"82 01", true},
        {"82 01 41", false}, {"82 01 41 82", true}, {"02 01 41", true},
        {"02 00 89 00", true}, {"02 00 89 00 80 00", false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf in = {0}, told = {0};
        ck_assert(hex_parse(&in, slice_str(rows[i].hex)));
        struct ws_frames *f = ws_frame_new(WS_SERVER);
        read_all(f, buf_slice(&in), &told);
        ck_assert_int_eq(ws_frame_is_within(f), rows[i].within);
        ws_frame_free(f);
        buf_release(&in);
        buf_release(&told);
    }
}
END_TEST

/* Cut anywhere, the same comes out. */
START_TEST(cuts_make_no_difference)
{
    struct random r;
    random_seed(&r, 5);
    for (int i = 0; i < 500; i++) {
        struct buf in = {0}, sent = {0}, got = {0};
        for (uint64_t n = random_below(&r, 6); n > 0; n--) {
            uint8_t bytes[300];
            size_t len = random_below(&r, sizeof bytes);
            for (size_t k = 0; k < len; k++)
                bytes[k] = (uint8_t)random_u64(&r);
            ws_frame_write(&in, WS_CLIENT, WS_BINARY, slice_of(bytes, len));
            buf_add(&sent, slice_of(bytes, len));
        }
        struct ws_frames *f = ws_frame_new(WS_CLIENT);
        for (size_t at = 0; at < in.len;) {
            size_t n = 1 + random_below(&r, 40);
            struct slice cut = slice_first(slice_from(buf_slice(&in), at), n);
            read_all(f, cut, &got);
            at += cut.len;
        }
        ck_assert(slice_equal(buf_slice(&got), buf_slice(&sent)));
        ws_frame_free(f);
        buf_release(&in);
        buf_release(&sent);
        buf_release(&got);
    }
}
END_TEST

TEST_MAIN(frames_from_a_server, frames_from_a_client_are_masked,
          text_is_refused, what_the_rules_of_framing_forbid, close_frames,
          long_frames_have_long_lengths, written_as_in_the_rfc,
          within_a_frame_or_a_message, cuts_make_no_difference)
