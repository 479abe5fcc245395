/* json_read.c - a report in JSON back into a run, without conversations.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/json.h"

#include <stdlib.h>

#include "base/json.h"

/* An absent member stays NULL. */
static void
get(char **where, const struct json *object, const char *key)
{
    const struct json *v = json_get(object, key);
    result_set(where, v ? json_str(v) : NULL);
}

/* Seconds as microseconds. */
static uint64_t
get_us(const struct json *object, const char *key)
{
    struct buf text = {0};
    const struct json *v = json_get(object, key);
    double seconds;

    if (!v)
        return 0;
    json_print(&text, v, false); /* json.h reads whole numbers only */
    seconds = strtod(buf_cstr(&text), NULL);
    buf_release(&text);
    return seconds > 0 ? (uint64_t)(seconds * 1e6 + 0.5) : 0;
}

static int
read_verdict(enum result_verdict *out, const struct json *object,
             struct error *err)
{
    const char *name = json_str(json_get(object, "verdict"));

    for (int v = 0; v < VERDICTS; v++)
        if (strcmp(name, result_verdict_name(v)) == 0) {
            *out = v;
            return 0;
        }
    return error_set(err, "\"%s\" is no verdict of schema 1", name);
}

static int
read_judgements(struct result_scenario *s, const struct json *list,
                struct error *err)
{
    const struct json *item;
    enum result_verdict v;

    for (size_t i = 0; (item = json_at(list, i)); i++) {
        if (read_verdict(&v, item, err))
            return -1;
        result_add_judgement(s, slice_str(json_str(json_get(item, "id"))), v,
                             (unsigned)json_number(json_get(item, "line")));
    }
    return 0;
}

static int
read_scenario(struct result_scenario *s, const struct json *item,
              struct error *err)
{
    get(&s->id, item, "id");
    get(&s->transport, item, "transport");
    get(&s->title, item, "title");
    get(&s->path, item, "file");
    get(&s->source, item, "source");
    get(&s->expected, item, "expected");
    get(&s->got, item, "got");
    get(&s->reason, item, "reason");
    get(&s->first_reason, item, "first_reason");
    get(&s->evidence, item, "evidence");
    get(&s->evidence_sha256, item, "evidence_sha256");
    s->line = (unsigned)json_number(json_get(item, "line"));
    s->took_us = get_us(item, "seconds");
    s->version =
        mqtt_version_parse(slice_str(json_str(json_get(item, "version"))));
    if (!s->id || s->version == MQTT_NO_VERSION)
        return error_set(err, "a scenario without \"id\" or \"version\"");
    if (read_verdict(&s->verdict, item, err) ||
        read_judgements(s, json_get(item, "statements"), err))
        return error_prefix(err, "%.100s", s->id);
    return 0;
}

static void
read_choices(struct result_run *run, const struct json *list)
{
    const struct json *item;

    for (size_t i = 0; (item = json_at(list, i)); i++) {
        const char *id = json_str(json_get(item, "scenario"));
        const char *version = json_str(json_get(item, "version"));
        const char *transport = json_str(json_get(item, "transport"));
        for (size_t k = 0; k < run->scenario_count; k++) {
            struct result_scenario *s = &run->scenarios[k];
            if (strcmp(s->id, id) == 0 &&
                strcmp(mqtt_version_name(s->version), version) == 0 &&
                (!s->transport || strcmp(s->transport, transport) == 0))
                result_add_choice(
                    s, slice_str(json_str(json_get(item, "label"))),
                    (unsigned)json_number(json_get(item, "line")));
        }
    }
}

static void
read_head(struct result_run *run, const struct json *report)
{
    const struct json *suite = json_get(report, "suite"), *item;
    const struct json *target = json_get(report, "target");
    const struct json *can = json_get(target, "capabilities");

    get(&run->suite_version, suite, "version");
    get(&run->suite_level, suite, "level");
    get(&run->scenarios_sha256, suite, "scenarios_sha256");
    run->scenario_files = (size_t)json_number(json_get(suite, "files"));
    get(&run->target, target, "url");
    get(&run->target_name, target, "name");
    get(&run->run_tag, report, "run_tag");
    get(&run->seal, report, "seal");
    run->seed = (uint64_t)json_number(json_get(report, "seed"));
    run->started_wall_us =
        (uint64_t)json_number(json_get(report, "started")) * 1000000;
    run->took_us = get_us(report, "seconds");
    for (size_t i = 0; (item = json_at(can, i)); i++)
        result_add_capability(run, json_str(json_get(item, "name")),
                              json_str(json_get(item, "value")),
                              json_str(json_get(item, "source")));
}

static int
read_all(struct result_run *run, const struct json *report, struct error *err)
{
    const struct json *list = json_get(report, "scenarios"), *item;

    if (!list || !json_get(report, "schema"))
        return error_set(err, "not a report of plumb-check: \"schema\" or "
                              "\"scenarios\" is missing");
    if (json_number(json_get(report, "schema")) != 1)
        return error_set(err, "a report of schema %lld, and this plumb-check "
                              "reads schema 1",
                         (long long)json_number(json_get(report, "schema")));
    read_head(run, report);
    for (size_t i = 0; (item = json_at(list, i)); i++)
        if (read_scenario(result_add_scenario(run), item, err))
            return -1;
    read_choices(run, json_get(report, "choices"));
    return 0;
}

int
report_json_read(struct result_run *run, struct slice text, struct error *err)
{
    struct json *report = json_parse(text, err);

    *run = (struct result_run){0};
    if (!report)
        return -1;
    int status = read_all(run, report, err);
    json_free(report);
    if (status)
        result_run_release(run);
    return status;
}
