/* on_publish_testkit.h - `p` publishes, `w` watches with a subscription to all.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this.                                          */
#ifndef BROKER_ON_PUBLISH_TESTKIT_H
#define BROKER_ON_PUBLISH_TESTKIT_H

#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *p, *w;

static inline void
begin(const char *words)
{
    char text[256];
    snprintf(text, sizeof text, "client_id=p %s", words);
    w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=# qos=2 retain_as_published=1");
    p = kit_client(&k, MQTT_50, text);
}

static inline void
setup(void)
{
    kit_begin(&k);
}

#endif
