/* coverage_table.c - the page of all statements, with what judges them.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "conformance/catalog/coverage_print.h"

static const char preface[] =
    "# All statements of both standards\n\n"
    "Every numbered statement of MQTT 5.0 and 3.1.1 in our words, with the "
    "scenarios that judge it at a broker,\n"
    "the planted faults that break it (`ci/mutants` saw this statement fail "
    "with each of them), or the reason why no\n"
    "scenario can. `make docs` makes this page of "
    "`reference/mqtt/statements-*.def`, `scenarios/`,\n"
    "`conformance/faults/`, `conformance/catalog/reasons.def` and `unbroken.def`; "
    "`plumb-check explain ID` says more of one. That each judgement\n"
    "comes true in some configuration of the reference broker is what "
    "`ci/coverage` is for.\n";

static void
print_names(struct buf *out, const struct coverage_row *row)
{
    for (size_t i = 0; i < row->link_count; i++) {
        bool is_new = true;
        for (size_t k = 0; k < i; k++)
            is_new &= strcmp(row->links[k].scenario,
                             row->links[i].scenario) != 0;
        if (is_new)
            buf_printf(out, "%s`%s`", i ? " " : "", row->links[i].scenario);
    }
    if (row->link_count == 0)
        buf_printf(out, "not observable: %s",
                   row->reason ? row->reason : "(no reason given)");
}

/* A few are enough to show: some faults break half of all statements. */
static void
print_faults(struct buf *out, const struct coverage_row *row)
{
    enum { SHOWN = 4 };
    for (size_t i = 0; i < row->fault_count && i < SHOWN; i++)
        buf_printf(out, "%s`%s`", i ? " " : "", row->faults[i]);
    if (row->fault_count > SHOWN)
        buf_printf(out, " and %zu more", row->fault_count - SHOWN);
    if (row->link_count && row->fault_count == 0 && row->unbroken)
        buf_printf(out, "none: %s", row->unbroken);
}

/* A bar would end the cell of a table. */
static void
print_cell(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_add_byte(out, '\\');
        buf_add_byte(out, (uint8_t)*text);
    }
}

/* "3.1" of "3.1.2": the headings follow the packets and the topics. */
static size_t
chapter_len(const char *section)
{
    size_t first = strcspn(section, ".");
    if (!section[first])
        return first;
    return first + 1 + strcspn(section + first + 1, ".");
}

static void
print_heading(struct buf *out, const struct mqtt_statement *s,
              const struct mqtt_statement *before)
{
    size_t len = chapter_len(s->section);
    if (!before || before->version != s->version)
        buf_printf(out, "\n## MQTT %s\n", mqtt_version_name(s->version));
    else if (chapter_len(before->section) == len &&
             strncmp(before->section, s->section, len) == 0)
        return;
    buf_printf(out, "\n### %.*s\n\n"
                    "| statement | binds | what it says | judged by | "
                    "faults |\n|---|---|---|---|---|\n",
               (int)len, s->section);
}

void
coverage_table(struct buf *out, const struct coverage *c)
{
    buf_add_str(out, preface);
    for (size_t i = 0; i < c->row_count; i++) {
        const struct coverage_row *row = &c->rows[i];
        const struct mqtt_statement *s = row->statement;
        print_heading(out, s, i ? c->rows[i - 1].statement : NULL);
        buf_printf(out, "| %s | %s | ", s->id, mqtt_binds_name(s->binds));
        print_cell(out, s->summary);
        buf_add_str(out, " | ");
        print_names(out, row);
        buf_add_str(out, " | ");
        print_faults(out, row);
        buf_add_str(out, " |\n");
    }
}
