/* lint.c - from a model's events to findings.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/lint/lint.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/lint/also.h"
#include "trace/lint/forward.h"
#include "trace/lint/kept.h"

struct lint {
    struct mqtt_watch_sessions *sessions;
    struct forward *forward;
    struct kept *kept;
    struct lint_finding *findings; /* owned, as are their clients */
    size_t finding_count, finding_cap;
    struct lint_doubt *doubts;     /* owned, as are their texts */
    size_t doubt_count, doubt_cap;
    struct lint_totals totals;
    uint32_t types[2][8];          /* by side and version: set of P(TYPE) */
    bool has_websocket;            /* some connection is inside one */
};

/* What lint keeps of a connection. */
struct conn {
    struct lint *lint;
    struct mqtt_watch *watch;
    const struct model_packet *packet; /* being judged; NULL at the end */
    const struct model_conn *model;
    uint64_t last_frame;
    bool has_gap[2];
    unsigned marks;                    /* of all its packets together */
};

const char *
lint_level_name(enum mqtt_watch_level level)
{
    static const char *const names[] = {"must", "malformed", "protocol",
                                        "should", "advice"};
    return names[level];
}

const char *
lint_side_name(enum mqtt_side side)
{
    return side == FROM_CLIENT ? "client" : "broker";
}

bool
lint_next_id(struct slice *ids, struct slice *id)
{
    size_t n = 0;
    while (ids->len && ids->ptr[0] == ' ')
        *ids = slice_from(*ids, 1);
    while (n < ids->len && ids->ptr[n] != ' ')
        n++;
    *id = slice_first(*ids, n);
    *ids = slice_from(*ids, n);
    return n > 0;
}

/* --- findings ------------------------------------------------------------- */

/* One that was not seen set was not set. */
static bool
knows_aliases(const struct conn *c)
{
    return c->model->dialog.has_connect && !c->has_gap[0] && !c->has_gap[1];
}

static struct lint_finding *
add(struct lint *l, const struct conn *c)
{
    struct buf name = {0};
    if (l->finding_count == LINT_FINDINGS_MAX)
        return NULL;
    l->findings = xgrow(l->findings, &l->finding_cap, l->finding_count + 1,
                        sizeof *l->findings);
    struct lint_finding *f = &l->findings[l->finding_count++];
    *f = (struct lint_finding){.connection = c->model->number,
                               .frame = c->last_frame};
    bool is_inferred;
    f->version = model_conn_version(c->model, &is_inferred);
    if (c->packet) {
        f->packet = c->packet->number;
        f->frame = c->packet->frame;
        f->time_ns = c->packet->time_ns;
        f->marks = c->packet->marks;
        if (knows_aliases(c))
            f->marks &= ~(unsigned)MODEL_NO_ALIAS;
        f->by = c->packet->from;
        if (c->packet->mqtt.version)
            f->version = c->packet->mqtt.version;
    }
    model_conn_name(&name, c->model);
    f->client = xstrdup(buf_cstr(&name));
    buf_release(&name);
    return f;
}

static void
count(struct lint *l, unsigned level)
{
    if (level < WATCH_SHOULD)
        l->totals.violations++;
    else
        l->totals.advice++;
}

static void
on_watch(void *user, const struct mqtt_finding *found)
{
    struct conn *c = user;
    struct lint_finding *f = add(c->lint, c);
    count(c->lint, found->rule->level);
    if (!f)
        return;
    f->ids = found->ids;
    f->section = found->rule->section;
    f->text = found->rule->text;
    f->expected = found->rule->expected;
    f->level = found->rule->level;
    f->by = found->by;
    f->earlier = found->earlier;
    f->time_ns = found->time_us * 1000;
}

