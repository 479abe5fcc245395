/* steps.h - a failure step by step, for somebody who wants to learn from it.
 * SPDX-License-Identifier: MIT
 *
 *     FAIL  qos/qos2/completed-delivery   5.0
 *        MQTT-4.3.3-11, section 4.3.3: ...
 *        #     ms  direction        packet
 *        9    501  broker -> sub    PUBLISH qos=2 dup=1 ...
 *                  <== expected PUBREL packet_id=1
 *             3c 0a 00 03 61 2f 62 00 01 00 68 69
 *             ^^
 *             Fixed Header: expected PUBREL, got PUBLISH
 *
 * Every step with its number and time, cuts included; at the packet that should
 * have been another one what was expected, its bytes, and a mark beneath those
 * that are wrong. Plain ASCII but for what packets say, 100 columns, no colour. */
#ifndef REPORT_STEPS_H
#define REPORT_STEPS_H

#include "conformance/engine/result.h"

/* Appends it for one scenario that is no plain pass, with at most `events_max`
 * steps (0: all; of more the first are left out). */
void report_steps(struct buf *out, const struct result_scenario *s,
                  size_t events_max);

/* Appends it for all of the run that failed or were left open. */
void report_steps_run(struct buf *out, const struct result_run *run,
                      bool is_verbose);

#endif
