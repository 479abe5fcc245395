/* parse_expr.c - operators over values, the tightest first.
 * SPDX-License-Identifier: MIT
 *
 * A value is what stands behind `=` in a packet; an expression is what `judge`
 * judges. Both are one grammar, of which a value is the lower half: it has no
 * comparison, since `<` and `=` mean something else between packets.         */
#include "conformance/script/parser.h"

void
parse_count_join(struct parser *p)
{
    if (++p->joins > PARSER_JOINS_MAX)
        parser_fail(p, "this expression is too long");
}

static struct script_expr *
join(struct parser *p, enum script_expr_kind kind, enum script_op op,
     struct script_expr *left, struct script_expr *right)
{
    struct script_expr *e = parse_new(p, kind);
    parse_count_join(p);
    e->at = left->at;
    e->op = op;
    e->left = left;
    e->right = right;
    return e;
}

/* unary = "-" unary | primary */
static struct script_expr *
parse_unary(struct parser *p)
{
    if (!parser_at_mark(p, "-"))
        return parse_primary(p);
    struct script_expr *e = parse_new(p, EXPR_UNARY);
    parser_next(p);
    e->op = OP_SUB;
    if (parser_enter(p)) {
        e->left = parse_unary(p);
        parser_leave(p);
    } else {
        e->left = parse_new(p, EXPR_ANY);
    }
    return e;
}

/* product = unary { ("*" | "/" | "%") unary }            "x"*1000 repeats */
static struct script_expr *
parse_product(struct parser *p)
{
    struct script_expr *e = parse_unary(p);
    for (;;) {
        bool is_text = e->kind == EXPR_TEXT || e->kind == EXPR_BYTES ||
                       e->kind == EXPR_REPEAT;
        if (parser_accept_mark(p, "*"))
            e = join(p, is_text ? EXPR_REPEAT : EXPR_BINARY, OP_MUL, e,
                     parse_unary(p));
        else if (parser_accept_mark(p, "/"))
            e = join(p, EXPR_BINARY, OP_DIV, e, parse_unary(p));
        else if (parser_accept_mark(p, "%"))
            e = join(p, EXPR_BINARY, OP_MOD, e, parse_unary(p));
        else
            return e;
    }
}

/* sum = product { ("+" | "-") product } */
static struct script_expr *
parse_sum(struct parser *p)
{
    struct script_expr *e = parse_product(p);
    for (;;) {
        if (parser_accept_mark(p, "+"))
            e = join(p, EXPR_BINARY, OP_ADD, e, parse_product(p));
        else if (parser_accept_mark(p, "-"))
            e = join(p, EXPR_BINARY, OP_SUB, e, parse_product(p));
        else
            return e;
    }
}

/* range = sum [ ".." sum ] */
static struct script_expr *
parse_range(struct parser *p)
{
    struct script_expr *e = parse_sum(p);
    if (!parser_accept_mark(p, ".."))
        return e;
    return join(p, EXPR_RANGE, OP_NONE, e, parse_sum(p));
}

/* value = range { "|" range } */
struct script_expr *
parse_value(struct parser *p)
{
    struct script_expr *e = parse_range(p);
    if (!parser_at_mark(p, "|"))
        return e;
    struct script_expr *choice = parse_new(p, EXPR_CHOICE);
    choice->at = e->at;
    parse_add_item(p, choice, e);
    while (parser_accept_mark(p, "|"))
        parse_add_item(p, choice, parse_range(p));
    return choice;
}

/* relation = "=" | "!=" | "<" | "<=" | ">" | ">=" */
enum script_op
parse_relation(struct parser *p)
{
    static const struct {
        const char *mark;
        enum script_op op;
    } relations[] = {{"=", OP_EQ},  {"!=", OP_NE}, {"<", OP_LT},
                     {"<=", OP_LE}, {">", OP_GT},  {">=", OP_GE}};
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++)
        if (parser_accept_mark(p, relations[i].mark))
            return relations[i].op;
    return OP_NONE;
}

/* comparison = value [ (relation | "in") value ] */
static struct script_expr *
parse_comparison(struct parser *p)
{
    struct script_expr *e = parse_value(p);
    enum script_op op = parse_relation(p);
    if (op == OP_NONE && parser_accept_word(p, "in"))
        op = OP_IN;
    return op ? join(p, EXPR_BINARY, op, e, parse_value(p)) : e;
}

/* negation = "not" negation | comparison */
static struct script_expr *
parse_negation(struct parser *p)
{
    if (!parser_at_word(p, "not"))
        return parse_comparison(p);
    struct script_expr *e = parse_new(p, EXPR_UNARY);
    parser_next(p);
    e->op = OP_NOT;
    if (parser_enter(p)) {
        e->left = parse_negation(p);
        parser_leave(p);
    } else {
        e->left = parse_new(p, EXPR_ANY);
    }
    return e;
}

/* conjunction = negation { "and" negation } */
static struct script_expr *
parse_conjunction(struct parser *p)
{
    struct script_expr *e = parse_negation(p);
    while (parser_accept_word(p, "and"))
        e = join(p, EXPR_BINARY, OP_AND, e, parse_negation(p));
    return e;
}

/* expr = conjunction { "or" conjunction } */
struct script_expr *
parse_expr(struct parser *p)
{
    bool names_before = p->words_are_names;
    p->words_are_names = true;
    struct script_expr *e = parse_conjunction(p);
    while (parser_accept_word(p, "or"))
        e = join(p, EXPR_BINARY, OP_OR, e, parse_conjunction(p));
    p->words_are_names = names_before;
    return e;
}
