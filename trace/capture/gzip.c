/* gzip.c - a gzip-compressed file, read as if it were not.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/capture/gzip.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

#define IN_LEN 65536
#define GZIP_FORMAT (15 + 16) /* for inflateInit2: with a gzip header */

struct gzip {
    FILE *file;         /* owned */
    z_stream z;
    bool is_over;       /* damaged, or the file ended */
    bool is_within;     /* inside a member, not between two */
    uint8_t in[IN_LEN];
};

/* Several members in a row are one file. */
static int
next_piece(struct gzip *g)
{
    if (g->z.avail_in == 0) {
        g->z.next_in = g->in;
        g->z.avail_in = (uInt)fread(g->in, 1, IN_LEN, g->file);
        if (g->z.avail_in == 0)
            return Z_BUF_ERROR;
    }
    g->is_within = true;
    int got = inflate(&g->z, Z_NO_FLUSH);
    if (got != Z_STREAM_END)
        return got;
    g->is_within = false;
    return inflateReset(&g->z);
}

static ssize_t
read_some(void *cookie, char *out, size_t size)
{
    struct gzip *g = cookie;
    g->z.next_out = (Bytef *)out;
    g->z.avail_out = (uInt)size;
    while (!g->is_over && g->z.avail_out == size)
        g->is_over = next_piece(g) != Z_OK;
    return (ssize_t)(size - g->z.avail_out);
}

static int
close_all(void *cookie)
{
    struct gzip *g = cookie;
    inflateEnd(&g->z);
    fclose(g->file);
    free(g);
    return 0;
}

FILE *
gzip_open(FILE *file)
{
    struct gzip *g = xcalloc(1, sizeof *g);
    cookie_io_functions_t io = {.read = read_some, .close = close_all};
    g->file = file;
    if (inflateInit2(&g->z, GZIP_FORMAT) != Z_OK)
        BUG("zlib cannot inflate");
    FILE *inside = fopencookie(g, "rb", io);
    if (!inside)
        BUG("fopencookie fails");
    return inside;
}
