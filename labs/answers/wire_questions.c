/* wire_questions.c - L1.1: 24 questions, their answers, and wrong answers that tell
 *                    what went wrong.
 * SPDX-License-Identifier: MIT
 *
 * A question is a function that looks into a capture and writes down what it is
 * about (args), the answer, and the answers that common mistakes lead to, each
 * with the hint that it deserves.                                            */
#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "labs/answers/draw.h"
#include "labs/answers/wire.h"

/* --- writing down ---------------------------------------------------------- */

static void
arg(struct wire_question *q, const char *text)
{
    snprintf(q->args[q->arg_count++], WIRE_TEXT, "%s", text);
}

static void
arg_number(struct wire_question *q, uint64_t n)
{
    snprintf(q->args[q->arg_count++], WIRE_TEXT, "%" PRIu64, n);
}

static void
answer(struct wire_question *q, uint64_t n)
{
    snprintf(q->answer, WIRE_TEXT, "%" PRIu64, n);
}

static void
mistake_text(struct wire_question *q, const char *text, const char *hint)
{
    if (q->mistake_count == WIRE_MISTAKES || strcmp(text, q->answer) == 0)
        return;
    snprintf(q->mistakes[q->mistake_count].answer, WIRE_TEXT, "%s", text);
    q->mistakes[q->mistake_count++].hint = hint;
}

static void
mistake(struct wire_question *q, uint64_t n, const char *hint)
{
    char text[WIRE_TEXT];
    snprintf(text, sizeof text, "%" PRIu64, n);
    mistake_text(q, text, hint);
}

/* The answer is a packet: its frame in the capture is not its number. */
static bool
answer_packet(struct wire_question *q, const struct talk_packet *p)
{
    if (!p)
        return false;
    answer(q, p->packet->number);
    return true;
}

/* Late, so that a better hint for the same number comes first. */
static void
mistake_frame(struct wire_question *q, const struct talk_packet *p)
{
    mistake(q, p->packet->frame, "frame-not-packet");
}

/* --- looking into packets -------------------------------------------------- */

static bool
is_version(const struct talk_packet *p, const void *version)
{
    return p->packet->mqtt.version == *(const enum mqtt_version *)version;
}

static bool
is_of_client(const struct talk_packet *p, const void *client)
{
    return strcmp(p->client, client) == 0;
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

static bool
begins_with_dashboard(const struct talk_packet *p, const void *unused)
{
    (void)unused;
    return strncmp(p->client, "dashboard", 9) == 0;
}

/* Carries the same message as the other one. */
static bool
is_same_message(const struct talk_packet *p, const void *other)
{
    const struct talk_packet *o = other;
    return slice_equal(p->packet->topic, o->packet->topic) &&
           slice_equal(p->packet->mqtt.payload, o->packet->mqtt.payload);
}

/* Answers the other one. */
static bool
answers(const struct talk_packet *p, const void *other)
{
    const struct talk_packet *o = other;
    return p->connection == o->connection &&
           p->packet->mqtt.packet_id == o->packet->mqtt.packet_id;
}

/* The note of a field or property; NULL when the packet has none. */
static const struct mqtt_note *
note_of(struct mqtt_notes *notes, const struct talk_packet *p,
        const char *label)
{
    model_packet_notes(p->packet, notes);
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->list[i].label, label) == 0)
            return &notes->list[i];
    return NULL;
}

/* Where the field begins; 0: nowhere. */
static uint64_t
place_of(const struct talk_packet *p, const char *label)
{
    struct mqtt_notes notes = {0};
    const struct mqtt_note *n = note_of(&notes, p, label);
    uint64_t at = n ? n->at : 0;
    mqtt_notes_release(&notes);
    return at;
}

static uint64_t
number_in(const struct talk_packet *p, const char *label, uint64_t *swapped)
{
    struct mqtt_notes notes = {0};
    const struct mqtt_note *n = note_of(&notes, p, label);
    uint64_t number = n ? n->number : 0;
    *swapped = 0;
    /* A property's bytes begin with its identifier. */
    size_t skip = n && n->property ? 1 : 0;
    for (size_t i = n ? n->len : 0; i > skip; i--)
        *swapped = *swapped << 8 | p->packet->bytes.ptr[n->at + i - 1];
    mqtt_notes_release(&notes);
    return number;
}

