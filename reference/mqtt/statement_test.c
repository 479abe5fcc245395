/* statement_test.c - the catalogue of numbered statements.
 * SPDX-License-Identifier: MIT */
#include "mqtt/statement.h"

#include "base/map.h"
#include "base/test.h"

START_TEST(all_251_and_141_are_there)
{
    const struct mqtt_statement *s;
    size_t v5 = 0, v311 = 0;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        ck_assert_msg(s->version == MQTT_50 || v5 == 251, "5.0 comes first");
        v5 += s->version == MQTT_50;
        v311 += s->version == MQTT_311;
    }
    ck_assert_uint_eq(v5, 251);
    ck_assert_uint_eq(v311, 141);
}
END_TEST

START_TEST(ids_are_unique_and_found)
{
    struct map ids = {0};
    const struct mqtt_statement *s;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        ck_assert_msg(!map_get(&ids, slice_str(s->id)), "%s twice", s->id);
        map_put(&ids, slice_str(s->id), &ids); /* any value will do */
        ck_assert_ptr_eq(mqtt_statement_find(slice_str(s->id)), s);
        ck_assert_int_eq(mqtt_statement_version(slice_str(s->id)), s->version);
    }
    map_release(&ids);
    ck_assert_ptr_null(mqtt_statement_find(slice_str("MQTT-9.9.9-9")));
    ck_assert_ptr_null(mqtt_statement_find(slice_str("")));
    ck_assert_int_eq(mqtt_statement_version(slice_str("MQTT31-s3.3")),
                     MQTT_31);
    ck_assert_ptr_null(mqtt_statement_find(slice_str("3.3.1-4")));
}
END_TEST

/* "3.3.1" of "MQTT-3.3.1-4": the section, perhaps filled up with ".0", and then
 * a number from 1 on. */
START_TEST(an_id_is_made_of_version_section_and_number)
{
    const struct mqtt_statement *s;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        const char *prefix = s->version == MQTT_50 ? "MQTT-" : "MQTT311-";
        ck_assert_msg(strncmp(s->id, prefix, strlen(prefix)) == 0, "%s", s->id);
        const char *rest = s->id + strlen(prefix);
        ck_assert_msg(strncmp(rest, s->section, strlen(s->section)) == 0, "%s",
                      s->id);
        rest += strlen(s->section);
        while (strncmp(rest, ".0", 2) == 0)
            rest += 2;
        ck_assert_msg(rest[0] == '-' && rest[1] != '0' &&
                          rest[1 + strspn(rest + 1, "0123456789")] == 0 &&
                          rest[1],
                      "%s", s->id);
    }
}
END_TEST

/* Every id named in the column of equivalents is a statement of 5.0. */
START_TEST(equivalents_exist)
{
    const struct mqtt_statement *s, *other;
    size_t named = 0;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        const char *at = s->equivalent;
        ck_assert_msg(s->version == MQTT_311 || strcmp(at, "-") == 0, "%s",
                      s->id);
        while (*at && strcmp(at, "-") != 0) {
            size_t len = strcspn(at, " ");
            other = mqtt_statement_find(slice_of(at, len));
            ck_assert_msg(other && other->version == MQTT_50, "%s: %s", s->id,
                          at);
            named++;
            at += len;
            at += strspn(at, " ");
        }
    }
    ck_assert_uint_gt(named, 100);
}
END_TEST

START_TEST(every_row_says_something)
{
    const struct mqtt_statement *s;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        size_t len = strlen(s->summary);
        ck_assert_msg(len > 20 && s->summary[len - 1] == '.', "%s", s->id);
        ck_assert_msg(strlen(s->how) > 20, "%s", s->id);
        ck_assert_msg(s->needs[0], "%s", s->id);
        ck_assert_str_ne(mqtt_level_name(s->level), "");
        ck_assert_str_ne(mqtt_binds_name(s->binds), "");
    }
}
END_TEST

START_TEST(some_statements_by_hand)
{
    const struct mqtt_statement *s;
    s = mqtt_statement_find(slice_str("MQTT-3.3.1-4"));
    ck_assert_str_eq(s->section, "3.3.1");
    ck_assert_int_eq(s->level, LEVEL_MUST_NOT);
    ck_assert_str_eq(mqtt_level_name(s->level), "MUST NOT");
    ck_assert(mqtt_statement_find(slice_str("MQTT-4.2-1")));
    ck_assert(mqtt_statement_binds_server(s));
    s = mqtt_statement_find(slice_str("MQTT-3.1.0-1"));
    ck_assert_int_eq(s->binds, BINDS_CLIENT);
    ck_assert(!mqtt_statement_binds_server(s));
}
END_TEST

TEST_MAIN(all_251_and_141_are_there, ids_are_unique_and_found,
          an_id_is_made_of_version_section_and_number, equivalents_exist,
          every_row_says_something, some_statements_by_hand)
