/* lint_json.c - findings for machines: JSON and SARIF 2.1.0.
 * SPDX-License-Identifier: MIT                                               */
#include "base/json.h"

#include <inttypes.h>

#include "mqtt/statement.h"
#include "trace/lint/lint_print.h"

static struct json *
ids_of(const struct lint_finding *f)
{
    struct json *list = json_new_array();
    struct slice rest = slice_str(f->ids), id;
    while (lint_next_id(&rest, &id))
        json_push(list, json_new_text(id));
    return list;
}

static struct json *
marks_of(unsigned marks)
{
    struct json *list = json_new_array();
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1)
        if (marks & bit)
            json_push(list, json_new_text(slice_str(
                                model_mark_text((enum model_mark)bit))));
    return list;
}

static struct json *
finding_json(const struct lint_finding *f)
{
    struct json *o = json_new_object();
    json_set(o, "statements", ids_of(f));
    json_set_str(o, "section", f->section);
    json_set_str(o, "version", mqtt_version_name(f->version));
    json_set_str(o, "level", lint_level_name((enum mqtt_watch_level)f->level));
    json_set_bool(o, "violation", lint_is_violation(f));
    json_set_str(o, "by", lint_side_name(f->by));
    json_set_str(o, "confidence", f->is_likely ? "likely" : "proven");
    json_set(o, "marks", marks_of(f->marks));
    json_set_str(o, "client", f->client);
    json_set_int(o, "connection", (int64_t)f->connection);
    json_set_int(o, "packet", (int64_t)f->packet);
    json_set_int(o, "frame", (int64_t)f->frame);
    json_set_int(o, "earlier", (int64_t)f->earlier);
    json_set_int(o, "time_us", f->time_ns / 1000);
    json_set_int(o, "offset", f->offset);
    json_set_int(o, "length", f->len);
    json_set_str(o, "text", f->text);
    json_set_str(o, "expected", f->expected);
    return o;
}

static void
set_coverage(struct json *o, const struct lint *l)
{
    struct json *seen = json_new_array(), *not_seen = json_new_array();
    const struct mqtt_statement *s;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        enum lint_coverage c = lint_has_version(l, s->version)
                                   ? lint_coverage(l, s->id)
                                   : LINT_NO_RULE;
        if (c == LINT_SEEN)
            json_push(seen, json_new_text(slice_str(s->id)));
        else if (c == LINT_NOT_SEEN)
            json_push(not_seen, json_new_text(slice_str(s->id)));
    }
    json_set(o, "seen", seen);
    json_set(o, "not_seen", not_seen);
}

static void
finish(struct buf *out, struct json *o)
{
    json_print(out, o, true);
    buf_add_byte(out, '\n');
    json_free(o);
}

void
lint_print_json(struct buf *out, const struct lint *l, const char *name)
{
    struct lint_totals t = lint_totals(l);
    struct json *o = json_new_object(), *list = json_new_array();
    struct json *missing = json_new_array();
    size_t n, doubts;
    const struct lint_finding *f = lint_findings(l, &n);
    const struct lint_doubt *d = lint_doubts(l, &doubts);
    json_set_str(o, "capture", name);
    json_set_int(o, "connections", (int64_t)t.connections);
    json_set_int(o, "packets", (int64_t)t.packets);
    json_set_int(o, "violations", (int64_t)t.violations);
    json_set_int(o, "advice", (int64_t)t.advice);
    for (size_t i = 0; i < n; i++)
        json_push(list, finding_json(&f[i]));
    json_set(o, "findings", list);
    for (size_t i = 0; i < doubts; i++) {
        struct json *one = json_new_object();
        json_set_int(one, "connection", (int64_t)d[i].connection);
        json_set_str(one, "client", d[i].client);
        json_set_str(one, "text", d[i].text);
        json_push(missing, one);
    }
    json_set(o, "missing", missing);
    set_coverage(o, l);
    finish(out, o);
}

/* --- SARIF ---------------------------------------------------------------- */

static const char *
sarif_level(const struct lint_finding *f)
{
    return lint_is_violation(f)        ? (f->is_likely ? "warning" : "error")
           : f->level == WATCH_SHOULD  ? "warning"
                                       : "note";
}

/* Name of a finding where one is wanted: its first statement, or section. */
static void
rule_name(struct buf *out, const struct lint_finding *f)
{
    struct slice rest = slice_str(f->ids), id;
    if (lint_next_id(&rest, &id))
        buf_add(out, id);
    else
        buf_printf(out, "section-%s", f->section);
}

static struct json *
sarif_text(const char *text)
{
    struct json *o = json_new_object();
    json_set_str(o, "text", text);
    return o;
}

static struct json *
sarif_result(const struct lint_finding *f, const char *name)
{
    struct json *o = json_new_object(), *place = json_new_object();
    struct json *physical = json_new_object(), *file = json_new_object();
    struct json *places = json_new_array();
    struct buf text = {0};
    rule_name(&text, f);
    json_set_slice(o, "ruleId", buf_slice(&text));
    json_set_str(o, "level", sarif_level(f));
    buf_clear(&text);
    buf_printf(&text, "%s %s: %s (connection %" PRIu64 ", packet %" PRIu64
                      ", frame %" PRIu64 ")",
               lint_side_name(f->by), f->client, f->text, f->connection,
               f->packet, f->frame);
    json_set(o, "message", sarif_text(buf_cstr(&text)));
    json_set_str(file, "uri", name);
    json_set(physical, "artifactLocation", file);
    json_set(place, "physicalLocation", physical);
    json_push(places, place);
    json_set(o, "locations", places);
    json_set(o, "properties", finding_json(f));
    buf_release(&text);
    return o;
}

static bool
is_told(const struct lint_finding *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].ids, f[n].ids) == 0 &&
            strcmp(f[i].section, f[n].section) == 0)
            return true;
    return false;
}

static struct json *
sarif_rules(const struct lint_finding *f, size_t n)
{
    struct json *rules = json_new_array();
    struct buf text = {0};
    for (size_t i = 0; i < n; i++) {
        if (is_told(f, i))
            continue;
        struct json *one = json_new_object();
        buf_clear(&text);
        rule_name(&text, &f[i]);
        json_set_slice(one, "id", buf_slice(&text));
        const struct mqtt_statement *s = mqtt_statement_find(buf_slice(&text));
        json_set(one, "shortDescription", sarif_text(f[i].text));
        json_set(one, "fullDescription",
                 sarif_text(s ? s->summary : f[i].text));
        json_push(rules, one);
    }
    buf_release(&text);
    return rules;
}

void
lint_print_sarif(struct buf *out, const struct lint *l, const char *name)
{
    size_t n;
    const struct lint_finding *f = lint_findings(l, &n);
    struct json *o = json_new_object(), *runs = json_new_array();
    struct json *run = json_new_object(), *tool = json_new_object();
    struct json *driver = json_new_object(), *results = json_new_array();
    json_set_str(o, "$schema",
                 "https://json.schemastore.org/sarif-2.1.0.json");
    json_set_str(o, "version", "2.1.0");
    json_set_str(driver, "name", "plumb-trace");
    json_set(driver, "rules", sarif_rules(f, n));
    json_set(tool, "driver", driver);
    json_set(run, "tool", tool);
    for (size_t i = 0; i < n; i++)
        json_push(results, sarif_result(&f[i], name));
    json_set(run, "results", results);
    json_push(runs, run);
    json_set(o, "runs", runs);
    finish(out, o);
}
