/* options_help.c - the options of a command, for its --help.
 * SPDX-License-Identifier: MIT */
#include "client/format.h"
#include "client/message_json.h"
#include "client/option_table.h"

/* Appends text in lines of at most 79 columns, the later ones indented. */
static void
add_wrapped(struct buf *out, const char *text, size_t column, size_t indent)
{
    while (*text) {
        size_t len = strcspn(text, " ");
        if (column + 1 + len > 79) {
            buf_add_str(out, "\n");
            buf_add_fill(out, ' ', indent);
            column = indent;
        }
        buf_add_byte(out, ' ');
        buf_add(out, slice_of(text, len));
        column += 1 + len;
        text += len + (text[len] == ' ');
    }
    buf_add_str(out, "\n");
}

static void
add_row(struct buf *out, const struct option_row *row)
{
    enum { INDENT = 25 };
    size_t at = out->len;
    if (row->letter)
        buf_printf(out, "  -%c", row->letter);
    else
        buf_add_str(out, "    ");
    buf_printf(out, "%s --%s", row->letter ? "," : " ", row->name);
    if (row->value)
        buf_printf(out, " %s", row->value);
    size_t column = out->len - at;
    if (column >= INDENT) {
        buf_add_str(out, "\n");
        column = 0;
    }
    buf_add_fill(out, ' ', INDENT - column);
    add_wrapped(out, row->help, INDENT, INDENT);
}

void
options_help(struct buf *out, enum command_name command)
{
    for (size_t i = 0; i < option_count; i++) {
        if (!(option_rows[i].commands & command))
            continue;
        if (option_rows[i].take)
            add_row(out, &option_rows[i]);
        else
            buf_printf(out, "\n%s:\n", option_rows[i].help);
    }
    if (command & CMD_SHOWS) {
        buf_add_str(out, "\nLetters of -F:\n");
        format_help(out);
        buf_add_str(out, "\nFields of --output json:\n");
        message_json_help(out);
    }
    buf_add_str(out, "\nExit status:\n");
#define STATUS(name, number, help) \
    buf_printf(out, "    %d  %s\n", number, help);
#include "client/status.def"
#undef STATUS
}
