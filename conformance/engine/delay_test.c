/* delay_test.c - what is on its way arrives in order, in time, or not at all.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/delay.h"

#include "base/test.h"

enum { MEAN_US = 1000 };

static uint64_t
say(struct delay *d, void *link, const char *text, uint64_t *last_us)
{
    struct late what = {.kind = LATE_BYTES, .link = link};
    delay_add(d, what, slice_str(text), 0, last_us);
    return *last_us;
}

START_TEST(nothing_overtakes_on_its_own_way)
{
    struct delay d;
    int link;
    uint64_t last = 0, due = 0;
    delay_init(&d, MEAN_US, 7);
    for (int i = 0; i < 20; i++) {
        char text[] = {(char)('a' + i), '\0'};
        due = say(&d, &link, text, &last);
        ck_assert_uint_ge(due, MEAN_US / 2);
        ck_assert_uint_le(due, MEAN_US + MEAN_US / 2);
    }
    ck_assert_ptr_null(delay_next(&d, MEAN_US / 2 - 1));
    for (int i = 0; i < 20; i++) {
        struct late *l = delay_next(&d, due);
        ck_assert_ptr_nonnull(l);
        ck_assert_int_eq(buf_slice(&l->bytes).ptr[0], 'a' + i);
        delay_done(l);
    }
    ck_assert_uint_eq(delay_due_us(&d), UINT64_MAX);
}
END_TEST

START_TEST(what_is_forgotten_never_arrives)
{
    struct delay d;
    int one, two;
    uint64_t last_of_one = 0, last_of_two = 0;
    delay_init(&d, MEAN_US, 7);
    say(&d, &one, "lost", &last_of_one);
    say(&d, &two, "kept", &last_of_two);
    say(&d, &one, "lost too", &last_of_one);
    delay_forget(&d, &one);
    struct late *l = delay_next(&d, 2 * MEAN_US);
    ck_assert_ptr_eq(l->link, &two);
    delay_done(l);
    ck_assert_ptr_null(delay_next(&d, 2 * MEAN_US));
}
END_TEST

TEST_MAIN(nothing_overtakes_on_its_own_way, what_is_forgotten_never_arrives)
