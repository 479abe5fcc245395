/* table.c - what a student wrote into a table.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { NUMBER_MAX = 20, LINE_MAX_LEN = 10000 };

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct slice
trim(struct slice s)
{
    while (s.len && is_space(s.ptr[0]))
        s = slice_from(s, 1);
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static struct slice
unquote(struct slice s)
{
    if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
        return slice_of(s.ptr + 1, s.len - 2);
    return s;
}

static void
split(struct table_row *row, struct slice line, size_t cells)
{
    bool has_tabs = memchr(line.ptr, '\t', line.len) != NULL;
    while (line.len && row->count < cells) {
        size_t end = 0;
        bool is_last = row->count + 1 == cells;
        while (!is_last && end < line.len &&
               !(has_tabs ? line.ptr[end] == '\t' : is_space(line.ptr[end])))
            end++;
        if (is_last)
            end = line.len;
        row->cells[row->count++] = trim(slice_first(line, end));
        line = slice_from(line, end + 1);
        if (!has_tabs)
            line = trim(line);
    }
}

/* As it would be written without an input method: U+FF01 to U+FF5E are ASCII,
 * other spaces are spaces. */
static void
add_plain(struct buf *out, uint32_t code, struct slice as_it_is)
{
    if (code >= 0xff01 && code <= 0xff5e)
        buf_add_byte(out, (uint8_t)(code - 0xff01 + '!'));
    else if (code == 0x3000 || code == 0xa0)
        buf_add_byte(out, ' ');
    else
        buf_add(out, as_it_is);
}

/* False, with a problem, when it is no text or has a line without end. */
static bool
add_text(struct table *t, struct slice text)
{
    size_t line = 1, began = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t code;
        size_t len = utf8_char(slice_from(text, at), &code);
        if (len == 0 || code == 0) {
            snprintf(t->problem, sizeof t->problem,
                     "line %zu: not UTF-8 text (byte %02x); save it as UTF-8",
                     line, text.ptr[at]);
            return false;
        }
        if (at - began > LINE_MAX_LEN) {
            snprintf(t->problem, sizeof t->problem,
                     "line %zu: longer than %d bytes", line, LINE_MAX_LEN);
            return false;
        }
        add_plain(&t->text, code, slice_of(text.ptr + at, len));
        at += len;
        if (code == '\n') {
            line++;
            began = at;
        }
    }
    return true;
}

static struct slice
without_mark(struct slice text)
{
    return slice_starts(text, "\xef\xbb\xbf") ? slice_from(text, 3) : text;
}

void
table_parse(struct table *t, struct slice text, size_t cells)
{
    *t = (struct table){0};
    if (slice_starts(text, "\xff\xfe") || slice_starts(text, "\xfe\xff")) {
        snprintf(t->problem, sizeof t->problem,
                 "line 1: this is UTF-16; save it as UTF-8");
        return;
    }
    if (!add_text(t, without_mark(text)))
        return;
    struct slice rest = buf_slice(&t->text);
    for (size_t number = 1; rest.len; number++) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        struct slice line = slice_first(rest, len);
        rest = slice_from(rest, len + 1);
        if (trim(line).len == 0 || trim(line).ptr[0] == '#')
            continue;
        t->rows = xgrow(t->rows, &t->cap, t->count + 1, sizeof *t->rows);
        t->rows[t->count] = (struct table_row){.line = number};
        split(&t->rows[t->count++], line, cells);
    }
}

int
table_read(struct table *t, const char *path, size_t cells, struct error *err)
{
    struct buf text = {0};
    *t = (struct table){0};
    if (access(path, F_OK) != 0)
        return 0;
    int result = file_read(&text, path, err);
    if (result == 0)
        table_parse(t, buf_slice(&text), cells);
    if (t->problem[0])
        fprintf(stderr, "%s: %s\n", path, t->problem);
    buf_release(&text);
    return result;
}

void
table_release(struct table *t)
{
    buf_release(&t->text);
    free(t->rows);
    *t = (struct table){0};
}

bool
table_is(struct slice cell, const char *text)
{
    struct slice s = unquote(cell);
    return s.len == strlen(text) &&
           (s.len == 0 || strncasecmp((const char *)s.ptr, text, s.len) == 0);
}

const struct table_row *
table_find(const struct table *t, const char *first, const char *second)
{
    for (size_t i = t->count; i > 0; i--) {
        const struct table_row *row = &t->rows[i - 1];
        if (table_is(row->cells[0], first) &&
            (!second || table_is(row->cells[1], second)))
            return row;
    }
    return NULL;
}

bool
table_number(struct slice cell, uint64_t *out)
{
    char text[NUMBER_MAX], *end;
    struct slice s = unquote(cell);
    if (s.len == 0 || s.len >= sizeof text || !isdigit(s.ptr[0]))
        return false;
    snprintf(text, sizeof text, "%.*s", SLICE_ARG(s));
    bool is_hex = text[0] == '0' && tolower((unsigned char)text[1]) == 'x';
    if (is_hex && !isxdigit((unsigned char)text[2]))
        return false;
    *out = strtoull(text, &end, is_hex ? 16 : 10);
    return *end == '\0';
}
