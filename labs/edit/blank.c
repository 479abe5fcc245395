/* blank.c - a source file of the reference with bodies and rows taken out.
 * SPDX-License-Identifier: MIT
 *
 *     blank FILE [ID KIND NAME]...     FILE on standard output, those holes blank
 *     blank --body FILE KIND NAME      only that definition, as the reference has it
 *
 * A blank body calls not_written (student.h), which ends the test that came there; blank
 * rows are an empty list. Static functions and tables that only blank holes used go
 * too, with the comment above them: the compiler would complain, and they would
 * tell how it is done. It works by lines, as the house style lets it: functions
 * have '{' and '}' in column 0, tables end with "};" there.
 *
 * A hole called "-" is not blanked, and yet never goes. The outcome depends on
 * nothing but FILE and its holes, so some are put back by merging: git merge-file
 * YOURS blank(those blank in it) blank(those that stay blank).                */
#include <ctype.h>
#include <stdio.h>

#include "labs/edit/definitions.h"

enum { HOLES_MAX = 64, LINES_MAX = 4096 };

struct hole {
    const char *id;   /* "L2.1" */
    const char *kind; /* "body", "rows" */
    const char *name; /* of the function or table */
};

/* A file, line by line. */
struct text {
    struct source source;         /* the same, by definitions */
    struct slice line[LINES_MAX]; /* newline included */
    bool gone[LINES_MAX];         /* not to be printed */
    const char *instead[LINES_MAX]; /* hole's id: printed in place of what is
                                       gone from here on, or NULL */
    bool is_rows[LINES_MAX];      /* `instead` is rows, not a body */
    size_t count;                 /* lines */
};

/* Lines [from, to) of a definition; `open` is the first one of its inside. */
struct range {
    size_t from, open, to;
};

static void
cut(struct text *t, struct slice rest)
{
    while (rest.len > 0 && t->count < LINES_MAX) {
        const uint8_t *nl = memchr(rest.ptr, '\n', rest.len);
        size_t len = nl ? (size_t)(nl - rest.ptr) + 1 : rest.len;
        t->line[t->count++] = slice_first(rest, len);
        rest = slice_from(rest, len);
    }
}

static bool
is_word(uint8_t c)
{
    return isalnum(c) || c == '_';
}

/* Where the word stands in the line, at or behind `at`; SIZE_MAX: nowhere. */
static size_t
word_at(struct slice line, struct slice word, size_t at)
{
    size_t len = word.len;
    for (; at + len <= line.len; at++)
        if (memcmp(line.ptr + at, word.ptr, len) == 0 &&
            (at == 0 || !is_word(line.ptr[at - 1])) &&
            (at + len == line.len || !is_word(line.ptr[at + len])))
            return at;
    return SIZE_MAX;
}

static bool
continues(struct slice line)
{
    return line.len >= 2 && line.ptr[line.len - 2] == '\\';
}

/* "#define NAME(...)" and its continuation lines. */
static bool
find_macro(const struct text *t, const char *name, struct range *out)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!slice_starts(t->line[i], "#define ") ||
            word_at(t->line[i], slice_str(name), 0) != 8)
            continue;
        out->from = out->open = i;
        while (i + 1 < t->count && continues(t->line[i]))
            i++;
        out->to = i + 1;
        return true;
    }
    return false;
}

static bool
has(struct slice line, char c)
{
    return memchr(line.ptr, c, line.len) != NULL;
}

/* Where the definition is. A function's inside begins behind the line "{", a
 * table's behind that with the "=". */
static struct range
range_of(const struct text *t, const struct definition *d)
{
    struct range r = {d->line - 1, d->line - 1, d->line - 1};
    for (size_t i = 0; i < d->text.len; i++)
        r.to += d->text.ptr[i] == '\n';
    while (r.open < r.to && !slice_starts(t->line[r.open], "{") &&
           !has(t->line[r.open], '='))
        r.open++;
    r.open++;
    return r;
}

static bool
find_hole(const struct text *t, const char *kind, const char *name,
          struct range *out)
{
    if (strcmp(kind, "rows") == 0 && find_macro(t, name, out))
        return true;
    const struct definition *d = source_find(&t->source, slice_str(name));
    if (d)
        *out = range_of(t, d);
    return d;
}

static void
make_blank(struct text *t, const struct hole *h, const struct range *r)
{
    bool is_macro = slice_starts(t->line[r->from], "#define");
    size_t to = is_macro ? r->to : r->to - 1;
    for (size_t i = r->open; i < to; i++)
        t->gone[i] = true;
    t->instead[r->open] = h->id;
    t->is_rows[r->open] = strcmp(h->kind, "rows") == 0;
}

/* --- what nobody uses any more -------------------------------------------- */

