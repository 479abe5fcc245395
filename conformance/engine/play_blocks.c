/* play_blocks.c - lines that hold other lines: loops, branches, calls.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_state.h"

/* --- repeat, for each, calls ---------------------------------------------- */

static enum step
enter(struct play *p, struct fiber *f, struct frame frame)
{
    return fiber_enter(p, f, frame) ? STEP_DONE : verdict_error(p, f->stmt);
}

enum step
begin_repeat(struct play *p, struct fiber *f)
{
    int64_t rounds;
    if (!eval_number(play_eval(p, f), f->stmt->value, &rounds))
        return verdict_error(p, f->stmt);
    if (rounds < 1)
        return STEP_DONE;
    return enter(p, f, (struct frame){.block = &f->stmt->block,
                                      .scope = scope_new(p->arena, f->scope),
                                      .loop = f->stmt,
                                      .rounds = rounds});
}

enum step
begin_for_each(struct play *p, struct fiber *f)
{
    struct eval *e = play_eval(p, f);
    struct value v;
    e->words = true;
    bool good = eval_expr(e, f->stmt->value, &v);
    e->words = false;
    if (!good)
        return verdict_error(p, f->stmt);
    if (v.kind != VALUE_LIST) {
        eval_fail(e, f->stmt->value->at, "a list, a range or a table is "
                                         "wanted here");
        return verdict_error(p, f->stmt);
    }
    if (v.count == 0)
        return STEP_DONE;
    struct scope *scope = scope_new(p->arena, f->scope);
    scope_own(scope, f->stmt->name, v.items[0]);
    return enter(p, f, (struct frame){.block = &f->stmt->block,
                                      .scope = scope,
                                      .loop = f->stmt,
                                      .list = v,
                                      .rounds = (int64_t)v.count});
}

bool
fiber_leave_round(struct play *p, struct fiber *f)
{
    size_t depth = f == p->fibers[0] ? f->depth : 0;
    while (depth && !f->frames[depth - 1].loop)
        depth--;
    if (depth == 0 || f->frames[depth - 1].loop->kind == STMT_ONE_WRITE)
        return false;
    struct frame *loop = &f->frames[depth - 1];
    f->depth = depth;
    loop->next = loop->block->count;
    loop->is_doubtful = true;
    return true;
}

/* The parameters are names of the call alone; a bare word is handed over as
 * itself, or as the client that it stands for here. */
enum step
begin_call(struct play *p, struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    const struct script_define *d = s->define;
    struct eval *e = play_eval(p, f);
    struct scope *scope = scope_new(p->arena, f->scope);
    for (size_t i = 0; i < d->param_count && i < s->arg_count; i++) {
        struct value v;
        e->words = true;
        bool good = eval_expr(e, s->args[i], &v);
        e->words = false;
        if (!good)
            return verdict_error(p, s);
        scope_own(scope, d->params[i], v);
    }
    return enter(p, f, (struct frame){
                           .block = &d->block, .scope = scope, .rounds = 1});
}

/* --- together, meanwhile -------------------------------------------------- */

/* Every line is a fiber of its own; what each waits for is known to the others
 * (expect_is_wanted), so none takes offence at another's packet. */
enum step
begin_together(struct play *p, struct fiber *f)
{
    const struct script_block *block = &f->stmt->block;
    f->children = 0;
    for (size_t i = 0; i < block->count; i++) {
        struct script_block *one = arena_alloc(p->arena, sizeof *one);
        *one = (struct script_block){&block->list[i], 1};
        fiber_new(p, one, scope_new(p->arena, f->scope), f);
        f->children++;
    }
    return STEP_WAIT;
}

enum step
poll_together(struct play *p, struct fiber *f)
{
    (void)p;
    return f->children ? STEP_WAIT : STEP_DONE;
}

enum step
begin_meanwhile(struct play *p, struct fiber *f)
{
    fiber_new(p, &f->stmt->block, scope_new(p->arena, f->scope), NULL);
    return STEP_DONE;
}

/* --- either --------------------------------------------------------------- */

static const struct script_stmt *
first_of(const struct play *p, const struct fiber *f,
         const struct script_branch *b)
{
    for (size_t i = 0; i < b->block.count; i++) {
        const struct script_stmt *s = &b->block.list[i];
        if (play_has_line(p, f->scope, s))
            return s;
    }
    return NULL;
}

/* Nothing of that kind for its whole time? */
static enum look
look_never(struct play *p, struct fiber *f, const struct script_stmt *s,
           struct peer *peer)
{
    struct item *i;
    size_t at = 0;
    int64_t us = QUIET_US;
    if (s->value && !eval_number(play_eval(p, f), s->value, &us))
        return LOOK_ERROR;
    if (s->packet.is_close && peer_is_over(peer))
        return LOOK_NEVER;
    while ((i = peer_next(peer, &at)))
        if (s->kind == STMT_QUIET ||
            match_packet(play_eval(p, f), &s->packet, i->got, NULL) ==
                MATCH_YES)
            return LOOK_NEVER;
    if (f->since_us + (uint64_t)us < f->deadline_us)
        f->deadline_us = f->since_us + (uint64_t)us;
    return p->now_us >= f->since_us + (uint64_t)us ? LOOK_FOUND : LOOK_WAIT;
}

