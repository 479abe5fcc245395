/* parse_primary.c - what expressions are made of: names, lists, calls, members.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/parser.h"

struct script_expr *
parse_new(struct parser *p, enum script_expr_kind kind)
{
    struct script_expr *e = arena_alloc(p->arena, sizeof *e);
    e->kind = kind;
    e->at = parser_peek(p, 0)->at;
    return e;
}

void
parse_add_item(struct parser *p, struct script_expr *to,
               struct script_expr *item)
{
    to->items = arena_grow(p->arena, to->items, to->item_count, sizeof item);
    to->items[to->item_count++] = item;
}

/* Can a value not begin with the next token? */
static bool
at_no_value(const struct parser *p)
{
    return parser_at(p, TOKEN_MARK) && !parser_at_mark(p, "[") &&
           !parser_at_mark(p, "{") && !parser_at_mark(p, "(") &&
           !parser_at_mark(p, "-");
}

/* "[" { value [","] } "]"  |  "{" { value [","] } "}" */
static struct script_expr *
parse_items(struct parser *p, enum script_expr_kind kind, const char *end)
{
    struct script_expr *e = parse_new(p, kind);
    struct script_place at = e->at;
    parser_next(p);
    parser_skip_lines(p);
    while (!p->failed && !parser_at_mark(p, end)) {
        if (parser_at(p, TOKEN_END))
            parser_fail_at(p, at, "this is never closed; `%s` expected", end);
        else if (at_no_value(p))
            parser_fail(p, "a value or the `%s` of line %u expected, not "
                           "`%.*s`",
                        end, at.line, SLICE_ARG(parser_peek(p, 0)->text));
        else
            parse_add_item(p, e, parse_value(p));
        parser_accept_mark(p, ",");
        parser_skip_lines(p);
    }
    parser_accept_mark(p, end);
    return e;
}

/* "{" NAME relation ... : a record, not a set */
static bool
at_record(const struct parser *p)
{
    size_t n = 1;
    while (parser_peek(p, n)->kind == TOKEN_LINE)
        n++;
    struct slice op = parser_peek(p, n + 1)->text;
    return parser_at_mark(p, "{") && parser_peek(p, n)->kind == TOKEN_WORD &&
           parser_peek(p, n + 1)->kind == TOKEN_MARK &&
           (slice_is(op, "=") || slice_is(op, "!=") || slice_is(op, "<=") ||
            slice_is(op, ">=") || slice_is(op, "<") || slice_is(op, ">") ||
            slice_is(op, ":"));
}

/* "{" { arg } "}" */
static struct script_expr *
parse_record(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_RECORD);
    parser_next(p);
    parser_skip_lines(p);
    while (!p->failed && parse_at_arg(p)) {
        parse_arg(p, &e->args, &e->arg_count);
        parser_accept_mark(p, ",");
        parser_skip_lines(p);
    }
    parser_expect_mark(p, "}", "`}` or another NAME=VALUE");
    return e;
}

/* NAME "(" { expr | arg [","] } ")"                  count(m, payload="x") */
static struct script_expr *
parse_call(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_CALL);
    bool names_before = p->words_are_names;
    e->text = parser_next(p)->text;
    parser_next(p);
    p->words_are_names = true;
    parser_skip_lines(p);
    while (!p->failed && !parser_at_mark(p, ")")) {
        if (parse_at_arg(p))
            parse_arg(p, &e->args, &e->arg_count);
        else
            parse_add_item(p, e, parse_expr(p));
        parser_accept_mark(p, ",");
        parser_skip_lines(p);
        if (parser_at(p, TOKEN_END))
            parser_fail_expected(p, "`)`");
    }
    parser_accept_mark(p, ")");
    p->words_are_names = names_before;
    return e;
}

/* true | false | any | absent | present */
static struct script_expr *
parse_constant(struct parser *p)
{
    static const struct {
        const char *word;
        enum script_expr_kind kind;
        int64_t number;
    } constants[] = {
        {"any", EXPR_ANY, 0},     {"absent", EXPR_ABSENT, 0},
        {"true", EXPR_NUMBER, 1}, {"present", EXPR_PRESENT, 0},
        {"false", EXPR_NUMBER, 0},
    };
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (!parser_at_word(p, constants[i].word))
            continue;
        struct script_expr *e = parse_new(p, constants[i].kind);
        e->text = parser_next(p)->text;
        e->number = constants[i].number;
        return e;
    }
    return NULL;
}

