/* virtual.c - crashes in virtual time.
 * SPDX-License-Identifier: MIT
 *
 * A turn is as in broker/serve.c: input, tick, commit, output. The disk fails at
 * some operation; the broker is thrown away with what it had to say; another one
 * starts on what the disk has kept, with another clock, and the clients go on.
 * Sometimes the disk fails again while they do. After every recovery that lasts
 * the world is looked at.                                                    */
#include "crash/virtual.h"

#include <stdio.h>
#include <stdlib.h>

#include "broker/session.h"
#include "broker/store_sqlite.h"
#include "crash/disk.h"
#include "crash/world.h"

enum {
    POINTS_PER_WORLD = 50,
    TURNS_MAX = 20000,         /* until all must be quiet */
    DELAY_S = 5,
    WALL_MS = 1600000000       /* any time will do */
};

struct bench {
    struct world world;
    struct store *store;       /* NULL: crashed */
    struct broker *broker;
    uint64_t clock_ms;         /* the broker's, when the world's is 0 */
    struct conn *conns[PARTIES];
    bool is_over[PARTIES];     /* to be closed at the end of the turn */
    struct buf output;         /* of one connection, on its way */
    enum virtual_flaw flaw;
};

static uint64_t
broker_ms(const struct bench *v)
{
    return v->clock_ms + v->world.now_ms;
}

static uint64_t
wall_ms(const struct bench *v)
{
    return WALL_MS + v->world.now_ms;
}

/* The disk may fail, nothing else. False when it has. */
static bool
survives(struct bench *v, int result, const struct error *err)
{
    if (result == 0)
        return true;
    if (!disk_has_crashed())
        world_fail(&v->world, "the disk is well, and yet: %s", err->text);
    return false;
}

/* --- a turn --------------------------------------------------------------- */

static void
deliver(struct bench *v)
{
    struct conn *c;
    while ((c = broker_next_dirty(v->broker))) {
        struct party *p = conn_owner(c);
        buf_clear(&v->output);
        broker_take_output(v->broker, c, &v->output);
        mqtt_client_input(p->client, buf_slice(&v->output), v->world.now_ms);
        if (broker_wants_close(c))
            v->is_over[p->number] = true;
    }
    for (unsigned i = 0; i < PARTIES; i++) {
        if (v->is_over[i]) {
            broker_gone(v->broker, v->conns[i], broker_ms(v));
            v->conns[i] = NULL;
            world_broke(&v->world, i);
        }
        v->is_over[i] = false;
    }
}

static void
talk(struct bench *v, unsigned i)
{
    struct party *p = &v->world.parties[i];
    struct random *r = &v->world.random;
    if (!v->conns[i] && world_wants(&v->world, i)) {
        v->conns[i] = broker_accept(v->broker, p, broker_ms(v));
        world_open(&v->world, i);
    }
    struct buf *out = mqtt_client_output(p->client);
    if (!v->conns[i])
        return;
    size_t n = random_below(r, 4) ? out->len : random_below(r, out->len + 1);
    broker_input(v->broker, v->conns[i], slice_of(out->data, n),
                 broker_ms(v));
    buf_drop(out, n);
    bool is_cut = i < CHECKER && random_below(r, 400) == 0;
    if (is_cut || (!mqtt_client_is_open(p->client) && out->len == 0)) {
        broker_gone(v->broker, v->conns[i], broker_ms(v));
        v->conns[i] = NULL;
        world_broke(&v->world, i);
        if (i == MEMBERS + 1)
            p->wants_at_ms = v->world.now_ms + 100;
    }
}

/* False when the disk failed. */
static bool
turn(struct bench *v)
{
    struct error err;
    for (unsigned i = 0; i < PARTIES; i++)
        talk(v, i);
    broker_tick(v->broker, broker_ms(v));
    if (v->flaw == FLAW_ORDER)
        deliver(v);
    if (!survives(v, broker_commit(v->broker, wall_ms(v), &err), &err))
        return false;
    deliver(v);
    v->world.now_ms += random_below(&v->world.random, 20);
    return true;
}

/* --- life and death ------------------------------------------------------- */