static enum look
look_any_of(struct play *p, struct fiber *f, const struct script_stmt *s)
{
    struct item *item;
    size_t never = 0;
    for (size_t i = 0; i < s->client_count; i++) {
        struct lane *lane = play_lane_of(p, f, s->clients[i]);
        enum look look = lane->peer ? expect_look(p, f, s, lane->peer, &item)
                                    : LOOK_NEVER;
        if (look == LOOK_FOUND || look == LOOK_ERROR)
            return look;
        never += look == LOOK_NEVER;
    }
    return never == s->client_count ? LOOK_NEVER : LOOK_WAIT;
}

/* Does what happened begin this branch? *open: a branch that begins with no
 * expectation, for when no other fits. */
static enum look
look_branch(struct play *p, struct fiber *f, const struct script_stmt *s,
            bool *open)
{
    struct item *item;
    struct peer *peer = s && s->client.len
                            ? play_lane_of(p, f, s->client)->peer
                            : NULL;
    if (s && s->kind == STMT_ANY_OF)
        return look_any_of(p, f, s);
    if (s && peer) {
        switch (s->kind) {
        case STMT_EXPECT:
        case STMT_COLLECT: return expect_look(p, f, s, peer, &item);
        case STMT_REJECTS: return reject_look(peer, &item);
        case STMT_NEVER:
        case STMT_QUIET: return look_never(p, f, s, peer);
        default: break;
        }
    }
    *open = true;
    return LOOK_WAIT;
}

static enum step
take_branch(struct play *p, struct fiber *f, const struct script_branch *b)
{
    verdict_choice(p, b->label, f->stmt->at.line);
    verdict_met(p, f);
    return enter(p, f, (struct frame){.block = &b->block,
                                      .scope = scope_new(p->arena, f->scope),
                                      .rounds = 1});
}

static bool
all_judge(const struct play *p, const struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    for (size_t i = 0; i < s->branch_count; i++)
        if (!verdict_is_judging(p, f->scope, first_of(p, f, &s->branches[i])))
            return false;
    return true;
}

/* None of the branches. The line itself judges if it carries a statement, else
 * the first lines of the branches do if all of them carry one. */
static enum step
no_branch(struct play *p, struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    struct buf expected = {0}, got = {0};
    struct peer *peer = NULL;
    struct item *item = NULL;
    for (size_t i = 0; i < s->branch_count; i++) {
        const struct script_stmt *first = first_of(p, f, &s->branches[i]);
        buf_printf(&expected, "%s%.*s", i ? ", or " : "",
                   SLICE_ARG(first ? first->source : slice_str("nothing")));
        if (first && first->client.len && !peer)
            peer = play_lane_of(p, f, first->client)->peer;
    }
    size_t at = 0;
    if (peer && (item = peer_next(peer, &at)))
        value_print(&got, value_packet(item->got));
    else if (peer && peer_is_over(peer))
        expect_tell_end(&got, peer);
    else
        buf_printf(&got, "nothing for %.1f s",
                   (double)(p->now_us - f->since_us) / 1e6);
    if (!verdict_is_judging(p, f->scope, s) && all_judge(p, f))
        f->stmt = first_of(p, f, &s->branches[0]);
    enum step step = verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(&got),
                                   item ? item->got : NULL);
    buf_release(&expected);
    buf_release(&got);
    return step;
}

/* The longest patience of its branches. */
enum step
begin_either(struct play *p, struct fiber *f)
{
    const struct script_stmt *either = f->stmt;
    uint64_t longest = 0;
    for (size_t i = 0; i < either->branch_count; i++) {
        const struct script_stmt *first = first_of(p, f, &either->branches[i]);
        uint64_t us = (uint64_t)(PATIENCE_US * p->setup->patience);
        f->stmt = first ? first : either;
        bool good = play_patience(p, f, PATIENCE_US, &us);
        f->stmt = either;
        if (!good)
            return verdict_error(p, either);
        if (us > longest)
            longest = us;
    }
    f->interval_us = longest;
    f->deadline_us = p->now_us + longest;
    return STEP_WAIT;
}

enum step
poll_either(struct play *p, struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    const struct script_branch *otherwise = NULL;
    size_t never = 0;
    f->deadline_us = f->since_us + f->interval_us;
    for (size_t i = 0; i < s->branch_count; i++) {
        bool open = false;
        switch (look_branch(p, f, first_of(p, f, &s->branches[i]), &open)) {
        case LOOK_FOUND: return take_branch(p, f, &s->branches[i]);
        case LOOK_ERROR: return verdict_error(p, s);
        case LOOK_NEVER: never++; break;
        case LOOK_WAIT: break;
        }
        if (open) {
            otherwise = &s->branches[i];
            never++;
        }
    }
    if (never < s->branch_count && p->now_us < f->since_us + f->interval_us)
        return STEP_WAIT;
    return otherwise ? take_branch(p, f, otherwise) : no_branch(p, f);
}