static size_t
count_of(const struct talk *t, enum mqtt_type type, enum mqtt_side from,
         talk_fits *fits, const void *with)
{
    size_t count = 0;
    const struct talk_packet *p = NULL;
    while ((p = talk_find(t, type, from, p ? p->packet->number : 0, fits,
                          with)))
        count++;
    return count;
}

static const struct talk_packet *
nth_of(const struct talk *t, enum mqtt_type type, enum mqtt_side from,
       talk_fits *fits, const void *with, size_t nth)
{
    const struct talk_packet *p = NULL;
    do
        p = talk_find(t, type, from, p ? p->packet->number : 0, fits, with);
    while (p && nth-- > 0);
    return p;
}

/* --- connect --------------------------------------------------------------- */

static bool
first_connack(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, NULL, NULL);
    const struct talk_packet *connect =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, NULL, NULL);
    if (!answer_packet(q, p))
        return false;
    mistake(q, connect->packet->number, "question-not-answer");
    mistake_frame(q, p);
    return true;
}

static bool
first_of_v5(struct wire_question *q, const struct wire *w)
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
        mistake_text(q, old->client, "byte-8");
    return true;
}

static bool
keep_alive(struct wire_question *q, const struct wire *w)
{
    (void)w;
    enum mqtt_version v311 = MQTT_311;
    uint64_t swapped;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, is_version, &v311);
    if (!p)
        return false;
    arg_number(q, p->packet->number);
    answer(q, number_in(p, "Keep Alive", &swapped));
    mistake(q, swapped, "bytes-swapped");
    mistake(q, p->packet->mqtt.keep_alive & 0xff, "one-byte-of-two");
    mistake(q, p->packet->mqtt.keep_alive * 3u / 2, "one-and-a-half");
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
    mistake(q, ((low & 0x7f) << 7 | high) + more, "length-order");
    mistake(q, (low & 0x7f) * 256 + high + more, "length-order");
    mistake(q, (low << 8 | high) + more, "length-7-bits");
    mistake(q, (high << 8 | low) + more, "length-7-bits");
    mistake(q, (high << 7) + low + more, "length-7-bits");
    mistake(q, (low & 0x7f) + more, "length-goes-on");
}

static bool
remaining_length(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = long_connect(q->talk);
    if (!p)
        return false;
    arg_number(q, p->packet->number);
    answer(q, p->packet->bytes.len - 3);
    mistake(q, p->packet->bytes.len, "length-with-header");
    mistake(q, p->packet->bytes.len - 1, "length-with-itself");
    mistake(q, p->packet->bytes.len - 2, "length-with-itself");
    length_mistakes(q, p, 0);
    return true;
}

static bool
where_client_id(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = long_connect(q->talk);
    if (!p)
        return false;
    uint64_t at = place_of(p, "Client Identifier");
    uint64_t properties = place_of(p, "Property Length");
    arg_number(q, p->packet->number);
    answer(q, at);
    mistake(q, properties, "properties-forgotten");
    mistake(q, at - 1, "property-length-forgotten");
    mistake(q, at + 1, "offset-from-1");
    mistake(q, at + 2, "string-length");
    mistake(q, at - 3, "offset-from-header");
    return true;
}

static bool
whole_length(struct wire_question *q, const struct wire *w)
{
    (void)w;
    size_t many = 1;
    size_t n = count_of(q->talk, MQTT_PUBLISH, FROM_SERVER, is_longer, &many);
    const struct talk_packet *p = nth_of(q->talk, MQTT_PUBLISH, FROM_SERVER,
                                         is_longer, &many, n ? n - 1 : 0);
    if (!p)
        return false;
    size_t header = p->packet->bytes.ptr[1] >= 0x80 ? 3 : 2;
    arg_number(q, p->packet->number);
    answer(q, p->packet->bytes.len);
    mistake(q, p->packet->bytes.len - header, "length-without-header");
    if (header == 3) {
        mistake(q, p->packet->bytes.len - 1, "length-itself-is-two");
        length_mistakes(q, p, 3);
    }
    return true;
}

