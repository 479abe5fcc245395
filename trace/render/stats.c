/* stats.c - totals: how many packets of which type, and from whom.
 * SPDX-License-Identifier: MIT */
#include "trace/render/stats.h"

void
stats_packet(struct stats *s, const struct model_packet *p)
{
    int side = p->from == FROM_SERVER;
    s->packets[side][p->mqtt.type]++;
    s->bytes[side] += p->wire_len;
    s->cut += (p->marks & MODEL_CUT) != 0;
    s->violations += p->report.count;
    if (p->mqtt.type == MQTT_PUBLISH)
        s->payload += p->mqtt.payload.len;
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
}

static void
print_row(struct buf *out, const char *name, const uint64_t n[2])
{
    buf_printf(out, "%-12s %12llu %12llu\n", name, (unsigned long long)n[0],
               (unsigned long long)n[1]);
}

void
stats_print(struct buf *out, const struct stats *s)
{
    uint64_t all[2] = {0, 0};
    buf_printf(out, "%-12s %12s %12s\n", "packets", "from client",
               "from broker");
    for (int t = 0; t < MQTT_TYPES; t++) {
        uint64_t n[2] = {s->packets[0][t], s->packets[1][t]};
        all[0] += n[0];
        all[1] += n[1];
        if (n[0] + n[1])
            print_row(out, t ? mqtt_packet_row((enum mqtt_type)t)->name
                             : "(none)", n);
    }
    print_row(out, "all", all);
    print_row(out, "bytes", s->bytes);
    buf_printf(out, "payload bytes %llu, violations %llu, packets cut %llu, "
                    "bytes missing %llu\nconnections",
               (unsigned long long)s->payload,
               (unsigned long long)s->violations, (unsigned long long)s->cut,
               (unsigned long long)s->lost);
    for (int v = MQTT_31; v <= MQTT_50; v++)
        buf_printf(out, "%s %llu of MQTT %s", v == MQTT_31 ? "" : ",",
                   (unsigned long long)s->connections[v],
                   mqtt_version_name((enum mqtt_version)v));
    buf_printf(out, " (%llu inferred)\n", (unsigned long long)s->inferred);
}
