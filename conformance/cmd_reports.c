/* cmd_reports.c - the commands that work on reports: compare, merge.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/file.h"
#include "conformance/commands.h"
#include "conformance/load.h"
#include "conformance/report/compare.h"
#include "conformance/report/json.h"

int
command_read_report(struct result_run *run, const char *path, struct error *err)
{
    struct buf text = {0};
    int status = file_read(&text, path, err);
    if (status == 0 && report_json_read(run, buf_slice(&text), err))
        status = error_prefix(err, "%s", path);
    buf_release(&text);
    return status;
}

int
command_compare(const struct options *o)
{
    struct result_run before = {0}, after = {0};
    struct error err;
    struct buf out = {0};
    int status = EXIT_GOOD;
    if (o->glob_count != 2) {
        error_set(&err, "two reports are wanted: BEFORE.json AFTER.json");
        return command_complain("compare", &err);
    }
    if (command_read_report(&before, o->globs[0], &err) ||
        command_read_report(&after, o->globs[1], &err))
        status = command_complain("compare", &err);
    else if (report_compare(&out, &before, &after))
        status = EXIT_FAILED;
    fwrite(out.data, 1, out.len, stdout);
    buf_release(&out);
    result_run_release(&before);
    result_run_release(&after);
    return status;
}

/* What the scenarios say, which the report has beside the results. */
static int
cover(struct coverage *c, const struct options *o,
      const struct result_run *run, struct error *err)
{
    struct load l;
    if (load_files(&l, o->scenarios, err))
        return -1;
    for (size_t i = 0; i < l.count; i++)
        coverage_add_file(c, l.files[i]);
    coverage_add_run(c, run);
    size_t errors = l.errors;
    load_release(&l);
    return errors ? error_set(err, "the scenario files have errors") : 0;
}

static int
merge_all(struct result_run *whole, const struct options *o,
          struct error *err)
{
    for (size_t i = 0; i < o->glob_count; i++) {
        struct result_run part = {0};
        int status = command_read_report(&part, o->globs[i], err);
        if (status == 0 && report_merge(whole, &part, err))
            status = error_prefix(err, "%s", o->globs[i]);
        result_run_release(&part);
        if (status)
            return -1;
    }
    return 0;
}

static int
write_whole(const struct options *o, const struct result_run *whole,
            const struct coverage *c, struct error *err)
{
    struct buf out = {0};
    report_json(&out, whole, c);
    int status = file_write(o->json ? o->json : "-", buf_slice(&out), err);
    buf_release(&out);
    return status;
}

int
command_merge(const struct options *o)
{
    struct result_run whole = {0};
    struct coverage c;
    struct error err;
    int status;
    if (o->glob_count == 0) {
        error_set(&err, "which reports? PART.json ...");
        return command_complain("merge", &err);
    }
    coverage_init(&c);
    if (merge_all(&whole, o, &err) || cover(&c, o, &whole, &err) ||
        write_whole(o, &whole, &c, &err))
        status = command_complain("merge", &err);
    else
        status = result_exit_status(&whole, false);
    coverage_release(&c);
    result_run_release(&whole);
    return status;
}
