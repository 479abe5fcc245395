/* output_test.c - bytes and payloads in their order, however they are taken.
 * SPDX-License-Identifier: MIT */
#include "broker/output.h"

#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *c;
static struct buf expected;

static void
setup(void)
{
    kit_begin(&k);
    c = kit_client(&k, MQTT_50, "client_id=c");
}

static void
teardown(void)
{
    buf_release(&expected);
    kit_end(&k);
}

static void
add_bytes(const char *text)
{
    buf_add_str(&c->conn->out, text);
    buf_add_str(&expected, text);
}

static void
add_message(char filling, size_t len)
{
    struct buf payload = {0};
    struct slice none = {NULL, 0};
    buf_add_fill(&payload, (uint8_t)filling, len);
    struct message *m = message_new(slice_str("t"), buf_slice(&payload), none,
                                    0, false, 0);
    output_refer(c->conn, m);
    message_unref(m); /* the output has its own reference */
    buf_add(&expected, buf_slice(&payload));
    buf_release(&payload);
}

static void
fill(void)
{
    add_bytes("one");
    add_message('a', 5000);
    add_message('b', 10);
    add_bytes("two");
    add_message('c', 4096);
    add_bytes("three");
}

/* Written n bytes at a time, of at most `most` pieces. */
static void
check_written(size_t n, size_t most)
{
    struct slice pieces[8];
    struct buf got = {0};
    size_t count;
    while ((count = output_pieces(c->conn, pieces, most)) > 0) {
        size_t left = n;
        for (size_t i = 0; i < count; i++) {
            struct slice part = slice_first(pieces[i], left);
            buf_add(&got, part);
            left -= part.len;
        }
        ck_assert_uint_eq(conn_waiting(c->conn) + got.len - (n - left),
                          expected.len);
        output_sent(k.broker, c->conn, n - left);
        ck_assert_uint_le(got.len, expected.len);
    }
    ck_assert_uint_eq(got.len, expected.len);
    ck_assert_mem_eq(got.data, expected.data, got.len);
    ck_assert_uint_eq(conn_waiting(c->conn), 0);
    ck_assert_ptr_null(c->conn->refs);
    buf_release(&got);
}

START_TEST(order_is_kept_however_little_is_written)
{
    setup();
    static const size_t steps[] = {1, 2, 3, 7, 100, 4999, 5003, 100000};
    for (size_t i = 0; i < TEST_COUNT(steps); i++)
        for (size_t most = 2; most <= 8; most += 3) {
            buf_clear(&expected);
            fill();
            check_written(steps[i], most);
        }
    teardown();
}
END_TEST

START_TEST(what_is_added_between_writes_comes_last)
{
    setup();
    fill();
    output_sent(k.broker, c->conn, 3 + 100);
    buf_drop(&expected, 3 + 100);
    add_bytes("four");
    add_message('d', 9000);
    check_written(1000, 4);
    teardown();
}
END_TEST

START_TEST(a_copy_is_all_of_it_and_changes_nothing)
{
    setup();
    struct buf copy = {0};
    fill();
    output_sent(k.broker, c->conn, 5);
    buf_drop(&expected, 5);
    output_copy(c->conn, &copy);
    ck_assert_uint_eq(copy.len, expected.len);
    ck_assert_mem_eq(copy.data, expected.data, copy.len);
    check_written(50, 8);
    buf_release(&copy);
    teardown();
}
END_TEST

START_TEST(what_is_discarded_is_gone)
{
    setup();
    fill();
    output_discard(k.broker, c->conn);
    ck_assert_uint_eq(conn_waiting(c->conn), 0);
    buf_clear(&expected);
    add_bytes("new");
    check_written(10, 2);
    teardown();
}
END_TEST

/* The whole way: many get a large message, each its own identifier. */
START_TEST(a_large_message_reaches_everybody_whole)
{
    setup();
    struct kit_conn *subs[3], *p = kit_client(&k, MQTT_50, "client_id=p");
    const char *ids[] = {"client_id=s1", "client_id=s2", "client_id=s3"};
    char text[6000];
    for (size_t i = 0; i < 3; i++) {
        subs[i] = kit_client(&k, i ? MQTT_50 : MQTT_311, ids[i]);
        kit_subscribe(subs[i], "filter=t qos=1");
    }
    struct buf out = {0};
    struct mqtt_packet packet = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    memset(text, 'y', sizeof text);
    packet.qos = 1;
    MQTT_SET(&packet, packet_id, 7);
    MQTT_SET(&packet, topic, slice_str("t"));
    MQTT_SET(&packet, payload, slice_of(text, sizeof text));
    mqtt_encode(&out, &packet);
    kit_send_bytes(p, buf_slice(&out));
    buf_release(&out);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(kit_next(subs[i], &packet));
        ck_assert_uint_eq(packet.packet_id, 1);
        ck_assert_uint_eq(packet.payload.len, sizeof text);
        ck_assert_mem_eq(packet.payload.ptr, text, sizeof text);
        kit_silent(subs[i]);
    }
    teardown();
}
END_TEST

TEST_MAIN(order_is_kept_however_little_is_written,
          what_is_added_between_writes_comes_last,
          a_copy_is_all_of_it_and_changes_nothing,
          what_is_discarded_is_gone,
          a_large_message_reaches_everybody_whole)
