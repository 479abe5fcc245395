/* diff.c - two captures of the same doings, compared by meaning.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/views/diff.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "mqtt/print.h"
#include "mqtt/property.h"

/* One capture. */
struct half {
    const struct conversation *c;
    bool *is_used;   /* by item: paired already; owned */
    size_t *pair;    /* by lane: index in the other, or CONVERSATION_NO_LANE */
};

struct comparison {
    struct buf *out;
    struct half a, b;
    const char *client; /* heading that is due; NULL: printed */
    unsigned count;
    unsigned equal;
};

/* --- pairing -------------------------------------------------------------- */

static void
half_init(struct half *h, const struct conversation *c)
{
    h->c = c;
    h->is_used = xcalloc(c->item_count + 1, sizeof *h->is_used);
    h->pair = xcalloc(c->lane_count + 1, sizeof *h->pair);
    for (size_t i = 0; i < c->lane_count; i++)
        h->pair[i] = CONVERSATION_NO_LANE;
}

static void
pair_lanes(struct half *a, struct half *b)
{
    for (int by_order = 0; by_order < 2; by_order++)
        for (size_t i = 0; i < a->c->lane_count; i++)
            for (size_t k = 0; k < b->c->lane_count; k++) {
                bool is_free = a->pair[i] == CONVERSATION_NO_LANE &&
                               b->pair[k] == CONVERSATION_NO_LANE;
                if (!is_free ||
                    (!by_order &&
                     strcmp(a->c->lanes[i].name, b->c->lanes[k].name)))
                    continue;
                a->pair[i] = k;
                b->pair[k] = i;
            }
}

/* What tells packets of one client apart. */
static bool
is_alike(const struct conversation_item *x, const struct conversation_item *y)
{
    const struct mqtt_packet *m = &x->packet.mqtt, *n = &y->packet.mqtt;
    if (y->what != CONVERSATION_PACKET || x->from != y->from ||
        m->type != n->type)
        return false;
    if (m->type == MQTT_PUBLISH)
        return slice_equal(x->packet.topic, y->packet.topic);
    if (m->type == MQTT_SUBSCRIBE || m->type == MQTT_UNSUBSCRIBE)
        return slice_equal(m->filters, n->filters);
    return true;
}

/* --- fields --------------------------------------------------------------- */

static void
add_value(struct buf *out, const struct mqtt_packet *p,
          const struct mqtt_row *row)
{
    if (!(p->present & MQTT_BIT(row->field))) {
        buf_add_str(out, "absent");
        return;
    }
    if (mqtt_row_is_number(row)) {
        buf_printf(out, "%u", mqtt_field_number(p, row));
        return;
    }
    struct slice text = mqtt_field_slice(p, row);
    if (row->field == MQTT_F_password)
        buf_printf(out, "%zu bytes", text.len);
    else if (hex_is_text(text) && text.len <= 60)
        buf_printf(out, "\"%.*s\"", SLICE_ARG(text));
    else
        hex_print(out, slice_first(text, 20), ' ');
}

static void
add_property(struct buf *out, struct slice properties, uint8_t id)
{
    struct mqtt_property p;
    const char *between = "";
    while (mqtt_property_next(&properties, &p)) {
        if (p.row->id != id)
            continue;
        buf_add_str(out, between);
        between = " ";
        if (p.row->kind == KIND_PAIR)
            buf_printf(out, "\"%.*s\":\"%.*s\"", SLICE_ARG(p.text),
                       SLICE_ARG(p.value));
        else if (id == MQTT_P_authentication_data)
            buf_printf(out, "%zu bytes", p.text.len);
        else if (p.row->kind == KIND_STRING)
            buf_printf(out, "\"%.*s\"", SLICE_ARG(p.text));
        else if (p.row->kind == KIND_BINARY)
            hex_print(out, slice_first(p.text, 20), ' ');
        else
            buf_printf(out, "%u", p.number);
    }
    if (!*between)
        buf_add_str(out, "absent");
}

/* What differs though both did the same. */
static bool
is_of_no_account(uint8_t id)
{
    return id == MQTT_P_message_expiry_interval || id == MQTT_P_topic_alias;
}

static void
compare_properties(struct buf *out, struct slice a, struct slice b)
{
    const struct mqtt_property_row *row;
    struct buf x = {0}, y = {0};
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        if (is_of_no_account(row->id))
            continue;
        buf_clear(&x);
        buf_clear(&y);
        add_property(&x, a, row->id);
        add_property(&y, b, row->id);
        if (!slice_equal(buf_slice(&x), buf_slice(&y))) {
            buf_printf(out, "%s%s ", out->len ? "; " : "", row->symbol);
            buf_add(out, buf_slice(&x));
            buf_add_str(out, " | ");
            buf_add(out, buf_slice(&y));
        }
    }
    buf_release(&x);
    buf_release(&y);
}

