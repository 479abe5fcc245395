/* statement.h - the numbered statements of both standards, to look up.
 * SPDX-License-Identifier: MIT
 *
 * Rows come from statements-v5.def and statements-v311.def. A bare id
 * ("MQTT-3.3.1-4") is 5.0; "MQTT311-..." is 3.1.1.                           */
#ifndef MQTT_STATEMENT_H
#define MQTT_STATEMENT_H

#include "mqtt/version.h"

enum mqtt_level { LEVEL_MUST, LEVEL_MUST_NOT, LEVEL_STATEMENT };
enum mqtt_binds {
    BINDS_CLIENT,
    BINDS_SERVER,
    BINDS_BOTH,
    BINDS_SENDER,
    BINDS_RECEIVER
};
enum mqtt_seen { SEEN_ACTIVE, SEEN_PASSIVE, SEEN_BOTH, SEEN_NEVER };

struct mqtt_statement {
    const char *id;      /* "MQTT-3.3.1-4", "MQTT311-3.3.1-4" */
    const char *section; /* "3.3.1" */
    enum mqtt_level level;
    enum mqtt_binds binds;
    enum mqtt_seen seen;    /* how it can be observed */
    const char *needs;      /* capabilities, space separated, or "-" */
    const char *summary;    /* our wording */
    const char *how;        /* how to observe it, what to allow */
    const char *equivalent; /* 3.1.1 only: ids of 5.0, or "-" */
    enum mqtt_version version;
};

/* NULL when there is none of that id. */
const struct mqtt_statement *mqtt_statement_find(struct slice id);

/* Which version prints such an id: "MQTT-..." 5.0, "MQTT311-..." 3.1.1,
 * "MQTT31-s3.3", a section, 3.1. There need be no such statement. */
enum mqtt_version mqtt_statement_version(struct slice id);

/* All of them, 5.0 first, in the order of the standards; NULL at the end. */
const struct mqtt_statement *mqtt_statement_at(size_t index);

/* Does it bind what a server does, so that a suite for brokers can show it? */
bool mqtt_statement_binds_server(const struct mqtt_statement *s);

const char *mqtt_level_name(enum mqtt_level level);
const char *mqtt_binds_name(enum mqtt_binds binds);

#endif
