/* alias.c - Topic Aliases of one direction of one connection.
 * SPDX-License-Identifier: MIT */
#include "mqtt/alias.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/random.h"

struct mqtt_alias_topic {
    uint16_t alias;
    size_t len;      /* bytes of text */
    uint8_t text[];  /* the topic */
};

static struct slice
text_of(const struct mqtt_alias_topic *t)
{
    return slice_of(t->text, t->len);
}

void
mqtt_alias_init(struct mqtt_aliases *a, uint16_t maximum)
{
    *a = (struct mqtt_aliases){.maximum = maximum};
    random_secret(&a->by_topic.hash_key, sizeof a->by_topic.hash_key);
}

void
mqtt_alias_release(struct mqtt_aliases *a)
{
    for (size_t i = 0; i < a->count; i++)
        free(a->topics[i]);
    free(a->topics);
    map_release(&a->by_topic);
    *a = (struct mqtt_aliases){0};
}

/* Puts a copy of topic under alias, in place of what was there. */
static struct mqtt_alias_topic *
put(struct mqtt_aliases *a, uint16_t alias, struct slice topic)
{
    struct mqtt_alias_topic *t = xcalloc(1, sizeof *t + topic.len);
    t->alias = alias;
    t->len = topic.len;
    if (topic.len)
        memcpy(t->text, topic.ptr, topic.len);
    a->topics = xgrow(a->topics, &a->cap, alias, sizeof *a->topics);
    while (a->count < alias)
        a->topics[a->count++] = NULL;
    free(a->topics[alias - 1]);
    a->topics[alias - 1] = t;
    return t;
}

bool
mqtt_alias_set(struct mqtt_aliases *a, uint16_t alias, struct slice topic)
{
    if (alias == 0 || alias > a->maximum)
        return false;
    put(a, alias, topic);
    return true;
}

struct slice
mqtt_alias_get(const struct mqtt_aliases *a, uint16_t alias)
{
    if (alias == 0 || alias > a->count || !a->topics[alias - 1])
        return (struct slice){NULL, 0};
    return text_of(a->topics[alias - 1]);
}

enum mqtt_alias_use
mqtt_alias_choose(struct mqtt_aliases *a, struct slice topic, uint16_t *alias)
{
    struct mqtt_alias_topic *t = map_get(&a->by_topic, topic);
    if (t) {
        *alias = t->alias;
        return MQTT_ALIAS_KNOWN;
    }
    if (a->count == a->maximum)
        return MQTT_ALIAS_NONE;
    *alias = (uint16_t)(a->count + 1);
    t = put(a, *alias, topic);
    map_put(&a->by_topic, text_of(t), t);
    return MQTT_ALIAS_NEW;
}
