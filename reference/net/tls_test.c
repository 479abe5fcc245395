/* tls_test.c - TLS as a transport, over a pipe in memory.
 * SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include "base/hex.h"
#include "net/tls_pair_testkit.h"

START_TEST(bytes_go_both_ways)
{
    static const size_t steps[] = {1 << 20, 1, 7}, rooms[] = {1 << 20, 3, 50};
    for (size_t i = 0; i < TEST_COUNT(steps); i++) {
        begin_good();
        wires.step = steps[i];
        wires.room = rooms[i];
        connect_both();
        carry(client, server, "there");
        carry(server, client, "and back");
        carry(client, server, "again");
        ck_assert_str_eq(tls_version(client), "TLSv1.3");
        end();
    }
}
END_TEST

START_TEST(nothing_is_readable_on_the_way)
{
    struct buf seen = {0};
    begin_good();
    connect_both();
    struct error err;
    ck_assert_int_eq(transport_write(client, slice_str("tops3cret"), &err), 9);
    buf_add(&seen, buf_slice(&wires.ways[0].bytes));
    ck_assert_uint_gt(seen.len, 9);
    ck_assert_ptr_null(memmem(seen.data, seen.len, "tops3cret", 9));
    carry(server, client, "x");
    buf_release(&seen);
    end();
}
END_TEST

/* More than fits: every write stops somewhere, and nothing is lost. */
START_TEST(long_streams)
{
    struct buf sent = {0}, got = {0};
    struct error err;
    for (size_t i = 0; i < 300000; i++)
        buf_add_byte(&sent, (uint8_t)(i * 7 + i / 256));
    begin_good();
    connect_both();
    wires.room = 5000;
    size_t blocked = 0;
    for (struct slice rest = buf_slice(&sent); got.len < sent.len;) {
        ptrdiff_t n = transport_write(server, rest, &err);
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        blocked += n == TRANSPORT_AGAIN;
        if (n == TRANSPORT_AGAIN)
            ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_WRITE);
        else
            rest = slice_from(rest, (size_t)n);
        ck_assert_int_eq(pipe_drain(client, &got, &err), TRANSPORT_AGAIN);
    }
    ck_assert_uint_gt(blocked, 10);
    ck_assert(slice_equal(buf_slice(&got), buf_slice(&sent)));
    buf_release(&sent);
    buf_release(&got);
    end();
}
END_TEST

START_TEST(what_it_wants)
{
    struct error err;
    uint8_t byte;
    begin_good();
    ck_assert_uint_eq(transport_want(client, LOOP_READ), LOOP_WRITE);
    ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_READ);
    ck_assert_int_eq(transport_read(client, &byte, 1, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(client, LOOP_WRITE), LOOP_READ);
    ck_assert_uint_eq(transport_want(client, 0), LOOP_READ);
    connect_both();
    /* what came with the handshake may be there already */
    ck_assert_uint_eq(transport_want(server, LOOP_READ),
                      LOOP_READ | TRANSPORT_NOW);
    ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_WRITE);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(server, LOOP_READ), LOOP_READ);
    ck_assert_uint_eq(transport_want(server, 0), 0);
    /* two bytes in one record, and one is read */
    ck_assert_int_eq(transport_write(client, slice_str("ab"), &err), 2);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), 1);
    ck_assert_uint_eq(transport_want(server, LOOP_READ),
                      LOOP_READ | TRANSPORT_NOW);
    ck_assert_uint_eq(transport_want(server, 0), 0);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), 1);
    ck_assert_uint_eq(byte, 'b');
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(server, LOOP_READ), LOOP_READ);
    end();
}
END_TEST

/* The client's first words in the same segment as the end of its handshake:
 * the descriptor is silent afterwards, so the transport must say NOW. */
START_TEST(words_that_come_with_the_handshake)
{
    struct error err;
    struct slice none = {0};
    struct buf got = {0};
    begin_good();
    ck_assert_int_eq(transport_write(client, none, &err), TRANSPORT_AGAIN);
    ck_assert_int_eq(transport_write(server, none, &err), TRANSPORT_AGAIN);
    ck_assert_int_eq(transport_write(client, slice_str("hi"), &err), 2);
    ck_assert_int_eq(transport_write(server, none, &err), 0);
    ck_assert_uint_eq(wires.ways[0].bytes.len, 0);
    ck_assert(transport_want(server, LOOP_READ) & TRANSPORT_NOW);
    ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_AGAIN);
    ck_assert_str_eq(buf_cstr(&got), "hi");
    buf_release(&got);
    end();
}
END_TEST

/* ---- ends --------------------------------------------------------------- */

START_TEST(an_orderly_end_is_told)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(client, slice_str("bye"), &client_err), 3);
    transport_close(client, TRANSPORT_CLOSE);
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), 0);
    ck_assert_str_eq(buf_cstr(&got), "bye");
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), 0);
    transport_close(server, TRANSPORT_CLOSE);
    tls_context_free(client_context);
    tls_context_free(server_context);
    pipe_release(&wires);
    buf_release(&got);
}
END_TEST

/* close_notify right behind the words, and the caller has no room for more:
 * nothing would wake it if the transport did not say NOW. */
START_TEST(the_end_behind_the_last_words)
{
    uint8_t bytes[100];
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(client, slice_str("bye"), &client_err), 3);
    transport_close(client, TRANSPORT_CLOSE);
    ck_assert_int_eq(transport_read(server, bytes, sizeof bytes, &server_err),
                     3);
    ck_assert(transport_want(server, LOOP_READ) & TRANSPORT_NOW);
    ck_assert_int_eq(transport_read(server, bytes, sizeof bytes, &server_err),
                     0);
    transport_close(server, TRANSPORT_CLOSE);
    tls_context_free(client_context);
    tls_context_free(server_context);
    pipe_release(&wires);
}
END_TEST

