/* reason.c - Reason Codes.
 * SPDX-License-Identifier: MIT */
#include "mqtt/reason.h"

#include <ctype.h>

static const struct mqtt_reason_row rows5[] = {
#define REASON(symbol, code, name, packets, not_server, not_client, summary) \
    {#symbol, code, name, packets, not_server, not_client, summary},
#include "mqtt/reasons.def"
#undef REASON
};

/* 3.1.1, table 3.1 and 3.9.3. */
/* clang-format off */
static const struct mqtt_reason_row rows3[] = {
    {"ACCEPTED", 0, "Connection Accepted", P(CONNACK), 0, 0,
     "Connection accepted."},
    {"UNACCEPTABLE_PROTOCOL_VERSION", 1, "Unacceptable protocol version", P(CONNACK), 0, 0, "The server does not speak the version asked for."},
    {"IDENTIFIER_REJECTED", 2, "Identifier rejected", P(CONNACK), 0, 0,
     "The server does not allow this Client Identifier."},
    {"SERVER_UNAVAILABLE", 3, "Server unavailable", P(CONNACK), 0, 0,
     "The connection is there, the MQTT service is not."},
    {"BAD_USER_NAME_OR_PASSWORD", 4, "Bad user name or password", P(CONNACK), 0, 0,
     "The credentials are malformed."},
    {"NOT_AUTHORIZED", 5, "Not authorized", P(CONNACK), 0, 0,
     "The client may not connect."},
    {"GRANTED_QOS_0", 0, "Maximum QoS 0", P(SUBACK), 0, 0,
     "Subscribed, QoS 0."},
    {"GRANTED_QOS_1", 1, "Maximum QoS 1", P(SUBACK), 0, 0,
     "Subscribed, QoS 1."},
    {"GRANTED_QOS_2", 2, "Maximum QoS 2", P(SUBACK), 0, 0,
     "Subscribed, QoS 2."},
    {"FAILURE", 0x80, "Failure", P(SUBACK), 0, 0,
     "The subscription was refused."},
};
/* clang-format on */

const struct mqtt_reason_row *
mqtt_reason_at(enum mqtt_version v, size_t index)
{
    if (v == MQTT_50)
        return index < sizeof rows5 / sizeof *rows5 ? &rows5[index] : NULL;
    return index < sizeof rows3 / sizeof *rows3 ? &rows3[index] : NULL;
}

const struct mqtt_reason_row *
mqtt_reason_find(uint8_t code, enum mqtt_type type, enum mqtt_version v)
{
    const struct mqtt_reason_row *row;
    for (size_t i = 0; (row = mqtt_reason_at(v, i)); i++)
        if (row->code == code && (row->packets >> type & 1))
            return row;
    return NULL;
}

bool
mqtt_reason_may(uint8_t code, enum mqtt_type type, enum mqtt_side from)
{
    const struct mqtt_reason_row *row = mqtt_reason_find(code, type, MQTT_50);
    uint32_t barred = 0;
    if (row && (from & FROM_SERVER))
        barred |= row->not_server;
    if (row && (from & FROM_CLIENT))
        barred |= row->not_client;
    return row && !(barred >> type & 1);
}

const char *
mqtt_reason_name(uint8_t code, enum mqtt_type type, enum mqtt_version v)
{
    const struct mqtt_reason_row *row = mqtt_reason_find(code, type, v);
    return row ? row->name : "unknown";
}

static bool
is_symbol(struct slice text, const char *symbol)
{
    if (text.len != strlen(symbol))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (tolower(text.ptr[i]) != tolower((uint8_t)symbol[i]))
            return false;
    return true;
}

int
mqtt_reason_parse(struct slice symbol, enum mqtt_type type, enum mqtt_version v)
{
    const struct mqtt_reason_row *row;
    for (size_t i = 0; (row = mqtt_reason_at(v, i)); i++)
        if ((type == MQTT_NO_TYPE || (row->packets >> type & 1)) &&
            is_symbol(symbol, row->symbol))
            return row->code;
    return -1;
}
