/* version.h - the three protocol versions, and sets of them.
 * SPDX-License-Identifier: MIT
 *
 * The values are the Protocol Version byte of CONNECT (3.1.2.2). The version
 * belongs to the connection: no other packet says which one it speaks.       */
#ifndef MQTT_VERSION_H
#define MQTT_VERSION_H

#include "base/slice.h"

enum mqtt_version {
    MQTT_NO_VERSION = 0, /* not known yet */
    MQTT_31 = 3,         /* "MQIsdp" */
    MQTT_311 = 4,        /* "MQTT" */
    MQTT_50 = 5          /* "MQTT" */
};

/* Sets of versions, for tables. */
enum {
    V_31 = 1 << MQTT_31,
    V_311 = 1 << MQTT_311,
    V_5 = 1 << MQTT_50,
    V_3 = V_31 | V_311,
    V_ALL = V_3 | V_5
};

static inline bool
mqtt_version_in(enum mqtt_version v, unsigned set)
{
    return (set >> v & 1) != 0;
}

/* "3.1", "3.1.1", "5.0"; "?" for anything else. */
const char *mqtt_version_name(enum mqtt_version v);

/* The other way round, also "3", "31", "311", "4" and "5"; MQTT_NO_VERSION when
 * the text names none. */
enum mqtt_version mqtt_version_parse(struct slice text);

/* Protocol Name and Protocol Version as CONNECT carries them [MQTT-3.1.2-1].
 * The top bit of the level, by which some bridges mark themselves, is ignored;
 * MQTT_NO_VERSION when the pair names no version that exists. */
const char *mqtt_version_protocol(enum mqtt_version v);
enum mqtt_version mqtt_version_of(struct slice protocol_name, uint8_t level);

#endif
