/* parse_stmt.c - statements without a client in front.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/parser.h"

/* A value in which a bare word is a name: m, CONNECT, a client. */
static struct script_expr *
parse_named_value(struct parser *p)
{
    bool names_before = p->words_are_names;
    p->words_are_names = true;
    struct script_expr *e = parse_value(p);
    p->words_are_names = names_before;
    return e;
}

/* "judge" expr */
static void
parse_judge(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_JUDGE;
    s->value = parse_expr(p);
}

/* "let" NAME "=" expr */
static void
parse_let(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_LET;
    s->name = parser_expect_name(p, "a name");
    parser_expect_mark(p, "=", "`=`");
    s->value = parse_expr(p);
}

/* "mark" NAME */
static void
parse_mark(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_MARK;
    s->name = parser_expect_name(p, "a name for this moment");
}

/* "wait" DURATION */
static void
parse_wait(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_WAIT;
    s->value = parse_named_value(p);
}

/* TEXT "{" ... "}" */
static void
parse_branch(struct parser *p, struct script_stmt *s)
{
    struct script_branch branch = {.label = parse_text(p)};
    branch.block = parse_braces(p);
    s->branches = arena_grow(p->arena, s->branches, s->branch_count,
                             sizeof branch);
    s->branches[s->branch_count++] = branch;
}

/* Is `or` next, perhaps on the next line? Then goes there. */
static bool
accept_or(struct parser *p)
{
    size_t n = 0;
    while (parser_peek(p, n)->kind == TOKEN_LINE)
        n++;
    const struct token *t = parser_peek(p, n);
    if (p->failed || t->kind != TOKEN_WORD || !slice_is(t->text, "or"))
        return false;
    p->at += n + 1;
    return true;
}

/* "either" branch "or" branch { "or" branch } */
static void
parse_either(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_EITHER;
    parse_branch(p, s);
    while (accept_or(p))
        parse_branch(p, s);
    if (s->branch_count < 2)
        parser_fail_expected(p, "`or` and a second branch");
}

/* "together" "{" ... "}" */
static void
parse_together(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_TOGETHER;
    s->block = parse_braces(p);
}

/* "meanwhile" "{" ... "}" */
static void
parse_meanwhile(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_MEANWHILE;
    s->block = parse_braces(p);
}

/* "repeat" value "{" ... "}" */
static void
parse_repeat(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_REPEAT;
    s->value = parse_named_value(p);
    s->block = parse_braces(p);
}

/* "for" "each" NAME "in" value "{" ... "}" */
static void
parse_for_each(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_FOR_EACH;
    parser_expect_word(p, "each", "`each` and a name");
    s->name = parser_expect_name(p, "a name");
    parser_expect_word(p, "in", "`in` and a list, a range or a table");
    s->value = parse_named_value(p);
    s->block = parse_braces(p);
}

/* "unless" expr TEXT */
static void
parse_unless(struct parser *p, struct script_stmt *s)
{
    parser_expect_word(p, "unless", "`unless` and a condition");
    s->value = parse_expr(p);
    s->label = parse_text(p);
}

/* "skip" "unless" expr TEXT */
static void
parse_skip(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_SKIP;
    parse_unless(p, s);
}

/* "unexercised" "unless" expr TEXT */
static void
parse_unexercised(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_UNEXERCISED;
    parse_unless(p, s);
}

/* "broker" ( "restarts" | "is" "killed" ) */
static void
parse_broker(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_BROKER;
    if (parser_accept_word(p, "restarts"))
        return;
    s->killed = true;
    parser_expect_word(p, "is", "`restarts` or `is killed`");
    parser_expect_word(p, "killed", "`killed`");
}

/* NAME "(" { value [","] } ")" */
static void
parse_call(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_CALL;
    s->name = parser_next(p)->text;
    parser_next(p);
    parser_skip_lines(p);
    while (!p->failed && !parser_at_mark(p, ")")) {
        struct script_expr *value = parse_named_value(p);
        s->args = arena_grow(p->arena, s->args, s->arg_count, sizeof value);
        s->args[s->arg_count++] = value;
        parser_accept_mark(p, ",");
        parser_skip_lines(p);
    }
    parser_accept_mark(p, ")");
}

static const struct {
    const char *word;
    void (*parse)(struct parser *p, struct script_stmt *s);
} verbs[] = {
    {"any", parse_any_of},
    {"judge", parse_judge},
    {"let", parse_let},
    {"mark", parse_mark},
    {"wait", parse_wait},
    {"either", parse_either},
    {"together", parse_together},
    {"meanwhile", parse_meanwhile},
    {"repeat", parse_repeat},
    {"for", parse_for_each},
    {"skip", parse_skip},
    {"unexercised", parse_unexercised},
    {"broker", parse_broker},
};
enum { VERBS = sizeof verbs / sizeof verbs[0] };

/* verb ... | NAME "(" ... ")" | client verb ... */
void
parse_stmt(struct parser *p, struct script_stmt *s)
{
    const struct token *after = parser_peek(p, 1);
    for (size_t i = 0; i < VERBS; i++) {
        if (!parser_accept_word(p, verbs[i].word))
            continue;
        verbs[i].parse(p, s);
        return;
    }
    if (parser_at(p, TOKEN_WORD) && after->kind == TOKEN_MARK &&
        slice_is(after->text, "(") && !after->spaced)
        parse_call(p, s);
    else
        parse_client(p, s);
}
