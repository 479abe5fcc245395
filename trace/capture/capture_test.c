/* capture_test.c - the door: formats, pipes, cut files, clear refusals.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/capture.h"

#include <unistd.h>

#include <zlib.h>

#include "base/hex.h"
#include "base/test.h"

/* The hex goes through a pipe, so every test shows that nothing seeks. */
static struct capture *
open_hex(const char *hex, struct error *err)
{
    struct buf bytes = {0};
    int ends[2];
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], bytes.data, bytes.len),
                     (ssize_t)bytes.len);
    close(ends[1]);
    buf_release(&bytes);
    return capture_open_file(fdopen(ends[0], "rb"), "x.pcap", err);
}

START_TEST(what_is_no_capture_is_refused_with_a_reason)
{
    static const struct {
        const char *hex, *says;
    } cases[] = {
        {"", "x.pcap: not a capture: the file is empty"},
        {"48656c6c6f", "x.pcap: not a capture: starts with 48 65 6c 6c; "
                       "plumb-trace reads pcap and pcapng"},
        {"48", "x.pcap: not a capture: starts with 48; plumb-trace reads "
               "pcap and pcapng"},
        {"1f8b0800", "x.pcap: the gzip file is empty or damaged; gunzip -t "
                     "says more"},
        {"28b52ffd", "x.pcap: zstd-compressed: zstdcat x.pcap | "
                     "plumb-trace -"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct error err;
        ck_assert_ptr_null(open_hex(cases[i].hex, &err));
        ck_assert_str_eq(err.text, cases[i].says);
    }
}
END_TEST

/* Two members in one file, as `cat a.gz b.gz` makes them, and one cut short. */
START_TEST(a_gzip_compressed_capture_is_read_as_if_it_were_not)
{
    static const char plain[] =
        "4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000"
        "01000000 00000000 04000000 04000000 aabbccdd"
        "02000000 00000000 04000000 04000000 11223344";
    for (int is_cut = 0; is_cut < 2; is_cut++) {
        struct buf raw = {0}, hex = {0};
        struct error err;
        struct capture_frame f;
        ck_assert(hex_parse(&raw, slice_str(plain)));
        for (size_t at = 0; at < raw.len; at += 30) {
            uint8_t out[200];
            z_stream z = {0};
            deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
            z.next_in = raw.data + at;
            z.avail_in = (uInt)(raw.len - at < 30 ? raw.len - at : 30);
            z.next_out = out;
            z.avail_out = sizeof out;
            ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
            hex_print(&hex, slice_of(out, z.total_out), 0);
            deflateEnd(&z);
        }
        if (is_cut)
            hex.len -= 40;
        struct capture *c = open_hex(buf_cstr(&hex), &err);
        ck_assert_msg(c != NULL, "%s", err.text);
        ck_assert_int_eq(capture_next(c, &f, &err), 1);
        ck_assert_uint_eq(f.bytes.ptr[0], 0xaa);
        ck_assert_int_eq(capture_next(c, &f, &err), is_cut ? -1 : 1);
        if (!is_cut)
            ck_assert_int_eq(capture_next(c, &f, &err), 0);
        capture_close(c);
        buf_release(&raw);
        buf_release(&hex);
    }
}
END_TEST

START_TEST(a_filter_leaves_frames_out_but_counts_them)
{
    struct error err;
    struct capture_frame f;
    struct capture *c = capture_open_filtered(
        "trace/testdata/js-v5-tcp-a.pcap", "src port 1883", &err);
    ck_assert_msg(c != NULL, "%s", err.text);
    ck_assert_int_eq(capture_next(c, &f, &err), 1);
    ck_assert_uint_eq(f.number, 2); /* the SYN-ACK */
    capture_close(c);
    ck_assert_ptr_null(capture_open_filtered(
        "trace/testdata/js-v5-tcp-a.pcap", "prot 1883", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "capture filter 'prot 1883'"));
}
END_TEST

START_TEST(what_cannot_be_opened_is_named)
{
    struct error err;
    ck_assert_ptr_null(capture_open("/nonexistent/x.pcap", &err));
    ck_assert_str_eq(err.text,
                     "/nonexistent/x.pcap: No such file or directory");
    ck_assert_ptr_null(capture_open("/", &err));
    ck_assert_str_eq(err.text, "/: cannot read it: Is a directory");
}
END_TEST

#define LE_MICRO "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000 "
#define LE_NANO "4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000 "
#define BE_MICRO "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 "
#define BE_NANO "a1b23c4d 0002 0004 00000000 00000000 00040000 00000001 "

START_TEST(pcap_in_both_orders_and_precisions)
{
    static const struct {
        const char *hex;
        int64_t time_ns;
    } cases[] = {
        {LE_MICRO "01000000 02000000 02000000 05000000 6162", 1000002000},
        {LE_NANO "01000000 02000000 02000000 05000000 6162", 1000000002},
        {BE_MICRO "00000001 00000002 00000002 00000005 6162", 1000002000},
        {BE_NANO "00000001 00000002 00000002 00000005 6162", 1000000002},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct error err;
        struct capture_frame f;
        struct capture *c = open_hex(cases[i].hex, &err);
        ck_assert_ptr_nonnull(c);
        ck_assert_int_eq(capture_next(c, &f, &err), 1);
        ck_assert_uint_eq(f.number, 1);
        ck_assert_int_eq(f.time_ns, cases[i].time_ns);
        ck_assert_uint_eq(f.link_type, 1);
        ck_assert_uint_eq(f.wire_len, 5);
        ck_assert(slice_is(f.bytes, "ab"));
        ck_assert_int_eq(capture_next(c, &f, &err), 0);
        ck_assert_int_eq(capture_next(c, &f, &err), 0);
        ck_assert_uint_eq(capture_secrets(c).len, 0);
        capture_close(c);
    }
}
END_TEST

START_TEST(a_cut_pcap_gives_what_is_whole_and_says_where)
{
    struct error err;
    struct capture_frame f;
    struct capture *c = open_hex(
        LE_MICRO "01000000 02000000 02000000 02000000 6162"
                 "01000000 03000000 09000000 09000000 6162", &err);
    ck_assert_int_eq(capture_next(c, &f, &err), 1);
    ck_assert_int_eq(capture_next(c, &f, &err), -1);
    ck_assert(slice_starts(slice_str(err.text),
                           "x.pcap: frame 2, at offset 42: truncated"));
    err.text[0] = 0;
    ck_assert_int_eq(capture_next(c, &f, &err), -1);
    ck_assert_str_ne(err.text, "");
    capture_close(c);
}
END_TEST

START_TEST(a_pcap_that_ends_in_its_header)
{
    struct error err;
    ck_assert_ptr_null(open_hex("d4c3b2a1 0200", &err));
    ck_assert(slice_starts(slice_str(err.text), "x.pcap: not a whole pcap"));
}
END_TEST

TEST_MAIN(a_gzip_compressed_capture_is_read_as_if_it_were_not,
          a_filter_leaves_frames_out_but_counts_them,
          what_is_no_capture_is_refused_with_a_reason,
          what_cannot_be_opened_is_named, pcap_in_both_orders_and_precisions,
          a_cut_pcap_gives_what_is_whole_and_says_where,
          a_pcap_that_ends_in_its_header)
