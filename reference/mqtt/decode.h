/* decode.h - bytes into a packet, by the layout table.
 * SPDX-License-Identifier: MIT
 *
 * Decoding is total: any bytes give a packet and a report. It stops at the
 * first byte it cannot place (a length that runs past the end) and keeps every
 * field before it; what can be placed but is wrong (ill-formed UTF-8, a
 * property this packet may not have, the same property twice) is reported and
 * reading goes on, so that a trace can draw all of a bad packet. Rules about
 * values (QoS 3, Packet Identifier 0) are check.h's.                         */
#ifndef MQTT_DECODE_H
#define MQTT_DECODE_H

#include "mqtt/decode_straight.h"
#include "mqtt/frame.h"
#include "mqtt/note.h"
#include "mqtt/violation.h"

/* Decodes one packet: `bytes` begins at its first byte and has all of it
 * (frame.h); of a packet that is cut off it decodes what is there and reports
 * the cut. `v` is the version of the connection; CONNECT brings its own, and
 * p->version says which. The packet borrows `bytes`.
 *
 * *report is emptied first. Returns whether nothing is wrong. `notes`, when
 * not NULL, gets a note for everything that was read.                        */
static inline bool mqtt_decode(struct slice bytes, enum mqtt_version v,
                               struct mqtt_packet *p,
                               struct mqtt_report *report,
                               struct mqtt_notes *notes);

/* The same, always by the table. */
bool mqtt_decode_walk(struct slice bytes, enum mqtt_version v,
                      struct mqtt_packet *p, struct mqtt_report *report,
                      struct mqtt_notes *notes);

static inline bool
mqtt_decode(struct slice bytes, enum mqtt_version v, struct mqtt_packet *p,
            struct mqtt_report *report, struct mqtt_notes *notes)
{
    report->count = 0;
    return (!notes && mqtt_decode_straight(bytes, v, p)) ||
           mqtt_decode_walk(bytes, v, p, report, notes);
}

#endif
