/* ws_head.c - the HTTP heads that open a WebSocket, as an observer reads them.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/ws_head.h"

#include <strings.h>

/* Does `text` contain `word`, in any case? */
static bool
contains(struct slice text, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.len; i++)
        if (strncasecmp((const char *)text.ptr + i, word, n) == 0)
            return true;
    return false;
}

/* The next line without its end; false when there is none. */
static bool
next_line(struct slice *in, struct slice *line)
{
    for (size_t i = 0; i < in->len; i++)
        if (in->ptr[i] == '\n') {
            *line = slice_first(*in, i);
            if (i && in->ptr[i - 1] == '\r')
                line->len--;
            *in = slice_from(*in, i + 1);
            return true;
        }
    return false;
}

/* The value of "Name: value" when that is the name. */
static bool
is_field(struct slice line, const char *name, struct slice *value)
{
    size_t n = strlen(name);
    if (line.len <= n || line.ptr[n] != ':' ||
        strncasecmp((const char *)line.ptr, name, n) != 0)
        return false;
    *value = slice_from(line, n + 1);
    while (value->len && (value->ptr[0] == ' ' || value->ptr[0] == '\t'))
        *value = slice_from(*value, 1);
    return true;
}

static uint64_t
number_of(struct slice text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] >= '0' &&
                       text.ptr[i] <= '9' && n < UINT32_MAX; i++)
        n = n * 10 + (text.ptr[i] - (unsigned)'0');
    return n;
}

static void
read_field(struct slice line, struct ws_head *out)
{
    struct slice value;
    if (is_field(line, "Upgrade", &value)) {
        out->is_upgrade = contains(value, "websocket");
    } else if (is_field(line, "Sec-WebSocket-Protocol", &value)) {
        out->protocol = value;
    } else if (is_field(line, "Sec-WebSocket-Extensions", &value)) {
        out->is_deflate |= contains(value, "permessage-deflate");
        out->forgets[0] |= contains(value, "client_no_context_takeover");
        out->forgets[1] |= contains(value, "server_no_context_takeover");
    } else if (is_field(line, "Content-Length", &value)) {
        out->body = number_of(value);
    }
}

static void
read_first(struct slice line, struct ws_head *out)
{
    size_t at = 0, end;
    while (at < line.len && line.ptr[at] != ' ')
        at++;
    struct slice rest = slice_from(line, at + 1);
    out->is_request = !slice_starts(line, "HTTP/");
    if (!out->is_request) {
        out->status = (unsigned)number_of(rest);
        return;
    }
    for (end = 0; end < rest.len && rest.ptr[end] != ' '; end++)
        ;
    out->target = slice_first(rest, end);
}

enum ws_head_status
ws_head_parse(struct slice in, struct ws_head *out)
{
    struct slice rest = slice_first(in, WS_HEAD_MAX), line;
    *out = (struct ws_head){0};
    if (!next_line(&rest, &line))
        return in.len < WS_HEAD_MAX ? WS_HEAD_MORE : WS_HEAD_BAD;
    read_first(line, out);
    while (next_line(&rest, &line)) {
        if (line.len == 0) {
            out->len = (size_t)(rest.ptr - in.ptr);
            return WS_HEAD_DONE;
        }
        read_field(line, out);
    }
    return in.len < WS_HEAD_MAX ? WS_HEAD_MORE : WS_HEAD_BAD;
}
