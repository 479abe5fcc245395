/* reasons_test.c - the arguments hold against the catalogue of statements.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "conformance/catalog/reasons.h"
#include "mqtt/statement.h"

START_TEST(each_id_exists_and_stands_once)
{
    const char *id, *other;
    for (size_t i = 0; (id = reasons_at(i)); i++) {
        ck_assert_msg(mqtt_statement_find(slice_str(id)) != NULL,
                      "no statement %s", id);
        for (size_t k = 0; k < i && (other = reasons_at(k)); k++)
            ck_assert_str_ne(id, other);
    }
}
END_TEST

START_TEST(each_unbroken_id_exists_and_can_be_judged)
{
    const char *id;
    for (size_t i = 0; (id = reasons_unbroken_at(i)); i++) {
        ck_assert_msg(mqtt_statement_find(slice_str(id)) != NULL,
                      "no statement %s", id);
        ck_assert_ptr_null(reasons_find(slice_str(id)));
        ck_assert_ptr_nonnull(reasons_find_unbroken(slice_str(id)));
    }
    ck_assert_ptr_null(reasons_find_unbroken(slice_str("MQTT-4.3.3-10")));
}
END_TEST

START_TEST(what_can_be_provoked_at_a_broker_has_no_excuse)
{
    const char *id;
    for (size_t i = 0; (id = reasons_at(i)); i++) {
        const struct mqtt_statement *s = mqtt_statement_find(slice_str(id));
        bool provoked = s->seen == SEEN_ACTIVE || s->seen == SEEN_BOTH;
        ck_assert_msg(!(provoked && mqtt_statement_binds_server(s)),
                      "%s can be shown at a broker", id);
    }
}
END_TEST

START_TEST(what_is_never_seen_is_argued)
{
    const struct mqtt_statement *s;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++)
        if (s->seen == SEEN_NEVER)
            ck_assert_msg(reasons_find(slice_str(s->id)) != NULL,
                          "%s is never seen, but nothing says why", s->id);
    ck_assert_ptr_null(reasons_find(slice_str("MQTT-4.3.3-10")));
    ck_assert_ptr_null(reasons_find(slice_str("")));
}
END_TEST

TEST_MAIN(each_id_exists_and_stands_once,
          each_unbroken_id_exists_and_can_be_judged,
          what_can_be_provoked_at_a_broker_has_no_excuse,
          what_is_never_seen_is_argued)
