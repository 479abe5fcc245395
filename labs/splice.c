/* splice.c - replaces whole top-level definitions in C source text.
 * SPDX-License-Identifier: MIT
 *
 *     splice list FILE            names of its functions and tables, with lines
 *     splice replace FILE WITH    FILE on standard output, each definition that
 *                                 WITH contains in place of FILE's own
 *
 * It works by lines because the house style lets it: a definition begins in
 * column 0 and ends with '}' in column 0. A fault (conformance/faults/) is one
 * definition with one thing wrong; a lab's starter code is many with nothing in
 * them. The sources themselves carry no marks for either.                    */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

/* One top-level definition: lines [first, end) of the text. */
struct definition {
    struct slice name;
    struct slice text;  /* from its first line to its last, newline included */
    unsigned line;      /* of its first line, from 1 */
};

struct source {
    const char *path;
    struct buf text;         /* owned */
    struct definition *list; /* owned */
    size_t count, cap;
};

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

/* What a definition is called: the word before the first '(', '[' or '=' that
 * is neither in a comment nor in braces; of a type, that before its '{'. */
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

static void
find_definitions(struct source *s)
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

static const struct definition *
find(const struct source *s, struct slice name)
{
    for (size_t i = 0; i < s->count; i++)
        if (slice_equal(s->list[i].name, name))
            return &s->list[i];
    return NULL;
}

static void
print(struct slice text)
{
    fwrite(text.ptr, 1, text.len, stdout);
}

static int
replace(const struct source *in, const struct source *with, struct error *err)
{
    const uint8_t *at = in->text.data;
    if (with->count == 0)
        return error_set(err, "%s: contains no definition", with->path);
    for (size_t i = 0; i < with->count; i++)
        if (!find(in, with->list[i].name))
            return error_set(err, "%s:%u: %s defines no '%.*s' to replace",
                             with->path, with->list[i].line, in->path,
                             SLICE_ARG(with->list[i].name));
    for (size_t i = 0; i < in->count; i++) {
        const struct definition *d = &in->list[i];
        const struct definition *new = find(with, d->name);
        if (!new)
            continue;
        print(slice_of(at, (size_t)(d->text.ptr - at)));
        /* Messages of the compiler and the debugger name the right file. */
        printf("#line %u \"%s\"\n", new->line, with->path);
        print(new->text);
        at = d->text.ptr + d->text.len;
        unsigned next_line = d->line;
        for (size_t k = 0; k < d->text.len; k++)
            next_line += d->text.ptr[k] == '\n';
        printf("#line %u \"%s\"\n", next_line, in->path);
    }
    print(slice_of(at, (size_t)(in->text.data + in->text.len - at)));
    return 0;
}

static void
list(const struct source *s)
{
    for (size_t i = 0; i < s->count; i++)
        printf("%s:%u: %.*s\n", s->path, s->list[i].line,
               SLICE_ARG(s->list[i].name));
}

static void
release(struct source *s)
{
    free(s->list);
    buf_release(&s->text);
}

int
main(int argc, char **argv)
{
    struct source in = {0}, with = {0};
    struct error err = {""};
    bool lists = argc == 3 && strcmp(argv[1], "list") == 0;
    bool replaces = argc == 4 && strcmp(argv[1], "replace") == 0;
    int result = 0;
    if (!lists && !replaces) {
        fprintf(stderr, "usage: splice list FILE | splice replace FILE WITH\n");
        return 2;
    }
    in.path = argv[2];
    with.path = argv[3];
    if (file_read(&in.text, argv[2], &err) < 0)
        result = -1;
    else if (replaces && file_read(&with.text, argv[3], &err) < 0)
        result = -1;
    if (result == 0) {
        find_definitions(&in);
        find_definitions(&with);
        if (lists)
            list(&in);
        else
            result = replace(&in, &with, &err);
    }
    if (result < 0)
        fprintf(stderr, "splice: %s\n", err.text);
    release(&in);
    release(&with);
    return result < 0 ? 2 : 0;
}
