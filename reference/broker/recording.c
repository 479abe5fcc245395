/* recording.c - what the broker speaks, as a capture file.
 * SPDX-License-Identifier: MIT */
#include "broker/recording.h"

#include "base/log.h"
#include "mqtt/frame.h"
#include "mqtt/secret.h"

enum {
    FIRST_CLIENT_PORT = 50001,
    PENDING_MAX = 1 << 20 /* of a packet that does not end */
};

/* A capture that cannot be written must not stop the broker; told once. */
static void
flush(struct recording *r)
{
    if (!r->failed &&
        (fwrite(r->out.data, 1, r->out.len, r->file) != r->out.len ||
         fflush(r->file) != 0)) {
        log_error("%s: cannot be written; the capture ends here", r->path);
        r->failed = true;
    }
    buf_clear(&r->out);
}

int
recording_open(struct recording *r, const char *path, uint16_t port,
               struct error *err)
{
    *r = (struct recording){.path = path, .port = port,
                            .next_port = FIRST_CLIENT_PORT};
    r->file = fopen(path, "wb");
    if (!r->file)
        return error_errno(err, "cannot write the capture to %s", path);
    pcapng_begin(&r->out, "recorded by plumb-broker; TCP framing is invented");
    flush(r);
    return 0;
}

void
recording_close(struct recording *r)
{
    flush(r);
    if (fclose(r->file) != 0 && !r->failed)
        log_error("%s: cannot be written", r->path);
    buf_release(&r->out);
}

void
recording_accept(struct recording *r, struct recorded *c, uint64_t wall_us)
{
    *c = (struct recorded){.version = MQTT_NO_VERSION};
    pcapng_open(&c->stream, &r->out, r->next_port++, r->port, wall_us);
    if (r->next_port == 0)
        r->next_port = FIRST_CLIENT_PORT;
}

/* Notes every whole packet at the start of `bytes`, which are masked in place;
 * returns how many bytes that were. */
static size_t
note_packets(struct recorded *c, enum pcapng_side side, uint8_t *bytes,
             size_t len, uint64_t wall_us)
{
    size_t at = 0;
    struct mqtt_frame frame;
    while (mqtt_frame_next(slice_of(bytes + at, len - at), &frame) ==
           MQTT_FRAME_COMPLETE) {
        c->version = mqtt_secret_mask(bytes + at, frame.len, c->version);
        pcapng_data(&c->stream, side, slice_of(bytes + at, frame.len), wall_us,
                    NULL);
        at += frame.len;
    }
    return at;
}

/* Bytes that are no whole packet are noted as far as they go. */
static void
note_rest(struct recorded *c, enum pcapng_side side, struct buf *rest,
          uint64_t wall_us)
{
    mqtt_secret_mask(rest->data, rest->len, c->version);
    pcapng_data(&c->stream, side, buf_slice(rest), wall_us, NULL);
    buf_clear(rest);
}

void
recording_input(struct recording *r, struct recorded *c, struct slice bytes,
                uint64_t wall_us)
{
    buf_add(&c->in, bytes);
    buf_drop(&c->in, note_packets(c, PCAPNG_CLIENT, c->in.data, c->in.len,
                                  wall_us));
    if (c->in.len > PENDING_MAX)
        note_rest(c, PCAPNG_CLIENT, &c->in, wall_us);
    flush(r);
}

void
recording_output(struct recording *r, struct recorded *c, struct slice pending,
                 uint64_t wall_us)
{
    struct buf copy = {0};
    buf_add(&copy, slice_from(pending, c->noted));
    c->noted = pending.len;
    note_packets(c, PCAPNG_SERVER, copy.data, copy.len, wall_us);
    buf_release(&copy);
    flush(r);
}

void
recording_sent(struct recorded *c, size_t n)
{
    c->noted -= n < c->noted ? n : c->noted;
}

void
recording_end(struct recording *r, struct recorded *c, enum pcapng_side who,
              uint64_t wall_us)
{
    if (c->in.len > 0)
        note_rest(c, PCAPNG_CLIENT, &c->in, wall_us);
    pcapng_close(&c->stream, who, PCAPNG_FIN, wall_us);
    pcapng_close(&c->stream, who == PCAPNG_CLIENT ? PCAPNG_SERVER
                                                  : PCAPNG_CLIENT,
                 PCAPNG_FIN, wall_us);
    buf_release(&c->in);
    flush(r);
}
