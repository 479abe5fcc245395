/* html.c - a run as one page that needs nothing but itself.
 * SPDX-License-Identifier: MIT
 *
 * The .inc files are made from page.* by the Makefile: each line of text as a
 * line of a C string.                                                        */
#include "conformance/report/html.h"

#include "conformance/report/page_data.h"
#include "conformance/report/page_talk.h"
#include "trace/render/page_packet.h"

static const char page[] =
#include "conformance/report/page.html.inc"
    ;
static const char style[] =
#include "trace/render/page_draw.css.inc"
#include "conformance/report/page.css.inc"
    ;
static const char script[] =
#include "trace/render/page_draw.js.inc"
#include "conformance/report/page.js.inc"
#include "conformance/report/page_view.js.inc"
    ;

static void
add_talk(struct buf *out, struct page_tables *tables, char letter, size_t n,
         const struct result_scenario *s)
{
    if (!s || (s->event_count == 0 && letter == 'c'))
        return;
    buf_printf(out, "<script type=\"application/json\" id=\"%c%zu\">", letter,
               n);
    page_talk(out, tables, s);
    buf_add_str(out, "</script>\n");
}

static void
add_data(struct buf *out, const struct result_run *run,
         const struct coverage *coverage)
{
    struct page_tables tables = {0};

    for (size_t i = 0; i < run->scenario_count; i++) {
        add_talk(out, &tables, 'c', i, &run->scenarios[i]);
        if (run->scenarios[i].verdict == VERDICT_UNSTABLE)
            add_talk(out, &tables, 'f', i, run->scenarios[i].first_try);
    }
    buf_add_str(out, "<script type=\"application/json\" id=\"data\">");
    page_data(out, run, coverage, &tables);
    buf_add_str(out, "</script>\n");
    page_tables_release(&tables);
}

void
report_html(struct buf *out, const struct result_run *run,
            const struct coverage *coverage)
{
    const char *rest = page_packet_fill(out, page, "@TITLE@");

    page_packet_escape(out, run->target_name ? run->target_name : run->target);
    rest = page_packet_fill(out, rest, "@STYLE@");
    buf_add_str(out, style);
    rest = page_packet_fill(out, rest, "@DATA@");
    add_data(out, run, coverage);
    rest = page_packet_fill(out, rest, "@SCRIPT@");
    buf_add_str(out, script);
    buf_add_str(out, rest);
}