static bool
refused(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, is_refusal, NULL);
    if (!answer_packet(q, p))
        return false;
    mistake(q, p->packet->request, "question-not-answer");
    mistake_frame(q, p);
    return true;
}

static bool
assigned_name(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT,
                                            0, is_nameless_v5, NULL);
    struct mqtt_notes notes = {0};
    const struct talk_packet *ack = NULL;
    while (p && (ack = talk_find(q->talk, MQTT_CONNACK, FROM_SERVER,
                                 ack ? ack->packet->number : p->packet->number,
                                 NULL, NULL)))
        if (ack->packet->request == p->packet->number)
            break;
    const struct mqtt_note *n =
        ack ? note_of(&notes, ack, "Assigned Client Identifier") : NULL;
    if (n) {
        arg_number(q, p->packet->number);
        snprintf(q->answer, WIRE_TEXT, "%.*s", SLICE_ARG(n->text));
        mistake_text(q, "none", "name-in-connack");
    }
    mqtt_notes_release(&notes);
    return n != NULL;
}

/* --- pubsub ---------------------------------------------------------------- */

/* The frame that brings more than one packet. */
static bool
packets_of_frame(struct wire_question *q, const struct wire *w)
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
        arg_number(q, p->packet->frame);
        answer(q, n);
        mistake(q, 1, "segment-is-no-packet");
        mistake(q, n + 1, "segment-torn");
        return true;
    }
    return false;
}

/* The publication that the seed chose, and who gets it. */
static const struct talk_packet *
a_publication(const struct talk *t, uint64_t seed, const char *name)
{
    size_t n = count_of(t, MQTT_PUBLISH, FROM_CLIENT, NULL, NULL);
    for (size_t i = 0, at = draw(seed, name, n ? n : 1); i < n; i++) {
        const struct talk_packet *p = nth_of(t, MQTT_PUBLISH, FROM_CLIENT,
                                             NULL, NULL, (at + i) % n);
        size_t copies = count_of(t, MQTT_PUBLISH, FROM_SERVER,
                                 is_same_message, p);
        size_t same = count_of(t, MQTT_PUBLISH, FROM_CLIENT, is_same_message, p);
        if (copies == 2 && same == 1 && p->packet->mqtt.qos == 0)
            return p;
    }
    return NULL;
}

static bool
brought_to_dashboard(struct wire_question *q, const struct wire *w)
{
    const struct talk_packet *p = a_publication(q->talk, w->seed, "brought");
    const struct talk_packet *copy = NULL;
    if (!p)
        return false;
    arg_number(q, p->packet->number);
    const struct talk_packet *to = NULL, *other = NULL;
    while ((copy = talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER,
                             copy ? copy->packet->number : p->packet->number,
                             is_same_message, p)))
        if (begins_with_dashboard(copy, NULL))
            to = copy;
        else
            other = copy;
    if (!answer_packet(q, to))
        return false;
    if (other)
        mistake(q, other->packet->number, "other-subscriber");
    mistake(q, p->packet->number, "publisher-not-copy");
    mistake_frame(q, to);
    return true;
}

static bool
topic_of_alias(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT,
                                            0, has_alias_only, NULL);
    if (!p)
        return false;
    arg_number(q, p->packet->number);
    snprintf(q->answer, WIRE_TEXT, "%.*s", SLICE_ARG(p->packet->topic));
    mistake_text(q, "1", "alias-means-topic");
    mistake_text(q, "none", "alias-means-topic");
    mistake_text(q, "empty", "alias-means-topic");
    return true;
}

static bool
subscribe_id(struct wire_question *q, const struct wire *w)
{
    (void)w;
    uint64_t swapped;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_SUBSCRIBE, FROM_CLIENT, 0, NULL, NULL);
    if (!p)
        return false;
    arg_number(q, p->packet->number);
    answer(q, number_in(p, "Packet Identifier", &swapped));
    mistake(q, swapped, "bytes-swapped");
    mistake(q, p->packet->number, "number-is-not-identifier");
    mistake(q, p->packet->mqtt.packet_id & 0xff, "one-byte-of-two");
    return true;
}