/* constant | hex:TEXT | since NAME | NAME "(" ... ")" | NAME */
static struct script_expr *
parse_word(struct parser *p)
{
    const struct token *after = parser_peek(p, 1);
    struct script_expr *e = parse_constant(p);
    if (e)
        return e;
    if (after->kind == TOKEN_MARK && slice_is(after->text, "(") &&
        !after->spaced)
        return parse_call(p);
    if (parser_at_word(p, "hex") && slice_is(after->text, ":"))
        return parse_literal(p);
    if (parser_at_word(p, "since") && after->kind == TOKEN_WORD) {
        e = parse_new(p, EXPR_SINCE);
        parser_next(p);
        e->text = parser_next(p)->text;
        return e;
    }
    e = parse_new(p, p->words_are_names ? EXPR_NAME : EXPR_REASON);
    e->is_bare = true;
    e->text = parser_next(p)->text;
    return e;
}

/* "?" NAME [ "else" primary ] */
static struct script_expr *
parse_bind(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_BIND);
    e->text = slice_from(parser_next(p)->text, 1);
    if (parser_accept_word(p, "else"))
        e->left = parse_primary(p);
    return e;
}

/* "$" NAME  |  "$target" "." NAME */
static struct script_expr *
parse_dollar(struct parser *p)
{
    struct script_expr *e = parse_new(p, EXPR_NAME);
    const struct token *name = parser_next(p);
    e->text = slice_from(name->text, 1);
    if (slice_is(e->text, "target") && parser_accept_mark(p, ".")) {
        struct slice member =
            parser_expect_name(p, "a name in the target file");
        if (!p->failed)
            e->text = slice_of(e->text.ptr,
                               (size_t)(member.ptr + member.len - e->text.ptr));
    }
    return e;
}

/* "(" expr ")" */
static struct script_expr *
parse_parens(struct parser *p)
{
    parser_next(p);
    parser_skip_lines(p);
    struct script_expr *e = parse_expr(p);
    parser_skip_lines(p);
    parser_expect_mark(p, ")", "`)`");
    return e;
}

static struct script_expr *
parse_start(struct parser *p)
{
    switch (parser_peek(p, 0)->kind) {
    case TOKEN_NUMBER:
    case TOKEN_TEXT: return parse_literal(p);
    case TOKEN_NAME: return parse_dollar(p);
    case TOKEN_BIND: return parse_bind(p);
    case TOKEN_WORD: return parse_word(p);
    default: break;
    }
    if (at_record(p))
        return parse_record(p);
    if (parser_at_mark(p, "["))
        return parse_items(p, EXPR_LIST, "]");
    if (parser_at_mark(p, "{"))
        return parse_items(p, EXPR_SET, "}");
    if (parser_at_mark(p, "("))
        return parse_parens(p);
    struct script_expr *nothing = parse_new(p, EXPR_ANY);
    parser_fail_expected(p, "a value");
    return nothing;
}

/* Is this mark the next token, with nothing in front of it? */
static bool
at_close_mark(const struct parser *p, const char *mark)
{
    return parser_at_mark(p, mark) && !parser_peek(p, 0)->spaced;
}

/* primary = start { "." NAME | "[" expr "]" | ":" primary } */
struct script_expr *
parse_primary(struct parser *p)
{
    struct script_expr *e, *outer;
    if (p->failed || !parser_enter(p))
        return parse_new(p, EXPR_ANY);
    e = parse_start(p);
    while (!p->failed) {
        if (at_close_mark(p, ".")) {
            outer = parse_new(p, EXPR_MEMBER);
            parser_next(p);
            outer->text = parser_expect_name(p, "the name of a field");
        } else if (at_close_mark(p, "[")) {
            outer = parse_new(p, EXPR_INDEX);
            parser_next(p);
            outer->right = parse_expr(p);
            parser_expect_mark(p, "]", "`]`");
        } else if (at_close_mark(p, ":") && e->kind != EXPR_PAIR) {
            outer = parse_new(p, EXPR_PAIR);
            parser_next(p);
            outer->right = parse_primary(p);
            if (outer->right->kind == EXPR_PAIR)
                parser_fail(p, "a pair has two parts: \"name\":\"value\"");
        } else {
            break;
        }
        outer->at = e->at;
        outer->left = e;
        e = outer;
        parse_count_join(p);
    }
    parser_leave(p);
    return e;
}
