/* statement.c - the numbered statements of both standards.
 * SPDX-License-Identifier: MIT */
#include "mqtt/statement.h"

static const struct mqtt_statement rows[] = {
#define STATEMENT(id, section, level, binds, seen, needs, summary, how) \
    {id, section, LEVEL_##level, BINDS_##binds, seen, needs, summary, how, \
     "-", MQTT_50},
#include "mqtt/statements-v5.def"
#undef STATEMENT
#define STATEMENT(id, section, level, binds, seen, needs, summary, how, v5) \
    {id, section, LEVEL_##level, BINDS_##binds, seen, needs, summary, how, \
     v5, MQTT_311},
#include "mqtt/statements-v311.def"
#undef STATEMENT
};
enum { COUNT = sizeof rows / sizeof rows[0] };

const struct mqtt_statement *
mqtt_statement_at(size_t index)
{
    return index < COUNT ? &rows[index] : NULL;
}

const struct mqtt_statement *
mqtt_statement_find(struct slice id)
{
    for (size_t i = 0; i < COUNT; i++)
        if (slice_is(id, rows[i].id))
            return &rows[i];
    return NULL;
}

enum mqtt_version
mqtt_statement_version(struct slice id)
{
    if (slice_starts(id, "MQTT311-"))
        return MQTT_311;
    return slice_starts(id, "MQTT31-s") ? MQTT_31 : MQTT_50;
}

bool
mqtt_statement_binds_server(const struct mqtt_statement *s)
{
    return s->binds != BINDS_CLIENT;
}

const char *
mqtt_level_name(enum mqtt_level level)
{
    static const char *const names[] = {"MUST", "MUST NOT", "statement"};
    return names[level];
}

const char *
mqtt_binds_name(enum mqtt_binds binds)
{
    static const char *const names[] = {"client", "server", "both", "sender",
                                        "receiver"};
    return names[binds];
}
