/* damage.c - makes a right packet wrong, on purpose and in one place.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/damage.h"

#include <inttypes.h>

#include "mqtt/decode.h"
#include "mqtt/varint.h"

static size_t
header_len(const struct buf *packet)
{
    struct mqtt_frame f;
    mqtt_frame_next(buf_slice(packet), &f);
    return f.header_len;
}

/* Makes Remaining Length say what follows the first `header` bytes. */
static void
fix_length(struct buf *packet, size_t header)
{
    uint8_t length[4];
    size_t n = mqtt_varint_encode(length, (uint32_t)(packet->len - header));
    buf_splice(packet, 1, header - 1, slice_of(length, n));
}

/* Replaces old_len bytes at `at`, somewhere behind the fixed header. */
static void
splice(struct buf *packet, size_t at, size_t old_len, struct slice with)
{
    size_t header = header_len(packet);
    buf_splice(packet, at, old_len, with);
    fix_length(packet, header);
}

/* The notes of the packet as it is now. */
static void
take_notes(struct buf *packet, enum mqtt_version v, struct mqtt_notes *notes)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    mqtt_notes_clear(notes);
    mqtt_decode(buf_slice(packet), v, &p, &report, notes);
}

static const struct mqtt_note *
find_note(const struct mqtt_notes *notes, const struct script_damage *d)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        if (n->is_bits)
            continue;
        if (d->property ? n->property == d->property->id
                        : n->depth == 0 && n->field == d->field)
            return n;
    }
    return NULL;
}

/* The Property Length of the properties that `at` lies in, or the first. */
static const struct mqtt_note *
property_length(const struct mqtt_notes *notes, uint32_t at)
{
    const struct mqtt_note *found = NULL;
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        if (n->depth == 1 && n->label &&
            slice_is(slice_str(n->label), "Property Length") &&
            (!found || n->at <= at))
            found = n;
    }
    return found;
}

/* Changes bytes within properties; the Property Length stands before them. */
static void
splice_property(struct buf *packet, const struct mqtt_note *length,
                size_t at, size_t old_len, struct slice with)
{
    uint8_t bytes[4];
    uint32_t now = length->number - (uint32_t)old_len + (uint32_t)with.len;
    size_t n = mqtt_varint_encode(bytes, now), header = header_len(packet);
    buf_splice(packet, at, old_len, with);
    buf_splice(packet, length->at, length->len, slice_of(bytes, n));
    fix_length(packet, header);
}

static bool
do_byte(struct eval *e, const struct script_damage *d, struct buf *packet)
{
    int64_t at, value;
    if (!eval_number(e, d->index, &at) || !eval_number(e, d->value, &value))
        return false;
    if (at < 0 || (size_t)at >= packet->len || value < 0 || value > 255)
        return eval_fail(e, d->at, "the packet has bytes 0 to %zu, and a byte "
                         "is at most 255", packet->len - 1);
    packet->data[at] = (uint8_t)value;
    return true;
}

static bool
do_truncate(struct eval *e, const struct script_damage *d, struct buf *packet)
{
    struct mqtt_frame f;
    int64_t n;
    if (!eval_number(e, d->value, &n))
        return false;
    mqtt_frame_next(buf_slice(packet), &f);
    if (n < 0 || (size_t)n > packet->len - f.header_len)
        return eval_fail(e, d->at, "only %zu bytes follow the fixed header",
                         packet->len - f.header_len);
    splice(packet, packet->len - (size_t)n, (size_t)n, slice_str(""));
    return true;
}

static bool
do_remaining_length(struct eval *e, const struct script_damage *d,
                    struct buf *packet)
{
    struct mqtt_frame f;
    uint8_t bytes[4];
    int64_t n;
    if (!eval_number(e, d->value, &n))
        return false;
    mqtt_frame_next(buf_slice(packet), &f);
    if (d->is_relative)
        n += (int64_t)(f.len - f.header_len);
    if (n < 0 || n > MQTT_VARINT_MAX)
        return eval_fail(e, d->at, "no Remaining Length can be %" PRId64, n);
    size_t len = mqtt_varint_encode(bytes, (uint32_t)n);
    buf_splice(packet, 1, f.header_len - 1, slice_of(bytes, len));
    return true;
}

static bool
do_drop_or_repeat(struct eval *e, const struct script_damage *d,
                  struct buf *packet)
{
    struct mqtt_notes notes = {0};
    take_notes(packet, e->version, &notes);
    const struct mqtt_note *n = find_note(&notes, d);
    bool good = n != NULL;
    if (n) {
        struct buf copy = {0};
        size_t old_len = n->len, at = n->at;
        if (d->kind == DAMAGE_REPEAT) {
            buf_add(&copy, slice_of(packet->data + n->at, n->len));
            at += n->len;
            old_len = 0;
        }
        if (d->property)
            splice_property(packet, property_length(&notes, n->at), at,
                            old_len, buf_slice(&copy));
        else
            splice(packet, at, old_len, buf_slice(&copy));
        buf_release(&copy);
    }
    mqtt_notes_release(&notes);
    return good || eval_fail(e, d->at, "the packet has no \"%.*s\"",
                             SLICE_ARG(d->name));
}

/* A raw property behind the others; where there were none, the length byte is
 * made too. */
static bool
do_property(struct eval *e, const struct script_damage *d, struct buf *packet)
{
    int64_t id;
    struct slice value;
    if (!eval_number(e, d->index, &id) || !eval_bytes(e, d->value, &value))
        return false;
    struct mqtt_notes notes = {0};
    struct buf raw = {0};
    take_notes(packet, e->version, &notes);
    const struct mqtt_note *length = property_length(&notes, 0);
    mqtt_varint_add(&raw, (uint32_t)id);
    buf_add(&raw, value);
    if (length)
        splice_property(packet, length,
                        length->at + length->len + length->number, 0,
                        buf_slice(&raw));
    mqtt_notes_release(&notes);
    buf_release(&raw);
    return length ||
           eval_fail(e, d->at, "the packet has no properties to add to (a "
                               "short acknowledgement: give it a reason and "
                               "a user_property)");
}

static bool
do_append(struct eval *e, const struct script_damage *d, struct buf *packet)
{
    struct slice bytes;
    if (!eval_bytes(e, d->value, &bytes))
        return false;
    splice(packet, packet->len, 0, bytes);
    return true;
}

static bool
do_one(struct eval *e, const struct script_damage *d, struct buf *packet)
{
    switch (d->kind) {
    case DAMAGE_BYTE: return do_byte(e, d, packet);
    case DAMAGE_TRUNCATE: return do_truncate(e, d, packet);
    case DAMAGE_REMAINING_LENGTH: return do_remaining_length(e, d, packet);
    case DAMAGE_DROP:
    case DAMAGE_REPEAT: return do_drop_or_repeat(e, d, packet);
    case DAMAGE_PROPERTY: return do_property(e, d, packet);
    case DAMAGE_APPEND: return do_append(e, d, packet);
    }
    return false;
}

bool
damage_apply(struct eval *e, const struct script_damage *list, size_t count,
             struct buf *packet)
{
    for (size_t i = 0; i < count; i++)
        if (!do_one(e, &list[i], packet))
            return false;
    return true;
}
