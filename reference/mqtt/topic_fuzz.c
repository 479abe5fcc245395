/* topic_fuzz.c - filters and names against a second, naive matcher.
 * SPDX-License-Identifier: MIT
 *
 * The input is a filter, a line end, and a name. The matcher here is written
 * with recursion over characters instead of levels: where the two disagree, one
 * has misread section 4.7.                                                   */
#include <assert.h>

#include "mqtt/topic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Does f match n from the start of a level on? "/#" at the end of a filter
 * also matches nothing at all, the parent. */
static bool
naive(struct slice f, struct slice n)
{
    if (f.len == 0 || slice_is(f, "#"))
        return f.len > 0 || n.len == 0;
    if (n.len == 0 && slice_is(f, "/#"))
        return true;
    if (f.ptr[0] == '+') {
        size_t level = 0;
        while (level < n.len && n.ptr[level] != '/')
            level++;
        return naive(slice_from(f, 1), slice_from(n, level));
    }
    return n.len > 0 && f.ptr[0] == n.ptr[0] &&
           naive(slice_from(f, 1), slice_from(n, 1));
}

static bool
naive_matches(struct slice f, struct slice n)
{
    if (n.ptr[0] == '$' && (f.ptr[0] == '+' || f.ptr[0] == '#'))
        return false;
    return naive(f, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t at = end ? (size_t)(end - data) : size;
    struct slice filter = slice_of(data, at), share, inner;
    struct slice name = slice_from(slice_of(data, size), at + 1);
    bool filter_good = mqtt_topic_filter_valid(filter);
    if (filter_good && mqtt_topic_name_valid(name))
        assert(mqtt_topic_matches(filter, name) == naive_matches(filter, name));
    /* A name is a filter that matches itself. */
    if (mqtt_topic_name_valid(name))
        assert(mqtt_topic_filter_valid(name) && mqtt_topic_matches(name, name));
    if (mqtt_topic_share_split(filter, &share, &inner) == MQTT_SHARE_GOOD)
        assert(filter_good && share.len > 0 && mqtt_topic_filter_valid(inner));
    return 0;
}
