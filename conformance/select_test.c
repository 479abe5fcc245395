/* select_test.c - which scenarios are played, by name, level and part.
 * SPDX-License-Identifier: MIT */
#include "conformance/select.h"

#include <stdlib.h>

#include "base/test.h"

static const char text[] =
    "scenario old\n\"1\"\nfor 3.1.1 5.0\n"
    "c connects fresh [MQTT311-3.1.4-4 MQTT-3.1.4-5]\n"
    "scenario new\n\"2\"\nfor 5.0\nsince 1.12\n"
    "c connects fresh [MQTT-3.1.4-5]\n"
    "scenario long\n\"3\"\nfor 5.0\nslow\n"
    "c connects fresh [MQTT-3.1.4-5]\n";

struct rig {
    struct load load;
    struct script_file *file;
    struct select jobs;
};

static void
set_up(struct rig *r)
{
    struct script_errors errors = {0};
    *r = (struct rig){.load = {.count = 1}};
    r->file = script_load_text("t.scn", slice_str("a/t"), slice_str(text),
                               &errors);
    ck_assert_ptr_nonnull(r->file);
    script_errors_release(&errors);
    r->load.files = &r->file;
}

static void
tear_down(struct rig *r)
{
    free(r->jobs.list);
    script_free(r->file);
}

START_TEST(each_wish_finds_its_own)
{
    static const char *const by_name[] = {"a/t/old"}, *const by_glob[] = {"a/*"};
    static const struct {
        struct wish wish;
        size_t count;
    } rows[] = {
        /* names, how many, versions, slow, level          jobs */
        {{NULL, 0, V_5 | V_311, false, NULL},   3},
        {{NULL, 0, V_5 | V_311, true, NULL},    4},
        {{NULL, 0, V_311, true, NULL},          1},
        {{by_name, 1, V_5 | V_311, true, NULL}, 2},
        {{by_glob, 1, V_5, true, NULL},         3},
        {{NULL, 0, V_5, true, "1.0"},           2},
        {{NULL, 0, V_5, true, "1.11"},          2},
        {{NULL, 0, V_5, true, "1.12"},          3},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct rig r;
        struct error err = {""};
        set_up(&r);
        ck_assert_msg(select_jobs(&r.jobs, &r.load, &rows[i].wish, &err) == 0,
                      "row %zu: %s", i, err.text);
        ck_assert_msg(r.jobs.count == rows[i].count, "row %zu: %zu", i,
                      r.jobs.count);
        tear_down(&r);
    }
}
END_TEST

START_TEST(names_that_name_nothing_are_mistakes)
{
    static const char *const wrong[] = {"a/t/olld"};
    struct wish w = {wrong, 1, V_5, true, NULL};
    struct rig r;
    struct error err = {""};
    set_up(&r);
    ck_assert_int_eq(select_jobs(&r.jobs, &r.load, &w, &err), -1);
    ck_assert(strstr(err.text, "a/t/olld") != NULL);
    tear_down(&r);
}
END_TEST

START_TEST(parts_make_the_whole_and_the_level_is_the_latest)
{
    struct wish w = {NULL, 0, V_5 | V_311, true, NULL};
    size_t all = 0;
    for (size_t k = 1; k <= 3; k++) {
        struct rig r;
        struct error err = {""};
        set_up(&r);
        ck_assert_int_eq(select_jobs(&r.jobs, &r.load, &w, &err), 0);
        ck_assert_str_eq(select_latest(&r.load).text, "1.12");
        select_shuffle(&r.jobs, 7);
        select_shard(&r.jobs, k, 3);
        all += r.jobs.count;
        tear_down(&r);
    }
    ck_assert_uint_eq(all, 4);
}
END_TEST

TEST_MAIN(each_wish_finds_its_own, names_that_name_nothing_are_mistakes,
          parts_make_the_whole_and_the_level_is_the_latest)
