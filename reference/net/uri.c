/* uri.c - where a broker is, in one line.
 * SPDX-License-Identifier: MIT
 *
 * scheme "://" [ user [ ":" password ] "@" ] host [ ":" port ] [ path ]
 *
 * Each step takes its piece off the front and leaves the rest to the next. */
#include "net/uri.h"

#include <arpa/inet.h>

#include "base/hex.h"

static const struct scheme {
    const char *name;
    uint16_t port; /* default */
} schemes[] = {
    [URI_MQTT] = {"mqtt", 1883},
    [URI_MQTTS] = {"mqtts", 8883},
    [URI_WS] = {"ws", 80},
    [URI_WSS] = {"wss", 443},
};

const char *
uri_scheme_name(enum uri_scheme s)
{
    return schemes[s].name;
}

void
uri_release(struct uri *u)
{
    buf_release(&u->user);
    buf_release(&u->password);
    buf_release(&u->path);
}

static int
wrong(struct error *err, const char *what)
{
    return error_set(err, "not a broker address: %s; write one like "
                     "mqtt://user:password@host:1883", what);
}

bool
uri_decode(struct buf *out, struct slice text)
{
    size_t before = out->len;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%') {
            buf_add_byte(out, text.ptr[i]);
            continue;
        }
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out->len = before;
            return false;
        }
        buf_add_byte(out, (uint8_t)(high << 4 | low));
        i += 2;
    }
    return true;
}

/* Offset of the first byte of s that is in `set`; s.len when there is none. */
static size_t
find_any(struct slice s, const char *set)
{
    size_t at = 0;
    while (at < s.len && !(s.ptr[at] && strchr(set, s.ptr[at])))
        at++;
    return at;
}

static int
check_bytes(struct slice text, struct error *err)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '#')
            return wrong(err, "a '#' must be written %23");
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f)
            return wrong(err, "it contains a space, a control character or a "
                              "character that is not ASCII, which must be "
                              "written as %XX");
    }
    return 0;
}

static bool
same_letters(struct slice s, const char *lower)
{
    if (s.len != strlen(lower))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] | 0x20) != (uint8_t)lower[i])
            return false;
    return true;
}

static int
take_scheme(struct uri *u, struct slice *rest, struct error *err)
{
    size_t n = find_any(*rest, ":");
    if (!slice_starts(slice_from(*rest, n), "://"))
        return wrong(err, "it does not begin with mqtt://, mqtts://, ws:// or "
                          "wss://");
    struct slice name = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 3);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (same_letters(name, schemes[i].name)) {
            u->scheme = (enum uri_scheme)i;
            u->port = schemes[i].port;
            return 0;
        }
    }
    return wrong(err, "the scheme is none of mqtt, mqtts, ws and wss");
}

/* Everything before the last '@', so that one in a password does no harm. */
static int
take_user(struct uri *u, struct slice *authority, struct error *err)
{
    size_t at = authority->len;
    while (at > 0 && authority->ptr[at - 1] != '@')
        at--;
    if (at == 0)
        return 0;
    struct slice info = slice_first(*authority, at - 1);
    *authority = slice_from(*authority, at);
    size_t colon = find_any(info, ":");
    u->has_password = colon < info.len;
    u->has_user = colon > 0 || !u->has_password;
    if (!uri_decode(&u->user, slice_first(info, colon)))
        return wrong(err, "a '%' in the user name is not followed by two "
                          "hexadecimal digits (write '%' itself as %25)");
    if (!uri_decode(&u->password, slice_from(info, colon + 1)))
        return wrong(err, "a '%' in the password is not followed by two "
                          "hexadecimal digits (write '%' itself as %25)");
    return 0;
}

static bool
is_name(struct slice host)
{
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.ptr[i], letter = c | 0x20;
        if (!(letter >= 'a' && letter <= 'z') && !(c >= '0' && c <= '9') &&
            c != '.' && c != '-' && c != '_')
            return false;
    }
    return host.len > 0;
}

