/* format.c - a scenario file in its canonical layout.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/format.h"

#include "base/utf8.h"
#include "conformance/script/lexer.h"

struct format {
    const struct token *tokens; /* all of them, comments too */
    size_t at;                  /* the next one */
    struct buf *out;
    size_t line_start;          /* offset in out of the line being written */
    int depth;                  /* of brackets that are open */
    int lists;                  /* of those, [ and ( */
    bool is_rest;               /* this line goes on with an earlier one */
    size_t client_width;        /* of the longest client of this paragraph */
    bool in_header;             /* of a scenario */
    bool is_first;              /* no scenario or define was written yet */
};

static bool
is_mark(const struct token *t, const char *mark)
{
    return t->kind == TOKEN_MARK && slice_is(t->text, mark);
}

static bool
is_word(const struct token *t, const char *word)
{
    return t->kind == TOKEN_WORD && slice_is(t->text, word);
}

static bool
opens(const struct token *t)
{
    return is_mark(t, "{") || is_mark(t, "[") || is_mark(t, "(");
}

static bool
closes(const struct token *t)
{
    return is_mark(t, "}") || is_mark(t, "]") || is_mark(t, ")");
}

static bool
ends_line(const struct token *t)
{
    return t->kind == TOKEN_LINE || t->kind == TOKEN_END;
}

/* --- what a line is ------------------------------------------------------- */

static bool
is_one_of(const struct token *t, const char *const *words)
{
    for (; *words; words++)
        if (is_word(t, *words))
            return true;
    return false;
}

static const char *const part_words[] = {"scenario", "define", "end", NULL};
static const char *const header_words[] = {"for",   "needs", "since",
                                           "alone", "slow",  NULL};
static const char *const other_words[] = {
    "judge", "let",  "mark",        "wait",   "either", "or",
    "together", "meanwhile", "repeat", "for", "skip",   "unexercised",
    "broker", "any", NULL};

/* Behind `v5:` if the line begins with that. */
static const struct token *
after_versions(const struct token *t)
{
    return t->kind == TOKEN_WORD && is_mark(t + 1, ":") ? t + 2 : t;
}

/* The name of a client that begins the line, or NULL. */
static const struct token *
client_of(const struct token *first)
{
    const struct token *t = after_versions(first);
    bool is_client = t->kind == TOKEN_WORD && !is_one_of(t, part_words) &&
                     !is_one_of(t, other_words) && !ends_line(t + 1) &&
                     !is_mark(t + 1, "(") && (t + 1)->spaced &&
                     (t + 1)->kind != TOKEN_JOIN;
    return is_client ? t : NULL;
}

static const struct token *
next_line(const struct token *t)
{
    while (!ends_line(t))
        t++;
    return t->kind == TOKEN_END ? t : t + 1;
}

/* The next line that is neither blank nor a comment. */
static const struct token *
next_real_line(const struct token *t)
{
    while (t->kind == TOKEN_LINE || t->kind == TOKEN_COMMENT)
        t++;
    return t;
}

static bool
is_header(const struct token *t)
{
    if (t->kind == TOKEN_TEXT)
        return true;
    if (is_word(t, "for") || is_word(t, "since"))
        return (t + 1)->kind == TOKEN_NUMBER;
    return is_one_of(t, header_words) || is_word(t + 1, "speaks");
}

/* The widest client from here to the next blank line. */
static size_t
widest_client(const struct token *t)
{
    size_t widest = 0;
    for (; !ends_line(t); t = next_line(t)) {
        const struct token *client = client_of(t);
        if (client && !is_header(t) && client->text.len > widest)
            widest = client->text.len;
    }
    return widest;
}

/* --- writing -------------------------------------------------------------- */

static size_t
column(const struct format *f)
{
    return utf8_width(slice_from(buf_slice(f->out), f->line_start));
}

static void
pad_to(struct format *f, size_t want)
{
    size_t have = column(f);
    buf_add_fill(f->out, ' ', want > have ? want - have : 0);
}

static void
end_line(struct format *f)
{
    buf_add_byte(f->out, '\n');
    f->line_start = f->out->len;
}

/* Is there a space between two tokens of a line? As it was written, but for
 * what always or never has one. */
static bool
has_space(const struct token *before, const struct token *t)
{
    if (is_mark(before, "(") || is_mark(t, ")") || is_mark(t, ",") ||
        is_mark(before, "[") || is_mark(t, "]"))
        return false;
    if (is_mark(before, ",") || t->kind == TOKEN_JOIN)
        return true;
    return t->spaced;
}

