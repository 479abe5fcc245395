/* packet_diagram.c - the bytes of one packet as boxes.
 * SPDX-License-Identifier: MIT
 *
 * Cells fill strips from left to right. A strip, from top to bottom:
 *
 *     parts      fixed header ----------- variable header -------------
 *     offsets    0                      1
 *     boxes      [ name               ][ name                        ]
 *                [ bytes, value, section                             ]
 *     sums       Remaining Length: da 01 = 0x5a + 0x01 * 128 = ... = 218
 *     bits       the flag bytes of this strip, unfolded
 */
#include "trace/render/packet_diagram.h"

#include "base/utf8.h"
#include "trace/render/packet_cells.h"

enum {
    WIDTH = 100,
    BOX_HEIGHT = 5,  /* four lines of text */
    BIT_WIDTH = 4,   /* columns of one bit */
    PANEL_GAP = 4,   /* between two unfolded bytes */
};

struct layout {
    const struct model_packet *p;
    const struct packet_options *o;
    struct drawing *d;
    struct packet_cells cells;
    int width; /* columns to fill */
    int y;     /* next free row */
};

static int
max_of(int a, int b)
{
    return a > b ? a : b;
}

static int
columns(const struct buf *b)
{
    return (int)utf8_width(buf_slice(b));
}

static int
cell_width(const struct packet_cell *cell)
{
    int width = max_of(columns(&cell->name), columns(&cell->bytes));
    width = max_of(width, columns(&cell->value));
    return max_of(width, columns(&cell->section)) + 3;
}

/* --- boxes ---------------------------------------------------------------- */

static void
draw_cell(struct layout *l, const struct packet_cell *cell, int x, int y)
{
    int width = cell_width(cell);
    bool is_missing = cell->part == PART_MISSING;
    drawing_textf(l->d, DRAW_DIM, ALIGN_LEFT, x, y - 1, "%u", cell->at);
    drawing_box(l->d, cell->role, x, y, width, BOX_HEIGHT);
    drawing_text(l->d, DRAW_TITLE, ALIGN_LEFT, x + 2, y + 1, 0,
                 buf_slice(&cell->name));
    drawing_text(l->d, DRAW_BYTES, ALIGN_LEFT, x + 2, y + 2, 0,
                 buf_slice(&cell->bytes));
    drawing_text(l->d, DRAW_PLAIN, ALIGN_LEFT, x + 2, y + 3, 0,
                 buf_slice(&cell->value));
    drawing_text(l->d, DRAW_DIM, ALIGN_LEFT, x + 2, y + 4, 0,
                 buf_slice(&cell->section));
    if (!cell->is_shortened && !is_missing)
        return;
    for (int edge = 0; edge <= BOX_HEIGHT; edge += BOX_HEIGHT)
        drawing_text(l->d, cell->role, ALIGN_CENTRE, x + width / 2 + 1,
                     y + edge, 0, slice_str("//"))
            ->hides = true;
}

/* The lines above the boxes that say where the parts of the packet begin. */
static void
draw_parts(struct layout *l, size_t from, size_t to, int y)
{
    int x = 0, start = 0;
    for (size_t i = from; i < to; i++) {
        const struct packet_cell *cell = &l->cells.list[i];
        x += cell_width(cell);
        if (i + 1 < to && l->cells.list[i + 1].part == cell->part)
            continue;
        const char *name = packet_part_name(cell->part);
        int width = (int)strlen(name);
        if (width + 2 <= x - start)
            drawing_text(l->d, DRAW_DIM, ALIGN_LEFT, start, y, 0,
                         slice_str(name));
        else
            width = -1;
        if (x - start - width > 3)
            drawing_line(l->d, DRAW_DIM, start + width + 1, y,
                         x - start - width - 3, 0);
        start = x;
    }
}

static void
draw_sums(struct layout *l, size_t from, size_t to)
{
    struct buf sum = {0};
    for (size_t i = from; i < to; i++) {
        const struct packet_cell *cell = &l->cells.list[i];
        buf_clear(&sum);
        if (cell->note == (size_t)-1 ||
            !packet_cells_sum(&sum, cell, &l->cells.notes.list[cell->note],
                              l->p->bytes))
            continue;
        drawing_text(l->d, DRAW_PLAIN, ALIGN_LEFT, 0, l->y, 0,
                     buf_slice(&sum));
        l->y++;
    }
    buf_release(&sum);
}

/* --- unfolded bytes ------------------------------------------------------- */

/* The notes behind note i that are its bits. */
static size_t
count_bits(const struct mqtt_notes *notes, size_t i)
{
    size_t count = 0;
    while (i + 1 + count < notes->count && notes->list[i + 1 + count].is_bits)
        count++;
    return count;
}

static void
print_bits_text(struct buf *out, const struct layout *l,
                const struct mqtt_note *n)
{
    buf_printf(out, "%s: ", n->label);
    mqtt_note_print_value(out, n, l->p->mqtt.type, l->p->mqtt.version, 0);
    buf_printf(out, "  \u00a7%s", n->section);
}

static int
panel_width(const struct layout *l, size_t note, size_t bits)
{
    int width = 0;
    for (size_t i = 0; i < bits; i++) {
        struct buf text = {0};
        print_bits_text(&text, l, &l->cells.notes.list[note + 1 + i]);
        width = max_of(width, columns(&text));
        buf_release(&text);
    }
    return 8 * BIT_WIDTH + 3 + width;
}