static void
on_forward(void *user, const struct mqtt_watch_rule *rule, uint64_t earlier)
{
    struct conn *c = user;
    struct lint_finding *f = add(c->lint, c);
    count(c->lint, rule->level);
    if (!f)
        return;
    const char *ids = f->version == MQTT_50 ? rule->ids5 : rule->ids311;
    f->ids = ids ? ids : "";
    f->section = rule->section;
    f->text = rule->text;
    f->expected = rule->expected;
    f->level = rule->level;
    f->earlier = earlier;
    f->is_likely = true;
}

/* What decode and check found in the packet itself. */
static void
take_report(struct conn *c, const struct model_packet *p)
{
    for (size_t i = 0; i < p->report.count; i++) {
        const struct mqtt_violation *v = &p->report.list[i];
        struct lint_finding *f = add(c->lint, c);
        unsigned level = v->statement[0]     ? WATCH_MUST
                         : v->reason == 0x81 ? WATCH_MALFORMED
                                             : WATCH_PROTOCOL;
        count(c->lint, level);
        if (!f)
            return;
        f->ids = also_ids(v, p);
        f->section = v->section;
        f->text = v->text;
        f->expected = "";
        f->level = (uint8_t)level;
        f->offset = v->offset;
        f->len = v->len;
    }
}

/* --- packets -------------------------------------------------------------- */

static struct conn *
conn_of(struct lint *l, struct model_conn *m)
{
    struct conn *c = m->user;
    if (c)
        return c;
    c = xcalloc(1, sizeof *c);
    c->lint = l;
    c->model = m;
    c->watch = mqtt_watch_new(l->sessions, on_watch, c);
    m->user = c;
    return c;
}

static void
gap(struct conn *c, enum mqtt_side side)
{
    mqtt_watch_gap(c->watch, side);
    c->has_gap[side == FROM_SERVER] = true;
    forward_gap(c->lint->forward);
    kept_gap(c->lint->kept);
}

/* May a client's packet be a message, or ask for some? */
static bool
has_to_be_known(enum mqtt_type type)
{
    return type == MQTT_PUBLISH || type == MQTT_SUBSCRIBE;
}

static void
take_forward(struct conn *c, const struct model_packet *p)
{
    struct forward *f = c->lint->forward;
    struct forward_seen seen = {
        .packet = &p->mqtt,
        .from = p->from,
        .topic = p->topic,
        .client = buf_slice(&c->model->dialog.client_id),
        .number = p->number,
        .connection = c->model->number,
        .time_us = p->time_ns / 1000,
    };
    if (p->report.count || (p->marks & (MODEL_CUT | MODEL_DOUBTFUL))) {
        if (p->from == FROM_CLIENT && has_to_be_known(p->mqtt.type))
            kept_gap(c->lint->kept);
        return;
    }
    kept_next(c->lint->kept, &seen, on_forward, c);
    if (p->mqtt.type == MQTT_PUBLISH)
        forward_next(f, &seen, on_forward, c);
    else if (p->mqtt.type == MQTT_CONNECT && p->from == FROM_CLIENT)
        forward_will(f, &seen);
    else if (p->mqtt.type == MQTT_SUBSCRIBE && p->from == FROM_CLIENT)
        forward_subscribe(f, seen.client, &p->mqtt);
}

static void
on_packet(void *user, const struct model_packet *p)
{
    struct lint *l = user;
    struct model_conn *m = (struct model_conn *)p->conn;
    struct conn *c = conn_of(l, m);
    bool is_first = m->side[p->from == FROM_SERVER].packets == 1;
    bool is_late = is_first && (!m->is_start_seen || m->is_side_guessed) &&
                   p->mqtt.type != MQTT_CONNECT;
    if (l->totals.packets++ == 0)
        l->totals.start_ns = p->time_ns;
    if (is_late || (p->marks & (MODEL_AFTER_GAP | MODEL_CUT)))
        gap(c, p->from);
    c->packet = p;
    c->last_frame = p->frame;
    c->marks |= p->marks;
    l->types[p->from == FROM_SERVER][p->mqtt.version & 7] |= 1u << p->mqtt.type;
    struct mqtt_watch_packet seen = {
        .packet = &p->mqtt,
        .from = p->from,
        .time_us = p->time_ns / 1000,
        .number = p->number,
        .len = p->wire_len,
        .is_damaged = p->report.count || (p->marks & MODEL_CUT) != 0,
    };
    if (!(p->marks & MODEL_DOWNGRADE))
        take_report(c, p);
    mqtt_watch_packet(c->watch, &seen);
    take_forward(c, p);
    c->packet = NULL;
}

