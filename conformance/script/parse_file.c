/* parse_file.c - a chapter: scenarios and defines, with their headers.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/parser.h"

#include "base/buf.h"

/* --- headers -------------------------------------------------------------- */

/* "for" VERSION { VERSION } */
static void
parse_for(struct parser *p, struct script_scenario *s)
{
    while (!parser_at_end(p)) {
        enum mqtt_version v = mqtt_version_parse(parser_peek(p, 0)->text);
        if (v == MQTT_NO_VERSION) {
            parser_fail_expected(p, "3.1, 3.1.1 or 5.0");
            return;
        }
        s->versions |= (uint8_t)(1u << v);
        parser_next(p);
    }
}

/* "needs" NAME { NAME } */
static void
parse_needs(struct parser *p, struct script_scenario *s)
{
    do {
        struct slice need = parser_expect_name(p, "the name of a capability");
        s->needs =
            arena_grow(p->arena, s->needs, s->need_count, sizeof need);
        s->needs[s->need_count++] = need;
    } while (!parser_at_end(p));
}

/* NAME "speaks" VERSION */
static void
parse_speaks(struct parser *p, struct script_scenario *s)
{
    struct script_voice v = {.at = parser_peek(p, 0)->at};
    v.client = parser_next(p)->text;
    parser_next(p);
    v.version = mqtt_version_parse(parser_peek(p, 0)->text);
    if (v.version == MQTT_NO_VERSION) {
        parser_fail_expected(p, "3.1, 3.1.1 or 5.0");
        return;
    }
    parser_next(p);
    s->voices = arena_grow(p->arena, s->voices, s->voice_count, sizeof v);
    s->voices[s->voice_count++] = v;
}

static bool
at_speaks(const struct parser *p)
{
    return parser_at(p, TOKEN_WORD) &&
           slice_is(parser_peek(p, 1)->text, "speaks");
}

static bool
at_number_after(const struct parser *p, const char *word)
{
    return parser_at_word(p, word) &&
           parser_peek(p, 1)->kind == TOKEN_NUMBER;
}

/* One header line; false when the next line is none. */
static bool
parse_header(struct parser *p, struct script_scenario *s)
{
    if (at_speaks(p)) {
        parse_speaks(p, s);
    } else if (at_number_after(p, "for")) {
        parser_next(p);
        parse_for(p, s);
    } else if (at_number_after(p, "since")) {
        parser_next(p);
        s->since = parser_next(p)->text;
    } else if (parser_accept_word(p, "needs")) {
        parse_needs(p, s);
    } else if (parser_accept_word(p, "alone")) {
        s->alone = true;
        s->slow |= parser_accept_word(p, "slow");
    } else if (parser_accept_word(p, "slow")) {
        s->slow = true;
        s->alone |= parser_accept_word(p, "alone");
    } else {
        return false;
    }
    if (!parser_at_end(p))
        parser_fail_expected(p, "the end of the line");
    return true;
}

/* --- scenario ------------------------------------------------------------- */

/* duplicate-after-resume: whatever stands there up to a space */
static struct slice
parse_scenario_name(struct parser *p)
{
    const struct token *first = parser_peek(p, 0), *last = first;
    if (!parser_at(p, TOKEN_WORD) && !parser_at(p, TOKEN_NUMBER)) {
        parser_fail_expected(p, "the name of the scenario");
        return first->text;
    }
    parser_next(p);
    while (!parser_at_end(p) && !parser_peek(p, 0)->spaced)
        last = parser_next(p);
    struct slice name = slice_of(
        first->text.ptr, (size_t)(last->text.ptr + last->text.len -
                                  first->text.ptr));
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", name.ptr[i]))
            parser_fail_at(p, first->at,
                           "a scenario's name is small letters, digits and "
                           "dashes, as in duplicate-after-resume");
    return name;
}