START_TEST(an_end_that_is_not_told_may_be_a_cut)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(client, slice_str("x"), &client_err), 1);
    wires.ways[0].is_ended = true;
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), TRANSPORT_ERROR);
    ck_assert_str_eq(server_err.text,
                     "the connection ended without TLS close_notify");
    ck_assert_uint_eq(got.len, 1);
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), TRANSPORT_ERROR);
    buf_release(&got);
    end();
}
END_TEST

START_TEST(an_end_in_the_handshake)
{
    begin_good();
    transport_write(client, (struct slice){0}, &client_err);
    wires.ways[0].is_ended = true;
    wires.ways[0].bytes.len -= 5;
    ck_assert_int_eq(transport_write(server, (struct slice){0}, &server_err),
                     TRANSPORT_ERROR);
    ck_assert_ptr_nonnull(strstr(server_err.text, "during the TLS handshake"));
    end();
}
END_TEST

START_TEST(a_reset_below_is_told)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    wires.ways[0].is_reset = true;
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), TRANSPORT_ERROR);
    ck_assert_str_eq(server_err.text, "connection lost");
    ck_assert_int_eq(transport_write(server, slice_str("x"), &server_err),
                     TRANSPORT_ERROR);
    ck_assert_str_eq(server_err.text, "connection lost");
    end();
}
END_TEST

/* Who cannot write any more can still read why. */
START_TEST(what_came_before_a_failed_write_can_be_read)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(server, slice_str("why"), &server_err), 3);
    wires.ways[1].is_reset = true;
    ck_assert_int_eq(transport_write(client, slice_str("x"), &client_err),
                     TRANSPORT_ERROR);
    wires.ways[1].is_reset = false;
    ck_assert_int_eq(pipe_drain(client, &got, &client_err), TRANSPORT_AGAIN);
    ck_assert_str_eq(buf_cstr(&got), "why");
    buf_release(&got);
    end();
}
END_TEST

/* ---- who speaks something else ------------------------------------------ */

/* A ClientHello of that version. Offered are ECDHE-ECDSA with AES-128-GCM
 * (c02b) and AES-128-CBC-SHA (c009), ECDSA with SHA-256 (0403), the curve P-256
 * (17). */
#define HELLO(version)                                                  \
    "16 0301 0041 01 00003d " version                                   \
    " 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" \
    " 00 0004 c02b c009 01 00"                                          \
    " 0010 000d 0004 0002 0403 000a 0004 0002 0017"

static const struct foreign {
    const char *hex;    /* what comes */
    const char *says;   /* what the server makes of it */
    const char *answer; /* start of what it sends back */
} foreigners[] = {
    {HELLO("0303"), NULL, "16 03 03"},
    {HELLO("0302"), "no version from 1.2 on", "15 03 02 00 02 02 46"},
    {HELLO("0301"), "no version from 1.2 on", "15 03 01 00 02 02 46"},
    {HELLO("0300"), "no version from 1.2 on", "15 03 00 00 02 02"},
    {"10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 63", "does not speak TLS", ""},
    {"47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a", "not speak TLS", ""},
};

START_TEST(a_server_meets_others)
{
    for (size_t i = 0; i < TEST_COUNT(foreigners); i++) {
        const struct foreign *f = &foreigners[i];
        struct buf in = {0}, text = {0};
        begin_good();
        ck_assert(hex_parse(&in, slice_str(f->hex)));
        buf_add(&wires.ways[0].bytes, buf_slice(&in));
        ptrdiff_t n = transport_write(server, (struct slice){0}, &server_err);
        ck_assert_int_eq(n, f->says ? TRANSPORT_ERROR : TRANSPORT_AGAIN);
        if (f->says)
            ck_assert_msg(strstr(server_err.text, f->says), "%s",
                          server_err.text);
        hex_print(&text, buf_slice(&wires.ways[1].bytes), ' ');
        ck_assert_msg(slice_starts(buf_slice(&text), f->answer), "%s",
                      buf_cstr(&text));
        buf_release(&in);
        buf_release(&text);
        end();
    }
}
END_TEST

START_TEST(a_client_meets_a_server_without_tls)
{
    begin_good();
    buf_add(&wires.ways[1].bytes, slice_str("HTTP/1.1 400 Bad Request\r\n"));
    transport_write(client, (struct slice){0}, &client_err);
    ck_assert_int_eq(transport_write(client, (struct slice){0}, &client_err),
                     TRANSPORT_ERROR);
    ck_assert_str_eq(client_err.text, "the peer does not speak TLS here; is "
                                      "it the right port?");
    /* and it is told again to whoever only reads */
    uint8_t byte;
    ck_assert(transport_want(client, LOOP_READ) & TRANSPORT_NOW);
    client_err.text[0] = '\0';
    ck_assert_int_eq(transport_read(client, &byte, 1, &client_err),
                     TRANSPORT_ERROR);
    ck_assert_ptr_nonnull(strstr(client_err.text, "does not speak TLS"));
    end();
}
END_TEST

TEST_MAIN(bytes_go_both_ways, nothing_is_readable_on_the_way, long_streams,
          what_it_wants, words_that_come_with_the_handshake,
          an_orderly_end_is_told, the_end_behind_the_last_words,
          an_end_that_is_not_told_may_be_a_cut, an_end_in_the_handshake,
          a_reset_below_is_told, what_came_before_a_failed_write_can_be_read,
          a_server_meets_others, a_client_meets_a_server_without_tls)
