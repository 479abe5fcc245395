/* play_testkit.h - a play with a broker whose part the test speaks itself.
 * SPDX-License-Identifier: MIT
 *
 *     struct stage s;
 *     stage_open(&s, MQTT_50, "c connects fresh\n"
 *                             "c < PINGRESP [MQTT-3.12.4-1]\n");
 *     stage_accept(&s, 0);                 the connection is open
 *     stage_say(&s, 0, "CONNACK reason=success");
 *     stage_pass(&s, 6000);                six seconds go by
 *     ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
 *
 * Only x_test.c files include this.                                          */
#ifndef ENGINE_PLAY_TESTKIT_H
#define ENGINE_PLAY_TESTKIT_H

#include <stdio.h>

#include "base/hex.h"
#include "conformance/engine/build.h"
#include "conformance/engine/play.h"
#include "conformance/script/script_testkit.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"

enum { STAGE_CONNECTIONS = 16 };

/* A scenario of one question, for what happens instead of its answer. */
#define STAGE_PING "c connects fresh\nc > PINGREQ\n" \
                   "c < PINGRESP [MQTT-3.12.4-1]\n"

struct stage {
    struct script_file *file;
    struct play_setup setup;
    struct play *play;
    struct result_scenario result;
    uint64_t now_us;
    struct buf sent[STAGE_CONNECTIONS];  /* bytes not looked at yet */
    enum play_act last[STAGE_CONNECTIONS]; /* what was done last */
    size_t writes;                       /* that the driver was asked for */
    struct buf frames;                   /* "b5- p0." of single frames: which,
                                            how long, . when its message ends */
    size_t opened;                       /* connections asked for */
    char line[400];                      /* of stage_heard */
};

static inline void
stage_carry_out(struct stage *s)
{
    struct play_action a;
    while (play_next_action(s->play, &a)) {
        ck_assert_uint_lt(a.connection, STAGE_CONNECTIONS);
        s->last[a.connection] = a.kind;
        if (a.kind == PLAY_OPEN)
            s->opened = a.connection + 1;
        if (a.kind == PLAY_SEND)
            buf_add(&s->sent[a.connection], a.bytes);
        s->writes += a.kind == PLAY_SEND;
        if (a.kind == PLAY_SEND && a.frame != PLAY_FRAME_USUAL)
            buf_printf(&s->frames, "%s%c%zu%c", s->frames.len ? " " : "",
                       "?btmpoc"[a.frame], a.bytes.len, a.is_last ? '.' : '-');
    }
}

static inline void
stage_open_text(struct stage *s, enum mqtt_version v, const char *header,
                const char *body)
{
    memset(s, 0, sizeof *s);
    s->file = script_loaded("%s%s", header, body);
    s->now_us = 1000000;
    s->setup.version = v;
    s->setup.scenario = &s->file->scenarios[0];
    s->setup.transport = "tcp";
    s->setup.tag = "tag";
    s->setup.patience = 1;
    s->play = play_new(&s->setup, &s->result, s->now_us);
    stage_carry_out(s);
}

static inline const char *
stage_header(enum mqtt_version v)
{
    return v == MQTT_50 ? SCRIPT_50 : SCRIPT_311;
}

static inline void
stage_open(struct stage *s, enum mqtt_version v, const char *body)
{
    stage_open_text(s, v, stage_header(v), body);
}

static inline void
stage_accept(struct stage *s, unsigned connection)
{
    play_opened(s->play, connection, s->now_us);
    stage_carry_out(s);
}

