/* ask_qos.c - questions of L1.1 about the levels of QoS, and a session that is
 * resumed. SPDX-License-Identifier: MIT */
#include "labs/answers/ask.h"

static bool
has_qos(const struct talk_packet *p, const void *qos)
{
    return p->packet->mqtt.qos == *(const uint8_t *)qos;
}

static bool
is_retained(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.retain == 1;
}

static bool
is_dup(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.dup == 1;
}

static bool
has_present(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.session_present == 1;
}

/* Answers the other one. */
static bool
answers(const struct talk_packet *p, const void *other)
{
    const struct talk_packet *o = other;
    return p->connection == o->connection &&
           p->packet->mqtt.packet_id == o->packet->mqtt.packet_id;
}

static const struct talk_packet *
publication_of_qos(const struct talk *t, uint8_t qos)
{
    return talk_find(t, MQTT_PUBLISH, FROM_CLIENT, 0, has_qos, &qos);
}

bool
ask_acknowledged_by(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 1);
    if (!p)
        return false;
    const struct talk_packet *ack = talk_find(q->talk, MQTT_PUBACK, FROM_SERVER,
                                              p->packet->number, answers, p);
    const struct talk_packet *other = talk_find(
        q->talk, MQTT_PUBACK, FROM_CLIENT, p->packet->number, NULL, NULL);
    ask_arg_number(q, p->packet->number);
    if (!ask_answer_packet(q, ack))
        return false;
    if (other)
        ask_mistake(q, other->packet->number, "other-hop");
    ask_mistake(q, p->packet->number + 1, "next-is-not-answer");
    ask_mistake_frame(q, ack);
    return true;
}

bool
ask_ended_by(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 2);
    if (!p)
        return false;
    const struct talk_packet *end = talk_find(
        q->talk, MQTT_PUBCOMP, FROM_SERVER, p->packet->number, answers, p);
    const struct talk_packet *rec = talk_find(q->talk, MQTT_PUBREC, FROM_SERVER,
                                              p->packet->number, answers, p);
    const struct talk_packet *rel = talk_find(q->talk, MQTT_PUBREL, FROM_CLIENT,
                                              p->packet->number, answers, p);
    const struct talk_packet *other = talk_find(
        q->talk, MQTT_PUBCOMP, FROM_CLIENT, p->packet->number, NULL, NULL);
    ask_arg_number(q, p->packet->number);
    if (!ask_answer_packet(q, end) || !rec || !rel)
        return false;
    ask_mistake(q, rec->packet->number, "four-packets");
    ask_mistake(q, rel->packet->number, "four-packets");
    if (other)
        ask_mistake(q, other->packet->number, "other-hop");
    ask_mistake_frame(q, end);
    return true;
}

bool
ask_qos_at_the_end(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 2), *copy = NULL;
    while (p &&
           (copy = talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER,
                             copy ? copy->packet->number : p->packet->number,
                             ask_is_same_message, p)))
        if (copy->packet->mqtt.qos < p->packet->mqtt.qos)
            break;
    if (!p || !copy)
        return false;
    ask_arg_number(q, p->packet->number);
    ask_arg(q, copy->client);
    ask_answer(q, copy->packet->mqtt.qos);
    ask_mistake(q, p->packet->mqtt.qos, "granted-limits");
    ask_mistake(q, 0, "granted-limits");
    return true;
}

bool
ask_identifier_of_copy(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 2);
    const struct talk_packet *copy =
        p ? talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER, p->packet->number,
                      ask_is_same_message, p)
          : NULL;
    if (!copy)
        return false;
    ask_arg_number(q, p->packet->number);
    ask_arg(q, copy->client);
    ask_answer(q, copy->packet->mqtt.packet_id);
    ask_mistake(q, p->packet->mqtt.packet_id, "identifier-per-hop");
    ask_mistake(q, copy->packet->number, "number-is-not-identifier");
    ask_mistake(q, copy->packet->mqtt.packet_id * 256u, "bytes-swapped");
    return true;
}

bool
ask_first_byte_again(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, is_retained, NULL);
    if (!p)
        return false;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, p->packet->bytes.ptr[0] | 8);
    ask_mistake(q, p->packet->bytes.ptr[0], "dup-bit");
    ask_mistake(q, (p->packet->bytes.ptr[0] | 8u) & 0xfe, "retain-stays");
    ask_mistake(q, (p->packet->bytes.ptr[0] | 8u) & 0x0f, "whole-byte");
    ask_mistake(q, p->packet->bytes.ptr[0] | 16u, "dup-bit");
    return true;
}

bool
ask_sent_again(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER, 0, is_dup, NULL);
    if (!ask_answer_packet(q, p))
        return false;
    const struct talk_packet *first = talk_find(
        q->talk, MQTT_PUBLISH, FROM_SERVER, 0, ask_is_same_message, p);
    ask_mistake(q, first->packet->number, "again-not-first");
    ask_mistake(q, p->packet->number + 1, "dup-tells");
    ask_mistake_frame(q, p);
    return true;
}

bool
ask_waited_for(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *again =
        talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER, 0, is_dup, NULL);
    const struct talk_packet *p =
        again ? talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER,
                          again->packet->number, NULL, NULL)
              : NULL;
    if (!ask_answer_packet(q, p))
        return false;
    const struct talk_packet *first = talk_find(
        q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, ask_is_same_message, p);
    ask_mistake(q, again->packet->number, "dup-was-sent-before");
    ask_mistake(q, first->packet->number, "publisher-not-copy");
    ask_mistake_frame(q, p);
    return true;
}

bool
ask_session_expiry(struct wire_question *q, const struct wire *w)
{
    (void)w;
    uint64_t swapped;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, NULL, NULL);
    if (!p)
        return false;
    uint64_t seconds = ask_number_in(p, "Session Expiry Interval", &swapped);
    ask_arg_number(q, p->packet->number);
    ask_answer(q, seconds);
    ask_mistake(q, swapped, "bytes-swapped");
    ask_mistake(q, seconds & 0xffff, "four-bytes");
    ask_mistake(q, seconds >> 8, "identifier-in-front");
    ask_mistake(q, p->packet->mqtt.keep_alive, "keep-alive-is-another");
    return seconds != 0;
}

bool
ask_session_was_there(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, has_present, NULL);
    const struct talk_packet *first =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, NULL, NULL);
    if (!ask_answer_packet(q, p))
        return false;
    ask_mistake(q, p->packet->request, "question-not-answer");
    ask_mistake(q, first->packet->number, "session-was-new");
    ask_mistake_frame(q, p);
    return true;
}
