/* walk.h - the cursor that decode moves over the bytes of one packet.
 * SPDX-License-Identifier: MIT
 *
 * Private to decode*.c and walk_properties.c. A walk reads through the bounds-
 * checked reader; after each field it asks mqtt_walk_cut, the one place that
 * turns an overrun into a violation. Findings go to the report, and what was
 * read to the notes, when somebody wants them.                               */
#ifndef MQTT_WALK_H
#define MQTT_WALK_H

#include "base/reader.h"
#include "base/utf8.h"
#include "mqtt/note.h"
#include "mqtt/violation.h"

struct mqtt_walk {
    struct reader r;            /* the bytes */
    struct mqtt_packet *p;      /* being filled */
    struct mqtt_report *report; /* being filled */
    struct mqtt_notes *notes;   /* being filled; NULL: nobody wants them */
    uint8_t byte;               /* the last KIND_BYTE, for its bits */
    size_t byte_at;             /* where it stands */
    uint8_t field;              /* enum mqtt_field that is being read */
    size_t noted;               /* everything before this has a note */
    bool stopped;               /* the next byte cannot be placed */
};

static inline void
mqtt_walk_broken(struct mqtt_walk *w, const struct mqtt_rule *rule, size_t at,
                 size_t len)
{
    mqtt_report_add(w->report, rule, w->p->version, MQTT_FIELDS, at, len);
}

/* Says that the bytes from `at` on run past the end, and stops. */
void mqtt_walk_stop_cut(struct mqtt_walk *w, size_t at);

/* After a read that began at `at`: did it run past the end? */
static inline bool
mqtt_walk_cut(struct mqtt_walk *w, size_t at)
{
    if (w->r.failed)
        mqtt_walk_stop_cut(w, at);
    return w->r.failed;
}

/* A note about everything from `at` up to the reader's place; when nobody wants
 * notes, one that is thrown away. The second is about a row of the layout. */
struct mqtt_note *mqtt_walk_note(struct mqtt_walk *w, size_t at, int depth,
                                 const char *label, const char *section);
struct mqtt_note *mqtt_walk_note_row(struct mqtt_walk *w, size_t at,
                                     const struct mqtt_row *row);

/* A note about everything that is left, since nobody knows what it is. It says
 * which field was being read, so that half a password stays a secret. */
struct mqtt_note *mqtt_walk_note_rest(struct mqtt_walk *w, size_t at, int depth,
                                      const char *label);

/* Is a row there? What its bits depend on has been read; `more`: bytes are left.
 * An unknown version is read as 5.0. */
static inline bool
mqtt_row_is_there(const struct mqtt_packet *p, unsigned versions,
                  enum mqtt_when when, bool more)
{
    if (versions != V_ALL &&
        !mqtt_version_in(p->version ? p->version : MQTT_50, versions))
        return false;
    switch (when) {
    case WHEN_ALWAYS: return true;
    case WHEN_IF_QOS: return p->qos > 0;
    case WHEN_IF_WILL: return p->will_flag;
    /* In 3.1 (section 3.1) Remaining Length has the last word: flagged and yet
     * missing is valid. */
    case WHEN_IF_USER_NAME:
        return p->user_name_flag && (more || p->version != MQTT_31);
    case WHEN_IF_PASSWORD:
        return p->password_flag && (more || p->version != MQTT_31);
    case WHEN_IF_MORE: return more;
    }
    return false;
}

/* Are strings looked at? 3.1 points to a modified UTF-8 and orders no close for
 * ill-formed ones. */
static inline bool
mqtt_walk_checks_strings(enum mqtt_version v)
{
    return v != MQTT_31;
}

/* Would mqtt_walk_check_string find nothing? */
static inline bool
mqtt_walk_is_good_string(struct slice text, enum mqtt_version v)
{
    return !mqtt_walk_checks_strings(v) || utf8_is_text(text);
}

/* Is it UTF-8 without U+0000, as a string or as half of a pair has to be? */
void mqtt_walk_check_string(struct mqtt_walk *w, struct slice text);
void mqtt_walk_check_pair(struct mqtt_walk *w, struct slice text);

/* Two length bytes and that many bytes. */
static inline struct slice
mqtt_walk_counted(struct mqtt_walk *w)
{
    uint16_t len = reader_u16(&w->r);
    return reader_bytes(&w->r, len);
}

/* A Variable Byte Integer. One of five bytes stops the walk. */
uint32_t mqtt_walk_varint(struct mqtt_walk *w);

/* Property Length and that many bytes of properties. */
void mqtt_walk_properties(struct mqtt_walk *w, const struct mqtt_row *row);

#endif
