/* request.c - SUBSCRIBE and UNSUBSCRIBE, and their answers.
 * SPDX-License-Identifier: MIT
 *
 * The server answers each with the same Packet Identifier and one code per
 * filter (before 5.0 UNSUBACK has no codes). Which questions are open is all
 * there is to remember, and it dies with the connection.                     */
#include <stdlib.h>

#include "base/mem.h"
#include "client/engine.h"

struct request {
    struct list link;     /* in client.requests */
    uint16_t packet_id;
    enum mqtt_type reply; /* MQTT_SUBACK or MQTT_UNSUBACK */
    size_t filters;       /* asked for */
};

static void
request_free(struct mqtt_client *c, struct request *r)
{
    mqtt_pktid_unmark(&c->ids, r->packet_id);
    list_remove(&r->link);
    free(r);
}

void
request_release(struct mqtt_client *c)
{
    LIST_EACH(link, &c->requests)
        request_free(c, LIST_ITEM(link, struct request, link));
}

static uint16_t
ask(struct mqtt_client *c, enum mqtt_type type,
    const struct mqtt_filter *filters, size_t count, struct slice properties)
{
    struct buf list = {0};
    struct mqtt_packet p = mqtt_packet_make(type, c->config->version);
    for (size_t i = 0; i < count; i++)
        if (filters[i].filter.len > UINT16_MAX)
            return 0;
    uint16_t packet_id =
        c->phase == CONNECTED ? mqtt_pktid_next(&c->ids) : 0;
    if (packet_id == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        mqtt_filter_add(&list, &p, &filters[i]);
    MQTT_SET(&p, packet_id, packet_id);
    MQTT_SET(&p, properties, properties);
    MQTT_SET(&p, filters, buf_slice(&list));
    bool is_sent = client_send(c, &p);
    buf_release(&list);
    if (!is_sent) {
        mqtt_pktid_unmark(&c->ids, packet_id);
        return 0;
    }
    struct request *r = xcalloc(1, sizeof *r);
    r->packet_id = packet_id;
    r->reply = type == MQTT_SUBSCRIBE ? MQTT_SUBACK : MQTT_UNSUBACK;
    r->filters = count;
    list_push(&c->requests, &r->link);
    return packet_id;
}

uint16_t
mqtt_client_subscribe(struct mqtt_client *c, const struct mqtt_filter *filters,
                      size_t count, struct slice properties)
{
    return ask(c, MQTT_SUBSCRIBE, filters, count, properties);
}

uint16_t
mqtt_client_unsubscribe(struct mqtt_client *c,
                        const struct mqtt_filter *filters, size_t count,
                        struct slice properties)
{
    return ask(c, MQTT_UNSUBSCRIBE, filters, count, properties);
}

static struct request *
find(const struct mqtt_client *c, const struct mqtt_packet *p)
{
    LIST_EACH(link, &c->requests) {
        struct request *r = LIST_ITEM(link, struct request, link);
        if (r->packet_id == p->packet_id && r->reply == p->type)
            return r;
    }
    return NULL;
}

/* From 0x80 on a code says no; the reason of the event is the first of those,
 * or 0x00. */
static uint8_t
first_failure(const struct mqtt_packet *p)
{
    for (size_t i = 0; MQTT_HAS(p, codes) && i < p->codes.len; i++)
        if (mqtt_reason_failed(p->codes.ptr[i]))
            return p->codes.ptr[i];
    return 0;
}

void
request_on_ack(struct mqtt_client *c, const struct mqtt_packet *p)
{
    struct request *r = find(c, p);
    const char *name = mqtt_packet_row(p->type)->name;
    if (!r) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server sent %s %u, which nobody asked for "
                    "[%s]", name, p->packet_id,
                    client_cite(c, "MQTT-2.2.1-6", "MQTT311-2.3.1-7"));
        return;
    }
    if (MQTT_HAS(p, codes) && p->codes.len != r->filters) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server sent %s with %zu codes for %zu filters "
                    "[%s]", name, p->codes.len, r->filters,
                    p->type == MQTT_UNSUBACK
                        ? "MQTT-3.11.3-2"
                        : client_cite(c, "MQTT-3.8.4-6", "MQTT311-3.8.4-5"));
        return;
    }
    request_free(c, r);
    client_tell(c, &(struct mqtt_client_event){
                       .kind = p->type == MQTT_SUBACK
                                   ? MQTT_CLIENT_SUBSCRIBED
                                   : MQTT_CLIENT_UNSUBSCRIBED,
                       .packet = p,
                       .reason = first_failure(p),
                       .text = ""});
}
