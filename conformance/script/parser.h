/* parser.h - what the parts of the parser share: a cursor over tokens.
 * SPDX-License-Identifier: MIT
 *
 * Recursive descent: one function per production, which stands as a comment
 * above it. After an error `failed` is set, every accept_ says no and nothing
 * more is reported, so that productions read straight down; parse_block takes
 * up again at the next line.
 *
 *     parse_file.c    scenarios, defines, headers
 *     parse_block.c   lines, their versions and statement ids, { blocks }
 *     parse_client.c  statements with a client in front
 *     parse_stmt.c    the others
 *     parse_packet.c  packets, patterns, arguments, damage
 *     parse_expr.c    values and what is judged
 *     parse_primary.c what those are made of
 *     parse_literal.c numbers, times, texts, bytes                           */
#ifndef SCRIPT_PARSER_H
#define SCRIPT_PARSER_H

#include "conformance/script/arena.h"
#include "conformance/script/lexer.h"

enum {
    PARSER_DEPTH_MAX = 40, /* values in values, blocks in blocks */
    PARSER_JOINS_MAX = 500 /* operators in one statement */
};

struct parser {
    struct script_file *file;     /* being filled */
    struct arena *arena;          /* of the file */
    const struct token *tokens;   /* without comments and joins */
    size_t at;                    /* the next one */
    struct script_errors *errors;
    bool failed;                  /* since the last line that was taken up */
    bool words_are_names;         /* a bare word is a name, not a reason */
    unsigned depth;               /* of nesting */
    unsigned joins;               /* operators in this statement so far */
};

/* --- cursor --- */

/* The token `ahead` of the next one; TOKEN_END for ever at the end. */
const struct token *parser_peek(const struct parser *p, size_t ahead);
const struct token *parser_next(struct parser *p);

/* Is the next token this mark or word, or of that kind? */
bool parser_at_mark(const struct parser *p, const char *mark);
bool parser_at_word(const struct parser *p, const char *word);
bool parser_at(const struct parser *p, enum token_kind kind);

/* Is it the end of a statement: of the line, or of its block? */
bool parser_at_end(const struct parser *p);

/* Takes it if it is that. */
bool parser_accept_mark(struct parser *p, const char *mark);
bool parser_accept_word(struct parser *p, const char *word);

/* Takes it or fails, naming `what` was expected. */
void parser_expect_mark(struct parser *p, const char *mark, const char *what);
void parser_expect_word(struct parser *p, const char *word, const char *what);
struct slice parser_expect_name(struct parser *p, const char *what);

/* Reports an error at the next token, or at a place. */
void parser_fail(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void parser_fail_at(struct parser *p, struct script_place at,
                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "`<` expected, not `=`" in the same words everywhere. */
void parser_fail_expected(struct parser *p, const char *what);

void parser_skip_lines(struct parser *p);

/* One level deeper; false, having failed, when it is too deep. */
bool parser_enter(struct parser *p);
void parser_leave(struct parser *p);

/* --- productions, by file --- */

struct script_expr *parse_expr(struct parser *p);    /* what is judged */
struct script_expr *parse_value(struct parser *p);   /* no = < > and or */
struct script_expr *parse_primary(struct parser *p);
struct script_expr *parse_literal(struct parser *p); /* 7 1.2s "x" hex:"c0" */
struct slice parse_text(struct parser *p);           /* "..." without $names */

/* 30 05 c0, "30 05"; only what has no space in front when is_close. */
struct script_expr *parse_hex_run(struct parser *p, bool is_close);
struct script_expr *parse_new(struct parser *p, enum script_expr_kind kind);
void parse_add_item(struct parser *p, struct script_expr *to,
                    struct script_expr *item);

/* Chains like 1+1+1 nest to the left without the parser nesting; whoever walks
 * the tree later would, so there is a limit. */
void parse_count_join(struct parser *p);

/* Is the next thing NAME=..., `pad to` or `v5:NAME=`? */
bool parse_at_arg(const struct parser *p);
void parse_arg(struct parser *p, struct script_arg **args, size_t *count);
enum script_op parse_relation(struct parser *p);     /* = != < <= > >= */
void parse_args(struct parser *p, struct script_packet *packet);
struct script_packet parse_packet(struct parser *p);
struct script_packet parse_pattern(struct parser *p);
void parse_damages(struct parser *p, struct script_stmt *s);

/* `v5:`, `v311:` ...: the set, 0 when there is none. */
unsigned parse_versions(struct parser *p);

/* Statements; kind, packet and so on of *s. */
void parse_client(struct parser *p, struct script_stmt *s);
void parse_send(struct parser *p, struct script_stmt *s);
void parse_any_of(struct parser *p, struct script_stmt *s);
void parse_stmt(struct parser *p, struct script_stmt *s);
struct script_block parse_braces(struct parser *p);
void parse_lines(struct parser *p, struct script_block *block);
bool parse_at_ids(const struct parser *p);

void parse_file(struct parser *p);

#endif
