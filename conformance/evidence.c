/* evidence.c - what was said in a scenario, as a capture for anybody's tools.
 * SPDX-License-Identifier: MIT */
#include "conformance/evidence.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "conformance/report/phrase.h"
#include "conformance/report/seal.h"
#include "net/pcapng_write.h"

enum {
    SERVER_PORT = 1883,       /* of what is inside, so that tools see MQTT */
    CLIENT_PORT = 40001,      /* of connection 0, counting up */
    FIRST_TRY_PORT = 20001,   /* the same, of the first of two tries */
    CONNECTIONS_MAX = 20000   /* so that ports do not meet */
};

/* One try on its way into the file. */
struct tape {
    struct buf *out;                    /* the file */
    const struct result_scenario *s;    /* what is played */
    const struct result_scenario *file; /* whose path and verdict it names */
    uint64_t start_us;                  /* since 1970 */
    uint16_t first_port;
    struct pcapng_stream *streams;      /* by connection, owned */
    bool *is_open;                      /* parallel, owned */
    size_t count;
    struct buf remark;                  /* notes waiting for a packet */
};

static size_t
connections(const struct result_scenario *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].connection >= count)
            count = s->events[i].connection + (size_t)1;
    return count < CONNECTIONS_MAX ? count : CONNECTIONS_MAX;
}

static struct pcapng_stream *
stream_of(struct tape *t, const struct result_event *e)
{
    unsigned i = e->connection;
    if (!t->is_open[i])
        pcapng_open(&t->streams[i], t->out, (uint16_t)(t->first_port + i),
                    SERVER_PORT, t->start_us + e->time_us);
    t->is_open[i] = true;
    return &t->streams[i];
}

/* "scenarios/qos/qos2.scn:31  sub < PUBLISH ...", with notes before it. */
static void
comment(struct tape *t, const struct result_event *e, struct buf *text)
{
    buf_add(text, buf_slice(&t->remark));
    buf_clear(&t->remark);
    if (e->line && t->file->path)
        buf_printf(text, "%s:%u  ", t->file->path, e->line);
    phrase_event(text, t->s, e);
    if (!e->is_guilty)
        return;
    buf_printf(text, "\n%s: %s", result_verdict_name(t->file->verdict),
               phrase_blame(t->file));
    if (t->file->expected)
        buf_printf(text, "\nexpected %s", t->file->expected);
    if (t->file->got)
        buf_printf(text, "\ngot %s", t->file->got);
}

static void
play_data(struct tape *t, const struct result_event *e)
{
    struct buf text = {0};
    enum pcapng_side from =
        e->kind == EVENT_SENT ? PCAPNG_CLIENT : PCAPNG_SERVER;

    comment(t, e, &text);
    pcapng_data(stream_of(t, e), from, result_bytes(t->s, e),
                t->start_us + e->time_us, buf_cstr(&text));
    buf_release(&text);
}

static void
play(struct tape *t, const struct result_event *e)
{
    uint64_t now = t->start_us + e->time_us;

    if (e->connection >= t->count)
        return;
    switch (e->kind) {
    case EVENT_OPEN:
        t->is_open[e->connection] = false;
        stream_of(t, e);
        break;
    case EVENT_SENT:
    case EVENT_GOT: play_data(t, e); break;
    case EVENT_CLOSED: /* the runner then closes its half too */
        pcapng_close(stream_of(t, e), PCAPNG_SERVER, PCAPNG_FIN, now);
        pcapng_close(stream_of(t, e), PCAPNG_CLIENT, PCAPNG_FIN, now);
        break;
    case EVENT_RESET:
        pcapng_close(stream_of(t, e), PCAPNG_SERVER, PCAPNG_RST, now);
        break;
    case EVENT_CUT:
        pcapng_close(stream_of(t, e), PCAPNG_CLIENT, PCAPNG_FIN, now);
        break;
    case EVENT_ABORTED:
        pcapng_close(stream_of(t, e), PCAPNG_CLIENT, PCAPNG_RST, now);
        break;
    case EVENT_NOTE:
        if (e->text)
            buf_printf(&t->remark, "%s\n", e->text);
        break;
    }
}

