/* eval_test.c - expressions, functions and tables.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/eval.h"

#include "conformance/engine/functions.h"
#include "conformance/script/script_testkit.h"

/* An expression, and what it comes to in the notation of scripts; NULL: it has
 * no value. x is [3 1 2], t is "abc", p is the pair "k":"v". */
static const struct {
    const char *text;
    const char *value;
} rows[] = {
    {"1 + 2 * 3", "7"},
    {"(1 + 2) * 3", "9"},
    {"7 / 2", "3"},
    {"7 % 4", "3"},
    {"-2 + 5", "3"},
    {"1 / 0", NULL},
    {"\"a\" + 1", "\"a1\""},
    {"\"ab\"*3", "\"ababab\""},
    {"\"x-$t-${t}y\"", "\"x-abc-abcy\""},
    {"hex:\"c0 ff\"", "hex:\"c0 ff\""},
    {"[1 2] + [3]", "[1 2 3]"},
    {"2..4", "[2 3 4]"},
    {"2 in 1..3", "1"},
    {"9 in [1 2]", "0"},
    {"\"b\" in $t", "1"},
    {"1 = 1 and 2 != 3", "1"},
    {"1 > 2 or 2 >= 2", "1"},
    {"not (1 = 1)", "0"},
    {"\"10\" > \"9\"", "1"},
    {"\"b\" > \"a\"", "1"},
    {"[1] = 1", "1"},
    {"[1 2] = [1 2]", "1"},
    {"1.5s", "1500000"},
    {"$x[1]", "1"},
    {"$x[3]", NULL},
    {"$t[0]", "97"},
    {"count($x)", "3"},
    {"min($x) + max($x) + sum($x)", "10"},
    {"min(4, 2)", "2"},
    {"distinct($x)", "1"},
    {"distinct([1 2 1])", "0"},
    {"increasing([1 2 9])", "1"},
    {"increasing($x)", "0"},
    {"increasing([1 1])", "0"},
    {"len($t) + len($x)", "6"},
    {"first($x)", "3"},
    {"last($x)", "2"},
    {"text(1, \"-\", $t)", "\"1-abc\""},
    {"starts($t, \"ab\")", "1"},
    {"count(bad_utf8())", "14"},
    {"count(properties_bad_text(PUBLISH))", "56"},
    {"count(properties_bad_text(PUBACK)) = 3 * count(bad_utf8())", "1"},
    {"count(properties_out_of_range(CONNECT))", "6"},
    {"count(properties_out_of_range(DISCONNECT))", "0"},
    {"first(properties_out_of_range(SUBSCRIBE)).value = byte(0)", "1"},
    {"0x81 in reason_codes_of_others(PUBREL)", "1"},
    {"0x92 in reason_codes_of_others(PUBREL)", "0"},
    {"count(packet_types())", "15"},
    {"first(properties_once(CONNACK)).name", "\"session_expiry_interval\""},
    {"count(properties_allowed(PUBACK))", "2"},
    {"count(properties_allowed(PUBACK)) + "
     "count(properties_not_allowed(PUBACK))", "27"},
    {"0x92 in reason_codes(PUBREL)", "1"},
    {"0x81 in reason_codes(PUBREL)", "0"},
    {"$target.user = present", "0"},
    {"$target.user = absent", "1"},
    {"$t = present and $t != absent", "1"},
    {"$nothing", NULL},
    {"2 in 1|2", "1"},
    {"first(where($x))", NULL},
    {"min([])", NULL},
};

START_TEST(expressions_have_values)
{
    static const struct value list[] = {
        {.kind = VALUE_NUMBER, .number = 3},
        {.kind = VALUE_NUMBER, .number = 1},
        {.kind = VALUE_NUMBER, .number = 2}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct script_file *f =
            script_parsed(SCRIPT_50 "judge %s\n", rows[i].text);
        struct arena *arena = arena_new();
        struct eval e = {.arena = arena, .version = MQTT_50};
        struct value v;
        struct buf out = {0};
        e.scope = scope_new(arena, NULL);
        scope_own(e.scope, slice_str("x"), value_list(list, 3));
        scope_own(e.scope, slice_str("t"), value_text("abc"));
        bool good =
            eval_expr(&e, f->scenarios[0].body.list[0].value, &v);
        if (good)
            value_print(&out, v);
        ck_assert_msg(good == (rows[i].value != NULL), "%s: %s", rows[i].text,
                      good ? buf_cstr(&out) : e.err.text);
        if (good)
            ck_assert_str_eq(buf_cstr(&out), rows[i].value);
        buf_release(&out);
        arena_free(arena);
        script_free(f);
    }
}
END_TEST

START_TEST(a_name_belongs_where_it_stands)
{
    struct arena *arena = arena_new();
    struct scope *outer = scope_new(arena, NULL);
    struct scope *inner = scope_new(arena, outer);
    scope_own(inner, slice_str("mine"), value_number(1));
    scope_set(inner, slice_str("mine"), value_number(2));
    scope_set(inner, slice_str("all"), value_number(3));
    ck_assert_int_eq(scope_find(inner, slice_str("mine"))->number, 2);
    ck_assert_ptr_null(scope_find(outer, slice_str("mine")));
    ck_assert_int_eq(scope_find(outer, slice_str("all"))->number, 3);
    arena_free(arena);
}
END_TEST

TEST_MAIN(expressions_have_values, a_name_belongs_where_it_stands)
