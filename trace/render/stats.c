/* stats.c - totals, counted packet by packet.
 * SPDX-License-Identifier: MIT */
#include "trace/render/stats.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"

/* --- names ---------------------------------------------------------------- */

static struct stats_name *
name_of(struct stats_names *n, struct slice name)
{
    struct stats_name *s = map_get(&n->by_name, name);
    if (s)
        return s;
    if (n->count == STATS_NAMES_MAX) {
        name = slice_str("(the rest)");
        if ((s = map_get(&n->by_name, name)))
            return s;
    }
    n->list = xgrow(n->list, &n->cap, n->count + 1, sizeof *n->list);
    s = n->list[n->count++] = xcalloc(1, sizeof *s);
    s->name = xcalloc(1, name.len + 1);
    if (name.len)
        memcpy(s->name, name.ptr, name.len);
    map_put(&n->by_name, slice_of(s->name, name.len), s);
    return s;
}

static struct stats_name *
client_of(struct stats *s, const struct model_conn *c)
{
    struct buf name = {0};
    model_conn_name(&name, c);
    struct stats_name *n = name_of(&s->clients, buf_slice(&name));
    buf_release(&name);
    return n;
}

static struct stats_name *
topic_of(struct stats *s, const struct model_packet *p)
{
    struct buf name = {0};
    if (p->topic.len)
        hex_escape(&name, p->topic, 0);
    else
        buf_add_str(&name, "(unknown alias)");
    struct stats_name *n = name_of(&s->topics, buf_slice(&name));
    buf_release(&name);
    return n;
}

static void
names_release(struct stats_names *n)
{
    for (size_t i = 0; i < n->count; i++) {
        free(n->list[i]->name);
        free(n->list[i]);
    }
    free(n->list);
    map_release(&n->by_name);
}

void
stats_release(struct stats *s)
{
    names_release(&s->clients);
    names_release(&s->topics);
    for (int side = 0; side < 2; side++)
        for (int t = 0; t < MQTT_TYPES; t++)
            free(s->answers[side][t]);
}

/* --- packets -------------------------------------------------------------- */

static void
count_message(struct stats_name *n, int side, const struct mqtt_packet *m)
{
    n->packets[side]++;
    if (m->type != MQTT_PUBLISH)
        return;
    n->messages[side]++;
    n->payload[side] += m->payload.len;
    n->repeated += m->dup;
}

void
stats_packet(struct stats *s, const struct model_packet *p)
{
    int side = p->from == FROM_SERVER;
    enum mqtt_type type = p->mqtt.type;
    s->packets[side][type]++;
    s->bytes[side] += p->wire_len;
    s->cut += (p->marks & MODEL_CUT) != 0;
    s->violations += p->report.count;
    bool is_nameless = type == MQTT_CONNECT && p->mqtt.version == MQTT_50 &&
                       p->mqtt.client_id.len == 0;
    if (!is_nameless) /* CONNACK tells the name */
        count_message(client_of(s, p->conn), side, &p->mqtt);
    if (type == MQTT_PUBLISH) {
        s->payload += p->mqtt.payload.len;
        s->repeated += p->mqtt.dup;
        count_message(topic_of(s, p), side, &p->mqtt);
    }
    if (!p->request)
        return;
    if (!s->answers[side][type])
        s->answers[side][type] = xcalloc(1, sizeof *s->answers[side][type]);
    latency_add(s->answers[side][type], p->latency_ns);
}

void
stats_close(struct stats *s, const struct model_conn *c)
{
    bool is_inferred;
    if (c->app != UNWRAP_MQTT)
        return;
    s->connections[model_conn_version(c, &is_inferred)]++;
    s->inferred += is_inferred;
    s->lost += c->side[0].lost_bytes + c->side[1].lost_bytes;
    struct stats_name *n = client_of(s, c);
    n->connections++;
    for (int i = 0; i < 2; i++)
        n->open[i] = c->dialog.pending[i].count;
}
