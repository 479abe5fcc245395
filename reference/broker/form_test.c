/* form_test.c - one message for many: the same bytes as encoding each anew.
 * SPDX-License-Identifier: MIT */
#include "broker/form.h"

#include "base/test.h"
#include "mqtt/encode.h"

static struct mqtt_packet
publish(enum mqtt_version v, uint8_t qos, uint16_t id)
{
    static const uint8_t expiry[] = {0x02, 0, 0, 0, 9}; /* Message Expiry */
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, v);
    p.qos = qos;
    MQTT_SET(&p, topic, slice_str("a/b"));
    MQTT_SET(&p, payload, slice_str("hello"));
    if (qos)
        MQTT_SET(&p, packet_id, id);
    if (v == MQTT_50)
        MQTT_SET(&p, properties, slice_of(expiry, sizeof expiry));
    return p;
}

static void
check_copy(enum mqtt_version v, uint8_t qos)
{
    struct forms forms = {0};
    struct buf first = {0}, want = {0}, got = {0};
    struct mqtt_packet a = publish(v, qos, 1), b = publish(v, qos, 0x1234);
    mqtt_encode(&first, &a);
    mqtt_encode(&want, &b);
    forms_add(&forms, &a, 0, buf_slice(&first));
    const struct form *f = forms_find(&forms, v, qos, false, 0);
    ck_assert_ptr_nonnull(f);
    form_copy(f, 0x1234, b.payload, &got);
    ck_assert_uint_eq(got.len, want.len);
    ck_assert_mem_eq(got.data, want.data, want.len);
    forms_release(&forms);
    buf_release(&first);
    buf_release(&want);
    buf_release(&got);
}

START_TEST(a_copy_is_what_encoding_would_give)
{
    for (uint8_t qos = 0; qos <= 2; qos++) {
        check_copy(MQTT_311, qos);
        check_copy(MQTT_50, qos);
    }
}
END_TEST

START_TEST(only_the_like_share_a_form)
{
    struct forms forms = {0};
    struct mqtt_packet p = publish(MQTT_311, 1, 1);
    struct buf bytes = {0};
    mqtt_encode(&bytes, &p);
    forms_add(&forms, &p, 7, buf_slice(&bytes));
    ck_assert_ptr_nonnull(forms_find(&forms, MQTT_311, 1, false, 7));
    ck_assert_ptr_null(forms_find(&forms, MQTT_50, 1, false, 7));
    ck_assert_ptr_null(forms_find(&forms, MQTT_311, 2, false, 7));
    ck_assert_ptr_null(forms_find(&forms, MQTT_311, 1, true, 7));
    ck_assert_ptr_null(forms_find(&forms, MQTT_311, 1, false, 8));
    forms_begin(&forms, NULL); /* the next message */
    ck_assert_ptr_null(forms_find(&forms, MQTT_311, 1, false, 7));
    forms_release(&forms);
    buf_release(&bytes);
}
END_TEST

START_TEST(the_oldest_makes_room)
{
    struct forms forms = {0};
    struct mqtt_packet p = publish(MQTT_311, 1, 1);
    struct buf bytes = {0};
    mqtt_encode(&bytes, &p);
    for (uint32_t id = 1; id <= FORMS + 1; id++)
        forms_add(&forms, &p, id, buf_slice(&bytes));
    ck_assert_ptr_null(forms_find(&forms, MQTT_311, 1, false, 1));
    ck_assert_ptr_nonnull(forms_find(&forms, MQTT_311, 1, false, 2));
    ck_assert_ptr_nonnull(forms_find(&forms, MQTT_311, 1, false, FORMS + 1));
    forms_release(&forms);
    buf_release(&bytes);
}
END_TEST

TEST_MAIN(a_copy_is_what_encoding_would_give, only_the_like_share_a_form,
          the_oldest_makes_room)
