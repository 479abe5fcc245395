/* coverage_faults.c - which statements have a planted fault that breaks them.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "conformance/catalog/coverage.h"

static void
add_to_row(struct coverage *c, struct slice id, const char *name)
{
    struct coverage_row *row =
        (struct coverage_row *)coverage_find(c, id); /* c is ours to change */
    if (!row)
        return;
    row->faults = xgrow(row->faults, &row->fault_cap, row->fault_count + 1,
                        sizeof *row->faults);
    row->faults[row->fault_count++] = xstrdup(name);
}

void
coverage_add_fault(struct coverage *c, struct slice line)
{
    char *copy = xasprintf("%.*s", SLICE_ARG(line));
    char *rest = strchr(copy, '\t');
    if (rest && copy[0] != '#') {
        *rest++ = 0;
        for (char *id = strtok_r(rest, " ", &rest); id;
             id = strtok_r(NULL, " ", &rest))
            add_to_row(c, slice_str(id), copy);
    }
    free(copy);
}

int
coverage_add_faults(struct coverage *c, const char *path, struct error *err)
{
    struct buf text = {0};
    if (file_read(&text, path, err) < 0)
        return -1;
    struct slice rest = buf_slice(&text);
    while (rest.len > 0) {
        const uint8_t *nl = memchr(rest.ptr, '\n', rest.len);
        size_t len = nl ? (size_t)(nl - rest.ptr) : rest.len;
        coverage_add_fault(c, slice_first(rest, len));
        rest = slice_from(rest, len + 1);
    }
    buf_release(&text);
    return 0;
}
