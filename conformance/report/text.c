/* text.c - a run on a terminal, or as plain lines in a log.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "conformance/catalog/wrap.h"
#include "conformance/report/phrase.h"

enum {
    WIDTH = 100,     /* columns of wrapped sentences */
    BAR = 24,        /* columns of the progress bar */
    ID = 54,         /* columns of a scenario */
    EVENTS_MAX = 30, /* lines of conversation beneath a failure */
    EVENTS_ALL = 0
};

/* Select Graphic Rendition of each verdict. */
static const char *const colours[VERDICTS] = {
    [VERDICT_PASS] = "32",         [VERDICT_LENIENT] = "36",
    [VERDICT_WARN] = "33",         [VERDICT_UNEXERCISED] = "2",
    [VERDICT_SKIP] = "2",          [VERDICT_WAIVED] = "35",
    [VERDICT_INCONCLUSIVE] = "33", [VERDICT_UNSTABLE] = "1;33",
    [VERDICT_FAIL] = "1;31",       [VERDICT_ERROR] = "1;41",
};

static void
write_out(struct report_text *t, struct buf *b)
{
    fwrite(b->data ? b->data : (const uint8_t *)"", 1, b->len, t->out);
    fflush(t->out);
    buf_release(b);
}

static void
add_verdict(struct buf *out, enum result_verdict v, bool has_colour)
{
    const char *name = result_verdict_name(v);

    if (has_colour)
        buf_printf(out, "\033[%sm", colours[v]);
    for (size_t i = 0; name[i]; i++)
        buf_add_byte(out, (uint8_t)toupper((unsigned char)name[i]));
    if (has_colour)
        buf_add_str(out, "\033[0m");
    buf_add_fill(out, ' ', strlen(name) < 12 ? 12 - strlen(name) : 0);
}

/* --- one scenario --------------------------------------------------------- */

static void
field(struct buf *out, const char *indent, const char *name, const char *text)
{
    buf_printf(out, "%s%-9s ", indent, name);
    wrap_text(out, slice_str(text), strlen(indent) + 10, WIDTH);
    buf_add_byte(out, '\n');
}

/* Every statement that did not pass, once. */
static void
add_statements(struct buf *out, const struct result_scenario *s)
{
    for (size_t i = 0; i < s->judgement_count; i++) {
        const struct result_judgement *j = &s->judgements[i];
        bool is_known = j->verdict == VERDICT_PASS;
        for (size_t k = 0; k < i && !is_known; k++)
            is_known = s->judgements[k].verdict != VERDICT_PASS &&
                       strcmp(s->judgements[k].statement, j->statement) == 0;
        if (is_known)
            continue;
        struct buf text = {0};
        phrase_statement(&text, j->statement);
        buf_add_str(out, "  ");
        wrap_text(out, buf_slice(&text), 2, WIDTH);
        buf_add_byte(out, '\n');
        buf_release(&text);
    }
}

static void
add_commands(struct buf *out, const struct result_run *run,
             const struct result_scenario *s)
{
    if (s->evidence)
        buf_printf(out, "  evidence  %s\n", s->evidence);
    buf_add_str(out, "  again     ");
    phrase_again(out, run, s);
    buf_add_byte(out, '\n');

    struct buf shell = {0};
    if (s->verdict == VERDICT_FAIL && phrase_reproducer(&shell, run, s))
        buf_printf(out, "  by hand   %s\n", buf_cstr(&shell));
    buf_release(&shell);
}

void
report_text_details(struct buf *out, const struct result_run *run,
                    const struct result_scenario *s, size_t events_max)
{
    if (s->line)
        buf_printf(out, "  %s:%u   %s\n", s->path ? s->path : "?", s->line,
                   s->source ? s->source : "");
    if (s->expected)
        field(out, "      ", "expected", s->expected);
    if (s->got)
        field(out, "      ", "got", s->got);
    if (s->reason)
        field(out, "      ", "because", s->reason);
    if (s->first_reason)
        field(out, "      ", "first", s->first_reason);
    add_statements(out, s);
    if (s->verdict == VERDICT_UNSTABLE && s->first_try) {
        buf_add_str(out, "  the first time\n");
        phrase_conversation(out, s->first_try, "  ", events_max);
        buf_add_str(out, "  when repeated\n");
    }
    phrase_conversation(out, s, "  ", events_max);
    add_commands(out, run, s);
}

/* What deserves more than a line. */
static bool
has_details(const struct report_text *t, enum result_verdict v)
{
    switch (v) {
    case VERDICT_FAIL:
    case VERDICT_ERROR:
    case VERDICT_UNSTABLE:
    case VERDICT_INCONCLUSIVE:
    case VERDICT_WARN: return true;
    case VERDICT_PASS: return false;
    default: return t->is_verbose;
    }
}

