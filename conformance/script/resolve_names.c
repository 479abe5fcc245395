/* resolve_names.c - which names and clients there are at a place in a script.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/mem.h"
#include "conformance/script/resolver.h"

void
names_clear(struct resolver *r)
{
    r->bound_count = r->local_count = r->client_count = r->call_count = 0;
}

void
names_release(struct resolver *r)
{
    free(r->bound);
    free(r->locals);
    free(r->clients);
}

void
names_bind(struct resolver *r, struct name name)
{
    for (size_t i = 0; i < r->bound_count; i++) {
        if (!slice_equal(r->bound[i].name, name.name))
            continue;
        r->bound[i] = name;
        return;
    }
    r->bound = xgrow(r->bound, &r->bound_cap, r->bound_count + 1,
                     sizeof *r->bound);
    r->bound[r->bound_count++] = name;
}

void
names_enter(struct resolver *r, struct name name)
{
    r->locals = xgrow(r->locals, &r->local_cap, r->local_count + 1,
                      sizeof *r->locals);
    r->locals[r->local_count++] = name;
}

void
names_leave(struct resolver *r, size_t local_count)
{
    r->local_count = local_count;
}

/* Among the first `locals` of the inner names, the innermost first. */
static const struct name *
find_local(const struct resolver *r, struct slice name, size_t locals)
{
    for (size_t i = locals; i > 0; i--)
        if (slice_equal(r->locals[i - 1].name, name))
            return &r->locals[i - 1];
    return NULL;
}

const struct name *
names_find(const struct resolver *r, struct slice name)
{
    const struct name *local = find_local(r, name, r->local_count);
    for (size_t i = 0; i < r->bound_count && !local; i++)
        if (slice_equal(r->bound[i].name, name))
            return &r->bound[i];
    return local;
}

/* --- clients -------------------------------------------------------------- */

/* What *word means outside the define whose parameter it is. False when only
 * the run will tell; fails when it is no client at all. */
static bool
see_through(struct resolver *r, struct slice *word, struct script_place at)
{
    size_t locals = r->local_count;
    const struct name *n;
    while ((n = find_local(r, *word, locals))) {
        if (n->kind != NAME_PARAM)
            return false;
        if (n->value->kind != EXPR_NAME) {
            resolver_fail(r, at,
                          "`%.*s` acts as a client here, but the call hands "
                          "over something else",
                          SLICE_ARG(*word));
            return false;
        }
        *word = n->value->text;
        locals = (size_t)(n - r->locals);
    }
    return true;
}

static struct client *
find_client(const struct resolver *r, struct slice name)
{
    for (size_t i = 0; i < r->client_count; i++)
        if (slice_equal(r->clients[i].name, name))
            return &r->clients[i];
    return NULL;
}

static void
offer_clients(const struct resolver *r, struct suggest *s)
{
    for (size_t i = 0; i < r->client_count; i++)
        suggest_offer(s, r->clients[i].name);
}

static struct client *
add_client(struct resolver *r, struct slice name)
{
    r->clients = xgrow(r->clients, &r->client_cap, r->client_count + 1,
                       sizeof *r->clients);
    struct client *c = &r->clients[r->client_count++];
    *c = (struct client){.name = name};
    return c;
}

struct client *
names_client(struct resolver *r, struct slice word, struct script_place at)
{
    if (!see_through(r, &word, at))
        return NULL;
    struct client *c = find_client(r, word);
    if (c)
        return c;
    struct suggest s = suggest_for(word);
    offer_clients(r, &s);
    resolver_fail(r, at, "client `%.*s` has not connected%s", SLICE_ARG(word),
                  suggest_hint(&s).text);
    return add_client(r, word); /* so that this is said once */
}

struct client *
names_new_client(struct resolver *r, struct slice word, struct script_place at)
{
    if (!see_through(r, &word, at))
        return NULL;
    struct client *c = find_client(r, word);
    return c ? c : add_client(r, word);
}

unsigned
names_spoken(const struct resolver *r, struct slice word, unsigned played)
{
    size_t locals = r->local_count;
    const struct name *n;
    while ((n = find_local(r, word, locals)) && n->kind == NAME_PARAM &&
           n->value->kind == EXPR_NAME) {
        word = n->value->text;
        locals = (size_t)(n - r->locals);
    }
    if (n && n->kind == NAME_EACH)
        return n->versions & (played | script_versions_beside(r->scenario));
    enum mqtt_version v =
        script_version_of(r->scenario, word, MQTT_NO_VERSION);
    return v == MQTT_NO_VERSION ? played : 1u << v;
}

void
names_offer(const struct resolver *r, struct suggest *s)
{
    for (size_t i = 0; i < r->local_count; i++)
        suggest_offer(s, r->locals[i].name);
    for (size_t i = 0; i < r->bound_count; i++)
        suggest_offer(s, r->bound[i].name);
}
