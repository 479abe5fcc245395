/* variant.c - variants.def as values and help.
 * SPDX-License-Identifier: MIT */
#include "broker/variant.h"

#include <string.h>

static const struct row {
    const char *name;
    const char *section;
    const char *words;  /* the choices, '|' between, in their enum's order */
    const char *text;   /* what it decides */
    size_t offset;      /* in struct variants */
} rows[] = {
#define VARIANT(name, section, choices, words, text) \
    {#name, section, words, text, offsetof(struct variants, name)},
#include "broker/variants.def"
#undef VARIANT
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static bool
same(struct slice given, struct slice name)
{
    if (given.len != name.len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = given.ptr[i] == '-' ? '_' : given.ptr[i];
        if (c != (name.ptr[i] == '-' ? '_' : name.ptr[i]))
            return false;
    }
    return true;
}

/* The text before the next '|' or '='; *rest goes on behind it. */
static struct slice
take_until(struct slice *rest, char end)
{
    const uint8_t *at =
        rest->len ? memchr(rest->ptr, end, rest->len) : NULL;
    size_t len = at ? (size_t)(at - rest->ptr) : rest->len;
    struct slice word = slice_first(*rest, len);
    *rest = slice_from(*rest, at ? len + 1 : len);
    return word;
}

int
variant_set(struct variants *v, struct slice text, struct error *err)
{
    struct slice choice = text, name = take_until(&choice, '=');
    for (size_t i = 0; i < ROWS; i++) {
        if (!same(name, slice_str(rows[i].name)))
            continue;
        struct slice rest = slice_str(rows[i].words);
        for (uint8_t n = 0; rest.len > 0; n++)
            if (same(choice, take_until(&rest, '|'))) {
                ((uint8_t *)v)[rows[i].offset] = n;
                return 0;
            }
        return error_set(err, "variant %s: '%.*s' is not one of %s",
                         rows[i].name, SLICE_ARG(choice), rows[i].words);
    }
    return error_set(err, "no variant is called '%.*s'; --variant help lists "
                          "them", SLICE_ARG(name));
}

void
variant_help(struct buf *out)
{
    buf_add_str(out, "--variant NAME=CHOICE, where the standard leaves the "
                     "choice to the server;\nthe first is the default, the "
                     "number is the section:\n\n");
    for (size_t i = 0; i < ROWS; i++) {
        size_t at = out->len;
        buf_printf(out, "  %s=%s", rows[i].name, rows[i].words);
        size_t used = out->len - at;
        buf_add_fill(out, ' ', used < 42 ? 42 - used : 1);
        buf_printf(out, "%s\n      %s\n", rows[i].section, rows[i].text);
    }
}

static void
add_cell(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_add_byte(out, '\\');
        buf_add_byte(out, (uint8_t)*text);
    }
}

void
variant_markdown(struct buf *out)
{
    buf_add_str(out, "| variant | choices | section | what it decides |\n"
                     "|---|---|---|---|\n");
    for (size_t i = 0; i < ROWS; i++) {
        buf_printf(out, "| `%s` | ", rows[i].name);
        add_cell(out, rows[i].words);
        buf_printf(out, " | %s | %s |\n", rows[i].section, rows[i].text);
    }
}