static void
add_scenario(struct buf *out, const struct report_text *t,
             const struct result_run *run, const struct result_scenario *s)
{
    struct buf where = {0};
    bool in_full = has_details(t, s->verdict);

    phrase_where(&where, s);
    add_verdict(out, s->verdict, t->has_colour);
    buf_printf(out, "  %-*s %-15s", ID, s->id, buf_cstr(&where));
    buf_release(&where);
    if (in_full)
        buf_printf(out, " %s", phrase_blame(s));
    else if (s->verdict != VERDICT_PASS)
        buf_add_byte(out, ' ');
    if (!in_full)
        phrase_reason(out, s);
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    buf_add_byte(out, '\n');
    if (!in_full)
        return;
    report_text_details(out, run, s, t->is_verbose ? EVENTS_ALL : EVENTS_MAX);
    buf_add_byte(out, '\n');
}

/* [########----------------]  120/400   3 failed   qos/qos2/first */
static void
add_progress(struct buf *out, const struct report_text *t, const char *id)
{
    size_t full = t->expected ? BAR * t->done / t->expected : BAR;

    full = full < BAR ? full : BAR;
    buf_add_byte(out, '[');
    buf_add_fill(out, '#', full);
    buf_add_fill(out, '-', BAR - full);
    buf_printf(out, "] %4zu/%zu", t->done, t->expected);
    if (t->bad)
        buf_printf(out, "   %s%zu failed%s", t->has_colour ? "\033[1;31m" : "",
                   t->bad, t->has_colour ? "\033[0m" : "");
    buf_printf(out, "   %.40s", id);
}

void
report_text_scenario(struct report_text *t, const struct result_run *run,
                     const struct result_scenario *s)
{
    struct buf b = {0};

    t->done++;
    t->bad += s->verdict == VERDICT_FAIL || s->verdict == VERDICT_ERROR;
    if (t->is_terminal)
        buf_add_str(&b, "\r\033[K");
    if (!t->is_terminal || t->is_verbose || s->verdict != VERDICT_PASS)
        add_scenario(&b, t, run, s);
    if (t->is_terminal)
        add_progress(&b, t, s->id);
    write_out(t, &b);
}

/* --- what the target can do: "qos1 (5.0)" is qos1, of 5.0 */

static struct slice
version_of(const struct result_capability *c)
{
    const char *open = strstr(c->name, " (");
    return open ? slice_of(open + 2, strcspn(open + 2, ")"))
                : slice_str("");
}

/* What it has ("shared, receive_max 20") or has not, of one version. */
static void
list_capabilities(struct buf *out, const struct result_run *run,
                  struct slice version, bool is_there)
{
    struct buf text = {0};

    for (size_t i = 0; i < run->capability_count; i++) {
        const struct result_capability *c = &run->capabilities[i];
        if (!slice_equal(version_of(c), version) ||
            (strcmp(c->value, "no") != 0) != is_there ||
            (!is_there && strncmp(c->name, "no_", 3) == 0))
            continue; /* to lack the lack of something is no news */
        const char *end = strstr(c->name, " (");
        buf_printf(&text, "%s%.*s", text.len ? ", " : "",
                   (int)(end ? (size_t)(end - c->name) : strlen(c->name)),
                   c->name);
        if (is_there && strcmp(c->value, "yes") != 0)
            buf_printf(&text, " %s", c->value);
    }
    if (text.len) {
        buf_printf(out, "%-8s ", is_there ? "can" : "cannot");
        if (version.len)
            buf_printf(out, "%-6.*s ", SLICE_ARG(version));
        wrap_text(out, buf_slice(&text), version.len ? 16 : 9, WIDTH);
        buf_add_byte(out, '\n');
    }
    buf_release(&text);
}

static void
add_capabilities(struct buf *out, const struct result_run *run)
{
    for (size_t i = 0; i < run->capability_count; i++) {
        struct slice version = version_of(&run->capabilities[i]);
        bool is_known = false;
        for (size_t k = 0; k < i && !is_known; k++)
            is_known = slice_equal(version_of(&run->capabilities[k]), version);
        if (is_known)
            continue;
        list_capabilities(out, run, version, true);
        list_capabilities(out, run, version, false);
    }
}

/* --- the head ------------------------------------------------------------- */

void
report_text_begin(struct report_text *t, FILE *out,
                  const struct result_run *run, size_t expected)
{
    const char *no_colour = getenv("NO_COLOR");
    struct buf b = {0};

    *t = (struct report_text){.out = out, .expected = expected};
    t->is_terminal = isatty(fileno(out));
    t->has_colour = t->is_terminal && !(no_colour && *no_colour);

    buf_printf(&b, "target   %s", run->target);
    if (run->target_name)
        buf_printf(&b, " (%s)", run->target_name);
    buf_printf(&b, "\nseed     %" PRIu64 "   run tag %s   files %zu\n",
               run->seed, run->run_tag ? run->run_tag : "-",
               run->scenario_files);
    add_capabilities(&b, run);
    buf_add_byte(&b, '\n');
    write_out(t, &b);
}

