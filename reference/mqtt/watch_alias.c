/* watch_alias.c - Topic Aliases of both directions (3.3.2.3.4).
 * SPDX-License-Identifier: MIT
 *
 * alias.h is what an end keeps; this one also remembers which numbers were set
 * on the connection before, for the peer that believes they still hold.      */
#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/watch_state.h"

void
watch_aliases_release(struct watch_aliases *a)
{
    for (size_t i = 0; i < a->count; i++)
        buf_release(&a->list[i].topic);
    free(a->list);
    *a = (struct watch_aliases){0};
}

static struct watch_alias *
find(const struct watch_aliases *a, uint32_t alias)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->list[i].alias == alias)
            return &a->list[i];
    return NULL;
}

static void
bind(struct watch_aliases *a, uint32_t alias, struct slice topic)
{
    struct watch_alias *one = find(a, alias);
    if (!one && a->count == WATCH_ALIASES_MAX)
        return;
    if (!one) {
        a->list = xgrow(a->list, &a->cap, a->count + 1, sizeof *a->list);
        one = &a->list[a->count++];
        *one = (struct watch_alias){.alias = (uint16_t)alias};
    }
    buf_clear(&one->topic);
    buf_add(&one->topic, topic);
}

static uint32_t
alias_of(const struct watch_event *e)
{
    return mqtt_property_number(watch_properties(e->p), MQTT_P_topic_alias, 0);
}

static bool
is_above_maximum(struct mqtt_watch *w, struct watch_event *e)
{
    uint16_t maximum =
        w->side[watch_index(watch_other(e->from))].topic_alias_maximum;
    return maximum > 0 && alias_of(e) > maximum;
}

static bool
is_unwanted(struct mqtt_watch *w, struct watch_event *e)
{
    uint16_t maximum =
        w->side[watch_index(watch_other(e->from))].topic_alias_maximum;
    return maximum == 0 && alias_of(e) > 0;
}

static bool
is_within(const struct mqtt_watch *w, const struct watch_event *e)
{
    return alias_of(e) <=
           w->side[watch_index(watch_other(e->from))].topic_alias_maximum;
}

static bool
was_set_before(const struct mqtt_watch *w, const struct watch_event *e)
{
    uint32_t alias = alias_of(e);
    return alias < 64 &&
           (w->session->aliases[watch_index(e->from)] >> alias & 1);
}

static bool
is_unknown(const struct mqtt_watch *w, const struct watch_event *e)
{
    const struct watch_aliases *a = &w->side[watch_index(e->from)].aliases;
    return e->p->topic.len == 0 && alias_of(e) && is_within(w, e) &&
           a->count < WATCH_ALIASES_MAX && !find(a, alias_of(e));
}

static bool
is_never_set(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unknown(w, e) && !was_set_before(w, e);
}

static bool
is_of_last_connection(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unknown(w, e) && was_set_before(w, e);
}

/* clang-format off */
static const struct watch_row rows[] = {
/*   when        by           versions needs       is broken when */
    {P(PUBLISH), FROM_CLIENT, V_5,     SEES_START | SEES_CONNACK | SEES_SERVER, is_above_maximum,
     {"MQTT-3.3.2-9 MQTT-3.2.2-17", NULL, "3.3.2.3.4", WATCH_MUST,
      "Topic Alias above the server's Topic Alias Maximum", "an alias up to the maximum, or none"}},
    {P(PUBLISH), FROM_CLIENT, V_5,     SEES_START | SEES_CONNACK | SEES_SERVER, is_unwanted,
     {"MQTT-3.2.2-18 MQTT-3.3.2-9", NULL, "3.2.2.3.8", WATCH_MUST,
      "Topic Alias, though the server takes none", "the Topic Name alone"}},
    {P(PUBLISH), FROM_SERVER, V_5,     SEES_START, is_above_maximum,
     {"MQTT-3.3.2-11 MQTT-3.1.2-26", NULL, "3.3.2.3.4", WATCH_MUST,
      "Topic Alias above the client's Topic Alias Maximum", "an alias up to the maximum, or none"}},
    {P(PUBLISH), FROM_SERVER, V_5,     SEES_START, is_unwanted,
     {"MQTT-3.1.2-27 MQTT-3.3.2-11", NULL, "3.1.2.11.5", WATCH_MUST,
      "Topic Alias, though the client takes none", "the Topic Name alone"}},
    {P(PUBLISH), FROM_ANY,    V_5,     SEES_LIFE, is_never_set,
     {NULL, NULL, "3.3.2.3.4", WATCH_PROTOCOL,
      "a Topic Alias that was never set, and no Topic Name", "the Topic Name with the alias first"}},
    {P(PUBLISH), FROM_ANY,    V_5,     SEES_LIFE, is_of_last_connection,
     {"MQTT-3.3.2-7", NULL, "3.3.2.3.4", WATCH_MUST,
      "a Topic Alias of an earlier connection, and no Topic Name", "the Topic Name with the alias first"}},
};
/* clang-format on */

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_side *s = &w->side[watch_index(e->from)];
    if (e->p->type != MQTT_PUBLISH || !MQTT_HAS(e->p, topic))
        return;
    uint32_t alias = alias_of(e);
    if (alias && e->p->topic.len) {
        bind(&s->aliases, alias, e->p->topic);
        if (w->session && alias < 64)
            w->session->aliases[watch_index(e->from)] |= (uint64_t)1 << alias;
    }
}

const struct watch_concern watch_alias = WATCH_CONCERN(rows, note);
