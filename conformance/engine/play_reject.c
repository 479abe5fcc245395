/* play_reject.c - `rejects`: the broker has to close, and may say why.
 * SPDX-License-Identifier: MIT
 *
 * What the standard demands is the end of the connection. Before it a 5.0
 * broker may send DISCONNECT, or CONNACK if it has not accepted yet, with a
 * code of 0x80 or more; which code is a recommendation and judged apart. A
 * broker of 3.x says nothing, or refuses by the return code of CONNACK.
 *
 * No sentence says how soon. So silence alone convicts nobody: a connection
 * that is still there after a moment is asked with PINGREQ (one that was never
 * accepted after the whole patience, since there a PINGREQ is wrong too), and
 *
 *     it ends                              it was rejected; doubtful, if it was
 *                                          never accepted: that was the PINGREQ
 *     PINGRESP, and at last it lives       it goes on serving: a fault
 *     nothing at all                       doubtful: the question stays open
 *
 * Whoever has said no has noticed, and has to close; some wait a while for the
 * client to do it, which they are given and not asked.
 *
 * `rejects or tolerates "label"`: the standard leaves it open. Then PINGRESP
 * says that the broker was lenient, which is noted and no fault.             */
#include "conformance/engine/play_state.h"
#include "conformance/script/print.h"
#include "mqtt/print.h"
#include "mqtt/statement.h"

enum { AWAITING_END, ASKED, SERVED }; /* phases */

/* Is it a packet by which a broker says no? */
static bool
says_no(const struct peer *peer, const struct got *g)
{
    const struct mqtt_packet *packet = &g->packet;
    if (packet->type == MQTT_CONNACK)
        return !peer->is_connected && got_reason(packet) != 0;
    return packet->type == MQTT_DISCONNECT && peer->version == MQTT_50 &&
           mqtt_reason_failed(got_reason(packet));
}

/* Does it take the connection, though it should not? */
static bool
says_yes(const struct got *g)
{
    return g->packet.type == MQTT_CONNACK && got_reason(&g->packet) == 0;
}

enum look
reject_look(struct peer *peer, struct item **item)
{
    struct item *i;
    size_t at = 0;
    *item = NULL;
    while ((i = peer_next(peer, &at))) {
        if (says_no(peer, i->got)) {
            *item = i;
            return LOOK_FOUND;
        }
        if (says_yes(i->got)) {
            *item = i;
            return LOOK_NEVER;
        }
    }
    return peer_is_over(peer) ? LOOK_FOUND : LOOK_WAIT;
}

enum step
begin_rejects(struct play *p, struct fiber *f)
{
    uint64_t us;
    f->peer = f->lane->peer;
    if (!f->peer) {
        eval_fail(&p->eval, f->stmt->at, "%.*s has not connected yet",
                  SLICE_ARG(f->stmt->client));
        return verdict_error(p, f->stmt);
    }
    if (!play_patience(p, f, PATIENCE_US, &us))
        return verdict_error(p, f->stmt);
    f->interval_us = us; /* the patience of this line */
    f->deadline_us = p->now_us + us;
    f->peer->is_doomed = true;
    f->peer->is_violated = true;
    return STEP_WAIT;
}

/* --- the code, a recommendation ------------------------------------------- */

static bool
is_code_wanted(struct play *p, struct fiber *f, uint8_t code)
{
    struct value v;
    if (!eval_expr(play_eval(p, f), f->stmt->value, &v))
        return true;
    if (v.kind != VALUE_LIST)
        return v.number == code;
    for (size_t i = 0; i < v.count; i++)
        if (v.items[i].number == code)
            return true;
    return false;
}

/* The section that recommends to say why: of errors after CONNECT 4.13.2. */
static struct slice
code_section(const struct peer *peer)
{
    if (peer->version != MQTT_50)
        return slice_str("3.2.2.3");
    return slice_str(peer->is_connected ? "4.13.2" : "3.1.4");
}

static void
warn_code(struct play *p, struct fiber *f, const struct got *last)
{
    struct buf got = {0}, expected = {0}, id = {0};
    struct slice section = code_section(f->peer);
    script_print_expr(&expected, f->stmt->value);
    if (last)
        mqtt_print_line(&got, &last->packet, (struct mqtt_print){0});
    else
        buf_add_str(&got, "closed without saying why");
    buf_printf(&id, "should %.*s", SLICE_ARG(section));
    result_add_judgement(p->out, buf_slice(&id), VERDICT_WARN,
                         f->stmt->at.line);
    if (p->out->verdict < VERDICT_WARN) {
        result_set(&p->out->expected, buf_cstr(&expected));
        result_set(&p->out->got, buf_cstr(&got));
    }
    verdict_raise(p, VERDICT_WARN, f->stmt,
                  last ? "it rejects, with another code than recommended"
                       : "it rejects, and does not say why");
    buf_release(&got);
    buf_release(&expected);
    buf_release(&id);
}

/* A CONNECT that is refused without a word breaks no recommendation: there
 * CONNACK is a may (4.13.1). A word that met our PINGREQ may have got lost. */
static void
judge_code(struct play *p, struct fiber *f, const struct got *last)
{
    if (!f->stmt->value)
        return;
    if (last ? !is_code_wanted(p, f, got_reason(&last->packet))
             : f->peer->is_connected && f->peer->version == MQTT_50 &&
                   f->phase == AWAITING_END)
        warn_code(p, f, last);
}

/* --- the end, a must ------------------------------------------------------ */

