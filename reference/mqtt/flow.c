/* flow.c - how a QoS 1 or QoS 2 message gets across: four tables of steps.
 * SPDX-License-Identifier: MIT
 *
 * Read the tables, the rest is lookup. What is true in each state:
 *
 * FREE          the identifier is unused; a PUBLISH that comes under it is a
 *               new message, whatever its DUP flag says
 * AWAIT_PUBACK  the sender has the message and may have to send it again
 * AWAIT_PUBREC  the same; the receiver may or may not have got it
 * AWAIT_PUBCOMP the receiver has the message, so the sender has dropped it and
 *               may only ever repeat PUBREL
 * AWAIT_PUBREL  the message has been delivered; the receiver remembers nothing
 *               but the identifier, so as not to deliver again. A resumption
 *               changes nothing about that, and is no event of a receiver
 *
 * Exactly once is this: the two middle states of QoS 2. The receiver forgets
 * the identifier only after the sender has promised, by PUBREL, never to send
 * that PUBLISH again.                                                        */
#include "mqtt/flow.h"

#include <assert.h>
#include <stddef.h>

#define FREE FLOW_FREE
#define AWAIT_PUBACK FLOW_AWAIT_PUBACK
#define AWAIT_PUBREC FLOW_AWAIT_PUBREC
#define AWAIT_PUBCOMP FLOW_AWAIT_PUBCOMP
#define AWAIT_PUBREL FLOW_AWAIT_PUBREL
#define DO(x) FLOW_DO_##x

/* clang-format off */

/* Acknowledgements under an identifier that nobody uses: left over from an
 * exchange of which one end has lost the memory. After a reconnection that is
 * no error; PUBREC is answered so that the peer can finish too (3.6.2.1).
 *    from  on                       becomes do                           because */
#define STRAY_ACKNOWLEDGEMENTS(STEP) \
    STEP(FREE, FLOW_GOT_PUBACK,         FREE, DO(NOTHING),                   "", "") \
    STEP(FREE, FLOW_GOT_PUBREC,         FREE, DO(SEND_PUBREL_NOT_FOUND),     "MQTT-4.3.3-4", "MQTT311-4.3.3-1") \
    STEP(FREE, FLOW_GOT_PUBREC_ERROR,   FREE, DO(NOTHING),                   "", "") \
    STEP(FREE, FLOW_GOT_PUBCOMP,        FREE, DO(NOTHING),                   "", "")

/* QoS 1, sending end (4.3.2).
 *    from          on               becomes       do                     because in 5.0, in 3.1.1 */
#define QOS1_SENDER(STEP) \
    STEP(FREE,         FLOW_SEND,       AWAIT_PUBACK, DO(SEND_PUBLISH) | DO(TAKE_QUOTA), \
      "MQTT-4.3.2-2", "MQTT311-4.3.2-1") \
    STEP(AWAIT_PUBACK, FLOW_GOT_PUBACK, FREE,         DO(DISCARD_MESSAGE) | DO(RELEASE_ID) | DO(RETURN_QUOTA), \
      "MQTT-4.3.2-3", "MQTT311-2.3.1-3") \
    STEP(AWAIT_PUBACK, FLOW_RESUMED,    AWAIT_PUBACK, DO(RESEND_PUBLISH) | DO(TAKE_QUOTA), \
      "MQTT-4.4.0-1", "MQTT311-4.4.0-1") \
    STRAY_ACKNOWLEDGEMENTS(STEP)
/*    from          on                     ours?  breaks in 5.0,  in 3.1.1 */
static const struct flow_error qos1_sender_errors[] = {
    { FREE,         FLOW_RESUMED,          true,  "",             "" },
    { AWAIT_PUBACK, FLOW_SEND,             true,  "MQTT-4.3.2-1", "MQTT311-4.3.2-1" },
    { AWAIT_PUBACK, FLOW_GOT_PUBREC,       false, "MQTT-3.3.4-1", "MQTT311-3.3.4-1" },
    { AWAIT_PUBACK, FLOW_GOT_PUBREC_ERROR, false, "MQTT-3.3.4-1", "MQTT311-3.3.4-1" },
    { AWAIT_PUBACK, FLOW_GOT_PUBCOMP,      false, "MQTT-3.3.4-1", "MQTT311-3.3.4-1" },
};

/* QoS 1, receiving end (4.3.2): no memory, so at least once.
 *    from  on                 becomes do                                 because in 5.0, in 3.1.1 */
