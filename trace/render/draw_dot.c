/* draw_dot.c - a drawing in the DOT language.
 * SPDX-License-Identifier: MIT
 *
 * Boxes and texts are nodes of fixed size; a line is an edge between two
 * points without size. Edges are drawn first, so that a filled node hides
 * them, as drawing.h wants it.                                               */
#include "trace/render/draw_dot.h"

/* Points per unit: letters of 11 points in a monospace font are 6.6 wide. */
#define COLUMN 6.6
#define ROW 15.0
#define FONT_SIZE 11

struct dot {
    struct buf *out;
    const struct drawing *d;
};

static double
px(double x)
{
    return (x + 1) * COLUMN;
}

/* DOT counts upwards. */
static double
py(const struct dot *t, double y)
{
    return (t->d->height - y) * ROW;
}

/* Backslash and quote mean something to DOT, the ampersand to labels. */
static void
add_quoted(struct buf *out, const char *text)
{
    buf_add_byte(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_add_byte(out, '\\');
        buf_add_byte(out, (uint8_t)*text);
        if (*text == '&')
            buf_add_str(out, "amp;");
    }
    buf_add_byte(out, '"');
}

static void
add_box(const struct dot *t, const struct drawing_item *item, size_t i)
{
    const struct drawing_style *style = drawing_style(item->role);
    bool filled = style->fill[0] == '#';
    buf_printf(t->out,
               "  b%zu [shape=box label=\"\" pos=\"%.1f,%.1f!\" width=%.4f "
               "height=%.4f color=\"%s\" penwidth=%.2f%s%s%s]\n",
               i, px(item->x + item->w / 2.0), py(t, item->y + item->h / 2.0),
               item->w * COLUMN / 72, item->h * ROW / 72, style->ink,
               style->pen / 4.0, filled ? " style=filled fillcolor=\"" : "",
               filled ? style->fill : "", filled ? "\"" : "");
}

/* Bold letters need a label in DOT's HTML, since a font name cannot ask for
 * them in a way that SVG readers understand. */
static void
add_bold(struct buf *out, const struct drawing_item *item)
{
    buf_add_str(out, "<<b>");
    for (const char *text = item->text; *text; text++) {
        switch (*text) {
        case '&': buf_add_str(out, "&amp;"); break;
        case '<': buf_add_str(out, "&lt;"); break;
        case '>': buf_add_str(out, "&gt;"); break;
        case '"': buf_add_str(out, "&quot;"); break;
        case ' ': buf_add_str(out, "&#160;"); break; /* keeps them all */
        default: buf_add_byte(out, (uint8_t)*text);
        }
    }
    buf_add_str(out, "</b>");
    if (item->align != ALIGN_CENTRE)
        buf_printf(out, "<br align=\"%s\"/>",
                   item->align == ALIGN_LEFT ? "left" : "right");
    buf_add_byte(out, '>');
}

/* "\l" and "\r" end a line that is set to one side. */
static void
add_plain(struct buf *out, const struct drawing_item *item)
{
    add_quoted(out, item->text);
    if (item->align == ALIGN_CENTRE)
        return;
    out->len--;
    buf_add_str(out, item->align == ALIGN_LEFT ? "\\l\"" : "\\r\"");
}

/* A text starts at the left edge of its first cell, half a column left of the
 * cell's middle. Graphviz guesses letters wider than they are, and sets a text
 * that seems too wide for its node off the edge; so the node of a text that is
 * set to one side is made wider at the other. */
static void
add_text(const struct dot *t, const struct drawing_item *item, size_t i)
{
    const struct drawing_style *style = drawing_style(item->role);
    double width = (item->w ? item->w : 1) * COLUMN;
    double wide = style->is_bold ? width : width * 1.12; /* HTML is centred */
    double centre = px(drawing_text_left(item) - 0.5) + width / 2;
    if (item->align == ALIGN_CENTRE) {
        centre = px(item->x - 0.5) + (item->w % 2 ? COLUMN / 2 : 0);
        wide = width;
    }
    if (item->align == ALIGN_LEFT)
        centre += (wide - width) / 2;
    else if (item->align == ALIGN_RIGHT)
        centre -= (wide - width) / 2;
    buf_printf(t->out,
               "  t%zu [shape=none fixedsize=true margin=0 pos=\"%.1f,%.1f!\" "
               "width=%.4f height=0.19 fontcolor=\"%s\"%s label=",
               i, centre, py(t, item->y), wide / 72, style->ink,
               item->hides ? " style=filled fillcolor=white" : "");
    if (style->is_bold && *item->text)
        add_bold(t->out, item);
    else
        add_plain(t->out, item);
    buf_add_str(t->out, "]\n");
}

static void
add_stroke(const struct dot *t, const struct drawing_item *item, size_t i)
{
    const struct drawing_style *style = drawing_style(item->role);
    buf_printf(t->out,
               "  a%zu [shape=point style=invis width=0 height=0 "
               "pos=\"%.1f,%.1f!\"]\n",
               i, px(item->x), py(t, item->y));
    buf_printf(t->out,
               "  z%zu [shape=point style=invis width=0 height=0 "
               "pos=\"%.1f,%.1f!\"]\n",
               i, px(item->x + item->w), py(t, item->y + item->h));
    buf_printf(t->out, "  a%zu -> z%zu [color=\"%s\" penwidth=%.2f%s%s]\n", i,
               i, style->ink, style->pen / 4.0,
               item->is_dashed ? " style=dashed" : "",
               item->shape == DRAWING_ARROW ? " arrowhead=normal" : "");
}

void
drawing_dot(struct buf *out, const struct drawing *d)
{
    struct dot t = {out, d};
    buf_add_str(out, "digraph drawing {\n  graph [outputorder=edgesfirst "
                     "splines=line overlap=true bgcolor=white pad=0.2 "
                     "tooltip=");
    add_quoted(out, d->title);
    buf_printf(out,
               "]\n  node [fontname=monospace fontsize=%d fixedsize=true]\n"
               "  edge [arrowhead=none arrowsize=0.7]\n",
               FONT_SIZE);
    for (size_t i = 0; i < d->item_count; i++) {
        const struct drawing_item *item = &d->items[i];
        if (item->shape == DRAWING_BOX)
            add_box(&t, item, i);
        else if (item->shape == DRAWING_TEXT)
            add_text(&t, item, i);
        else
            add_stroke(&t, item, i);
    }
    buf_add_str(out, "}\n");
}
