/* tls.c - TLS 1.2 and 1.3 with the keys: what is inside the records.
 * SPDX-License-Identifier: MIT
 *
 * TLS 1.3 changes keys on the way: early data, handshake, application. Which
 * record is the first under a new key is not looked for: when a record does
 * not open, the next stage's key is tried, and AEAD tells. The same trick finds
 * the sequence number again after a gap.                                     */
#include <stdlib.h>

#include "base/mem.h"
#include "trace/unwrap/keylog.h"
#include "trace/unwrap/layer.h"
#include "trace/unwrap/tls_hello.h"
#include "trace/unwrap/tls_keys.h"
#include "trace/unwrap/tls_records.h"

#define MESSAGE_MAX 16384 /* longer handshake messages are skipped */
#define AFTER_GAP 256     /* sequence numbers tried after a gap */
#define KEY_UPDATE 24
#define SEAL_LEN 17       /* what TLS 1.3 adds to a text: type and tag */

enum epoch { PLAIN, EARLY, HANDSHAKE, APPLICATION, EPOCHS };

struct side {
    struct tls_records records;
    struct buf message;     /* handshake message begun */
    size_t message_skip;    /* bytes of one that is not looked at */
    struct tls_key *key;    /* owned; NULL: records are in the open */
    enum epoch epoch;       /* of the key */
    uint64_t sequence;      /* of the next record */
    bool is_sealed;         /* 1.2: ChangeCipherSpec was seen */
    uint64_t unopened;      /* records that could not be opened */
    bool is_hopeless;       /* no key fits; nothing more is tried */
    size_t kept;            /* bytes taken from the budget */
    uint64_t dropped;       /* records there was no memory for */
};

struct tls {
    struct layer base;      /* first */
    struct keylog *keys;    /* borrowed; NULL: none */
    size_t *budget;         /* borrowed */
    struct tls_hello hello;
    struct side side[2];    /* by stream side */
    struct buf text;        /* the record just opened */
    uint64_t opened;        /* records of data */
};

static bool
is_13(const struct tls *t)
{
    return t->hello.version == 0x0304;
}

/* --- keys ----------------------------------------------------------------- */

static struct slice
secret_of(const struct tls *t, bool is_client, enum epoch epoch)
{
    static const enum keylog_label labels[EPOCHS][2] = {
        [EARLY] = {KEYLOG_CLIENT_EARLY, KEYLOG_CLIENT_EARLY},
        [HANDSHAKE] = {KEYLOG_SERVER_HANDSHAKE, KEYLOG_CLIENT_HANDSHAKE},
        [APPLICATION] = {KEYLOG_SERVER_TRAFFIC, KEYLOG_CLIENT_TRAFFIC},
    };
    if (!t->keys || (epoch == EARLY && !is_client))
        return slice_of(NULL, 0);
    return keylog_get(t->keys, labels[epoch][is_client],
                      t->hello.client_random);
}

static struct tls_key *
new_key(const struct tls *t, bool is_client, enum epoch epoch)
{
    const struct tls_suite *suite = tls_suite_of(t->hello.suite);
    if (!suite || !t->keys || !t->hello.has_client || !t->hello.has_server)
        return NULL;
    if (is_13(t))
        return tls_key_new_13(suite, secret_of(t, is_client, epoch));
    return tls_key_new_12(suite,
                          keylog_get(t->keys, KEYLOG_MASTER,
                                     t->hello.client_random),
                          t->hello.client_random, t->hello.server_random,
                          is_client);
}

static bool
try_open(struct tls *t, struct side *s, struct slice record)
{
    unsigned tries = s->records.is_after_gap ? AFTER_GAP : 1;
    struct slice body = slice_from(record, TLS_HEADER_LEN);
    for (unsigned i = 0; s->key && i < tries; i++)
        if (tls_key_open(s->key, s->sequence + i, record.ptr, body,
                         &t->text)) {
            s->sequence += i + 1;
            s->records.is_after_gap = false;
            return true;
        }
    return false;
}

