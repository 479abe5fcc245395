/* definitions.c - the top-level definitions of C source text.
 * SPDX-License-Identifier: MIT */
#include "labs/edit/definitions.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

static struct slice
line_at(struct slice rest)
{
    const uint8_t *nl = rest.len ? memchr(rest.ptr, '\n', rest.len) : NULL;
    return nl ? slice_first(rest, (size_t)(nl - rest.ptr) + 1) : rest;
}

static bool
is_word(uint8_t c)
{
    return isalnum(c) || c == '_';
}

/* The identifier that ends right before `end`. */
static struct slice
word_before(struct slice text, size_t end)
{
    while (end > 0 && isspace(text.ptr[end - 1]))
        end--;
    size_t start = end;
    while (start > 0 && is_word(text.ptr[start - 1]))
        start--;
    return slice_of(text.ptr + start, end - start);
}

static size_t
comment_len(struct slice rest)
{
    for (size_t i = 2; i + 1 < rest.len; i++)
        if (rest.ptr[i] == '*' && rest.ptr[i + 1] == '/')
            return i + 2;
    return rest.len;
}

/* Length of the parentheses that begin here, with what is in them. */
static size_t
parentheses_len(struct slice rest)
{
    size_t i = 0;
    for (int depth = 0; i < rest.len; i++) {
        depth += rest.ptr[i] == '(';
        depth -= rest.ptr[i] == ')';
        if (depth == 0)
            break;
    }
    return i + 1;
}

/* What a definition is called: the word before the first '(', '[' or '=' that
 * is neither in a comment nor in braces nor an attribute's; of a type, that
 * before its '{'. */
static struct slice
name_of(struct slice text)
{
    struct slice type = {0};
    int depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (slice_starts(slice_from(text, i), "/*"))
            i += comment_len(slice_from(text, i)) - 1;
        else if (c == '{' && depth++ == 0)
            type = word_before(text, i);
        else if (c == '}')
            depth--;
        else if (c == '(' && slice_is(word_before(text, i), "__attribute__"))
            i += parentheses_len(slice_from(text, i)) - 1;
        else if (depth == 0 && (c == '(' || c == '[' || c == '='))
            return word_before(text, i);
    }
    return type;
}

/* Length of what begins at `rest` in column 0 and ends with '}' in column 0; 0
 * when it is a declaration, which ends with ';' before any '{' opens. */
static size_t
definition_len(struct slice rest)
{
    size_t at = 0;
    bool opened = false, is_function = false;
    while (at < rest.len) {
        struct slice line = line_at(slice_from(rest, at));
        at += line.len;
        /* "} rows[] = {" ends a type and opens the table. */
        bool opens = memchr(line.ptr, '{', line.len);
        if (opened && slice_starts(line, "}") && !opens)
            return at;
        /* A function's body opens with '{' in column 0; what ends with "};"
         * within it is a statement, elsewhere it is the end of a table. */
        if (!opened)
            is_function = slice_starts(line, "{");
        opened = opened || opens;
        if (opened && !is_function && line.len >= 3 &&
            memcmp(line.ptr + line.len - 3, "};\n", 3) == 0)
            return at;
        if (!opened && memchr(line.ptr, ';', line.len))
            return 0;
        if (!opened && (slice_is(line, "\n") || slice_starts(line, "#")))
            return 0;
    }
    return 0;
}

void
source_scan(struct source *s)
{
    struct slice rest = buf_slice(&s->text);
    unsigned line_number = 1;
    while (rest.len > 0) {
        size_t step;
        if (slice_starts(rest, "/*")) {
            step = comment_len(rest);
        } else if (isalpha(rest.ptr[0]) && (step = definition_len(rest)) > 0) {
            struct slice text = slice_first(rest, step);
            s->list = xgrow(s->list, &s->cap, s->count + 1, sizeof *s->list);
            s->list[s->count++] =
                (struct definition){name_of(text), text, line_number};
        } else {
            step = line_at(rest).len;
        }
        for (size_t i = 0; i < step; i++)
            line_number += rest.ptr[i] == '\n';
        rest = slice_from(rest, step);
    }
}

const struct definition *
source_find(const struct source *s, struct slice name)
{
    for (size_t i = 0; i < s->count; i++)
        if (slice_equal(s->list[i].name, name))
            return &s->list[i];
    return NULL;
}

int
source_read(struct source *s, const char *path, struct error *err)
{
    s->path = path;
    if (file_read(&s->text, path, err) < 0)
        return -1;
    source_scan(s);
    return 0;
}

void
source_release(struct source *s)
{
    free(s->list);
    buf_release(&s->text);
}