static struct slice
scenario_id(struct parser *p, struct slice name)
{
    struct buf id = {0};
    buf_add(&id, p->file->chapter);
    if (id.len)
        buf_add_byte(&id, '/');
    buf_add(&id, name);
    struct slice copy = arena_copy(p->arena, buf_slice(&id));
    buf_release(&id);
    return copy;
}

/* "scenario" NAME line TEXT line { header line } { statement line } */
static void
parse_scenario(struct parser *p)
{
    struct script_file *f = p->file;
    struct script_scenario s = {.at = parser_peek(p, 0)->at};
    s.name = parse_scenario_name(p);
    s.id = scenario_id(p, s.name);
    s.file = f;
    parser_skip_lines(p);
    s.title = parse_text(p);
    parser_skip_lines(p);
    while (!p->failed && parse_header(p, &s))
        parser_skip_lines(p);
    if (p->failed)
        return;
    if (s.versions == 0)
        parser_fail_at(p, s.at, "scenario `%.*s` does not say for which "
                                "versions; add a line `for 3.1.1 5.0`",
                       SLICE_ARG(slice_first(s.name, 60)));
    p->failed = false;
    parse_lines(p, &s.body);
    f->scenarios =
        arena_grow(p->arena, f->scenarios, f->scenario_count, sizeof s);
    f->scenarios[f->scenario_count++] = s;
}

/* --- define --------------------------------------------------------------- */

/* "define" NAME "(" { NAME [","] } ")" line { statement line } "end" */
static void
parse_define(struct parser *p)
{
    struct script_file *f = p->file;
    struct script_define d = {.at = parser_peek(p, 0)->at};
    d.name = parser_expect_name(p, "the name of what is defined");
    parser_expect_mark(p, "(", "`(` and the names of parameters");
    while (parser_at(p, TOKEN_WORD)) {
        d.params =
            arena_grow(p->arena, d.params, d.param_count, sizeof *d.params);
        d.params[d.param_count++] = parser_next(p)->text;
        parser_accept_mark(p, ",");
    }
    parser_expect_mark(p, ")", "`)`");
    if (!parser_at_end(p))
        parser_fail_expected(p, "the end of the line");
    parse_lines(p, &d.block);
    if (!parser_accept_word(p, "end"))
        parser_fail_at(p, d.at, "this definition has no `end`");
    f->defines = arena_grow(p->arena, f->defines, f->define_count, sizeof d);
    f->defines[f->define_count++] = d;
}

/* --- file ----------------------------------------------------------------- */

/* To the next line that begins with `scenario` or `define`. */
static void
skip_to_part(struct parser *p)
{
    p->failed = false;
    while (!parser_at(p, TOKEN_END)) {
        const struct token *t = parser_next(p);
        if (t->kind == TOKEN_LINE && (parser_at_word(p, "scenario") ||
                                      parser_at_word(p, "define")))
            return;
    }
}

/* The comment at the head of the file, without its marks. */
static struct slice
prose_of(struct parser *p)
{
    struct buf prose = {0};
    struct slice rest = p->file->text;
    while (slice_starts(rest, "#")) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        struct slice line = slice_from(slice_first(rest, len), 1);
        buf_add(&prose, slice_starts(line, " ") ? slice_from(line, 1) : line);
        buf_add_byte(&prose, '\n');
        rest = slice_from(rest, len + 1);
    }
    struct slice copy = arena_copy(p->arena, buf_slice(&prose));
    buf_release(&prose);
    return copy;
}

/* file = { scenario | define } */
void
parse_file(struct parser *p)
{
    p->file->prose = prose_of(p);
    for (;;) {
        parser_skip_lines(p);
        if (parser_at(p, TOKEN_END))
            return;
        if (parser_accept_word(p, "scenario"))
            parse_scenario(p);
        else if (parser_accept_word(p, "define"))
            parse_define(p);
        else
            parser_fail_expected(p, "`scenario` or `define`");
        if (p->failed)
            skip_to_part(p);
    }
}
