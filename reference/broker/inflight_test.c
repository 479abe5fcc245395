/* inflight_test.c - identifiers in turn, found at once, whatever order they end.
 * SPDX-License-Identifier: MIT */
#include "broker/inflight.h"

#include <stdlib.h>

#include "base/random.h"
#include "base/test.h"
#include "broker/queue.h"

enum { ID_MAX = 65535 };

static struct delivery *
delivery(uint16_t packet_id)
{
    struct delivery *d = calloc(1, sizeof *d);
    d->packet_id = packet_id;
    return d;
}

static uint16_t
begin(struct inflight *f)
{
    struct delivery *d = delivery(0);
    if (inflight_begin(f, d))
        return d->packet_id;
    free(d);
    return 0;
}

static void
end(struct inflight *f, uint16_t packet_id)
{
    struct delivery *d = inflight_find(f, packet_id);
    ck_assert_ptr_nonnull(d);
    ck_assert_uint_eq(d->packet_id, packet_id);
    inflight_remove(f, d);
    ck_assert_ptr_null(inflight_find(f, packet_id));
    free(d);
}

static void
release(struct inflight *f)
{
    LIST_EACH(link, &f->order) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        end(f, d->packet_id);
    }
    ck_assert_uint_eq(f->count, 0);
    inflight_release(f);
}

START_TEST(identifiers_come_in_turn_and_never_zero)
{
    struct inflight f;
    inflight_init(&f);
    ck_assert_ptr_null(inflight_find(&f, 1));
    for (uint16_t id = 1; id <= 1000; id++)
        ck_assert_uint_eq(begin(&f), id);
    ck_assert_ptr_null(inflight_find(&f, 0));
    ck_assert_ptr_null(inflight_find(&f, 1001));
    end(&f, 1);
    ck_assert_uint_eq(begin(&f), 1001); /* not the one just given back */
    f.last_id = ID_MAX;
    ck_assert_uint_eq(begin(&f), 1); /* [MQTT-2.2.1-3] */
    release(&f);
}
END_TEST

/* All of them at once, then any order of ending and beginning: an identifier
 * is never used twice at a time [MQTT-2.2.1-4]. */
START_TEST(no_identifier_is_used_twice)
{
    static bool used[ID_MAX + 1];
    struct inflight f;
    struct random r;
    random_seed(&r, 1);
    inflight_init(&f);
    for (int i = 0; i < ID_MAX; i++) {
        uint16_t id = begin(&f);
        ck_assert(id != 0 && !used[id]);
        used[id] = true;
    }
    ck_assert_uint_eq(begin(&f), 0);
    for (int i = 0; i < 20000; i++) {
        uint16_t gone = (uint16_t)(1 + random_below(&r, ID_MAX));
        if (!used[gone])
            continue;
        used[gone] = false;
        end(&f, gone);
        if (i % 2)
            continue;
        uint16_t id = begin(&f);
        ck_assert(id != 0 && !used[id]);
        used[id] = true;
    }
    release(&f);
}
END_TEST

/* As a store gives them back. */
START_TEST(any_identifiers_can_be_put)
{
    static const uint16_t ids[] = {16, 32, 48, 65535, 1, 32769, 2, 32770};
    struct inflight f;
    inflight_init(&f);
    for (size_t i = 0; i < TEST_COUNT(ids); i++)
        ck_assert(inflight_put(&f, delivery(ids[i])));
    struct delivery zero = {.packet_id = 0}, twice = {.packet_id = 48};
    ck_assert(!inflight_put(&f, &zero));
    ck_assert(!inflight_put(&f, &twice));
    size_t n = 0;
    LIST_EACH(link, &f.order)
        ck_assert_uint_eq(LIST_ITEM(link, struct delivery, link)->packet_id,
                          ids[n++]); /* [MQTT-4.6.0-1] */
    ck_assert_uint_eq(n, TEST_COUNT(ids));
    f.last_id = 0;
    ck_assert_uint_eq(begin(&f), 3); /* 1 and 2 are in use */
    release(&f);
}
END_TEST

TEST_MAIN(identifiers_come_in_turn_and_never_zero, no_identifier_is_used_twice,
          any_identifiers_can_be_put)