static void
on_gap(void *user, struct model_conn *m, enum mqtt_side from, uint64_t bytes,
       enum stream_gap cause, const struct stream_mark *mark)
{
    (void)bytes;
    (void)cause;
    (void)mark;
    gap(conn_of(user, m), from);
}

/* --- the end of a connection ---------------------------------------------- */

static void
doubt(struct buf *out, const char *text)
{
    if (out->len)
        buf_add_str(out, "; ");
    buf_add_str(out, text);
}

static void
note_doubts(struct lint *l, const struct conn *c)
{
    const struct model_conn *m = c->model;
    struct buf text = {0}, name = {0};
    if (!m->dialog.has_connect)
        doubt(&text, "no CONNECT seen");
    if (c->marks & MODEL_INFERRED)
        doubt(&text, "version inferred");
    if (c->marks & MODEL_SIDE_GUESSED)
        doubt(&text, "who is the client is a guess");
    if (m->side[0].gaps + m->side[1].gaps)
        doubt(&text, "bytes are missing");
    if (c->marks & MODEL_CUT)
        doubt(&text, "packets are cut");
    if ((c->marks & MODEL_NO_ALIAS) && !knows_aliases(c))
        doubt(&text, "a Topic Alias was set before the capture began");
    if (text.len && l->doubt_count < LINT_DOUBTS_MAX) {
        l->doubts = xgrow(l->doubts, &l->doubt_cap, l->doubt_count + 1,
                          sizeof *l->doubts);
        model_conn_name(&name, m);
        l->doubts[l->doubt_count++] = (struct lint_doubt){
            .connection = m->number,
            .client = xstrdup(buf_cstr(&name)),
            .text = xstrdup(buf_cstr(&text)),
        };
    }
    buf_release(&text);
    buf_release(&name);
}

static const struct mqtt_watch_rule in_text = {
    "MQTT-6.0.0-1", "MQTT311-6.0.0-1", "6", WATCH_MUST,
    "a text message of WebSocket", "binary messages"
};

const struct mqtt_watch_rule *
lint_rule_at(size_t index)
{
    return index == 0 ? &in_text : NULL;
}

/* Once for each side: where it stood among the packets is not known. */
static void
judge_websocket(struct conn *c, int64_t time_ns)
{
    static const enum mqtt_side sides[] = {FROM_CLIENT, FROM_SERVER};
    for (int i = 0; i < 2; i++) {
        uint64_t texts = 0;
        struct mqtt_finding found = {
            .rule = &in_text, .by = sides[i], .time_us = time_ns / 1000};
        if (!unwrap_texts(c->model->unwrap, sides[i], &texts))
            return;
        c->lint->has_websocket = true;
        bool is_inferred;
        found.ids = model_conn_version(c->model, &is_inferred) == MQTT_50
                        ? in_text.ids5
                        : in_text.ids311;
        if (texts)
            on_watch(c, &found);
    }
}

