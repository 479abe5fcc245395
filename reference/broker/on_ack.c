/* on_ack.c - PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7).
 * SPDX-License-Identifier: MIT
 *
 * The first two and the last answer what we sent (queue.h); PUBREL ends what
 * the client sent at QoS 2. An identifier that nobody knows is no error: after
 * a session was lost at one end it is how the other end finishes.            */
#include <assert.h>

#include "broker/dispatch.h"
#include "broker/held.h"
#include "broker/persist.h"
#include "broker/route.h"
#include "broker/send.h"
#include "broker/session.h"
#include "mqtt/reason.h"

/* Nothing was sent under that identifier. PUBREC may be answered with PUBREL, as
 * the table has it; the standard leaves more open (variants.def). */
static void
answer_stray(struct broker *b, struct conn *c, uint16_t packet_id,
             enum flow_event event)
{
    const struct flow_step *step =
        mqtt_flow_next(mqtt_flow_sender(2), FLOW_FREE, event);
    assert(step->to == FLOW_FREE);
    if (!(step->does & FLOW_DO_SEND_PUBREL_NOT_FOUND))
        return;
    if (b->config.variant.unknown_pubrec == PUBREC_CLOSES)
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
                  "a PUBREC for which there was no PUBLISH");
    else if (b->config.variant.unknown_pubrec == PUBREC_PUBREL)
        send_ack(b, c, MQTT_PUBREL, packet_id,
                 MQTT_RC_PACKET_IDENTIFIER_NOT_FOUND, NULL);
}

static void
take(struct broker *b, struct conn *c, uint16_t packet_id,
     enum flow_event event)
{
    switch (queue_got(b, c->session, packet_id, event)) {
    case QUEUE_TAKEN: return;
    case QUEUE_UNKNOWN: answer_stray(b, c, packet_id, event); return;
    case QUEUE_WRONG:
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
                  "an acknowledgement that does not fit the QoS of its "
                  "PUBLISH");
    }
}

void
on_puback(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    take(b, c, p->packet_id, FLOW_GOT_PUBACK);
}

void
on_pubrec(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    bool refused = p->version == MQTT_50 && mqtt_reason_failed(p->reason);
    take(b, c, p->packet_id,
         refused ? FLOW_GOT_PUBREC_ERROR : FLOW_GOT_PUBREC);
}

void
on_pubcomp(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    take(b, c, p->packet_id, FLOW_GOT_PUBCOMP);
}

void
on_pubrel(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct mqtt_pktids *receiving = &c->session->receiving;
    bool known = mqtt_pktid_in_use(receiving, p->packet_id);
    const struct flow_step *step =
        mqtt_flow_next(mqtt_flow_receiver(2),
                       known ? FLOW_AWAIT_PUBREL : FLOW_FREE, FLOW_GOT_PUBREL);
    assert(step->to == FLOW_FREE);
    if (step->does & FLOW_DO_RELEASE_ID)
        mqtt_pktid_unmark(receiving, p->packet_id);
    if (step->does & FLOW_DO_RETURN_QUOTA)
        mqtt_pktid_unmark(&c->unfinished, p->packet_id);
    struct message *m = held_take(&c->session->held, p->packet_id);
    if (known)
        persist_receiving_end(b, c->session, p->packet_id, m);
    if (m) {
        route_publish(b, m, c->session);
        message_unref(m);
    }
    if (c->phase != CONN_READY)
        return;
    send_ack(b, c, MQTT_PUBCOMP, p->packet_id,
             step->does & FLOW_DO_SEND_PUBCOMP
                 ? MQTT_RC_SUCCESS
                 : MQTT_RC_PACKET_IDENTIFIER_NOT_FOUND,
             NULL); /* [MQTT-4.3.3-11] */
}
