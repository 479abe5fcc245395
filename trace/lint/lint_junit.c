/* lint_junit.c - findings as JUnit XML: a test case per statement seen.
 * SPDX-License-Identifier: MIT                                               */
#include <inttypes.h>

#include "mqtt/statement.h"
#include "trace/lint/lint_print.h"

/* What XML 1.0 cannot carry becomes a question mark. */
static void
add_xml(struct buf *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '<': buf_add_str(out, "&lt;"); break;
        case '>': buf_add_str(out, "&gt;"); break;
        case '&': buf_add_str(out, "&amp;"); break;
        case '"': buf_add_str(out, "&quot;"); break;
        default:
            buf_add_byte(out, (uint8_t)*text < 0x20 ? '?' : (uint8_t)*text);
        }
}

static void
add_case(struct buf *out, const char *id, const char *client)
{
    buf_add_str(out, "  <testcase classname=\"lint\" name=\"");
    add_xml(out, id);
    if (client) {
        buf_add_str(out, " ");
        add_xml(out, client);
    }
    buf_add_str(out, "\"");
}

static void
add_failure(struct buf *out, const struct lint_finding *f)
{
    add_case(out, f->ids[0] ? f->ids : f->section, f->client);
    buf_add_str(out, ">\n    <failure message=\"");
    add_xml(out, lint_side_name(f->by));
    buf_add_str(out, ": ");
    add_xml(out, f->text);
    buf_printf(out, "\">connection %" PRIu64 ", packet %" PRIu64
                    ", frame %" PRIu64 "; expected: ",
               f->connection, f->packet, f->frame);
    add_xml(out, f->expected);
    buf_add_str(out, "</failure>\n  </testcase>\n");
}

static bool
is_broken(const struct lint_finding *f, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        struct slice rest = slice_str(f[i].ids), one;
        while (lint_next_id(&rest, &one))
            if (slice_is(one, id))
                return true;
    }
    return false;
}

/* The body of the suite; returns how many cases it has. */
static size_t
add_body(struct buf *out, const struct lint *l)
{
    size_t n, cases = 0;
    const struct lint_finding *f = lint_findings(l, &n);
    const struct mqtt_statement *s;
    for (size_t i = 0; i < n; i++)
        if (lint_is_violation(&f[i])) {
            add_failure(out, &f[i]);
            cases++;
        }
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        enum lint_coverage c = lint_has_version(l, s->version)
                                   ? lint_coverage(l, s->id)
                                   : LINT_NO_RULE;
        if (c == LINT_NO_RULE || is_broken(f, n, s->id))
            continue;
        add_case(out, s->id, NULL);
        buf_add_str(out, c == LINT_SEEN
                             ? "/>\n"
                             : "><skipped message=\"not seen\"/></testcase>\n");
        cases++;
    }
    return cases;
}

void
lint_print_junit(struct buf *out, const struct lint *l, const char *name)
{
    struct buf body = {0};
    size_t cases = add_body(&body, l);
    buf_add_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<testsuite name=\"");
    add_xml(out, name);
    buf_printf(out, "\" tests=\"%zu\" failures=\"%" PRIu64 "\">\n", cases,
               lint_totals(l).violations);
    buf_add(out, buf_slice(&body));
    buf_add_str(out, "</testsuite>\n");
    buf_release(&body);
}
