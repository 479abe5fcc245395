/* play_send.c - lines that send: > packets, > hex.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/damage.h"
#include "conformance/engine/play_state.h"
#include "mqtt/encode.h"

#include <stdio.h>

static bool
is_ready(struct play *p, struct fiber *f)
{
    struct buf end = {0};
    f->peer = f->lane->peer;
    if (peer_is_writable(f->peer) && !f->peer->is_garbled)
        return true;
    if (!f->peer) {
        eval_fail(&p->eval, f->stmt->at, "%.*s has not connected yet",
                  SLICE_ARG(f->stmt->client));
        verdict_error(p, f->stmt);
        return false;
    }
    expect_tell_end(&end, f->peer);
    verdict_unmet(p, f, "an open connection to send on", buf_cstr(&end), NULL);
    buf_release(&end);
    /* A line that sends does not judge; even a `should` cannot go on. */
    if (!p->is_concluded)
        verdict_inconclusive(p, f->stmt, "there is no connection to send on");
    return false;
}

/* Whole, or the first part of it. */
static enum step
deliver(struct play *p, struct fiber *f, struct slice bytes)
{
    const struct script_stmt *s = f->stmt;
    struct eval *e = play_eval(p, f);
    int64_t count = 0, interval = SPLIT_US;
    char remark[80];
    if (s->delivery == DELIVER_TEXT || s->delivery == DELIVER_FRAMES)
        return frames_deliver(p, f, bytes) ? STEP_DONE : verdict_error(p, s);
    if (s->delivery == DELIVER_WHOLE) {
        peer_record_sent(p, f->peer, bytes, s->at.line, NULL);
        peer_send_part(p, f->peer, bytes);
        return STEP_DONE;
    }
    if (!eval_number(e, s->delivery_count, &count) ||
        (s->delivery_interval &&
         !eval_number(e, s->delivery_interval, &interval)))
        return verdict_error(p, s);
    if (count < 1 || interval < 0) {
        eval_fail(e, s->at, "at least 1 byte at a time");
        return verdict_error(p, s);
    }
    snprintf(remark, sizeof remark,
             s->delivery == DELIVER_SPLIT ? "split after %lld bytes"
                                          : "slowly, %lld bytes at a time",
             (long long)count);
    peer_record_sent(p, f->peer, bytes, s->at.line, remark);
    f->bytes = bytes;
    f->chunk = (size_t)count;
    f->interval_us = (uint64_t)interval;
    f->deadline_us = p->now_us;
    return poll_send(p, f);
}

enum step
poll_send(struct play *p, struct fiber *f)
{
    if (!peer_is_writable(f->peer))
        return STEP_DONE; /* what follows will notice */
    while (f->bytes.len && p->now_us >= f->deadline_us) {
        struct slice part = slice_first(f->bytes, f->chunk);
        peer_send_part(p, f->peer, part);
        f->bytes = slice_from(f->bytes, part.len);
        if (f->stmt->delivery == DELIVER_SPLIT)
            f->chunk = f->bytes.len;
        f->deadline_us = p->now_us + f->interval_us;
    }
    return f->bytes.len ? STEP_WAIT : STEP_DONE;
}

enum step
begin_send(struct play *p, struct fiber *f)
{
    struct lane *lane = f->lane;
    struct mqtt_packet packet;
    struct build_sender from = {.client_id = lane->client_id,
                                .suffix = p->suffix,
                                .user = lane->user,
                                .password = lane->password,
                                .keep_alive = p->setup->keep_alive,
                                .next_id = &lane->next_id};
    struct buf out = {0};
    if (!is_ready(p, f))
        return STEP_OVER;
    struct eval *e = play_eval(p, f);
    bool good = build_packet(e, &f->stmt->packet, &from, &packet);
    if (good) {
        mqtt_encode(&out, &packet);
        good = damage_apply(e, f->stmt->damage, f->stmt->damage_count, &out);
    }
    struct slice bytes = arena_copy(p->arena, buf_slice(&out));
    buf_release(&out);
    if (!good)
        return verdict_error(p, f->stmt);
    if (f->stmt->damage_count)
        f->peer->is_violated = true;
    return deliver(p, f, bytes);
}

enum step
begin_send_hex(struct play *p, struct fiber *f)
{
    struct slice bytes;
    if (!is_ready(p, f))
        return STEP_OVER;
    if (!eval_bytes(play_eval(p, f), f->stmt->value, &bytes))
        return verdict_error(p, f->stmt);
    return deliver(p, f, bytes);
}

enum step
begin_send_control(struct play *p, struct fiber *f)
{
    if (!is_ready(p, f))
        return STEP_OVER;
    if (!frames_have_way(p, f))
        return verdict_error(p, f->stmt);
    frames_send_control(p, f->peer, f->stmt->frames[0].kind, f->stmt->at.line);
    return STEP_DONE;
}

enum step
begin_one_write(struct play *p, struct fiber *f)
{
    if (!is_ready(p, f))
        return STEP_OVER;
    f->peer->is_gathering = true;
    if (fiber_enter(p, f, (struct frame){.block = &f->stmt->block,
                                         .scope = f->scope,
                                         .loop = f->stmt,
                                         .rounds = 1,
                                         .writer = f->lane->name}))
        return STEP_DONE;
    return verdict_error(p, f->stmt);
}