#define QOS1_RECEIVER(STEP) \
    STEP(FREE, FLOW_GOT_PUBLISH,  FREE,   DO(DELIVER) | DO(SEND_PUBACK),     "MQTT-4.3.2-4", "MQTT311-4.3.2-2") \
    STEP(FREE, FLOW_GOT_UNWANTED, FREE,   DO(SEND_PUBACK_REFUSED),           "MQTT-3.3.4-1", "MQTT311-3.3.4-1")

/* QoS 2, sending end (4.3.3).
 *    from           on                     becomes        do             because in 5.0, in 3.1.1 */
#define QOS2_SENDER(STEP) \
    STEP(FREE,          FLOW_SEND,             AWAIT_PUBREC,  DO(SEND_PUBLISH) | DO(TAKE_QUOTA), \
      "MQTT-4.3.3-2", "MQTT311-4.3.3-1") \
    STEP(AWAIT_PUBREC,  FLOW_GOT_PUBREC,       AWAIT_PUBCOMP, DO(DISCARD_MESSAGE) | DO(SEND_PUBREL), \
      "MQTT-4.3.3-4", "MQTT311-4.3.3-1") \
    STEP(AWAIT_PUBREC,  FLOW_GOT_PUBREC_ERROR, FREE,          DO(DISCARD_MESSAGE) | DO(RELEASE_ID) | DO(RETURN_QUOTA), \
      "MQTT-4.4.0-2", "") \
    STEP(AWAIT_PUBREC,  FLOW_RESUMED,          AWAIT_PUBREC,  DO(RESEND_PUBLISH) | DO(TAKE_QUOTA), \
      "MQTT-4.4.0-1", "MQTT311-4.4.0-1") \
    STEP(AWAIT_PUBCOMP, FLOW_GOT_PUBCOMP,      FREE,          DO(RELEASE_ID) | DO(RETURN_QUOTA), \
      "MQTT-4.3.3-5", "MQTT311-2.3.1-3") \
    STEP(AWAIT_PUBCOMP, FLOW_GOT_PUBREC,       AWAIT_PUBCOMP, DO(SEND_PUBREL), \
      "MQTT-4.3.3-4", "MQTT311-4.3.3-1") \
    STEP(AWAIT_PUBCOMP, FLOW_GOT_PUBREC_ERROR, FREE,          DO(RELEASE_ID) | DO(RETURN_QUOTA), \
      "MQTT-4.4.0-2", "") \
    STEP(AWAIT_PUBCOMP, FLOW_RESUMED,          AWAIT_PUBCOMP, DO(SEND_PUBREL) | DO(TAKE_QUOTA), \
      "MQTT-4.4.0-1", "MQTT311-4.4.0-1") \
    STRAY_ACKNOWLEDGEMENTS(STEP)
/*    from           on                ours?  breaks in 5.0,  in 3.1.1 */
static const struct flow_error qos2_sender_errors[] = {
    { FREE,          FLOW_RESUMED,     true,  "",             "" },
    { AWAIT_PUBREC,  FLOW_SEND,        true,  "MQTT-4.3.3-1", "MQTT311-4.3.3-1" },
    { AWAIT_PUBREC,  FLOW_GOT_PUBACK,  false, "MQTT-3.3.4-1", "MQTT311-3.3.4-1" },
    { AWAIT_PUBREC,  FLOW_GOT_PUBCOMP, false, "MQTT-3.3.4-1", "MQTT311-3.3.4-1" },
    { AWAIT_PUBCOMP, FLOW_SEND,        true,  "MQTT-4.3.3-1", "MQTT311-4.3.3-1" },
    { AWAIT_PUBCOMP, FLOW_GOT_PUBACK,  false, "MQTT-3.3.4-1", "MQTT311-3.3.4-1" },
};

/* QoS 2, receiving end (4.3.3). What was taken over once cannot be refused
 * when it comes again.
 *    from          on                 becomes       do                   because in 5.0, in 3.1.1 */