static void
compare_rows(struct buf *out, struct mqtt_layout l, const struct mqtt_packet *m,
             const struct mqtt_packet *n)
{
    struct buf x = {0}, y = {0};
    for (size_t i = 0; i < l.count; i++) {
        const struct mqtt_row *row = &l.rows[i];
        if (!mqtt_version_in(m->version, row->versions) ||
            !mqtt_version_in(n->version, row->versions) ||
            row->kind == KIND_BYTE || row->field == MQTT_F_remaining_length ||
            row->field == MQTT_F_protocol_level ||
            (row->field == MQTT_F_topic && m->type == MQTT_PUBLISH) ||
            row->field == MQTT_F_packet_id)
            continue;
        if (row->kind == KIND_PROPERTIES) {
            compare_properties(out, mqtt_field_slice(m, row),
                               mqtt_field_slice(n, row));
            continue;
        }
        buf_clear(&x);
        buf_clear(&y);
        add_value(&x, m, row);
        add_value(&y, n, row);
        if (slice_equal(buf_slice(&x), buf_slice(&y)))
            continue;
        buf_printf(out, "%s%s ", out->len ? "; " : "",
                   mqtt_field_name(row->field));
        buf_add(out, buf_slice(&x));
        buf_add_str(out, " | ");
        buf_add(out, buf_slice(&y));
    }
    buf_release(&x);
    buf_release(&y);
}

/* --- printing ------------------------------------------------------------- */

static void
begin_difference(struct comparison *d)
{
    if (d->client)
        buf_printf(d->out, "client %s\n", d->client);
    d->client = NULL;
    d->count++;
}

static void
print_packet(struct comparison *d, const struct conversation_item *i)
{
    buf_printf(d->out, "%s %s",
               i->from == FROM_CLIENT ? ">" : "<",
               mqtt_packet_row(i->packet.mqtt.type)->name);
    if (i->packet.mqtt.type != MQTT_PUBLISH)
        return;
    buf_add_str(d->out, " \"");
    hex_escape(d->out, i->packet.topic, 60);
    buf_add_byte(d->out, '"');
}

static void
print_alone(struct comparison *d, const struct conversation_item *i, char whose)
{
    begin_difference(d);
    buf_printf(d->out, "  only %c  %llu  ", whose,
               (unsigned long long)i->packet.number);
    print_packet(d, i);
    buf_add_byte(d->out, '\n');
}

static void
compare_items(struct comparison *d, const struct conversation_item *x,
              const struct conversation_item *y)
{
    const struct mqtt_packet *m = &x->packet.mqtt, *n = &y->packet.mqtt;
    struct buf found = {0};
    if (m->version != n->version && m->type == MQTT_CONNECT)
        buf_printf(&found, "version %s | %s", mqtt_version_name(m->version),
                   mqtt_version_name(n->version));
    compare_rows(&found, mqtt_layout_first(m->type), m, n);
    compare_rows(&found, mqtt_layout(m->type), m, n);
    if (found.len) {
        begin_difference(d);
        buf_printf(d->out, "  A %llu  B %llu  ",
                   (unsigned long long)x->packet.number,
                   (unsigned long long)y->packet.number);
        print_packet(d, x);
        buf_printf(d->out, ": %s\n", buf_cstr(&found));
    } else {
        d->equal++;
    }
    buf_release(&found);
}

/* The first packet of the other's client that is alike and still alone. */
static size_t
find_partner(const struct half *h, size_t lane,
             const struct conversation_item *x)
{
    for (size_t i = 0; i < h->c->item_count; i++)
        if (h->c->items[i]->lane == lane && !h->is_used[i] &&
            is_alike(x, h->c->items[i]))
            return i;
    return h->c->item_count;
}

static void
compare_lane(struct comparison *d, size_t lane)
{
    size_t other = d->a.pair[lane];
    d->client = d->a.c->lanes[lane].name;
    for (size_t i = 0; i < d->a.c->item_count; i++) {
        const struct conversation_item *x = d->a.c->items[i];
        if (x->lane != lane || x->what != CONVERSATION_PACKET)
            continue;
        size_t k = other == CONVERSATION_NO_LANE
                       ? d->b.c->item_count
                       : find_partner(&d->b, other, x);
        if (k == d->b.c->item_count) {
            print_alone(d, x, 'A');
            continue;
        }
        d->b.is_used[k] = true;
        compare_items(d, x, d->b.c->items[k]);
    }
    for (size_t k = 0; k < d->b.c->item_count; k++)
        if (d->b.c->items[k]->lane == other && !d->b.is_used[k] &&
            d->b.c->items[k]->what == CONVERSATION_PACKET)
            print_alone(d, d->b.c->items[k], 'B');
}

unsigned
diff_print(struct buf *out, const struct conversation *a,
           const struct conversation *b, const char *title_a,
           const char *title_b)
{
    struct comparison d = {.out = out};
    half_init(&d.a, a);
    half_init(&d.b, b);
    pair_lanes(&d.a, &d.b);
    buf_printf(out, "A %s\nB %s\n", title_a, title_b);
    for (size_t i = 0; i < a->lane_count; i++)
        compare_lane(&d, i);
    for (size_t i = 0; i < b->lane_count; i++) {
        d.client = b->lanes[i].name;
        for (size_t k = 0; k < b->item_count; k++)
            if (d.b.pair[i] == CONVERSATION_NO_LANE &&
                b->items[k]->lane == i &&
                b->items[k]->what == CONVERSATION_PACKET)
                print_alone(&d, b->items[k], 'B');
    }
    buf_printf(out, "%u difference%s, %u packets mean the same\n", d.count,
               d.count == 1 ? "" : "s", d.equal);
    free(d.a.is_used);
    free(d.a.pair);
    free(d.b.is_used);
    free(d.b.pair);
    return d.count;
}
