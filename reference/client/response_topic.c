/* response_topic.c - where an answer is to go.
 * SPDX-License-Identifier: MIT */
#include "client/response_topic.h"

#include "base/hex.h"
#include "base/random.h"
#include "mqtt/property.h"
#include "mqtt/topic.h"

/* '/', and 16 digits that nobody can guess. */
#define SUFFIX_LEN 17

void
response_topic_choose(struct buf *out, const char *wanted,
                      struct slice properties)
{
    uint8_t random[(SUFFIX_LEN - 1) / 2];
    struct slice info =
        mqtt_property_text(properties, MQTT_P_response_information);
    if (wanted) {
        buf_add_str(out, wanted);
        return;
    }
    if (info.len == 0 || info.len > UINT16_MAX - SUFFIX_LEN ||
        !mqtt_topic_name_valid(info))
        info = slice_str("plumb/response");
    buf_add(out, info);
    if (info.ptr[info.len - 1] != '/')
        buf_add_byte(out, '/');
    random_secret(random, sizeof random);
    hex_print(out, slice_of(random, sizeof random), 0);
}
