/* parse_literal.c - numbers, durations, texts and bytes.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/parser.h"

#include "base/hex.h"

/* --- numbers -------------------------------------------------------------- */

/* Digits of that base at the start of text; how many bytes they are. */
static size_t
scan_digits(struct slice text, int base, int64_t *value)
{
    size_t n = 0;
    *value = 0;
    for (; n < text.len; n++) {
        int digit = hex_digit(text.ptr[n]);
        if (digit < 0 || digit >= base || *value > INT64_MAX / base - 1)
            break;
        *value = *value * base + digit;
    }
    return n;
}

/* "1.2s": digits, perhaps a fraction, a unit. False when it is none. */
static bool
scan_duration(struct slice text, int64_t *us)
{
    static const struct {
        const char *name;
        int64_t us;
    } units[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000}, {"min", 60000000}};
    int64_t whole, fraction = 0, scale = 1;
    size_t n = scan_digits(text, 10, &whole);
    struct slice rest = slice_from(text, n);
    if (slice_starts(rest, ".")) {
        rest = slice_from(rest, 1);
        n = scan_digits(rest, 10, &fraction);
        if (n > 6)
            return false;
        for (size_t i = 0; i < n; i++)
            scale *= 10;
        rest = slice_from(rest, n);
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!slice_is(rest, units[i].name) || whole > INT32_MAX)
            continue;
        *us = whole * units[i].us + fraction * units[i].us / scale;
        return true;
    }
    return false;
}

/* 7 | 0x87 | 1.2s */
static struct script_expr *
parse_number(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_NUMBER);
    struct slice text = parser_peek(p, 0)->text;
    bool is_hex = slice_starts(text, "0x") && text.len > 2;
    size_t skip = is_hex ? 2 : 0;
    e->text = text;
    if (scan_duration(text, &e->number))
        e->kind = EXPR_DURATION;
    else if (scan_digits(slice_from(text, skip), is_hex ? 16 : 10,
                         &e->number) != text.len - skip)
        parser_fail(p,
                    "`%.*s` is neither a number (7, 0x87) nor a time (1.2s, "
                    "300ms)",
                    SLICE_ARG(slice_first(text, 60)));
    parser_next(p);
    return e;
}

/* --- texts ---------------------------------------------------------------- */

static struct slice
unescape(struct parser *p, struct slice raw)
{
    struct buf out = {0};
    size_t bad_at = 0;
    if (!hex_unescape(&out, raw, &bad_at)) {
        struct script_place at = parser_peek(p, 0)->at;
        at.column += (unsigned)(raw.ptr - parser_peek(p, 0)->text.ptr + bad_at);
        parser_fail_at(p, at, "unknown escape `%.*s`; there are \\\" \\\\ \\n "
                              "\\t \\r and \\xNN",
                       SLICE_ARG(slice_first(slice_from(raw, bad_at), 2)));
    }
    struct slice copy = arena_copy(p->arena, buf_slice(&out));
    buf_release(&out);
    return copy;
}

static bool
is_name_char(struct slice s, size_t at)
{
    if (at >= s.len)
        return false;
    uint8_t c = s.ptr[at];
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* The $name, ${name} or $target.name at the start of s: its length, and *name
 * without its dress. 0 when there is none: $SYS and $share are topics. */
static size_t
scan_name(struct slice s, struct slice *name)
{
    size_t from = slice_starts(s, "${") ? 2 : 1, to = from;
    if (!slice_starts(s, "$"))
        return 0;
    while (is_name_char(s, to))
        to++;
    *name = slice_of(s.ptr + from, to - from);
    if (slice_is(*name, "target") && to < s.len && s.ptr[to] == '.') {
        for (to++; is_name_char(s, to);)
            to++;
        *name = slice_of(s.ptr + from, to - from);
    }
    if (name->len == 0 || slice_is(*name, "SYS") || slice_is(*name, "share"))
        return 0;
    if (from == 2)
        return to < s.len && s.ptr[to] == '}' ? to + 1 : 0;
    return to;
}

/* "a/$T/b" into its pieces: "a/", $T, "/b" */
static void
split(struct parser *p, struct script_expr *e, struct slice raw)
{
    size_t from = 0, at = 0;
    struct slice name;
    while (at <= raw.len) {
        size_t len = scan_name(slice_from(raw, at), &name);
        if (len == 0 && at < raw.len) {
            at++;
            continue;
        }
        if (at > from) {
            struct script_expr *piece = parse_new(p, EXPR_TEXT);
            piece->text = unescape(
                p, slice_first(slice_from(raw, from), at - from));
            parse_add_item(p, e, piece);
        }
        if (len == 0)
            break;
        struct script_expr *piece = parse_new(p, EXPR_NAME);
        piece->text = name;
        parse_add_item(p, e, piece);
        from = at = at + len;
    }
}

static struct slice
inside(struct slice quoted)
{
    return slice_of(quoted.ptr + 1, quoted.len - 2);
}

/* TEXT, with $names to be filled in */
static struct script_expr *
parse_string(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_TEXT);
    struct slice raw = inside(parser_peek(p, 0)->text), name;
    e->text = unescape(p, raw);
    for (size_t i = 0; i < raw.len && !e->interpolated; i++)
        e->interpolated = scan_name(slice_from(raw, i), &name) > 0;
    if (e->interpolated && !p->failed)
        split(p, e, raw);
    parser_next(p);
    return e;
}

/* --- bytes ---------------------------------------------------------------- */

/* hex:"c0 ff" */
static struct script_expr *
parse_bytes(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_BYTES);
    struct buf out = {0};
    parser_next(p);
    parser_next(p);
    if (!parser_at(p, TOKEN_TEXT))
        parser_fail_expected(p, "bytes as hex:\"c0 ff\"");
    else if (!hex_parse(&out, inside(parser_peek(p, 0)->text)))
        parser_fail(p, "these are not pairs of hexadecimal digits");
    e->text = arena_copy(p->arena, buf_slice(&out));
    buf_release(&out);
    parser_next(p);
    return e;
}

static void
take_hex(struct parser *p, struct buf *out)
{
    struct slice digits = parser_peek(p, 0)->text;
    if (parser_at(p, TOKEN_TEXT))
        digits = inside(digits);
    if (!hex_parse(out, digits))
        parser_fail(p, "`%.*s` is no pair of hexadecimal digits",
                    SLICE_ARG(slice_first(digits, 60)));
    parser_next(p);
}

struct script_expr *
parse_hex_run(struct parser *p, bool is_close)
{
    struct script_expr *e = parse_new(p, EXPR_BYTES);
    struct buf out = {0};
    while ((parser_at(p, TOKEN_NUMBER) || parser_at(p, TOKEN_WORD) ||
            parser_at(p, TOKEN_TEXT)) &&
           !(is_close && parser_peek(p, 0)->spaced))
        take_hex(p, &out);
    if (out.len == 0)
        parser_fail_expected(p, "bytes in hexadecimal");
    e->text = arena_copy(p->arena, buf_slice(&out));
    buf_release(&out);
    return e;
}

struct script_expr *
parse_literal(struct parser *p)
{
    if (parser_at(p, TOKEN_NUMBER))
        return parse_number(p);
    return parser_at(p, TOKEN_TEXT) ? parse_string(p) : parse_bytes(p);
}

struct slice
parse_text(struct parser *p)
{
    if (!parser_at(p, TOKEN_TEXT)) {
        parser_fail_expected(p, "a text in quotes");
        return (struct slice){NULL, 0};
    }
    struct slice text = unescape(p, inside(parser_peek(p, 0)->text));
    parser_next(p);
    return text;
}