static bool
count_for_dashboard(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *connect = talk_find(
        q->talk, MQTT_CONNECT, FROM_CLIENT, 0, begins_with_dashboard, NULL);
    if (!connect)
        return false;
    arg(q, connect->client);
    answer(q, count_of(q->talk, MQTT_PUBLISH, FROM_SERVER, is_of_client,
                       connect->client));
    mistake(q, count_of(q->talk, MQTT_PUBLISH, FROM_ANY, NULL, NULL),
            "count-one-lane");
    mistake(q, count_of(q->talk, MQTT_PUBLISH, FROM_SERVER, NULL, NULL),
            "count-one-lane");
    mistake(q, count_of(q->talk, MQTT_PUBLISH, FROM_CLIENT, NULL, NULL),
            "count-one-lane");
    return true;
}

static bool
where_payload(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT,
                                            0, has_properties, NULL);
    if (!p)
        return false;
    uint64_t at = p->packet->bytes.len - p->packet->mqtt.payload.len;
    arg_number(q, p->packet->number);
    answer(q, at);
    mistake(q, place_of(p, "Property Length"), "properties-forgotten");
    mistake(q, place_of(p, "Property Length") + 1, "properties-forgotten");
    mistake(q, at - 1, "property-length-forgotten");
    mistake(q, at + 1, "offset-from-1");
    mistake(q, at - 2, "offset-from-header");
    mistake(q, place_of(p, "Packet Identifier"), "packet-id-forgotten");
    return true;
}

static bool
length_of_wide(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, is_wide, NULL);
    if (!p)
        return false;
    size_t letters = 0;
    for (size_t i = 0; i < p->packet->topic.len; i++)
        letters += (p->packet->topic.ptr[i] & 0xc0) != 0x80;
    arg_number(q, p->packet->number);
    answer(q, p->packet->topic.len);
    mistake(q, letters, "bytes-not-characters");
    mistake(q, p->packet->topic.len + 2, "length-of-string-with-itself");
    return true;
}

/* --- qos ------------------------------------------------------------------- */

static const struct talk_packet *
publication_of_qos(const struct talk *t, uint8_t qos)
{
    return talk_find(t, MQTT_PUBLISH, FROM_CLIENT, 0, has_qos, &qos);
}

static bool
acknowledged_by(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 1);
    if (!p)
        return false;
    const struct talk_packet *ack = talk_find(
        q->talk, MQTT_PUBACK, FROM_SERVER, p->packet->number, answers, p);
    const struct talk_packet *other = talk_find(
        q->talk, MQTT_PUBACK, FROM_CLIENT, p->packet->number, NULL, NULL);
    arg_number(q, p->packet->number);
    if (!answer_packet(q, ack))
        return false;
    if (other)
        mistake(q, other->packet->number, "other-hop");
    mistake(q, p->packet->number + 1, "next-is-not-answer");
    mistake_frame(q, ack);
    return true;
}

static bool
ended_by(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 2);
    if (!p)
        return false;
    const struct talk_packet *end = talk_find(
        q->talk, MQTT_PUBCOMP, FROM_SERVER, p->packet->number, answers, p);
    const struct talk_packet *rec = talk_find(
        q->talk, MQTT_PUBREC, FROM_SERVER, p->packet->number, answers, p);
    const struct talk_packet *rel = talk_find(
        q->talk, MQTT_PUBREL, FROM_CLIENT, p->packet->number, answers, p);
    const struct talk_packet *other = talk_find(
        q->talk, MQTT_PUBCOMP, FROM_CLIENT, p->packet->number, NULL, NULL);
    arg_number(q, p->packet->number);
    if (!answer_packet(q, end) || !rec || !rel)
        return false;
    mistake(q, rec->packet->number, "four-packets");
    mistake(q, rel->packet->number, "four-packets");
    if (other)
        mistake(q, other->packet->number, "other-hop");
    mistake_frame(q, end);
    return true;
}

static bool
qos_at_the_end(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 2), *copy = NULL;
    while (p && (copy = talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER,
                                  copy ? copy->packet->number
                                       : p->packet->number,
                                  is_same_message, p)))
        if (copy->packet->mqtt.qos < p->packet->mqtt.qos)
            break;
    if (!p || !copy)
        return false;
    arg_number(q, p->packet->number);
    arg(q, copy->client);
    answer(q, copy->packet->mqtt.qos);
    mistake(q, p->packet->mqtt.qos, "granted-limits");
    mistake(q, 0, "granted-limits");
    return true;
}

