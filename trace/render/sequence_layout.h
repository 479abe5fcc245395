/* sequence_layout.h - where everything in a ladder stands, before it is drawn.
 * SPDX-License-Identifier: MIT
 *
 * The measuring half of sequence_diagram.c, its only caller: which row each
 * item gets, how wide labels are, where the lanes stand, which bracket runs
 * from where to where in which column. From left to right:
 *
 *  number time | brackets lane labels | ... | broker | ... labels lane brackets
 */
#ifndef TRACE_RENDER_SEQUENCE_LAYOUT_H
#define TRACE_RENDER_SEQUENCE_LAYOUT_H

#include "trace/render/sequence_diagram.h"

enum {
    SEQUENCE_TIME_WIDTH = 19,      /* number, time, and space behind */
    SEQUENCE_HEAD_MAX = 26,        /* columns of a name in a head, per line */
    SEQUENCE_BRACKETS_MAX = 4,     /* side by side at a lane */
    SEQUENCE_BRACKET_WIDTH = 2,
    SEQUENCE_PAUSE_US = 1000000,   /* a longer pause gets a row of its own */
};

struct sequence_place {
    bool is_right;      /* of the broker */
    int x;              /* of its life line */
    int label_width;    /* of its widest label */
    int head_width;     /* inside the box */
    int head_lines;     /* the name takes one or two */
    int brackets;       /* side by side, at most */
    int bracket_end[SEQUENCE_BRACKETS_MAX]; /* last row taken, by column */
    int open_row;       /* of the connection; -1: none is open */
    int life_row;       /* down to here the life line is drawn */
};

/* One QoS exchange. */
struct sequence_bracket {
    size_t lane;
    uint64_t exchange;      /* as in model_packet */
    enum drawing_role role; /* QOS1 or QOS2 */
    int from, to;           /* rows */
    int column;             /* 0: next to the lane; -1: no room */
    bool is_finished;       /* by the last packet it needs */
    bool is_closed;         /* no more packets: finished, or connection over */
};

struct sequence_layout {
    const struct conversation *c;
    const struct sequence_options *o;
    struct drawing *d;
    struct sequence_place *places;     /* by lane */
    int *rows;                /* by item */
    struct sequence_bracket *brackets; /* in order of begin */
    size_t bracket_count, bracket_cap;
    int broker_x, broker_width;
    int body;                 /* first row under the heads */
    int end;                  /* last row */
    int64_t start_us;         /* time that counts as 0 */
};

/* Fills the whole layout from c, o and d, which are set; release gives back
 * what it holds. */
void sequence_layout_make(struct sequence_layout *l);
void sequence_layout_release(struct sequence_layout *l);

/* Does item i have a row? (Some share one.) */
bool sequence_layout_is_row(const struct sequence_layout *l, size_t i);

/* Columns that an arrow's label may take. */
int sequence_layout_label_max(const struct sequence_layout *l);

/* The middle of the space beside a lane where its labels stand. */
int sequence_layout_label_x(const struct sequence_layout *l, size_t lane);

/* Appends what the head says of a lane below its name. */
void sequence_layout_facts(struct buf *out,
                           const struct conversation_lane *lane);

#endif