static void
play_all(struct buf *out, const struct result_run *run,
         const struct result_scenario *s, const struct result_scenario *file,
         uint16_t first_port)
{
    struct tape t = {.out = out, .s = s, .file = file,
                     .start_us = run->started_wall_us + s->started_us,
                     .first_port = first_port, .count = connections(s)};

    t.streams = xcalloc(t.count + 1, sizeof *t.streams);
    t.is_open = xcalloc(t.count + 1, sizeof *t.is_open);
    for (size_t i = 0; i < s->event_count; i++)
        play(&t, &s->events[i]);
    free(t.streams);
    free(t.is_open);
    buf_release(&t.remark);
}

/* "qos/qos2/first, MQTT 5.0 over tcp: fail", as in the head of the capture. */
static void
add_claim(struct buf *out, const struct result_scenario *s)
{
    buf_printf(out, "%s, MQTT ", s->id);
    phrase_where(out, s);
    buf_printf(out, ": %s\n", result_verdict_name(s->verdict));
}

void
evidence_capture(struct buf *out, const struct result_run *run,
                 const struct result_scenario *s)
{
    struct buf title = {0};

    add_claim(&title, s);
    buf_printf(&title, "%s\nTCP headers are made up; the MQTT is what "
                       "was said.\nagain: ", s->title ? s->title : "");
    phrase_again(&title, run, s);
    pcapng_begin(out, buf_cstr(&title));
    if (s->first_try)
        play_all(out, run, s->first_try, s, FIRST_TRY_PORT);
    play_all(out, run, s, s, CLIENT_PORT);
    buf_release(&title);
}

void
evidence_name(struct buf *out, const struct result_scenario *s)
{
    size_t from = out->len;

    buf_printf(out, "%s.%s.%s.pcapng", s->id, mqtt_version_name(s->version),
               s->transport ? s->transport : "tcp");
    for (size_t i = from; i < out->len; i++)
        if (out->data[i] == '/')
            out->data[i] = '.';
        else if (!isalnum(out->data[i]) && !strchr("-_.", out->data[i]))
            out->data[i] = '_';
}

/* Makes every folder on the way that is not there. */
static int
make_folders(const char *folder, struct error *err)
{
    char *path = xstrdup(folder);
    int status = 0;

    for (char *at = path + 1; status == 0; at++) {
        bool is_end = *at == 0;
        if (*at != '/' && !is_end)
            continue;
        *at = 0;
        if (mkdir(path, 0777) && errno != EEXIST)
            status = error_errno(err, "%s: cannot be made", path);
        if (is_end)
            break;
        *at = '/';
    }
    free(path);
    return status;
}

static void
note_file(struct result_scenario *s, const char *path, struct slice bytes)
{
    char hash[SEAL_LEN + 1];
    seal_bytes(hash, bytes);
    result_set(&s->evidence, path);
    result_set(&s->evidence_sha256, hash);
}

const char *
evidence_doubt(const struct result_scenario *s)
{
    struct buf bytes = {0}, claim = {0};
    struct error ignored;
    char hash[SEAL_LEN + 1];
    const char *why = NULL;
    if (!s->evidence)
        return NULL;
    add_claim(&claim, s);
    if (file_read(&bytes, s->evidence, &ignored) || bytes.len == 0)
        why = "its capture is not there";
    else if (!s->evidence_sha256)
        why = "nothing says what its capture was";
    else if (seal_bytes(hash, buf_slice(&bytes)),
             strcmp(hash, s->evidence_sha256))
        why = "its capture was altered";
    else if (!memmem(bytes.data, bytes.len, claim.data, claim.len))
        why = "its capture tells of another verdict";
    buf_release(&bytes);
    buf_release(&claim);
    return why;
}

int
evidence_write(const char *folder, const struct result_run *run,
               struct result_scenario *s, struct error *err)
{
    struct buf path = {0}, bytes = {0};
    int status = 0;

    if (s->event_count == 0)
        return 0;
    if (!*folder)
        return error_set(err, "evidence needs the name of a folder");
    buf_printf(&path, "%s/", folder);
    evidence_name(&path, s);
    evidence_capture(&bytes, run, s);
    status = make_folders(folder, err);
    if (status == 0)
        status = file_write(buf_cstr(&path), buf_slice(&bytes), err);
    if (status == 0)
        note_file(s, buf_cstr(&path), buf_slice(&bytes));
    buf_release(&path);
    buf_release(&bytes);
    return status;
}