static bool
identifier_of_copy(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p = publication_of_qos(q->talk, 2);
    const struct talk_packet *copy =
        p ? talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER, p->packet->number,
                      is_same_message, p)
          : NULL;
    if (!copy)
        return false;
    arg_number(q, p->packet->number);
    arg(q, copy->client);
    answer(q, copy->packet->mqtt.packet_id);
    mistake(q, p->packet->mqtt.packet_id, "identifier-per-hop");
    mistake(q, copy->packet->number, "number-is-not-identifier");
    mistake(q, copy->packet->mqtt.packet_id * 256u, "bytes-swapped");
    return true;
}

static bool
first_byte_again(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, is_retained, NULL);
    if (!p)
        return false;
    arg_number(q, p->packet->number);
    answer(q, p->packet->bytes.ptr[0] | 8);
    mistake(q, p->packet->bytes.ptr[0], "dup-bit");
    mistake(q, (p->packet->bytes.ptr[0] | 8u) & 0xfe, "retain-stays");
    mistake(q, (p->packet->bytes.ptr[0] | 8u) & 0x0f, "whole-byte");
    mistake(q, p->packet->bytes.ptr[0] | 16u, "dup-bit");
    return true;
}

/* --- session --------------------------------------------------------------- */

static bool
sent_again(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER, 0, is_dup, NULL);
    if (!answer_packet(q, p))
        return false;
    const struct talk_packet *first = talk_find(
        q->talk, MQTT_PUBLISH, FROM_SERVER, 0, is_same_message, p);
    mistake(q, first->packet->number, "again-not-first");
    mistake(q, p->packet->number + 1, "dup-tells");
    mistake_frame(q, p);
    return true;
}

static bool
waited_for(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *again =
        talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER, 0, is_dup, NULL);
    const struct talk_packet *p =
        again ? talk_find(q->talk, MQTT_PUBLISH, FROM_SERVER,
                          again->packet->number, NULL, NULL)
              : NULL;
    if (!answer_packet(q, p))
        return false;
    const struct talk_packet *first = talk_find(
        q->talk, MQTT_PUBLISH, FROM_CLIENT, 0, is_same_message, p);
    mistake(q, again->packet->number, "dup-was-sent-before");
    mistake(q, first->packet->number, "publisher-not-copy");
    mistake_frame(q, p);
    return true;
}

static bool
session_expiry(struct wire_question *q, const struct wire *w)
{
    (void)w;
    uint64_t swapped;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNECT, FROM_CLIENT, 0, NULL, NULL);
    if (!p)
        return false;
    uint64_t seconds = number_in(p, "Session Expiry Interval", &swapped);
    arg_number(q, p->packet->number);
    answer(q, seconds);
    mistake(q, swapped, "bytes-swapped");
    mistake(q, seconds & 0xffff, "four-bytes");
    mistake(q, seconds >> 8, "identifier-in-front");
    mistake(q, p->packet->mqtt.keep_alive, "keep-alive-is-another");
    return seconds != 0;
}

static bool
session_was_there(struct wire_question *q, const struct wire *w)
{
    (void)w;
    const struct talk_packet *p =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, has_present, NULL);
    const struct talk_packet *first =
        talk_find(q->talk, MQTT_CONNACK, FROM_SERVER, 0, NULL, NULL);
    if (!answer_packet(q, p))
        return false;
    mistake(q, p->packet->request, "question-not-answer");
    mistake(q, first->packet->number, "session-was-new");
    mistake_frame(q, p);
    return true;
}

/* --- all of them ----------------------------------------------------------- */

