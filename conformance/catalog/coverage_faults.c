/* coverage_faults.c - which statements have a planted fault that breaks them.
 * SPDX-License-Identifier: MIT */
#include <dirent.h>
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
coverage_add_fault(struct coverage *c, const char *name, struct slice text)
{
    static const char label[] = " * statement:";
    char *copy = xcalloc(text.len + 1, 1);
    memcpy(copy, text.ptr, text.len);
    char *from = strstr(copy, label);
    if (from) {
        char *rest = from + strlen(label);
        rest[strcspn(rest, "\n")] = 0;
        for (char *id = strtok_r(rest, " ", &rest); id;
             id = strtok_r(NULL, " ", &rest))
            add_to_row(c, slice_str(id), name);
    }
    free(copy);
}

static bool
is_source(const char *name)
{
    size_t len = strlen(name);
    return len > 2 && strcmp(name + len - 2, ".c") == 0;
}

static int
add_one(struct coverage *c, const char *folder, const char *file,
        struct error *err)
{
    struct buf text = {0};
    char *path = xasprintf("%s/%s", folder, file);
    char *name = xstrdup(file);
    name[strlen(name) - 2] = 0;
    int status = file_read(&text, path, err);
    if (status == 0)
        coverage_add_fault(c, name, buf_slice(&text));
    free(name);
    free(path);
    buf_release(&text);
    return status;
}

int
coverage_add_faults(struct coverage *c, const char *folder, struct error *err)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    int status = 0, found = 0;
    if (count < 0)
        return error_set(err, "%s: there is no such folder", folder);
    for (int i = 0; i < count; i++) {
        if (status == 0 && is_source(entries[i]->d_name)) {
            status = add_one(c, folder, entries[i]->d_name, err);
            found++;
        }
        free(entries[i]);
    }
    free(entries);
    if (status == 0 && found == 0)
        return error_set(err, "%s: there is no fault (*.c) in it", folder);
    return status;
}
