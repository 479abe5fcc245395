/* sys.h - the broker's own topics: $SYS/broker/... , retained, at an interval.
 * SPDX-License-Identifier: MIT
 *
 * The standard leaves topics that begin with $ to the server (4.7.2); the names
 * here are those that other brokers use. Only the server publishes to them, and
 * a subscriber has to name $SYS: '#' does not reach it [MQTT-4.7.2-1].       */
#ifndef BROKER_SYS_H
#define BROKER_SYS_H

#include "broker/broker_state.h"

/* Starts to publish every sys_interval seconds; 0: never. */
void sys_begin(struct broker *b);

#endif
