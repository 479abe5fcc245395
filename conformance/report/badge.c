/* badge.c - a run as a small picture for a README.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/badge.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
    LETTER = 7, /* pixels that a letter takes; textLength makes it true */
    MARGIN = 8, /* pixels at both sides of a text */
    HEIGHT = 20
};

static const char left[] = "MQTT conformance";

static void
add_text(struct buf *out, const char *text, size_t x)
{
    buf_printf(out, "<text x='%zu' y='14' textLength='%zu'>%s</text>\n",
               x + MARGIN, strlen(text) * LETTER, text);
}

void
report_badge(struct buf *out, const struct result_run *run)
{
    size_t bad =
        result_count(run, VERDICT_FAIL) + result_count(run, VERDICT_ERROR);
    size_t passed = result_count(run, VERDICT_PASS) +
                    result_count(run, VERDICT_LENIENT) +
                    result_count(run, VERDICT_WARN);
    bool is_open = result_exit_status(run, false) != 0;
    char *right = bad ? xasprintf("%zu fail", bad)
                      : xasprintf("%zu pass", passed);
    size_t a = strlen(left) * LETTER + 2 * MARGIN;
    size_t b = strlen(right) * LETTER + 2 * MARGIN;

    buf_printf(out,
               "<svg xmlns='http://www.w3.org/2000/svg' width='%zu' "
               "height='%d' role='img' aria-label='%s: %s'>\n"
               "<rect width='%zu' height='%d' rx='3' fill='#444c56'/>\n"
               "<rect x='%zu' width='%zu' height='%d' rx='3' fill='%s'/>\n"
               "<g fill='#fff' font-family='DejaVu Sans,Verdana,sans-serif' "
               "font-size='11'>\n",
               a + b, HEIGHT, left, right, a + b, HEIGHT, a, b, HEIGHT,
               bad       ? "#b3261e"
               : is_open ? "#8a5a00"
                         : "#1a7f37");
    add_text(out, left, 0);
    add_text(out, right, a);
    buf_add_str(out, "</g>\n</svg>\n");
    free(right);
}
