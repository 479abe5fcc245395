/* lexer.c - a scenario file as tokens.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/lexer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

struct lexer {
    struct slice text;            /* the whole file */
    size_t at;                    /* offset of the next byte */
    struct script_place place;    /* of the next byte */
    struct tokens *out;
    struct script_errors *errors;
};

static int
peek(const struct lexer *l, size_t ahead)
{
    size_t at = l->at + ahead;
    return at < l->text.len ? l->text.ptr[at] : -1;
}

static bool
is_word_char(int c)
{
    return c == '_' || (c >= 0 && c < 0x80 && isalnum(c));
}

static void
add(struct lexer *l, enum token_kind kind, size_t len)
{
    struct tokens *out = l->out;
    bool spaced = l->at == 0 || strchr(" \t\r\n", l->text.ptr[l->at - 1]);
    out->list = xgrow(out->list, &out->cap, out->count + 1, sizeof *out->list);
    out->list[out->count++] = (struct token){
        kind, slice_of(l->text.ptr + l->at, len), l->place, spaced};
}

/* Moves on by len bytes of one line; columns count characters. */
static void
skip(struct lexer *l, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((l->text.ptr[l->at + i] & 0xc0) != 0x80)
            l->place.column++;
    l->at += len;
}

static void
complain(struct lexer *l, const char *message)
{
    script_errors_add(l->errors, l->text, l->place, message);
}

static size_t
length_of_word(const struct lexer *l, size_t from)
{
    size_t n = from;
    while (is_word_char(peek(l, n)))
        n++;
    return n;
}

/* Statement numbers have dots and dashes inside: MQTT311-4.3.3-2. */
static size_t
length_of_statement(const struct lexer *l, size_t word_len)
{
    size_t n = word_len;
    struct slice word = slice_of(l->text.ptr + l->at, word_len);
    if (!slice_starts(word, "MQTT") || peek(l, n) != '-')
        return word_len;
    while (is_word_char(peek(l, n)) ||
           ((peek(l, n) == '-' || peek(l, n) == '.') &&
            is_word_char(peek(l, n + 1))))
        n++;
    return n;
}

/* 7, 0x87, 1.2s, 3.1.1; in 1..5 the number ends before the dots. */
static size_t
length_of_number(const struct lexer *l)
{
    size_t n = length_of_word(l, 0);
    while (peek(l, n) == '.' && peek(l, n + 1) >= '0' && peek(l, n + 1) <= '9')
        n = length_of_word(l, n + 1);
    return n;
}

/* 0 when the text has no end on its line. */
static size_t
length_of_text(const struct lexer *l)
{
    for (size_t n = 1; peek(l, n) >= 0 && peek(l, n) != '\n'; n++) {
        if (peek(l, n) == '"')
            return n + 1;
        if (peek(l, n) == '\\' && peek(l, n + 1) >= 0 &&
            peek(l, n + 1) != '\n')
            n++;
    }
    return 0;
}

static size_t
length_of_line(const struct lexer *l)
{
    size_t n = 0;
    while (peek(l, n) >= 0 && peek(l, n) != '\n')
        n++;
    while (n > 0 && isspace(peek(l, n - 1)))
        n--;
    return n;
}

/* Is there nothing but white space up to the end of the line? */
static bool
is_last_on_line(const struct lexer *l, size_t from)
{
    while (peek(l, from) == ' ' || peek(l, from) == '\t' ||
           peek(l, from) == '\r')
        from++;
    return peek(l, from) == '\n' || peek(l, from) < 0;
}

static size_t
length_of_mark(const struct lexer *l)
{
    int c = peek(l, 0), next = peek(l, 1);
    if ((c == '.' && next == '.') ||
        (next == '=' && (c == '<' || c == '>' || c == '!')))
        return 2;
    return c > 0 && c != '!' && strchr("{}[]():,.=<>+-*/%|", c) ? 1 : 0;
}

static void
take(struct lexer *l, enum token_kind kind, size_t len)
{
    add(l, kind, len);
    skip(l, len);
}

static void
take_text(struct lexer *l)
{
    size_t len = length_of_text(l);
    if (len == 0) {
        complain(l, "this text has no closing quote on its line");
        len = length_of_line(l);
        skip(l, len ? len : 1);
        return;
    }
    take(l, TOKEN_TEXT, len);
}

static void
take_strange(struct lexer *l)
{
    size_t len = utf8_char(slice_from(l->text, l->at), NULL);
    struct slice it = slice_of(l->text.ptr + l->at, len);
    char message[96];
    if (len == 0 || l->text.ptr[l->at] < 0x20 || l->text.ptr[l->at] == 0x7f)
        snprintf(message, sizeof message,
                 "a byte 0x%02x has no meaning here; in a text write \\x%02x",
                 l->text.ptr[l->at], l->text.ptr[l->at]);
    else
        snprintf(message, sizeof message, "`%.*s` has no meaning here",
                 SLICE_ARG(it));
    complain(l, message);
    skip(l, len ? len : 1);
}

static void
take_one(struct lexer *l)
{
    int c = peek(l, 0);
    if (c == '\n') {
        add(l, TOKEN_LINE, 1);
        l->at++;
        l->place = (struct script_place){l->place.line + 1, 1};
    } else if (c == ' ' || c == '\t' || c == '\r') {
        skip(l, 1);
    } else if (c == '#') {
        take(l, TOKEN_COMMENT, length_of_line(l));
    } else if (c == '"') {
        take_text(l);
    } else if (c == '\\' && is_last_on_line(l, 1)) {
        take(l, TOKEN_JOIN, 1);
    } else if (isdigit(c)) {
        take(l, TOKEN_NUMBER, length_of_number(l));
    } else if (is_word_char(c)) {
        take(l, TOKEN_WORD, length_of_statement(l, length_of_word(l, 0)));
    } else if ((c == '$' || c == '?') && is_word_char(peek(l, 1))) {
        take(l, c == '$' ? TOKEN_NAME : TOKEN_BIND, length_of_word(l, 1));
    } else if (length_of_mark(l)) {
        take(l, TOKEN_MARK, length_of_mark(l));
    } else {
        take_strange(l);
    }
}

void
lexer_run(struct slice text, struct tokens *out, struct script_errors *errors)
{
    struct lexer l = {text, 0, {1, 1}, out, errors};
    if (slice_starts(text, "\xef\xbb\xbf"))
        l.at = 3;
    while (l.at < text.len)
        take_one(&l);
    add(&l, TOKEN_END, 0);
}

void
lexer_release(struct tokens *tokens)
{
    free(tokens->list);
    *tokens = (struct tokens){0};
}
