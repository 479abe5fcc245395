/* follow.c - one message from its publisher through the broker.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/views/follow.h"

#include "base/hex.h"
#include "mqtt/property.h"
#include "trace/render/line.h"

/* A message: what its copies have in common. */
struct message {
    struct slice topic, payload;
    const struct conversation_item *origin; /* PUBLISH of the client, or the
                                     CONNECT whose will it is; NULL: not seen */
    bool is_will;
    unsigned alike; /* other messages that look the same */
};

struct follow {
    struct buf *out;
    const struct conversation *c;
    struct mqtt_print how;
    int64_t start_us;
    struct message m;
};

static bool
is_publish(const struct conversation_item *i, enum mqtt_side from)
{
    return i->what == CONVERSATION_PACKET && (i->from & from) &&
           i->packet.mqtt.type == MQTT_PUBLISH;
}

static bool
is_copy(const struct message *m, const struct conversation_item *i,
        enum mqtt_side from)
{
    return is_publish(i, from) && slice_equal(i->packet.topic, m->topic) &&
           slice_equal(i->packet.mqtt.payload, m->payload);
}

static bool
is_will_of(const struct message *m, const struct conversation_item *i)
{
    const struct mqtt_packet *p = &i->packet.mqtt;
    return i->what == CONVERSATION_PACKET && p->type == MQTT_CONNECT &&
           MQTT_HAS(p, will_topic) && slice_equal(p->will_topic, m->topic) &&
           slice_equal(p->will_payload, m->payload);
}

/* --- finding -------------------------------------------------------------- */

/* The PUBLISH that packet `number` is, or that began its exchange. */
static const struct conversation_item *
find_publish(const struct conversation *c, uint64_t number, struct error *err)
{
    const struct conversation_item *asked = NULL, *found = NULL;
    for (size_t i = 0; i < c->item_count; i++)
        if (c->items[i]->what == CONVERSATION_PACKET &&
            c->items[i]->packet.number == number)
            asked = c->items[i];
    if (!asked) {
        error_set(err, "there is no packet %llu", (unsigned long long)number);
        return NULL;
    }
    uint64_t begin = asked->packet.exchange ? asked->packet.exchange : number;
    for (size_t i = 0; i < c->item_count; i++)
        if (is_publish(c->items[i], FROM_ANY) &&
            (c->items[i]->packet.number == number ||
             c->items[i]->packet.number == begin))
            found = c->items[i];
    if (!found)
        error_set(err, "packet %llu is a %s: --follow wants a PUBLISH, or an "
                       "answer to one", (unsigned long long)number,
                  mqtt_packet_row(asked->packet.mqtt.type)->name);
    return found;
}

/* Where it came from: the last such PUBLISH of a client before the copy, else
 * the last such will. */
static void
find_origin(const struct conversation *c, const struct conversation_item *seen,
            struct message *m)
{
    m->topic = seen->packet.topic;
    m->payload = seen->packet.mqtt.payload;
    if (seen->from == FROM_CLIENT)
        m->origin = seen;
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        if (is_copy(m, item, FROM_CLIENT) && !item->packet.mqtt.dup)
            m->alike++;
        if (seen->from == FROM_CLIENT ||
            item->packet.number > seen->packet.number)
            continue;
        if (is_copy(m, item, FROM_CLIENT) && !item->packet.mqtt.dup) {
            m->origin = item;
            m->is_will = false;
        } else if (is_will_of(m, item) && !m->origin) {
            m->origin = item;
            m->is_will = true;
        }
    }
    m->alike -= m->alike > 0 && !m->is_will;
}

/* --- what changed --------------------------------------------------------- */

static void
add_change(struct buf *out, const char **between, const char *name,
           uint32_t was, uint32_t is)
{
    if (was == is)
        return;
    buf_printf(out, "%s%s %u -> %u", *between, name, was, is);
    *between = ", ";
}

/* Properties of one that the other has not, by name; of numbers that both
 * have, the change. */
static void
compare_properties(struct buf *out, const char **between, struct slice one,
                   struct slice other, const char *what)
{
    struct mqtt_property p, q;
    while (mqtt_property_next(&one, &p)) {
        if (mqtt_property_find(other, p.row->id, &q)) {
            if (*what == 'a' && p.row->kind != KIND_PAIR && !p.row->many)
                add_change(out, between, p.row->symbol, q.number, p.number);
            continue;
        }
        buf_printf(out, "%s%s ", *between, p.row->symbol);
        if (p.row->kind == KIND_U8 || p.row->kind == KIND_U16 ||
            p.row->kind == KIND_U32 || p.row->kind == KIND_VARINT)
            buf_printf(out, "%u ", p.number);
        buf_add_str(out, what);
        *between = ", ";
    }
}

static struct slice
properties_of(const struct mqtt_packet *m, bool is_will)
{
    if (m->version != MQTT_50)
        return slice_of(NULL, 0);
    return is_will ? m->will_properties : m->properties;
}

