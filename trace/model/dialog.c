/* dialog.c - what one connection's packets mean in sequence.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/dialog.h"

#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

void
dialog_release(struct dialog *d)
{
    buf_release(&d->client_id);
    for (int i = 0; i < 2; i++) {
        alias_names_release(&d->alias[i]);
        pending_release(&d->pending[i]);
    }
    *d = (struct dialog){0};
}

static int
index_of(enum mqtt_side side)
{
    return side == FROM_SERVER;
}

/* --- which packet answers which ------------------------------------------- */

/* In whose identifiers a type counts: those of its sender, or of the peer
 * whose request it answers; 0: it has no identifier. */
enum identifier { NO_IDENTIFIER, OF_SENDER, OF_PEER };

static const struct {
    uint8_t type;       /* enum mqtt_type */
    uint8_t identifier; /* enum identifier */
    bool begins;        /* opens an exchange */
    bool ends;          /* closes it */
} steps[] = {
    /* type              identifier  begins ends */
    {MQTT_PUBLISH,       OF_SENDER,  true,  false},
    {MQTT_PUBACK,        OF_PEER,    false, true},
    {MQTT_PUBREC,        OF_PEER,    false, false},
    {MQTT_PUBREL,        OF_SENDER,  false, false},
    {MQTT_PUBCOMP,       OF_PEER,    false, true},
    {MQTT_SUBSCRIBE,     OF_SENDER,  true,  false},
    {MQTT_SUBACK,        OF_PEER,    false, true},
    {MQTT_UNSUBSCRIBE,   OF_SENDER,  true,  false},
    {MQTT_UNSUBACK,      OF_PEER,    false, true},
};

static void
answer(struct model_packet *p, uint64_t request, int64_t since_ns)
{
    p->request = request;
    /* A clock that went back would make an answer older than its request. */
    p->latency_ns = p->time_ns > since_ns ? p->time_ns - since_ns : 0;
}

static size_t
count_filters(const struct mqtt_packet *p)
{
    struct slice rest = p->filters;
    struct mqtt_filter f;
    size_t count = 0;
    while (mqtt_filter_next(p, &rest, &f))
        count++;
    return count;
}

/* An exchange that has just begun. A repeated PUBLISH (DUP) stays the exchange
 * that it repeats. */
static void
begin_exchange(struct pending_table *t, struct model_packet *p)
{
    const struct mqtt_packet *m = &p->mqtt;
    struct pending *e = pending_put(t, m->packet_id);
    if (!(m->type == MQTT_PUBLISH && m->dup && e->begun_by == MQTT_PUBLISH))
        e->begin = p->number;
    e->begun_by = (uint8_t)m->type;
    e->detail = (uint16_t)(m->type == MQTT_PUBLISH ? m->qos : count_filters(m));
    e->last = p->number;
    e->last_type = (uint8_t)m->type;
    e->last_time_ns = p->time_ns;
    p->exchange = e->begin;
}

/* Is it what `e` waits for? */
static bool
continues(const struct pending *e, enum mqtt_type type)
{
    switch (type) {
    case MQTT_SUBACK: return e->begun_by == MQTT_SUBSCRIBE;
    case MQTT_UNSUBACK: return e->begun_by == MQTT_UNSUBSCRIBE;
    case MQTT_PUBREL: return e->last_type != MQTT_PUBLISH;
    default: return e->begun_by == MQTT_PUBLISH;
    }
}

/* PUBREC with a code of failure: no PUBREL follows [MQTT-4.3.3-4]. */
static bool
refuses(const struct mqtt_packet *m)
{
    return m->type == MQTT_PUBREC && m->version == MQTT_50 &&
           MQTT_HAS(m, reason) && mqtt_reason_failed(m->reason);
}

/* A step of an exchange. One that nobody saw begin starts here: PUBREL is
 * repeated on a new connection of the same session (4.4). */
static void
continue_exchange(struct pending_table *t, struct model_packet *p, bool ends)
{
    struct pending *e = pending_find(t, p->mqtt.packet_id);
    if (!e || !continues(e, p->mqtt.type)) {
        if (ends)
            return;
        e = pending_put(t, p->mqtt.packet_id);
        *e = (struct pending){.packet_id = e->packet_id,
                              .begun_by = MQTT_PUBLISH,
                              .begin = p->number};
        p->exchange = p->number;
    } else {
        answer(p, e->last, e->last_time_ns);
        p->exchange = e->begin;
    }
    e->last = p->number;
    e->last_type = (uint8_t)p->mqtt.type;
    e->last_time_ns = p->time_ns;
    if (ends || refuses(&p->mqtt))
        pending_remove(t, p->mqtt.packet_id);
}

