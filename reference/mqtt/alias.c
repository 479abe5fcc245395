/* alias.c - Topic Aliases of one direction of one connection.
 * SPDX-License-Identifier: MIT */
#include "mqtt/alias.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/random.h"

struct mqtt_alias_topic {
    uint16_t alias;
    size_t len;      /* bytes of text */
    uint8_t text[];  /* the topic */
};

struct mqtt_alias_table {
    struct mqtt_alias_topic **topics; /* owned; of alias i + 1, or NULL */
    size_t count;                     /* entries of topics in use */
    size_t cap;                       /* entries allocated */
    struct map by_topic;              /* topic to entry; for the sender */
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
}

static struct mqtt_alias_table *
table_of(struct mqtt_aliases *a)
{
    if (!a->table) {
        a->table = xcalloc(1, sizeof *a->table);
        random_secret(&a->table->by_topic.hash_key,
                      sizeof a->table->by_topic.hash_key);
    }
    return a->table;
}

void
mqtt_alias_release(struct mqtt_aliases *a)
{
    struct mqtt_alias_table *table = a->table;
    if (table) {
        for (size_t i = 0; i < table->count; i++)
            free(table->topics[i]);
        free(table->topics);
        map_release(&table->by_topic);
        free(table);
    }
    *a = (struct mqtt_aliases){0};
}

/* Puts a copy of topic under alias, in place of what was there. */
static struct mqtt_alias_topic *
put(struct mqtt_alias_table *table, uint16_t alias, struct slice topic)
{
    struct mqtt_alias_topic *t = xcalloc(1, sizeof *t + topic.len);
    t->alias = alias;
    t->len = topic.len;
    if (topic.len)
        memcpy(t->text, topic.ptr, topic.len);
    table->topics = xgrow(table->topics, &table->cap, alias,
                          sizeof *table->topics);
    while (table->count < alias)
        table->topics[table->count++] = NULL;
    free(table->topics[alias - 1]);
    table->topics[alias - 1] = t;
    return t;
}

bool
mqtt_alias_set(struct mqtt_aliases *a, uint16_t alias, struct slice topic)
{
    if (alias == 0 || alias > a->maximum)
        return false;
    put(table_of(a), alias, topic);
    return true;
}

struct slice
mqtt_alias_get(const struct mqtt_aliases *a, uint16_t alias)
{
    const struct mqtt_alias_table *table = a->table;
    if (!table || alias == 0 || alias > table->count ||
        !table->topics[alias - 1])
        return (struct slice){NULL, 0};
    return text_of(table->topics[alias - 1]);
}

enum mqtt_alias_use
mqtt_alias_choose(struct mqtt_aliases *a, struct slice topic, uint16_t *alias)
{
    if (a->maximum == 0)
        return MQTT_ALIAS_NONE;
    struct mqtt_alias_table *table = table_of(a);
    struct mqtt_alias_topic *t = map_get(&table->by_topic, topic);
    if (t) {
        *alias = t->alias;
        return MQTT_ALIAS_KNOWN;
    }
    if (table->count == a->maximum)
        return MQTT_ALIAS_NONE;
    *alias = (uint16_t)(table->count + 1);
    t = put(table, *alias, topic);
    map_put(&table->by_topic, text_of(t), t);
    return MQTT_ALIAS_NEW;
}
