/* follow.h - one message from its publisher through the broker.
 * SPDX-License-Identifier: MIT
 *
 * A broker gives a message no name of its own, so its copies are found by what
 * it must not change: Topic Name and payload [MQTT-3.3.2-3]. Between messages
 * that are alike the order decides, and the report says so. What changed on
 * the way (QoS, retain, properties) stands behind each copy.                 */
#ifndef TRACE_VIEWS_FOLLOW_H
#define TRACE_VIEWS_FOLLOW_H

#include "base/error.h"
#include "mqtt/print.h"
#include "trace/model/conversation.h"

/* Appends the way of the message that packet `number` is, or belongs to.
 * -1: there is no such packet, or it is about no message. */
int follow_print(struct buf *out, const struct conversation *c,
                 uint64_t number, struct mqtt_print how, struct error *err);

#endif
