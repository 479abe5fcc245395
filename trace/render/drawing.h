/* drawing.h - a laid-out picture: boxes, lines, arrows, texts in their places.
 * SPDX-License-Identifier: MIT
 *
 * A layout (packet_diagram.h, sequence_diagram.h) fills one; an output
 * (draw_text.h, draw_dot.h) only walks it. So all outputs agree.
 *
 * Units: x counts characters of a monospace font, y its lines. A point (x, y)
 * is the middle of that character cell, and lines run through such middles: a
 * box (0, 0, 4, 2) has its corners in the cells (0,0) (4,0) (0,2) (4,2), room
 * for three characters at y = 1, and its neighbour starts at x = 4.
 * Later items lie on top of earlier ones.                                    */
#ifndef TRACE_RENDER_DRAWING_H
#define TRACE_RENDER_DRAWING_H

#include "base/slice.h"

enum drawing_shape {
    DRAWING_BOX,   /* x y w h */
    DRAWING_LINE,  /* from x y to x+w y+h; level or upright */
    DRAWING_ARROW, /* the same, with its head at x+w y+h */
    DRAWING_TEXT,  /* starts (or ends, or is centred) at x y; w: its columns */
};

/* What an item means; each output decides how that looks. drawing_style says
 * how we think it should. */
enum drawing_role {
#define ROLE(symbol, name, ...) DRAW_##symbol,
#include "trace/render/roles.def"
#undef ROLE
    DRAWING_ROLES
};

enum drawing_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct drawing_item {
    uint8_t shape;     /* enum drawing_shape */
    uint8_t role;      /* enum drawing_role */
    uint8_t align;     /* enum drawing_align, of a text */
    bool is_dashed;    /* a line or arrow */
    bool hides;        /* a text that clears what lies beneath it */
    int x, y, w, h;    /* w and h may be negative for lines and arrows */
    char *text;        /* of a text: UTF-8, printable, owned; else NULL */
    uint64_t packet;   /* number of the packet it shows; 0: none */
};

struct drawing {
    struct drawing_item *items; /* item_count of them, owned */
    size_t item_count, item_cap;
    int width, height; /* no item reaches beyond; kept up to date */
    int head;          /* rows at the top that stay in sight; 0: none */
    char *title;       /* owned; "" when it has none */
};

/* How a role looks where there are colours. Everything is also told by words
 * or line styles, so that black and white loses nothing. */
struct drawing_style {
    const char *name; /* in JSON and CSS classes: "violation" */
    const char *ink;  /* "#rrggbb" of lines and letters */
    const char *fill; /* of a box; "none" */
    int pen;          /* line width in quarter points */
    bool is_bold;     /* letters */
};

struct drawing *drawing_new(const char *title);
void drawing_free(struct drawing *d); /* NULL is fine */

/* Each adds an item and returns it, valid until the next one is added. */
struct drawing_item *drawing_box(struct drawing *d, enum drawing_role role,
                                 int x, int y, int w, int h);
struct drawing_item *drawing_line(struct drawing *d, enum drawing_role role,
                                  int x, int y, int w, int h);
struct drawing_item *drawing_arrow(struct drawing *d, enum drawing_role role,
                                   int x, int y, int w, int h);

/* A text of any bytes: what is not printable is escaped. At most `max` columns
 * are shown, the middle left out with "…" (0: all). */
struct drawing_item *drawing_text(struct drawing *d, enum drawing_role role,
                                  enum drawing_align align, int x, int y,
                                  size_t max, struct slice text);
struct drawing_item *drawing_textf(struct drawing *d, enum drawing_role role,
                                   enum drawing_align align, int x, int y,
                                   const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The first column and the one past the last of a text item. */
int drawing_text_left(const struct drawing_item *item);

const struct drawing_style *drawing_style(enum drawing_role role);

#endif
