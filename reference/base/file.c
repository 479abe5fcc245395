/* file.c - whole files in and out.
 * SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <stdio.h>

static bool
is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

int
file_read(struct buf *out, const char *path, struct error *err)
{
    FILE *f = is_standard(path) ? stdin : fopen(path, "rb");
    size_t n;
    if (!f)
        return error_errno(err, "%s: cannot be read", path);
    while ((n = fread(buf_room(out, 65536), 1, 65536, f)) > 0)
        out->len += n;
    int status = ferror(f) ? error_errno(err, "%s: cannot be read", path) : 0;
    if (f != stdin)
        fclose(f);
    return status;
}

int
file_write(const char *path, struct slice content, struct error *err)
{
    FILE *f = is_standard(path) ? stdout : fopen(path, "wb");
    if (!f)
        return error_errno(err, "%s: cannot be written", path);
    bool good = !content.len ||
                fwrite(content.ptr, 1, content.len, f) == content.len;
    /* A full disk may show only when the last of it is written. */
    good = (f == stdout ? fflush(f) : fclose(f)) == 0 && good;
    return good ? 0 : error_errno(err, "%s: cannot be written", path);
}