static void
crash(struct bench *v)
{
    if (v->broker)
        broker_free(v->broker);
    if (v->store)
        v->store->call->close(v->store);
    v->broker = NULL;
    v->store = NULL;
    for (unsigned i = 0; i < PARTIES; i++) {
        if (v->conns[i])
            world_broke(&v->world, i);
        v->conns[i] = NULL;
        buf_clear(mqtt_client_output(v->world.parties[i].client));
    }
    v->world.parties[CHECKER].wants = false;
    disk_recover(random_below(&v->world.random, DISK_LOSSES),
                 &v->world.random);
    v->world.now_ms += random_below(&v->world.random, 3000);
}

static bool
start(struct bench *v)
{
    struct broker_config config = broker_config_default();
    struct store_sqlite_options options = {
        .vfs = DISK_VFS,
        .unsafe_sync = v->flaw == FLAW_SYNC,
        .checkpoint_pages = 20};
    struct error err;
    config.seed = 1;
    config.maximum_inflight = 4; /* so that some wait */
    v->store = store_sqlite_open("store", &options, &err);
    if (!survives(v, v->store ? 0 : -1, &err))
        return false;
    v->clock_ms = random_below(&v->world.random, 1000000);
    v->broker = broker_new(&config, broker_ms(v));
    if (!survives(v, broker_use_store(v->broker, v->store, wall_ms(v), &err),
                  &err) ||
        !survives(v, broker_commit(v->broker, wall_ms(v), &err), &err))
        return false;
    world_restarted(&v->world);
    return true;
}

/* Until nothing moves any more. False when the disk failed. */
static bool
settle(struct bench *v)
{
    unsigned idle = 0;
    for (unsigned i = 0; idle < 10; i++) {
        if (!turn(v))
            return false;
        idle = world_is_quiet(&v->world) ? idle + 1 : 0;
        if (i > TURNS_MAX) {
            world_fail(&v->world, "the clients do not come to an end");
            return true;
        }
    }
    return true;
}

/* No message of theirs is under way, so no identifier of theirs is taken. */
static void
verify_sessions(struct bench *v)
{
    for (unsigned i = 0; i < MEMBERS; i++) {
        const char *name = v->world.parties[i].name;
        const struct session *s = session_find(v->broker, slice_str(name));
        if (s && s->receiving.count)
            world_fail(&v->world, "the session of %s still has %u "
                       "identifiers taken", name,
                       (unsigned)s->receiving.count);
    }
}

static bool
look(struct bench *v)
{
    v->world.now_ms += (DELAY_S + 1) * 1000;
    if (!settle(v))
        return false;
    world_look(&v->world);
    for (int i = 0; i < 30; i++)
        if (!turn(v))
            return false;
    verify_sessions(v);
    world_verify(&v->world);
    return true;
}

/* --- many of them --------------------------------------------------------- */

/* From one crash to the next. */
static void
round_of(struct bench *v, struct virtual_result *result)
{
    struct random *r = &v->world.random;
    bool goes_on = start(v) && settle(v) && look(v);
    result->checks += goes_on;
    if (goes_on)
        disk_crash_in(1 + random_below(r, 500));
    while (goes_on && !v->world.failures) {
        world_act(&v->world);
        goes_on = turn(v);
    }
    if (v->world.failures)
        return;
    crash(v);
    result->points++;
    if (random_below(r, 2)) /* the next may come before all is well again */
        disk_crash_in(1 + random_below(r, 200));
}

static unsigned
run_world(uint64_t seed, struct virtual_result *result, unsigned points,
          enum virtual_flaw flaw)
{
    struct bench *v = calloc(1, sizeof *v);
    unsigned until = result->points + POINTS_PER_WORLD;
    if (until > points)
        until = points;
    disk_init();
    world_init(&v->world, seed, DELAY_S);
    v->flaw = flaw;
    while (result->points < until && !v->world.failures)
        round_of(v, result);
    disk_crash_in(0);
    if (!v->world.failures) /* the last one is looked at too */
        result->checks += start(v) && settle(v) && look(v);
    unsigned failures = v->world.failures;
    if (failures)
        printf("  in the world of seed %llu, %u crashes in all\n",
               (unsigned long long)seed, result->points);
    result->operations += disk_operations();
    crash(v);
    world_release(&v->world);
    buf_release(&v->output);
    free(v);
    return failures;
}

struct virtual_result
virtual_run(uint64_t seed, unsigned points, enum virtual_flaw flaw)
{
    struct virtual_result result = {0};
    while (result.points < points && result.failures < 20) {
        unsigned before = result.points;
        result.failures += run_world(seed++, &result, points, flaw);
        if (result.points == before) /* it broke before the first */
            result.points++;
    }
    return result;
}
