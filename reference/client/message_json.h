/* message_json.h - a message as one JSON object (--output json).
 * SPDX-License-Identifier: MIT
 *
 *     topic, qos, retain, dup     always
 *     packet_id                   above QoS 0
 *     payload | payload_hex       text when the bytes are UTF-8 without U+0000,
 *                                 else hexadecimal
 *     properties                  5.0, when there are any: an object with the
 *                                 names of properties.def; user_property is a
 *                                 list of [name, value], in order;
 *                                 subscription_identifier a list of numbers;
 *                                 correlation_data, which is bytes, is hex    */
#ifndef CLIENT_MESSAGE_JSON_H
#define CLIENT_MESSAGE_JSON_H

#include "client/client.h"

/* Appends the object, without a newline. */
void message_json_print(struct buf *out, const struct mqtt_client_event *e);

/* Appends a line for each member, for the help. */
void message_json_help(struct buf *out);

#endif
