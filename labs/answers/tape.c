/* tape.c - who sent which bytes when: captures taken apart and made anew.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/tape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "labs/answers/draw.h"
#include "net/pcapng_write.h"
#include "trace/input.h"
#include "trace/model/model.h"

enum {
    CONNECTIONS_MAX = 64,
    PORT = 1883,
    FIRST_DAY = 20454, /* days since 1970: the captures are of 2026 */
    WORD_MAX = 16
};

void
tape_release(struct tape *t)
{
    for (size_t i = 0; i < t->count; i++)
        buf_release(&t->list[i].bytes);
    free(t->list);
    *t = (struct tape){0};
}

struct tape_event *
tape_add(struct tape *t, uint64_t time_us, unsigned connection,
         enum mqtt_side from, struct slice bytes)
{
    t->list = xgrow(t->list, &t->cap, t->count + 1, sizeof *t->list);
    struct tape_event *e = &t->list[t->count];
    *e = (struct tape_event){.time_us = time_us,
                             .connection = connection,
                             .from = from,
                             .nth = t->count++};
    buf_add(&e->bytes, bytes);
    return e;
}

static int
compare(const void *a, const void *b)
{
    const struct tape_event *x = a, *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->nth < y->nth ? -1 : x->nth > y->nth;
}

void
tape_sort(struct tape *t)
{
    if (t->count)
        qsort(t->list, t->count, sizeof *t->list, compare);
    for (size_t i = t->count; i > 0; i--)
        t->list[i - 1].time_us -= t->list[0].time_us;
}

/* --- out of a capture ------------------------------------------------------
 */

struct taking {
    struct tape *tape;
    unsigned first, count; /* connections */
    uint64_t left;         /* set of connections whose client said DISCONNECT */
};

static void
take_packet(void *user, const struct model_packet *p)
{
    struct taking *t = user;
    unsigned c = t->first + (unsigned)p->conn->number;
    bool is_goodbye = p->from == FROM_CLIENT && p->mqtt.type == MQTT_DISCONNECT;
    uint64_t bit = (uint64_t)1 << c % CONNECTIONS_MAX;
    /* The runner says goodbye for everybody, once more for some. */
    if (is_goodbye && (t->left & bit))
        return;
    if (is_goodbye)
        t->left |= bit;
    tape_add(t->tape, (uint64_t)p->time_ns / 1000, c, p->from, p->bytes);
}

static void
take_close(void *user, struct model_conn *c, const struct stream_mark *mark)
{
    struct taking *t = user;
    if (c->number >= t->count)
        t->count = (unsigned)c->number + 1;
    if (!c->end || (strcmp(c->end, "FIN") != 0 && strcmp(c->end, "RST") != 0))
        return;
    struct tape_event *e = tape_add(
        t->tape, (uint64_t)mark->time_ns / 1000, t->first + (unsigned)c->number,
        c->first_to_close ? c->first_to_close : FROM_CLIENT, slice_of(NULL, 0));
    e->what = strcmp(c->end, "FIN") == 0 ? TAPE_FIN : TAPE_RST;
}

int
tape_add_capture(struct tape *t, const char *path, unsigned first,
                 struct error *err)
{
    struct taking taking = {.tape = t, .first = first};
    struct model_events events = {
        .user = &taking, .on_packet = take_packet, .on_close = take_close};
    struct unwrap_options unwrap = {0};
    struct input_counts counts = {0};
    char *files[] = {(char *)(uintptr_t)path};
    struct input in = {.files = files, .file_count = 1, .keys = keylog_new()};
    unwrap.keys = in.keys;
    struct model *m = model_new(&events, &unwrap);
    struct stream_events stream = model_stream_events(m);
    int result = input_read(&in, &stream, NULL, NULL, &counts, err);
    model_free(m);
    keylog_free(in.keys);
    return result == 0 ? (int)taking.count : -1;
}

enum { NAMELESS = 17 }; /* letters and digits behind "plumb" */

