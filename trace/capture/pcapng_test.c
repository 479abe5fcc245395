/* pcapng_test.c - files written block by block, by hand.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/hex.h"
#include "base/test.h"
#include "trace/capture/capture.h"

/* Little-endian blocks. */
#define SECTION "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff" \
                " 1c000000 "
#define INTERFACE(link) "01000000 14000000 " link " 0000 00000400 14000000 "
#define ETHERNET INTERFACE("0100")
/* 5 bytes "hello" of interface n, time low word t. */
#define PACKET(n, t) "06000000 28000000 " n " 00000000 " t                     \
                     " 05000000 05000000 68656c6c 6f000000 28000000 "

/* One line per frame: "1 link1 2000ns 5/5 hello # comment". An error ends. */
static void
read_all(const char *hex, struct buf *out)
{
    struct buf bytes = {0};
    struct error err;
    struct capture_frame f;
    int got = -1;
    buf_clear(out);
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    FILE *file = fmemopen(bytes.data, bytes.len, "rb");
    struct capture *c = capture_open_file(file, "x", &err);
    while (c && (got = capture_next(c, &f, &err)) == 1) {
        buf_printf(out, "%d link%d %lldns %d/%d %.*s", (int)f.number,
                   (int)f.link_type, (long long)f.time_ns, (int)f.bytes.len,
                   (int)f.wire_len, SLICE_ARG(f.bytes));
        if (f.comment.len)
            buf_printf(out, " # %.*s", SLICE_ARG(f.comment));
        buf_add_str(out, "\n");
    }
    if (c && capture_secrets(c).len)
        buf_printf(out, "secrets %.*s", SLICE_ARG(capture_secrets(c)));
    if (got == -1)
        buf_printf(out, "%s", err.text);
    capture_close(c);
    buf_release(&bytes);
}

