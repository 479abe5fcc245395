/* keylog.c - TLS secrets that a client or server wrote down.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/keylog.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/random.h"

#define LINE_LEN 512 /* longer lines are no secrets */

static const char *const labels[KEYLOG_LABELS] = {
    [KEYLOG_MASTER] = "CLIENT_RANDOM",
    [KEYLOG_CLIENT_EARLY] = "CLIENT_EARLY_TRAFFIC_SECRET",
    [KEYLOG_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    [KEYLOG_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    [KEYLOG_CLIENT_TRAFFIC] = "CLIENT_TRAFFIC_SECRET_0",
    [KEYLOG_SERVER_TRAFFIC] = "SERVER_TRAFFIC_SECRET_0",
};

struct secret {
    uint8_t key[1 + KEYLOG_RANDOM_LEN]; /* label and client random */
    uint8_t bytes[KEYLOG_SECRET_MAX];
    uint8_t len;
};

struct keylog {
    struct map secrets; /* struct secret, owned */
    FILE *file;         /* owned; NULL: none */
    uint64_t lines;     /* read that are no comments */
};

struct keylog *
keylog_new(void)
{
    struct keylog *k = xcalloc(1, sizeof *k);
    random_secret(&k->secrets.hash_key, sizeof k->secrets.hash_key);
    return k;
}

void
keylog_free(struct keylog *k)
{
    if (!k)
        return;
    size_t at = 0;
    struct secret *s;
    while ((s = map_next(&k->secrets, &at)))
        free(s);
    map_release(&k->secrets);
    if (k->file)
        fclose(k->file);
    free(k);
}

/* The next word of a line. */
static struct slice
next_word(struct slice *line)
{
    size_t begin = 0;
    while (begin < line->len && line->ptr[begin] == ' ')
        begin++;
    size_t end = begin;
    while (end < line->len && line->ptr[end] != ' ' &&
           line->ptr[end] != '\r' && line->ptr[end] != '\n')
        end++;
    struct slice word = slice_first(slice_from(*line, begin), end - begin);
    *line = slice_from(*line, end);
    return word;
}

static int
label_of(struct slice word)
{
    for (int i = 0; i < KEYLOG_LABELS; i++)
        if (slice_is(word, labels[i]))
            return i;
    return -1;
}

/* Hexadecimal digits into at most `max` bytes; how many, 0 when it is none. */
static size_t
bytes_of(struct slice word, uint8_t *out, size_t max)
{
    if (word.len % 2 || word.len / 2 > max)
        return 0;
    for (size_t i = 0; i < word.len; i += 2) {
        int high = hex_digit(word.ptr[i]), low = hex_digit(word.ptr[i + 1]);
        if (high < 0 || low < 0)
            return 0;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return word.len / 2;
}

static void
add_line(struct keylog *k, struct slice line)
{
    struct secret s = {0};
    struct slice word = next_word(&line);
    if (word.len == 0 || word.ptr[0] == '#')
        return;
    k->lines++;
    int label = label_of(word);
    if (label < 0 || k->secrets.count >= KEYLOG_MAX)
        return;
    s.key[0] = (uint8_t)label;
    if (bytes_of(next_word(&line), s.key + 1, KEYLOG_RANDOM_LEN) !=
        KEYLOG_RANDOM_LEN)
        return;
    s.len = (uint8_t)bytes_of(next_word(&line), s.bytes, KEYLOG_SECRET_MAX);
    if (!s.len)
        return;
    struct slice key = slice_of(s.key, sizeof s.key);
    struct secret *have = map_get(&k->secrets, key);
    if (have) {
        memcpy(have->bytes, s.bytes, sizeof s.bytes);
        have->len = s.len;
        return;
    }
    struct secret *kept = xcalloc(1, sizeof *kept);
    *kept = s;
    map_put(&k->secrets, slice_of(kept->key, sizeof kept->key), kept);
}

void
keylog_add(struct keylog *k, struct slice lines)
{
    while (lines.len) {
        size_t end = 0;
        while (end < lines.len && lines.ptr[end] != '\n')
            end++;
        add_line(k, slice_first(lines, end));
        lines = slice_from(lines, end + 1);
    }
}

/* What the file has gained; a line that is not whole yet is left for later. */
static bool
read_more(struct keylog *k)
{
    char line[LINE_LEN];
    size_t before = k->secrets.count;
    if (!k->file)
        return false;
    clearerr(k->file);
    for (;;) {
        long at = ftell(k->file);
        if (!fgets(line, sizeof line, k->file))
            break;
        size_t len = strlen(line);
        if (len && line[len - 1] != '\n' && len + 1 < sizeof line && at >= 0 &&
            k->lines && fseek(k->file, at, SEEK_SET) == 0)
            break;
        add_line(k, slice_of(line, len));
    }
    return k->secrets.count > before;
}

int
keylog_open(struct keylog *k, const char *path, struct error *err)
{
    k->file = fopen(path, "rb");
    if (!k->file)
        return error_errno(err, "%s", path);
    read_more(k);
    if (ferror(k->file))
        return error_errno(err, "%s", path);
    if (k->lines && !k->secrets.count)
        return error_set(err, "%s: not a TLS key log: no line like "
                              "CLIENT_RANDOM, 64 digits, secret", path);
    return 0;
}

bool
keylog_is_empty(const struct keylog *k)
{
    return k->secrets.count == 0;
}

struct slice
keylog_get(struct keylog *k, enum keylog_label label,
           const uint8_t random[KEYLOG_RANDOM_LEN])
{
    uint8_t key[1 + KEYLOG_RANDOM_LEN] = {(uint8_t)label};
    memcpy(key + 1, random, KEYLOG_RANDOM_LEN);
    struct slice name = slice_of(key, sizeof key);
    const struct secret *s = map_get(&k->secrets, name);
    if (!s && read_more(k))
        s = map_get(&k->secrets, name);
    return s ? slice_of(s->bytes, s->len) : slice_of(NULL, 0);
}