void
tape_rename_nameless(struct tape *t, uint64_t seed)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char name[32];
    for (size_t i = 0; i < t->count; i++) {
        struct buf *b = &t->list[i].bytes;
        for (size_t at = 0; at + 5 + NAMELESS <= b->len; at++) {
            if (memcmp(b->data + at, "plumb", 5) != 0)
                continue;
            for (size_t k = 0; k < NAMELESS; k++) {
                snprintf(name, sizeof name, "nameless/%zu", k);
                b->data[at + 5 + k] = (uint8_t)digits[draw(seed, name, 36)];
            }
        }
    }
}

/* --- as text ---------------------------------------------------------------
 */

void
tape_print(struct buf *out, const struct tape *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct tape_event *e = &t->list[i];
        char side = e->from == FROM_CLIENT ? 'c' : 's';
        buf_printf(out, "%" PRIu64 " %u ", e->time_us, e->connection);
        if (e->what == TAPE_RETRANSMIT)
            buf_add_str(out, "retransmit");
        else if (e->what != TAPE_DATA)
            buf_printf(out, "%c-%s", side, e->what == TAPE_FIN ? "fin" : "rst");
        else
            buf_printf(out, "%c%s ", side, e->is_wrong ? "!" : "");
        hex_print(out, buf_slice(&e->bytes), 0);
        buf_add_byte(out, '\n');
    }
}

static bool
parse_line(struct tape *t, const char *line, size_t len)
{
    uint64_t time_us;
    unsigned connection;
    char word[WORD_MAX];
    int used = 0;
    struct buf bytes = {0};
    if (sscanf(line, "%" SCNu64 " %u %15s%n", &time_us, &connection, word,
               &used) < 3 ||
        connection >= CONNECTIONS_MAX)
        return false;
    bool good = hex_parse(&bytes, slice_of(line + used, len - (size_t)used));
    struct tape_event *e =
        tape_add(t, time_us, connection,
                 *word == 's' ? FROM_SERVER : FROM_CLIENT, buf_slice(&bytes));
    buf_release(&bytes);
    if (strcmp(word, "retransmit") == 0)
        e->what = TAPE_RETRANSMIT;
    else if (strcmp(word + 1, "-fin") == 0)
        e->what = TAPE_FIN;
    else if (strcmp(word + 1, "-rst") == 0)
        e->what = TAPE_RST;
    else
        good = good && e->bytes.len > 0;
    e->is_wrong = strcmp(word + 1, "!") == 0;
    return good;
}

int
tape_parse(struct tape *t, struct slice text, struct error *err)
{
    unsigned number = 0;
    struct buf line = {0};
    int result = 0;
    while (text.len && result == 0) {
        const uint8_t *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        buf_clear(&line);
        buf_add(&line, slice_first(text, len));
        number++;
        if (len && *text.ptr != '#' && !parse_line(t, buf_cstr(&line), len))
            result =
                error_set(err, "line %u is no event of a recording", number);
        text = slice_from(text, len + 1);
    }
    buf_release(&line);
    return result;
}

/* --- into a capture --------------------------------------------------------
 */

struct writer {
    struct buf *out;
    struct pcapng_stream streams[CONNECTIONS_MAX];
    struct pcapng_stream before[CONNECTIONS_MAX]; /* their last segment */
    struct buf last[CONNECTIONS_MAX];             /* and its bytes */
    enum pcapng_side last_from[CONNECTIONS_MAX];
    bool is_open[CONNECTIONS_MAX];
    uint64_t seed, start_us, now_us;
};

/* Time goes on with every segment, as on a wire. */
static uint64_t
tick(struct writer *w, uint64_t time_us)
{
    char name[32];
    snprintf(name, sizeof name, "tick/%" PRIu64, w->now_us);
    uint64_t least = w->now_us + 35 + draw(w->seed, name, 140);
    w->now_us = w->start_us + time_us > least ? w->start_us + time_us : least;
    return w->now_us;
}

