/* lint.h - what a capture proves to be against the standard.
 * SPDX-License-Identifier: MIT
 *
 * Takes what trace/model tells, puts a watch (mqtt/watch.h) on every connection
 * and a forwarding rule book (forward.h) on the broker, and collects findings.
 * It never raises a false alarm knowingly: a rule that needs what the capture
 * does not have is silent, and says so in the list of what was not seen.
 *
 *     struct lint *l = lint_new();
 *     struct model_events events = lint_events(l);
 *     ... model_new(&events, port), feed, finish ...
 *     lint_print_text(out, l, "file.pcap");   (lint_print.h)
 *     lint_free(l);
 *
 * Levels: must, malformed and protocol are violations; should and advice are
 * told apart from them and do not count.                                     */
#ifndef TRACE_LINT_LINT_H
#define TRACE_LINT_LINT_H

#include "mqtt/watch.h"
#include "trace/model/model.h"

struct lint_finding {
    const char *ids;      /* statements of the version spoken, separated by
                             spaces; "": none has a number */
    const char *section;  /* of the standard */
    const char *text;     /* what is wrong */
    const char *expected; /* what should have been; "" when that is plain */
    uint8_t level;        /* enum mqtt_watch_level */
    enum mqtt_side by;    /* who broke it */
    enum mqtt_version version;
    bool is_likely;       /* holds if the capture has all that was published */
    unsigned marks;       /* of the packet: set of enum model_mark */
    uint64_t connection;  /* number of the TCP connection */
    uint64_t packet;      /* number; 0: the end of the connection shows it */
    uint64_t frame;       /* that completed it, or the last one; 0: none */
    uint64_t earlier;     /* number of the packet it collides with; 0: none */
    int64_t time_ns;
    uint32_t offset, len; /* bytes of the packet that are wrong; 0, 0: all */
    char *client;         /* name of the client, owned */
};

/* What was missing on a connection, so that some rules were silent. */
struct lint_doubt {
    uint64_t connection;
    char *client;         /* owned */
    char *text;           /* owned: "no CONNECT; 3 gaps" */
};

struct lint; /* opaque */

struct lint *lint_new(void);
void lint_free(struct lint *l); /* NULL is fine */

/* What to give to model_new; valid as long as l is. */
struct model_events lint_events(struct lint *l);

/* In the order of the capture. Past LINT_FINDINGS_MAX they are only counted. */
enum { LINT_FINDINGS_MAX = 10000, LINT_DOUBTS_MAX = 1000 };
const struct lint_finding *lint_findings(const struct lint *l, size_t *count);
const struct lint_doubt *lint_doubts(const struct lint *l, size_t *count);

struct lint_totals {
    uint64_t connections, packets; /* with MQTT */
    uint64_t violations;           /* also those that were too many to keep */
    uint64_t advice;
    int64_t start_ns;              /* time of the first packet */
};
struct lint_totals lint_totals(const struct lint *l);

/* A violation, or only advice? */
static inline bool
lint_is_violation(const struct lint_finding *f)
{
    return f->level < WATCH_SHOULD;
}
const char *lint_level_name(enum mqtt_watch_level level);
const char *lint_side_name(enum mqtt_side side); /* "client", "broker" */

/* Rules that look at what MQTT came in; NULL at the end. */
const struct mqtt_watch_rule *lint_rule_at(size_t index);

/* Was a rule that can show this statement put to the test? */
enum lint_coverage {
    LINT_NO_RULE,  /* no rule of ours can show it */
    LINT_NOT_SEEN, /* one can, and nothing in the capture called for it */
    LINT_SEEN
};
enum lint_coverage lint_coverage(const struct lint *l, const char *id);

/* Did the capture have packets of that version? */
bool lint_has_version(const struct lint *l, enum mqtt_version v);

/* Walks a list of ids: `while (lint_next_id(&ids, &id)) ...` */
bool lint_next_id(struct slice *ids, struct slice *id);

#endif
