/* proxy_test.c - a PROXY header before CONNECT.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "trace/unwrap/proxy.h"
#include "trace/unwrap/unwrap_testkit.h"

#define V1 "50524f585920544350342031302e302e302e3720312e322e332e342035303030 " \
           "20 31383833 0d0a "
#define V2 "0d0a0d0a000d0a515549540a 21 11 000c 0a000007 01020304 1388 075b "
#define V2_LOCAL "0d0a0d0a000d0a515549540a 20 00 0000 "

static const struct {
    const char *header, *says;
} headers[] = {
    {V1, "PROXY for 10.0.0.7:5000"},
    {V2, "PROXY for 10.0.0.7:5000"},
    {V2_LOCAL, "PROXY"},
};

START_TEST(mqtt_begins_behind_the_header_wherever_it_is_cut)
{
    for (size_t i = 0; i < TEST_COUNT(headers); i++)
        for (size_t chunk = 0; chunk < 20; chunk++) {
            struct wire w;
            wire_begin(&w, NULL);
            w.chunk = chunk;
            wire_say_hex(&w, 0, headers[i].header);
            wire_say_hex(&w, 0, TEST_CONNECT);
            wire_say_hex(&w, 1, TEST_CONNACK);
            wire_end(&w);
            ck_assert_msg(wire_came(&w, 0, TEST_CONNECT) &&
                              wire_came(&w, 1, TEST_CONNACK),
                          "header %zu in pieces of %zu", i, chunk);
            ck_assert_str_eq(buf_cstr(&w.description), headers[i].says);
            wire_release(&w);
        }
}
END_TEST

/* Where MQTT begins is not known then; behind the header a gap is like any. */
START_TEST(a_gap_in_the_header_hides_what_is_behind)
{
    struct wire w;
    wire_begin(&w, NULL);
    wire_say_hex(&w, 0, "0d0a0d0a000d0a515549540a 21 11 000c 0a00");
    wire_lose(&w, 0, 10);
    wire_say_hex(&w, 0, TEST_CONNECT);
    wire_end(&w);
    ck_assert(wire_came(&w, 0, ""));
    ck_assert_str_eq(buf_cstr(&w.description), "PROXY (a broken header)");
    wire_release(&w);

    wire_begin(&w, NULL);
    wire_say_hex(&w, 0, V2);
    wire_say_hex(&w, 0, TEST_CONNECT);
    wire_lose(&w, 0, 10);
    wire_say_hex(&w, 0, TEST_PUBLISH);
    wire_end(&w);
    ck_assert(wire_came(&w, 0, TEST_CONNECT TEST_PUBLISH));
    ck_assert_uint_eq(w.gaps[0], 10);
    wire_release(&w);
}
END_TEST

START_TEST(a_header_that_is_none_is_refused)
{
    static const char *const bad[] = {
        "0d0a0d0a000d0a515549540a 11 11 0000",      /* version 1 */
        "0d0a0d0a000d0a515549540a 21 11 0004 0a000007", /* too short */
        "0d0a0d0a000d0a515549540a 21 11 ffff 0a000007"};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct buf in = {0}, source = {0};
        size_t len;
        ck_assert(hex_parse(&in, slice_str(bad[i])));
        ck_assert_int_eq(proxy_parse(buf_slice(&in), &len, &source),
                         PROXY_BAD);
        buf_release(&in);
        buf_release(&source);
    }
}
END_TEST

TEST_MAIN(mqtt_begins_behind_the_header_wherever_it_is_cut,
          a_gap_in_the_header_hides_what_is_behind,
          a_header_that_is_none_is_refused)