#define QOS2_RECEIVER(STEP) \
    STEP(FREE,         FLOW_GOT_PUBLISH,  AWAIT_PUBREL, DO(DELIVER) | DO(SEND_PUBREC) | DO(TAKE_QUOTA), \
      "MQTT-4.3.3-8", "MQTT311-4.3.3-2") \
    STEP(FREE,         FLOW_GOT_UNWANTED, FREE,         DO(SEND_PUBREC_REFUSED), \
      "MQTT-4.3.3-9", "") \
    STEP(AWAIT_PUBREL, FLOW_GOT_PUBLISH,  AWAIT_PUBREL, DO(SEND_PUBREC), \
      "MQTT-4.3.3-10", "MQTT311-4.3.3-2") \
    STEP(AWAIT_PUBREL, FLOW_GOT_UNWANTED, AWAIT_PUBREL, DO(SEND_PUBREC), \
      "MQTT-4.3.3-10", "MQTT311-4.3.3-2") \
    STEP(AWAIT_PUBREL, FLOW_GOT_PUBREL,   FREE,         DO(SEND_PUBCOMP) | DO(RELEASE_ID) | DO(RETURN_QUOTA), \
      "MQTT-4.3.3-11", "MQTT311-4.3.3-2") \
    STEP(FREE,         FLOW_GOT_PUBREL,   FREE,         DO(SEND_PUBCOMP_NOT_FOUND), \
      "MQTT-4.3.3-11", "MQTT311-4.3.3-2")

/* Each list twice: as rows, and as the place of each row, counted from 1, by
 * state and event. A place is an offset in a struct of one byte for each row. */
#define ROW(from, event, to, ...) {from, event, to, __VA_ARGS__},
#define BYTE(from, event, ...) char from##_##event;
#define PLACE(from, event, ...) \
    [from][event] = 1 + offsetof(struct PLACES, from##_##event),

#define PLACES qos1_sender_places
struct PLACES {QOS1_SENDER(BYTE)};
static const struct flow_step qos1_sender_steps[] = {QOS1_SENDER(ROW)};
static const uint8_t qos1_sender_place[FLOW_STATES][FLOW_EVENTS] = {QOS1_SENDER(PLACE)};
#undef PLACES

#define PLACES qos1_receiver_places
struct PLACES {QOS1_RECEIVER(BYTE)};
static const struct flow_step qos1_receiver_steps[] = {QOS1_RECEIVER(ROW)};
static const uint8_t qos1_receiver_place[FLOW_STATES][FLOW_EVENTS] = {QOS1_RECEIVER(PLACE)};
#undef PLACES

#define PLACES qos2_sender_places
struct PLACES {QOS2_SENDER(BYTE)};
static const struct flow_step qos2_sender_steps[] = {QOS2_SENDER(ROW)};
static const uint8_t qos2_sender_place[FLOW_STATES][FLOW_EVENTS] = {QOS2_SENDER(PLACE)};
#undef PLACES

#define PLACES qos2_receiver_places
struct PLACES {QOS2_RECEIVER(BYTE)};
static const struct flow_step qos2_receiver_steps[] = {QOS2_RECEIVER(ROW)};
static const uint8_t qos2_receiver_place[FLOW_STATES][FLOW_EVENTS] = {QOS2_RECEIVER(PLACE)};
#undef PLACES

#define SET(x) (uint16_t)(1u << (x))
#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SENDER_EVENTS \
    (SET(FLOW_SEND) | SET(FLOW_RESUMED) | SET(FLOW_GOT_PUBACK) | \
     SET(FLOW_GOT_PUBREC) | SET(FLOW_GOT_PUBREC_ERROR) | SET(FLOW_GOT_PUBCOMP))

static const struct flow_machine machines[] = {
    { "qos1_sender",
      qos1_sender_place, qos1_sender_steps, COUNT(qos1_sender_steps),
      qos1_sender_errors, COUNT(qos1_sender_errors),
      SET(FREE) | SET(AWAIT_PUBACK), SENDER_EVENTS },
    { "qos1_receiver",
      qos1_receiver_place, qos1_receiver_steps, COUNT(qos1_receiver_steps), NULL, 0,
      SET(FREE),
      SET(FLOW_GOT_PUBLISH) | SET(FLOW_GOT_UNWANTED) },
    { "qos2_sender",
      qos2_sender_place, qos2_sender_steps, COUNT(qos2_sender_steps),
      qos2_sender_errors, COUNT(qos2_sender_errors),
      SET(FREE) | SET(AWAIT_PUBREC) | SET(AWAIT_PUBCOMP), SENDER_EVENTS },
    { "qos2_receiver",
      qos2_receiver_place, qos2_receiver_steps, COUNT(qos2_receiver_steps), NULL, 0,
      SET(FREE) | SET(AWAIT_PUBREL),
      SET(FLOW_GOT_PUBLISH) | SET(FLOW_GOT_UNWANTED) |
      SET(FLOW_GOT_PUBREL) },
};
/* clang-format on */

const struct flow_machine *
mqtt_flow_at(size_t index)
{
    return index < COUNT(machines) ? &machines[index] : NULL;
}

const struct flow_machine *
mqtt_flow_sender(unsigned qos)
{
    return qos == 1 ? &machines[0] : qos == 2 ? &machines[2] : NULL;
}

const struct flow_machine *
mqtt_flow_receiver(unsigned qos)
{
    return qos == 1 ? &machines[1] : qos == 2 ? &machines[3] : NULL;
}

const struct flow_error *
mqtt_flow_error(const struct flow_machine *m, enum flow_state state,
                enum flow_event event)
{
    for (size_t i = 0; i < m->error_count; i++)
        if (m->errors[i].from == state && m->errors[i].event == event)
            return &m->errors[i];
    return NULL;
}

/* ---- in words ------------------------------------------------------------ */

const char *
mqtt_flow_state_name(enum flow_state state)
{
    static const char *const names[FLOW_STATES] = {
        [FREE] = "FREE",
        [AWAIT_PUBACK] = "AWAIT_PUBACK",
        [AWAIT_PUBREC] = "AWAIT_PUBREC",
        [AWAIT_PUBCOMP] = "AWAIT_PUBCOMP",
        [AWAIT_PUBREL] = "AWAIT_PUBREL",
    };
    assert(state < FLOW_STATES);
    return names[state];
}

const char *
mqtt_flow_event_name(enum flow_event event)
{
    static const char *const names[FLOW_EVENTS] = {
        [FLOW_SEND] = "SEND",
        [FLOW_RESUMED] = "RESUMED",
        [FLOW_GOT_PUBACK] = "GOT_PUBACK",
        [FLOW_GOT_PUBREC] = "GOT_PUBREC",
        [FLOW_GOT_PUBREC_ERROR] = "GOT_PUBREC_ERROR",
        [FLOW_GOT_PUBCOMP] = "GOT_PUBCOMP",
        [FLOW_GOT_PUBLISH] = "GOT_PUBLISH",
        [FLOW_GOT_UNWANTED] = "GOT_UNWANTED",
        [FLOW_GOT_PUBREL] = "GOT_PUBREL",
    };
    assert(event < FLOW_EVENTS);
    return names[event];
}

void
mqtt_flow_print_does(struct buf *out, unsigned does)
{
    static const char *const names[] = {
        "send PUBLISH",      "resend PUBLISH",      "deliver",
        "send PUBACK",       "send PUBACK refused", "send PUBREC",
        "send PUBREC refused", "send PUBREL",       "send PUBREL 0x92",
        "send PUBCOMP",      "send PUBCOMP 0x92",   "discard message",
        "release id",        "take quota",          "return quota",
    };
    const char *separator = "";
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!(does >> i & 1))
            continue;
        buf_printf(out, "%s%s", separator, names[i]);
        separator = ", ";
    }
}