/* "::1", and "fe80::1%eth0" with its zone. */
static bool
is_ipv6(struct slice host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr ignored;
    size_t n = find_any(host, "%");
    if (n >= sizeof text ||
        (n < host.len && !is_name(slice_from(host, n + 1))))
        return false;
    memcpy(text, host.ptr, n);
    text[n] = '\0';
    return inet_pton(AF_INET6, text, &ignored) == 1;
}

static int
take_host(struct uri *u, bool may_be_any, struct slice *authority,
          struct error *err)
{
    struct slice host;
    if (slice_starts(*authority, "[")) {
        size_t n = find_any(*authority, "]");
        if (n == authority->len)
            return wrong(err, "the ']' after the IPv6 address is missing");
        host = slice_from(slice_first(*authority, n), 1);
        *authority = slice_from(*authority, n + 1);
        if (!is_ipv6(host))
            return wrong(err, "between '[' and ']' there is no IPv6 address");
    } else {
        host = slice_first(*authority, find_any(*authority, ":"));
        *authority = slice_from(*authority, host.len);
        if (find_any(slice_from(*authority, 1), ":") + 1 < authority->len)
            return wrong(err, "an IPv6 address must stand in brackets, as in "
                              "mqtt://[::1]:1883");
        if (host.len == 0)
            return wrong(err, "the host is missing");
        if (!is_name(host) && !(may_be_any && slice_is(host, "*")))
            return wrong(err, "the host contains a character that no host "
                              "name has");
    }
    if (host.len >= sizeof u->host)
        return wrong(err, "the host is longer than 255 characters");
    memcpy(u->host, host.ptr, host.len);
    u->host[host.len] = '\0';
    return 0;
}

/* Not echoed on error: after a '/' in a password, this may be a part of it. */
static int
take_port(struct uri *u, bool may_be_any, struct slice authority,
          struct error *err)
{
    if (authority.len == 0)
        return 0;
    struct slice digits = slice_from(authority, 1);
    uint32_t port = 0;
    bool is_number = authority.ptr[0] == ':' && digits.len > 0;
    for (size_t i = 0; i < digits.len && is_number; i++) {
        is_number = digits.ptr[i] >= '0' && digits.ptr[i] <= '9';
        port = port * 10 + (uint32_t)(digits.ptr[i] - '0');
        if (port > 65535)
            is_number = false;
    }
    if (!is_number || (port == 0 && !may_be_any))
        return wrong(err, "the port is not a number from 1 to 65535");
    u->port = (uint16_t)port;
    return 0;
}

static int
parse(struct uri *u, bool is_listen, struct slice text, struct error *err)
{
    struct slice rest = text;
    if (check_bytes(text, err) || take_scheme(u, &rest, err))
        return -1;
    size_t n = find_any(rest, "/?");
    struct slice authority = slice_first(rest, n);
    if (take_user(u, &authority, err) ||
        take_host(u, is_listen, &authority, err) ||
        take_port(u, is_listen, authority, err))
        return -1;
    if (is_listen && (u->has_user || u->has_password))
        return wrong(err, "a place to listen has no user");
    buf_add(&u->path, slice_from(rest, n));
    return 0;
}

static int
parse_or_release(struct uri *u, bool is_listen, struct slice text,
                 struct error *err)
{
    *u = (struct uri){0};
    if (parse(u, is_listen, text, err) == 0)
        return 0;
    uri_release(u);
    return -1;
}

int
uri_parse(struct uri *u, struct slice text, struct error *err)
{
    return parse_or_release(u, false, text, err);
}

int
uri_parse_listen(struct uri *u, struct slice text, struct error *err)
{
    return parse_or_release(u, true, text, err);
}

void
uri_add_authority(struct buf *out, const struct uri *u)
{
    buf_printf(out, strchr(u->host, ':') ? "[%s]" : "%s", u->host);
    if (u->port != schemes[u->scheme].port)
        buf_printf(out, ":%u", (unsigned)u->port);
}
