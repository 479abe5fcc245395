/* plausible.c - could an MQTT packet begin here?
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/plausible.h"

#include "base/reader.h"
#include "base/utf8.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/topic.h"

static const uint8_t any_len = 0xff;

/* What Remaining Length a type can have. AUTH and DISCONNECT of 5.0 and the
 * acknowledgements may be bare or carry properties. */
static const struct {
    uint8_t min, max; /* max: any_len when only the content limits it */
} lengths[MQTT_TYPES] = {
    [MQTT_CONNECT] = {10, any_len},    [MQTT_CONNACK] = {2, any_len},
    [MQTT_PUBLISH] = {3, any_len},     [MQTT_PUBACK] = {2, any_len},
    [MQTT_PUBREC] = {2, any_len},      [MQTT_PUBREL] = {2, any_len},
    [MQTT_PUBCOMP] = {2, any_len},     [MQTT_SUBSCRIBE] = {6, any_len},
    [MQTT_SUBACK] = {3, any_len},      [MQTT_UNSUBSCRIBE] = {5, any_len},
    [MQTT_UNSUBACK] = {2, any_len},    [MQTT_PINGREQ] = {0, 0},
    [MQTT_PINGRESP] = {0, 0},          [MQTT_DISCONNECT] = {0, any_len},
    [MQTT_AUTH] = {0, any_len},
};

static bool
header_fits(const struct mqtt_frame *f)
{
    uint8_t flags = mqtt_packet_row(f->type)->flags;
    if (f->type == MQTT_NO_TYPE)
        return false;
    if (flags == FLAGS_VARY)
        return (f->flags & 0x06) != 0x06; /* QoS 3 */
    return f->flags == flags;
}

static bool
length_fits(const struct mqtt_frame *f)
{
    size_t rest = f->len - f->header_len;
    uint8_t max = lengths[f->type].max;
    return rest >= lengths[f->type].min && (max == any_len || rest <= max);
}

static bool
fits_side(const struct mqtt_packet *p, enum mqtt_side by)
{
    struct mqtt_report report = {0};
    return (mqtt_packet_row(p->type)->sent_by & by) &&
           mqtt_check(p, by, &report);
}

static bool
decodes_as(struct slice bytes, enum mqtt_version v)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    return mqtt_decode(bytes, v, &p, &report, NULL) &&
           (fits_side(&p, FROM_CLIENT) || fits_side(&p, FROM_SERVER));
}

/* The part of a PUBLISH that is there: its topic must look like one. */
static bool
topic_fits(struct slice body, size_t rest)
{
    if (body.len < 2)
        return true;
    size_t len = (size_t)body.ptr[0] << 8 | body.ptr[1];
    if (len + 2 > rest)
        return false;
    struct slice topic = slice_first(slice_from(body, 2), len);
    for (size_t i = 0; i < topic.len; i++)
        if (topic.ptr[i] < 0x20 || topic.ptr[i] == 0x7f)
            return false;
    return !mqtt_topic_has_wildcard(topic) &&
           utf8_bad_at(topic) + 4 > topic.len; /* a character may be cut */
}

enum plausible
plausible_packet(struct slice bytes, size_t *len)
{
    struct mqtt_frame f;
    enum mqtt_frame_status status = mqtt_frame_next(bytes, &f);
    *len = f.len;
    if (bytes.len == 0)
        return PLAUSIBLE_MORE;
    if (status == MQTT_FRAME_BAD || !header_fits(&f))
        return PLAUSIBLE_NO;
    if (f.len && !length_fits(&f))
        return PLAUSIBLE_NO;
    if (f.len && f.type == MQTT_PUBLISH &&
        !topic_fits(slice_from(bytes, f.header_len), f.len - f.header_len))
        return PLAUSIBLE_NO;
    if (status == MQTT_FRAME_NEED_MORE)
        return PLAUSIBLE_MORE;
    struct slice packet = slice_first(bytes, f.len);
    return decodes_as(packet, MQTT_311) || decodes_as(packet, MQTT_50)
               ? PLAUSIBLE_YES
               : PLAUSIBLE_NO;
}

struct plausible_run
plausible_run(struct slice bytes)
{
    struct plausible_run run = {0, PLAUSIBLE_YES, 0};
    size_t len;
    while (bytes.len > 0 && run.packets < PLAUSIBLE_RUN_MAX) {
        run.end = plausible_packet(bytes, &len);
        if (run.end != PLAUSIBLE_YES)
            break;
        uint8_t by =
            mqtt_packet_row((enum mqtt_type)(bytes.ptr[0] >> 4))->sent_by;
        if (by != FROM_ANY)
            run.only |= by;
        run.packets++;
        bytes = slice_from(bytes, len);
    }
    return run;
}

bool
plausible_find(struct slice bytes, bool is_all, size_t *at)
{
    for (*at = 0; *at < bytes.len; ++*at) {
        struct plausible_run run = plausible_run(slice_from(bytes, *at));
        unsigned enough = run.end == PLAUSIBLE_NO ? 3 : 2;
        if (run.end == PLAUSIBLE_YES && (*at == 0 || is_all))
            enough = 1;
        if (run.packets >= enough)
            return true;
    }
    return false;
}