/* clang-format off */
static const struct {
    const char *name, *hex, *says;
} cases[] = {
{"one frame",
 SECTION ETHERNET PACKET("00000000", "02000000"),
 "1 link1 2000ns 5/5 hello\n"},
{"big-endian",
 "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
 "00000001 00000014 0071 0000 00000000 00000014"
 "00000006 00000024 00000000 00000000 00000002 00000002 00000009 61620000"
 "00000024",
 "1 link113 2000ns 2/9 ab\n"},
{"interfaces with other link types, times in 10^-9 and 2^-10 s",
 SECTION
 "01000000 1c000000 0100 0000 00000000 0900 0100 09000000 1c000000"
 "01000000 20000000 6500 0000 00000000 0900 0100 8a000000 00000000 20000000"
 PACKET("01000000", "00040000") PACKET("00000000", "02000000"),
 "1 link101 1000000000ns 5/5 hello\n2 link1 2ns 5/5 hello\n"},
{"time offset in seconds",
 SECTION
 "01000000 20000000 0100 0000 00000000 0e00 0800 feffffffffffffff 20000000"
 PACKET("00000000", "02000000"),
 "1 link1 -1999998000ns 5/5 hello\n"},
{"a second section in the other byte order forgets the interfaces",
 SECTION ETHERNET INTERFACE("7100") PACKET("01000000", "02000000")
 "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
 "00000001 00000014 0065 0000 00000000 00000014"
 "00000006 00000024 00000001 00000000 00000002 00000002 00000002 61620000"
 "00000024",
 "1 link113 2000ns 5/5 hello\n"
 "x: block at offset 156: a packet of an interface nobody described"},
{"comment, after an option of another kind",
 SECTION ETHERNET
 "06000000 3c000000 00000000 00000000 02000000 02000000 02000000 61620000"
 "0200 0400 00000000 0100 0500 6e6f7465 21000000 0000 0000 3c000000",
 "1 link1 2000ns 2/2 ab # note!\n"},
{"an option list that does not fit costs no frame",
 SECTION ETHERNET
 "06000000 28000000 00000000 00000000 02000000 02000000 02000000 61620000"
 "0100 ff00 28000000",
 "1 link1 2000ns 2/2 ab\n"},
{"simple packet: cut by the interface, time of its predecessor",
 SECTION "01000000 14000000 0100 0000 03000000 14000000"
 PACKET("00000000", "02000000")
 "03000000 14000000 09000000 61626300 14000000",
 "1 link1 2000ns 5/5 hello\n2 link1 2000ns 3/9 abc\n"},
{"obsolete packet",
 SECTION ETHERNET
 "02000000 24000000 0000 0000 00000000 02000000 02000000 02000000 61620000"
 "24000000",
 "1 link1 2000ns 2/2 ab\n"},
{"unknown blocks and statistics are skipped",
 SECTION ETHERNET "ad0b0040 10000000 12345678 10000000"
 "05000000 18000000 00000000 00000000 00000000 18000000"
 PACKET("00000000", "02000000"),
 "1 link1 2000ns 5/5 hello\n"},
{"TLS secrets, twice, and of a kind nobody knows",
 SECTION "0a000000 18000000 4b534c54 03000000 41204200 18000000"
 "0a000000 18000000 4b534c54 04000000 4320440a 18000000"
 "0a000000 18000000 00000000 04000000 58585858 18000000",
 "secrets A B\nC D\n"},
{"no frame at all", SECTION, ""},
{"block length not rounded up",
 SECTION ETHERNET
 "06000000 21000000 00000000 00000000 02000000 01000000 01000000 61000000"
 "21000000",
 "1 link1 2000ns 1/1 a\n"},
{"cut inside a block",
 SECTION ETHERNET PACKET("00000000", "02000000") "06000000 28000000 0000",
 "1 link1 2000ns 5/5 hello\nx: the file was cut: it ends inside the block at "
 "offset 88, before frame 2 was complete"},
{"cut inside a block header", SECTION "0600",
 "x: the file was cut: it ends inside the block at offset 28, before frame 1 "
 "was complete"},
{"packet longer than its block",
 SECTION ETHERNET
 "06000000 24000000 00000000 00000000 02000000 05000000 05000000 61626364"
 "24000000",
 "x: block at offset 48: a packet longer than its block"},
{"the two lengths differ",
 SECTION "05000000 10000000 00000000 14000000",
 "x: block at offset 28: its two lengths differ; the file is damaged"},
{"a length of 4", SECTION "05000000 04000000 00000000 00000000",
 "x: block at offset 28: a length too small for any block"},
{"a length of 2 GiB", SECTION "05000000 00000080 00000000",
 "x: block at offset 28: a length above 16 MiB; the file is damaged"},
{"no byte order", "0a0d0d0a 1c000000 00000000 01000000",
 "x: block at offset 0: a section without byte-order magic"},
{"version 2",
 "0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000",
 "x: block at offset 0: a pcapng version that is not 1"},
{"no interface", SECTION PACKET("00000000", "02000000"),
 "x: block at offset 28: a packet of an interface nobody described"},
};
/* clang-format on */

START_TEST(blocks_become_frames)
{
    struct buf says = {0};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        read_all(cases[i].hex, &says);
        ck_assert_msg(strcmp(buf_cstr(&says), cases[i].says) == 0,
                      "%s:\n  says     %s\n  expected %s", cases[i].name,
                      buf_cstr(&says), cases[i].says);
    }
    buf_release(&says);
}
END_TEST

/* if_tsresol and if_tsoffset may say anything. */
START_TEST(absurd_times_stay_in_range)
{
    struct buf says = {0};
    char hex[512];
    for (unsigned resolution = 0; resolution < 256; resolution++) {
        snprintf(hex, sizeof hex,
                 SECTION "01000000 28000000 0100 0000 00000000"
                         "0900 0100 %02x000000 0e00 0800 ffffffffffffff7f"
                         "28000000"
                         "06000000 24000000 00000000 ffffffff ffffffff"
                         "02000000 02000000 61620000 24000000",
                 resolution);
        read_all(hex, &says);
        ck_assert(slice_starts(buf_slice(&says), "1 link1 "));
    }
    buf_release(&says);
}
END_TEST

TEST_MAIN(blocks_become_frames, absurd_times_stay_in_range)
