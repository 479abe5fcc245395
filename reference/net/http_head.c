/* http_head.c - the head of an HTTP/1.1 message.
 * SPDX-License-Identifier: MIT */
#include "net/http_head.h"

/* ---- text ---------------------------------------------------------------- */

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* Equal but for capital letters. */
static bool
is_word(struct slice s, const char *word)
{
    if (s.len != strlen(word))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (lower(s.ptr[i]) != lower((uint8_t)word[i]))
            return false;
    return true;
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static struct slice
trim(struct slice s)
{
    while (s.len && is_blank(s.ptr[0]))
        s = slice_from(s, 1);
    while (s.len && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct slice
http_head_cut(struct slice *rest, uint8_t c)
{
    const uint8_t *at = rest->len ? memchr(rest->ptr, c, rest->len) : NULL;
    size_t n = at ? (size_t)(at - rest->ptr) : rest->len;
    struct slice taken = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 1);
    return taken;
}

bool
http_head_lists(struct slice list, const char *word)
{
    while (list.len)
        if (is_word(trim(http_head_cut(&list, ',')), word))
            return true;
    return false;
}

/* ---- fields -------------------------------------------------------------- */

static void
take_host(struct http_head *h, struct slice value)
{
    (void)value; /* which host is meant makes no difference to a broker */
    h->hosts++;
}

static void
take_upgrade(struct http_head *h, struct slice value)
{
    h->upgrades |= http_head_lists(value, "websocket");
}

static void
take_connection(struct http_head *h, struct slice value)
{
    h->connects |= http_head_lists(value, "upgrade");
}

static void
take_key(struct http_head *h, struct slice value)
{
    h->keys++;
    h->key = value;
}

static void
take_version(struct http_head *h, struct slice value)
{
    h->versions++;
    h->version = value;
}

static void
take_accept(struct http_head *h, struct slice value)
{
    h->accepts++;
    h->accept = value;
}

static void
take_protocol(struct http_head *h, struct slice value)
{
    while (value.len) {
        struct slice name = trim(http_head_cut(&value, ','));
        if (name.len == 0)
            continue;
        h->protocols++;
        h->has_mqtt |= slice_is(name, "mqtt");
        h->has_mqttv31 |= slice_is(name, "mqttv3.1");
    }
}

static void
take_extensions(struct http_head *h, struct slice value)
{
    (void)value;
    h->extends = true;
}

/* The fields that mean something here; all others are passed over. */
static const struct field {
    const char *name;
    void (*take)(struct http_head *h, struct slice value);
} fields[] = {
    {"Host", take_host},
    {"Upgrade", take_upgrade},
    {"Connection", take_connection},
    {"Sec-WebSocket-Key", take_key},
    {"Sec-WebSocket-Version", take_version},
    {"Sec-WebSocket-Accept", take_accept},
    {"Sec-WebSocket-Protocol", take_protocol},
    {"Sec-WebSocket-Extensions", take_extensions},
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Visible ASCII but for what separates (RFC 9110, 5.6.2). */
static bool
is_name(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f ||
            strchr("\"(),/:;<=>?@[\\]{}", s.ptr[i]))
            return false;
    return s.len > 0;
}

static bool
is_text(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] == 0x7f)
            return false;
    return true;
}

/* One line off the front, without its CR LF; false when it has no CR. */
static bool
take_line(struct slice *rest, struct slice *line)
{
    *line = http_head_cut(rest, '\n');
    if (line->len == 0 || line->ptr[line->len - 1] != '\r')
        return false;
    line->len--;
    return is_text(*line);
}

static bool
take_field(struct http_head *h, struct slice line)
{
    struct slice value = line;
    struct slice name = http_head_cut(&value, ':');
    if (name.len == line.len || !is_name(name))
        return false;
    for (size_t i = 0; i < FIELDS; i++)
        if (is_word(name, fields[i].name))
            fields[i].take(h, trim(value));
    return true;
}

/* Whatever is no text and no end of a line does not belong into a head; so a
 * peer that speaks something else is found out by its first bytes. */
static bool
may_be_head(struct slice in)
{
    while (in.len) {
        struct slice line = http_head_cut(&in, '\n');
        if (line.len && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (!is_text(line))
            return false;
    }
    return true;
}

/* The length of the head with its empty line; 0 when it is not all there. A
 * bare LF ends it too, so that such a head is refused and not waited for. */
static size_t
head_len(struct slice in)
{
    for (size_t i = 0; i + 1 < in.len; i++) {
        if (in.ptr[i] != '\n')
            continue;
        if (in.ptr[i + 1] == '\n')
            return i + 2;
        if (i + 2 < in.len && in.ptr[i + 1] == '\r' && in.ptr[i + 2] == '\n')
            return i + 3;
    }
    return 0;
}

enum http_head_status
http_head_read(struct slice in, struct http_head *h)
{
    *h = (struct http_head){.len = head_len(slice_first(in, HTTP_HEAD_MAX))};
    if (h->len == 0 && !may_be_head(slice_first(in, HTTP_HEAD_MAX)))
        return HTTP_HEAD_BAD;
    if (h->len == 0)
        return in.len < HTTP_HEAD_MAX ? HTTP_HEAD_NEED_MORE
                                      : HTTP_HEAD_TOO_LONG;
    struct slice rest = slice_first(in, h->len), line;
    if (!take_line(&rest, &h->start))
        return HTTP_HEAD_BAD;
    while (take_line(&rest, &line)) {
        if (line.len == 0)
            return HTTP_HEAD_DONE;
        if (!take_field(h, line))
            return HTTP_HEAD_BAD;
    }
    return HTTP_HEAD_BAD;
}
