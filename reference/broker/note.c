/* note.c - the core says which statement it obeys.
 * SPDX-License-Identifier: MIT */
#include "broker/note.h"

#include "broker/conn.h"

void
broker_note(struct broker *b, const struct conn *c, const char *statement5,
            const char *statement311, const char *text)
{
    if (!b->note)
        return;
    const char *statement = c->version == MQTT_50    ? statement5
                            : c->version == MQTT_311 ? statement311
                                                     : NULL;
    if (statement && statement[0])
        b->note(b->note_user, c, statement, text);
}
