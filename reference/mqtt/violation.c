/* violation.c - a broken rule, as data.
 * SPDX-License-Identifier: MIT */
#include "mqtt/violation.h"

void
mqtt_report_add(struct mqtt_report *report, const struct mqtt_rule *rule,
                enum mqtt_version v, enum mqtt_field field, size_t offset,
                size_t len)
{
    if (report->count == MQTT_REPORT_MAX)
        return;
    const char *id = v == MQTT_50 || v == MQTT_NO_VERSION ? rule->id5
                                                          : rule->id311;
    report->list[report->count++] = (struct mqtt_violation){
        .statement = id ? id : "",
        .section = rule->section,
        .reason = rule->reason,
        .field = field,
        .offset = (uint32_t)offset,
        .len = (uint32_t)len,
        .text = rule->text,
    };
}
