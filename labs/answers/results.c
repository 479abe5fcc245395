/* results.c - what was judged, in the two files that labs/lab reads.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/results.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"

void
results_release(struct results *r)
{
    buf_release(&r->lines);
    buf_release(&r->judged);
}

/* The first line, without tabs: RESULTS is a table. */
static void
add_words(struct buf *out, struct slice more)
{
    for (size_t i = 0; i < more.len && more.ptr[i] != '\n'; i++)
        buf_add_byte(out, more.ptr[i] == '\t' ? ' ' : more.ptr[i]);
}

void
results_add(struct results *r, const char *test, enum result result,
            struct slice more)
{
    static const char *const names[] = {"blank", "wrong", "right"};
    char *path = xasprintf("%s/%s", r->folder, test);
    if (mkdir(r->folder, 0777) != 0 && errno != EEXIST)
        error_errno(&r->err, "%s", r->folder);
    else if (!r->err.text[0])
        file_write(path, more, &r->err);
    buf_printf(&r->lines, "a:%s\t%s\t", test, names[result]);
    add_words(&r->lines, more);
    buf_printf(&r->lines, "\t%s\n", path);
    free(path);
    r->tests++;
    r->right += result == RESULT_RIGHT;
    r->tried += result != RESULT_BLANK;
}

void
results_hole(struct results *r, const char *id, unsigned max, unsigned costs)
{
    unsigned points = r->tests ? max * r->right / r->tests : 0;
    points = points > costs ? points - costs : 0;
    const char *result = r->tests && r->right == r->tests ? "right"
                         : r->tried == 0                  ? "blank"
                                                          : "wrong";
    buf_printf(&r->judged, "%s %s %u %u %u %u\n", id, result, r->right,
               r->tests, points, max);
    r->tests = r->right = r->tried = 0;
}

int
results_write(struct results *r, const char *results, const char *judged,
              struct error *err)
{
    if (r->err.text[0])
        return error_set(err, "%s", r->err.text);
    if (file_write(results, buf_slice(&r->lines), err) != 0)
        return -1;
    return file_write(judged, buf_slice(&r->judged), err);
}
