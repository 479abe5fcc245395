/* parser.c - the cursor that the productions share.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/parser.h"

#include <stdarg.h>
#include <stdio.h>

const struct token *
parser_peek(const struct parser *p, size_t ahead)
{
    const struct token *t = &p->tokens[p->at];
    for (; ahead > 0 && t->kind != TOKEN_END; ahead--)
        t++;
    return t;
}

const struct token *
parser_next(struct parser *p)
{
    const struct token *t = &p->tokens[p->at];
    if (t->kind != TOKEN_END)
        p->at++;
    return t;
}

bool
parser_at(const struct parser *p, enum token_kind kind)
{
    return !p->failed && parser_peek(p, 0)->kind == kind;
}

bool
parser_at_mark(const struct parser *p, const char *mark)
{
    return parser_at(p, TOKEN_MARK) && slice_is(parser_peek(p, 0)->text, mark);
}

bool
parser_at_word(const struct parser *p, const char *word)
{
    return parser_at(p, TOKEN_WORD) && slice_is(parser_peek(p, 0)->text, word);
}

bool
parser_at_end(const struct parser *p)
{
    return p->failed || parser_at(p, TOKEN_LINE) || parser_at(p, TOKEN_END) ||
           parser_at_mark(p, "}");
}

bool
parser_accept_mark(struct parser *p, const char *mark)
{
    bool is_it = parser_at_mark(p, mark);
    if (is_it)
        parser_next(p);
    return is_it;
}

bool
parser_accept_word(struct parser *p, const char *word)
{
    bool is_it = parser_at_word(p, word);
    if (is_it)
        parser_next(p);
    return is_it;
}

static void
fail_at(struct parser *p, struct script_place at, const char *format,
        va_list args)
{
    char message[512];
    if (p->failed)
        return;
    vsnprintf(message, sizeof message, format, args);
    script_errors_add(p->errors, p->file->text, at, message);
    p->failed = true;
}

void
parser_fail_at(struct parser *p, struct script_place at, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    fail_at(p, at, format, args);
    va_end(args);
}

void
parser_fail(struct parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_at(p, parser_peek(p, 0)->at, format, args);
    va_end(args);
}

void
parser_fail_expected(struct parser *p, const char *what)
{
    const struct token *t = parser_peek(p, 0);
    if (t->kind == TOKEN_END)
        parser_fail(p, "%s expected, but the file ends here", what);
    else if (t->kind == TOKEN_LINE)
        parser_fail(p, "%s expected, but the line ends here", what);
    else
        parser_fail(p, "%s expected, not `%.*s`", what,
                    SLICE_ARG(slice_first(t->text, 60)));
}

void
parser_expect_mark(struct parser *p, const char *mark, const char *what)
{
    if (!parser_accept_mark(p, mark))
        parser_fail_expected(p, what);
}

void
parser_expect_word(struct parser *p, const char *word, const char *what)
{
    if (!parser_accept_word(p, word))
        parser_fail_expected(p, what);
}

struct slice
parser_expect_name(struct parser *p, const char *what)
{
    if (parser_at(p, TOKEN_WORD))
        return parser_next(p)->text;
    parser_fail_expected(p, what);
    return (struct slice){NULL, 0};
}

void
parser_skip_lines(struct parser *p)
{
    while (parser_at(p, TOKEN_LINE))
        parser_next(p);
}

bool
parser_enter(struct parser *p)
{
    if (p->depth >= PARSER_DEPTH_MAX) {
        parser_fail(p, "this is nested more than %d deep", PARSER_DEPTH_MAX);
        return false;
    }
    p->depth++;
    return true;
}

void
parser_leave(struct parser *p)
{
    p->depth--;
}
