/* cmd_read.c - the commands that only read: list, coverage, fmt.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "conformance/catalog/coverage_print.h"
#include "conformance/commands.h"
#include "conformance/load.h"
#include "conformance/report/json.h"
#include "conformance/script/format.h"

int
command_complain(const char *command, const struct error *err)
{
    fprintf(stderr, "plumb-check %s: %s\n", command, err->text);
    return EXIT_WRONG;
}

static int
load_scenarios(struct load *l, const struct options *o, struct error *err)
{
    if (load_files(l, o->scenarios, err))
        return -1;
    if (l->errors)
        return error_set(err, "%zu error%s in scenario files", l->errors,
                         l->errors == 1 ? "" : "s");
    return 0;
}

/* --- list ----------------------------------------------------------------- */

static void
print_scenario(const struct options *o, const struct script_scenario *s)
{
    printf("%-48.*s", SLICE_ARG(s->id));
    for (int v = MQTT_31; v <= MQTT_50; v++)
        if (mqtt_version_in((enum mqtt_version)v, s->versions))
            printf(" %s", mqtt_version_name((enum mqtt_version)v));
    for (size_t i = 0; i < s->voice_count; i++)
        printf(" (%.*s: %s)", SLICE_ARG(s->voices[i].client),
               mqtt_version_name(s->voices[i].version));
    printf("%s%s\n", s->alone ? " alone" : "", s->slow ? " slow" : "");
    if (!o->verbose)
        return;
    printf("    %.*s\n", SLICE_ARG(s->title));
    for (size_t i = 0; i < s->need_count; i++)
        printf("%s%.*s", i ? " " : "    needs ", SLICE_ARG(s->needs[i]));
    if (s->need_count)
        printf("\n");
}

static bool
is_listed(const struct options *o, const struct script_scenario *s)
{
    if (o->versions && !(s->versions & o->versions))
        return false;
    for (size_t i = 0; i < o->glob_count; i++)
        if (script_scenario_matches(s, o->globs[i]))
            return true;
    return o->glob_count == 0;
}

int
command_list(const struct options *o)
{
    struct load l;
    struct error err;
    size_t count = 0;
    if (load_scenarios(&l, o, &err))
        return command_complain("list", &err);
    for (size_t i = 0; i < l.count; i++)
        for (size_t k = 0; k < l.files[i]->scenario_count; k++)
            if (is_listed(o, &l.files[i]->scenarios[k])) {
                print_scenario(o, &l.files[i]->scenarios[k]);
                count++;
            }
    load_release(&l);
    if (count)
        return EXIT_GOOD;
    error_set(&err, "no scenario is called that");
    return command_complain("list", &err);
}

/* --- coverage -------------------------------------------------------------- */

static int
join(struct coverage *c, const struct options *o, struct error *err)
{
    struct load l;
    coverage_init(c);
    if (load_scenarios(&l, o, err))
        return -1;
    for (size_t i = 0; i < l.count; i++)
        coverage_add_file(c, l.files[i]);
    load_release(&l);
    if (o->faults && coverage_add_faults(c, o->faults, err))
        return -1;
    for (size_t i = 0; i < o->result_count; i++) {
        struct result_run run = {0};
        struct buf text = {0};
        int status = file_read(&text, o->results[i], err);
        if (status == 0)
            status = report_json_read(&run, buf_slice(&text), err);
        if (status == 0)
            coverage_add_run(c, &run);
        result_run_release(&run);
        buf_release(&text);
        if (status)
            return error_prefix(err, "%s", o->results[i]);
    }
    return 0;
}

static int
check_coverage(struct buf *out, const struct coverage *c,
               const struct options *o, struct error *err)
{
    struct buf before = {0};
    int wrong = 0;
    if (o->check)
        wrong += (int)coverage_check(out, c);
    if (o->before) {
        int lost = file_read(&before, o->before, err);
        if (lost == 0)
            lost = coverage_compare(out, c, buf_slice(&before), err);
        buf_release(&before);
        if (lost < 0)
            return -1;
        wrong += lost;
    }
    return wrong;
}

int
command_coverage(const struct options *o)
{
    struct coverage c;
    struct error err;
    struct buf out = {0};
    int status = join(&c, o, &err);
    int wrong = status;
    if (status == 0) {
        if (o->table)
            coverage_table(&out, &c);
        else if (!o->check)
            coverage_print(&out, &c, o->all);
        wrong = check_coverage(&out, &c, o, &err);
    }
    fwrite(out.data, 1, out.len, stdout);
    buf_release(&out);
    coverage_release(&c);
    if (wrong < 0)
        return command_complain("coverage", &err);
    return wrong ? EXIT_FAILED : EXIT_GOOD;
}

/* --- fmt ------------------------------------------------------------------ */

static int
format_one(const struct options *o, const char *path)
{
    struct buf in = {0}, out = {0};
    struct script_errors errors = {0};
    struct error err;
    int status = EXIT_GOOD;
    if (file_read(&in, path, &err)) {
        status = command_complain("fmt", &err);
    } else if (!script_format(&out, path, buf_slice(&in), &errors)) {
        struct buf text = {0};
        script_errors_print(&text, &errors);
        fputs(buf_cstr(&text), stderr);
        buf_release(&text);
        status = EXIT_WRONG;
    } else if (o->check) {
        if (!slice_equal(buf_slice(&in), buf_slice(&out))) {
            printf("%s: `plumb-check fmt` would change it\n", path);
            status = EXIT_FAILED;
        }
    } else if ((strcmp(path, "-") == 0 ||
                !slice_equal(buf_slice(&in), buf_slice(&out))) &&
               file_write(path, buf_slice(&out), &err)) {
        status = command_complain("fmt", &err);
    }
    script_errors_release(&errors);
    buf_release(&in);
    buf_release(&out);
    return status;
}

int
command_fmt(const struct options *o)
{
    int worst = EXIT_GOOD;
    struct error err;
    if (o->glob_count == 0) {
        error_set(&err, "which file? `-` is standard input");
        return command_complain("fmt", &err);
    }
    for (size_t i = 0; i < o->glob_count; i++) {
        int status = format_one(o, o->globs[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
