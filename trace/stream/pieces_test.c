/* pieces_test.c - what waits: sorted, without overlap, first arrival wins.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/pieces.h"

#include "base/buf.h"
#include "base/test.h"

struct add {
    uint64_t at;
    const char *text; /* NULL ends; "?" x n: n bytes that were cut */
};

/* Also checks the sums. "2ab 7xyz" */
static void
dump(struct buf *out, struct pieces *ps, size_t *total)
{
    struct piece *p;
    while ((p = pieces_pop(ps))) {
        buf_printf(out, "%s%d", out->len ? " " : "", (int)p->at);
        if (p->is_cut)
            buf_add_fill(out, '?', p->len);
        else
            buf_add(out, slice_of(p->data, p->len));
        free(p);
    }
    ck_assert_uint_eq(ps->count, 0);
    ck_assert_uint_eq(ps->memory, 0);
    ck_assert_uint_eq(*total, 0);
}

START_TEST(only_what_is_open_is_filled)
{
    static const struct {
        struct add adds[5];
        const char *left;
        uint64_t resent, conflict;
    } cases[] = {
        {{{5, "abc"}, {8, "de"}}, "5abc 8de", 0, 0},
        {{{8, "de"}, {5, "abc"}}, "5abc 8de", 0, 0},
        {{{5, "abc"}, {5, "abc"}}, "5abc", 3, 0},
        {{{5, "abc"}, {6, "Xc"}}, "5abc", 2, 1},
        {{{5, "abc"}, {4, "zabcd"}}, "4z 5abc 8d", 3, 0},
        {{{5, "abc"}, {7, "Yd"}}, "5abc 8d", 1, 1},
        {{{5, "abc"}, {4, "zZ"}}, "4z 5abc", 1, 1},
        {{{2, "b"}, {4, "d"}, {6, "f"}, {1, "abcdefg"}},
         "1a 2b 3c 4d 5e 6f 7g", 3, 0},
        {{{5, "???"}, {4, "abcdef"}}, "4a 5??? 8ef", 3, 0},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct pieces ps;
        struct pieces_seen seen = {0};
        struct buf left = {0};
        size_t total = 0;
        pieces_init(&ps, &total);
        for (const struct add *a = cases[i].adds; a->text; a++) {
            struct piece like = {.at = a->at,
                                 .len = (uint32_t)strlen(a->text),
                                 .is_cut = a->text[0] == '?'};
            pieces_add(&ps, &like, (const uint8_t *)a->text, &seen);
        }
        ck_assert_uint_eq(total, ps.memory);
        dump(&left, &ps, &total);
        ck_assert_str_eq(buf_cstr(&left), cases[i].left);
        ck_assert_uint_eq(seen.resent, cases[i].resent);
        ck_assert_uint_eq(seen.conflict, cases[i].conflict);
        buf_release(&left);
    }
}
END_TEST

TEST_MAIN(only_what_is_open_is_filled)