/* Is the word used in what is left, outside of r? Comments do not count. */
static bool
is_used(const struct text *t, struct slice word, const struct range *r)
{
    bool in_comment = false;
    for (size_t i = 0; i < t->count; i++) {
        struct slice line = t->line[i];
        bool skip = t->gone[i] || (i >= r->from && i < r->to);
        for (size_t k = 0; k < line.len; k++) {
            struct slice rest = slice_from(line, k);
            if (in_comment) {
                in_comment = !slice_starts(rest, "*/");
                continue;
            }
            in_comment = slice_starts(rest, "/*");
            if (!skip && !in_comment && word_at(line, word, k) == k)
                return true;
        }
    }
    return false;
}

/* Takes out lines [from, to) with the comment right above and a blank line. */
static void
take_out(struct text *t, struct range r)
{
    size_t from = r.from;
    if (from > 0 && t->line[from - 1].len >= 3 &&
        memcmp(t->line[from - 1].ptr + t->line[from - 1].len - 3, "*/\n", 3) == 0) {
        size_t k = from - 1;
        while (k > 0 && !slice_starts(t->line[k], "/*"))
            k--;
        if (slice_starts(t->line[k], "/*") && k > 0)
            from = k;
    }
    for (size_t i = from; i < r.to; i++)
        t->gone[i] = true;
    if (r.to < t->count && slice_is(t->line[r.to], "\n"))
        t->gone[r.to] = true;
}

static bool
is_hole(const struct hole *holes, size_t count, struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(name, holes[i].name))
            return true;
    return false;
}

/* One pass; true when something went. Several in one declaration, which begin
 * below its type, stay. */
static bool
take_out_unused(struct text *t, const struct hole *holes, size_t count)
{
    bool went = false;
    for (size_t i = 0; i < t->source.count; i++) {
        const struct definition *d = &t->source.list[i];
        struct range r = range_of(t, d);
        bool is_several = r.open == r.from + 2 &&
                          !slice_starts(t->line[r.open - 1], "{");
        if (t->gone[r.from] || !slice_starts(d->text, "static ") ||
            is_several || is_hole(holes, count, d->name) ||
            is_used(t, d->name, &r))
            continue;
        take_out(t, r);
        went = true;
    }
    return went;
}

static void
print(const struct text *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const char *id = t->instead[i];
        if (id && slice_starts(t->line[i], "#define")) {
            size_t head = 0;
            while (head < t->line[i].len && t->line[i].ptr[head] != ')')
                head++;
            printf("%.*s) /* not_written(\"%s\"): your rows here */\n",
                   (int)head, t->line[i].ptr, id);
        } else if (id && t->is_rows[i]) {
            printf("    {0}, /* not_written(\"%s\"): your rows here */\n", id);
        } else if (id) {
            printf("    not_written(\"%s\"); /* your code in its place */\n", id);
        }
        if (!t->gone[i])
            fwrite(t->line[i].ptr, 1, t->line[i].len, stdout);
    }
}

static int
show_body(const struct text *t, const char *kind, const char *name)
{
    struct range r;
    if (!find_hole(t, kind, name, &r))
        return -1;
    for (size_t i = r.from; i < r.to; i++)
        fwrite(t->line[i].ptr, 1, t->line[i].len, stdout);
    return 0;
}

static int
blank(struct text *t, char **argv, int argc)
{
    struct hole holes[HOLES_MAX];
    struct range r[HOLES_MAX];
    size_t count = 0;
    for (; argc >= 3 && count < HOLES_MAX; argv += 3, argc -= 3) {
        holes[count] = (struct hole){argv[0], argv[1], argv[2]};
        if (!find_hole(t, argv[1], argv[2], &r[count])) {
            fprintf(stderr, "blank: there is no '%s' (%s)\n", argv[2], argv[0]);
            return -1;
        }
        count++;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(holes[i].id, "-") != 0)
            make_blank(t, &holes[i], &r[i]);
    while (count > 0 && take_out_unused(t, holes, count))
        ;
    print(t);
    return 0;
}

int
main(int argc, char **argv)
{
    static struct text text;
    struct error err = {""};
    bool shows = argc == 5 && strcmp(argv[1], "--body") == 0;
    if (argc < 2 || (!shows && (argc - 2) % 3 != 0)) {
        fprintf(stderr, "usage: blank FILE [ID KIND NAME]... | "
                        "blank --body FILE KIND NAME\n");
        return 2;
    }
    int result = source_read(&text.source, argv[shows ? 2 : 1], &err);
    if (result < 0)
        fprintf(stderr, "blank: %s\n", err.text);
    cut(&text, buf_slice(&text.source.text));
    if (result == 0)
        result = shows ? show_body(&text, argv[3], argv[4])
                       : blank(&text, argv + 2, argc - 2);
    source_release(&text.source);
    return result < 0 ? 2 : 0;
}
