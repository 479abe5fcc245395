/* mutate.c - every small mistake that could be made in a source file or a table.
 * SPDX-License-Identifier: MIT
 *
 *     mutate list SEED FILE...    one line for each possible edit, separated by
 *                                 tabs: rank, file, number, place, before, after
 *     mutate apply FILE NUMBER    the file on standard output with that one edit
 *
 * An edit is a piece of text with another in its place. In functions: a
 * condition negated, a comparison or an operator exchanged, a number changed, a
 * statement left out, another value returned. In tables (rows that begin with
 * one of the macros below): a row left out, or one word of it exchanged. The
 * rank is a hash of seed, place and text, so the first 200 by rank are a sample
 * that changes only where the sources do. House style makes this possible: what
 * stands in column 0, and blanks around operators.                           */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

enum { WHERE_MAX = 64 };

struct edit {
    size_t start, len;       /* what goes, as offsets in the text */
    size_t row;              /* where the row of a table begins */
    char with[64];           /* what comes */
    bool negates;            /* `with` is empty: !( ) around it instead */
};

struct source {
    const char *path;
    char *text;              /* owned, with 0 at the end */
    char *code;              /* owned: the same, comments and literals blank */
    size_t len;
    struct edit *list;       /* owned */
    size_t count, cap;
};

struct exchange {
    const char *word, *with;
};

static const struct exchange operators[] = {
    {" < ", " <= "},  {" <= ", " < "},  {" > ", " >= "},  {" >= ", " > "},
    {" == ", " != "}, {" != ", " == "}, {" && ", " || "}, {" || ", " && "},
    {" + ", " - "},   {" - ", " + "},   {" += ", " -= "}, {"++;", "--;"},
    {" |= ", " &= "}, {"break;", ";"},  {"continue;", ";"},
    {"true", "false"}, {"false", "true"}, {"return;", ";"},
};

/* In rows of tables, whole words. */
static const struct exchange words[] = {
    {"V_ALL", "V_5"},        {"V_ALL", "V_3"},         {"V_5", "V_3"},
    {"V_3", "V_5"},          {"V_311", "V_5"},
    {"ALWAYS", "IF_MORE"},   {"IF_MORE", "ALWAYS"},    {"IF_QOS", "ALWAYS"},
    {"IF_WILL", "ALWAYS"},   {"IF_USER_NAME", "ALWAYS"},
    {"IF_PASSWORD", "ALWAYS"},                         {"STRING", "BINARY"},
    {"BINARY", "STRING"},    {"U8", "U16"},            {"U16", "U8"},
    {"U32", "U16"},          {"VARINT", "U32"},        {"PAIR", "STRING"},
    {"ONCE", "MANY"},        {"MANY", "ONCE"},         {"REST", "BINARY"},
    {"FREE", "AWAIT_PUBREC"}, {"AWAIT_PUBACK", "FREE"},
    {"AWAIT_PUBREC", "FREE"}, {"AWAIT_PUBCOMP", "FREE"},
    {"AWAIT_PUBREL", "FREE"}, {"true", "false"},
    {"uint8_t", "bool"},     {"uint16_t", "uint8_t"},  {"uint32_t", "uint16_t"},
};

