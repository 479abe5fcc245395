/* show_test.c - the forms in which a message is shown.
 * SPDX-License-Identifier: MIT */
#include "client/show.h"

#include "base/test.h"

START_TEST(forms)
{
    static const struct {
        struct options o;
        const char *prints;
    } rows[] = {
        {{.shape = SHAPE_TEXT}, "hi\n"},
        {{.is_verbose = true}, "a/b hi\n"},
        {{.shape = SHAPE_HEX}, "6869\n"},
        {{.shape = SHAPE_HEX, .is_verbose = true}, "a/b 6869\n"},
        {{.no_newline = true}, "hi"},
        {{.format = "%q|%t", .is_verbose = true}, "1|a/b\n"},
        {{.shape = SHAPE_JSON},
         "{\"topic\":\"a/b\",\"qos\":1,\"retain\":false,\"dup\":false,"
         "\"packet_id\":7,\"payload\":\"hi\"}\n"},
    };
    struct buf text = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    MQTT_SET(&p, payload, slice_str("hi"));
    MQTT_SET(&p, qos, 1);
    MQTT_SET(&p, packet_id, 7);
    struct mqtt_client_event e = {.packet = &p, .topic = slice_str("a/b")};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        show_print(&text, &rows[i].o, &e);
        ck_assert_str_eq(buf_cstr(&text), rows[i].prints);
    }
    buf_release(&text);
}
END_TEST

TEST_MAIN(forms)
