/* resolve.c - scenarios, lines and the statements that lines cite.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/mem.h"
#include "conformance/script/resolver.h"
#include "mqtt/statement.h"

/* --- statement ids -------------------------------------------------------- */

static bool
is_section(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && s.ptr[i] != '.')
            return false;
    return s.len > 0 && s.ptr[0] != '.' && s.ptr[s.len - 1] != '.';
}

/* Which version prints that id; MQTT_NO_VERSION when none does. */
static enum mqtt_version
version_of_id(struct slice id)
{
    enum mqtt_version v = mqtt_statement_version(id);
    bool is_known = v == MQTT_31 ? is_section(slice_from(id, 8))
                                 : mqtt_statement_find(id) != NULL;
    return is_known ? v : MQTT_NO_VERSION;
}

static void
resolve_id(struct resolver *r, struct slice id)
{
    struct script_place at = resolver_place(r, id);
    const struct mqtt_statement *row;
    enum mqtt_version v = version_of_id(id);
    struct suggest near = suggest_for(id);
    if (v != MQTT_NO_VERSION) {
        if (!mqtt_version_in(v, r->cited) && r->call_count == 0)
            resolver_fail(r, at,
                          "%.*s is a statement of %s, but this line runs in "
                          "%s",
                          SLICE_ARG(id), mqtt_version_name(v),
                          resolver_versions(r->cited).text);
        return;
    }
    for (size_t i = 0; (row = mqtt_statement_at(i)); i++)
        suggest_offer(&near, slice_str(row->id));
    resolver_fail(r, at, "there is no statement %.*s%s", SLICE_ARG(id),
                  suggest_hint(&near).text);
}

/* Only what can go other than written may judge. */
static bool
may_judge(enum script_stmt_kind kind)
{
    switch (kind) {
    case STMT_CONNECTS:
    case STMT_EXPECT:
    case STMT_COLLECT:
    case STMT_NEVER:
    case STMT_REJECTS:
    case STMT_ALIVE:
    case STMT_ANY_OF:
    case STMT_JUDGE: return true;
    default: return false;
    }
}

static void
resolve_ids(struct resolver *r, const struct script_stmt *s)
{
    if (s->id_count == 0 && s->should.len == 0)
        return;
    if (s->kind == STMT_QUIET)
        resolver_fail(r, s->at,
                      "`quiet` cannot be marked: silence convicts nobody; "
                      "write `never PATTERN for 2s`");
    else if (!may_judge(s->kind))
        resolver_fail(r, s->at, "this line cannot be marked: there is nothing "
                                "in it that a broker could do wrong");
    for (size_t i = 0; i < s->id_count; i++)
        resolve_id(r, s->ids[i]);
    if (s->should.len && !is_section(s->should))
        resolver_fail(r, resolver_place(r, s->should),
                      "`%.*s` is no section, as in [should 4.13]",
                      SLICE_ARG(s->should));
}

/* --- lines ---------------------------------------------------------------- */

/* What is spoken in a line: by its client, by one of several, or by whoever
 * plays the scenario. */
static unsigned
spoken_in(const struct resolver *r, const struct script_stmt *s)
{
    unsigned set = 0;
    for (size_t i = 0; i < s->client_count; i++)
        set |= names_spoken(r, s->clients[i], r->played);
    if (s->client.len)
        set = names_spoken(r, s->client, r->played);
    return set ? set : r->played;
}

/* In `old < close [MQTT-3.1.4-3]` a 5.0 CONNECT ends a connection of 3.1.1. In
 * a define such a line would only be for other callers. */
static bool
cites_others(const struct resolver *r, const struct script_stmt *s)
{
    for (size_t i = 0; i < s->id_count; i++)
        if (mqtt_version_in(version_of_id(s->ids[i]), r->versions))
            return false;
    return s->id_count && r->call_count == 0 && r->scenario->voice_count;
}

static void
resolve_line(struct resolver *r, struct script_stmt *s)
{
    unsigned played = r->played, spoken = spoken_in(r, s);
    bool is_of_client = s->client.len || s->client_count;
    r->versions = s->versions ? spoken & s->versions : spoken;
    r->cited = r->versions;
    s->cites_others |= cites_others(r, s);
    if (!is_of_client || s->cites_others)
        r->cited |= script_versions_beside(r->scenario);
    if (s->cites_others)
        r->cited |= played;
    if (!is_of_client || spoken == played)
        r->played = r->versions;
    if (r->versions) {
        resolve_ids(r, s);
        resolve_stmt(r, s);
    } else if (r->call_count == 0) {
        resolver_fail(r, s->at, "this line never runs: around it there is %s "
                                "only",
                      resolver_versions(spoken).text);
    }
    r->played = played;
}