void
mqtt_flow_print_steps(struct buf *out, const struct flow_machine *m,
                      const char *prefix)
{
    /* Loops leave a state at the top and at the bottom by turns, so that their
     * labels do not overlap. */
    unsigned loops[FLOW_STATES] = {0};
    for (size_t i = 0; i < m->step_count; i++) {
        const struct flow_step *s = &m->steps[i];
        if (s->from == s->to && s->does == FLOW_DO_NOTHING)
            continue;
        const char *side = "";
        if (s->from == s->to)
            side = loops[s->from]++ % 2 ? ":s" : ":n";
        buf_printf(out, "    %s%s%s -> %s%s%s [label=\"%s\\n",
                   prefix, mqtt_flow_state_name(s->from), side,
                   prefix, mqtt_flow_state_name(s->to), side,
                   mqtt_flow_event_name(s->event));
        mqtt_flow_print_does(out, s->does);
        buf_printf(out, "\\n%s\"]\n", s->statement5);
    }
}

void
mqtt_flow_print_dot(struct buf *out, const struct flow_machine *m)
{
    buf_printf(out,
               "digraph %s {\n"
               "    rankdir=LR\n"
               "    nodesep=1\n"
               "    pad=0.2\n"
               "    node [shape=box, style=rounded, width=2, height=0.7,\n"
               "          fontname=\"sans-serif\"]\n"
               "    edge [fontname=\"sans-serif\", fontsize=10]\n",
               m->name);
    mqtt_flow_print_steps(out, m, "");
    buf_add_str(out, "}\n");
}
