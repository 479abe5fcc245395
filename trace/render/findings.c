/* findings.c - what lint found, put where the diagrams look for it.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/findings.h"

#include <stdlib.h>

#include "base/mem.h"

static int
compare_number(const void *number, const void *packet)
{
    uint64_t a = *(const uint64_t *)number;
    uint64_t b = (*(struct model_packet *const *)packet)->number;
    return (a > b) - (a < b);
}

/* Is the finding in the report already, as decode and check told it? */
static bool
is_reported(const struct mqtt_report *report, const struct lint_finding *f)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->list[i].text, f->text) == 0)
            return true;
    return false;
}

static void
add_finding(struct mqtt_report *report, const struct lint_finding *f)
{
    if (report->count == MQTT_REPORT_MAX || is_reported(report, f))
        return;
    report->list[report->count++] = (struct mqtt_violation){
        .statement = f->ids,
        .section = f->section,
        .field = MQTT_FIELDS,
        .offset = f->offset,
        .len = f->len,
        .text = f->text,
    };
}

void
findings_mark(struct conversation *c, const struct lint *l)
{
    size_t count, packets = 0;
    const struct lint_finding *f = lint_findings(l, &count);
    struct model_packet **all = xcalloc(c->item_count + 1, sizeof *all);
    for (size_t i = 0; i < c->item_count; i++)
        if (c->items[i]->what == CONVERSATION_PACKET)
            all[packets++] = &c->items[i]->packet;
    for (size_t i = 0; i < count; i++) {
        struct model_packet **at = bsearch(&f[i].packet, all, packets,
                                           sizeof *all, compare_number);
        if (at && lint_is_violation(&f[i]))
            add_finding(&(*at)->report, &f[i]);
    }
    free(all);
}
