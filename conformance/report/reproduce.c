/* reproduce.c - a failure as one line of shell, with printf, nc and xxd.
 * SPDX-License-Identifier: MIT
 *
 * For whoever doubts the runner: the same bytes, sent by tools that everybody
 * has. Octal, because every shell's printf knows it.                         */
#include <ctype.h>

#include "conformance/report/phrase.h"

enum {
    BYTES_MAX = 1000,    /* sent, beyond which nobody would paste it */
    PAUSE_MIN_MS = 300,  /* between packets with an answer in between */
    LAST_PAUSE_S = 2     /* for the last answer to come */
};

/* Splits "mqtt://user@host:port/..." into what nc wants: "host port". */
static void
add_address(struct buf *out, const char *target)
{
    const char *host = strstr(target, "://");
    host = host ? host + 3 : target;
    size_t len = strcspn(host, "/?");
    const char *at = memchr(host, '@', len);

    if (at) {
        len -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    if (*host == '[') { /* [::1]:1883 */
        size_t inside = strcspn(host + 1, "]");
        bool has_port = host[inside + 1] == ']' && host[inside + 2] == ':';
        buf_printf(out, "%.*s ", (int)inside, host + 1);
        if (has_port)
            buf_add(out, slice_of(host + inside + 3, len - inside - 3));
        else
            buf_add_str(out, "1883");
        return;
    }
    size_t name = strcspn(host, ":");
    name = name < len ? name : len;
    buf_printf(out, "%.*s ", (int)name, host);
    if (name < len)
        buf_add(out, slice_of(host + name + 1, len - name - 1));
    else
        buf_add_str(out, "1883");
}

/* Inside the quotes of printf '...': letters as they are, the rest octal. */
static void
add_octal(struct buf *out, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t b = bytes.ptr[i];
        if (b < 0x80 && (isalnum(b) || (i && (b == '/' || b == '-'))))
            buf_add_byte(out, b);
        else
            buf_printf(out, "\\%03o", b);
    }
}

/* Is there one connection, over TCP, whose sent bytes fit on a line? */
static bool
is_simple(const struct result_scenario *s)
{
    size_t opened = 0, sent = 0;

    if (!s->transport || strcmp(s->transport, "tcp") != 0)
        return false;
    for (size_t i = 0; i < s->event_count; i++) {
        opened += s->events[i].kind == EVENT_OPEN;
        if (s->events[i].kind == EVENT_SENT)
            sent += s->events[i].len;
    }
    return opened == 1 && sent > 0 && sent <= BYTES_MAX;
}

bool
phrase_reproducer(struct buf *out, const struct result_run *run,
                  const struct result_scenario *s)
{
    bool in_quotes = false, has_answer = false;
    uint64_t last_us = 0;

    if (!is_simple(s))
        return false;
    buf_add_byte(out, '(');
    for (size_t i = 0; i < s->event_count; i++) {
        const struct result_event *e = &s->events[i];
        has_answer |= e->kind == EVENT_GOT;
        if (e->kind != EVENT_SENT)
            continue;
        uint64_t gap_ms = (e->time_us - last_us) / 1000;
        if (in_quotes && (has_answer || gap_ms > PAUSE_MIN_MS)) {
            gap_ms = gap_ms > PAUSE_MIN_MS ? gap_ms : PAUSE_MIN_MS;
            buf_printf(out, "'; sleep %.1f; ", (double)gap_ms / 1000);
            in_quotes = false;
        }
        if (!in_quotes)
            buf_add_str(out, "printf '");
        in_quotes = true;
        add_octal(out, result_bytes(s, e));
        has_answer = false;
        last_us = e->time_us;
    }
    buf_printf(out, "'; sleep %d) | nc ", LAST_PAUSE_S);
    add_address(out, run->target);
    buf_add_str(out, " | xxd");
    return true;
}