/* The broker sends a packet, written as in scripts. */
static inline void
stage_say(struct stage *s, unsigned connection, const char *packet)
{
    struct script_file *file =
        script_loaded("%sc opens\nc > %s\nc < close [should 3.1]\n",
                      stage_header(s->setup.version), packet);
    uint16_t next_id = 0;
    struct build_sender from = {.suffix = "", .next_id = &next_id};
    struct arena *arena = arena_new();
    struct eval e = {.arena = arena, .version = s->setup.version};
    struct mqtt_packet built;
    struct buf bytes = {0};
    const struct value *prefix = play_value(s->play, "T");
    e.scope = scope_new(arena, NULL);
    scope_own(e.scope, slice_str("T"), *prefix);
    ck_assert_msg(build_packet(&e, &file->scenarios[0].body.list[1].packet,
                               &from, &built),
                  "%s", e.err.text);
    mqtt_encode(&bytes, &built);
    play_input(s->play, connection, buf_slice(&bytes), s->now_us);
    stage_carry_out(s);
    buf_release(&bytes);
    arena_free(arena);
    script_free(file);
}

static inline void
stage_say_hex(struct stage *s, unsigned connection, const char *hex)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    play_input(s->play, connection, buf_slice(&bytes), s->now_us);
    stage_carry_out(s);
    buf_release(&bytes);
}

/* The broker ends the connection. */
static inline void
stage_hang_up(struct stage *s, unsigned connection)
{
    play_closed(s->play, connection, false, s->now_us);
    stage_carry_out(s);
}

static inline void
stage_pass(struct stage *s, unsigned ms)
{
    uint64_t to = s->now_us + (uint64_t)ms * 1000, at;
    while ((at = play_deadline_us(s->play)) <= to) {
        if (at > s->now_us)
            s->now_us = at;
        play_tick(s->play, s->now_us);
        stage_carry_out(s);
    }
    s->now_us = to;
    play_tick(s->play, s->now_us);
    stage_carry_out(s);
}

/* The next packet that the play sent there, on one line; "" for none. */
static inline const char *
stage_heard(struct stage *s, unsigned connection)
{
    struct buf *in = &s->sent[connection], out = {0};
    struct mqtt_frame f;
    struct mqtt_packet p;
    struct mqtt_report report;
    s->line[0] = 0;
    if (mqtt_frame_next(buf_slice(in), &f) != MQTT_FRAME_COMPLETE)
        return s->line;
    mqtt_decode(slice_first(buf_slice(in), f.len), s->setup.version, &p,
                &report, NULL);
    mqtt_print_line(&out, &p, (struct mqtt_print){0});
    snprintf(s->line, sizeof s->line, "%s", buf_cstr(&out));
    buf_drop(in, f.len);
    buf_release(&out);
    return s->line;
}

/* A connection that the broker takes, up to CONNACK. */
static inline void
stage_welcome(struct stage *s, unsigned connection)
{
    stage_accept(s, connection);
    ck_assert_str_ne(stage_heard(s, connection), "");
    stage_say(s, connection, "CONNACK reason=success");
}

/* Answers PINGREQs and closes until the play is over; the verdict. */
static inline enum result_verdict
stage_end(struct stage *s)
{
    for (int turns = 0; turns < 100 && !play_is_done(s->play); turns++) {
        for (unsigned i = 0; i < s->opened; i++) {
            const char *line;
            while (*(line = stage_heard(s, i))) {
                if (strcmp(line, "PINGREQ") == 0)
                    stage_say(s, i, "PINGRESP");
                if (strncmp(line, "CONNECT ", 8) == 0)
                    stage_say(s, i, "CONNACK reason=success");
            }
            if (s->last[i] == PLAY_OPEN)
                play_opened(s->play, i, s->now_us), s->last[i] = PLAY_SEND;
            if (s->last[i] == PLAY_FIN)
                play_closed(s->play, i, false, s->now_us),
                    s->last[i] = PLAY_FORGET;
            stage_carry_out(s);
        }
        if (!play_is_done(s->play) && turns > 20)
            stage_pass(s, 1000);
    }
    ck_assert(play_is_done(s->play));
    return s->result.verdict;
}

static inline void
stage_close(struct stage *s)
{
    play_free(s->play);
    result_scenario_release(&s->result);
    script_free(s->file);
    buf_release(&s->frames);
    for (size_t i = 0; i < STAGE_CONNECTIONS; i++)
        buf_release(&s->sent[i]);
}

#endif
