/* redact.c - a capture that can be shown to others.
 * SPDX-License-Identifier: MIT
 *
 * Words (levels, names) are given letters by a table, so that two of them never
 * get the same while there are letters left; payloads by their hash alone.    */
#include "trace/views/redact.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "mqtt/property.h"
#include "net/pcapng_write.h"

enum { WORD_TRIES = 1000, WORDS_MAX = 100000 };

/* A word and what stands for it, both behind it. */
struct word {
    size_t len;
};

struct redact {
    struct buf *out;    /* borrowed */
    uint64_t key;
    struct map words;   /* word -> struct word, owned */
    struct map used;    /* what stands for one -> struct word */
    struct buf packet;  /* the one in hand */
};

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

/* --- words ---------------------------------------------------------------- */

static void
make_letters(uint8_t *to, size_t len, uint64_t hash)
{
    for (size_t i = 0; i < len; i++) {
        if (i % 8 == 0)
            hash = hash_bytes(hash, slice_of(&hash, sizeof hash));
        to[i] = (uint8_t)letters[(hash >> i % 8 * 8 & 0xff) % 36];
    }
}

/* Fills `to` with what stands for the word, as long as it is. */
static void
replace_word(struct redact *r, uint8_t *to, struct slice text)
{
    struct word *w = map_get(&r->words, text);
    uint64_t hash = hash_bytes(r->key, text);
    if (w) {
        memcpy(to, (uint8_t *)(w + 1) + w->len, w->len);
        return;
    }
    for (uint64_t i = 0; i < WORD_TRIES; i++) {
        make_letters(to, text.len, hash + i);
        if (!map_get(&r->used, slice_of(to, text.len)))
            break;
    }
    if (r->words.count >= WORDS_MAX)
        return;
    w = xcalloc(1, sizeof *w + 2 * text.len);
    w->len = text.len;
    uint8_t *place = (uint8_t *)(w + 1);
    memcpy(place, text.ptr, text.len);
    memcpy(place + text.len, to, text.len);
    map_put(&r->words, slice_of(place, text.len), w);
    map_put(&r->used, slice_of(place + text.len, text.len), w);
}

/* Level by level. Wildcards, empty levels and "$share", "$SYS" stay. */
static void
replace_topic(struct redact *r, uint8_t *to, struct slice topic)
{
    size_t from = 0;
    for (size_t i = 0; i <= topic.len; i++) {
        if (i < topic.len && topic.ptr[i] != '/')
            continue;
        struct slice level = slice_first(slice_from(topic, from), i - from);
        bool stays = level.len == 0 || slice_is(level, "+") ||
                     slice_is(level, "#") ||
                     (from == 0 && (slice_is(level, "$share") ||
                                    slice_is(level, "$SYS")));
        if (!stays)
            replace_word(r, to + from, level);
        if (from == 0 && level.len && level.ptr[0] == '$')
            to[0] = '$'; /* [MQTT-4.7.2-1] */
        from = i + 1;
    }
}

static void
replace_data(struct redact *r, uint8_t *to, struct slice data)
{
    make_letters(to, data.len, hash_bytes(r->key ^ 1, data));
}

/* --- packets -------------------------------------------------------------- */

/* Where in the copy the bytes of a text of the original stand; NULL: it is no
 * part of them. */
static uint8_t *
place_of(struct redact *r, const struct model_packet *p, struct slice text)
{
    if (text.len == 0 || text.ptr < p->bytes.ptr ||
        text.ptr + text.len > p->bytes.ptr + p->bytes.len)
        return NULL;
    return r->packet.data + (text.ptr - p->bytes.ptr);
}

typedef void replace_function(struct redact *, uint8_t *, struct slice);

static void
replace(struct redact *r, const struct model_packet *p, struct slice text,
        replace_function *how)
{
    uint8_t *to = place_of(r, p, text);
    if (to)
        how(r, to, text);
}

static void
replace_properties(struct redact *r, const struct model_packet *p,
                   struct slice properties)
{
    struct mqtt_property prop;
    while (mqtt_property_next(&properties, &prop)) {
        bool is_topic = prop.row->id == MQTT_P_response_topic ||
                        prop.row->id == MQTT_P_response_information;
        if (prop.row->kind == KIND_BINARY)
            replace(r, p, prop.text, replace_data);
        else if (prop.row->kind == KIND_STRING)
            replace(r, p, prop.text, is_topic ? replace_topic : replace_word);
        if (prop.row->kind != KIND_PAIR)
            continue;
        replace(r, p, prop.text, replace_word);
        replace(r, p, prop.value, replace_word);
    }
}