static const char *const row_macros[] = {
    "RULE(", "FILTER_RULE(", "ROW(", "BYTE(", "BITS(", "STEP(", "PROPERTY(",
    "REASON(", "PACKET(", "FIELD(", "{ AWAIT", "SETTING(",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool
begins(const char *at, const char *word)
{
    return strncmp(at, word, strlen(word)) == 0;
}

/* Does the word stand there, and not inside a longer one? Operators have no ends
 * to look at. */
static bool
stands(const char *code, size_t at, const char *word)
{
    char last = word[strlen(word) - 1];
    if (!begins(code + at, word) || (is_word(*word) && is_word(code[at - 1])))
        return false;
    return !is_word(last) || !is_word(code[at + strlen(word)]);
}

/* --- reading ----------------------------------------------------------------- */

/* How much from `at` on is a comment or a literal; 0: none is. */
static size_t
opaque_len(const char *at)
{
    if (begins(at, "/*")) {
        const char *end = strstr(at + 2, "*/");
        return end ? (size_t)(end - at) + 2 : strlen(at);
    }
    if (*at != '"' && *at != '\'')
        return 0;
    size_t i = 1;
    while (at[i] && at[i] != *at)
        i += at[i] == '\\' && at[i + 1] ? 2 : 1;
    return at[i] ? i + 1 : i;
}

static void
blank_out(char *code)
{
    for (size_t i = 0; code[i];) {
        size_t n = opaque_len(code + i);
        if (n == 0)
            i++;
        for (; n > 0; n--, i++)
            if (code[i] != '\n')
                code[i] = '_';
    }
}

/* Offset behind the bracket that closes the one at `at`; 0: it is not closed. */
static size_t
behind_bracket(const struct source *s, size_t at)
{
    int depth = 0;
    for (size_t i = at; i < s->len; i++) {
        if (strchr("({", s->code[i]))
            depth++;
        if (strchr(")}", s->code[i]) && --depth == 0)
            return i + 1;
    }
    return 0;
}

static struct edit *
add_edit(struct source *s, size_t start, size_t len, const char *with)
{
    s->list = xgrow(s->list, &s->cap, s->count + 1, sizeof *s->list);
    struct edit *e = &s->list[s->count++];
    *e = (struct edit){.start = start, .len = len, .row = start};
    snprintf(e->with, sizeof e->with, "%s", with);
    return e;
}

/* --- edits in functions ------------------------------------------------------ */

static void
edit_condition(struct source *s, size_t at)
{
    bool is_here = begins(s->code + at, "if (") ||
                   begins(s->code + at, "while (");
    if (!is_here || is_word(s->code[at - 1]))
        return;
    size_t open = at + strcspn(s->code + at, "(");
    size_t end = behind_bracket(s, open);
    if (end)
        add_edit(s, open + 1, end - open - 2, "")->negates = true;
}

static void
edit_operator(struct source *s, size_t at)
{
    for (size_t i = 0; i < COUNT(operators); i++)
        if (stands(s->code, at, operators[i].word))
            add_edit(s, at, strlen(operators[i].word), operators[i].with);
}

/* A decimal or hexadecimal number becomes the next one. */
static void
edit_number(struct source *s, size_t at)
{
    char with[32];
    char *end;
    if (!isdigit((unsigned char)s->code[at]) || is_word(s->code[at - 1]) ||
        s->code[at - 1] == '.')
        return;
    unsigned long n = strtoul(s->code + at, &end, 0);
    snprintf(with, sizeof with, begins(s->code + at, "0x") ? "0x%02lx" : "%lu",
             n + 1);
    add_edit(s, at, (size_t)(end - (s->code + at)), with);
}

/* `at` is where a line begins to say something. A call or an assignment is left
 * out; declarations begin with two words and stay. */
static void
edit_statement(struct source *s, size_t at)
{
    size_t end = at + strcspn(s->code + at, ";{}");
    if (s->code[end] != ';')
        return;
    if (begins(s->code + at, "return ")) {
        bool is_zero = begins(s->code + at, "return 0;") ||
                       begins(s->code + at, "return false;") ||
                       begins(s->code + at, "return NULL;");
        add_edit(s, at + 7, end - at - 7, is_zero ? "1" : "0");
        return;
    }
    size_t i = at;
    while (is_word(s->code[i]) || strchr("->.[]*", s->code[i]))
        i++;
    bool is_call = s->code[i] == '(' && behind_bracket(s, i) == end;
    bool is_assignment = s->code[i] == ' ' &&
                         (s->code[i + 1] == '=' || s->code[i + 2] == '=');
    bool is_step = begins(s->code + i, "++;");
    bool is_keyword = begins(s->code + at, "if (") ||
                      begins(s->code + at, "while (") ||
                      begins(s->code + at, "for (") ||
                      begins(s->code + at, "assert(");
    if (i > at && !is_keyword && (is_call || is_assignment || is_step))
        add_edit(s, at, end - at, "");
}

static void
edit_function(struct source *s, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++) {
        char before = s->code[i - 1];
        bool begins_line = before == ' ' && !isspace((unsigned char)s->code[i]);
        size_t line = i;
        while (line > from && s->code[line - 1] == ' ')
            line--;
        edit_condition(s, i);
        edit_operator(s, i);
        edit_number(s, i);
        if (begins_line && s->code[line - 1] == '\n')
            edit_statement(s, i);
    }
}