/* --- the end -------------------------------------------------------------- */

static const enum mqtt_version versions[] = {MQTT_50, MQTT_311, MQTT_31};
enum { VERSION_COUNT = sizeof versions / sizeof versions[0] };

static size_t
count_of(const struct result_run *run, enum mqtt_version version,
         enum result_verdict v)
{
    size_t count = 0;
    for (size_t i = 0; i < run->scenario_count; i++)
        count += run->scenarios[i].version == version &&
                 run->scenarios[i].verdict == v;
    return count;
}

static void
add_table(struct buf *out, const struct result_run *run, bool has_colour)
{
    buf_printf(out, "%-14s %6s %6s %6s %6s\n", "", "5.0", "3.1.1", "3.1",
               "all");
    for (int v = 0; v < VERDICTS; v++) {
        size_t all = result_count(run, v);
        if (all == 0)
            continue;
        add_verdict(out, v, has_colour);
        buf_add_str(out, "  ");
        for (size_t i = 0; i < VERSION_COUNT; i++)
            buf_printf(out, " %6zu", count_of(run, versions[i], v));
        buf_printf(out, " %6zu\n", all);
    }
}

/* Every choice that was observed, and in which versions. */
static void
add_choices(struct buf *out, const struct result_run *run)
{
    const char *head = "\nwhere the standard leaves a choice, the target "
                       "chose\n";
    struct phrase_place at = {0};
    const char *label;

    while ((label = phrase_next_choice(run, &at))) {
        buf_printf(out, "%s  %-56s ", head, label);
        phrase_choice_versions(out, run, label);
        buf_add_byte(out, '\n');
        head = "";
    }
}

static void
add_coverage(struct buf *out, const struct coverage *c)
{
    buf_add_str(out, "\nstatements ");
    for (int s = 0; s < COVERAGE_STATUSES; s++) {
        size_t count = coverage_count(c, MQTT_NO_VERSION, s);
        if (count)
            buf_printf(out, "  %zu %s", count, coverage_status_name(s));
    }
    buf_add_byte(out, '\n');
}

/* What happened further up, for whoever sees the end of a log first. */
static void
add_what_is_bad(struct buf *out, const struct result_run *run, bool has_colour)
{
    const char *head = "\nwhat failed, or was left open\n";

    for (int v = VERDICTS - 1; v >= VERDICT_INCONCLUSIVE; v--)
        for (size_t i = 0; i < run->scenario_count; i++) {
            const struct result_scenario *s = &run->scenarios[i];
            struct buf where = {0};
            if ((int)s->verdict != v)
                continue;
            phrase_where(&where, s);
            buf_printf(out, "%s  ", head);
            add_verdict(out, s->verdict, has_colour);
            buf_printf(out, "  %-*s %-15s %s", ID, s->id, buf_cstr(&where),
                       phrase_blame(s));
            while (out->data[out->len - 1] == ' ')
                out->len--;
            buf_add_byte(out, '\n');
            buf_release(&where);
            head = "";
        }
}

static void
add_conclusion(struct buf *out, const struct result_run *run)
{
    size_t failed = result_count(run, VERDICT_FAIL);
    size_t errors = result_count(run, VERDICT_ERROR);
    size_t open = result_count(run, VERDICT_INCONCLUSIVE) +
                  result_count(run, VERDICT_UNSTABLE);

    buf_printf(out, "\n%zu run in %.1f s: ", run->scenario_count,
               (double)run->took_us / 1e6);
    if (failed)
        buf_printf(out, "%zu failed", failed);
    if (errors)
        buf_printf(out, "%s%zu could not be run", failed ? ", " : "", errors);
    if (open)
        buf_printf(out, "%s%zu left open", failed || errors ? ", " : "", open);
    if (!failed && !errors && !open)
        buf_add_str(out, run->scenario_count ? "nothing failed"
                                             : "nothing was run");
    buf_add_byte(out, '\n');
}

void
report_text_end(struct report_text *t, const struct result_run *run,
                const struct coverage *coverage)
{
    struct buf b = {0};

    if (t->is_terminal)
        buf_add_str(&b, "\r\033[K");
    buf_add_byte(&b, '\n');
    add_table(&b, run, t->has_colour);
    add_choices(&b, run);
    if (coverage)
        add_coverage(&b, coverage);
    add_what_is_bad(&b, run, t->has_colour);
    add_conclusion(&b, run);
    write_out(t, &b);
}
