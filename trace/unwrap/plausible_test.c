/* plausible_test.c - could an MQTT packet begin here?
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/plausible.h"

#include "base/hex.h"
#include "base/random.h"
#include "base/test.h"

static const struct {
    const char *hex;
    enum plausible want;
} packets[] = {
    {"", PLAUSIBLE_MORE},
    {"c000", PLAUSIBLE_YES},
    {"c001 00", PLAUSIBLE_NO},            /* PINGREQ has no content */
    {"c1 00", PLAUSIBLE_NO},              /* nor flags */
    {"00 00", PLAUSIBLE_NO},              /* no such type */
    {"40 02 00 07", PLAUSIBLE_YES},
    {"40 02 00 00", PLAUSIBLE_NO},        /* identifier 0 */
    {"40 02 00", PLAUSIBLE_MORE},
    {"30 06 00 03 61 2f 62 78", PLAUSIBLE_YES},
    {"36 06 00 03 61 2f 62 78", PLAUSIBLE_NO}, /* QoS 3 */
    {"30 06 00 09 61 2f 62 78", PLAUSIBLE_NO}, /* topic past the end */
    {"30 06 00 03 61 2b 62 78", PLAUSIBLE_NO}, /* wildcard in a name */
    {"30 06 00 03 61 07 62 78", PLAUSIBLE_NO}, /* control character */
    {"30 86 01 00 03 61 2f", PLAUSIBLE_MORE},
    {"30 ff ff ff ff 01", PLAUSIBLE_NO},  /* five length bytes */
    {"62 02 00 01", PLAUSIBLE_YES},
    {"60 02 00 01", PLAUSIBLE_NO},
    {"e0 00", PLAUSIBLE_YES},
    {"e0 01 04", PLAUSIBLE_YES},          /* 5.0 */
    {"e0 01 8b", PLAUSIBLE_YES},          /* only a server says so */
    {"16 03 01 02 00", PLAUSIBLE_NO},     /* TLS handshake */
    {"47 45 54 20 2f", PLAUSIBLE_NO},     /* GET / */
};

START_TEST(what_could_be_a_packet)
{
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        struct buf bytes = {0};
        size_t len;
        ck_assert(hex_parse(&bytes, slice_str(packets[i].hex)));
        enum plausible got = plausible_packet(buf_slice(&bytes), &len);
        ck_assert_msg(got == packets[i].want, "%s: %d, not %d",
                      packets[i].hex, got, packets[i].want);
        if (got == PLAUSIBLE_YES)
            ck_assert_uint_eq(len, bytes.len);
        buf_release(&bytes);
    }
}
END_TEST

static bool
find(const char *hex, bool is_all, size_t *at)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    bool found = plausible_find(buf_slice(&bytes), is_all, at);
    buf_release(&bytes);
    return found;
}

START_TEST(a_packet_alone_counts_only_at_the_start_or_at_the_end)
{
    size_t at = 99;
    ck_assert(find("4002 0007", false, &at));
    ck_assert_uint_eq(at, 0);
    ck_assert(!find("ff ff 4002 0007", false, &at));
    ck_assert(find("ff ff 4002 0007", true, &at));
    ck_assert_uint_eq(at, 2);
}
END_TEST

START_TEST(a_chain_counts_anywhere)
{
    size_t at = 99;
    ck_assert(find("6f 6f 4002 0007 4002 0008", false, &at));
    ck_assert_uint_eq(at, 2);
    ck_assert(find("6f 4002 0007 4002 0008 40", false, &at));
    ck_assert_uint_eq(at, 1);
    ck_assert(!find("6f 4002 0007 4002 0008 00", false, &at));
    ck_assert(find("6f 4002 0007 4002 0008 4002 0009 00", false, &at));
}
END_TEST

/* Three packets in a row in 1 MiB of noise would be a wonder. */
START_TEST(noise_is_no_run)
{
    struct random r;
    struct buf noise = {0};
    size_t found = 0;
    random_seed(&r, 1);
    for (int i = 0; i < 1024 * 1024; i++)
        buf_add_byte(&noise, (uint8_t)random_u64(&r));
    for (size_t at = 0; at < noise.len; at++)
        found += plausible_run(slice_first(slice_from(buf_slice(&noise), at),
                                           256)).packets >= 3;
    ck_assert_uint_eq(found, 0);
    buf_release(&noise);
}
END_TEST

TEST_MAIN(what_could_be_a_packet,
          a_packet_alone_counts_only_at_the_start_or_at_the_end,
          a_chain_counts_anywhere, noise_is_no_run)