/* --- edits in tables --------------------------------------------------------- */

/* One of a set is left out; without the only one it is as if the row were not
 * there, but in rows of Reason Codes, which are names too. There nobody becomes
 * everybody. */
static void
edit_set(struct source *s, size_t at, bool is_reason)
{
    if (is_reason && begins(s->code + at, "0,"))
        add_edit(s, at, 1, "P_ALL_WITH_PROPERTIES");
    if (!begins(s->code + at, "P(") && !begins(s->code + at, "DO("))
        return;
    size_t end = behind_bracket(s, at + strcspn(s->code + at, "("));
    if (is_reason || begins(s->code + end, " |") || s->code[at - 2] == '|')
        add_edit(s, at, end - at, "0");
}

static void
edit_word(struct source *s, size_t at, bool is_reason)
{
    if (is_word(s->code[at - 1]) || !is_word(s->code[at]))
        return;
    for (size_t i = 0; i < COUNT(words); i++)
        if (stands(s->code, at, words[i].word))
            add_edit(s, at, strlen(words[i].word), words[i].with);
    edit_set(s, at, is_reason);
    if (!is_reason || !begins(s->code + at, "0,")) /* a set of none */
        edit_number(s, at);
}

/* The length of the row that begins there; 0: none does. */
static size_t
row_len(const struct source *s, size_t at)
{
    for (size_t i = 0; i < COUNT(row_macros); i++)
        if (begins(s->code + at, row_macros[i])) {
            size_t end =
                behind_bracket(s, at + strcspn(s->code + at, "({"));
            return end ? end - at + (s->code[end] == ',' && *row_macros[i] == '{')
                       : 0;
        }
    return 0;
}

static void
edit_row(struct source *s, size_t at, size_t len)
{
    add_edit(s, at, len, "");
    size_t first = s->count;
    for (size_t i = at + 1; i < at + len; i++)
        edit_word(s, i, begins(s->code + at, "REASON("));
    while (first < s->count)
        s->list[first++].row = at;
}

/* Rows begin a line, maybe behind blanks, and not behind #define. */
static void
find_edits(struct source *s)
{
    for (size_t i = 0; i < s->len;) {
        size_t end = i + strcspn(s->code + i, "\n");
        size_t first = i + strspn(s->code + i, " ");
        if (s->code[i] == '{' && s->code[i + 1] == '\n') {
            char *close = strstr(s->code + i, "\n}\n");
            end = close ? (size_t)(close - s->code) + 1 : s->len;
            edit_function(s, i, end);
        } else {
            size_t len = row_len(s, first);
            if (len) {
                edit_row(s, first, len);
                end = first + len;
                end += strcspn(s->code + end, "\n");
            }
        }
        i = end + 1;
    }
}

static void
read_source(struct source *s, const char *path)
{
    struct error err;
    struct buf content = {0};
    if (file_read(&content, path, &err)) {
        fprintf(stderr, "mutate: %s\n", err.text);
        exit(2);
    }
    buf_add_byte(&content, 0);
    *s = (struct source){.path = path, .text = (char *)content.data,
                         .len = content.len - 1};
    s->code = xcalloc(1, content.len);
    memcpy(s->code, s->text, content.len);
    blank_out(s->code);
    find_edits(s);
}

static void
free_source(struct source *s)
{
    free(s->text);
    free(s->code);
    free(s->list);
}

/* --- writing ------------------------------------------------------------------ */