static void
print_changes(struct follow *f, const struct mqtt_packet *copy)
{
    const struct mqtt_packet *from = &f->m.origin->packet.mqtt;
    const char *between = "; ";
    bool w = f->m.is_will;
    add_change(f->out, &between, "qos", w ? from->will_qos : from->qos,
               copy->qos);
    add_change(f->out, &between, "retain", w ? from->will_retain : from->retain,
               copy->retain);
    if (from->version != copy->version) {
        buf_printf(f->out, "%sMQTT %s -> ", between,
                   mqtt_version_name(from->version));
        buf_add_str(f->out, mqtt_version_name(copy->version));
        between = ", ";
    }
    struct slice was = properties_of(from, w), is = properties_of(copy, false);
    compare_properties(f->out, &between, is, was, "added");
    compare_properties(f->out, &between, was, is, "taken away");
}

/* --- printing ------------------------------------------------------------- */

static void
print_hop(struct follow *f, const struct conversation_item *i)
{
    long long us = i->time_us - f->start_us;
    buf_printf(f->out, "%6llu  %3lld.%06lld  %-16s %c ",
               (unsigned long long)i->packet.number, us / 1000000,
               us < 0 ? 0 : us % 1000000, f->c->lanes[i->lane].name,
               i->from == FROM_CLIENT ? '>' : '<');
    mqtt_print_line(f->out, &i->packet.mqtt, f->how);
}

static void
add_since(struct follow *f, int64_t us)
{
    buf_add_str(f->out, "   # ");
    line_duration(f->out, us * 1000);
}

/* The acknowledgements of one PUBLISH, and its repetitions. */
static void
print_exchange(struct follow *f, const struct conversation_item *begin)
{
    bool is_open = begin->packet.mqtt.qos > 0 &&
                   begin->packet.mqtt.type == MQTT_PUBLISH;
    for (size_t i = 0; i < f->c->item_count; i++) {
        const struct conversation_item *item = f->c->items[i];
        if (item->what != CONVERSATION_PACKET || item == begin ||
            item->lane != begin->lane || !begin->packet.exchange ||
            item->packet.exchange != begin->packet.exchange ||
            item->packet.number < begin->packet.number)
            continue;
        print_hop(f, item);
        add_since(f, item->time_us - begin->time_us);
        buf_add_str(f->out, " after its PUBLISH\n");
        if (item->packet.mqtt.type == MQTT_PUBACK ||
            item->packet.mqtt.type == MQTT_PUBCOMP ||
            (item->packet.mqtt.type == MQTT_PUBREC && item->packet.mqtt.reason))
            is_open = false;
    }
    if (is_open)
        buf_add_str(f->out, "                                       ! never "
                            "acknowledged to the end in this capture\n");
}

static void
print_origin(struct follow *f)
{
    if (!f->m.origin) {
        buf_add_str(f->out, "        its publisher is not in this capture\n");
        return;
    }
    print_hop(f, f->m.origin);
    buf_add_str(f->out, f->m.is_will ? "   # as its will\n"
                                     : "   # published\n");
    if (!f->m.is_will)
        print_exchange(f, f->m.origin);
}

/* Copies to subscribers: up to the next message that is alike. */
static unsigned
print_copies(struct follow *f)
{
    unsigned copies = 0;
    const struct conversation_item *origin = f->m.origin;
    for (size_t i = 0; i < f->c->item_count; i++) {
        const struct conversation_item *item = f->c->items[i];
        if (origin && item->packet.number <= origin->packet.number)
            continue;
        if (origin && is_copy(&f->m, item, FROM_CLIENT) &&
            !item->packet.mqtt.dup)
            break;
        if (!is_copy(&f->m, item, FROM_SERVER) ||
            (item->packet.exchange &&
             item->packet.exchange != item->packet.number))
            continue;
        copies++;
        print_hop(f, item);
        if (origin) {
            add_since(f, item->time_us - origin->time_us);
            buf_add_str(f->out, f->m.is_will ? " after the CONNECT"
                                             : " on the way");
            print_changes(f, &item->packet.mqtt);
        }
        buf_add_byte(f->out, '\n');
        print_exchange(f, item);
    }
    return copies;
}

int
follow_print(struct buf *out, const struct conversation *c, uint64_t number,
             struct mqtt_print how, struct error *err)
{
    struct follow f = {.out = out, .c = c, .how = how};
    const struct conversation_item *seen = find_publish(c, number, err);
    if (!seen)
        return -1;
    find_origin(c, seen, &f.m);
    f.start_us = c->has_start ? c->start_us : c->items[0]->time_us;
    buf_add_str(out, "message \"");
    hex_escape(out, f.m.topic, 0);
    buf_printf(out, "\", %zu bytes\n", f.m.payload.len);
    print_origin(&f);
    unsigned copies = print_copies(&f);
    buf_printf(out, "%u cop%s delivered", copies, copies == 1 ? "y" : "ies");
    if (f.m.alike)
        buf_printf(out, "; %u other message%s alike, told apart by order",
                   f.m.alike, f.m.alike > 1 ? "s are" : " is");
    buf_add_byte(out, '\n');
    return 0;
}
