/* verdict.c - from what happened at a line to a verdict on the scenario.
 * SPDX-License-Identifier: MIT
 *
 * Only a line that carries a statement of the version that is spoken judges.
 * Any other that does not go as written says that the question was never
 * reached. A refusal for load or policy convicts nobody, whatever the line
 * says: nothing that came after it can be held against the broker.           */
#include "conformance/engine/play_state.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "mqtt/print.h"
#include "mqtt/statement.h"

enum { GOT_MAX = 120 }; /* bytes of a text that are shown */

/* --- who judges ----------------------------------------------------------- */

/* Does it judge there? A line without a client is about all of them. */
static bool
judges_by(const struct play *p, const struct scope *scope,
          const struct script_stmt *s, struct slice id)
{
    unsigned set = play_versions_of(p, scope, s);
    if ((!s->client.len && !s->client_count) || s->cites_others)
        set |= 1u << p->setup->version |
               script_versions_beside(p->setup->scenario);
    return mqtt_version_in(mqtt_statement_version(id), set);
}

static bool
has_id(const struct play *p, const struct scope *scope,
       const struct script_stmt *s)
{
    for (size_t i = 0; s && i < s->id_count; i++)
        if (judges_by(p, scope, s, s->ids[i]))
            return true;
    return false;
}

bool
verdict_is_judging(const struct play *p, const struct scope *scope,
                   const struct script_stmt *s)
{
    return s && (s->should.len || has_id(p, scope, s));
}

bool
play_may_fail(const struct play *p)
{
    for (size_t i = 0; i < p->fiber_count && p->ending == ENDING_NOT; i++) {
        const struct fiber *f = p->fibers[i];
        if (f->is_waiting && f->stmt->kind != STMT_NEVER &&
            verdict_is_judging(p, f->scope, f->stmt))
            return true;
    }
    return false;
}

bool
play_was_ignored(const struct play *p)
{
    bool sent = false;
    for (size_t i = 0; i < p->peer_count; i++)
        sent |= p->peers[i]->sent_connect;
    return sent && p->heard_us == 0;
}

static void
add_judgement(struct play *p, struct slice id, enum result_verdict v,
              unsigned line)
{
    struct result_scenario *out = p->out;
    for (size_t i = 0; i < out->judgement_count; i++)
        if (out->judgements[i].line == line &&
            out->judgements[i].verdict == v &&
            slice_is(id, out->judgements[i].statement))
            return;
    result_add_judgement(out, id, v, line);
}

void
verdict_judge(struct play *p, const struct fiber *f, enum result_verdict v)
{
    const struct script_stmt *s = f->stmt;
    if (s->should.len) {
        struct buf text = {0};
        buf_printf(&text, "should %.*s", SLICE_ARG(s->should));
        add_judgement(p, buf_slice(&text), v, s->at.line);
        buf_release(&text);
    }
    for (size_t i = 0; i < s->id_count; i++)
        if (judges_by(p, f->scope, s, s->ids[i]))
            add_judgement(p, s->ids[i], v, s->at.line);
}

void
verdict_met(struct play *p, const struct fiber *f)
{
    verdict_judge(p, f, VERDICT_PASS);
}

/* --- refusals ------------------------------------------------------------- */

static bool
is_policy_code(uint8_t code)
{
    switch (code) {
    case MQTT_RC_SERVER_UNAVAILABLE:
    case MQTT_RC_SERVER_BUSY:
    case MQTT_RC_BANNED:
    case MQTT_RC_SERVER_SHUTTING_DOWN:
    case MQTT_RC_MESSAGE_RATE_TOO_HIGH:
    case MQTT_RC_QUOTA_EXCEEDED:
    case MQTT_RC_ADMINISTRATIVE_ACTION:
    case MQTT_RC_USE_ANOTHER_SERVER:
    case MQTT_RC_SERVER_MOVED:
    case MQTT_RC_CONNECTION_RATE_EXCEEDED:
    case MQTT_RC_MAXIMUM_CONNECT_TIME: return true;
    default: return false;
    }
}

bool
verdict_is_refusal(const struct got *g, enum mqtt_version v)
{
    const struct mqtt_packet *packet = &g->packet;
    if (v != MQTT_50)
        return packet->type == MQTT_CONNACK && got_reason(packet) == 3;
    for (size_t i = 0; i < got_codes(packet).len; i++)
        if (is_policy_code(got_codes(packet).ptr[i]))
            return true;
    return is_policy_code(got_reason(packet));
}

/* --- conclusions ---------------------------------------------------------- */

static void
set_slice(char **where, struct slice text)
{
    struct buf b = {0};
    buf_add(&b, text);
    result_set(where, text.len ? buf_cstr(&b) : NULL);
    buf_release(&b);
}

static void
set_line(struct play *p, const struct script_stmt *s)
{
    p->out->line = s ? s->at.line : 0;
    set_slice(&p->out->source, s ? s->source : slice_str(""));
}

void
verdict_set(struct play *p, enum result_verdict v, const struct script_stmt *s,
            const char *reason)
{
    p->is_concluded = true;
    p->out->verdict = v;
    set_line(p, s);
    result_set(&p->out->reason, reason);
}

