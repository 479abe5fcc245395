/* option_value.h - words of the command line as values.
 * SPDX-License-Identifier: MIT
 *
 * Each function returns 0, or -1 with a message that says what is wrong with
 * the value; options.c puts the name of the option in front.                 */
#ifndef CLIENT_OPTION_VALUE_H
#define CLIENT_OPTION_VALUE_H

#include "base/buf.h"
#include "base/error.h"
#include "mqtt/packet.h"

/* What is left of the command line. */
struct words {
    char **next; /* the next word */
    char **end;  /* one past the last */
};

/* The next word, or NULL. */
static inline const char *
words_take(struct words *w)
{
    return w->next < w->end ? *w->next++ : NULL;
}

int value_number(const char *text, uint64_t min, uint64_t max, uint64_t *out,
                 struct error *err);

/* Seconds, maybe with a fraction, as milliseconds. */
int value_seconds(const char *text, uint64_t *out_ms, struct error *err);

/* Is it too long for a string field or one of bytes? */
int value_check_len(size_t len, struct error *err);

/* Can it go into a string field, be a Topic Filter, be a Topic Name? */
int value_check_string(const char *text, struct error *err);
int value_check_filter(const char *text, struct error *err);
int value_check_name(const char *text, struct error *err);

/* What follows -D: a packet ("publish"), a property ("user-property") and its
 * value or, of a pair, both; the packet's name has been taken. The property is
 * appended to properties[packet type], with MQTT_WILL for the will. */
int value_property(struct buf properties[MQTT_TYPES + 1], const char *packet,
                   struct words *more, struct error *err);

#endif
