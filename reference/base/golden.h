/* golden.h - text held against a golden file.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this. GOLDEN=write in the environment writes the
 * files anew; look at the difference before committing it.                   */
#ifndef BASE_GOLDEN_H
#define BASE_GOLDEN_H

#include "base/file.h"
#include "base/test.h"

static inline void
golden_write(struct slice text, const char *path)
{
    struct error err;
    ck_assert_msg(file_write(path, text, &err) == 0, "%s", err.text);
}

/* Says where the two differ first, by line. */
static inline void
golden_compare(const char *path, struct slice got, struct slice want)
{
    size_t line = 1, at = 0;
    while (at < got.len && at < want.len && got.ptr[at] == want.ptr[at])
        line += got.ptr[at++] == '\n';
    if (at == got.len && at == want.len)
        return;
    while (at > 0 && got.ptr[at - 1] != '\n')
        at--;
    struct slice g = slice_first(slice_from(got, at), 200);
    struct slice w = slice_first(slice_from(want, at), 200);
    ck_abort_msg("%s:%zu differs\n got: %.*s\nwant: %.*s", path, line,
                 SLICE_ARG(g), SLICE_ARG(w));
}

static inline void
golden_check(struct slice text, const char *path)
{
    struct buf want = {0};
    struct error err;
    const char *mode = getenv("GOLDEN");
    if (mode && strcmp(mode, "write") == 0)
        golden_write(text, path);
    ck_assert_msg(file_read(&want, path, &err) == 0, "%s", err.text);
    golden_compare(path, text, buf_slice(&want));
    buf_release(&want);
}

#endif
