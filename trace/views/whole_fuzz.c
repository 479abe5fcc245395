/* whole_fuzz.c - any packets, in any order, through every view of the whole.
 * SPDX-License-Identifier: MIT
 *
 * Input: packet number, then packets: a byte (bit 0 side, bit 1 lane, bit 2 a
 * new connection, bit 3 an end instead of a packet), a length, the bytes.    */
#include "trace/views/whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
speak(struct conversation *c, struct slice in)
{
    uint64_t connection[2] = {1, 2};
    int64_t us = 0;
    while (in.len > 2) {
        uint8_t head = in.ptr[0];
        size_t lane = head >> 1 & 1;
        struct slice bytes = slice_first(slice_from(in, 2), in.ptr[1]);
        enum mqtt_side from = head & 1 ? FROM_SERVER : FROM_CLIENT;
        size_t before = c->item_count;
        us += 700000;
        if (head & 4)
            connection[lane] += 2;
        if (head & 8)
            conversation_close(c, lane, us, from, head & 16 ? "RST" : "FIN");
        else if (bytes.len)
            conversation_add(c, lane, us, from, bytes, MQTT_NO_VERSION);
        if (c->item_count > before)
            c->items[c->item_count - 1]->connection = connection[lane];
        in = slice_from(in, 2 + bytes.len);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err;
    struct buf out = {0};
    if (size < 2)
        return 0;
    struct conversation *c = conversation_new(NULL);
    conversation_add_lane(c, slice_str("one"));
    conversation_add_lane(c, slice_str("judge"));
    speak(c, slice_of(data + 1, size - 1));
    for (int kind = 0; kind <= VIEW_EXERCISE; kind++)
        for (int form = 0; form < 2; form++) {
            struct whole w = {.conversation = c, .other = c,
                              .title = "a\"$b", .other_title = "b",
                              .number = data[0], .is_json = form,
                              .tells_answers = form};
            whole_print(&out, (enum view_kind)kind, &w, &err);
        }
    conversation_free(c);
    buf_release(&out);
    return 0;
}
