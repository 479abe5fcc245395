/* probe.h - what the target can do: announced, tried out, or told.
 * SPDX-License-Identifier: MIT
 *
 * A 5.0 broker announces its limits in CONNACK and is taken at its word; one
 * of 3.x is asked by trying. The trying is written as scenarios, in the
 * language that everything else is written in (probe.scn). What cannot be found
 * out from outside (a forbidden topic, a command to restart) the target file
 * says; it may also override.                                                */
#ifndef ENGINE_PROBE_H
#define ENGINE_PROBE_H

#include "conformance/engine/suite.h"

/* The words behind `needs`, in the order of script/needs.def. */
enum probe_need {
#define NEED(name, summary) PROBE_##name,
#include "conformance/script/needs.def"
#undef NEED
    PROBE_NEEDS
};

struct probe_answer {
    bool has;
    const char *source; /* "CONNACK", "probe", "target file", "version" */
    char value[48];     /* "yes", "no", or a number */
};

struct probe {
    struct probe_answer answers[MQTT_50 + 1][PROBE_NEEDS]; /* by version */
    bool speaks[MQTT_50 + 1];      /* does it take a CONNECT of that version? */
    bool hides_sessions[MQTT_50 + 1]; /* it resumes sessions, and Session Present
                                         says that it does not */
    const char *guess;             /* what may be the matter, if it speaks none
                                      of them; "" or NULL: no idea */
    char *refusal[MQTT_50 + 1];    /* owned; what it said instead, or NULL */
};

/* Finds out for each of the versions. -1 with err when the target is lost or
 * the driver fails. */
int probe_run(struct probe *p, struct suite *suite, unsigned versions,
              struct error *err);
void probe_release(struct probe *p);

/* An override: of all versions. False when there is no such word. */
bool probe_set(struct probe *p, struct slice need, bool has,
               const char *source);

/* NULL when the target has all that the scenario needs, else the reason to
 * skip it, which lives as long as p or the program. */
const char *probe_lacks(const struct probe *p,
                        const struct script_scenario *scenario,
                        enum mqtt_version v);

/* Adds what was found to the result. */
void probe_report(const struct probe *p, unsigned versions,
                  struct result_run *run);

#endif
