/* connack_test.c - what a CONNACK that accepts says.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

START_TEST(connack_says_what_differs_from_the_default)
{
    struct kit k;
    kit_begin(&k);
    kit_expect(kit_connect(&k, MQTT_50, "client_id=a"),
               "CONNACK reason=success receive_maximum=100 "
               "maximum_packet_size=1048576 topic_alias_maximum=32");
    kit_end(&k);

    kit_begin(&k);
    k.config.maximum_qos = 1;
    k.config.retain_available = false;
    k.config.wildcard_available = false;
    k.config.subscription_id_available = false;
    k.config.shared_available = false;
    k.config.server_keep_alive = 7;
    k.config.topic_alias_maximum = 0;
    k.config.receive_maximum = 65535;
    k.config.maximum_session_expiry = 60;
    kit_expect(kit_connect(&k, MQTT_50,
                           "client_id=a session_expiry_interval=61"),
               "CONNACK reason=success session_expiry_interval=60 "
               "maximum_qos=1 retain_available=0 maximum_packet_size=1048576 "
               "wildcard_subscription_available=0 "
               "subscription_identifier_available=0 "
               "shared_subscription_available=0 server_keep_alive=7");
    kit_end(&k);
}
END_TEST

START_TEST(connack_of_311_has_no_properties)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_connect(&k, MQTT_311, "client_id=a");
    ck_assert_uint_eq(c->seen.len, 4);
    kit_end(&k);
}
END_TEST

START_TEST(a_client_too_small_for_connack_was_never_there)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will");
    struct kit_conn *c = kit_connect(
        &k, MQTT_50, "client_id=a maximum_packet_size=5 will_topic=will "
                     "will_payload=x");
    kit_closed(c); /* [MQTT-3.1.2-24] */
    kit_silent(w);
    kit_end(&k);
}
END_TEST

TEST_MAIN(connack_says_what_differs_from_the_default,
          connack_of_311_has_no_properties,
          a_client_too_small_for_connack_was_never_there)
