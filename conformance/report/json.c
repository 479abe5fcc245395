/* json.c - a run as JSON.
 * SPDX-License-Identifier: MIT
 *
 * Members are never renamed or removed within schema 1, only added. Absent
 * texts are absent members. The reading side: json_read.c.                   */
#include "conformance/report/json.h"

#include "base/json.h"
#include "conformance/report/seal.h"

/* An absent text leaves no member. */
static void
set(struct json *object, const char *key, const char *text)
{
    if (text)
        json_set_str(object, key, text);
}

static struct json *
suite_json(const struct result_run *run)
{
    struct json *suite = json_new_object();
    set(suite, "version", run->suite_version);
    set(suite, "level", run->suite_level);
    set(suite, "scenarios_sha256", run->scenarios_sha256);
    json_set_int(suite, "files", (int64_t)run->scenario_files);
    return suite;
}

static struct json *
target_json(const struct result_run *run)
{
    struct json *target = json_new_object(), *can = json_new_array();

    set(target, "url", run->target);
    set(target, "name", run->target_name);
    for (size_t i = 0; i < run->capability_count; i++) {
        struct json *one = json_new_object();
        set(one, "name", run->capabilities[i].name);
        set(one, "value", run->capabilities[i].value);
        set(one, "source", run->capabilities[i].source);
        json_push(can, one);
    }
    json_set(target, "capabilities", can);
    return target;
}

static struct json *
summary_json(const struct result_run *run)
{
    struct json *summary = json_new_object();
    for (int v = 0; v < VERDICTS; v++)
        json_set_int(summary, result_verdict_name(v),
                     (int64_t)result_count(run, v));
    return summary;
}

static struct json *
judgements_json(const struct result_scenario *s)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < s->judgement_count; i++) {
        struct json *one = json_new_object();
        set(one, "id", s->judgements[i].statement);
        json_set_str(one, "verdict",
                     result_verdict_name(s->judgements[i].verdict));
        json_set_int(one, "line", s->judgements[i].line);
        json_push(list, one);
    }
    return list;
}

static struct json *
scenario_json(const struct result_scenario *s)
{
    struct json *one = json_new_object();

    set(one, "id", s->id);
    set(one, "version", mqtt_version_name(s->version));
    set(one, "transport", s->transport);
    set(one, "verdict", result_verdict_name(s->verdict));
    json_set(one, "seconds", json_new_real((double)s->took_us / 1e6));
    set(one, "title", s->title);
    set(one, "file", s->path);
    if (s->line)
        json_set_int(one, "line", s->line);
    set(one, "source", s->source);
    set(one, "expected", s->expected);
    set(one, "got", s->got);
    set(one, "reason", s->reason);
    set(one, "first_reason", s->first_reason);
    set(one, "evidence", s->evidence);
    set(one, "evidence_sha256", s->evidence_sha256);
    json_set(one, "statements", judgements_json(s));
    return one;
}

static struct json *
choices_json(const struct result_run *run)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        for (size_t k = 0; k < s->choice_count; k++) {
            struct json *one = json_new_object();
            set(one, "label", s->choices[k].label);
            set(one, "scenario", s->id);
            set(one, "version", mqtt_version_name(s->version));
            set(one, "transport", s->transport);
            json_set_int(one, "line", s->choices[k].line);
            json_push(list, one);
        }
    }
    return list;
}

static struct json *
statements_json(const struct coverage *coverage)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < coverage->row_count; i++) {
        const struct coverage_row *row = &coverage->rows[i];
        struct json *one = json_new_object();
        set(one, "id", row->statement->id);
        set(one, "version", mqtt_version_name(row->statement->version));
        set(one, "status", coverage_status_name(coverage_status(row)));
        json_push(list, one);
    }
    return list;
}

void
report_json(struct buf *out, const struct result_run *run,
            const struct coverage *coverage)
{
    struct json *report = json_new_object(), *list = json_new_array();
    char seal[SEAL_LEN + 1];

    for (size_t i = 0; i < run->scenario_count; i++)
        json_push(list, scenario_json(&run->scenarios[i]));
    json_set_int(report, "schema", 1);
    json_set(report, "suite", suite_json(run));
    json_set(report, "target", target_json(run));
    json_set_int(report, "seed", (int64_t)run->seed);
    set(report, "run_tag", run->run_tag);
    json_set_int(report, "started", (int64_t)(run->started_wall_us / 1000000));
    json_set(report, "seconds", json_new_real((double)run->took_us / 1e6));
    json_set(report, "summary", summary_json(run));
    json_set(report, "scenarios", list);
    json_set(report, "choices", choices_json(run));
    json_set(report, "statements", statements_json(coverage));
    report_seal(seal, run);
    set(report, "seal", seal);
    json_print(out, report, true);
    if (out->len && out->data[out->len - 1] != '\n')
        buf_add_byte(out, '\n');
    json_free(report);
}