void
resolve_block(struct resolver *r, struct script_block *b)
{
    for (size_t i = 0; i < b->count; i++)
        resolve_line(r, &b->list[i]);
}

/* --- scenarios ------------------------------------------------------------ */

static void
resolve_needs(struct resolver *r, const struct script_scenario *s)
{
    static const char *const known[] = {
#define NEED(name, summary) #name,
#include "conformance/script/needs.def"
#undef NEED
    };
    for (size_t i = 0; i < s->need_count; i++) {
        struct suggest near = suggest_for(s->needs[i]);
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            suggest_offer(&near, slice_str(known[k]));
            is_known |= slice_is(s->needs[i], known[k]);
        }
        if (!is_known)
            resolver_fail(r, resolver_place(r, s->needs[i]),
                          "there is no capability `%.*s` to need%s",
                          SLICE_ARG(s->needs[i]),
                          suggest_hint(&near).text);
    }
}

static bool
judges(const struct script_block *b)
{
    bool found = false;
    for (size_t i = 0; i < b->count && !found; i++) {
        const struct script_stmt *s = &b->list[i];
        found = s->id_count || s->should.len || judges(&s->block) ||
                (s->define && judges(&s->define->block));
        for (size_t k = 0; k < s->branch_count; k++)
            found |= judges(&s->branches[k].block);
    }
    return found;
}

/* `old speaks 3.1.1`: once for each, and not what all speak. */
static void
resolve_voices(struct resolver *r, const struct script_scenario *s)
{
    for (size_t i = 0; i < s->voice_count; i++) {
        const struct script_voice *v = &s->voices[i];
        if ((s->versions & ~(1u << v->version)) == 0)
            resolver_fail(r, v->at,
                          "all clients speak %s here; `speaks` is for one that "
                          "speaks another version",
                          mqtt_version_name(v->version));
        for (size_t k = 0; k < i; k++)
            if (slice_equal(s->voices[k].client, v->client))
                resolver_fail(r, v->at, "what `%.*s` speaks is said in line %u",
                              SLICE_ARG(v->client), s->voices[k].at.line);
    }
}

static void
check_voices(struct resolver *r, const struct script_scenario *s)
{
    for (size_t i = 0; i < s->voice_count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < r->client_count; k++)
            is_there |= slice_equal(r->clients[k].name, s->voices[i].client);
        if (!is_there)
            resolver_fail(r, s->voices[i].at, "client `%.*s` never connects",
                          SLICE_ARG(slice_first(s->voices[i].client, 60)));
    }
}

static void
resolve_scenario(struct resolver *r, struct script_scenario *s)
{
    names_clear(r);
    r->scenario = s;
    r->played = s->versions;
    resolve_needs(r, s);
    resolve_voices(r, s);
    resolve_block(r, &s->body);
    if (r->is_good)
        check_voices(r, s);
    if (r->is_good && !judges(&s->body))
        resolver_fail(r, s->at,
                      "scenario `%.*s` judges nothing: no line has a "
                      "statement id",
                      SLICE_ARG(s->name));
}

/* Is the name at `index` there earlier in the file? */
static void
check_names(struct resolver *r)
{
    const struct script_file *f = r->file;
    for (size_t i = 0; i < f->scenario_count; i++)
        for (size_t k = 0; k < i; k++)
            if (slice_equal(f->scenarios[i].name, f->scenarios[k].name))
                resolver_fail(r, f->scenarios[i].at,
                              "scenario `%.*s` is in line %u already",
                              SLICE_ARG(f->scenarios[i].name),
                              f->scenarios[k].at.line);
    for (size_t i = 0; i < f->define_count; i++)
        for (size_t k = 0; k < i; k++)
            if (slice_equal(f->defines[i].name, f->defines[k].name))
                resolver_fail(r, f->defines[i].at,
                              "`%.*s` is defined in line %u already",
                              SLICE_ARG(f->defines[i].name),
                              f->defines[k].at.line);
}

bool
resolve_file(struct script_file *file, struct script_errors *errors)
{
    struct resolver r = {.file = file, .errors = errors, .is_good = true};
    r.is_called = xcalloc(file->define_count + 1, sizeof *r.is_called);
    check_names(&r);
    for (size_t i = 0; i < file->scenario_count; i++)
        resolve_scenario(&r, &file->scenarios[i]);
    for (size_t i = 0; i < file->define_count; i++)
        if (r.is_good && !r.is_called[i])
            resolver_fail(&r, file->defines[i].at,
                          "`%.*s` is never called; remove it",
                          SLICE_ARG(file->defines[i].name));
    names_release(&r);
    free(r.is_called);
    return r.is_good;
}
