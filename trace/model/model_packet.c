/* model_packet.c - one MQTT packet of a trace.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/model_packet.h"

#include "mqtt/decode.h"

void
model_packet_notes(const struct model_packet *p, struct mqtt_notes *notes)
{
    struct mqtt_packet again;
    struct mqtt_report unused;
    mqtt_notes_clear(notes);
    mqtt_decode(p->bytes, p->mqtt.version, &again, &unused, notes);
}

const char *
model_mark_text(enum model_mark mark)
{
    switch (mark) {
    case MODEL_INFERRED: return "version inferred";
    case MODEL_AFTER_GAP: return "after a gap";
    case MODEL_CUT: return "bytes missing";
    case MODEL_ALIAS: return "topic from alias";
    case MODEL_NO_ALIAS: return "alias never set in this capture";
    case MODEL_DOWNGRADE: return "answer in the shape of 3.1.1";
    case MODEL_SIDE_GUESSED: return "direction guessed";
    case MODEL_DOUBTFUL: return "alias set before a gap";
    }
    return "";
}
