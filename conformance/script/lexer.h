/* lexer.h - a scenario file as tokens.
 * SPDX-License-Identifier: MIT
 *
 * Everything in the file becomes a token, comments and line ends too, so that
 * the formatter can lay it out anew. A token knows where it stands and whether
 * a space is in front of it: `m[0]` is an index, `m [0]` is a value and a list.
 *
 *     word     sub PUBLISH packet_id MQTT-4.3.3-10
 *     number   7 0x87 1.2s 300ms 3.1.1 05      digits first, then letters too
 *     text     "a/$T"                          with its quotes
 *     name     $p ?p                           with its mark
 *     mark     { } [ ] ( ) , : . .. = != < <= > >= + - * / % |
 *     comment  # ...                           to the end of the line
 *     join     \ at the end of a line: the statement goes on in the next     */
#ifndef SCRIPT_LEXER_H
#define SCRIPT_LEXER_H

#include "conformance/script/errors.h"

enum token_kind {
    TOKEN_END, /* behind the last one */
    TOKEN_LINE, /* end of a line */
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_TEXT,
    TOKEN_NAME, /* $name */
    TOKEN_BIND, /* ?name */
    TOKEN_MARK,
    TOKEN_COMMENT,
    TOKEN_JOIN
};

struct token {
    enum token_kind kind;
    struct slice text;      /* as written, borrowed from the file */
    struct script_place at;
    bool spaced;            /* white space or a line end is in front of it */
};

struct tokens {
    struct token *list; /* owned; the last one is TOKEN_END */
    size_t count;       /* in list */
    size_t cap;         /* allocated */
};

/* Cuts text into tokens. What is none is reported and left out. */
void lexer_run(struct slice text, struct tokens *out,
               struct script_errors *errors);
void lexer_release(struct tokens *tokens);

#endif
