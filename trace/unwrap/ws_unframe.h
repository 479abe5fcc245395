/* ws_unframe.h - WebSocket frames of one direction, taken apart (RFC 6455, 5).
 * SPDX-License-Identifier: MIT
 *
 * Not net/ws_frame.h: an observer must go on where an endpoint closes. So text
 * messages, wrong masks and deflated frames are told, not refused, and after a
 * gap the next frame is looked for. Payload comes out piece by piece as it
 * arrives; only control frames (125 bytes) are collected.                    */
#ifndef TRACE_UNWRAP_WS_UNFRAME_H
#define TRACE_UNWRAP_WS_UNFRAME_H

#include "base/slice.h"

enum { /* opcodes */
    WS_OP_CONTINUATION = 0,
    WS_OP_TEXT = 1,
    WS_OP_BINARY = 2,
    WS_OP_CLOSE = 8,
    WS_OP_PING = 9,
    WS_OP_PONG = 10,
};

#define WS_PIECE_MAX 4096
#define WS_CONTROL_MAX 125

struct ws_unframe {
    uint8_t head[14];       /* header of the frame begun */
    uint8_t have;           /* bytes of it; 0: between frames */
    bool is_within;         /* header complete: payload comes */
    bool is_masked;         /* of the frame */
    bool is_final;          /* of the frame: its message ends with it */
    bool is_deflated;       /* of the message */
    bool is_lost;           /* looking for the next frame */
    bool is_bad;            /* an opcode or length that cannot be */
    uint8_t opcode;         /* of the frame */
    uint8_t message;        /* opcode of the message */
    uint64_t left;          /* payload bytes still to come */
    uint64_t at;            /* payload bytes seen, for the mask */
    uint8_t mask[4];
    uint8_t control[WS_CONTROL_MAX];
    uint8_t control_len;
};

enum ws_event {
    WS_MORE,    /* all bytes are used up */
    WS_DATA,    /* payload of a message: bytes, message, is_deflated */
    WS_END,     /* a message ends */
    WS_CONTROL, /* a control frame: opcode, bytes */
    WS_BROKEN,  /* no frame begins here; now it is looking for one */
};

struct ws_told {
    struct slice bytes;         /* unmasked; borrowed until the next call */
    uint8_t opcode;             /* of a control frame; else of the message */
    bool is_deflated;           /* of data: RSV1 was set */
    uint8_t room[WS_PIECE_MAX]; /* private */
};

/* Takes bytes off the front of *in. */
enum ws_event ws_unframe_next(struct ws_unframe *u, struct slice *in,
                              struct ws_told *out);

/* n bytes are missing. Returns how many of them were payload, or n when the
 * frames are lost: then *is_lost. */
uint64_t ws_unframe_gap(struct ws_unframe *u, uint64_t n, bool *is_lost);

#endif