/* Opens a sealed record into t->text. */
static bool
open_record(struct tls *t, enum stream_side from, struct slice record)
{
    struct side *s = &t->side[from];
    enum epoch last = is_13(t) ? APPLICATION : EARLY;
    bool is_client = t->base.is_client_known && from == t->base.client;
    if (s->is_hopeless)
        return false;
    if (try_open(t, s, record))
        return true;
    for (enum epoch e = s->epoch + 1; e <= last; e++) {
        struct tls_key *key = new_key(t, is_client, e), *old = s->key;
        uint64_t sequence = s->sequence;
        if (!key)
            continue;
        s->key = key;
        s->sequence = 0;
        if (try_open(t, s, record)) {
            tls_key_free(old);
            s->epoch = e;
            buf_clear(&s->message);
            s->message_skip = 0;
            return true;
        }
        tls_key_free(key);
        s->key = old;
        s->sequence = sequence;
    }
    /* Keys may not be written yet in the handshake; later it is too late. */
    s->is_hopeless = s->epoch == last || ++s->unopened > 64;
    return false;
}

/* --- handshake ------------------------------------------------------------ */

static void
on_message(struct tls *t, enum stream_side from, uint8_t type,
           struct slice body)
{
    struct side *s = &t->side[from];
    if (s->epoch == PLAIN && type == TLS_CLIENT_HELLO) {
        t->base.is_client_known = true;
        t->base.client = from;
    }
    if (s->epoch == PLAIN && type == TLS_SERVER_HELLO) {
        t->base.is_client_known = true;
        t->base.client = (enum stream_side)!from;
    }
    if (s->epoch == PLAIN || type == TLS_EXTENSIONS)
        tls_hello_read(&t->hello, type, body);
    if (t->hello.is_alpn_selected)
        t->base.is_mqtt_announced =
            slice_is(buf_slice(&t->hello.alpn), "mqtt") ||
            slice_is(buf_slice(&t->hello.alpn), "x-amzn-mqtt-ca");
    if (type == KEY_UPDATE && s->epoch == APPLICATION &&
        tls_key_update(s->key))
        s->sequence = 0;
}

/* Messages may be cut over records, and several may be in one. */
static void
on_handshake(struct tls *t, enum stream_side from, struct slice in)
{
    struct side *s = &t->side[from];
    while (in.len) {
        size_t n = s->message_skip < in.len ? s->message_skip : in.len;
        s->message_skip -= n;
        in = slice_from(in, n);
        size_t want = 4;
        if (s->message.len >= 4)
            want += (size_t)s->message.data[1] << 16 |
                    (size_t)s->message.data[2] << 8 | s->message.data[3];
        struct slice mine = slice_first(in, want - s->message.len);
        buf_add(&s->message, mine);
        in = slice_from(in, mine.len);
        if (s->message.len < 4 || s->message.len < want)
            continue;
        const uint8_t *m = s->message.data;
        size_t len = (size_t)m[1] << 16 | (size_t)m[2] << 8 | m[3];
        if (s->message.len == 4 && len > MESSAGE_MAX) {
            s->message_skip = len;
            buf_clear(&s->message);
        } else if (s->message.len == 4 + len) {
            on_message(t, from, m[0], slice_of(m + 4, len));
            buf_clear(&s->message);
        }
    }
    if (!s->message.len)
        buf_release(&s->message);
}

/* --- records -------------------------------------------------------------- */

static void
on_content(struct tls *t, enum stream_side from, uint8_t type,
           struct slice content, const struct stream_mark *mark)
{
    if (type == TLS_HANDSHAKE)
        on_handshake(t, from, content);
    if (type != TLS_DATA)
        return;
    if (t->opened++ == 0)
        t->base.is_start[0] = t->base.is_start[1] = true;
    t->base.sink.data(t->base.sink.user, from, content, mark);
}

/* TLS 1.3: the true type is the last byte that is not padding. */
static void
on_inner(struct tls *t, enum stream_side from, const struct stream_mark *mark)
{
    size_t len = t->text.len;
    while (len && t->text.data[len - 1] == 0)
        len--;
    if (len)
        on_content(t, from, t->text.data[len - 1],
                   slice_of(t->text.data, len - 1), mark);
}

static void
on_record(struct tls *t, enum stream_side from, const struct tls_record *r,
          const struct stream_mark *mark)
{
    struct side *s = &t->side[from];
    struct slice body = slice_from(r->bytes, TLS_HEADER_LEN);
    bool is_sealed = t->hello.has_server && is_13(t) ? r->type == TLS_DATA
                                                     : s->is_sealed;
    if (r->type == TLS_DATA && !t->hello.has_server)
        is_sealed = true; /* the beginning is missing */
    if (r->type == TLS_CHANGE_CIPHER) {
        s->is_sealed = true;
        return;
    }
    if (!is_sealed) {
        on_content(t, from, r->type, body, mark);
        return;
    }
    if (!open_record(t, from, r->bytes)) {
        if (s->is_hopeless && t->opened && body.len > SEAL_LEN)
            t->base.sink.gap(t->base.sink.user, from, body.len - SEAL_LEN,
                             STREAM_GAP_LOST, mark);
        return;
    }
    if (is_13(t))
        on_inner(t, from, mark);
    else
        on_content(t, from, r->type, buf_slice(&t->text), mark);
}