/* One group of bits: its box, its digits, and a line to its meaning. */
static void
draw_group(struct layout *l, const struct mqtt_note *n, uint8_t byte, int x,
           int y, int row)
{
    int left = x + (7 - n->high) * BIT_WIDTH;
    int width = (n->high - n->low + 1) * BIT_WIDTH;
    int stem = left + width / 2, right = x + 8 * BIT_WIDTH + 2;
    struct buf text = {0};
    drawing_box(l->d, DRAW_BITS, left, y, width, 2);
    for (int bit = n->high; bit >= n->low; bit--)
        drawing_textf(l->d, DRAW_BYTES, ALIGN_LEFT,
                      x + (7 - bit) * BIT_WIDTH + BIT_WIDTH / 2, y + 1, "%d",
                      byte >> bit & 1);
    drawing_line(l->d, DRAW_DIM, stem, y + 2, 0, row - y - 2);
    drawing_line(l->d, DRAW_DIM, stem, row, right - 1 - stem, 0);
    print_bits_text(&text, l, n);
    drawing_text(l->d, DRAW_PLAIN, ALIGN_LEFT, right + 1, row, 0,
                 buf_slice(&text));
    buf_release(&text);
}

/* Returns how many rows it took. */
static int
draw_panel(struct layout *l, size_t note, size_t bits, int x, int y)
{
    const struct mqtt_note *n = &l->cells.notes.list[note];
    uint8_t byte = n->at < l->p->bytes.len ? l->p->bytes.ptr[n->at] : 0;
    drawing_textf(l->d, DRAW_TITLE, ALIGN_LEFT, x, y, "byte %u: %s", n->at,
                  n->label);
    /* The rightmost group is explained first, so that no lines cross. */
    for (size_t i = 0; i < bits; i++)
        draw_group(l, n + 1 + i, byte, x, y + 1,
                   y + 4 + (int)(bits - 1 - i));
    return 4 + (int)bits;
}

/* The flag bytes among these cells, side by side as far as they fit. */
static void
draw_panels(struct layout *l, size_t from, size_t to)
{
    int x = 0, height = 0;
    for (size_t i = from; i < to; i++) {
        size_t note = l->cells.list[i].note;
        size_t bits =
            note == (size_t)-1 ? 0 : count_bits(&l->cells.notes, note);
        if (!bits)
            continue;
        int width = panel_width(l, note, bits);
        if (x > 0 && x + width > l->width) {
            l->y += height + 1;
            x = height = 0;
        }
        height = max_of(height, draw_panel(l, note, bits, x, l->y));
        x += width + PANEL_GAP;
    }
    if (height)
        l->y += height + 1;
}

/* --- strips --------------------------------------------------------------- */

static size_t
strip_end(const struct layout *l, size_t from)
{
    int x = 0;
    size_t i = from;
    while (i < l->cells.count) {
        x += cell_width(&l->cells.list[i]);
        if (x > l->width && i > from)
            break;
        i++;
    }
    return i;
}

static void
draw_strip(struct layout *l, size_t from, size_t to)
{
    int x = 0;
    draw_parts(l, from, to, l->y);
    l->y += 2;
    for (size_t i = from; i < to; i++) {
        draw_cell(l, &l->cells.list[i], x, l->y);
        x += cell_width(&l->cells.list[i]);
    }
    l->y += BOX_HEIGHT + 2;
    int before = l->y;
    draw_sums(l, from, to);
    if (l->y > before)
        l->y++;
    draw_panels(l, from, to);
}

static void
draw_violations(struct layout *l)
{
    for (size_t i = 0; i < l->p->report.count; i++) {
        const struct mqtt_violation *v = &l->p->report.list[i];
        drawing_textf(l->d, DRAW_VIOLATION, ALIGN_LEFT, 0, l->y,
                      "\u2717 %s%s%s (\u00a7%s, byte %u)", v->statement,
                      *v->statement ? ": " : "", v->text, v->section,
                      v->offset);
        l->y++;
    }
}

static void
print_title(struct buf *out, const struct model_packet *p)
{
    buf_printf(out, "%s, MQTT %s%s, %s, %zu bytes",
               mqtt_packet_row(p->mqtt.type)->name,
               mqtt_version_name(p->mqtt.version),
               p->marks & MODEL_INFERRED ? " (inferred)" : "",
               p->from == FROM_CLIENT ? "client to broker"
                                      : "broker to client",
               p->wire_len);
}

struct drawing *
packet_diagram(const struct model_packet *p,
               const struct packet_options *options)
{
    static const struct packet_options defaults;
    struct layout l = {.p = p, .o = options ? options : &defaults};
    struct buf title = {0};
    print_title(&title, p);
    l.d = drawing_new(l.o->title ? l.o->title : buf_cstr(&title));
    l.width = l.o->width > 0 ? l.o->width : WIDTH;
    packet_cells_make(&l.cells, p, l.o->secrets);
    drawing_text(l.d, DRAW_TITLE, ALIGN_LEFT, 0, 0, 0, slice_str(l.d->title));
    l.y = 2;
    for (size_t from = 0, to; from < l.cells.count; from = to) {
        to = strip_end(&l, from);
        draw_strip(&l, from, to);
    }
    draw_violations(&l);
    packet_cells_release(&l.cells);
    buf_release(&title);
    return l.d;
}