/* Does the line's list of statement ids begin here? */
static bool
begins_ids(const struct token *t)
{
    return is_mark(t, "[") && t->spaced && (t + 1)->kind == TOKEN_WORD &&
           (slice_starts((t + 1)->text, "MQTT") || is_word(t + 1, "should"));
}

/* `{ a=1 }` is written {a=1}, a block in one line { sub < X }. */
static bool
is_record_edge(const struct token *before, const struct token *t)
{
    if (is_mark(before, "{"))
        return t->kind == TOKEN_WORD && is_mark(t + 1, "=");
    return false;
}

/* Two spaces behind the widest client. One called `slow` was not measured, as
 * it looks like a header. */
static size_t
gap_behind(const struct format *f, const struct token *client)
{
    size_t len = client->text.len;
    return (f->client_width > len ? f->client_width - len : 0) + 2;
}

static void
write_token(struct format *f, const struct token *first,
            const struct token *t)
{
    const struct token *before = t - 1;
    const struct token *client = f->is_rest ? NULL : client_of(first);
    if (t == first)
        ; /* the indent is there */
    else if (t->kind == TOKEN_COMMENT)
        buf_add_str(f->out, "  ");
    else if (begins_ids(t)) {
        buf_add_str(f->out, "  ");
        pad_to(f, FORMAT_IDS_COLUMN);
    } else if (client && before == client && !f->in_header)
        buf_add_fill(f->out, ' ', gap_behind(f, client));
    else if (f->in_header && before == first && before->kind == TOKEN_WORD)
        buf_add_fill(f->out, ' ',
                     before->text.len < 5 ? 7 - before->text.len : 2);
    else if (has_space(before, t) && !is_record_edge(before, t))
        buf_add_byte(f->out, ' ');
    buf_add(f->out, t->text);
}

/* --- lines ---------------------------------------------------------------- */

/* How deep this line stands: what it closes at once counts already. */
static int
depth_of_line(const struct format *f, const struct token *first)
{
    int depth = f->depth;
    for (const struct token *t = first; closes(t); t++)
        depth--;
    return depth;
}

/* A comment belongs to what follows it. */
static bool
is_at_margin(const struct token *first, bool after_join)
{
    const struct token *t = first;
    if (t->kind == TOKEN_COMMENT)
        t = next_real_line(t);
    return !after_join && is_one_of(t, part_words);
}

static void
write_line(struct format *f, const struct token *first, bool after_join)
{
    bool is_margin = is_at_margin(first, after_join);
    const struct token *t = first;
    bool is_part = !after_join && is_one_of(first, part_words);
    if (f->in_header && !is_part && first->kind != TOKEN_COMMENT &&
        !is_header(first))
        f->in_header = false;
    int depth = is_margin ? -1 : depth_of_line(f, first);
    f->is_rest = after_join || f->lists > 0;
    if (!is_margin && !f->is_first)
        buf_add_fill(f->out, ' ', 4 * (size_t)(1 + depth + after_join));
    for (; !ends_line(t); t++) {
        write_token(f, first, t);
        f->depth += opens(t) - closes(t);
        f->lists += is_mark(t, "[") || is_mark(t, "(");
        f->lists -= is_mark(t, "]") || is_mark(t, ")");
    }
    end_line(f);
    if (is_part)
        f->in_header = is_word(first, "scenario");
}

static void
write_all(struct format *f)
{
    const struct token *t = f->tokens;
    bool after_join = false, is_blank = true;
    f->is_first = true;
    while (t->kind != TOKEN_END) {
        const struct token *next = next_line(t);
        if (ends_line(t)) {
            is_blank = true;
        } else {
            if (is_blank && f->out->len > 0)
                end_line(f);
            if (is_blank)
                f->client_width = widest_client(t);
            is_blank = false;
            if (is_one_of(t, part_words))
                f->is_first = false;
            write_line(f, t, after_join);
            after_join = (next - 1)->kind == TOKEN_LINE && next - 2 >= t &&
                         (next - 2)->kind == TOKEN_JOIN;
        }
        t = next;
    }
}

bool
script_format(struct buf *out, const char *path, struct slice text,
              struct script_errors *errors)
{
    struct script_file *parsed =
        script_parse_text(path, slice_str(""), text, errors);
    struct tokens tokens = {0};
    struct format f = {.out = out};
    if (!parsed)
        return false;
    lexer_run(parsed->text, &tokens, errors);
    f.tokens = tokens.list;
    f.line_start = out->len;
    write_all(&f);
    lexer_release(&tokens);
    script_free(parsed);
    return true;
}
