/* play_rows_testkit.h - a line, what the broker does then, and the verdict.
 * SPDX-License-Identifier: MIT
 *
 * A table of such rows is read at a glance, and play_rows walks it.
 *
 * Only x_test.c files include this.                                          */
#ifndef ENGINE_PLAY_ROWS_TESTKIT_H
#define ENGINE_PLAY_ROWS_TESTKIT_H

#include "conformance/engine/play_testkit.h"

/* One thing that the broker does, or that time does to both. */
enum act_kind { SAY, HANG_UP, PASS_MS, ACCEPT };
struct act {
    enum act_kind kind;
    unsigned connection;
    const char *text; /* SAY: a packet, as in scripts; NULL: end of the acts */
    unsigned ms;      /* PASS_MS */
};

struct row {
    const char *name;            /* what the row shows */
    const char *body;            /* of the scenario */
    struct act acts[8];          /* what happens while it is played */
    enum result_verdict verdict; /* at its end */
    const char *got;             /* part of what was got; NULL: anything */
};

#define WELCOME {ACCEPT, 0, NULL, 0}, {SAY, 0, "CONNACK reason=success", 0}
#define SAYS(text) {SAY, 0, text, 0}
#define CLOSES {HANG_UP, 0, NULL, 0}
#define WAITS(ms) {PASS_MS, 0, NULL, ms}

static inline void
perform(struct stage *s, const struct act *acts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct act *a = &acts[i];
        switch (a->kind) {
        case ACCEPT: stage_accept(s, a->connection); break;
        case HANG_UP: stage_hang_up(s, a->connection); break;
        case PASS_MS: stage_pass(s, a->ms); break;
        case SAY:
            if (a->text)
                stage_say(s, a->connection, a->text);
        }
    }
}

static inline void
play_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        struct stage s;
        stage_open(&s, MQTT_50, r->body);
        perform(&s, r->acts, TEST_COUNT(r->acts));
        enum result_verdict v = stage_end(&s);
        ck_assert_msg(v == r->verdict, "%s: %s, expected %s (%s; %s)", r->name,
                      result_verdict_name(v), result_verdict_name(r->verdict),
                      s.result.reason ? s.result.reason : "-",
                      s.result.got ? s.result.got : "-");
        if (r->got)
            ck_assert_msg(s.result.got && strstr(s.result.got, r->got),
                          "%s: got \"%s\"", r->name,
                          s.result.got ? s.result.got : "(nothing)");
        stage_close(&s);
    }
}

#endif
