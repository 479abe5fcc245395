/* decode_fuzz.c - any bytes through decode, check, print and back.
 * SPDX-License-Identifier: MIT
 *
 * The first byte picks the version and the side, the rest is the packet. What
 * must hold: nothing crashes, findings and notes lie within the bytes, and what
 * decodes without a finding encodes to the same bytes.                       */
#include <assert.h>

#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_within(const struct mqtt_report *report, const struct mqtt_notes *notes,
              size_t len)
{
    for (size_t i = 0; i < report->count; i++)
        assert(report->list[i].offset + report->list[i].len <= len);
    for (size_t i = 0; i < notes->count; i++)
        assert(notes->list[i].at + notes->list[i].len <= len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum mqtt_version versions[] = {MQTT_NO_VERSION, MQTT_31,
                                                 MQTT_311, MQTT_50};
    if (size < 1)
        return 0;
    struct slice bytes = slice_of(data + 1, size - 1);
    struct mqtt_print how = {data[0] & 4, data[0] & 8 ? 16 : 0};
    struct mqtt_packet p;
    struct mqtt_report report;
    struct mqtt_notes notes = {0};
    struct buf out = {0};
    bool good = mqtt_decode(bytes, versions[data[0] & 3], &p, &report, &notes);
    if (good && p.version) {
        struct mqtt_frame frame;
        mqtt_frame_next(bytes, &frame);
        mqtt_encode(&out, &p);
        assert(slice_equal(slice_first(bytes, frame.len), buf_slice(&out)));
    }
    mqtt_check(&p, data[0] & 16 ? FROM_SERVER : FROM_CLIENT, &report);
    assert_within(&report, &notes, bytes.len);
    buf_clear(&out);
    mqtt_print_line(&out, &p, how);
    mqtt_print_tree(&out, &p, &notes, how);
    mqtt_print_hex(&out, bytes, &p, &notes, how);
    buf_release(&out);
    mqtt_notes_release(&notes);
    return 0;
}
