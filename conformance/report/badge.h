/* badge.h - a run as a small picture for a README.
 * SPDX-License-Identifier: MIT                                               */
#ifndef REPORT_BADGE_H
#define REPORT_BADGE_H

#include "conformance/engine/result.h"

/* Appends an SVG: "MQTT conformance | 3 fail", in words and colour. */
void report_badge(struct buf *out, const struct result_run *run);

#endif
