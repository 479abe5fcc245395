/* script.c - loads scenario files.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/script.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "conformance/script/parser.h"
#include "conformance/script/resolve.h"

/* Beyond this a file is no scenario file, and reading it would only hurt. */
enum { FILE_MAX = 4 * 1024 * 1024 };

/* --- text to tree --------------------------------------------------------- */

static void
set_path(struct script_errors *errors, const char *path)
{
    free(errors->path);
    errors->path = xstrdup(path);
}

/* The tokens that mean something, into the arena. */
static const struct token *
meaningful(struct arena *arena, const struct tokens *all)
{
    struct token *list = arena_alloc(arena, all->count * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct token *t = &all->list[i];
        bool joined = i > 0 && t->kind == TOKEN_LINE &&
                      all->list[i - 1].kind == TOKEN_JOIN;
        if (t->kind != TOKEN_COMMENT && t->kind != TOKEN_JOIN && !joined)
            list[n++] = *t;
    }
    return list;
}

static struct script_file *
new_file(const char *path, struct slice chapter, struct slice text)
{
    struct arena *arena = arena_new();
    struct script_file *f = arena_alloc(arena, sizeof *f);
    f->arena = arena;
    f->path = arena_copy(arena, slice_of(path, strlen(path) + 1));
    f->path.len--; /* its NUL stays behind it, for whoever prints %s */
    f->chapter = arena_copy(arena, chapter);
    f->text = arena_copy(arena, text);
    if (text.len == 0)
        f->text = slice_str("");
    return f;
}

struct script_file *
script_parse_text(const char *path, struct slice chapter, struct slice text,
                  struct script_errors *errors)
{
    struct script_file *f = new_file(path, chapter, text);
    struct tokens tokens = {0};
    size_t before = errors->count;
    set_path(errors, path);
    lexer_run(f->text, &tokens, errors);
    struct parser p = {.file = f,
                       .arena = f->arena,
                       .tokens = meaningful(f->arena, &tokens),
                       .errors = errors};
    parse_file(&p);
    lexer_release(&tokens);
    if (errors->count == before)
        return f;
    script_free(f);
    return NULL;
}

struct script_file *
script_load_text(const char *path, struct slice chapter, struct slice text,
                 struct script_errors *errors)
{
    struct script_file *f = script_parse_text(path, chapter, text, errors);
    if (!f || resolve_file(f, errors))
        return f;
    script_free(f);
    return NULL;
}

void
script_free(struct script_file *file)
{
    if (file)
        arena_free(file->arena);
}

/* --- versions ------------------------------------------------------------- */

enum mqtt_version
script_version_of(const struct script_scenario *scenario, struct slice client,
                  enum mqtt_version played)
{
    for (size_t i = 0; i < scenario->voice_count; i++)
        if (slice_equal(scenario->voices[i].client, client))
            return scenario->voices[i].version;
    return played;
}

unsigned
script_versions_beside(const struct script_scenario *scenario)
{
    unsigned set = 0;
    for (size_t i = 0; i < scenario->voice_count; i++)
        set |= 1u << scenario->voices[i].version;
    return set;
}

/* --- files ---------------------------------------------------------------- */

/* All of a file; false, with an error, when it cannot be read. */
static bool
read_file(const char *path, struct buf *text, struct script_errors *errors)
{
    struct error err = {""};
    FILE *in = fopen(path, "rb");
    size_t n = 1;
    while (in && n > 0 && text->len <= FILE_MAX) {
        n = fread(buf_room(text, 65536), 1, 65536, in);
        text->len += n;
    }
    bool good = in && !ferror(in);
    if (!good)
        error_errno(&err, "cannot read it");
    else if (text->len > FILE_MAX)
        good = error_set(&err, "this is more than %d bytes, so no scenario "
                               "file", FILE_MAX) == 0;
    if (in)
        fclose(in);
    if (!good)
        script_errors_add(errors, buf_slice(text), (struct script_place){0, 0},
                          err.text);
    return good;
}

struct script_file *
script_load(const char *path, struct slice chapter,
            struct script_errors *errors)
{
    struct buf text = {0};
    struct script_file *f = NULL;
    set_path(errors, path);
    if (read_file(path, &text, errors))
        f = script_load_text(path, chapter, buf_slice(&text), errors);
    buf_release(&text);
    return f;
}

bool
script_scenario_matches(const struct script_scenario *scenario,
                        const char *glob)
{
    struct slice id = scenario->id;
    size_t len = strlen(glob);
    if (slice_starts(id, glob) && (len == id.len || id.ptr[len] == '/' ||
                                   (len > 0 && glob[len - 1] == '/')))
        return true;
    char *text = xasprintf("%.*s", SLICE_ARG(id));
    bool matches = fnmatch(glob, text, 0) == 0;
    free(text);
    return matches;
}