static void
pair_by_identifier(struct dialog *d, struct model_packet *p)
{
    size_t i = 0;
    if (!MQTT_HAS(&p->mqtt, packet_id) || p->mqtt.packet_id == 0)
        return;
    while (i < sizeof steps / sizeof *steps && steps[i].type != p->mqtt.type)
        i++;
    if (i == sizeof steps / sizeof *steps)
        return;
    int whose = index_of(p->from) ^ (steps[i].identifier == OF_PEER);
    if (steps[i].begins)
        begin_exchange(&d->pending[whose], p);
    else
        continue_exchange(&d->pending[whose], p, steps[i].ends);
}

static void
remember(struct dialog_request *r, const struct model_packet *p)
{
    r->number = p->number;
    r->time_ns = p->time_ns;
}

static void
answer_request(struct dialog_request *r, struct model_packet *p)
{
    if (r->number)
        answer(p, r->number, r->time_ns);
    r->number = 0;
}

/* CONNECT (AUTH (AUTH ...)) CONNACK; AUTH is answered by AUTH (4.12). */
static void
pair_auth(struct dialog *d, struct model_packet *p)
{
    if (p->from == FROM_CLIENT) {
        answer_request(&d->auth, p);
        remember(&d->connect, p);
        p->exchange = p->request ? d->connect_number : p->number;
        d->connect_number = p->exchange;
    } else {
        answer_request(&d->connect, p);
        remember(&d->auth, p);
        p->exchange = p->request ? d->connect_number : 0;
    }
}

static void
pair(struct dialog *d, struct model_packet *p)
{
    switch (p->mqtt.type) {
    case MQTT_CONNECT:
        remember(&d->connect, p);
        d->connect_number = p->exchange = p->number;
        break;
    case MQTT_CONNACK:
        answer_request(&d->connect, p);
        p->exchange = p->request ? d->connect_number : 0;
        break;
    case MQTT_AUTH: pair_auth(d, p); break;
    case MQTT_PINGREQ:
        if (!d->ping.number)
            remember(&d->ping, p);
        p->exchange = p->number;
        break;
    case MQTT_PINGRESP:
        answer_request(&d->ping, p);
        p->exchange = p->request;
        break;
    default: pair_by_identifier(d, p);
    }
}

/* --- aliases -------------------------------------------------------------- */

static void
resolve_topic(struct dialog *d, struct model_packet *p)
{
    struct alias_names *names = &d->alias[index_of(p->from)];
    if (!MQTT_HAS(&p->mqtt, topic))
        return;
    p->topic = p->mqtt.topic;
    if (p->mqtt.version != MQTT_50 || !MQTT_HAS(&p->mqtt, properties))
        return;
    uint32_t alias =
        mqtt_property_number(p->mqtt.properties, MQTT_P_topic_alias, 0);
    if (!alias)
        return;
    if (p->topic.len) {
        alias_names_bind(names, (uint16_t)alias, p->topic);
        return;
    }
    bool is_doubtful;
    p->topic = alias_names_topic(names, (uint16_t)alias, &is_doubtful);
    p->marks |= p->topic.ptr ? MODEL_ALIAS : MODEL_NO_ALIAS;
    if (is_doubtful)
        p->marks |= MODEL_DOUBTFUL;
}

/* --- version -------------------------------------------------------------- */

/* Of a packet whose end is missing: what is said about the missing end is
 * not the sender's fault. */
static void
drop_findings_past(struct mqtt_report *report, size_t end)
{
    size_t kept = 0;
    for (size_t i = 0; i < report->count; i++)
        if (report->list[i].offset + report->list[i].len < end)
            report->list[kept++] = report->list[i];
    report->count = kept;
}