static void
say(struct writer *w, const struct tape_event *e, struct slice bytes)
{
    unsigned c = e->connection;
    enum pcapng_side from =
        e->from == FROM_CLIENT ? PCAPNG_CLIENT : PCAPNG_SERVER;
    w->before[c] = w->streams[c];
    w->last_from[c] = from;
    buf_clear(&w->last[c]);
    buf_add(&w->last[c], bytes);
    pcapng_data(&w->streams[c], from, bytes, tick(w, e->time_us), NULL);
}

/* The same segment again, from the same place. */
static void
say_again(struct writer *w, const struct tape_event *e)
{
    unsigned c = e->connection;
    struct pcapng_stream again = w->before[c];
    again.next_id = w->streams[c].next_id;
    again.seq[!w->last_from[c]] = w->streams[c].seq[!w->last_from[c]];
    pcapng_data(&again, w->last_from[c], buf_slice(&w->last[c]),
                tick(w, e->time_us), NULL);
    w->streams[c].next_id = again.next_id;
}

/* Joins what belongs together; returns how many events it took. */
static size_t
write_data(struct writer *w, const struct tape *t, size_t at, bool tears)
{
    struct buf bytes = {0};
    const struct tape_event *e = &t->list[at];
    size_t n = 0, last_len = 0;
    for (; at + n < t->count; n++) {
        const struct tape_event *next = &t->list[at + n];
        if (next->what != TAPE_DATA || next->connection != e->connection ||
            next->from != e->from || next->time_us != e->time_us)
            break;
        last_len = next->bytes.len;
        buf_add(&bytes, buf_slice(&next->bytes));
    }
    size_t cut = tears && n >= 3 ? bytes.len - last_len / 2 : bytes.len;
    say(w, e, slice_first(buf_slice(&bytes), cut));
    if (cut < bytes.len)
        say(w, e, slice_from(buf_slice(&bytes), cut));
    buf_release(&bytes);
    return n;
}

static void
write_end(struct writer *w, const struct tape_event *e)
{
    struct pcapng_stream *s = &w->streams[e->connection];
    enum pcapng_side from =
        e->from == FROM_CLIENT ? PCAPNG_CLIENT : PCAPNG_SERVER;
    pcapng_close(s, from, e->what == TAPE_FIN ? PCAPNG_FIN : PCAPNG_RST,
                 tick(w, e->time_us));
    if (e->what == TAPE_FIN)
        pcapng_close(s, from == PCAPNG_CLIENT ? PCAPNG_SERVER : PCAPNG_CLIENT,
                     PCAPNG_FIN, tick(w, e->time_us));
}

void
tape_write(struct buf *out, const struct tape *t, uint64_t seed, bool tears)
{
    struct writer *w = xcalloc(1, sizeof *w);
    uint64_t day = FIRST_DAY + draw(seed, "day", 300);
    uint64_t second = 6 * 3600 + draw(seed, "second", 14 * 3600);
    w->out = out;
    w->seed = seed;
    w->start_us = w->now_us = (day * 86400 + second) * 1000000;
    unsigned port = 40000 + (unsigned)draw(seed, "port", 9000);
    pcapng_begin(out, NULL);
    for (size_t i = 0; i < t->count;) {
        const struct tape_event *e = &t->list[i];
        unsigned c = e->connection;
        if (!w->is_open[c])
            pcapng_open(&w->streams[c], out, (uint16_t)(port + c), PORT,
                        tick(w, e->time_us));
        w->is_open[c] = true;
        if (e->what == TAPE_DATA) {
            i += write_data(w, t, i, tears);
            continue;
        }
        if (e->what == TAPE_RETRANSMIT)
            say_again(w, e);
        else
            write_end(w, e);
        i++;
    }
    for (size_t c = 0; c < CONNECTIONS_MAX; c++)
        buf_release(&w->last[c]);
    free(w);
}
