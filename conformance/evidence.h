/* evidence.h - what was said in a scenario, as a capture for anybody's tools.
 * SPDX-License-Identifier: MIT
 *
 * One pcapng file per scenario, version and transport. Every packet carries a
 * comment with the line of the script that sent or awaited it, and the guilty
 * one says so. The TCP around the packets is made here (net/pcapng_write.h);
 * TLS and WebSocket are left out: it is the MQTT that was inside. Secrets are
 * masked as they are in the result.                                          */
#ifndef CONFORMANCE_EVIDENCE_H
#define CONFORMANCE_EVIDENCE_H

#include "base/error.h"
#include "conformance/engine/result.h"

/* Appends the file. Of a scenario that was tried twice, both tries. */
void evidence_capture(struct buf *out, const struct result_run *run,
                      const struct result_scenario *s);

/* Appends "qos.qos2.first.5.0.tcp.pcapng", of letters that every file system
 * takes. */
void evidence_name(struct buf *out, const struct result_scenario *s);

/* What is wrong with the capture that a report names; NULL: nothing, or it
 * names none. */
const char *evidence_doubt(const struct result_scenario *s);

/* Writes it below `folder`, which is made when it is not there, and sets
 * s->evidence and its SHA-256. Nothing happens when nothing was said. */
int evidence_write(const char *folder, const struct result_run *run,
                   struct result_scenario *s, struct error *err);

#endif
