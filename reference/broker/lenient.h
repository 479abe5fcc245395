/* lenient.h - what is wrong with a packet and need not end the connection.
 * SPDX-License-Identifier: MIT
 *
 * By default nothing: every violation closes. Two variants ask for less, as
 * far as the standard lets a server do less (variants.def).                  */
#ifndef BROKER_LENIENT_H
#define BROKER_LENIENT_H

#include "broker/conn.h"

/* With bad_filter=answered: is nothing wrong but Topic Filters, which SUBACK
 * and UNSUBACK can answer by a code for each? Then the handler gets it. */
bool lenient_answers(const struct broker *b, const struct conn *c,
                     const struct mqtt_report *report);

/* With malformed=ignored: may the packet be passed over? */
bool lenient_ignores(const struct broker *b, const struct conn *c,
                     const struct mqtt_packet *p,
                     const struct mqtt_report *report);

#endif
