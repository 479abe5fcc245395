/* version.c - the three protocol versions.
 * SPDX-License-Identifier: MIT */
#include "mqtt/version.h"

/* clang-format off */
static const struct {
    enum mqtt_version version;
    const char *name, *protocol;
    const char *also[3];        /* further spellings people use */
} versions[] = {
    {MQTT_31,  "3.1",   "MQIsdp", {"3", "31", "mqttv31"}},
    {MQTT_311, "3.1.1", "MQTT",   {"4", "311", "mqttv311"}},
    {MQTT_50,  "5.0",   "MQTT",   {"5", "50", "mqttv5"}},
};
/* clang-format on */
enum { COUNT = sizeof versions / sizeof versions[0] };

const char *
mqtt_version_name(enum mqtt_version v)
{
    for (size_t i = 0; i < COUNT; i++)
        if (versions[i].version == v)
            return versions[i].name;
    return "?";
}

const char *
mqtt_version_protocol(enum mqtt_version v)
{
    return v == MQTT_31 ? "MQIsdp" : "MQTT";
}

enum mqtt_version
mqtt_version_parse(struct slice text)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (slice_is(text, versions[i].name))
            return versions[i].version;
        for (size_t k = 0; k < 3; k++)
            if (slice_is(text, versions[i].also[k]))
                return versions[i].version;
    }
    return MQTT_NO_VERSION;
}

enum mqtt_version
mqtt_version_of(struct slice protocol_name, uint8_t level)
{
    for (size_t i = 0; i < COUNT; i++)
        if (versions[i].version == (level & 0x7f) &&
            slice_is(protocol_name, versions[i].protocol))
            return versions[i].version;
    return MQTT_NO_VERSION;
}
