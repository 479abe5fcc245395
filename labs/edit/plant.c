/* plant.c - a fault: a few words of the reference that are wrong.
 * SPDX-License-Identifier: MIT */
#include "labs/edit/plant.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "labs/edit/definitions.h"

struct planting {
    const char *fault;  /* path of its file */
    unsigned line;      /* of it, from 1 */
    const char *folder; /* where to write */
    char *file;         /* owned: what is being changed; NULL: nothing yet */
    struct slice where; /* the definition that is meant; empty: all of it */
    struct buf text;    /* the file as it has become */
    struct buf old;     /* words to be replaced ... */
    struct buf new;     /* ... and what by */
    bool has_new;       /* a '+' has come: the next '-' begins another pair */
};

static int
wrong(const struct planting *p, struct error *err)
{
    return error_prefix(err, "%s:%u", p->fault, p->line);
}

/* --- the words ------------------------------------------------------------- */

/* How much of the start of `text` these words are; 0: it is other words. */
static size_t
match_len(struct slice text, struct slice words)
{
    size_t at = 0;
    for (size_t i = 0; i < words.len; i++) {
        if (at == text.len)
            return 0;
        if (!isspace(words.ptr[i])) {
            if (text.ptr[at++] != words.ptr[i])
                return 0;
            continue;
        }
        if (!isspace(text.ptr[at]))
            return 0;
        while (at < text.len && isspace(text.ptr[at]))
            at++;
        while (i + 1 < words.len && isspace(words.ptr[i + 1]))
            i++;
    }
    return at;
}

/* Where in `text` the words are; -1 with err unless they are there once. */
static int
find_once(struct slice text, struct slice words, struct slice *found,
          struct error *err)
{
    unsigned count = 0;
    for (size_t i = 0; i < text.len; i++) {
        size_t len = match_len(slice_from(text, i), words);
        if (len && count++ == 0)
            *found = slice_of(text.ptr + i, len);
    }
    if (count == 1)
        return 0;
    return error_set(err, "these words are there %u times, not once: %.*s",
                     count, SLICE_ARG(words));
}

/* Replaces the pair gathered so far, if there is one. */
static int
finish_pair(struct planting *p, struct error *err)
{
    struct source s = {0};
    struct slice found = {0}, within = buf_slice(&p->text);
    int result = 0;
    if (p->old.len == 0)
        return 0;
    buf_add(&s.text, within);
    source_scan(&s);
    within = buf_slice(&s.text);
    const struct definition *d =
        p->where.len ? source_find(&s, p->where) : NULL;
    if (d)
        within = d->text;
    else if (p->where.len)
        result = error_set(err, "%s defines no '%.*s'", p->file,
                           SLICE_ARG(p->where));
    if (result == 0)
        result = find_once(within, buf_slice(&p->old), &found, err);
    if (result == 0)
        buf_splice(&p->text, (size_t)(found.ptr - s.text.data), found.len,
                   buf_slice(&p->new));
    source_release(&s);
    buf_clear(&p->old);
    buf_clear(&p->new);
    p->has_new = false;
    return result;
}

/* --- files ----------------------------------------------------------------- */

static int
make_folders(const char *path, struct error *err)
{
    char *copy = xstrdup(path);
    int result = 0;
    for (char *at = strchr(copy + 1, '/'); at && result == 0;
         at = strchr(at + 1, '/')) {
        *at = 0;
        if (mkdir(copy, 0777) < 0 && errno != EEXIST)
            result = error_errno(err, "%s: cannot be made", copy);
        *at = '/';
    }
    free(copy);
    return result;
}

static int
finish_file(struct planting *p, struct error *err)
{
    if (!p->file)
        return 0;
    char *path = xasprintf("%s/%s", p->folder, p->file);
    int result = finish_pair(p, err);
    if (result == 0)
        result = make_folders(path, err);
    if (result == 0)
        result = file_write(path, buf_slice(&p->text), err);
    if (result == 0)
        puts(p->file);
    free(path);
    return result;
}

/* `in FILE [NAME]`: another definition of the same file goes on with it. */
static int
begin_place(struct planting *p, struct slice words, struct error *err)
{
    const uint8_t *space = memchr(words.ptr, ' ', words.len);
    size_t len = space ? (size_t)(space - words.ptr) : words.len;
    struct slice file = slice_first(words, len);
    if (p->file && slice_is(file, p->file)) {
        int result = finish_pair(p, err);
        p->where = slice_from(words, len + 1);
        return result;
    }
    if (finish_file(p, err) < 0)
        return -1;
    free(p->file);
    p->file = xasprintf("%.*s", SLICE_ARG(file));
    p->where = slice_from(words, len + 1);
    buf_clear(&p->text);
    return file_read(&p->text, p->file, err);
}

/* --- the fault ------------------------------------------------------------- */

static struct slice
trimmed(struct slice s)
{
    while (s.len && isspace(s.ptr[0]))
        s = slice_from(s, 1);
    while (s.len && isspace(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static int
take_line(struct planting *p, struct slice line, struct error *err)
{
    bool is_old = slice_starts(line, "-");
    if (slice_starts(line, "in "))
        return begin_place(p, trimmed(slice_from(line, 3)), err);
    if (!is_old && !slice_starts(line, "+"))
        return 0; /* words for others */
    if (!p->file)
        return error_set(err, "there is no 'in FILE' before");
    if (is_old && p->has_new && finish_pair(p, err) < 0)
        return -1;
    if (!is_old && p->old.len == 0)
        return error_set(err, "'+' without '-' before: in place of what?");
    struct buf *to = is_old ? &p->old : &p->new;
    if (to->len)
        buf_add_byte(to, is_old ? ' ' : '\n');
    buf_add(to, trimmed(slice_from(line, 1)));
    p->has_new = !is_old;
    return 0;
}

static int
take_lines(struct planting *p, struct slice rest, struct error *err)
{
    while (rest.len > 0) {
        const uint8_t *nl = memchr(rest.ptr, '\n', rest.len);
        size_t len = nl ? (size_t)(nl - rest.ptr) : rest.len;
        p->line++;
        if (take_line(p, slice_first(rest, len), err) < 0)
            return wrong(p, err);
        rest = slice_from(rest, len + 1);
    }
    if (!p->file)
        return error_set(err, "%s: changes nothing: no 'in FILE'", p->fault);
    return finish_file(p, err) < 0 ? wrong(p, err) : 0;
}

int
plant(const char *fault, const char *folder, struct error *err)
{
    struct planting p = {.fault = fault, .folder = folder};
    struct buf text = {0};
    int result = file_read(&text, fault, err);
    if (result == 0)
        result = take_lines(&p, buf_slice(&text), err);
    free(p.file);
    buf_release(&p.text);
    buf_release(&p.old);
    buf_release(&p.new);
    buf_release(&text);
    return result;
}
