/* world.c - clients with good memory, and what they may expect of a broker.
 * SPDX-License-Identifier: MIT */
#include "crash/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mqtt/property.h"
#include "mqtt/reason.h"

enum { TALKATIVE = 20 }; /* broken promises that are told in full */

static const uint8_t kind_qos[KINDS] = {1, 2, 2};
static const uint8_t member_qos[MEMBERS] = {2, 1, 2};
static const enum mqtt_version member_version[MEMBERS] = {MQTT_50, MQTT_50,
                                                          MQTT_311};

void
world_fail(struct world *w, const char *format, ...)
{
    va_list args;
    if (w->failures++ >= TALKATIVE)
        return;
    va_start(args, format);
    printf("broken: ");
    vprintf(format, args);
    printf("\n");
    va_end(args);
}

/* --- what comes ----------------------------------------------------------- */

static void
got_stream(struct world *w, unsigned member, unsigned number, uint32_t seq)
{
    struct stream *s = &w->streams[number];
    uint8_t qos = kind_qos[number % KINDS];
    bool once = qos == 2 && member_qos[member] == 2;
    if (seq > s->sent) {
        world_fail(w, "m%u got message %u of stream %u, which was never sent",
                   member, seq, number);
        return;
    }
    bool is_again = seq <= s->base || s->got[member][seq - s->base - 1] > 0;
    if (is_again && once)
        world_fail(w, "m%u got message %u of stream %u twice at QoS 2", member,
                   seq, number);
    if (!is_again && seq < s->first[member])
        world_fail(w, "m%u got message %u of stream %u behind %u", member, seq,
                   number, s->first[member]);
    if (seq > s->base)
        s->got[member][seq - s->base - 1] = 1;
    if (seq > s->first[member])
        s->first[member] = seq;
}

static void
got_will(struct world *w, unsigned member, unsigned line, uint32_t generation)
{
    struct will_line *l = &w->wills[line];
    if (generation > l->generation) {
        world_fail(w, "m%u got will %u of w%u, which does not exist", member,
                   generation, line);
        return;
    }
    if (generation <= l->base) {
        if (member_qos[member] == 2)
            world_fail(w, "m%u got will %u of w%u too late or again", member,
                       generation, line);
        return;
    }
    l->bounds[generation - l->base - 1].got[member]++;
}

static void
on_message(struct party *p, const struct mqtt_client_event *e)
{
    struct world *w = p->world;
    char topic[16], payload[16];
    snprintf(topic, sizeof topic, "%.*s", SLICE_ARG(e->topic));
    snprintf(payload, sizeof payload, "%.*s", SLICE_ARG(e->packet->payload));
    unsigned who = (unsigned)(topic[2] - '0');
    uint32_t number = (uint32_t)strtoul(payload, NULL, 10);
    if (p->number == CHECKER)
        w->retained[who] = number;
    else if (topic[0] == 'w')
        got_will(w, p->number, who, number);
    else if (topic[0] == 't')
        got_stream(w, p->number,
                   who * KINDS + (unsigned)(topic[4] - '1'), number);
    else if (number) /* an empty one does not tell which it is */
        got_stream(w, p->number, who * KINDS + 2, number);
}

/* --- connections ---------------------------------------------------------- */

static void
subscribe(struct party *p)
{
    static const char *const names[] = {"r/#", "t/#", "w/#"};
    struct mqtt_filter filters[3];
    bool is_member = p->number < MEMBERS;
    for (int i = 0; i < 3; i++)
        filters[i] = (struct mqtt_filter){
            .filter = slice_str(names[i]),
            .qos = is_member ? member_qos[p->number] : 2};
    mqtt_client_subscribe(p->client, filters, is_member ? 3 : 1,
                          slice_of(NULL, 0));
}

static struct will_bounds *
newest(struct will_line *l)
{
    return &l->bounds[l->generation - l->base - 1];
}

