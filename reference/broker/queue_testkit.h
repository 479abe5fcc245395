/* queue_testkit.h - a publisher, and a client whose queue is looked at.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this. `p` publishes, `c` receives.             */
#ifndef BROKER_QUEUE_TESTKIT_H
#define BROKER_QUEUE_TESTKIT_H

#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *p, *c;

/* c comes with these words behind its identifier and subscribes to all. */
static inline void
begin(const char *words)
{
    char text[512];
    kit_broker(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    snprintf(text, sizeof text, "client_id=c session_expiry_interval=1000 %s",
             words);
    c = kit_client(&k, MQTT_50, text);
    kit_subscribe(c, "filter=# qos=2");
}

/* c is back, its session with it. */
static inline void
come_back(const char *words)
{
    char text[512];
    snprintf(text, sizeof text, "client_id=c session_expiry_interval=1000 %s",
             words);
    c = kit_client_session(&k, MQTT_50, text, true);
}

/* Publishes number n, whose payload is n, and finishes at the publisher's. */
static inline void
publish(int n, int qos)
{
    char text[256];
    snprintf(text, sizeof text, "PUBLISH topic=t payload=%d qos=%d", n, qos);
    if (qos)
        snprintf(text + strlen(text), 64, " packet_id=%d", n);
    kit_send(p, text);
    if (qos == 2) {
        snprintf(text, sizeof text, "PUBREL packet_id=%d", n);
        kit_send(p, text);
    }
}

static inline void
expect_publish(int n, int qos, int id, bool dup)
{
    char text[256];
    const char *flags[] = {"", " qos=1", " qos=2"};
    snprintf(text, sizeof text, "PUBLISH%s%s topic='t'", dup ? " dup=1" : "",
             flags[qos]);
    if (id)
        snprintf(text + strlen(text), 32, " packet_id=%d", id);
    snprintf(text + strlen(text), 32, " payload='%d'", n);
    kit_expect(c, text);
}

/* Sends an acknowledgement from c: "PUBACK", 3 or "PUBREC", 3, " reason=.." */
static inline void
answer(const char *type, int id, const char *more)
{
    char text[128];
    snprintf(text, sizeof text, "%s packet_id=%d%s", type, id, more);
    kit_send(c, text);
}

static inline struct queue *
queue(void)
{
    return kit_session(&k, "c")->queue;
}

static inline void
setup(void)
{
    kit_begin(&k);
}

#endif
