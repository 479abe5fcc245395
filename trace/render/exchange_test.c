/* exchange_test.c - the states of both ends, against figures 4.2 and 4.3.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/exchange.h"

#include "base/hex.h"
#include "base/test.h"
#include "mqtt/decode.h"

static const struct {
    const char *hex;       /* a packet of 5.0 */
    enum mqtt_side from;
    const char *states;    /* after it; NULL: no exchange */
} rows[] = {
    {"3006 0001 61 00 6869", FROM_CLIENT, NULL},
    {"3208 0001 61 0007 00 6869", FROM_CLIENT,
     "client AWAIT_PUBACK, broker FREE"},
    {"4002 0007", FROM_SERVER, "client FREE, broker FREE"},
    {"3408 0001 61 0007 00 6869", FROM_CLIENT,
     "client AWAIT_PUBREC, broker AWAIT_PUBREL"},
    {"3408 0001 61 0007 00 6869", FROM_SERVER,
     "client AWAIT_PUBREL, broker AWAIT_PUBREC"},
    {"5002 0007", FROM_SERVER, "client AWAIT_PUBCOMP, broker AWAIT_PUBREL"},
    {"5003 0007 97", FROM_SERVER, "client FREE, broker FREE"},
    {"6202 0007", FROM_CLIENT, "client AWAIT_PUBCOMP, broker FREE"},
    {"7002 0007", FROM_SERVER, "client FREE, broker FREE"},
    {"3608 0001 61 0007 00 6869", FROM_CLIENT, NULL}, /* QoS 3 */
    {"c000", FROM_CLIENT, NULL},
};

START_TEST(each_packet_tells_both_states)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf bytes = {0}, text = {0};
        struct exchange e;
        struct model_packet p = {.number = 1, .from = rows[i].from};
        ck_assert(hex_parse(&bytes, slice_str(rows[i].hex)));
        mqtt_decode(buf_slice(&bytes), MQTT_50, &p.mqtt, &p.report, NULL);
        if (exchange_after(&e, &p))
            exchange_print(&text, &e);
        ck_assert_str_eq(buf_cstr(&text),
                         rows[i].states ? rows[i].states : "");
        buf_release(&bytes);
        buf_release(&text);
    }
}
END_TEST

START_TEST(the_graph_fills_the_states_they_are_in)
{
    struct buf bytes = {0}, dot = {0};
    struct exchange e;
    struct model_packet p = {.number = 9, .from = FROM_SERVER};
    ck_assert(hex_parse(&bytes, slice_str("5002 0007")));
    mqtt_decode(buf_slice(&bytes), MQTT_50, &p.mqtt, &p.report, NULL);
    ck_assert(exchange_after(&e, &p));
    exchange_dot(&dot, &e, &p);
    const char *text = buf_cstr(&dot);
    ck_assert_ptr_nonnull(strstr(text, "client: qos2_sender"));
    ck_assert_ptr_nonnull(strstr(text, "broker: qos2_receiver"));
    ck_assert_ptr_nonnull(strstr(
        text, "sender_AWAIT_PUBCOMP [label=\"AWAIT_PUBCOMP\", style="));
    ck_assert_ptr_nonnull(strstr(
        text, "receiver_AWAIT_PUBREL [label=\"AWAIT_PUBREL\", style="));
    ck_assert_ptr_nonnull(strstr(text, "sender_FREE [label=\"FREE\"]"));
    buf_release(&bytes);
    buf_release(&dot);
}
END_TEST

TEST_MAIN(each_packet_tells_both_states, the_graph_fills_the_states_they_are_in)
