/* watch_subscriptions.c - what the client of a session ever subscribed to.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "mqtt/topic.h"
#include "mqtt/watch_state.h"

void
watch_subs_clear(struct watch_session *s)
{
    for (size_t i = 0; i < s->sub_count; i++)
        buf_release(&s->subs[i].filter);
    s->sub_count = 0;
    s->subs_blind = false;
}

struct watch_subscription *
watch_sub_find(struct watch_session *s, struct slice filter)
{
    for (size_t i = 0; i < s->sub_count; i++)
        if (slice_equal(buf_slice(&s->subs[i].filter), filter))
            return &s->subs[i];
    return NULL;
}

struct watch_subscription *
watch_sub_put(struct watch_session *s, struct slice filter)
{
    struct slice name, inner;
    struct watch_subscription *sub = watch_sub_find(s, filter);
    if (sub)
        return sub;
    if (s->sub_count == WATCH_SUBSCRIPTIONS_MAX) {
        s->subs_blind = true;
        return NULL;
    }
    s->subs = xgrow(s->subs, &s->sub_cap, s->sub_count + 1, sizeof *s->subs);
    sub = &s->subs[s->sub_count++];
    *sub = (struct watch_subscription){.always_no_local = true,
                                       .always_rap = true,
                                       .all_identified = true,
                                       .is_over = true};
    buf_add(&sub->filter, filter);
    sub->plain = buf_slice(&sub->filter);
    if (mqtt_topic_share_split(sub->plain, &name, &inner) == MQTT_SHARE_GOOD) {
        sub->is_shared = true;
        sub->plain = inner;
    }
    return sub;
}

bool
watch_sub_matches(const struct watch_subscription *sub, struct slice topic)
{
    return mqtt_topic_filter_valid(sub->plain) &&
           mqtt_topic_matches(sub->plain, topic);
}

bool
watch_sub_would_match(const struct watch_subscription *sub, struct slice topic)
{
    struct slice rest = topic, level;
    bool is_wild = sub->plain.len &&
                   (sub->plain.ptr[0] == '#' || sub->plain.ptr[0] == '+');
    if (!is_wild || !mqtt_topic_next_level(&rest, &level))
        return false;
    /* "+/rest" matches what follows; "#" matches anything. */
    return sub->plain.ptr[0] == '#' ||
           (sub->plain.len == 1 && !rest.ptr) ||
           (sub->plain.len > 2 && rest.ptr &&
            mqtt_topic_matches(slice_from(sub->plain, 2), rest));
}
