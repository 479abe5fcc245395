/* watch_fuzz.c - random packets of both sides, over several connections.
 * SPDX-License-Identifier: MIT
 *
 * Each step is a byte that says what happens (packet of a side, gap, close,
 * which connection) and the bytes of a packet, decoded and checked as the
 * trace does it. Nothing may crash, leak or read out of bounds.              */
#include <stdlib.h>

#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/watch.h"

enum { CONNECTIONS = 4, STEPS = 400 };

static void
on_finding(void *user, const struct mqtt_finding *f)
{
    size_t *count = user;
    if (!f->ids || !f->rule->text || (f->by & ~FROM_ANY))
        abort();
    ++*count;
}

struct run {
    struct mqtt_watch_sessions *sessions;
    struct mqtt_watch *watch[CONNECTIONS];
    enum mqtt_version version[CONNECTIONS];
    int64_t now_us;
    uint64_t number;
    size_t found;
};

static void
take_packet(struct run *r, unsigned which, enum mqtt_side from,
            struct slice bytes)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    enum mqtt_version v = r->version[which] ? r->version[which] : MQTT_50;
    mqtt_decode(bytes, v, &p, &report, NULL);
    if (p.version == MQTT_NO_VERSION)
        p.version = v;
    mqtt_check(&p, from, &report);
    if (p.type == MQTT_CONNECT && !r->version[which])
        r->version[which] = p.version;
    struct mqtt_watch_packet seen = {&p, from, r->now_us, ++r->number,
                                     bytes.len, report.count > 0};
    mqtt_watch_packet(r->watch[which], &seen);
}

static struct slice
step(struct run *r, struct slice rest)
{
    uint8_t what = rest.ptr[0];
    unsigned which = what & 3;
    enum mqtt_side from = what & 4 ? FROM_SERVER : FROM_CLIENT;
    struct mqtt_frame frame;
    rest = slice_from(rest, 1);
    r->now_us += what & 8 ? 20000000 : 1000;
    if (!r->watch[which]) {
        r->watch[which] = mqtt_watch_new(r->sessions, on_finding, &r->found);
        r->version[which] = MQTT_NO_VERSION;
    }
    if ((what & 0xf0) == 0xf0) {
        mqtt_watch_close(r->watch[which], what & 8 ? from : 0, r->now_us);
        mqtt_watch_free(r->watch[which]);
        r->watch[which] = NULL;
    } else if ((what & 0xf0) == 0xe0) {
        mqtt_watch_gap(r->watch[which], from);
    } else if (mqtt_frame_next(rest, &frame) == MQTT_FRAME_COMPLETE) {
        take_packet(r, which, from, slice_first(rest, frame.len));
        rest = slice_from(rest, frame.len);
    }
    return rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run r = {.sessions = mqtt_watch_sessions_new()};
    struct slice rest = {data, size};
    for (int i = 0; i < STEPS && rest.len; i++)
        rest = step(&r, rest);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        mqtt_watch_free(r.watch[i]);
    mqtt_watch_sessions_free(r.sessions);
    return 0;
}