static bool
decode_as(struct model_packet *p, enum mqtt_version v)
{
    mqtt_decode(p->bytes, v, &p->mqtt, &p->report, NULL);
    if (p->marks & MODEL_CUT)
        drop_findings_past(&p->report, p->bytes.len);
    else
        mqtt_check(&p->mqtt, p->from, &p->report);
    if (p->report.count == 0)
        return true;
    struct mqtt_notes notes = {0};
    model_packet_notes(p, &notes);
    mqtt_notes_place(&notes, &p->report);
    mqtt_notes_release(&notes);
    return false;
}

/* How many filters the request had that this SUBACK or UNSUBACK answers. */
static size_t
filters_asked(const struct dialog *d, const struct model_packet *p)
{
    uint8_t type = p->bytes.len ? p->bytes.ptr[0] >> 4 : 0;
    if ((type != MQTT_SUBACK && type != MQTT_UNSUBACK) || p->bytes.len < 4)
        return 0;
    uint16_t id = (uint16_t)(p->bytes.ptr[2] << 8 | p->bytes.ptr[3]);
    const struct pending *e =
        pending_find(&d->pending[!index_of(p->from)], id);
    return e && e->begun_by != MQTT_PUBLISH ? e->detail : 0;
}

static void
decode_by_guess(struct dialog *d, struct model_packet *p)
{
    bool is_connect = p->bytes.len && p->bytes.ptr[0] >> 4 == MQTT_CONNECT;
    bool is_cut = (p->marks & MODEL_CUT) != 0;
    if (d->guess.weight < VERSION_GUESS_SETTLED && !is_connect && !is_cut)
        version_guess_learn(&d->guess, p->bytes, p->from, filters_asked(d, p));
    enum mqtt_version v = version_guess_best(&d->guess);
    if (!decode_as(p, v) && !is_connect && !is_cut) {
        version_guess_learn(&d->guess, p->bytes, p->from, filters_asked(d, p));
        if (version_guess_best(&d->guess) != v)
            decode_as(p, version_guess_best(&d->guess));
    }
    if (!is_connect)
        p->marks |= MODEL_INFERRED;
}

/* A server that does not know 5.0 refuses in the words of 3.1.1 (3.1.2.2). */
static void
decode_downgraded(struct model_packet *p)
{
    struct model_packet other = *p;
    if (decode_as(&other, MQTT_311)) {
        *p = other;
        p->marks |= MODEL_DOWNGRADE;
    }
}

static void
decode(struct dialog *d, struct model_packet *p)
{
    if (d->version == MQTT_NO_VERSION) {
        decode_by_guess(d, p);
        return;
    }
    if (!decode_as(p, d->version) && d->version == MQTT_50 &&
        p->bytes.len == 4 && p->bytes.ptr[0] >> 4 == MQTT_CONNACK)
        decode_downgraded(p);
}

/* --- CONNECT and CONNACK -------------------------------------------------- */

static void
learn_connect(struct dialog *d, const struct mqtt_packet *m)
{
    d->has_connect = true;
    d->version = m->version;
    if (MQTT_HAS(m, keep_alive))
        d->keep_alive = m->keep_alive;
    buf_clear(&d->client_id);
    if (MQTT_HAS(m, client_id))
        buf_add(&d->client_id, m->client_id);
}

static void
learn_connack(struct dialog *d, const struct mqtt_packet *m)
{
    d->has_connack = true;
    if (m->version != MQTT_50 || !MQTT_HAS(m, properties))
        return;
    struct slice id = mqtt_property_text(
        m->properties, MQTT_P_assigned_client_identifier);
    if (id.ptr && d->client_id.len == 0)
        buf_add(&d->client_id, id);
    d->keep_alive = (uint16_t)mqtt_property_number(
        m->properties, MQTT_P_server_keep_alive, d->keep_alive);
}

void
dialog_next(struct dialog *d, struct model_packet *p)
{
    decode(d, p);
    if (p->mqtt.type == MQTT_CONNECT && p->from == FROM_CLIENT)
        learn_connect(d, &p->mqtt);
    else if (p->mqtt.type == MQTT_CONNACK && p->from == FROM_SERVER)
        learn_connack(d, &p->mqtt);
    if (p->mqtt.type == MQTT_PUBLISH)
        resolve_topic(d, p);
    pair(d, p);
}

void
dialog_gap(struct dialog *d, enum mqtt_side from)
{
    d->alias[index_of(from)].gaps++;
}
