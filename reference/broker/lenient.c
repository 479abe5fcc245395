/* lenient.c - what is wrong with a packet and need not end the connection.
 * SPDX-License-Identifier: MIT */
#include "broker/lenient.h"

#include <string.h>

#include "mqtt/reason.h"

bool
lenient_answers(const struct broker *b, const struct conn *c,
                const struct mqtt_report *report)
{
    if (b->config.variant.bad_filter != BAD_FILTER_ANSWERED ||
        c->phase != CONN_READY)
        return false;
    for (size_t i = 0; i < report->count; i++)
        if (report->list[i].reason != MQTT_RC_TOPIC_FILTER_INVALID)
            return false;
    return true;
}

/* Does a statement of its own demand the end? For the rest 4.13.1 has the
 * server of 5.0 close where it detects an error, and who does not look does not
 * detect. 3.1.1 leaves no such room [MQTT311-4.8.0-1]. */
static bool
demands_close(const struct mqtt_violation *v)
{
    static const char *const ids[] = {"MQTT-3.6.1-1", "MQTT-3.8.1-1",
                                      "MQTT-3.8.3-5", "MQTT-3.10.1-1"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        if (strcmp(v->statement, ids[i]) == 0)
            return true;
    return v->reason == MQTT_RC_TOPIC_FILTER_INVALID;
}

bool
lenient_ignores(const struct broker *b, const struct conn *c,
                const struct mqtt_packet *p, const struct mqtt_report *report)
{
    if (b->config.variant.malformed != MALFORMED_IGNORED ||
        c->phase != CONN_READY || c->version != MQTT_50 ||
        p->type == MQTT_DISCONNECT)
        return false;
    for (size_t i = 0; i < report->count; i++)
        if (demands_close(&report->list[i]))
            return false;
    return true;
}
