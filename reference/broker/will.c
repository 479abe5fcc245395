/* will.c - the Will Message.
 * SPDX-License-Identifier: MIT */
#include "broker/will.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/persist.h"
#include "broker/route.h"
#include "broker/session.h"
#include "mqtt/property.h"

static void
delay_due(struct broker *b, struct broker_timer *t)
{
    will_send(b, LIST_ITEM(t, struct will, timer)->session);
}

static struct will *
will_new(struct session *s, struct message *m, uint32_t delay)
{
    struct will *w = xcalloc(1, sizeof *w);
    w->session = s;
    w->message = m;
    w->delay = delay;
    w->timer.due = delay_due;
    return s->will = w;
}

/* Forgets it, in the store too; returns the message, whose reference is the
 * caller's, or NULL when there was no will. */
static struct message *
take(struct broker *b, struct session *s)
{
    struct will *w = s->will;
    if (!w)
        return NULL;
    struct message *m = w->message;
    timer_cancel(&b->timers, &w->timer.timer);
    persist_will_end(b, s);
    free(w);
    s->will = NULL;
    return m;
}

void
will_cancel(struct broker *b, struct session *s)
{
    message_unref(take(b, s));
}

void
will_arm(struct broker *b, struct session *s, const struct mqtt_packet *p)
{
    will_cancel(b, s);
    if (!p->will_flag)
        return;
    struct slice properties = slice_of(NULL, 0);
    if (p->version == MQTT_50)
        properties = p->will_properties;
    struct message *m =
        message_new(p->will_topic, p->will_payload, properties, p->will_qos,
                    p->will_retain, b->now_ms);
    will_new(s, m,
             mqtt_property_number(properties, MQTT_P_will_delay_interval, 0));
    persist_will(b, s);
}

void
will_restore(struct broker *b, struct session *s, struct message *m,
             uint32_t delay, uint64_t left_ms)
{
    struct will *w = will_new(s, message_ref(m), delay);
    w->is_stored = true;
    broker_timer_set(b, &w->timer, left_ms);
}

void
will_on_close(struct broker *b, struct session *s)
{
    struct will *w = s->will;
    if (!w)
        return;
    if (w->delay == 0) {
        will_send(b, s);
        return;
    }
    broker_timer_set(b, &w->timer, (uint64_t)w->delay * 1000);
    persist_will(b, s);
}

void
will_send(struct broker *b, struct session *s)
{
    struct message *m = take(b, s); /* before anybody can see it twice */
    if (!m)
        return;
    m->published_ms = b->now_ms; /* it is published now, not when it was left */
    route_publish(b, m, s);
    message_unref(m);
}
