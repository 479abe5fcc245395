/* capture.c - looks at the first bytes of a file and opens the right reader.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/capture.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "trace/capture/filter.h"
#include "trace/capture/gzip.h"
#include "trace/capture/source.h"

struct capture {
    char *name;            /* owned; what errors call the file */
    struct source *source; /* owned */
    struct filter *filter; /* owned; NULL: all frames pass */
    uint64_t frames;       /* read so far */
    int ended;             /* 1: frames still come, else 0 or -1 for ever */
    struct error why;      /* when ended is -1 */
};

#define MAGIC_LEN 4

enum format { FORMAT_PCAP, FORMAT_PCAPNG, FORMAT_GZIP, FORMAT_FOREIGN };

/* Magic numbers, as they stand in the file. */
static const struct magic {
    uint8_t bytes[MAGIC_LEN];
    uint8_t len;       /* bytes that must match */
    enum format format;
    const char *what;  /* of a foreign one: what it is */
    const char *tool;  /* of a foreign one: what makes a capture of it, to be
                          followed by the name of the file */
} magics[] = {
    {{0x0a, 0x0d, 0x0d, 0x0a}, 4, FORMAT_PCAPNG, NULL, NULL},
    {{0xa1, 0xb2, 0xc3, 0xd4}, 4, FORMAT_PCAP, NULL, NULL}, /* microseconds */
    {{0xd4, 0xc3, 0xb2, 0xa1}, 4, FORMAT_PCAP, NULL, NULL},
    {{0xa1, 0xb2, 0x3c, 0x4d}, 4, FORMAT_PCAP, NULL, NULL}, /* nanoseconds */
    {{0x4d, 0x3c, 0xb2, 0xa1}, 4, FORMAT_PCAP, NULL, NULL},
    {{0xa1, 0xb2, 0xcd, 0x34}, 4, FORMAT_PCAP, NULL, NULL}, /* Kuznetzov */
    {{0x34, 0xcd, 0xb2, 0xa1}, 4, FORMAT_PCAP, NULL, NULL},
    {{0x1f, 0x8b}, 2, FORMAT_GZIP, "gzip-compressed", "zcat"},
    {{0x28, 0xb5, 0x2f, 0xfd}, 4, FORMAT_FOREIGN, "zstd-compressed",
     "zstdcat"},
    {{0xfd, 0x37, 0x7a, 0x58}, 4, FORMAT_FOREIGN, "xz-compressed", "xzcat"},
    {{0x04, 0x22, 0x4d, 0x18}, 4, FORMAT_FOREIGN, "lz4-compressed", "lz4cat"},
    {{'s', 'n', 'o', 'o'}, 4, FORMAT_FOREIGN, "a snoop capture",
     "tcpdump -w - -r"},
};

/* The first bytes, which stay unread; returns how many there are, -1 when
 * reading failed. Pushing back what was just read works on pipes too. */
static int
peek(FILE *file, uint8_t first[MAGIC_LEN])
{
    size_t n = fread(first, 1, MAGIC_LEN, file);
    if (n < MAGIC_LEN && ferror(file))
        return -1;
    for (size_t i = n; i-- > 0;)
        if (ungetc(first[i], file) == EOF)
            return -1;
    return (int)n;
}

static const struct magic *
magic_of(const uint8_t *first, int n)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (n >= magics[i].len &&
            memcmp(first, magics[i].bytes, magics[i].len) == 0)
            return &magics[i];
    return NULL;
}

static void
refuse(const uint8_t *first, int n, struct error *err)
{
    struct buf hex = {0};
    hex_print(&hex, slice_of(first, (size_t)n), ' ');
    error_set(err, "not a capture: starts with %s; plumb-trace reads pcap "
                   "and pcapng", buf_cstr(&hex));
    buf_release(&hex);
}

/* NULL and err without the file's name; then *file is still the caller's. It
 * may have become the inside of a compressed one. */
static struct source *
source_of(FILE **file, const char *name, struct error *err)
{
    uint8_t first[MAGIC_LEN];
    int n = peek(*file, first);
    const struct magic *m = n > 0 ? magic_of(first, n) : NULL;

    bool is_gzip = m && m->format == FORMAT_GZIP;
    if (is_gzip) {
        *file = gzip_open(*file);
        n = peek(*file, first);
        m = n > 0 ? magic_of(first, n) : NULL;
    }
    if (n < 0)
        error_errno(err, "cannot read it");
    else if (n == 0)
        error_set(err, is_gzip ? "the gzip file is empty or damaged; "
                                 "gunzip -t says more"
                               : "not a capture: the file is empty");
    else if (!m)
        refuse(first, n, err);
    else if (m->format == FORMAT_PCAP)
        return source_open_pcap(*file, err);
    else if (m->format == FORMAT_PCAPNG)
        return source_open_pcapng(*file, err);
    else
        error_set(err, "%s: %s %s | plumb-trace -", m->what, m->tool, name);
    return NULL;
}

struct capture *
capture_of(struct source *source, const char *name, const char *filter,
           struct error *err)
{
    struct filter *f = filter ? filter_new(filter, err) : NULL;
    if (filter && !f) {
        source->close(source);
        return NULL;
    }
    struct capture *c = xcalloc(1, sizeof *c);
    c->name = xstrdup(name);
    c->source = source;
    c->filter = f;
    c->ended = 1;
    return c;
}

static struct capture *
open_filtered(FILE *file, const char *name, const char *filter,
              struct error *err)
{
    struct source *source = source_of(&file, name, err);
    if (!source) {
        error_prefix(err, "%s", name);
        fclose(file);
        return NULL;
    }
    return capture_of(source, name, filter, err);
}

struct capture *
capture_open_file(FILE *file, const char *name, struct error *err)
{
    return open_filtered(file, name, NULL, err);
}

struct capture *
capture_open_filtered(const char *path, const char *filter, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return open_filtered(stdin, "standard input", filter, err);
    FILE *file = fopen(path, "rb");
    if (!file) {
        error_errno(err, "%s", path);
        return NULL;
    }
    return open_filtered(file, path, filter, err);
}

struct capture *
capture_open(const char *path, struct error *err)
{
    return capture_open_filtered(path, NULL, err);
}

int
capture_next(struct capture *c, struct capture_frame *out, struct error *err)
{
    while (c->ended == 1) {
        *out = (struct capture_frame){.number = c->frames + 1};
        c->ended = c->source->next(c->source, out, &c->why);
        if (c->ended == -1)
            error_prefix(&c->why, "%s", c->name);
        if (c->ended != 1)
            break;
        c->frames++;
        if (!c->filter || filter_passes(c->filter, out))
            return 1;
    }
    if (c->ended == -1)
        *err = c->why;
    return c->ended;
}

struct slice
capture_secrets(const struct capture *c)
{
    struct slice none = {0};
    return c->source->secrets ? c->source->secrets(c->source) : none;
}

void
capture_close(struct capture *c)
{
    if (!c)
        return;
    c->source->close(c->source);
    filter_free(c->filter);
    free(c->name);
    free(c);
}
