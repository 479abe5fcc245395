/* will.c - the Will Message.
 * SPDX-License-Identifier: MIT */
#include "broker/will.h"

#include "broker/persist.h"
#include "broker/route.h"
#include "broker/session.h"
#include "mqtt/property.h"

static struct session *
session_of(struct will *w)
{
    return LIST_ITEM(w, struct session, will);
}

static void
delay_due(struct broker *b, struct broker_timer *t)
{
    will_send(b, LIST_ITEM(t, struct will, timer));
}

void
will_cancel(struct broker *b, struct will *w)
{
    timer_cancel(&b->timers, &w->timer.timer);
    persist_will_end(b, session_of(w));
    message_unref(w->message);
    w->message = NULL;
}

void
will_arm(struct broker *b, struct will *w, const struct mqtt_packet *p)
{
    will_cancel(b, w);
    if (!p->will_flag)
        return;
    struct slice properties = slice_of(NULL, 0);
    if (p->version == MQTT_50)
        properties = p->will_properties;
    w->message = message_new(p->will_topic, p->will_payload, properties,
                             p->will_qos, p->will_retain, b->now_ms);
    w->delay =
        mqtt_property_number(properties, MQTT_P_will_delay_interval, 0);
    w->timer.due = delay_due;
    persist_will(b, session_of(w));
}

void
will_restore(struct broker *b, struct will *w, struct message *m,
             uint32_t delay, uint64_t left_ms)
{
    w->message = message_ref(m);
    w->delay = delay;
    w->is_stored = true;
    w->timer.due = delay_due;
    broker_timer_set(b, &w->timer, left_ms);
}

void
will_on_close(struct broker *b, struct will *w)
{
    if (!w->message)
        return;
    if (w->delay == 0) {
        will_send(b, w);
        return;
    }
    broker_timer_set(b, &w->timer, (uint64_t)w->delay * 1000);
    persist_will(b, session_of(w));
}

void
will_send(struct broker *b, struct will *w)
{
    struct message *m = w->message;
    timer_cancel(&b->timers, &w->timer.timer);
    if (!m)
        return;
    persist_will_end(b, session_of(w));
    w->message = NULL;      /* forgotten before anybody can see it twice */
    m->published_ms = b->now_ms; /* it is published now, not when it was left */
    route_publish(b, m, session_of(w));
    message_unref(m);
}
