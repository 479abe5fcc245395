/* topic.c - topic names and filters.
 * SPDX-License-Identifier: MIT */
#include "mqtt/topic.h"

#include "base/word.h"

bool
mqtt_topic_next_level(struct slice *rest, struct slice *level)
{
    if (!rest->ptr)
        return false;
    const uint8_t *slash =
        rest->len ? memchr(rest->ptr, '/', rest->len) : NULL;
    if (!slash) {
        *level = *rest;
        *rest = (struct slice){NULL, 0};
        return true;
    }
    *level = slice_of(rest->ptr, (size_t)(slash - rest->ptr));
    *rest = slice_from(*rest, level->len + 1);
    return true;
}

/* '#' and '+' differ in one bit, 0x08, so that one search finds both. */
static inline bool
word_has_wildcard(uint64_t word)
{
    return word_has_zero((word | '\x08' * WORD_ONES) ^ '+' * WORD_ONES);
}
_Static_assert(('#' | 0x08) == '+', "or there must be two searches");

bool
mqtt_topic_has_wildcard(struct slice filter)
{
    if (filter.len == 0)
        return false;
    size_t at = 0;
    for (; at + 8 <= filter.len; at += 8)
        if (word_has_wildcard(word_at(filter.ptr + at)))
            return true;
    return word_has_wildcard(word_part(filter.ptr + at, filter.len - at));
}

static bool
has_nul(struct slice text)
{
    return text.len && memchr(text.ptr, 0, text.len);
}

bool
mqtt_topic_name_valid(struct slice name)
{
    return name.len > 0 && !has_nul(name) && !mqtt_topic_has_wildcard(name);
}

bool
mqtt_topic_filter_valid(struct slice filter)
{
    if (filter.len == 0 || has_nul(filter))
        return false;
    struct slice rest = filter, level;
    while (mqtt_topic_next_level(&rest, &level)) {
        if (!mqtt_topic_has_wildcard(level))
            continue;
        if (level.len != 1)
            return false; /* "a#", "+b" */
        if (level.ptr[0] == '#' && rest.ptr)
            return false; /* "#/a" */
    }
    return true;
}

bool
mqtt_topic_matches(struct slice filter, struct slice name)
{
    struct slice f = filter, n = name, want, have;

    /* [MQTT-4.7.2-1]: a wildcard in first place does not see $-topics. */
    if (slice_starts(name, "$") &&
        (slice_starts(filter, "+") || slice_starts(filter, "#")))
        return false;

    while (mqtt_topic_next_level(&f, &want)) {
        if (slice_is(want, "#"))
            return true; /* the parent too: "a/#" matches "a" */
        if (!mqtt_topic_next_level(&n, &have))
            return false;
        if (!slice_is(want, "+") && !slice_equal(want, have))
            return false;
    }
    return !n.ptr;
}

enum mqtt_share
mqtt_topic_share_split(struct slice filter, struct slice *name,
                       struct slice *inner)
{
    if (!slice_starts(filter, "$share/"))
        return MQTT_SHARE_NONE; /* "$share" alone too: an ordinary level */
    struct slice rest = slice_from(filter, strlen("$share/"));
    if (!mqtt_topic_next_level(&rest, name) || name->len == 0 ||
        has_nul(*name) || mqtt_topic_has_wildcard(*name))
        return MQTT_SHARE_BAD;
    *inner = rest;
    return rest.ptr && mqtt_topic_filter_valid(rest) ? MQTT_SHARE_GOOD
                                                     : MQTT_SHARE_BAD;
}
