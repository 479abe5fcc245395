/* play.c - plays one scenario: fibers, events, deadlines.
 * SPDX-License-Identifier: MIT
 *
 * After each event `settle` runs until nothing moves: first every fiber that
 * can run, so that all lines that wait at the same time are known to each
 * other, then every fiber that waits is polled.                              */
#include "conformance/engine/play_state.h"

#include <stdlib.h>

#include "base/mem.h"

/* --- fibers --------------------------------------------------------------- */

struct eval *
play_eval(struct play *p, struct fiber *f)
{
    p->eval.scope = f && f->scope ? f->scope : p->root;
    p->eval.version = f && f->lane ? f->lane->version : p->setup->version;
    p->eval.now_us = p->now_us;
    return &p->eval;
}

bool
play_patience(struct play *p, struct fiber *f, uint64_t usual_us, uint64_t *out)
{
    int64_t us = (int64_t)usual_us;
    if (f->stmt->within && !eval_number(play_eval(p, f), f->stmt->within, &us))
        return false;
    *out = (uint64_t)((double)us * p->setup->patience);
    return true;
}

bool
fiber_enter(struct play *p, struct fiber *f, struct frame frame)
{
    if (f->depth == FRAMES_MAX) {
        error_set(&p->eval.err, "more than %d blocks within each other",
                  FRAMES_MAX);
        return false;
    }
    f->frames[f->depth++] = frame;
    return true;
}

struct fiber *
fiber_new(struct play *p, const struct script_block *block,
          struct scope *scope, struct fiber *parent)
{
    struct fiber *f = arena_alloc(p->arena, sizeof *f);
    f->parent = parent;
    f->frames[f->depth++] =
        (struct frame){.block = block, .scope = scope, .rounds = 1};
    p->fibers = arena_grow(p->arena, p->fibers, p->fiber_count, sizeof f);
    p->fibers[p->fiber_count++] = f;
    return f;
}

/* The next round of a loop, or out of the block. */
static void
leave_or_repeat(struct play *p, struct fiber *f)
{
    struct frame *top = &f->frames[f->depth - 1];
    if (++top->round >= top->rounds) {
        f->depth--;
        p->is_concluded |= top->is_doubtful;
        if (top->loop && top->loop->kind == STMT_ONE_WRITE)
            peer_write_gathered(p, play_lane(p, top->writer)->peer);
        return;
    }
    top->next = 0;
    top->scope = scope_new(p->arena, top->scope->outer);
    if (top->loop->kind == STMT_FOR_EACH)
        scope_own(top->scope, top->loop->name, top->list.items[top->round]);
}

/* The next statement of this version; NULL when there is none. */
static const struct script_stmt *
next_statement(struct play *p, struct fiber *f)
{
    while (f->depth && !p->is_concluded) {
        struct frame *top = &f->frames[f->depth - 1];
        if (top->next == top->block->count) {
            leave_or_repeat(p, f);
            continue;
        }
        const struct script_stmt *s = &top->block->list[top->next++];
        if (play_has_line(p, top->scope, s)) {
            f->scope = top->scope;
            return s;
        }
    }
    return NULL;
}

/* clang-format off */
static const struct {
    stmt_function *begin, *poll;
} verbs[] = {
    /* kind                begin              poll            */
    [STMT_OPENS]        = {begin_opens,       poll_connects},
    [STMT_CONNECTS]     = {begin_connects,    poll_connects},
    [STMT_SEND]         = {begin_send,        poll_send},
    [STMT_SEND_HEX]     = {begin_send_hex,    poll_send},
    [STMT_SEND_CONTROL] = {begin_send_control, NULL},
    [STMT_ONE_WRITE]    = {begin_one_write,   NULL},
    [STMT_EXPECT]       = {begin_expect,      poll_expect},
    [STMT_MAY]          = {begin_may,         poll_may},
    [STMT_COLLECT]      = {begin_collect,     poll_collect},
    [STMT_NEVER]        = {begin_never,       poll_never},
    [STMT_QUIET]        = {begin_quiet,       poll_quiet},
    [STMT_IGNORES]      = {begin_ignores,     NULL},
    [STMT_ACKS]         = {begin_acks,        NULL},
    [STMT_REJECTS]      = {begin_rejects,     poll_rejects},
    [STMT_DISCONNECTS]  = {begin_disconnects, poll_farewell},
    [STMT_CUTS]         = {begin_cuts,        poll_farewell},
    [STMT_RESETS]       = {begin_resets,      poll_wait},
    [STMT_STALLS]       = {begin_stalls,      NULL},
    [STMT_ALIVE]        = {begin_alive,       poll_alive},
    [STMT_ANY_OF]       = {begin_any_of,      poll_any_of},
    [STMT_JUDGE]        = {begin_judge,       NULL},
    [STMT_LET]          = {begin_let,         NULL},
    [STMT_MARK]         = {begin_mark,        NULL},
    [STMT_WAIT]         = {begin_wait,        poll_wait},
    [STMT_EITHER]       = {begin_either,      poll_either},
    [STMT_TOGETHER]     = {begin_together,    poll_together},
    [STMT_MEANWHILE]    = {begin_meanwhile,   NULL},
    [STMT_REPEAT]       = {begin_repeat,      NULL},
    [STMT_FOR_EACH]     = {begin_for_each,    NULL},
    [STMT_CALL]         = {begin_call,        NULL},
    [STMT_SKIP]         = {begin_skip,        NULL},
    [STMT_UNEXERCISED]  = {begin_unexercised, NULL},
    [STMT_BROKER]       = {begin_broker,      poll_broker},
};
/* clang-format on */

