/* reason.h - Reason Codes of 5.0 and return codes of 3.1 and 3.1.1 (2.4).
 * SPDX-License-Identifier: MIT                                               */
#ifndef MQTT_REASON_H
#define MQTT_REASON_H

#include "mqtt/packet.h"

enum mqtt_reason {
#define REASON(symbol, code, ...) MQTT_RC_##symbol = code,
#include "mqtt/reasons.def"
#undef REASON
};

/* From 0x80 on the request failed. */
static inline bool
mqtt_reason_failed(uint8_t code)
{
    return code >= 0x80;
}

struct mqtt_reason_row {
    const char *symbol;  /* "not_authorized", as in scenarios */
    uint8_t code;
    const char *name;    /* "Not authorized" */
    uint32_t packets;    /* set of P(TYPE) where 5.0 allows it */
    uint32_t not_server; /* those of them where only a client may say it */
    uint32_t not_client; /* those of them where only a server may */
    const char *summary; /* what it means, in our words */
};

/* The row for a code as packet `type` of version v uses it, or NULL when that
 * packet may not carry it. For 3.x: CONNACK 0..5, SUBACK 0, 1, 2, 0x80. */
const struct mqtt_reason_row *mqtt_reason_find(uint8_t code,
                                               enum mqtt_type type,
                                               enum mqtt_version v);

/* May `from` send packet `type` of 5.0 with that code? Table 3-10 keeps most
 * codes of DISCONNECT for servers and 0x04 for clients, table 3-11 0x00 of AUTH
 * for servers and 0x19 for clients. 0x8C in DISCONNECT (only in table 2-6) and
 * 0x9B from a client (3.3.4) are let pass.                                   */
bool mqtt_reason_may(uint8_t code, enum mqtt_type type, enum mqtt_side from);

/* Its name in that packet, or "unknown". */
const char *mqtt_reason_name(uint8_t code, enum mqtt_type type,
                             enum mqtt_version v);

/* A symbol ("not_authorized") as a code for that packet; -1 when it is none.
 * Any packet's symbols are accepted when type is MQTT_NO_TYPE. */
int mqtt_reason_parse(struct slice symbol, enum mqtt_type type,
                      enum mqtt_version v);

/* All rows of a version in turn, for sweeps and documentation; NULL at the
 * end. */
const struct mqtt_reason_row *mqtt_reason_at(enum mqtt_version v, size_t index);

#endif
