/* vectors.c - packets written down by hand.
 * SPDX-License-Identifier: MIT */
#include "mqtt/vectors.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"

static const struct mqtt_vector rows[] = {
#define GOOD(name, version, from, section, hex, line)                          \
    {name, MQTT_##version, FROM_##from, section, hex, line, NULL, 0},
#define BAD(name, version, from, section, hex, line, statement, reason)        \
    {name, MQTT_##version, FROM_##from, section, hex, line, statement, reason},
#include "mqtt/vectors.def"
#undef GOOD
#undef BAD
};
enum { COUNT = sizeof rows / sizeof rows[0] };

const struct mqtt_vector *
mqtt_vector_at(size_t index)
{
    return index < COUNT ? &rows[index] : NULL;
}

void
mqtt_vector_bytes(struct buf *out, const struct mqtt_vector *v)
{
    for (const char *at = v->hex; *at;) {
        size_t len = strcspn(at, " ");
        size_t digits = strcspn(at, " *");
        unsigned long times = 1;
        if (digits < len)
            times = strtoul(at + digits + 1, NULL, 10);
        for (; times > 0; times--)
            if (!hex_parse(out, slice_of(at, digits)))
                BUG(v->name);
        at += len;
        at += strspn(at, " ");
    }
}
