/* page_data.c - all of a run but the conversations, as JSON for the page.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/page_data.h"

#include "base/json_put.h"
#include "conformance/report/phrase.h"
#include "trace/render/page_packet.h"

/* --- the run -------------------------------------------------------------- */

static void
add_head(struct buf *out, const struct result_run *run)
{
    struct buf seed = {0};

    buf_printf(&seed, "%llu", (unsigned long long)run->seed);
    json_put_member(out, "target", run->target);
    json_put_member(out, "again", run->again);
    json_put_member(out, "name", run->target_name);
    json_put_member(out, "seed", buf_cstr(&seed)); /* a text: 64 bits */
    json_put_member(out, "tag", run->run_tag);
    json_put_member(out, "version", run->suite_version);
    json_put_member(out, "level", run->suite_level);
    json_put_member(out, "sha256", run->scenarios_sha256);
    json_put_number(out, "files", run->scenario_files);
    json_put_number(out, "started", run->started_wall_us / 1000000);
    json_put_begin(out, "seconds", "");
    buf_printf(out, "%.1f", (double)run->took_us / 1e6);
    buf_release(&seed);
}

static void
add_names(struct buf *out)
{
    json_put_begin(out, "verdicts", "[");
    for (int v = 0; v < VERDICTS; v++) {
        json_put_comma(out);
        json_put_str(out, result_verdict_name(v));
    }
    buf_add_byte(out, ']');
    json_put_begin(out, "statuses", "[");
    for (int s = 0; s < COVERAGE_STATUSES; s++) {
        json_put_comma(out);
        json_put_str(out, coverage_status_name(s));
    }
    buf_add_byte(out, ']');
    page_packet_roles(out);
}

static void
add_capabilities(struct buf *out, const struct result_run *run)
{
    json_put_begin(out, "can", "[");
    for (size_t i = 0; i < run->capability_count; i++) {
        json_put_comma(out);
        buf_add_byte(out, '[');
        json_put_str(out, run->capabilities[i].name);
        json_put_comma(out);
        json_put_str(out, run->capabilities[i].value);
        json_put_comma(out);
        json_put_str(out, run->capabilities[i].source);
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
}

/* --- scenarios ------------------------------------------------------------ */

static void
add_judged(struct buf *out, const struct result_scenario *s)
{
    json_put_begin(out, "judged", "[");
    for (size_t i = 0; i < s->judgement_count; i++) {
        json_put_comma(out);
        buf_add_byte(out, '[');
        json_put_str(out, s->judgements[i].statement);
        buf_printf(out, ",%d,%u]", s->judgements[i].verdict,
                   s->judgements[i].line);
    }
    buf_add_byte(out, ']');
    if (s->choice_count == 0)
        return;
    json_put_begin(out, "chose", "[");
    for (size_t i = 0; i < s->choice_count; i++) {
        json_put_comma(out);
        buf_add_byte(out, '[');
        json_put_str(out, s->choices[i].label);
        buf_printf(out, ",%u]", s->choices[i].line);
    }
    buf_add_byte(out, ']');
}

/* The commands to try a bad one again; the page makes up those of good ones. */
static void
add_commands(struct buf *out, const struct result_run *run,
             const struct result_scenario *s)
{
    struct buf text = {0};

    if (s->verdict < VERDICT_WARN)
        return;
    phrase_again(&text, run, s);
    json_put_member(out, "again", buf_cstr(&text));
    buf_clear(&text);
    if (s->verdict == VERDICT_FAIL && phrase_reproducer(&text, run, s))
        json_put_member(out, "hand", buf_cstr(&text));
    buf_release(&text);
}

static void
add_scenario(struct buf *out, const struct result_run *run,
             const struct result_scenario *s)
{
    json_put_comma(out);
    buf_add_byte(out, '{');
    json_put_member(out, "id", s->id);
    json_put_member(out, "title", s->title);
    json_put_member(out, "file", s->path);
    json_put_member(out, "v", mqtt_version_name(s->version));
    json_put_member(out, "via", s->transport ? s->transport : "?");
    json_put_number(out, "verdict", s->verdict);
    json_put_begin(out, "ms", "");
    buf_printf(out, "%.1f", (double)s->took_us / 1000);
    if (s->line)
        json_put_number(out, "line", s->line);
    json_put_member(out, "source", s->source);
    json_put_member(out, "expected", s->expected);
    json_put_member(out, "got", s->got);
    json_put_member(out, "why", s->reason);
    json_put_member(out, "first", s->first_reason);
    json_put_member(out, "evidence", s->evidence);
    add_judged(out, s);
    add_commands(out, run, s);
    if (s->event_count)
        json_put_number(out, "talk", 1);
    if (s->verdict == VERDICT_UNSTABLE && s->first_try)
        json_put_number(out, "tried", 1);
    buf_add_byte(out, '}');
}

/* --- statements ----------------------------------------------------------- */

static const char *
seen_name(enum mqtt_seen seen)
{
    static const char *const names[] = {"when provoked", "in any traffic",
                                        "when provoked, and in any traffic",
                                        "never from outside"};
    return names[seen];
}

static void
add_statement(struct buf *out, const struct coverage_row *row)
{
    const struct mqtt_statement *s = row->statement;

    json_put_comma(out);
    buf_add_byte(out, '{');
    json_put_member(out, "id", s->id);
    json_put_member(out, "v", mqtt_version_name(s->version));
    json_put_member(out, "s", s->section);
    json_put_member(out, "level", mqtt_level_name(s->level));
    json_put_member(out, "binds", mqtt_binds_name(s->binds));
    json_put_member(out, "seen", seen_name(s->seen));
    json_put_member(out, "says", s->summary);
    json_put_member(out, "how", s->how);
    if (strcmp(s->needs, "-") != 0)
        json_put_member(out, "needs", s->needs);
    if (strcmp(s->equivalent, "-") != 0)
        json_put_member(out, "same", s->equivalent);
    json_put_number(out, "status", coverage_status(row));
    json_put_member(out, "why", row->reason);
    json_put_begin(out, "by", "[");
    for (size_t i = 0; i < row->link_count; i++) {
        json_put_comma(out);
        buf_add_byte(out, '[');
        json_put_str(out, row->links[i].scenario);
        buf_printf(out, ",%u]", row->links[i].line);
    }
    buf_add_str(out, "]}");
}

void
page_data(struct buf *out, const struct result_run *run,
          const struct coverage *coverage, const struct page_tables *tables)
{
    buf_add_byte(out, '{');
    add_head(out, run);
    add_names(out);
    add_capabilities(out, run);
    json_put_begin(out, "scenarios", "[");
    for (size_t i = 0; i < run->scenario_count; i++)
        add_scenario(out, run, &run->scenarios[i]);
    buf_add_byte(out, ']');
    json_put_begin(out, "statements", "[");
    for (size_t i = 0; i < coverage->row_count; i++)
        add_statement(out, &coverage->rows[i]);
    buf_add_byte(out, ']');
    page_tables_print(out, tables);
    buf_add_byte(out, '}');
}
