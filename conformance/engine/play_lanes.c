/* play_lanes.c - the clients of a scenario: who they are, what they speak.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_state.h"

static void
fill_credentials(struct play *p, struct lane *lane)
{
    const struct slice templates[2] = {p->setup->user, p->setup->password};
    struct slice *const where[2] = {&lane->user, &lane->password};
    p->users++;
    for (int i = 0; i < 2; i++) {
        struct buf b = {0};
        if (!templates[i].ptr)
            continue;
        names_fill(&b, templates[i], p->users);
        *where[i] = arena_copy(p->arena, buf_slice(&b));
        if (!where[i]->ptr)
            where[i]->ptr = (const uint8_t *)"";
        buf_release(&b);
    }
}

struct lane *
play_lane(struct play *p, struct slice name)
{
    for (size_t i = 0; i < p->lane_count; i++)
        if (slice_equal(p->lanes[i]->name, name))
            return p->lanes[i];
    struct lane *lane = arena_alloc(p->arena, sizeof *lane);
    struct buf id = {0}, text = {0};
    lane->name = name;
    lane->version = script_version_of(p->setup->scenario, name,
                                      p->setup->version);
    names_client_id(&id, name, p->suffix);
    lane->client_id = arena_copy(p->arena, buf_slice(&id));
    buf_add(&text, name);
    lane->index = result_add_lane(p->out, buf_cstr(&text), buf_cstr(&id));
    fill_credentials(p, lane);
    p->lanes = arena_grow(p->arena, p->lanes, p->lane_count, sizeof lane);
    p->lanes[p->lane_count++] = lane;
    buf_release(&id);
    buf_release(&text);
    return lane;
}

/* A parameter of a define stands for the client that was handed over. */
static struct slice
client_named(const struct scope *scope, struct slice name)
{
    for (const struct scope *s = scope; s && s->outer; s = s->outer)
        for (size_t i = 0; i < s->count; i++)
            if (slice_equal(s->names[i].name, name) &&
                s->names[i].value.kind == VALUE_BYTES)
                return s->names[i].value.text;
    return name;
}

struct lane *
play_lane_of(struct play *p, struct fiber *f, struct slice name)
{
    return play_lane(p, client_named(f->scope, name));
}

static unsigned
spoken_by(const struct play *p, const struct scope *scope, struct slice name)
{
    return 1u << script_version_of(p->setup->scenario,
                                   client_named(scope, name),
                                   p->setup->version);
}

unsigned
play_versions_of(const struct play *p, const struct scope *scope,
                 const struct script_stmt *s)
{
    unsigned set = s->client.len ? spoken_by(p, scope, s->client) : 0;
    for (size_t i = 0; i < s->client_count; i++)
        set |= spoken_by(p, scope, s->clients[i]);
    return set ? set : 1u << p->setup->version;
}

bool
play_has_line(const struct play *p, const struct scope *scope,
              const struct script_stmt *s)
{
    return !s->versions || (s->versions & play_versions_of(p, scope, s));
}
