/* golden.h - text held against a golden file.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this. GOLDEN=write in the environment writes the
 * files anew; look at the difference before committing it.                   */
#ifndef REPORT_GOLDEN_H
#define REPORT_GOLDEN_H

#include <stdio.h>

#include "base/buf.h"
#include "base/test.h"

static inline void
golden_read(struct buf *out, const char *path)
{
    FILE *f = fopen(path, "rb");
    size_t n;
    ck_assert_msg(f != NULL, "%s: cannot be read", path);
    do {
        n = fread(buf_room(out, 4096), 1, 4096, f);
        out->len += n;
    } while (n);
    fclose(f);
}

static inline void
golden_write(struct slice text, const char *path)
{
    FILE *f = fopen(path, "wb");
    ck_assert_msg(f != NULL, "%s: cannot be written", path);
    ck_assert_uint_eq(fwrite(text.ptr, 1, text.len, f), text.len);
    fclose(f);
}

static inline void
golden_check(struct buf *text, const char *path)
{
    struct buf want = {0};
    const char *mode = getenv("GOLDEN");

    if (mode && strcmp(mode, "write") == 0)
        golden_write(buf_slice(text), path);
    golden_read(&want, path);
    ck_assert_msg(slice_equal(buf_slice(text), buf_slice(&want)),
                  "%s differs; this is what came:\n%s", path, buf_cstr(text));
    buf_release(&want);
}

#endif
