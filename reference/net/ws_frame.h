/* ws_frame.h - WebSocket frames: bytes to payload and back (RFC 6455, 5).
 * SPDX-License-Identifier: MIT
 *
 *      0               1
 *     +-+---+-------+-+-------------+--------------+----------+----------
 *     |F|RSV|opcode |M| length 0-125| 16 or 64 bits| mask     | payload
 *     +-+---+-------+-+-------------+--------------+----------+----------
 *                        126, 127 ->  length         M only
 *
 * MQTT is a stream of bytes in binary messages [MQTT-6.0.0-1, MQTT311-6.0.0-1].
 * Neither messages nor the frames that they may be cut into have anything to do
 * with MQTT packets [MQTT-6.0.0-2, MQTT311-6.0.0-2]: any cut is good. So the
 * payload comes out piece by piece, as soon as it is there, and nothing has to
 * be collected. Control frames (close, ping, pong) may come between the frames
 * of a message, have at most 125 bytes and come out whole.
 *
 * What a client sends is masked with four random bytes per frame, so that no
 * proxy on the way takes it for something else; what a server sends is not.
 *
 * No I/O; one struct per direction and connection, fed in order.             */
#ifndef NET_WS_FRAME_H
#define NET_WS_FRAME_H

#include "base/buf.h"

/* Whose frames they are. */
enum ws_side { WS_CLIENT, WS_SERVER };

enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
};

/* Codes in a close frame that we send or make up (RFC 6455, 7.4). */
enum ws_code {
    WS_CODE_NORMAL = 1000,
    WS_CODE_GOING_AWAY = 1001,
    WS_CODE_PROTOCOL_ERROR = 1002,
    WS_CODE_UNSUPPORTED = 1003, /* a text message */
    WS_CODE_NONE = 1005,        /* an empty close frame came; never sent */
};

enum ws_frame_status {
    WS_FRAME_PIECE,     /* there is a piece */
    WS_FRAME_NEED_MORE, /* all bytes are used up */
    WS_FRAME_BAD        /* against the rules, now and for ever */
};

/* WS_BINARY: some bytes of a binary message, whether its first frame or a
 * continuation; the rest follows. WS_CLOSE: code and, in bytes, the reason.
 * WS_PING, WS_PONG: all of the payload. */
struct ws_piece {
    enum ws_opcode opcode;
    struct slice bytes; /* unmasked; borrowed until the next call */
    uint16_t code;      /* close, or BAD: what to close with */
    const char *why;    /* BAD: in words */
};

struct ws_frames; /* opaque */

/* For the frames that `from` sends. */
struct ws_frames *ws_frame_new(enum ws_side from);
void ws_frame_free(struct ws_frames *f);

/* Takes bytes off the front of *in and says what they mean. Behind a close
 * frame there is nothing: the bytes are thrown away. */
enum ws_frame_status ws_frame_next(struct ws_frames *f, struct slice *in,
                                   struct ws_piece *out);

/* Has a frame or a message begun that is not complete? */
bool ws_frame_is_within(const struct ws_frames *f);

/* Appends one unfragmented frame as `from` sends it. */
void ws_frame_write(struct buf *out, enum ws_side from, enum ws_opcode opcode,
                    struct slice payload);

/* The same of a message whose last frame it is, or is not. */
void ws_frame_write_part(struct buf *out, enum ws_side from,
                         enum ws_opcode opcode, bool is_last,
                         struct slice payload);

/* Appends a close frame with a code and no reason. */
void ws_frame_write_close(struct buf *out, enum ws_side from, uint16_t code);

#endif