static void
will_connected(struct party *p)
{
    struct world *w = p->world;
    unsigned line = p->number - MEMBERS;
    struct will_line *l = &w->wills[line];
    l->is_live = true;
    newest(l)->most = 0; /* as long as nothing breaks */
    /* Back before the delay was over: the will before this one is dropped. */
    if (line == 1 && l->generation - l->base > 1 && l->broke_ms &&
        w->now_ms < l->broke_ms + w->delay * 1000)
        newest(l)[-1].most = newest(l)[-1].least;
}

static void
on_connected(struct party *p, const struct mqtt_client_event *e)
{
    bool keeps = p->number < MEMBERS;
    if (keeps && p->was_connected && !e->packet->session_present)
        world_fail(p->world, "the session of %s is lost", p->name);
    p->was_connected = true;
    if (p->number >= MEMBERS && p->number < CHECKER)
        will_connected(p);
    else if (!p->is_subscribed)
        subscribe(p);
}

static void
on_event(void *owner, const struct mqtt_client_event *e)
{
    struct party *p = owner;
    struct world *w = p->world;
    switch (e->kind) {
    case MQTT_CLIENT_CONNECTED: on_connected(p, e); break;
    case MQTT_CLIENT_SUBSCRIBED: p->is_subscribed = true; break;
    case MQTT_CLIENT_MESSAGE: on_message(p, e); break;
    case MQTT_CLIENT_SENT:
        w->streams[e->tag].settled++;
        /* A PUBREL that was settled just before the crash finds nothing. */
        if (mqtt_reason_failed(e->reason) &&
            e->reason != MQTT_RC_PACKET_IDENTIFIER_NOT_FOUND)
            world_fail(w, "%s: a message was refused: %s", p->name, e->text);
        break;
    case MQTT_CLIENT_REFUSED:
        world_fail(w, "%s was refused: %s", p->name, e->text);
        break;
    case MQTT_CLIENT_CLOSED:
        if (e->by != MQTT_CLIENT_BY_NETWORK && e->reason != 0)
            world_fail(w, "%s: closed: %s", p->name, e->text);
        break;
    default: break;
    }
}

void
world_open(struct world *w, unsigned party)
{
    struct party *p = &w->parties[party];
    if (party >= MEMBERS && party < CHECKER) {
        struct will_line *l = &w->wills[party - MEMBERS];
        l->generation++;
        *newest(l) = (struct will_bounds){.most = 1};
        snprintf(p->will_payload, sizeof p->will_payload, "%u",
                 l->generation);
        p->config.will_payload = slice_str(p->will_payload);
    }
    mqtt_client_open(p->client, w->now_ms);
}

/* A will that goes out before is owed to nobody. */
static bool
members_subscribed(const struct world *w)
{
    for (unsigned i = 0; i < MEMBERS; i++)
        if (!w->parties[i].is_subscribed)
            return false;
    return true;
}

void
world_broke(struct world *w, unsigned party)
{
    struct party *p = &w->parties[party];
    if (party >= MEMBERS && party < CHECKER) {
        struct will_line *l = &w->wills[party - MEMBERS];
        l->broke_ms = 0;
        if (l->is_live) {
            newest(l)->most = 1;
            newest(l)->least = party == MEMBERS && members_subscribed(w);
            l->broke_ms = w->now_ms;
        }
        l->is_live = false;
    }
    if (mqtt_client_is_open(p->client))
        mqtt_client_ended(p->client, NULL, w->now_ms);
}

void
world_restarted(struct world *w)
{
    struct party *p = &w->parties[MEMBERS + 1];
    struct will_line *l = &w->wills[1];
    for (unsigned i = 0; i < CHECKER; i++)
        w->parties[i].wants = true;
    if (p->wants_at_ms > w->now_ms)
        return; /* it stays with what it meant to do before this crash */
    if (random_below(&w->random, 2)) {
        p->wants_at_ms = w->now_ms + 100; /* mostly in time */
        return;
    }
    /* Too late: its will must be out by then. */
    p->wants_at_ms = w->now_ms + (w->delay + 1) * 1000;
    if (l->broke_ms && l->generation > l->base && members_subscribed(w))
        newest(l)->least = 1;
}