static const struct {
    const char *key;
    enum wire_capture capture;
    bool (*make)(struct wire_question *q, const struct wire *w);
} questions[WIRE_QUESTIONS] = {
    /* clang-format off */
    /* words                capture       answer */
    {"first-connack",       WIRE_CONNECT, first_connack},
    {"first-of-v5",         WIRE_CONNECT, first_of_v5},
    {"keep-alive",          WIRE_CONNECT, keep_alive},
    {"remaining-length",    WIRE_CONNECT, remaining_length},
    {"where-client-id",     WIRE_CONNECT, where_client_id},
    {"refused",             WIRE_CONNECT, refused},
    {"assigned-name",       WIRE_CONNECT, assigned_name},
    {"whole-length",        WIRE_PUBSUB,  whole_length},
    {"packets-of-frame",    WIRE_PUBSUB,  packets_of_frame},
    {"brought",             WIRE_PUBSUB,  brought_to_dashboard},
    {"topic-of-alias",      WIRE_PUBSUB,  topic_of_alias},
    {"subscribe-id",        WIRE_PUBSUB,  subscribe_id},
    {"count-for-dashboard", WIRE_PUBSUB,  count_for_dashboard},
    {"where-payload",       WIRE_PUBSUB,  where_payload},
    {"length-of-wide",      WIRE_PUBSUB,  length_of_wide},
    {"acknowledged-by",     WIRE_QOS,     acknowledged_by},
    {"ended-by",            WIRE_QOS,     ended_by},
    {"qos-at-the-end",      WIRE_QOS,     qos_at_the_end},
    {"identifier-of-copy",  WIRE_QOS,     identifier_of_copy},
    {"first-byte-again",    WIRE_QOS,     first_byte_again},
    {"session-was-there",   WIRE_SESSION, session_was_there},
    {"sent-again",          WIRE_SESSION, sent_again},
    {"waited-for",          WIRE_SESSION, waited_for},
    {"session-expiry",      WIRE_SESSION, session_expiry},
    /* clang-format on */
};

bool
wire_question_make(struct wire_question *q, const struct wire *w, size_t nth)
{
    *q = (struct wire_question){.talk = &w->talks[questions[nth].capture]};
    return questions[nth].make(q, w);
}

void
wire_question_print(struct buf *out, const struct wire *w,
                    const struct words *words, const struct wire_question *q,
                    size_t nth)
{
    (void)w;
    char key[64];
    const char *args[WORDS_ARGS] = {NULL};
    for (size_t i = 0; i < q->arg_count; i++)
        args[i] = q->args[i];
    snprintf(key, sizeof key, "q-%s", questions[nth].key);
    buf_printf(out, "%s: ", wire_capture_name(questions[nth].capture));
    words_say(words, out, key, args);
}

/* Is what they wrote this answer? Numbers in any base, texts to the letter. */
static bool
says(struct slice cell, const char *text)
{
    uint64_t theirs, ours;
    if (table_number(cell, &theirs) && table_number(slice_str(text), &ours))
        return theirs == ours;
    return table_is(cell, text);
}

static enum result
judge_one(struct buf *more, const struct wire *w, const struct wire_question *q,
          size_t nth, struct slice cell)
{
    char theirs[WIRE_TEXT];
    wire_question_print(more, w, &w->words, q, nth);
    if (cell.len == 0)
        return RESULT_BLANK;
    if (says(cell, q->answer))
        return RESULT_RIGHT;
    snprintf(theirs, sizeof theirs, "%.*s", SLICE_ARG(cell));
    buf_add_byte(more, '\n');
    words_tell3(&w->words, more, "you-wrote", theirs, NULL, NULL);
    buf_add_byte(more, '\n');
    const char *hint = "look-again";
    for (size_t i = q->mistake_count; i > 0; i--)
        if (says(cell, q->mistakes[i - 1].answer))
            hint = q->mistakes[i - 1].hint;
    words_tell3(&w->words, more, hint, theirs, NULL, NULL);
    buf_add_byte(more, '\n');
    return RESULT_WRONG;
}

void
wire_questions_judge(struct results *r, const struct wire *w,
                     const struct table *answers)
{
    struct wire_question q;
    struct buf more = {0};
    char number[16], test[32];
    for (size_t i = 0; i < WIRE_QUESTIONS; i++) {
        if (!wire_question_make(&q, w, i))
            continue;
        snprintf(number, sizeof number, "%zu", i + 1);
        snprintf(test, sizeof test, "question-%zu", i + 1);
        const struct table_row *row = table_find(answers, number, NULL);
        buf_clear(&more);
        enum result result = judge_one(&more, w, &q, i,
                                       row ? row->cells[1] : slice_str(""));
        results_add(r, test, result, buf_slice(&more));
    }
    buf_release(&more);
}
