/* coverage_print.c - coverage for people, and for a script that must say no.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/coverage_print.h"

#include "base/json.h"
#include "conformance/catalog/wrap.h"

enum { WIDTH = 80 }; /* columns of all that is printed */

static bool
is_judged(const struct coverage_row *row)
{
    return row->link_count > 0 || !row->reason;
}

static bool
is_broken_by_a_fault(const struct coverage_row *row)
{
    return row->fault_count > 0;
}

static bool
has_faults(const struct coverage *c)
{
    for (size_t i = 0; i < c->row_count; i++)
        if (c->rows[i].fault_count)
            return true;
    return false;
}

/* "covered  233/233  141/141": of those that can be judged, by version. */
static void
print_share(struct buf *out, const struct coverage *c, const char *name,
            bool (*is)(const struct coverage_row *row))
{
    size_t is5 = 0, is311 = 0, of5 = 0, of311 = 0;
    for (size_t i = 0; i < c->row_count; i++) {
        const struct coverage_row *row = &c->rows[i];
        bool in5 = row->statement->version == MQTT_50;
        of5 += in5 && is_judged(row);
        of311 += !in5 && is_judged(row);
        is5 += in5 && is_judged(row) && is(row);
        is311 += !in5 && is_judged(row) && is(row);
    }
    buf_printf(out, "%-14s %zu of %zu, %zu of %zu\n", name, is5, of5, is311,
               of311);
}

static void
print_counts(struct buf *out, const struct coverage *c)
{
    size_t total5 = 0, total311 = 0;

    buf_printf(out, "%-16s %6s %6s\n", "statements", "5.0", "3.1.1");
    for (int s = 0; s < COVERAGE_STATUSES; s++) {
        size_t in5 = coverage_count(c, MQTT_50, s);
        size_t in311 = coverage_count(c, MQTT_311, s);
        total5 += in5;
        total311 += in311;
        if (in5 || in311)
            buf_printf(out, "  %-14s %6zu %6zu\n", coverage_status_name(s), in5,
                       in311);
    }
    buf_printf(out, "  %-14s %6zu %6zu\n", "all", total5, total311);
    if (c->runs)
        print_share(out, c, "covered", coverage_is_covered);
    if (has_faults(c))
        print_share(out, c, "with a fault", is_broken_by_a_fault);
}

static void
print_row(struct buf *out, const struct coverage_row *row)
{
    const struct mqtt_statement *s = row->statement;
    enum coverage_status status = coverage_status(row);

    buf_printf(out, "%-17s %-14s ", s->id, coverage_status_name(status));
    if (row->link_count)
        buf_printf(out, "%s%s", row->links[0].scenario,
                   row->link_count > 1 ? " ..." : "");
    else
        wrap_text(out, slice_str(row->reason ? row->reason : s->summary), 33,
                  WIDTH);
    buf_add_byte(out, '\n');
}

void
coverage_print(struct buf *out, const struct coverage *c, bool all)
{
    print_counts(out, c);
    buf_add_byte(out, '\n');
    for (size_t i = 0; i < c->row_count; i++) {
        enum coverage_status s = coverage_status(&c->rows[i]);
        if (all || s == COVERAGE_UNCOVERED || s == COVERAGE_NOT_OBSERVABLE ||
            s == COVERAGE_FAIL)
            print_row(out, &c->rows[i]);
    }
}

/* Of a row that is judged. */
static size_t
check_faults(struct buf *out, const struct coverage_row *row)
{
    const char *id = row->statement->id;

    if (!row->fault_count && !row->unbroken) {
        buf_printf(out, "%s: no planted fault breaks it: add one to "
                        "conformance/faults, or argue in "
                        "conformance/catalog/unbroken.def\n", id);
        return 1;
    }
    if (row->fault_count && row->unbroken) {
        buf_printf(out, "%s: %s breaks it, and yet unbroken.def argues that "
                        "no fault does: remove the reason\n",
                   id, row->faults[0]);
        return 1;
    }
    return 0;
}

/* What must not be about one row: appends a line and returns 1, or 0. */
static size_t
check_row(struct buf *out, const struct coverage *c,
          const struct coverage_row *row, bool faults)
{
    const char *id = row->statement->id;

    if (coverage_status(row) == COVERAGE_UNCOVERED) {
        buf_printf(out, "%s: no scenario judges it: write one, or argue in "
                        "conformance/catalog/reasons.def\n", id);
        return 1;
    }
    if (row->link_count && row->reason) {
        buf_printf(out, "%s: %s judges it, and yet reasons.def argues that "
                        "nothing can: remove the reason\n",
                   id, row->links[0].scenario);
        return 1;
    }
    if (c->runs && row->link_count && !row->passed) {
        buf_printf(out, "%s: no line that names it ever passed (%s): find a "
                        "configuration in which it does\n",
                   id, coverage_status_name(coverage_status(row)));
        return 1;
    }
    return faults && row->link_count ? check_faults(out, row) : 0;
}

size_t
coverage_check(struct buf *out, const struct coverage *c)
{
    size_t found = c->problem_count;

    for (size_t i = 0; i < c->problem_count; i++)
        buf_printf(out, "%s\n", c->problems[i].text);
    for (size_t i = 0; i < c->row_count; i++)
        found += check_row(out, c, &c->rows[i], has_faults(c));
    return found;
}

static bool
covered(const char *status)
{
    return strcmp(status, coverage_status_name(COVERAGE_PASS)) == 0;
}

int
coverage_compare(struct buf *out, const struct coverage *c,
                 struct slice before, struct error *err)
{
    struct json *report = json_parse(before, err);
    const struct json *list, *item;
    int lost = 0;

    if (!report)
        return -1;
    list = json_get(report, "statements");
    if (json_number(json_get(report, "schema")) != 1 || !list) {
        json_free(report);
        return error_set(err, "not a report of plumb-check in JSON: it has no "
                              "\"schema\": 1 with \"statements\"");
    }
    for (size_t i = 0; (item = json_at(list, i)); i++) {
        const char *id = json_str(json_get(item, "id"));
        const char *was = json_str(json_get(item, "status"));
        const struct coverage_row *row = coverage_find(c, slice_str(id));
        if (!covered(was) || (row && row->passed))
            continue;
        buf_printf(out, "%s: was covered, and is now %s\n", id,
                   row ? coverage_status_name(coverage_status(row))
                       : "unknown");
        lost++;
    }
    json_free(report);
    return lost;
}