/* --- what the clients do -------------------------------------------------- */

static void
publish(struct world *w, unsigned member, unsigned kind)
{
    unsigned number = member * KINDS + kind;
    struct stream *s = &w->streams[number];
    if (s->sent - s->base >= WINDOW)
        return;
    char topic[16], payload[200];
    bool is_empty = kind == 2 && random_below(&w->random, 4) == 0;
    s->is_empty[s->sent - s->base] = is_empty;
    s->sent++;
    snprintf(topic, sizeof topic, kind == 2 ? "r/%u" : "t/%u/%u", member,
             kind + 1);
    int len = snprintf(payload, sizeof payload, "%u%*s", s->sent,
                       (int)random_below(&w->random, 150), "");
    struct mqtt_client_message m = {
        .topic = slice_str(topic),
        .payload = slice_of(payload, is_empty ? 0 : (size_t)len),
        .tag = number,
        .qos = kind_qos[kind],
        .retain = kind == 2};
    mqtt_client_publish(w->parties[member].client, &m);
}

void
world_act(struct world *w)
{
    uint64_t what = random_below(&w->random, 16);
    unsigned member = (unsigned)random_below(&w->random, MEMBERS);
    if (what < 10)
        publish(w, member, (unsigned)random_below(&w->random, KINDS));
}

bool
world_is_quiet(const struct world *w)
{
    for (unsigned i = 0; i < CHECKER; i++) {
        const struct party *p = &w->parties[i];
        if (!mqtt_client_is_connected(p->client) ||
            (i < MEMBERS && !p->is_subscribed) ||
            mqtt_client_unsettled(p->client) ||
            mqtt_client_output(p->client)->len)
            return false;
    }
    return true;
}

/* The checker should find this in r/M; 0: nothing. False: anything will do. */
static bool
retained_wanted(const struct world *w, unsigned member, uint32_t *want)
{
    const struct stream *s = &w->streams[member * KINDS + 2];
    bool is_empty = s->sent > s->base && s->is_empty[s->sent - s->base - 1];
    *want = is_empty ? 0 : s->sent;
    return s->sent > s->base;
}

static bool
stream_lacks(const struct stream *s)
{
    for (uint32_t i = 0; i < s->sent - s->base; i++)
        for (unsigned m = 0; m < MEMBERS; m++)
            if (!s->is_empty[i] && !s->got[m][i])
                return true;
    return false;
}

static bool
will_lacks(const struct will_line *l)
{
    for (uint32_t i = 0; i + 1 < l->generation - l->base; i++)
        for (unsigned m = 0; m < MEMBERS; m++)
            if (l->bounds[i].got[m] < l->bounds[i].least)
                return true;
    return false;
}

bool
world_lacks(const struct world *w)
{
    const struct party *checker = &w->parties[CHECKER];
    uint32_t want;
    for (unsigned i = 0; i < STREAMS; i++)
        if (stream_lacks(&w->streams[i]))
            return true;
    for (unsigned i = 0; i < WILLS; i++)
        if (will_lacks(&w->wills[i]))
            return true;
    if (!checker->wants)
        return false;
    for (unsigned m = 0; m < MEMBERS; m++)
        if (retained_wanted(w, m, &want) && w->retained[m] != want)
            return true;
    return !checker->is_subscribed;
}

/* --- what was promised ---------------------------------------------------- */

void
world_look(struct world *w)
{
    struct party *p = &w->parties[CHECKER];
    memset(w->retained, 0, sizeof w->retained);
    p->is_subscribed = false;
    p->wants = true;
}

