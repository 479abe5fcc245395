/* recording_test.c - a capture has what was said, and no secrets.
 * SPDX-License-Identifier: MIT */
#include "broker/recording.h"

#include <unistd.h>

#include "base/hex.h"
#include "base/test.h"

static char path[] = P_tmpdir "/recording-XXXXXX";
static struct error err;

static struct buf
bytes_of(const char *hex)
{
    struct buf out = {0};
    ck_assert(hex_parse(&out, slice_str(hex)));
    return out;
}

/* Is this in the file? */
static bool
recorded_bytes(struct slice wanted)
{
    uint8_t file[65536];
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    size_t len = fread(file, 1, sizeof file, f);
    fclose(f);
    return memmem(file, len, wanted.ptr, wanted.len) != NULL;
}

static bool
recorded_hex(const char *hex)
{
    struct buf wanted = bytes_of(hex);
    bool there = recorded_bytes(buf_slice(&wanted));
    buf_release(&wanted);
    return there;
}

static void
begin(struct recording *r, struct recorded *c)
{
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(recording_open(r, path, 1883, &err), 0);
    recording_accept(r, c, 1000000);
}

static void
input(struct recording *r, struct recorded *c, const char *hex)
{
    struct buf in = bytes_of(hex);
    recording_input(r, c, buf_slice(&in), 1000000);
    buf_release(&in);
}

static void
end(struct recording *r, struct recorded *c)
{
    recording_end(r, c, PCAPNG_CLIENT, 2000000);
    recording_close(r);
    unlink(path);
}

START_TEST(a_packet_is_recorded_when_it_is_whole)
{
    struct recording r;
    struct recorded c;
    begin(&r, &c);
    input(&r, &c, "30 09 00 01 74 61 62");
    ck_assert(!recorded_hex("30 09 00 01 74"));
    input(&r, &c, "63 64 65 66");
    ck_assert(recorded_hex("30 09 00 01 74 61 62 63 64 65 66"));
    end(&r, &c);
}
END_TEST

START_TEST(a_password_is_not_recorded)
{
    struct recording r;
    struct recorded c;
    begin(&r, &c);
    /* user "u", password "geheim", in two pieces */
    input(&r, &c, "10 18 00 04 4d 51 54 54 04 c2 00 00 00 01 61 00 01 75 00 06 "
                  "67 65 68");
    input(&r, &c, "65 69 6d");
    ck_assert(recorded_hex("10 18 00 04 4d 51 54 54"));
    ck_assert(!recorded_bytes(slice_str("geh")));
    ck_assert(!recorded_bytes(slice_str("eim")));
    end(&r, &c);
}
END_TEST

START_TEST(half_a_password_is_not_recorded_either)
{
    struct recording r;
    struct recorded c;
    begin(&r, &c);
    input(&r, &c, "10 18 00 04 4d 51 54 54 04 c2 00 00 00 01 61 00 01 75 00 06 "
                  "67 65 68");
    recording_end(&r, &c, PCAPNG_CLIENT, 2000000);
    ck_assert(recorded_hex("10 18 00 04 4d 51 54 54"));
    ck_assert(!recorded_bytes(slice_str("geh")));
    recording_close(&r);
    unlink(path);
}
END_TEST

START_TEST(output_is_recorded_once_however_it_is_sent)
{
    struct recording r;
    struct recorded c;
    struct buf out = bytes_of("20 02 00 00 30 04 00 01 74 61");
    begin(&r, &c);
    recording_output(&r, &c, buf_slice(&out), 1000000);
    ck_assert_uint_eq(c.noted, out.len);
    recording_sent(&c, 4);
    buf_drop(&out, 4);
    struct buf more = bytes_of("d0 00");
    buf_add(&out, buf_slice(&more));
    recording_output(&r, &c, buf_slice(&out), 1000000);
    ck_assert(recorded_hex("30 04 00 01 74 61"));
    ck_assert(recorded_hex("d0 00"));
    ck_assert_uint_eq(c.noted, out.len);
    buf_release(&out);
    buf_release(&more);
    end(&r, &c);
}
END_TEST

START_TEST(a_file_that_cannot_be_made)
{
    struct recording r;
    ck_assert_int_eq(recording_open(&r, "/nonexistent/x", 1883, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x"));
}
END_TEST

TEST_MAIN(a_packet_is_recorded_when_it_is_whole, a_password_is_not_recorded,
          half_a_password_is_not_recorded_either,
          output_is_recorded_once_however_it_is_sent,
          a_file_that_cannot_be_made)