void
verdict_raise(struct play *p, enum result_verdict v,
              const struct script_stmt *s, const char *reason)
{
    if (p->out->verdict >= v)
        return;
    p->out->verdict = v;
    set_line(p, s);
    result_set(&p->out->reason, reason);
}

static void
set_difference(struct play *p, const char *expected, const char *got,
               const struct got *guilty)
{
    result_set(&p->out->expected, expected);
    result_set(&p->out->got, got);
    if (guilty)
        p->out->events[guilty->event].is_guilty = true;
}

enum step
verdict_inconclusive(struct play *p, const struct script_stmt *s,
                     const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    verdict_set(p, VERDICT_INCONCLUSIVE, s, text);
    return STEP_OVER;
}

enum step
verdict_error(struct play *p, const struct script_stmt *s)
{
    verdict_set(p, VERDICT_ERROR, s, p->eval.err.text);
    return STEP_OVER;
}

/* The broker said, here or earlier, that it does not want to. */
static enum step
refused(struct play *p, const struct script_stmt *s)
{
    struct buf line = {0};
    mqtt_print_line(&line, &p->refusal->packet,
                    (struct mqtt_print){.max_text = GOT_MAX});
    verdict_inconclusive(p, s, "the broker refused: %s", buf_cstr(&line));
    p->out->events[p->refusal->event].is_guilty = true;
    buf_release(&line);
    return STEP_OVER;
}

static enum step
warned(struct play *p, const struct fiber *f, const char *expected,
       const char *got, const struct got *guilty)
{
    const struct script_stmt *s = f->stmt;
    struct buf text = {0};
    buf_printf(&text, "recommended by section %.*s", SLICE_ARG(s->should));
    verdict_judge(p, f, VERDICT_WARN);
    verdict_raise(p, VERDICT_WARN, s, buf_cstr(&text));
    set_difference(p, expected, got, guilty);
    buf_release(&text);
    return STEP_DONE;
}

enum step
verdict_unmet(struct play *p, struct fiber *f, const char *expected,
              const char *got, const struct got *guilty)
{
    const struct script_stmt *s = f->stmt;
    if (p->refusal)
        return refused(p, s);
    if (p->excess)
        return verdict_inconclusive(p, s, "%s", p->excess);
    if (s->should.len)
        return warned(p, f, expected, got, guilty);
    if (!has_id(p, f->scope, s)) {
        verdict_inconclusive(p, s,
                             "this line only sets the stage and did not go as "
                             "written");
    } else {
        verdict_judge(p, f, VERDICT_FAIL);
        verdict_set(p, VERDICT_FAIL, s, NULL);
    }
    set_difference(p, expected, got, guilty);
    return STEP_OVER;
}

enum step
verdict_doubt(struct play *p, struct fiber *f, const char *expected,
              const char *got)
{
    const struct script_stmt *s = f->stmt;
    if (p->refusal || s->should.len || !has_id(p, f->scope, s))
        return verdict_unmet(p, f, expected, got, NULL);
    verdict_judge(p, f, VERDICT_INCONCLUSIVE);
    if (p->out->verdict < VERDICT_INCONCLUSIVE)
        set_difference(p, expected, got, NULL);
    verdict_raise(p, VERDICT_INCONCLUSIVE, s,
                  "doubtful: it is silent, which does not show that it "
                  "carries on, and how soon it has to close is not said");
    if (++p->doubts < DOUBTS_MAX && fiber_leave_round(p, f))
        return STEP_DONE;
    p->is_concluded = true;
    return STEP_OVER;
}

void
verdict_choice(struct play *p, struct slice label, unsigned line)
{
    for (size_t i = 0; i < p->out->choice_count; i++)
        if (p->out->choices[i].line == line &&
            slice_is(label, p->out->choices[i].label))
            return;
    result_add_choice(p->out, label, line);
}

/* --- what was never exercised --------------------------------------------- */

static bool
has_judgement(const struct play *p, struct slice id)
{
    for (size_t i = 0; i < p->out->judgement_count; i++)
        if (slice_is(id, p->out->judgements[i].statement))
            return true;
    return false;
}

static void
mark_block(struct play *p, const struct script_block *block, int depth)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct script_stmt *s = &block->list[i];
        for (size_t k = 0; k < s->id_count; k++)
            if (judges_by(p, p->root, s, s->ids[k]) &&
                !has_judgement(p, s->ids[k]))
                add_judgement(p, s->ids[k], VERDICT_UNEXERCISED, s->at.line);
        for (size_t k = 0; k < s->branch_count; k++)
            mark_block(p, &s->branches[k].block, depth);
        mark_block(p, &s->block, depth);
        if (s->kind == STMT_CALL && s->define && depth < 16)
            mark_block(p, &s->define->block, depth + 1);
    }
}

void
verdict_unexercised(struct play *p, const struct script_stmt *s)
{
    struct buf why = {0};
    buf_add(&why, s->label);
    mark_block(p, &p->setup->scenario->body, 0);
    verdict_set(p, VERDICT_UNEXERCISED, s, buf_cstr(&why));
    buf_release(&why);
}