static void
verify_stream(struct world *w, unsigned number)
{
    struct stream *s = &w->streams[number];
    for (uint32_t i = 0; i < s->sent - s->base; i++)
        for (unsigned m = 0; m < MEMBERS; m++)
            if (!s->is_empty[i] && !s->got[m][i])
                world_fail(w, "m%u never got message %u of stream %u", m,
                           s->base + i + 1, number);
    unsigned member = number / KINDS;
    uint32_t want;
    if (number % KINDS == 2 && retained_wanted(w, member, &want) &&
        w->retained[member] != want)
        world_fail(w, "retained in r/%u is %u, not %u (0: none)", member,
                   w->retained[member], want);
    s->base = s->sent;
    memset(s->is_empty, 0, sizeof s->is_empty);
    memset(s->got, 0, sizeof s->got);
}

/* The newest is kept: its connection is there yet. */
static void
verify_will(struct world *w, unsigned line)
{
    struct will_line *l = &w->wills[line];
    for (uint32_t i = 0; i + 1 < l->generation - l->base; i++) {
        const struct will_bounds *b = &l->bounds[i];
        for (unsigned m = 0; m < MEMBERS; m++) {
            bool too_many = member_qos[m] == 2 ? b->got[m] > b->most
                                               : b->got[m] && !b->most;
            if (b->got[m] < b->least || too_many)
                world_fail(w, "m%u got will %u of w%u %u times, not %u to %u",
                           m, l->base + i + 1, line, b->got[m], b->least,
                           b->most);
        }
    }
    if (l->generation - l->base > 1) {
        l->bounds[0] = *newest(l);
        l->base = l->generation - 1;
    }
}

void
world_verify(struct world *w)
{
    struct party *p = &w->parties[CHECKER];
    if (!p->is_subscribed)
        world_fail(w, "the checker could not subscribe");
    for (unsigned i = 0; i < STREAMS; i++)
        verify_stream(w, i);
    for (unsigned i = 0; i < WILLS; i++)
        verify_will(w, i);
    p->wants = false;
    mqtt_client_disconnect(p->client, 0, slice_of(NULL, 0));
}

/* --- life ----------------------------------------------------------------- */

static void
init_will(struct world *w, struct party *p, unsigned line)
{
    snprintf(p->will_topic, sizeof p->will_topic, "w/%u", line);
    p->config.will_topic = slice_str(p->will_topic);
    p->config.will_qos = 2;
    p->config.clean_start = line == 0;
    if (line == 1)
        mqtt_property_add_number(&p->will_properties,
                                 MQTT_P_will_delay_interval, w->delay);
    p->config.will_properties = buf_slice(&p->will_properties);
}

static void
init_party(struct world *w, unsigned number)
{
    struct party *p = &w->parties[number];
    bool is_will = number >= MEMBERS && number < CHECKER;
    bool keeps = number < MEMBERS || number == MEMBERS + 1;
    p->world = w;
    p->number = number;
    p->wants = number != CHECKER;
    snprintf(p->name, sizeof p->name, "%c%u", is_will ? 'w' : 'm',
             is_will ? number - MEMBERS : number);
    p->config = (struct mqtt_client_config){
        .version = number < MEMBERS ? member_version[number] : MQTT_50,
        .client_id = slice_str(p->name),
        .clean_start = !keeps,
        .owner = p,
        .on_event = on_event};
    if (keeps && p->config.version == MQTT_50)
        mqtt_property_add_number(&p->properties,
                                 MQTT_P_session_expiry_interval, 0xffffffff);
    p->config.connect_properties = buf_slice(&p->properties);
    if (is_will)
        init_will(w, p, number - MEMBERS);
    p->client = mqtt_client_new(&p->config);
}

void
world_init(struct world *w, uint64_t seed, uint32_t delay)
{
    *w = (struct world){.now_ms = 1000, .delay = delay};
    random_seed(&w->random, seed);
    for (unsigned i = 0; i < PARTIES; i++)
        init_party(w, i);
}

void
world_release(struct world *w)
{
    for (unsigned i = 0; i < PARTIES; i++) {
        mqtt_client_free(w->parties[i].client);
        buf_release(&w->parties[i].properties);
        buf_release(&w->parties[i].will_properties);
    }
}
