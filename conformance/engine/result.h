/* result.h - what a run of scenarios found out: all that reports need.
 * SPDX-License-Identifier: MIT
 *
 * The engine fills one struct result_scenario for every scenario x version x
 * transport it ran; reports only read. Text is owned by the result.          */
#ifndef ENGINE_RESULT_H
#define ENGINE_RESULT_H

#include "base/buf.h"
#include "mqtt/version.h"

/* The words that certification labs use; order is from good to bad. */
enum result_verdict {
    VERDICT_PASS,         /* every judging line went as written */
    VERDICT_LENIENT,      /* the broker tolerated what it may tolerate */
    VERDICT_WARN,         /* only `should` lines did not go as written */
    VERDICT_UNEXERCISED,  /* the broker never showed the behaviour */
    VERDICT_SKIP,         /* it says that it lacks what `needs` names */
    VERDICT_WAIVED,       /* failed, and the target file says why that is so */
    VERDICT_INCONCLUSIVE, /* an unmarked line did not go: question not reached */
    VERDICT_UNSTABLE,     /* failed once, passed when repeated */
    VERDICT_FAIL,         /* a judging line did not go as written, twice */
    VERDICT_ERROR,        /* the script or the runner is wrong */
    VERDICTS
};
const char *result_verdict_name(enum result_verdict v); /* "pass", ... */

/* One packet or event of the conversation, as recorded. Texts that say "#9"
 * mean the ninth of EVENT_SENT and EVENT_GOT, counted from 1. */
enum result_event_kind {
    EVENT_OPEN,    /* the connection was opened */
    EVENT_SENT,    /* the runner sent bytes: one whole packet, or raw bytes */
    EVENT_GOT,     /* the broker sent one whole packet, or bytes that are none */
    EVENT_CLOSED,  /* the broker closed (FIN) */
    EVENT_RESET,   /* the broker reset (RST) */
    EVENT_CUT,     /* the runner closed (FIN) */
    EVENT_ABORTED, /* the runner reset */
    EVENT_NOTE     /* a remark: `text` */
};

struct result_event {
    enum result_event_kind kind;
    uint64_t time_us;      /* since the scenario began */
    unsigned connection;   /* counts from 0 within the scenario */
    unsigned lane;         /* index into lanes: which scripted client */
    enum mqtt_version version; /* that the connection speaks */
    size_t at, len;        /* the bytes, in result_scenario.bytes */
    unsigned line;         /* of the script that sent or matched it, or 0 */
    bool is_guilty;        /* the failure is about this one */
    char *text;            /* owned, or NULL */
};

/* A line that judged. */
struct result_judgement {
    char *statement;             /* "MQTT-4.3.3-10", or "should 4.13" */
    enum result_verdict verdict; /* PASS FAIL WARN LENIENT UNEXERCISED */
    unsigned line;
};

struct result_choice {
    char *label; /* of the branch taken, or of what was tolerated */
    unsigned line;
};

struct result_scenario {
    char *id;              /* "qos/qos2/duplicate-after-resume" */
    char *title;
    char *path;            /* "scenarios/qos/qos2.scn" */
    enum mqtt_version version;
    char *transport;       /* "tcp" */
    enum result_verdict verdict;
    uint64_t started_us;   /* since the run began */
    uint64_t took_us;
    uint64_t late_us;      /* the runner was kept waiting at once, at most */
    bool was_excused;      /* it failed, and that may be for late_us */
    bool slow, alone;

    /* Why, when it is not a plain pass. */
    unsigned line;         /* of the script, 0 when none */
    char *source;          /* that line as written */
    char *expected;        /* in the words of the script, or NULL */
    char *got;             /* likewise */
    char *reason;          /* one sentence, or NULL */
    char *seen_in;         /* of a lint: id of the scenario, or NULL */
    char *first_reason;    /* of the first try, for UNSTABLE */
    struct result_scenario *first_try; /* owned; when it was tried twice, for
                                          both exchanges to be shown; or NULL */
    char *evidence;        /* path of its capture, or NULL; evidence.h sets it */
    char *evidence_sha256; /* of that file, hex; likewise */

    struct result_judgement *judgements;
    size_t judgement_count, judgement_cap;
    struct result_choice *choices;
    size_t choice_count, choice_cap;

    char **lanes;          /* names of the scripted clients */
    char **client_ids;     /* what each called itself, parallel to lanes */
    size_t lane_count;
    struct result_event *events;
    size_t event_count, event_cap;
    struct buf bytes;      /* of all events, secrets masked */
};

/* What the target says it can do, as probed. */
struct result_capability {
    char *name;  /* "qos2", "retain", "shared", "receive_max" ... */
    char *value; /* "yes", "no", or a number */
    char *source; /* "CONNACK", "probe", "target file" */
};

struct result_run {
    char *suite_version;   /* of plumb-check, or NULL */
    char *suite_level;     /* of the scenarios: the `since` they reach, or NULL */
    char *target;          /* "mqtt://127.0.0.1:1883" */
    char *target_name;     /* what the target file calls it, or NULL */
    char *again;           /* the command without scenario names, or NULL:
                              made up from target and seed */
    uint64_t seed;
    char *run_tag;         /* what made client ids and topics unique */
    uint64_t started_wall_us; /* since 1970 */
    uint64_t took_us;
    size_t scenario_files; /* how many were read */
    char *scenarios_sha256; /* of their contents, hex */
    char *seal;            /* of a report that was read (report/seal.h), or NULL */
    struct result_capability *capabilities;
    size_t capability_count, capability_cap;
    struct result_scenario *scenarios;
    size_t scenario_count, scenario_cap;
};

/* A zeroed struct is an empty run. */
void result_run_release(struct result_run *run);

/* Borrowed, and only until the next one is added. */
struct result_scenario *result_add_scenario(struct result_run *run);
void result_scenario_release(struct result_scenario *s);

/* Building, used by the engine. All text is copied; NULL stays NULL. */
void result_set(char **where, const char *text);

/* An event at the end, borrowed until the next one is added. EVENT_OPEN takes
 * the next free connection number, any other the latest of its lane; version
 * is that of the lane's event before, or the scenario's. The caller changes
 * what it knows better, and adds line, is_guilty and text. */
struct result_event *result_add_event(struct result_scenario *s,
                                      enum result_event_kind kind,
                                      uint64_t time_us, unsigned lane,
                                      struct slice bytes);
void result_add_judgement(struct result_scenario *s, struct slice statement,
                          enum result_verdict verdict, unsigned line);
void result_add_choice(struct result_scenario *s, struct slice label,
                       unsigned line);

/* A scripted client; its index. client_id may be NULL until it is known. */
unsigned result_add_lane(struct result_scenario *s, const char *name,
                         const char *client_id);
void result_add_capability(struct result_run *run, const char *name,
                           const char *value, const char *source);

/* The bytes of an event, borrowed. */
struct slice result_bytes(const struct result_scenario *s,
                          const struct result_event *e);

/* How many scenarios have that verdict. */
size_t result_count(const struct result_run *run, enum result_verdict v);

/* plumb-check's exit status: 0, 1 fail (or warn when strict), 2 error,
 * 3 inconclusive or unstable and nothing failed, or nothing ran at all. */
int result_exit_status(const struct result_run *run, bool strict);

#endif
