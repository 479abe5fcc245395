/* ask_pubsub.c - questions of L1.1 about sensors and a dashboard.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/ask.h"

#include <stdio.h>

#include "labs/answers/draw.h"

static bool
has_alias_only(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.topic.len == 0 && p->packet->topic.len > 0;
}

static bool
has_properties(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return p->packet->mqtt.properties.len > 10 && p->packet->mqtt.qos == 1;
}

static bool
is_wide(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    for (size_t i = 0; i < p->packet->topic.len; i++)
        if (p->packet->topic.ptr[i] >= 0x80)
            return true;
    return false;
}

static bool
is_of_client(const struct talk_packet *p, const void *client)
{
    return strcmp(p->client, client) == 0;
}

static bool
begins_with_dashboard(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return strncmp(p->client, "dashboard", 9) == 0;
}

/* The frame that brings more than one packet. */
bool
ask_packets_of_frame(struct wire_question *q, const struct wire *w)
{
    (void)w;
    for (size_t i = 0; i + 2 < q->talk->count; i++) {
        const struct talk_packet *p = &q->talk->list[i];
        if (p->packet->from != FROM_CLIENT ||
            p[1].packet->frame != p->packet->frame)
            continue;
        size_t n = 1;
        while (i + n < q->talk->count && p[n].packet->frame == p->packet->frame)
            n++;
        ask_arg_number(q, p->packet->frame);
        ask_answer(q, n);
        ask_mistake(q, 1, "segment-is-no-packet");
        ask_mistake(q, n + 1, "segment-torn");
        return true;
    }
    return false;
}

/* The publication that the seed chose, and who gets it. */
static const struct talk_packet *
a_publication(const struct talk *t, uint64_t seed, const char *name)
{
    size_t n = ask_count(t, MQTT_PUBLISH, FROM_CLIENT, NULL, NULL);
    for (size_t i = 0, at = draw(seed, name, n ? n : 1); i < n; i++) {
        const struct talk_packet *p =
            ask_nth(t, MQTT_PUBLISH, FROM_CLIENT, NULL, NULL, (at + i) % n);
        size_t copies =
            ask_count(t, MQTT_PUBLISH, FROM_SERVER, ask_is_same_message, p);
        size_t same =
            ask_count(t, MQTT_PUBLISH, FROM_CLIENT, ask_is_same_message, p);
        if (copies == 2 && same == 1 && p->packet->mqtt.qos == 0)
            return p;
    }
    return NULL;
}

bool
ask_brought_to_dashboard(struct wire_question *q, const struct wire *w)
{
    const struct talk_packet *p = a_publication(q->talk, w->seed, "brought");
    const struct talk_packet *copy = NULL;
    if (!p)
        return false;
    ask_arg_number(q, p->packet->number);
    const struct talk_packet *to = NULL, *other = NULL;
    while ((copy = talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER,
                             copy ? copy->packet->number : p->packet->number,
                             ask_is_same_message, p)))
        if (begins_with_dashboard(copy, NULL))
            to = copy;
        else
            other = copy;
    if (!ask_answer_packet(q, to))
        return false;
    if (other)
        ask_mistake(q, other->packet->number, "other-subscriber");
    ask_mistake(q, p->packet->number, "publisher-not-copy");
    ask_mistake_frame(q, to);
    return true;
}

bool
ask_topic_of_alias(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, has_alias_only, NULL);
    if (!p)
        return false;
    ask_arg_number(q, p->packet->number);
    snprintf(q->answer, WIRE_TEXT, "%.*s", SLICE_ARG(p->packet->topic));
    ask_mistake_text(q, "1", "alias-means-topic");
    ask_mistake_text(q, "none", "alias-means-topic");
    ask_mistake_text(q, "empty", "alias-means-topic");
    return true;
}

bool
ask_subscribe_id(struct wire_question *q, const struct wire *w)
{
    (void)w;
    uint64_t swapped;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_SUBSCRIBE, FROM_CLIENT, 0, NULL, NULL);
    if (!p)
        return false;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, ask_number_in(p, "Packet Identifier", &swapped));
    ask_mistake(q, swapped, "bytes-swapped");
    ask_mistake(q, p->packet->number, "number-is-not-identifier");
    ask_mistake(q, p->packet->mqtt.packet_id & 0xff, "one-byte-of-two");
    return true;
}

bool
ask_count_for_dashboard(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *connect = talk_find(
        q->talk, MQTT_CONNECT, FROM_CLIENT, 0, begins_with_dashboard, NULL);
    if (!connect)
        return false;
    ask_arg(q, connect->client);
    ask_answer(q, ask_count(q->talk, MQTT_PUBLISH, FROM_SERVER, is_of_client,
                            connect->client));
    ask_mistake(q, ask_count(q->talk, MQTT_PUBLISH, FROM_ANY, NULL, NULL),
                "count-one-lane");
    ask_mistake(q, ask_count(q->talk, MQTT_PUBLISH, FROM_SERVER, NULL, NULL),
                "count-one-lane");
    ask_mistake(q, ask_count(q->talk, MQTT_PUBLISH, FROM_CLIENT, NULL, NULL),
                "count-one-lane");
    return true;
}

bool
ask_where_payload(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, has_properties, NULL);
    if (!p)
        return false;
    uint64_t at = p->packet->bytes.len - p->packet->mqtt.payload.len;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, at);
    ask_mistake(q, ask_place(p, "Property Length"), "properties-forgotten");
    ask_mistake(q, ask_place(p, "Property Length") + 1, "properties-forgotten");
    ask_mistake(q, at - 1, "property-length-forgotten");
    ask_mistake(q, at + 1, "offset-from-1");
    ask_mistake(q, at - 2, "offset-from-header");
    ask_mistake(q, ask_place(p, "Packet Identifier"), "packet-id-forgotten");
    return true;
}

bool
ask_length_of_wide(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, is_wide, NULL);
    if (!p)
        return false;
    size_t letters = 0;
    for (size_t i = 0; i < p->packet->topic.len; i++)
        letters += (p->packet->topic.ptr[i] & 0xc0) != 0x80;
    ask_arg_number(q, p->packet->number);
    ask_answer(q, p->packet->topic.len);
    ask_mistake(q, letters, "bytes-not-characters");
    ask_mistake(q, p->packet->topic.len + 2, "length-of-string-with-itself");
    return true;
}
