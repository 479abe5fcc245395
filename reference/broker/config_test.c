/* config_test.c - settings by name, their bounds, their help.
 * SPDX-License-Identifier: MIT */
#include "broker/config.h"

#include <stdio.h>

#include "base/test.h"

static int
set(struct broker_config *c, const char *name, const char *value,
    struct error *err)
{
    return broker_config_set(c, slice_str(name), slice_str(value), err);
}

START_TEST(defaults_are_within_their_bounds)
{
    struct broker_config c = broker_config_default();
    struct error err;
    char value[32];
#define SETTING(name, type, initial, min, max, about) \
    ck_assert_uint_eq(c.name, (type)(initial));                           \
    snprintf(value, sizeof value, "%llu", (unsigned long long)(initial)); \
    ck_assert_msg(set(&c, #name, value, &err) == 0, "%s", err.text);
#include "broker/settings.def"
}
END_TEST

START_TEST(bounds_can_be_reached_and_not_crossed)
{
    struct broker_config c = broker_config_default();
    struct error err;
    char value[32];
#define SETTING(name, type, initial, min, max, about) \
    snprintf(value, sizeof value, "%llu", (unsigned long long)(max));         \
    ck_assert_int_eq(set(&c, #name, value, &err), 0);                         \
    ck_assert_uint_eq(c.name, (max));                                         \
    snprintf(value, sizeof value, "%llu", (unsigned long long)(max) + 1);     \
    ck_assert_int_eq(set(&c, #name, value, &err), -1);                        \
    ck_assert_uint_eq(c.name, (max));                                         \
    snprintf(value, sizeof value, "%llu", (unsigned long long)(min));         \
    ck_assert_int_eq(set(&c, #name, value, &err), 0);                         \
    ck_assert_uint_eq(c.name, (min));                                         \
    if (min) {                                                                \
        snprintf(value, sizeof value, "%llu", (unsigned long long)(min) - 1); \
        ck_assert_int_eq(set(&c, #name, value, &err), -1);                    \
    }
#include "broker/settings.def"
}
END_TEST

START_TEST(names_with_either_hyphen)
{
    struct broker_config c = broker_config_default();
    struct error err;
    ck_assert_int_eq(set(&c, "connect-timeout", "7", &err), 0);
    ck_assert_uint_eq(c.connect_timeout, 7);
    ck_assert_int_eq(set(&c, "connect_timeout", "8", &err), 0);
    ck_assert_uint_eq(c.connect_timeout, 8);
    ck_assert(broker_config_has(slice_str("connect-timeout")));
    ck_assert(broker_config_is_flag(slice_str("retain-available")));
    ck_assert(!broker_config_is_flag(slice_str("connect-timeout")));
    ck_assert(!broker_config_has(slice_str("connect")));
    ck_assert(!broker_config_has(slice_str("")));
    ck_assert(!broker_config_is_flag(slice_str("nothing")));
}
END_TEST

START_TEST(what_is_no_number_is_refused_with_what_is)
{
    static const char *const bad[] = {"", "x", "1x", " 1", "-1", "+1", "1.0",
                                      "0x10", "99999999999999999999", "yes"};
    struct broker_config c = broker_config_default();
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct error err = {""};
        ck_assert_int_eq(set(&c, "connect_timeout", bad[i], &err), -1);
        ck_assert_ptr_nonnull(strstr(err.text, "connect_timeout"));
        ck_assert_ptr_nonnull(strstr(err.text, "1 to 3600"));
    }
    ck_assert_uint_eq(c.connect_timeout, 10);
}
END_TEST

START_TEST(an_unknown_name_says_where_to_look)
{
    struct broker_config c = broker_config_default();
    struct error err = {""};
    ck_assert_int_eq(set(&c, "conect_timeout", "1", &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "'conect_timeout'"));
    ck_assert_ptr_nonnull(strstr(err.text, "--help"));
}
END_TEST

START_TEST(help_has_a_line_for_each)
{
    struct buf out = {0};
    broker_config_help(&out);
    const char *text = buf_cstr(&out);
    size_t lines = 0, settings = 0;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
#define SETTING(name, type, initial, min, max, help) \
    ck_assert_ptr_nonnull(strstr(text, help));       \
    settings++;
#define TEXT(name, help)                       \
    ck_assert_ptr_nonnull(strstr(text, help)); \
    settings++;
#include "broker/settings.def"
    ck_assert_uint_eq(lines, settings);
    ck_assert_ptr_nonnull(strstr(text, "  --connect-timeout=10 "));
    buf_release(&out);
}
END_TEST

START_TEST(texts)
{
    struct broker_config c = broker_config_default();
    struct error err = {""};
    char longest[SETTING_TEXT_MAX + 1];
    memset(longest, 'x', sizeof longest);
    longest[SETTING_TEXT_MAX] = '\0';
    ck_assert_str_eq(c.server_reference, "");
    ck_assert_int_eq(set(&c, "server-reference", "other:1883", &err), 0);
    ck_assert_str_eq(c.server_reference, "other:1883");
    ck_assert_int_eq(set(&c, "server-reference", longest, &err), -1);
    ck_assert_int_eq(set(&c, "server-reference", "\xff", &err), -1);
    ck_assert_str_eq(c.server_reference, "other:1883");
    ck_assert_int_eq(set(&c, "variant", "overlap=each", &err), 0);
    ck_assert_uint_eq(c.variant.overlap, OVERLAP_EACH);
}
END_TEST

TEST_MAIN(texts, defaults_are_within_their_bounds,
          bounds_can_be_reached_and_not_crossed, names_with_either_hyphen,
          what_is_no_number_is_refused_with_what_is,
          an_unknown_name_says_where_to_look, help_has_a_line_for_each)
