/* on_disconnect.c - DISCONNECT: the client leaves in good order (3.14).
 * SPDX-License-Identifier: MIT */
#include "broker/dispatch.h"
#include "broker/note.h"
#include "broker/session.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

/* The client may change its mind about how long its session lives (3.14.2.2.2),
 * but not from 0 to something: false, a Protocol Error. */
static bool
take_expiry(const struct broker *b, struct session *s,
            const struct mqtt_packet *p)
{
    struct mqtt_property expiry;
    if (!MQTT_HAS(p, properties) ||
        !mqtt_property_find(p->properties, MQTT_P_session_expiry_interval,
                            &expiry))
        return true;
    /* When nothing longer than 0 is granted, 0 need not be what it asked. */
    if (s->expiry_interval == 0 && expiry.number != 0 &&
        b->config.maximum_session_expiry > 0)
        return false;
    s->expiry_interval = expiry.number < b->config.maximum_session_expiry
                             ? expiry.number
                             : b->config.maximum_session_expiry;
    return true;
}

void
on_disconnect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct session *s = c->session;
    if (p->version == MQTT_50 && !take_expiry(b, s, p)) {
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
                  "a Session Expiry Interval in DISCONNECT after 0 in CONNECT");
        return;
    }
    /* [MQTT-3.14.4-3, MQTT311-3.14.4-3]; with any other code the will goes out
     * as if the connection had been lost. */
    if (p->version != MQTT_50 || !MQTT_HAS(p, reason) ||
        p->reason == MQTT_RC_NORMAL_DISCONNECTION) {
        broker_note(b, c, "MQTT-3.14.4-3", "MQTT311-3.14.4-3",
                    "a normal DISCONNECT: the will is dropped unsent");
        will_cancel(b, s);
    }
    conn_close(b, c);
}