static void
replace_filters(struct redact *r, const struct model_packet *p)
{
    struct slice rest = p->mqtt.filters;
    struct mqtt_filter f;
    while (mqtt_filter_next(&p->mqtt, &rest, &f))
        replace(r, p, f.filter, replace_topic);
}

void
redact_packet(struct redact *r, struct buf *out, const struct model_packet *p)
{
    const struct mqtt_packet *m = &p->mqtt;
    buf_clear(&r->packet);
    buf_add(&r->packet, p->bytes);
    if (MQTT_HAS(m, client_id))
        replace(r, p, m->client_id, replace_word);
    if (MQTT_HAS(m, will_topic))
        replace(r, p, m->will_topic, replace_topic);
    if (MQTT_HAS(m, will_payload))
        replace(r, p, m->will_payload, replace_data);
    if (MQTT_HAS(m, user_name))
        replace(r, p, m->user_name, replace_word);
    if (MQTT_HAS(m, password))
        replace(r, p, m->password, replace_data);
    if (MQTT_HAS(m, topic))
        replace(r, p, m->topic, replace_topic);
    if (MQTT_HAS(m, payload))
        replace(r, p, m->payload, replace_data);
    if (MQTT_HAS(m, filters))
        replace_filters(r, p);
    if (MQTT_HAS(m, properties))
        replace_properties(r, p, m->properties);
    if (MQTT_HAS(m, will_properties))
        replace_properties(r, p, m->will_properties);
    buf_add(out, buf_slice(&r->packet));
}

/* --- connections ---------------------------------------------------------- */

static struct pcapng_stream *
stream_of(struct redact *r, struct model_conn *c, int64_t time_ns)
{
    struct pcapng_stream *s = c->user;
    if (s)
        return s;
    s = c->user = xcalloc(1, sizeof *s);
    pcapng_open(s, r->out, c->client.port, c->server.port,
                (uint64_t)time_ns / 1000);
    return s;
}

static enum pcapng_side
writer_side(enum mqtt_side from)
{
    return from == FROM_SERVER ? PCAPNG_SERVER : PCAPNG_CLIENT;
}

static void
on_packet(void *user, const struct model_packet *p)
{
    struct redact *r = user;
    struct buf bytes = {0};
    struct pcapng_stream *s =
        stream_of(r, (struct model_conn *)p->conn, p->time_ns);
    redact_packet(r, &bytes, p);
    pcapng_data(s, writer_side(p->from), buf_slice(&bytes),
                (uint64_t)p->time_ns / 1000, NULL);
    if (p->wire_len > p->bytes.len) /* the hole stays a hole */
        s->seq[p->from == FROM_SERVER] +=
            (uint32_t)(p->wire_len - p->bytes.len);
    buf_release(&bytes);
}

static void
on_close(void *user, struct model_conn *c, const struct stream_mark *mark)
{
    (void)user;
    struct pcapng_stream *s = c->user;
    if (!s)
        return;
    if (c->first_to_close) {
        bool is_reset = c->end && strcmp(c->end, "RST") == 0;
        pcapng_close(s, writer_side(c->first_to_close),
                     is_reset ? PCAPNG_RST : PCAPNG_FIN,
                     (uint64_t)mark->time_ns / 1000);
        if (!is_reset)
            pcapng_close(s, writer_side(FROM_ANY ^ c->first_to_close),
                         PCAPNG_FIN, (uint64_t)mark->time_ns / 1000);
    }
    free(s);
    c->user = NULL;
}

struct redact *
redact_new(struct buf *out, uint64_t key)
{
    struct redact *r = xcalloc(1, sizeof *r);
    r->out = out;
    r->key = r->words.hash_key = r->used.hash_key = key;
    pcapng_begin(out, "redacted: names, payloads and passwords are not the "
                      "real ones");
    return r;
}

void
redact_free(struct redact *r)
{
    size_t at = 0;
    struct word *w;
    if (!r)
        return;
    while ((w = map_next(&r->words, &at)))
        free(w);
    map_release(&r->words);
    map_release(&r->used);
    buf_release(&r->packet);
    free(r);
}

struct model_events
redact_events(struct redact *r)
{
    return (struct model_events){r, on_packet, NULL, on_close};
}