/* 3.1.1: no CONNACK for a CONNECT that is no CONNECT. */
static bool
breaks_silence(const struct fiber *f, const struct got *last)
{
    const struct script_stmt *s = f->stmt;
    if (f->peer->version == MQTT_50 || !last || s->value ||
        last->packet.type != MQTT_CONNACK)
        return false;
    for (size_t i = 0; i < s->id_count; i++)
        if (slice_is(s->ids[i], "MQTT311-3.1.4-1"))
            return true;
    return false;
}

static enum step
not_rejected(struct play *p, struct fiber *f, const struct got *g,
             const char *got_text)
{
    struct buf got = {0};
    if (g)
        mqtt_print_line(&got, &g->packet, (struct mqtt_print){.max_text = 120});
    buf_add_str(&got, got_text);
    enum step step = verdict_unmet(p, f, "the broker closes the connection",
                                   buf_cstr(&got), g);
    buf_release(&got);
    return step;
}

static enum step
tolerated(struct play *p, struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    verdict_choice(p, s->label, s->at.line);
    verdict_judge(p, f, VERDICT_LENIENT);
    verdict_raise(p, VERDICT_LENIENT, s, "it tolerates what it may tolerate");
    return STEP_DONE;
}

static enum step
rejected(struct play *p, struct fiber *f, struct item *item)
{
    const struct got *last = item ? item->got : NULL;
    if (item)
        expect_take(p, f->peer, item, f->stmt, false);
    if (breaks_silence(f, last))
        return not_rejected(p, f, last, ": nothing may come before the end");
    if (last && p->refusal == last && f->stmt->value &&
        is_code_wanted(p, f, got_reason(&last->packet)))
        p->refusal = NULL;
    if (p->refusal)
        return not_rejected(p, f, last, "");
    judge_code(p, f, last);
    verdict_met(p, f);
    return STEP_DONE;
}

/* --- neither: asked whether it goes on ------------------------------------ */

static void
ask(struct play *p, struct fiber *f)
{
    struct mqtt_packet ping = mqtt_packet_make(MQTT_PINGREQ, f->peer->version);
    f->peer->is_doomed = true;
    f->peer->is_violated = true;
    f->phase = ASKED;
    f->asked = p->out->event_count;
    if (peer_is_writable(f->peer))
        peer_send_packet(p, f->peer, &ping, f->stmt->at.line);
}

/* The answer, and to our question: what came before was to another one. */
static const struct got *
find_answer(struct fiber *f)
{
    struct item *i;
    size_t at = 0;
    while ((i = peer_next(f->peer, &at)))
        if (i->got->packet.type == MQTT_PINGRESP && i->got->event >= f->asked)
            return i->got;
    return NULL;
}

/* Where a line grants a time of its own it is not asked before: asking may be
 * what keeps a connection. */
static bool
is_asked_early(const struct fiber *f)
{
    return f->peer->is_connected && !f->stmt->within &&
           f->interval_us > TOLERANCE_US;
}

static uint64_t
time_to_ask(const struct fiber *f)
{
    return f->since_us + (is_asked_early(f) ? TOLERANCE_US : f->interval_us);
}

static uint64_t
time_to_judge(const struct play *p, const struct fiber *f, bool said_no)
{
    uint64_t end = f->since_us + f->interval_us;
    uint64_t more = said_no ? LINGER_US : PATIENCE_US;
    if (!said_no && (f->phase == SERVED || is_asked_early(f)))
        return end;
    return end + (uint64_t)((double)more * p->setup->patience);
}

static enum step
judge_silence(struct play *p, struct fiber *f, const struct got *word)
{
    if (word)
        return not_rejected(p, f, word, ", and the connection stays open");
    if (f->phase == SERVED)
        return not_rejected(p, f, find_answer(f), ": it goes on serving");
    return verdict_doubt(p, f, "the broker closes the connection",
                         peer_is_over(f->peer)
                             ? "the end, but only after a PINGREQ"
                             : "neither the end nor an answer to PINGREQ");
}

bool
reject_was_asked_for(const struct fiber *f)
{
    return peer_is_over(f->peer) && f->phase != AWAITING_END &&
           !f->peer->is_connected;
}

enum step
reject_await_end(struct play *p, struct fiber *f, const struct got *word)
{
    if (reject_was_asked_for(f))
        return judge_silence(p, f, word);
    if (f->phase == AWAITING_END && !word && p->now_us >= time_to_ask(f))
        ask(p, f);
    if (f->phase == ASKED && find_answer(f))
        f->phase = SERVED;
    if (f->phase == SERVED && f->stmt->or_tolerates && !word) {
        f->peer->is_doomed = false;
        return tolerated(p, f);
    }
    f->deadline_us = f->phase == AWAITING_END && !word
                         ? time_to_ask(f)
                         : time_to_judge(p, f, word);
    return p->now_us < f->deadline_us ? STEP_WAIT : judge_silence(p, f, word);
}

enum step
poll_rejects(struct play *p, struct fiber *f)
{
    struct item *item;
    enum look look = reject_look(f->peer, &item);
    if (look == LOOK_NEVER)
        return f->stmt->or_tolerates
                   ? (expect_take(p, f->peer, item, f->stmt, false),
                      tolerated(p, f))
                   : not_rejected(p, f, item->got, "");
    if (peer_is_over(f->peer) && (item || !reject_was_asked_for(f)))
        return rejected(p, f, item);
    return reject_await_end(p, f,
                            item ? item->got : expect_last_word(f->peer));
}
