/* sys.c - the broker's own topics.
 * SPDX-License-Identifier: MIT */
#include "broker/sys.h"

#include <stdio.h>

#include "broker/conn.h"
#include "broker/route.h"
#include "broker/session.h"

static void
publish(struct broker *b, const char *topic, const char *text)
{
    struct message *m =
        message_new(slice_str(topic), slice_str(text), slice_of(NULL, 0), 0,
                    b->config.retain_available, b->now_ms);
    route_publish(b, m, NULL);
    message_unref(m);
}

static void
publish_number(struct broker *b, const char *topic, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    publish(b, topic, text);
}

static size_t
clients(const struct broker *b)
{
    size_t count = 0;
    LIST_EACH(link, &b->conns)
        count += LIST_ITEM(link, struct conn, link)->phase == CONN_READY;
    return count;
}

static size_t
subscriptions(const struct broker *b)
{
    const struct session *s;
    size_t at = 0, count = 0;
    while ((s = map_next(&b->sessions, &at)))
        count += s->subscription_count;
    return count;
}

/* All is counted before the first is published: they do not count each other.
 * What is retained includes the last round of these topics. */
static void
publish_all(struct broker *b)
{
    const struct {
        const char *topic;
        uint64_t number;
    } rows[] = {
        {"$SYS/broker/uptime", (b->now_ms - b->sys.began_ms) / 1000},
        {"$SYS/broker/clients/connected", clients(b)},
        {"$SYS/broker/messages/received", b->sys.received},
        {"$SYS/broker/messages/sent", b->sys.sent},
        {"$SYS/broker/subscriptions/count", subscriptions(b)},
        {"$SYS/broker/retained messages/count", b->retained_count},
    };
    publish(b, "$SYS/broker/version", "plumb-broker");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        publish_number(b, rows[i].topic, rows[i].number);
}

static void
due(struct broker *b, struct broker_timer *t)
{
    broker_timer_set(b, t, (uint64_t)b->config.sys_interval * 1000);
    publish_all(b);
}

void
sys_begin(struct broker *b)
{
    if (b->config.sys_interval == 0)
        return;
    b->sys.began_ms = b->now_ms;
    b->sys.timer.due = due;
    broker_timer_set(b, &b->sys.timer, 0);
}
