/* table_fuzz.c - any file as a table of the labs.
 * SPDX-License-Identifier: MIT
 *
 * The first byte picks how many cells. What must hold: nothing crashes, cells
 * lie within the text, and what is no text has no rows.                       */
#include <assert.h>

#include "labs/answers/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at(const struct table *t, struct slice cell)
{
    uint64_t number;
    assert(cell.len == 0 || (cell.ptr >= t->text.data &&
                             cell.ptr + cell.len <= t->text.data + t->text.len));
    table_is(cell, "connect");
    table_number(cell, &number);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct table t;
    if (size == 0)
        return 0;
    table_parse(&t, slice_of(data + 1, size - 1), 1 + data[0] % TABLE_CELLS);
    assert(!t.problem[0] || t.count == 0);
    for (size_t i = 0; i < t.count; i++)
        for (size_t c = 0; c < t.rows[i].count; c++)
            look_at(&t, t.rows[i].cells[c]);
    table_find(&t, "PUBLISH", NULL);
    table_find(&t, "1", "3");
    table_release(&t);
    return 0;
}
