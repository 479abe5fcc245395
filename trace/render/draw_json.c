/* draw_json.c - a drawing as JSON.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/draw_json.h"

static struct json *
item_json(const struct drawing_item *item)
{
    static const char *const shapes[] = {"box", "line", "arrow", "text"};
    static const char *const aligns[] = {"left", "centre", "right"};
    struct json *v = json_new_object();
    json_set_str(v, "shape", shapes[item->shape]);
    json_set_str(v, "role", drawing_style(item->role)->name);
    json_set_int(v, "x", item->x);
    json_set_int(v, "y", item->y);
    json_set_int(v, "w", item->w);
    json_set_int(v, "h", item->h);
    if (item->shape == DRAWING_TEXT) {
        json_set_str(v, "text", item->text);
        json_set_str(v, "align", aligns[item->align]);
    }
    if (item->is_dashed)
        json_set_bool(v, "dashed", true);
    if (item->hides)
        json_set_bool(v, "hides", true);
    if (item->packet)
        json_set_int(v, "packet", (int64_t)item->packet);
    return v;
}

struct json *
drawing_json(const struct drawing *d)
{
    struct json *v = json_new_object(), *items = json_new_array();
    json_set_str(v, "title", d->title);
    json_set_int(v, "width", d->width);
    json_set_int(v, "height", d->height);
    for (size_t i = 0; i < d->item_count; i++)
        json_push(items, item_json(&d->items[i]));
    json_set(v, "items", items);
    return v;
}
