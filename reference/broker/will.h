/* will.h - the Will Message: kept with the session, sent when it must be.
 * SPDX-License-Identifier: MIT
 *
 * It goes out when the connection ended without a DISCONNECT that cancels it
 * and either the Will Delay Interval has passed or the session has ended,
 * whichever comes first [MQTT-3.1.2-8]; not when the client is back before that
 * [MQTT-3.1.3-9]. It is sent once, then forgotten [MQTT-3.1.2-10].           */
#ifndef BROKER_WILL_H
#define BROKER_WILL_H

#include "broker/broker_state.h"
#include "broker/message.h"
#include "mqtt/packet.h"

struct session;

/* A session that has none has no such struct. */
struct will {
    struct session *session;   /* whose */
    struct message *message;   /* a reference */
    uint32_t delay;            /* Will Delay Interval, seconds */
    bool is_stored;            /* the store has it */
    struct broker_timer timer; /* runs between the end of the connection and
                                  the sending */
};

/* The session of a CONNECT gets its will, or none. */
void will_arm(struct broker *b, struct session *s, const struct mqtt_packet *p);

/* Puts back what is stored, to go out in so many milliseconds. */
void will_restore(struct broker *b, struct session *s, struct message *m,
                  uint32_t delay, uint64_t left_ms);

/* DISCONNECT with Reason Code 0x00 came, or the client is back in time. */
void will_cancel(struct broker *b, struct session *s);

/* The connection ended: sends it now or sets the timer. */
void will_on_close(struct broker *b, struct session *s);

/* Sends it now if there is one that waits or is armed, and forgets it. */
void will_send(struct broker *b, struct session *s);

#endif