/* Accounts for the part of a record that waits; drops it if there is no room. */
static void
settle(struct tls *t, enum stream_side from, const struct stream_mark *mark)
{
    struct side *s = &t->side[from];
    *t->budget += s->kept;
    s->kept = s->records.kept.cap;
    if (s->kept > *t->budget) {
        size_t lost = tls_records_drop(&s->records);
        s->kept = lost ? 0 : *t->budget;
        s->sequence += lost > 0;
        s->dropped += lost > 0;
        if (lost > SEAL_LEN && t->opened)
            t->base.sink.gap(t->base.sink.user, from, lost - SEAL_LEN,
                             STREAM_GAP_LOST, mark);
    }
    *t->budget -= s->kept;
}

static void
tls_data(struct layer *l, enum stream_side from, struct slice bytes,
         const struct stream_mark *mark)
{
    struct tls *t = (struct tls *)l;
    struct tls_record r;
    while (tls_records_next(&t->side[from].records, &bytes, &r))
        on_record(t, from, &r, mark);
    settle(t, from, mark);
    buf_release(&t->text); /* most connections are silent most of the time */
}

static void
tls_gap(struct layer *l, enum stream_side from, uint64_t bytes,
        enum stream_gap cause, const struct stream_mark *mark)
{
    struct tls *t = (struct tls *)l;
    struct side *s = &t->side[from];
    bool damaged;
    uint64_t lost = tls_records_gap(&s->records, bytes, &damaged);
    s->sequence += damaged;
    buf_clear(&s->message);
    s->message_skip = 0;
    if (lost && t->opened)
        l->sink.gap(l->sink.user, from, lost, cause, mark);
}

/* Why nothing came out, in words. */
static const char *
why_closed(const struct tls *t)
{
    if (!t->hello.has_client || !t->hello.has_server)
        return "the handshake is not in the capture";
    if (!tls_suite_of(t->hello.suite))
        return "a cipher that plumb-trace cannot open";
    if (!t->keys || keylog_is_empty(t->keys))
        return "no keys: give --keylog FILE";
    struct slice secret = secret_of(t, true, APPLICATION);
    if (!is_13(t))
        secret = keylog_get(t->keys, KEYLOG_MASTER, t->hello.client_random);
    return secret.len ? "the secrets in the key log do not fit"
                      : "the key log has no secret for this connection";
}

static void
tls_describe(const struct layer *l, struct buf *out)
{
    const struct tls *t = (const struct tls *)l;
    tls_hello_describe(&t->hello, out);
    if (t->side[0].dropped + t->side[1].dropped)
        buf_printf(out, ", %llu records left out: memory limit",
                   (unsigned long long)(t->side[0].dropped +
                                        t->side[1].dropped));
    if (t->opened)
        return;
    for (int i = 0; i < 2; i++) {
        const struct tls_records *r = &t->side[i].records;
        if (r->count)
            buf_printf(out, ", %llu record%s of %zu to %zu bytes from the %s",
                       (unsigned long long)r->count, r->count > 1 ? "s" : "",
                       r->smallest, r->largest,
                       (enum stream_side)i == l->client ? "client" : "server");
    }
    buf_printf(out, "; not decrypted: %s", why_closed(t));
}

static void
tls_free(struct layer *l)
{
    struct tls *t = (struct tls *)l;
    for (int i = 0; i < 2; i++) {
        *t->budget += t->side[i].kept;
        tls_records_release(&t->side[i].records);
        buf_release(&t->side[i].message);
        tls_key_free(t->side[i].key);
    }
    tls_hello_release(&t->hello);
    buf_release(&t->text);
    free(t);
}

struct layer *
tls_new(struct keylog *keys, size_t *budget)
{
    static const struct layer_kind kind = {tls_data, tls_gap, tls_describe,
                                           tls_free};
    struct tls *t = xcalloc(1, sizeof *t);
    t->base.kind = &kind;
    t->keys = keys;
    t->budget = budget;
    return &t->base;
}