static void
start_statement(struct play *p, struct fiber *f, const struct script_stmt *s)
{
    f->stmt = s;
    f->since_us = p->now_us;
    f->deadline_us = PLAY_NEVER;
    f->phase = 0;
    f->peer = NULL;
    f->lane = s->client.len ? play_lane_of(p, f, s->client) : NULL;
    f->list = NULL;
    f->list_count = 0;
    f->bytes = (struct slice){NULL, 0};
}

/* Runs until it waits or ends. */
static void
run_fiber(struct play *p, struct fiber *f)
{
    while (!f->is_waiting && !f->is_done && !p->is_concluded) {
        const struct script_stmt *s = next_statement(p, f);
        if (!s) {
            f->is_done = true;
            if (f->parent)
                f->parent->children--;
            return;
        }
        if (++p->steps > STEPS_MAX) {
            error_set(&p->eval.err, "the scenario goes on for ever");
            verdict_error(p, s);
            return;
        }
        start_statement(p, f, s);
        f->is_waiting = verbs[s->kind].begin(p, f) == STEP_WAIT;
    }
}

static bool
poll_fiber(struct play *p, struct fiber *f)
{
    if (!f->is_waiting || p->is_concluded)
        return false;
    f->is_waiting = verbs[f->stmt->kind].poll(p, f) == STEP_WAIT;
    return !f->is_waiting;
}

static bool
all_done(const struct play *p)
{
    for (size_t i = 0; i < p->fiber_count; i++)
        if (!p->fibers[i]->is_done)
            return false;
    return true;
}

/* Drops fibers that are done, so that long loops stay cheap. */
static void
sweep_fibers(struct play *p)
{
    size_t kept = 1; /* the first is the scenario itself */
    for (size_t i = 1; i < p->fiber_count; i++)
        if (!p->fibers[i]->is_done)
            p->fibers[kept++] = p->fibers[i];
    p->fiber_count = kept;
}

static void
run_fibers(struct play *p)
{
    bool moved = true;
    while (moved && !p->is_concluded) {
        for (size_t i = 0; i < p->fiber_count; i++)
            run_fiber(p, p->fibers[i]);
        moved = false;
        for (size_t i = 0; i < p->fiber_count; i++)
            moved |= poll_fiber(p, p->fibers[i]);
        sweep_fibers(p);
    }
}

static void
settle(struct play *p, uint64_t now_us)
{
    p->now_us = now_us;
    if (p->ending == ENDING_NOT) {
        run_fibers(p);
        if (!p->is_concluded && !all_done(p))
            return;
        p->ending = p->is_concluded ? ENDING_BYE : ENDING_ALIVE;
        p->ending_us = 0;
    }
    if (p->ending != ENDING_OVER)
        ending_step(p);
}

/* --- from outside --------------------------------------------------------- */

static void
name_things(struct play *p)
{
    struct buf topic = {0};
    buf_printf(&topic, "plumb%s", p->suffix);
    scope_own(p->root, slice_str("T"),
              value_bytes(arena_copy(p->arena, buf_slice(&topic))));
    for (size_t i = 0; i < p->setup->name_count; i++)
        scope_own(p->root, p->setup->names[i].name, p->setup->names[i].value);
    buf_release(&topic);
}

void
play_describe(const struct play_setup *setup, struct result_scenario *out)
{
    const struct script_scenario *s = setup->scenario;
    const struct slice from[3] = {s->id, s->title, s->file->path};
    char **const to[3] = {&out->id, &out->title, &out->path};
    for (int i = 0; i < 3; i++) {
        struct buf b = {0};
        buf_add(&b, from[i]);
        result_set(to[i], buf_cstr(&b));
        buf_release(&b);
    }
    out->version = setup->version;
    result_set(&out->transport, setup->transport);
    out->slow = s->slow;
    out->alone = s->alone;
}

