/* sys.c - the broker's own topics.
 * SPDX-License-Identifier: MIT */
#include "broker/sys.h"

#include <stdio.h>

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
subscriptions(const struct broker *b)
{
    const struct session *s;
    size_t at = 0, count = 0;
    while ((s = map_next(&b->sessions, &at)))
        count += s->subscription_count;
    return count;
}

/* Of all queues, and those retained. */
static size_t
stored(const struct broker *b)
{
    const struct session *s;
    size_t at = 0, count = b->retained_count;
    while ((s = map_next(&b->sessions, &at)))
        if (s->queue)
            count += s->queue->waiting_count + s->queue->inflight.count;
    return count;
}

/* clang-format off */
static const char *const counter_names[SYS_COUNTERS] = {
    [SYS_PACKETS_RECEIVED] = "messages/received",
    [SYS_PACKETS_SENT]     = "messages/sent",
    [SYS_PUBLISH_RECEIVED] = "publish/messages/received",
    [SYS_PUBLISH_SENT]     = "publish/messages/sent",
    [SYS_PUBLISH_DROPPED]  = "publish/messages/dropped",
    [SYS_BYTES_RECEIVED]   = "bytes/received",
    [SYS_BYTES_SENT]       = "bytes/sent",
};

static const struct {
    const char *name;
    unsigned minutes;
} periods[SYS_PERIODS] = {{"1min", 1}, {"5min", 5}, {"15min", 15}};
/* clang-format on */

/* Each round the average moves towards what this round was like, by the share
 * that the round has in the period. */
static void
average(struct broker *b)
{
    struct broker_sys *sys = &b->sys;
    double round = b->config.sys_interval / 60.0; /* minutes */
    for (size_t i = 0; i < SYS_COUNTERS; i++) {
        double rate = (double)(sys->counts[i] - sys->before[i]) / round;
        sys->before[i] = sys->counts[i];
        for (size_t p = 0; p < SYS_PERIODS; p++)
            sys->load[i][p] += (rate - sys->load[i][p]) * round /
                               (round + periods[p].minutes);
    }
}

static void
publish_loads(struct broker *b)
{
    char topic[80], text[32];
    for (size_t i = 0; i < SYS_COUNTERS; i++)
        for (size_t p = 0; p < SYS_PERIODS; p++) {
            snprintf(topic, sizeof topic, "$SYS/broker/load/%s/%s",
                     counter_names[i], periods[p].name);
            snprintf(text, sizeof text, "%.2f", b->sys.load[i][p]);
            publish(b, topic, text);
        }
}

/* All is counted before the first is published: they do not count each other.
 * What is retained includes the last round of these topics. */
static void
publish_all(struct broker *b)
{
    char topic[80];
    uint64_t counts[SYS_COUNTERS];
    const struct {
        const char *topic;
        uint64_t number;
    } rows[] = {
        {"$SYS/broker/uptime", (b->now_ms - b->sys.began_ms) / 1000},
        {"$SYS/broker/clients/connected", b->sys.connected},
        {"$SYS/broker/clients/disconnected",
         b->sessions.count - b->sys.connected},
        {"$SYS/broker/clients/total", b->sessions.count},
        {"$SYS/broker/clients/maximum", b->sys.connected_maximum},
        {"$SYS/broker/subscriptions/count", subscriptions(b)},
        {"$SYS/broker/store/messages/count", stored(b)},
        {"$SYS/broker/retained messages/count", b->retained_count},
    };
    memcpy(counts, b->sys.counts, sizeof counts);
    publish(b, "$SYS/broker/version", "plumb-broker");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        publish_number(b, rows[i].topic, rows[i].number);
    for (size_t i = 0; i < SYS_COUNTERS; i++) {
        snprintf(topic, sizeof topic, "$SYS/broker/%s", counter_names[i]);
        publish_number(b, topic, counts[i]);
    }
    publish_loads(b);
}

static void
due(struct broker *b, struct broker_timer *t)
{
    broker_timer_set(b, t, (uint64_t)b->config.sys_interval * 1000);
    average(b);
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
