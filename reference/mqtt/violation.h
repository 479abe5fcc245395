/* violation.h - a broken rule, as data.
 * SPDX-License-Identifier: MIT
 *
 * A peer that breaks the protocol is no error of ours: what it broke is a
 * value that the broker turns into a Reason Code, the trace into a finding and
 * the runner into a verdict.                                                 */
#ifndef MQTT_VIOLATION_H
#define MQTT_VIOLATION_H

#include "base/slice.h"
#include "mqtt/packet.h"

/* The sentence that can be broken, as it stands in a table. */
struct mqtt_rule {
    const char *id5;     /* "MQTT-3.3.1-4", or NULL: no number in 5.0 */
    const char *id311;   /* "MQTT311-3.3.1-4", or NULL */
    const char *section; /* of 5.0 (of 3.1.1 when the rule is only there) */
    uint8_t reason;      /* Reason Code that 5.0 gives it */
    const char *text;    /* what is wrong, in a few words */
};

struct mqtt_violation {
    const char *statement; /* id of the version spoken; "" when no number */
    const char *section;   /* of the standard */
    uint8_t reason;        /* 5.0 Reason Code, 0x81, 0x82, ... */
    enum mqtt_field field; /* which one it is about; MQTT_FIELDS: see offset */
    uint32_t offset;       /* of the first bad byte, from the packet's first */
    uint32_t len;          /* bad bytes; 0 when something is missing there */
    const char *text;      /* what is wrong, in a few words; static */
};

/* The section of what is refused here though no sentence calls it an error;
 * compared by address. */
extern const char mqtt_section_unsaid[];

enum { MQTT_REPORT_MAX = 8 };

/* What is wrong with one packet, worst (first found) first. */
struct mqtt_report {
    size_t count; /* how many of list are filled */
    struct mqtt_violation list[MQTT_REPORT_MAX];
};

/* Adds one; beyond MQTT_REPORT_MAX they are dropped. A rule about a value names
 * the field, and whoever has notes (note.h) finds its bytes; one about the
 * layout gives the place itself and MQTT_FIELDS. */
void mqtt_report_add(struct mqtt_report *report, const struct mqtt_rule *rule,
                     enum mqtt_version v, enum mqtt_field field,
                     size_t offset, size_t len);

#endif