struct play *
play_new(const struct play_setup *setup, struct result_scenario *out,
         uint64_t now_us)
{
    struct play *p = xcalloc(1, sizeof *p);
    p->setup = setup;
    p->out = out;
    p->arena = arena_new();
    p->sessions = mqtt_watch_sessions_new();
    p->root = scope_new(p->arena, NULL);
    p->eval = (struct eval){.arena = p->arena, .version = setup->version};
    p->start_us = p->now_us = now_us;
    names_suffix(p->suffix, setup->tag, setup->number);
    name_things(p);
    play_describe(setup, out);
    fiber_new(p, &setup->scenario->body, p->root, NULL);
    settle(p, now_us);
    return p;
}

void
play_free(struct play *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->peer_count; i++) {
        buf_release(&p->peers[i]->in);
        buf_release(&p->peers[i]->gathered);
        mqtt_watch_free(p->peers[i]->watch);
    }
    mqtt_watch_sessions_free(p->sessions);
    arena_free(p->arena);
    free(p);
}

bool
play_next_action(struct play *p, struct play_action *out)
{
    if (p->action_at == p->action_count) {
        p->action_at = p->action_count = 0;
        p->actions = NULL; /* arena_grow starts anew at 0 */
        return false;
    }
    *out = p->actions[p->action_at++];
    return true;
}

bool
play_is_done(const struct play *p)
{
    return p->ending == ENDING_OVER;
}

uint64_t
play_deadline_us(const struct play *p)
{
    uint64_t at = PLAY_NEVER;
    if (p->ending != ENDING_NOT)
        return p->ending == ENDING_OVER ? PLAY_NEVER : p->ending_us;
    for (size_t i = 0; i < p->fiber_count; i++)
        if (p->fibers[i]->is_waiting && p->fibers[i]->deadline_us < at)
            at = p->fibers[i]->deadline_us;
    return at;
}

uint64_t
play_moved_us(const struct play *p)
{
    return p->now_us;
}

uint64_t
play_heard_us(const struct play *p)
{
    return p->heard_us;
}

size_t
play_connections(const struct play *p)
{
    return p->peer_count;
}

void
play_opened(struct play *p, unsigned connection, uint64_t now_us)
{
    struct peer *peer = p->peers[connection];
    p->now_us = now_us;
    if (peer->state == PEER_OPENING)
        peer->state = PEER_OPEN;
    settle(p, now_us);
}

void
play_refused(struct play *p, unsigned connection, const char *why,
             uint64_t now_us)
{
    struct peer *peer = p->peers[connection];
    p->now_us = now_us;
    p->was_refused = true;
    peer->state = PEER_CLOSED;
    if (p->ending == ENDING_NOT)
        verdict_inconclusive(p, NULL, "cannot connect: %s", why);
    settle(p, now_us);
}

void
play_input(struct play *p, unsigned connection, struct slice bytes,
           uint64_t now_us)
{
    p->now_us = p->heard_us = now_us;
    peer_input(p, p->peers[connection], bytes);
    settle(p, now_us);
}

void
play_closed(struct play *p, unsigned connection, bool was_reset,
            uint64_t now_us)
{
    p->now_us = now_us;
    peer_closed(p, p->peers[connection], was_reset);
    settle(p, now_us);
}

void
play_restarted(struct play *p, uint64_t now_us)
{
    p->awaits_restart = false;
    settle(p, now_us);
}

void
play_tick(struct play *p, uint64_t now_us)
{
    settle(p, now_us);
}

void
play_abort(struct play *p, enum result_verdict v, const char *reason,
           uint64_t now_us)
{
    p->now_us = now_us;
    if (!p->is_concluded)
        verdict_set(p, v, NULL, reason);
    for (size_t i = 0; i < p->peer_count; i++)
        if (p->peers[i]->state != PEER_CLOSED)
            peer_forget(p, p->peers[i]);
    p->ending = ENDING_OVER;
    p->out->took_us = now_us - p->start_us;
}

void
play_give_up(struct play *p, uint64_t now_us)
{
    if (p->ending == ENDING_NOT && !p->is_concluded)
        verdict_set(p, VERDICT_INCONCLUSIVE, NULL, "not wanted any more");
    settle(p, now_us);
}

bool
play_was_refused(const struct play *p)
{
    return p->was_refused;
}

const struct play_finding *
play_findings(const struct play *p, size_t *count)
{
    *count = p->finding_count;
    return p->findings;
}

const struct value *
play_value(const struct play *p, const char *name)
{
    return scope_find(p->root, slice_str(name));
}
