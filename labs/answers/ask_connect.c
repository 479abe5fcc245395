/* ask_connect.c - questions of L1.1 about connecting.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/ask.h"

#include <stdio.h>

static bool
is_version(const struct talk_packet *p, const void *version)
{
    return p->packet->mqtt.version == *(const enum mqtt_version *)version;
}

static bool
is_longer(const struct talk_packet *p, const void *bytes)
{
    return p->packet->bytes.len > *(const size_t *)bytes;
}

static bool
is_refusal(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.reason != 0;
}

static bool
is_nameless_v5(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.client_id.len == 0 &&
           p->packet->mqtt.version == MQTT_50;
}

bool
ask_first_connack(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, NULL, NULL);
    const struct talk_packet *connect =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, NULL, NULL);
    if (!ask_answer_packet(q, p))
        return false;
    ask_mistake(q, connect->packet->number, "question-not-answer");
    ask_mistake_frame(q, p);
    return true;
}

bool
ask_first_of_v5(struct wire_question *q, const struct wire *w)
{
    (void)w;
    enum mqtt_version v5 = MQTT_50, v311 = MQTT_311;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, is_version, &v5);
    const struct talk_packet *old =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, is_version, &v311);
    /* The one without a name is not asked for. */
    while (p && p->packet->mqtt.client_id.len == 0)
        p = talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, p->packet->number,
                      is_version, &v5);
    if (!p || !old)
        return false;
    snprintf(q->answer, WIRE_TEXT, "%s", p->client);
    for (; old; old = talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT,
                                old->packet->number, is_version, &v311))
        if (old->packet->mqtt.client_id.len)
            ask_mistake_text(q, old->client, "byte-8");
    return true;
}

bool
ask_keep_alive(struct wire_question *q, const struct wire *w)
{
    (void)w;
    enum mqtt_version v311 = MQTT_311;
    uint64_t swapped;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, is_version, &v311);
    if (!p)
        return false;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, ask_number_in(p, "Keep Alive", &swapped));
    ask_mistake(q, swapped, "bytes-swapped");
    ask_mistake(q, p->packet->mqtt.keep_alive & 0xff, "one-byte-of-two");
    ask_mistake(q, p->packet->mqtt.keep_alive * 3u / 2, "one-and-a-half");
    return true;
}

static const struct talk_packet *
long_connect(const struct talk *t)
{
    size_t many = 129;
    return talk_find(t, MQTT_CONNECT, FROM_CLIENT, 0, is_longer, &many);
}

/* The Remaining Length's two bytes, read in the wrong ways. */
static void
length_mistakes(struct wire_question *q, const struct talk_packet *p,
                unsigned more)
{
    unsigned low = p->packet->bytes.ptr[1], high = p->packet->bytes.ptr[2];
    ask_mistake(q, ((low & 0x7f) << 7 | high) + more, "length-order");
    ask_mistake(q, (low & 0x7f) * 256 + high + more, "length-order");
    ask_mistake(q, (low << 8 | high) + more, "length-7-bits");
    ask_mistake(q, (high << 8 | low) + more, "length-7-bits");
    ask_mistake(q, (high << 7) + low + more, "length-7-bits");
    ask_mistake(q, (low & 0x7f) + more, "length-goes-on");
}

bool
ask_remaining_length(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = long_connect(q->talk);
    if (!p)
        return false;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, p->packet->bytes.len - 3);
    ask_mistake(q, p->packet->bytes.len, "length-with-header");
    ask_mistake(q, p->packet->bytes.len - 1, "length-with-itself");
    ask_mistake(q, p->packet->bytes.len - 2, "length-with-itself");
    length_mistakes(q, p, 0);
    return true;
}

bool
ask_where_client_id(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = long_connect(q->talk);
    if (!p)
        return false;
    uint64_t at = ask_place(p, "Client Identifier");
    uint64_t properties = ask_place(p, "Property Length");
    ask_arg_number(q, p->packet->number);
    ask_answer(q, at);
    ask_mistake(q, properties, "properties-forgotten");
    ask_mistake(q, at - 1, "property-length-forgotten");
    ask_mistake(q, at + 1, "offset-from-1");
    ask_mistake(q, at + 2, "string-length");
    ask_mistake(q, at - 3, "offset-from-header");
    return true;
}

bool
ask_whole_length(struct wire_question *q, const struct wire *w)
{
    (void)w;
    size_t many = 1;
    size_t n = ask_count(q->talk, MQTT_PUBLISH, FROM_SERVER, is_longer, &many);
    const struct talk_packet *p = ask_nth(q->talk, MQTT_PUBLISH, FROM_SERVER,
                                          is_longer, &many, n ? n - 1 : 0);
    if (!p)
        return false;
    size_t header = p->packet->bytes.ptr[1] >= 0x80 ? 3 : 2;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, p->packet->bytes.len);
    ask_mistake(q, p->packet->bytes.len - header, "length-without-header");
    if (header == 3) {
        ask_mistake(q, p->packet->bytes.len - 1, "length-itself-is-two");
        length_mistakes(q, p, 3);
    }
    return true;
}

bool
ask_refused(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, is_refusal, NULL);
    if (!ask_answer_packet(q, p))
        return false;
    ask_mistake(q, p->packet->request, "question-not-answer");
    ask_mistake_frame(q, p);
    return true;
}

bool
ask_assigned_name(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, is_nameless_v5, NULL);
    struct mqtt_notes notes = {0};
    const struct talk_packet *ack = NULL;
    while (p && (ack = talk_find(q->talk, MQTT_CONNACK, FROM_SERVER,
                                 ack ? ack->packet->number : p->packet->number,
                                 NULL, NULL)))
        if (ack->packet->request == p->packet->number)
            break;
    const struct mqtt_note *n =
        ack ? ask_note(&notes, ack, "Assigned Client Identifier") : NULL;
    if (n) {
        ask_arg_number(q, p->packet->number);
        snprintf(q->answer, WIRE_TEXT, "%.*s", SLICE_ARG(n->text));
        ask_mistake_text(q, "none", "name-in-connack");
    }
    mqtt_notes_release(&notes);
    return n != NULL;
}
