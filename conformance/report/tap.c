/* tap.c - a run in the Test Anything Protocol, version 13.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/tap.h"

#include "conformance/report/phrase.h"
#include "conformance/report/text.h"

static bool
is_ok(enum result_verdict v)
{
    return v != VERDICT_FAIL && v != VERDICT_ERROR && v != VERDICT_WAIVED &&
           v != VERDICT_UNSTABLE;
}

static const char *
directive(enum result_verdict v)
{
    switch (v) {
    case VERDICT_SKIP:
    case VERDICT_UNEXERCISED:
    case VERDICT_INCONCLUSIVE: return "SKIP";
    case VERDICT_WAIVED:
    case VERDICT_UNSTABLE: return "TODO";
    default: return NULL;
    }
}

/* '#' would begin a directive, a newline another line. */
static void
add_plain(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '#')
            buf_add_byte(out, '\\');
        buf_add_byte(out, text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
    }
}

static void
add_reason(struct buf *out, const struct result_scenario *s)
{
    const char *word = directive(s->verdict);
    struct buf reason = {0};

    if (!word)
        return;
    phrase_reason(&reason, s);
    buf_printf(out, " # %s %s: ", word, result_verdict_name(s->verdict));
    add_plain(out, buf_slice(&reason));
    buf_release(&reason);
}

/* A YAML block with the whole story as a literal text. */
static void
add_diagnostics(struct buf *out, const struct result_run *run,
                const struct result_scenario *s)
{
    struct buf details = {0};
    struct slice rest;

    report_text_details(&details, run, s, 0);
    buf_printf(out, "  ---\n  verdict: %s\n  statement: \"%s\"\n  message: |\n",
               result_verdict_name(s->verdict), phrase_blame(s));
    rest = buf_slice(&details);
    while (rest.len) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        buf_add_str(out, "    ");
        buf_add(out, slice_first(rest, len));
        buf_add_byte(out, '\n');
        rest = slice_from(rest, len + 1);
    }
    buf_add_str(out, "  ...\n");
    buf_release(&details);
}

void
report_tap(struct buf *out, const struct result_run *run)
{
    buf_printf(out, "TAP version 13\n1..%zu\n", run->scenario_count);
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        buf_printf(out, "%s %zu - %s ", is_ok(s->verdict) ? "ok" : "not ok",
                   i + 1, s->id);
        phrase_where(out, s);
        add_reason(out, s);
        buf_add_byte(out, '\n');
        if (!is_ok(s->verdict) || s->verdict == VERDICT_WARN)
            add_diagnostics(out, run, s);
    }
}
