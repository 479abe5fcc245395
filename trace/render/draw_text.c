/* draw_text.c - a drawing in letters.
 * SPDX-License-Identifier: MIT
 *
 * A canvas of character cells. A cell is crossed by strokes towards its four
 * neighbours, which merge (two lines that cross make a "+"), or holds a
 * letter, which hides them.                                                  */
#include "trace/render/draw_text.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

struct cell {
    uint8_t strokes;  /* set of UP, DOWN, LEFT, RIGHT */
    bool is_dashed;   /* they are */
    bool is_taken;    /* by the right half of a wide letter */
    char letter[12];  /* UTF-8 with what combines; "" when there is none */
};

struct canvas {
    struct cell *cells; /* width * height of them */
    int width, height;
    bool ascii;
};

static struct cell *
cell_at(const struct canvas *c, int x, int y)
{
    static struct cell outside;
    if (x < 0 || y < 0 || x >= c->width || y >= c->height)
        return &outside;
    return &c->cells[y * c->width + x];
}

static void
stroke(const struct canvas *c, const struct drawing_item *item)
{
    int dx = (item->w > 0) - (item->w < 0), dy = (item->h > 0) - (item->h < 0);
    /* The head of an arrow stands before what it points at. */
    int steps = abs(dx ? item->w : item->h) - (item->shape == DRAWING_ARROW);
    uint8_t out = dx ? (dx > 0 ? RIGHT : LEFT) : (dy > 0 ? DOWN : UP);
    uint8_t in = dx ? (dx > 0 ? LEFT : RIGHT) : (dy > 0 ? UP : DOWN);
    for (int i = 0; i <= steps; i++) {
        struct cell *at = cell_at(c, item->x + i * dx, item->y + i * dy);
        at->is_dashed = at->strokes ? at->is_dashed && item->is_dashed
                                    : item->is_dashed;
        at->strokes |= (uint8_t)((i < steps ? out : 0) | (i > 0 ? in : 0));
        at->letter[0] = 0;
    }
}

static void
put_letter(struct cell *at, const char *utf8, size_t len)
{
    size_t used = strlen(at->letter);
    if (used + len >= sizeof at->letter)
        return;
    memcpy(at->letter + used, utf8, len);
    at->letter[used + len] = 0;
}

static void
arrow_head(const struct canvas *c, const struct drawing_item *item)
{
    static const char *const heads[2][4] = {
        {"\u25b6", "\u25c0", "\u25bc", "\u25b2"}, {">", "<", "v", "^"}};
    int which = item->w ? item->w < 0 : item->h < 0 ? 3 : 2;
    int dx = (item->w > 0) - (item->w < 0), dy = (item->h > 0) - (item->h < 0);
    struct cell *at =
        cell_at(c, item->x + item->w - dx, item->y + item->h - dy);
    const char *head = heads[c->ascii][which];
    at->letter[0] = 0;
    put_letter(at, head, strlen(head));
}

static void
box(const struct canvas *c, const struct drawing_item *item)
{
    int x = item->x, y = item->y, w = item->w, h = item->h;
    for (int row = 1; row < h; row++)
        for (int column = 1; column < w; column++)
            *cell_at(c, x + column, y + row) = (struct cell){0};
    struct drawing_item edges[4] = {
        {.x = x, .y = y, .w = w},
        {.x = x, .y = y + h, .w = w},
        {.x = x, .y = y, .h = h},
        {.x = x + w, .y = y, .h = h},
    };
    for (int i = 0; i < 4; i++)
        stroke(c, &edges[i]);
}

static void
text(const struct canvas *c, const struct drawing_item *item)
{
    struct slice rest = slice_str(item->text);
    int x = drawing_text_left(item);
    struct cell *last = NULL;
    while (rest.len) {
        size_t len = utf8_char(rest, NULL);
        len = len ? len : 1;
        struct slice one = slice_first(rest, len);
        int width = (int)utf8_width(one);
        if (width > 0) {
            last = cell_at(c, x, item->y);
            last->letter[0] = 0;
            last->is_taken = false;
            if (width == 2)
                cell_at(c, x + 1, item->y)->is_taken = true;
        }
        if (last)
            put_letter(last, (const char *)one.ptr, one.len);
        x += width;
        rest = slice_from(rest, len);
    }
}

static const char *
stroke_letter(const struct cell *at, bool ascii)
{
    static const char *const lines[16] = {
        [0] = " ",
        [UP] = "\u2502",
        [DOWN] = "\u2502",
        [UP | DOWN] = "\u2502",
        [LEFT] = "\u2500",
        [RIGHT] = "\u2500",
        [LEFT | RIGHT] = "\u2500",
        [DOWN | RIGHT] = "\u250c",
        [DOWN | LEFT] = "\u2510",
        [UP | RIGHT] = "\u2514",
        [UP | LEFT] = "\u2518",
        [UP | DOWN | RIGHT] = "\u251c",
        [UP | DOWN | LEFT] = "\u2524",
        [DOWN | LEFT | RIGHT] = "\u252c",
        [UP | LEFT | RIGHT] = "\u2534",
        [UP | DOWN | LEFT | RIGHT] = "\u253c",
    };
    bool level = (at->strokes & (LEFT | RIGHT)) != 0;
    bool upright = (at->strokes & (UP | DOWN)) != 0;
    if (ascii)
        return level && upright ? "+" : level ? "-" : upright ? "|" : " ";
    if (at->is_dashed && level != upright)
        return level ? "\u2504" : "\u250a";
    return lines[at->strokes];
}

/* The characters that layouts use, for who has only ASCII. */
static char
ascii_letter(const char *letter)
{
    static const struct {
        const char *letter;
        char ascii;
    } rows[] = {
        {"\u2026", '~'}, {"\u00a7", 's'}, {"\u00d7", '*'},
        {"\u2717", '!'}, {"\u22ee", ':'},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(letter, rows[i].letter) == 0)
            return rows[i].ascii;
    return '?';
}

static void
add_cell(struct buf *out, const struct cell *at, bool ascii)
{
    if (at->is_taken)
        return;
    if (!at->letter[0])
        buf_add_str(out, stroke_letter(at, ascii));
    else if (ascii && (at->letter[0] & 0x80))
        buf_add_byte(out, (uint8_t)ascii_letter(at->letter));
    else
        buf_add_str(out, at->letter);
}

void
drawing_print(struct buf *out, const struct drawing *d, bool ascii)
{
    struct canvas c = {NULL, d->width, d->height, ascii};
    c.cells = xcalloc((size_t)c.width * (size_t)c.height + 1, sizeof *c.cells);
    for (size_t i = 0; i < d->item_count; i++) {
        const struct drawing_item *item = &d->items[i];
        switch ((enum drawing_shape)item->shape) {
        case DRAWING_BOX: box(&c, item); break;
        case DRAWING_ARROW:
        case DRAWING_LINE: stroke(&c, item); break;
        case DRAWING_TEXT: text(&c, item); break;
        }
        if (item->shape == DRAWING_ARROW)
            arrow_head(&c, item);
    }
    for (int y = 0; y < c.height; y++) {
        for (int x = 0; x < c.width; x++)
            add_cell(out, cell_at(&c, x, y), ascii);
        while (out->len && out->data[out->len - 1] == ' ')
            out->len--;
        buf_add_byte(out, '\n');
    }
    free(c.cells);
}
