/* show.c - messages on standard output.
 * SPDX-License-Identifier: MIT */
#include "client/show.h"

#include <stdio.h>

#include "client/format.h"
#include "client/message_json.h"

/* --output and -v are short for formats. */
static const char *
format_of(const struct options *o)
{
    static const char *const formats[][2] = {
        [SHAPE_TEXT] = {"%p", "%t %p"},
        [SHAPE_HEX] = {"%x", "%t %x"},
    };
    return o->format ? o->format : formats[o->shape][o->is_verbose];
}

void
show_print(struct buf *text, const struct options *o,
           const struct mqtt_client_event *e)
{
    buf_clear(text);
    if (o->shape == SHAPE_JSON)
        message_json_print(text, e);
    else
        format_print(text, format_of(o), e);
    if (!o->no_newline)
        buf_add_byte(text, '\n');
}

int
show_message(struct buf *text, const struct options *o,
             const struct mqtt_client_event *e)
{
    show_print(text, o, e);
    return text->len == 0 || fwrite(text->data, text->len, 1, stdout) == 1 ? 0
                                                                          : -1;
}
