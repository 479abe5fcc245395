/* phrase.h - the sentences that several reports have in common.
 * SPDX-License-Identifier: MIT
 *
 * How a packet, a reason, a statement or a command is put into words, so that
 * terminal, JUnit, TAP, Markdown and capture all say the same.               */
#ifndef REPORT_PHRASE_H
#define REPORT_PHRASE_H

#include "conformance/engine/result.h"

/* Appends "5.0 over tcp". */
void phrase_where(struct buf *out, const struct result_scenario *s);

/* The statement that decided the verdict, or "": "MQTT-4.3.3-10". */
const char *phrase_blame(const struct result_scenario *s);

/* Appends "MQTT-4.3.3-10 (§4.3.3): our wording". A `should 4.13` becomes
 * "recommended in §4.13". */
void phrase_statement(struct buf *out, const char *id);

/* Appends why it is not a plain pass, in one line; nothing when it is. */
void phrase_reason(struct buf *out, const struct result_scenario *s);

/* Appends the event without a newline: `pub > PUBLISH topic="a" payload="m"`,
 * "sub: the broker closes". What is no packet is printed as `hex`. */
void phrase_event(struct buf *out, const struct result_scenario *s,
                  const struct result_event *e);

/* Milliseconds since the first event, as diagrams show them too. */
double phrase_ms(const struct result_scenario *s, const struct result_event *e);

/* Appends the conversation, a line per event, each beginning with `indent`;
 * of more than `max` lines (0: all) the first are left out. */
void phrase_conversation(struct buf *out, const struct result_scenario *s,
                         const char *indent, size_t max);

/* The labels of what the broker chose, each once, in the order in which they
 * came; NULL at the end. `at` is zeroed to begin with. */
struct phrase_place {
    size_t scenario, choice; /* the next to look at */
};
const char *phrase_next_choice(const struct result_run *run,
                               struct phrase_place *at);

/* Appends "5.0 3.1.1": the versions in which that choice was observed. */
void phrase_choice_versions(struct buf *out, const struct result_run *run,
                            const char *label);

/* Appends the command that runs this scenario again; of a lint, the one in
 * which it was seen. */
void phrase_again(struct buf *out, const struct result_run *run,
                  const struct result_scenario *s);

/* Appends a shell command that says the same to the target without anything
 * of ours. False, having appended nothing, where that cannot be: several
 * connections, another transport than TCP, or far too many bytes. */
bool phrase_reproducer(struct buf *out, const struct result_run *run,
                       const struct result_scenario *s);

#endif
