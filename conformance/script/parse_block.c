/* parse_block.c - lines: their versions, their statement ids, their blocks.
 * SPDX-License-Identifier: MIT
 *
 * Here errors end: a line that cannot be parsed is left behind with whatever
 * block it opens, and the next one is taken up.                              */
#include "conformance/script/parser.h"

#include <ctype.h>

/* --- statement ids -------------------------------------------------------- */

bool
parse_at_ids(const struct parser *p)
{
    const struct token *t = parser_peek(p, 1);
    return parser_at_mark(p, "[") && t->kind == TOKEN_WORD &&
           (slice_starts(t->text, "MQTT") || slice_is(t->text, "should"));
}

/* "[" ( ID { ID } | "should" SECTION ) "]" */
static void
parse_ids(struct parser *p, struct script_stmt *s)
{
    parser_next(p);
    if (parser_accept_word(p, "should")) {
        if (parser_at(p, TOKEN_NUMBER))
            s->should = parser_next(p)->text;
        else
            parser_fail_expected(p, "a section, as in [should 4.13]");
    }
    parser_skip_lines(p);
    while (!p->failed && parser_at(p, TOKEN_WORD)) {
        s->ids = arena_grow(p->arena, s->ids, s->id_count, sizeof *s->ids);
        s->ids[s->id_count++] = parser_next(p)->text;
        parser_accept_mark(p, ",");
        parser_skip_lines(p);
    }
    if (s->should.len && s->id_count)
        parser_fail(p, "either statements or `should` and a section");
    parser_expect_mark(p, "]", "`]`, or the id of a statement");
}

/* --- a line --------------------------------------------------------------- */

/* What else is wrong when a line goes on and should not. */
static void
fail_at_rest(struct parser *p)
{
    const struct token *t = parser_peek(p, 0), *after = parser_peek(p, 1);
    if (t->kind == TOKEN_WORD && after->kind == TOKEN_MARK && after->spaced &&
        slice_is(after->text, "="))
        parser_fail(p, "write `%.*s=VALUE` without a space",
                    SLICE_ARG(slice_first(t->text, 60)));
    else if (parser_at_mark(p, "["))
        parser_fail(p, "statement ids expected in brackets, as in "
                       "[MQTT-3.2.0-1] or [should 4.13]");
    else
        parser_fail_expected(p, "the end of the line");
}

/* The statement as it is in the file, without ids, block and end. */
static struct slice
source_of(const struct parser *p, size_t first, size_t ids,
          const struct script_stmt *s)
{
    const uint8_t *start = p->tokens[first].text.ptr;
    const struct token *last = &p->tokens[ids - 1];
    struct slice all = slice_of(
        start, (size_t)(last->text.ptr + last->text.len - start));
    if (!s->block.list && !s->branch_count)
        return all;
    const uint8_t *end = memchr(all.ptr, '\n', all.len);
    size_t len = end ? (size_t)(end - all.ptr) : all.len;
    while (len > 1 && (isspace(all.ptr[len - 1]) || all.ptr[len - 1] == '{'))
        len--;
    return slice_first(all, len);
}

/* [ versions ] stmt [ ids ] */
static struct script_stmt
parse_line(struct parser *p)
{
    struct script_stmt s = {.at = parser_peek(p, 0)->at};
    size_t first = p->at;
    p->joins = 0;
    s.versions = (uint8_t)parse_versions(p);
    if (!p->failed)
        parse_stmt(p, &s);
    size_t ids = p->at;
    if (parse_at_ids(p))
        parse_ids(p, &s);
    if (!parser_at_end(p))
        fail_at_rest(p);
    if (!p->failed)
        s.source = source_of(p, first, ids, &s);
    return s;
}

/* --- blocks --------------------------------------------------------------- */

/* Does a chapter's next part begin here? */
static bool
at_part(const struct parser *p)
{
    return parser_at_word(p, "scenario") || parser_at_word(p, "define") ||
           parser_at_word(p, "end");
}

/* After an error in the line that began at token `first`: to the end of that
 * line, or of the block that it opened. */
static void
recover(struct parser *p, size_t first)
{
    int depth = 0;
    size_t failed_at = p->at;
    p->failed = false;
    for (p->at = first; !parser_at(p, TOKEN_END); p->at++) {
        if (parser_at_mark(p, "{"))
            depth++;
        else if (parser_at_mark(p, "}") && --depth < 0)
            return;
        if (!parser_at(p, TOKEN_LINE) || p->at < failed_at)
            continue;
        const struct token *next = parser_peek(p, 1);
        if (depth <= 0 || slice_is(next->text, "scenario") ||
            slice_is(next->text, "define"))
            return;
    }
}

/* { line } up to "}", `scenario`, `define`, `end` or the end of the file */
void
parse_lines(struct parser *p, struct script_block *block)
{
    for (;;) {
        parser_skip_lines(p);
        if (p->failed || parser_at(p, TOKEN_END) || parser_at_mark(p, "}") ||
            at_part(p))
            return;
        size_t first = p->at;
        struct script_stmt s = parse_line(p);
        if (p->failed) {
            recover(p, first);
            continue;
        }
        block->list =
            arena_grow(p->arena, block->list, block->count, sizeof s);
        block->list[block->count++] = s;
    }
}

/* "{" { line } "}" */
struct script_block
parse_braces(struct parser *p)
{
    struct script_block block = {NULL, 0};
    struct script_place at = parser_peek(p, 0)->at;
    parser_expect_mark(p, "{", "`{`");
    if (p->failed || !parser_enter(p))
        return block;
    parse_lines(p, &block);
    if (!parser_accept_mark(p, "}"))
        parser_fail_at(p, at, "this block is never closed; `}` expected");
    parser_leave(p);
    return block;
}
