/* recognise.c - is this MQTT, and who is the client?
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/recognise.h"

#include "trace/unwrap/plausible.h"
#include "trace/unwrap/ws_guess.h"

#define MQTT_PORT 1883
#define EPHEMERAL_PORT 32768 /* where client ports usually begin */

/* Enough to find the way into a stream that begins in mid-packet. */
#define HEAD_ENOUGH 4096

enum guess { NOTHING, CONNECT, TLS, HTTP, FRAMES, PROXY, RUN, BROKEN };

/* One side, looked at on its own. */
struct side {
    enum guess guess;         /* NOTHING: too few bytes to say */
    struct plausible_run run; /* of RUN and NOTHING */
};

/* CONNECT: 0x10, one to four length bytes, "MQTT" or "MQIsdp". */
static bool
is_connect(struct slice s)
{
    size_t at = 1;
    if (s.len < 2 || s.ptr[0] != 0x10)
        return false;
    while (at < s.len && at < 4 && (s.ptr[at] & 0x80))
        at++;
    struct slice rest = slice_from(s, at + 1);
    static const uint8_t name[] = {0, 4, 'M', 'Q', 'T', 'T'};
    static const uint8_t name31[] = {0, 6, 'M', 'Q', 'I', 's', 'd', 'p'};
    return slice_equal(slice_first(rest, sizeof name),
                       slice_of(name, sizeof name)) ||
           slice_equal(slice_first(rest, sizeof name31),
                       slice_of(name31, sizeof name31));
}

/* A TLS record: type 20 to 23, version 3.x, a length records can have. */
static bool
is_tls(struct slice s)
{
    return s.len >= 5 && s.ptr[0] >= 20 && s.ptr[0] <= 23 && s.ptr[1] == 3 &&
           s.ptr[2] <= 4 && (s.ptr[3] << 8 | s.ptr[4]) <= 16384 + 2048;
}

