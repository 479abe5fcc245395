/* errors.c - what is wrong with a scenario file, collected and shown.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/errors.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

/* Line `number` of text, without its end. */
static struct slice
line_of(struct slice text, unsigned number)
{
    struct slice rest = text;
    for (unsigned n = 1; rest.len; n++) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        if (n == number)
            return slice_first(rest, len);
        rest = slice_from(rest, len + 1);
    }
    return (struct slice){NULL, 0};
}

void
script_errors_add(struct script_errors *errors, struct slice text,
                  struct script_place at, const char *message)
{
    for (size_t i = 0; i < errors->count; i++)
        if (errors->list[i].at.line == at.line &&
            errors->list[i].at.column == at.column)
            return;
    if (errors->count == SCRIPT_ERRORS_MAX) {
        errors->dropped++;
        return;
    }
    struct slice line = line_of(text, at.line);
    errors->list[errors->count++] = (struct script_error){
        at, xstrdup(message), xasprintf("%.*s", SLICE_ARG(line))};
}

void
script_errors_release(struct script_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++) {
        free(errors->list[i].message);
        free(errors->list[i].line);
    }
    free(errors->path);
    *errors = (struct script_errors){0};
}

/* A caret under column `column` of line, tabs kept so that it stays there. */
static void
add_caret(struct buf *out, const char *line, unsigned column)
{
    struct slice rest = slice_str(line);
    buf_add_str(out, "    ");
    for (unsigned c = 1; c < column; c++) {
        size_t len = utf8_char(rest, NULL);
        if (len == 0)
            len = 1;
        if (rest.len && rest.ptr[0] == '\t')
            buf_add_byte(out, '\t');
        else
            buf_add_fill(out, ' ', rest.len
                                       ? utf8_width(slice_first(rest, len))
                                       : 1);
        rest = slice_from(rest, len);
    }
    buf_add_str(out, "^\n");
}

void
script_errors_print(struct buf *out, const struct script_errors *errors)
{
    const char *path = errors->path ? errors->path : "-";
    for (size_t i = 0; i < errors->count; i++) {
        const struct script_error *e = &errors->list[i];
        if (e->at.line == 0) {
            buf_printf(out, "%s: %s\n", path, e->message);
            continue;
        }
        buf_printf(out, "%s:%u:%u: %s\n    %s\n", path, e->at.line,
                   e->at.column, e->message, e->line);
        add_caret(out, e->line, e->at.column);
    }
    if (errors->dropped)
        buf_printf(out, "%s: and %zu more\n", path, errors->dropped);
}