static void
add_edited(struct buf *out, const struct source *s, const struct edit *e,
           size_t from, size_t to)
{
    buf_add(out, slice_of(s->text + from, e->start - from));
    if (e->negates) {
        buf_add_str(out, "!(");
        buf_add(out, slice_of(s->text + e->start, e->len));
        buf_add_str(out, ")");
    } else {
        buf_add_str(out, e->with);
    }
    size_t rest = e->start + e->len;
    buf_add(out, slice_of(s->text + rest, to - rest));
}

/* On one line, one blank for many. */
static void
add_squeezed(struct buf *out, struct slice text)
{
    bool is_blank = true;
    for (size_t i = 0; i < text.len; i++) {
        bool was_blank = is_blank;
        is_blank = isspace(text.ptr[i]);
        if (!is_blank)
            buf_add_byte(out, text.ptr[i]);
        else if (!was_blank && i + 1 < text.len)
            buf_add_byte(out, ' ');
    }
}

/* The name that column 0 had last: of a function or of a list of rows. */
static void
find_where(const struct source *s, size_t at, char where[WHERE_MAX])
{
    size_t line = at;
    where[0] = '\0';
    while (line > 0 && !where[0]) {
        while (line > 0 && s->code[line - 1] != '\n')
            line--;
        const char *from = s->code + line;
        if (begins(from, "#define "))
            from += 8;
        size_t n = 0;
        while (is_word(from[n]))
            n++;
        if (n > 0 && from[n] == '(' && line <= at)
            snprintf(where, WHERE_MAX, "%.*s", (int)n, from);
        if (line > 0)
            line--;
    }
}

static void
add_lines(struct buf *out, const struct source *s, const struct edit *e,
          const char *where)
{
    size_t from = e->start, to = e->start + e->len;
    struct buf after = {0};
    while (from > 0 && s->text[from - 1] != '\n')
        from--;
    to += strcspn(s->text + to, "\n");
    buf_printf(out, "%s\t", where);
    if (e->row < from)
        buf_printf(out, "%.*s ", (int)strcspn(s->text + e->row, "\n"),
                   s->text + e->row);
    add_squeezed(out, slice_of(s->text + from, to - from));
    add_edited(&after, s, e, from, to);
    buf_add_byte(out, '\t');
    add_squeezed(out, buf_slice(&after));
    buf_release(&after);
}

static void
list_edits(const struct source *s, uint64_t seed)
{
    for (size_t i = 0; i < s->count; i++) {
        char where[WHERE_MAX];
        struct buf line = {0};
        find_where(s, s->list[i].start, where);
        add_lines(&line, s, &s->list[i], where);
        printf("%016llx\t%s\t%zu\t%.*s\n",
               (unsigned long long)hash_bytes(seed, buf_slice(&line)), s->path,
               i, (int)line.len, (const char *)line.data);
        buf_release(&line);
    }
}

static int
apply_edit(const struct source *s, size_t number)
{
    struct buf out = {0};
    if (number >= s->count) {
        fprintf(stderr, "mutate: %s has %zu edits, not number %zu\n", s->path,
                s->count, number);
        return 2;
    }
    add_edited(&out, s, &s->list[number], 0, s->len);
    fwrite(out.data, 1, out.len, stdout);
    buf_release(&out);
    return fflush(stdout) ? 2 : 0;
}

int
main(int argc, char **argv)
{
    struct source s;
    int status = 0;
    if (argc == 4 && strcmp(argv[1], "apply") == 0) {
        read_source(&s, argv[2]);
        status = apply_edit(&s, strtoul(argv[3], NULL, 10));
        free_source(&s);
        return status;
    }
    if (argc < 4 || strcmp(argv[1], "list") != 0) {
        fprintf(stderr, "usage: mutate list SEED FILE... | mutate apply FILE NUMBER\n");
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        read_source(&s, argv[i]);
        list_edits(&s, strtoull(argv[2], NULL, 10));
        free_source(&s);
    }
    return 0;
}