static bool
is_http(struct slice s)
{
    static const char *const starts[] = {"GET ",    "POST ", "PUT ",
                                         "HEAD ",   "HTTP/", "DELETE ",
                                         "OPTIONS ", "CONNECT "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (slice_starts(s, starts[i]))
            return true;
    return false;
}

/* The PROXY protocol, which tells a broker whom a load balancer speaks for:
 * version 1 is a line of text, version 2 begins with what no protocol has. */
static bool
is_proxy(struct slice s)
{
    static const uint8_t v2[] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    return slice_starts(s, "PROXY ") ||
           slice_equal(slice_first(s, sizeof v2), slice_of(v2, sizeof v2));
}

static struct side
look_at(struct slice head, bool is_start, bool is_all)
{
    struct side s = {.guess = NOTHING};
    size_t at = 0;
    if (head.len == 0)
        return s;
    if (is_connect(head))
        s.guess = CONNECT;
    else if (is_tls(head))
        s.guess = TLS;
    else if (is_http(head))
        s.guess = HTTP;
    else if (is_proxy(head))
        s.guess = PROXY;
    else if (!is_start && ws_guess(head))
        s.guess = FRAMES;
    if (s.guess != NOTHING)
        return s;
    s.run = plausible_run(head);
    if (s.run.end == PLAUSIBLE_NO && s.run.packets < 3 && !is_start &&
        plausible_find(head, is_all, &at))
        s.run = plausible_run(slice_from(head, at));
    if (s.run.packets > 0)
        s.guess = RUN;
    else if (s.run.end == PLAUSIBLE_NO &&
             (is_start || is_all || head.len >= HEAD_ENOUGH))
        s.guess = BROKEN;
    return s;
}

static bool
is_mqtt_port(const struct recognise *in, int side)
{
    uint16_t port = in->conn->side[side].endpoint.port;
    for (unsigned i = 0; i < in->options->port_count; i++)
        if (port == in->options->ports[i])
            return true;
    return port == MQTT_PORT;
}

/* The side that is the client, by what it said or heard; -1: no evidence. */
static int
client_by_types(const struct side s[2])
{
    for (int i = 0; i < 2; i++) {
        unsigned own = s[i].run.only, other = s[!i].run.only;
        if (s[i].guess == CONNECT)
            return i;
        if ((own & FROM_CLIENT) && !(own & FROM_SERVER))
            return i;
        if ((other & FROM_SERVER) && !(other & FROM_CLIENT))
            return i;
    }
    return -1;
}

/* False: wait, the next packets may say more. */
static bool
decide_client(const struct recognise *in, const struct side s[2], bool is_last,
              enum stream_side *client, bool *is_guess)
{
    int by_types = client_by_types(s);
    const struct stream_side_info *ends = in->conn->side;
    *is_guess = false;
    if (in->is_client_known) {
        *client = in->client;
        return true;
    }
    if (by_types >= 0) {
        *client = (enum stream_side)by_types;
        return true;
    }
    /* From 1883 to a port that systems give to clients: no need to wait. */
    bool is_port = is_mqtt_port(in, 0) != is_mqtt_port(in, 1);
    int far = is_mqtt_port(in, 0);
    bool is_clear = is_port && ends[far].endpoint.port >= EPHEMERAL_PORT;
    if (!is_clear && !is_last &&
        s[0].run.packets + s[1].run.packets < PLAUSIBLE_RUN_MAX)
        return false;
    if (is_port) {
        *client = (enum stream_side)far;
        return true;
    }
    *is_guess = true;
    *client = ends[0].endpoint.port < ends[1].endpoint.port ? STREAM_SERVER
                                                            : STREAM_CLIENT;
    return true;
}

/* One side begins with the start of a packet that never became whole (large,
 * or the capture ends in it): good enough where the port says MQTT. */
static bool
is_unfinished(const struct recognise *in, const struct side s[2])
{
    for (int i = 0; i < 2; i++)
        if (in->head[i].len >= 4 && s[i].guess == NOTHING &&
            s[i].run.end == PLAUSIBLE_MORE && s[!i].guess != BROKEN)
            return true;
    return false;
}

enum unwrap_app
recognise(const struct recognise *in, enum stream_side *client, bool *is_guess)
{
    bool is_port = is_mqtt_port(in, 0) || is_mqtt_port(in, 1) ||
                   in->is_announced;
    bool is_last = in->is_all[0] && in->is_all[1];
    struct side s[2];
    for (int i = 0; i < 2; i++)
        s[i] = look_at(in->head[i], in->is_start[i], in->is_all[i]);
    for (int i = 0; i < 2; i++) {
        if (s[i].guess == TLS)
            return UNWRAP_TLS;
        if (s[i].guess == HTTP)
            return UNWRAP_HTTP;
        if (s[i].guess == FRAMES)
            return UNWRAP_FRAMES;
        if (s[i].guess == PROXY)
            return UNWRAP_PROXY;
        if (in->head[i].len >= HEAD_ENOUGH)
            is_last = true;
    }
    unsigned packets = s[0].run.packets + s[1].run.packets;
    bool is_mqtt = s[0].guess == CONNECT || s[1].guess == CONNECT ||
                   packets >= (is_port ? 1 : 3) ||
                   (is_last && is_port && is_unfinished(in, s));
    if (is_mqtt)
        return decide_client(in, s, is_last, client, is_guess)
                   ? UNWRAP_MQTT
                   : UNWRAP_UNDECIDED;
    if (in->head[0].len + in->head[1].len == 0)
        return is_last ? UNWRAP_EMPTY : UNWRAP_UNDECIDED;
    bool hopeless = s[0].guess == BROKEN && s[1].guess == BROKEN;
    return is_last || hopeless ? UNWRAP_OTHER : UNWRAP_UNDECIDED;
}

const char *
unwrap_app_text(enum unwrap_app app)
{
    static const char *const texts[] = {
        [UNWRAP_UNDECIDED] = "not MQTT", [UNWRAP_MQTT] = "MQTT",
        [UNWRAP_TLS] = "TLS",            [UNWRAP_HTTP] = "HTTP",
        [UNWRAP_EMPTY] = "no data",      [UNWRAP_PROXY] = "PROXY",
        [UNWRAP_FRAMES] = "WebSocket",
        [UNWRAP_OTHER] = "not MQTT"};
    return texts[app];
}