static void
on_close(void *user, struct model_conn *m, const struct stream_mark *mark)
{
    struct lint *l = user;
    uint64_t texts = 0;
    if (unwrap_texts(m->unwrap, FROM_CLIENT, &texts) && texts)
        conn_of(l, m); /* perhaps all of its MQTT was in them */
    struct conn *c = m->user;
    if (!c)
        return;
    l->totals.connections++;
    kept_close(l->kept, m->number, mark->time_ns / 1000);
    c->last_frame = mark->frame;
    bool is_end = m->end && (strcmp(m->end, "FIN") == 0 ||
                             strcmp(m->end, "RST") == 0);
    mqtt_watch_close(c->watch, is_end ? m->first_to_close : 0,
                     mark->time_ns / 1000);
    judge_websocket(c, mark->time_ns);
    note_doubts(l, c);
    mqtt_watch_free(c->watch);
    free(c);
    m->user = NULL;
}

/* --- life ----------------------------------------------------------------- */

struct lint *
lint_new(void)
{
    struct lint *l = xcalloc(1, sizeof *l);
    l->sessions = mqtt_watch_sessions_new();
    l->forward = forward_new();
    l->kept = kept_new();
    return l;
}

void
lint_free(struct lint *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->finding_count; i++)
        free(l->findings[i].client);
    for (size_t i = 0; i < l->doubt_count; i++) {
        free(l->doubts[i].client);
        free(l->doubts[i].text);
    }
    free(l->findings);
    free(l->doubts);
    mqtt_watch_sessions_free(l->sessions);
    forward_free(l->forward);
    kept_free(l->kept);
    free(l);
}

struct model_events
lint_events(struct lint *l)
{
    return (struct model_events){l, on_packet, on_gap, on_close};
}

const struct lint_finding *
lint_findings(const struct lint *l, size_t *n)
{
    *n = l->finding_count;
    return l->findings;
}

const struct lint_doubt *
lint_doubts(const struct lint *l, size_t *n)
{
    *n = l->doubt_count;
    return l->doubts;
}

struct lint_totals
lint_totals(const struct lint *l)
{
    return l->totals;
}

bool
lint_has_version(const struct lint *l, enum mqtt_version v)
{
    return l->types[0][v & 7] || l->types[1][v & 7];
}

/* --- coverage ------------------------------------------------------------- */

static bool
has_id(const char *ids, const char *id)
{
    struct slice rest = slice_str(ids ? ids : ""), one;
    while (lint_next_id(&rest, &one))
        if (slice_is(one, id))
            return true;
    return false;
}

static void
raise(enum lint_coverage *best, bool was_tried)
{
    enum lint_coverage now = was_tried ? LINT_SEEN : LINT_NOT_SEEN;
    if (now > *best)
        *best = now;
}

enum lint_coverage
lint_coverage(const struct lint *l, const char *id)
{
    enum lint_coverage best = LINT_NO_RULE;
    const struct mqtt_watch_rule *r;
    for (size_t i = 0; (r = mqtt_watch_rule_at(i)); i++)
        if (has_id(r->ids5, id) || has_id(r->ids311, id))
            raise(&best, mqtt_watch_was_tried(l->sessions, i));
    for (size_t i = 0; (r = forward_rule_at(i)); i++)
        if (has_id(r->ids5, id) || has_id(r->ids311, id))
            raise(&best, forward_was_tried(l->forward, i));
    for (size_t i = 0; (r = kept_rule_at(i)); i++)
        if (has_id(r->ids5, id) || has_id(r->ids311, id))
            raise(&best, kept_was_tried(l->kept, i));
    if (has_id(in_text.ids5, id) || has_id(in_text.ids311, id))
        raise(&best, l->has_websocket);
    struct also_place where[16];
    size_t n = also_places(id, where, 16);
    for (size_t i = 0; i < n; i++) {
        uint32_t seen = 0;
        for (int v = MQTT_31; v <= MQTT_50; v++)
            for (int side = 0; side < 2; side++)
                if (mqtt_version_in((enum mqtt_version)v, where[i].versions) &&
                    (where[i].from & (side ? FROM_SERVER : FROM_CLIENT)))
                    seen |= l->types[side][v];
        raise(&best, (seen & where[i].packets) != 0);
    }
    return best;
}
