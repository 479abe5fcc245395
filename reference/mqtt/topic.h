/* topic.h - topic names and filters: validity, matching, $share (4.7, 4.8.2).
 * SPDX-License-Identifier: MIT
 *
 * A name is what one publishes to; a filter is what one subscribes to. Both are
 * levels separated by '/', and levels may be empty: "/a" has two, "a//b" three.
 * Nothing here allocates; slices are borrowed for the call.
 * Called by: check (validity), subtree and retain (matching), the runner.    */
#ifndef MQTT_TOPIC_H
#define MQTT_TOPIC_H

#include "base/slice.h"

/* Is it a Topic Name? At least one character, no wildcard, no U+0000
 * [MQTT-4.7.3-1, MQTT-4.7.0-1, MQTT-4.7.3-2]. UTF-8 is the decoder's matter. */
bool mqtt_topic_name_valid(struct slice name);

/* Is it a Topic Filter? Not empty and without U+0000 either; '#' only as the
 * whole last level [MQTT-4.7.1-1], '+' only as a whole level [MQTT-4.7.1-2].
 * "$share/..." is checked by mqtt_topic_share_split. */
bool mqtt_topic_filter_valid(struct slice filter);

/* Does it contain '#' or '+'? */
bool mqtt_topic_has_wildcard(struct slice filter);

/* Does filter match name? Both must already be valid; matching compares bytes,
 * never normalises [MQTT-4.7.3-4]. */
bool mqtt_topic_matches(struct slice filter, struct slice name);

/* What a filter that begins with "$share/" turns out to be. */
enum mqtt_share {
    MQTT_SHARE_NONE, /* an ordinary filter */
    MQTT_SHARE_GOOD, /* *name and *inner are set */
    MQTT_SHARE_BAD   /* ShareName empty or with wildcards, or no filter behind
                        it [MQTT-4.8.2-1, MQTT-4.8.2-2] */
};
enum mqtt_share mqtt_topic_share_split(struct slice filter, struct slice *name,
                                       struct slice *inner);

/* Takes the next level off *rest into *level; false when there is none left.
 * Start with `rest = topic`; an empty level is a level. A NULL rest.ptr says
 * that nothing is left. */
bool mqtt_topic_next_level(struct slice *rest, struct slice *level);

#endif
