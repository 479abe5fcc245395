/* twin.c - one packet as 3.1.1 and as 5.0 read it.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/twin.h"

#include "mqtt/check.h"
#include "mqtt/decode.h"

static const enum mqtt_version twins[] = {MQTT_311, MQTT_50};

static void
print_reading(struct buf *out, const struct model_packet *p,
              enum mqtt_version v, struct mqtt_print how)
{
    struct mqtt_packet m;
    struct mqtt_report report;
    bool is_cut = (p->marks & MODEL_CUT) != 0;
    mqtt_decode(p->bytes, v, &m, &report, NULL);
    if (!is_cut)
        mqtt_check(&m, p->from, &report);
    bool is_taken = p->mqtt.version == v ||
                    (v == MQTT_311 && p->mqtt.version == MQTT_31);
    buf_printf(out, "       %c %-5s  ", is_taken ? '*' : ' ',
               mqtt_version_name(v));
    mqtt_print_line(out, &m, how);
    buf_add_byte(out, '\n');
    for (size_t i = 0; i < report.count && !is_cut; i++) {
        const struct mqtt_violation *f = &report.list[i];
        buf_printf(out, "                 ! %s%s%s\n", f->statement,
                   *f->statement ? ": " : "", f->text);
    }
}

void
twin_print(struct buf *out, const struct model_packet *p,
           struct mqtt_print how)
{
    buf_printf(out, "%s, %zu bytes\n", mqtt_packet_row(p->mqtt.type)->name,
               p->wire_len);
    if (p->mqtt.type == MQTT_CONNECT) { /* it says itself what it is */
        print_reading(out, p, p->mqtt.version, how);
        return;
    }
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        print_reading(out, p, twins[i], how);
}
