/* flow.h - how a QoS 1 or QoS 2 message gets across: the rules as tables (4.3).
 * SPDX-License-Identifier: MIT
 *
 * A message with QoS above 0 is an exchange of packets that share one Packet
 * Identifier. Each end keeps one small state per identifier:
 *
 *     QoS 1   sender                    receiver
 *             AWAIT_PUBACK   PUBLISH ->             delivers
 *             (free)       <- PUBACK    (free)
 *
 *     QoS 2   AWAIT_PUBREC   PUBLISH -> AWAIT_PUBREL  delivers
 *             AWAIT_PUBCOMP <- PUBREC
 *                            PUBREL ->  (free)
 *             (free)       <- PUBCOMP
 *
 * The rules are symmetric, so broker, client and trace use the same tables. A
 * machine is a list of steps and a list of what may not happen; every pair of
 * a state and an event is in one of them. mqtt_flow_next only looks up. The
 * caller takes over step->to and does what the bits of step->does say.       */
#ifndef MQTT_FLOW_H
#define MQTT_FLOW_H

#include "base/buf.h"
#include "mqtt/version.h"

enum flow_state {
    FLOW_FREE,          /* no exchange under this identifier */
    FLOW_AWAIT_PUBACK,  /* QoS 1 sender: PUBLISH is out */
    FLOW_AWAIT_PUBREC,  /* QoS 2 sender: PUBLISH is out */
    FLOW_AWAIT_PUBCOMP, /* QoS 2 sender: PUBREL is out, never PUBLISH again */
    FLOW_AWAIT_PUBREL,  /* QoS 2 receiver: delivered, PUBREC is out */
    FLOW_STATES         /* how many */
};

enum flow_event {
    FLOW_SEND,             /* sender: a new message, under a free identifier */
    FLOW_RESUMED,          /* sender: the session goes on over a new connection */
    FLOW_GOT_PUBACK,       /* whatever its Reason Code: it settles the matter */
    FLOW_GOT_PUBREC,       /* Reason Code below 0x80 */
    FLOW_GOT_PUBREC_ERROR, /* Reason Code 0x80 or above (5.0) */
    FLOW_GOT_PUBCOMP,      /* whatever its Reason Code */
    FLOW_GOT_PUBLISH,      /* receiver: one that we are willing to take */
    FLOW_GOT_UNWANTED,     /* receiver: PUBLISH that we refuse (quota, ACL) */
    FLOW_GOT_PUBREL,       /* whatever its Reason Code */
    FLOW_EVENTS            /* how many */
};

/* What to do, as bits. When several are set: deliver before answering. */
enum flow_do {
    FLOW_DO_NOTHING = 0,
    FLOW_DO_SEND_PUBLISH = 1 << 0,           /* for the first time, DUP 0 */
    FLOW_DO_RESEND_PUBLISH = 1 << 1,         /* same identifier, DUP 1 */
    FLOW_DO_DELIVER = 1 << 2,                /* pass the message on */
    FLOW_DO_SEND_PUBACK = 1 << 3,            /* Reason Code 0x00 or 0x10 */
    FLOW_DO_SEND_PUBACK_REFUSED = 1 << 4,    /* 0x80 or above; 3.x: plain */
    FLOW_DO_SEND_PUBREC = 1 << 5,            /* Reason Code 0x00 or 0x10 */
    FLOW_DO_SEND_PUBREC_REFUSED = 1 << 6,    /* 0x80 or above; 3.x: plain */
    FLOW_DO_SEND_PUBREL = 1 << 7,            /* the first time and again */
    FLOW_DO_SEND_PUBREL_NOT_FOUND = 1 << 8,  /* Reason Code 0x92; 3.x: plain */
    FLOW_DO_SEND_PUBCOMP = 1 << 9,           /* Reason Code 0x00 */
    FLOW_DO_SEND_PUBCOMP_NOT_FOUND = 1 << 10, /* 0x92; 3.x: plain */
    FLOW_DO_DISCARD_MESSAGE = 1 << 11, /* not needed for resending any more */
    FLOW_DO_RELEASE_ID = 1 << 12,      /* the identifier may be used again */
    FLOW_DO_TAKE_QUOTA = 1 << 13,      /* one less of Receive Maximum (4.9) */
    FLOW_DO_RETURN_QUOTA = 1 << 14     /* one more; a receiver's count stops at
                                          its Receive Maximum */
};

/* One sentence of the standard: in this state, on that event, do this. */
struct flow_step {
    uint8_t from;             /* enum flow_state */
    uint8_t event;            /* enum flow_event */
    uint8_t to;               /* enum flow_state */
    uint16_t does;            /* bits of enum flow_do */
    const char *statement5;   /* "MQTT-...", "" when 5.0 gives it no number */
    const char *statement311; /* "MQTT311-...", "" when 3.1.1 gives none */
};

/* What may not happen. */
struct flow_error {
    uint8_t from;             /* enum flow_state */
    uint8_t event;            /* enum flow_event */
    bool is_ours;             /* a bug of the caller, not of the peer */
    const char *statement5;   /* which sentence it breaks */
    const char *statement311;
};

struct flow_machine {
    const char *name;                /* "qos2_receiver" */
    const uint8_t (*place)[FLOW_EVENTS]; /* by state and event: which step,
                                            counted from 1; 0 for none */
    const struct flow_step *steps;
    size_t step_count;
    const struct flow_error *errors;
    size_t error_count;
    uint16_t states;                 /* set of 1 << enum flow_state */
    uint16_t events;                 /* set of 1 << enum flow_event */
};

/* The machine for a message of that QoS; NULL for QoS 0, where nothing is
 * remembered. An acknowledgement under an identifier that is not in use: take
 * either sender, in state FLOW_FREE; an unknown PUBREL: the receiver of 2. */
const struct flow_machine *mqtt_flow_sender(unsigned qos);
const struct flow_machine *mqtt_flow_receiver(unsigned qos);

/* All four in turn; NULL at the end. */
const struct flow_machine *mqtt_flow_at(size_t index);

/* The step, or NULL when that may not happen in that state: see
 * mqtt_flow_error. Every event of m->events in every state of m->states has
 * either one or the other.
 *
 * FLOW_RESUMED goes to every exchange in the order of first sending
 * [MQTT-4.6.0-1], once per connection; a step that resends PUBLISH waits until
 * there is quota. Quota starts as the peer's Receive Maximum on each
 * connection; resent PUBRELs are sent in any case and may take it below 0. */
static inline const struct flow_step *
mqtt_flow_next(const struct flow_machine *m, enum flow_state state,
               enum flow_event event)
{
    size_t place = m->place[state][event];
    return place ? &m->steps[place - 1] : NULL;
}
const struct flow_error *mqtt_flow_error(const struct flow_machine *m,
                                         enum flow_state state,
                                         enum flow_event event);

/* "AWAIT_PUBREL", "GOT_PUBREC_ERROR"; actions joined by ", ". */
const char *mqtt_flow_state_name(enum flow_state state);
const char *mqtt_flow_event_name(enum flow_event event);
void mqtt_flow_print_does(struct buf *out, unsigned does);

/* Appends the machine as a DOT graph. Steps that neither move nor do anything
 * are left out. */
void mqtt_flow_print_dot(struct buf *out, const struct flow_machine *m);

/* Appends only its steps, with `prefix` before the name of each state: for a
 * graph of several machines. */
void mqtt_flow_print_steps(struct buf *out, const struct flow_machine *m,
                           const char *prefix);

#endif
