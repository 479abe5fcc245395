/* admit.c - may one more client come in?
 * SPDX-License-Identifier: MIT */
#include "broker/admit.h"

#include "broker/session.h"
#include "mqtt/reason.h"

uint8_t
admit_refuses(const struct broker *b, const struct mqtt_packet *p)
{
    const struct broker_config *cfg = &b->config;
    const struct session *s = session_find(b, p->client_id);
    bool is_here = s && s->conn;
    if (cfg->refuse_clients)
        return cfg->refuse_clients == 1 ? MQTT_RC_USE_ANOTHER_SERVER
                                        : MQTT_RC_SERVER_MOVED;
    /* Whoever takes over its own connection is one for one. */
    if (!is_here && b->conn_count > cfg->maximum_connections)
        return MQTT_RC_QUOTA_EXCEEDED;
    if (!s && b->sessions.count >= cfg->maximum_sessions)
        return MQTT_RC_QUOTA_EXCEEDED;
    if (!is_here && b->is_short_of_memory)
        return MQTT_RC_SERVER_BUSY;
    if (p->will_flag && p->will_payload.len > cfg->maximum_will)
        return MQTT_RC_QUOTA_EXCEEDED;
    return 0;
}
