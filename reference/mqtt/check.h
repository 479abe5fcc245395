/* check.h - rules about the values in one packet.
 * SPDX-License-Identifier: MIT
 *
 * What a packet may say, apart from how it is laid out (decode.h) and from what
 * was said before on the same connection (watch.h). Each rule is a row: which
 * statement, which packets, who is bound, a predicate, what is wrong. The
 * broker refuses by them, the trace lists them, the runner judges by them.   */
#ifndef MQTT_CHECK_H
#define MQTT_CHECK_H

#include "mqtt/packet.h"
#include "mqtt/violation.h"

/* Adds to *report what is wrong with p when `from` sent it. p was decoded, as
 * far as that went. Returns whether the report is (still) empty. */
bool mqtt_check(const struct mqtt_packet *p, enum mqtt_side from,
                struct mqtt_report *report);

/* How many rules there are, and one of them, for tests and documentation. */
size_t mqtt_check_count(void);
const struct mqtt_rule *mqtt_check_rule(size_t index);

#endif
