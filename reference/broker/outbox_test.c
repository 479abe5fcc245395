/* outbox_test.c - memory for output that waits.
 * SPDX-License-Identifier: MIT */
#include "broker/outbox.h"

#include "base/test.h"

static struct outbox o;

static struct buf
filled(size_t len)
{
    struct buf b = {0};
    outbox_lend(&o, &b);
    buf_add_fill(&b, 'x', len);
    return b;
}

START_TEST(what_was_given_back_is_lent_again)
{
    struct buf a = filled(1000), b = {0}, c = {0};
    const uint8_t *memory = a.data;
    outbox_return(&o, &a);
    ck_assert_ptr_null(a.data);
    outbox_lend(&o, &b);
    ck_assert_ptr_eq(b.data, memory);
    ck_assert_uint_eq(b.len, 0);
    ck_assert_uint_ge(b.cap, 1000);
    outbox_lend(&o, &c); /* there is none left: it grows its own */
    ck_assert_ptr_null(c.data);
    outbox_return(&o, &c);
    outbox_return(&o, &b);
    ck_assert_uint_eq(o.count, 1);
    outbox_release(&o);
    ck_assert_uint_eq(o.bytes, 0);
}
END_TEST

START_TEST(who_has_memory_keeps_it)
{
    struct buf a = filled(10), b = filled(10);
    const uint8_t *memory = b.data;
    outbox_return(&o, &a);
    outbox_lend(&o, &b);
    ck_assert_ptr_eq(b.data, memory);
    ck_assert_uint_eq(b.len, 10);
    outbox_return(&o, &b);
    outbox_release(&o);
}
END_TEST

START_TEST(spares_are_bounded)
{
    static struct buf bufs[OUTBOX_SPARES + 8];
    struct buf large = filled(OUTBOX_SPARE_MAX + 1);
    outbox_return(&o, &large);
    ck_assert_uint_eq(o.count, 0);
    for (size_t i = 0; i < TEST_COUNT(bufs); i++)
        bufs[i] = filled(100000);
    for (size_t i = 0; i < TEST_COUNT(bufs); i++)
        outbox_return(&o, &bufs[i]);
    ck_assert_uint_le(o.count, OUTBOX_SPARES);
    ck_assert_uint_le(o.bytes, OUTBOX_SPARE_SUM);
    ck_assert_uint_gt(o.count, 8);
    outbox_release(&o);
}
END_TEST

TEST_MAIN(what_was_given_back_is_lent_again, who_has_memory_keeps_it,
          spares_are_bounded)
