/* variant_test.c - every choice by name, and that it changes what it says.
 * SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "broker/testkit.h"

static void
choose(struct kit *k, const char *text)
{
    struct error err = {""};
    kit_begin(k);
    ck_assert_msg(variant_set(&k->config.variant, slice_str(text), &err) == 0,
                  "%s", err.text);
}

START_TEST(names_and_choices)
{
    struct variants v = {0};
    struct error err = {""};
    ck_assert_int_eq(variant_set(&v, slice_str("overlap=each"), &err), 0);
    ck_assert_uint_eq(v.overlap, OVERLAP_EACH);
    ck_assert_int_eq(variant_set(&v, slice_str("unknown-level=as-3.1.1"), &err),
                     0);
    ck_assert_uint_eq(v.unknown_level, LEVEL_AS_3_1_1);
    ck_assert_int_eq(variant_set(&v, slice_str("overlap=twice"), &err), -1);
    ck_assert_str_eq(err.text,
                     "variant overlap: 'twice' is not one of once|each");
    ck_assert_int_eq(variant_set(&v, slice_str("overlaps=each"), &err), -1);
    ck_assert_int_eq(variant_set(&v, slice_str("overlap"), &err), -1);
    ck_assert_int_eq(variant_set(&v, slice_str(""), &err), -1);
}
END_TEST

/* One word for each enumerator: the last word is the last of them. */
START_TEST(words_fit_their_enumerators)
{
    struct error err;
#define VARIANT(name, section, choices, words, text)                        \
    {                                                                       \
        const uint8_t all[] = {choices};                                    \
        struct variants v = {0};                                            \
        struct buf last = {0};                                              \
        buf_printf(&last, "%s=%s", #name, strrchr(words, '|') + 1);         \
        ck_assert_int_eq(variant_set(&v, buf_slice(&last), &err), 0);       \
        ck_assert_uint_eq(v.name, sizeof all - 1);                          \
        buf_release(&last);                                                 \
    }
#include "broker/variants.def"
#undef VARIANT
}
END_TEST

START_TEST(the_page_has_the_table)
{
    struct buf page = {0}, table = {0};
    struct error err;
    ck_assert_int_eq(file_read(&page, "docs/VARIANTS.md", &err), 0);
    variant_markdown(&table);
    ck_assert_msg(strstr(buf_cstr(&page), buf_cstr(&table)) != NULL,
                  "docs/VARIANTS.md wants: plumb-broker --variant markdown");
    buf_release(&page);
    buf_release(&table);
}
END_TEST

START_TEST(overlap_each) /* [MQTT-3.3.4-2] */
{
    struct kit k;
    choose(&k, "overlap=each");
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_subscribe(c, "filter=a qos=1 subscription_identifier=1");
    kit_subscribe(c, "filter=# qos=0 subscription_identifier=2");
    kit_send(c, "PUBLISH topic=a qos=1 packet_id=1");
    kit_expect_words(c, "PUBLISH subscription_identifier=2");
    kit_expect_words(c, "PUBLISH qos=1 subscription_identifier=1");
    kit_expect_words(c, "PUBACK packet_id=1");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(qos2_delivery_pubrel) /* [MQTT-4.3.3-10] */
{
    struct kit k;
    choose(&k, "qos2_delivery=pubrel");
    struct kit_conn *c =
        kit_client(&k, MQTT_50, "client_id=c session_expiry_interval=9");
    kit_subscribe(c, "filter=a");
    kit_send(c, "PUBLISH topic=a qos=2 packet_id=1 payload=m");
    kit_expect_words(c, "PUBREC packet_id=1");
    kit_silent(c);
    kit_cut(c);
    c = kit_client(&k, MQTT_50,
                   "client_id=c clean_start=0 session_expiry_interval=9");
    kit_send(c, "PUBLISH dup=1 topic=a qos=2 packet_id=1 payload=m");
    kit_expect_words(c, "PUBREC packet_id=1");
    kit_send(c, "PUBREL packet_id=1");
    kit_expect_words(c, "PUBLISH topic='a' payload='m'");
    kit_expect_words(c, "PUBCOMP packet_id=1");
    kit_send(c, "PUBREL packet_id=1");
    kit_expect_words(c, "PUBCOMP packet_id=1");
    kit_silent(c);
    kit_send(c, "PUBLISH topic=a qos=2 packet_id=2 payload=never");
    kit_end(&k);
}
END_TEST

START_TEST(orders)
{
    struct kit k;
    choose(&k, "suback_order=after");
    k.config.variant.puback_order = PUBACK_BEFORE;
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "PUBLISH topic=a retain=1 payload=m");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=a");
    kit_expect_words(c, "PUBLISH retain=1");
    kit_expect_words(c, "SUBACK");
    kit_send(c, "PUBLISH topic=a qos=1 packet_id=7 payload=n");
    kit_expect_words(c, "PUBACK packet_id=7");
    kit_expect_words(c, "PUBLISH payload='n'");
    kit_end(&k);
}
END_TEST

START_TEST(unsubscribed_dropped) /* [MQTT-3.10.4-3] */
{
    struct kit k;
    choose(&k, "unsubscribed=dropped");
    struct kit_conn *c =
        kit_client(&k, MQTT_50, "client_id=c receive_maximum=1");
    kit_subscribe(c, "filter=a qos=1");
    kit_subscribe(c, "filter=b qos=1");
    struct kit_conn *pub = kit_client(&k, MQTT_50, "client_id=pub");
    kit_send(pub, "PUBLISH topic=a qos=1 packet_id=1 payload=begun");
    kit_send(pub, "PUBLISH topic=a qos=1 packet_id=2 payload=dropped");
    kit_send(pub, "PUBLISH topic=b qos=1 packet_id=3 payload=kept");
    kit_expect_words(c, "PUBLISH payload='begun'");
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=a");
    kit_expect_words(c, "UNSUBACK");
    kit_send(c, "PUBACK packet_id=1");
    kit_expect_words(c, "PUBLISH payload='kept'");
    kit_end(&k);
}
END_TEST

START_TEST(wrong_packets)
{
    static const struct {
        const char *variant, *hex, *answer; /* "": passed over */
    } rows[] = {
        {"malformed=ignored", "36 05 00 01 61 00 01", ""},   /* QoS 3 */
        {"malformed=ignored", "c0 01 00", ""},
        {"malformed=ignored", "f0 05 19 03 15 00 00", ""},    /* AUTH */
        {"bad_filter=answered", "82 0a 00 01 00 00 04 61 23 2f 62 00",
         "SUBACK packet_id=1"},
        {"bad_filter=answered", "a2 08 00 01 00 00 03 61 23 62", "UNSUBACK"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        choose(&k, rows[i].variant);
        struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
        kit_send_hex(c, rows[i].hex);
        if (*rows[i].answer)
            kit_expect_words(c, rows[i].answer);
        kit_silent(c);
        kit_send_hex(c, "80 07 00 01 00 00 01 61 00"); /* [MQTT-3.8.1-1] demands the end */
        kit_expect_words(c, "DISCONNECT");
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(words_of_acknowledgements)
{
    static const struct {
        const char *variant, *connect, *answer;
    } rows[] = {
        {"reason_string=always", "", "reason_string='all is well'"},
        {"reason_string=always", "request_problem_information=0", ""},
        {"user_property=given", "", "user_property='server':'plumb-broker'"},
        /* Does not fit, and is left out [MQTT-3.4.2-3]. */
        {"user_property=given", "maximum_packet_size=20", ""},
        {"no_subscribers=0x00", "", "PUBACK"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        char connect[200];
        choose(&k, rows[i].variant);
        snprintf(connect, sizeof connect, "client_id=c %s", rows[i].connect);
        struct kit_conn *c = kit_client(&k, MQTT_50, connect);
        kit_send(c, "PUBLISH topic=a qos=1 packet_id=1");
        struct buf line = {0};
        kit_line(c, &line);
        ck_assert_msg(strstr(buf_cstr(&line), rows[i].answer), "%s",
                      buf_cstr(&line));
        if (!*rows[i].answer)
            ck_assert_ptr_null(strchr(buf_cstr(&line), '\''));
        buf_release(&line);
        kit_end(&k);
    }
}
END_TEST

START_TEST(refusals)
{
    static const struct {
        const char *variant, *connect;
    } rows[] = {
        {"empty_id=refused", "client_id="},
        {"odd_id=refused", "client_id=a-b"},
        {"odd_id=refused", "client_id=abcdefghijklmnopqrstuvwx"},
        {"empty_user_name=refused", "client_id=a user_name="},
        {"password_alone=refused", "client_id=a password=x"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        choose(&k, rows[i].variant);
        struct kit_conn *c = kit_connect(&k, MQTT_50, rows[i].connect);
        struct mqtt_packet p;
        ck_assert(kit_next(c, &p));
        ck_assert_uint_ge(p.reason, 0x80);
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(ends_without_a_word)
{
    static const char *const rows[] = {"disconnect=silent",
                                       "pending_output=discarded"};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        choose(&k, rows[i]);
        struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
        kit_send_hex(c, "c0 01 00");
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(clean_start_drops_a_delayed_will) /* 3.1.2.5 */
{
    struct kit k;
    choose(&k, "clean_start_will=dropped");
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will");
    struct kit_conn *c = kit_client(
        &k, MQTT_50, "client_id=c will_flag=1 will_topic=will will_payload=m "
                     "will.will_delay_interval=9 session_expiry_interval=9");
    kit_cut(c);
    kit_client(&k, MQTT_50, "client_id=c clean_start=1");
    kit_advance(&k, 10000);
    kit_silent(w);
    kit_end(&k);
}
END_TEST

TEST_MAIN(names_and_choices, words_fit_their_enumerators,
          the_page_has_the_table, overlap_each, qos2_delivery_pubrel, orders,
          unsubscribed_dropped, wrong_packets, words_of_acknowledgements,
          refusals, ends_without_a_word, clean_start_drops_a_delayed_will)
