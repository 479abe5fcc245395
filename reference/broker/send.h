/* send.h - the packets a server sends, into a connection's output.
 * SPDX-License-Identifier: MIT
 *
 * One function per packet. Each leaves out what the version or the client's
 * Maximum Packet Size does not allow: Reason String and User Property go first
 * [MQTT-3.2.2-19, MQTT-3.4.2-2 ...]; a packet still too large is not sent
 * [MQTT-3.1.2-24].                                                           */
#ifndef BROKER_SEND_H
#define BROKER_SEND_H

#include "broker/conn.h"
#include "broker/queue.h"

/* Encodes p for c. Returns false, and sends nothing, when it would be larger
 * than the client accepts. */
bool send_packet(struct broker *b, struct conn *c, struct mqtt_packet *p);

/* The same with a Reason String if text is not NULL (or the variants want one)
 * and a User Property if they want that, where the client takes them: not when
 * it asked for no problem information [MQTT-3.1.2-29], nor when the packet
 * would be too large. p may have properties already. */
bool send_explained(struct broker *b, struct conn *c, struct mqtt_packet *p,
                    const char *text);

/* PUBACK, PUBREC, PUBREL, PUBCOMP, with a Reason Code for 5.0. `text` is a
 * Reason String, or NULL. */
void send_ack(struct broker *b, struct conn *c, enum mqtt_type type,
              uint16_t packet_id, uint8_t reason, const char *text);

/* CONNACK that refuses; nothing when the version has no code for it. */
void send_refusal(struct broker *b, struct conn *c, uint8_t reason,
                  const char *text);

/* DISCONNECT; nothing when the version has none from a server. */
void send_disconnect(struct broker *b, struct conn *c, uint8_t reason,
                     const char *text);

/* PUBLISH of a delivery; DUP as given. False when too large for the client. */
bool send_publish(struct broker *b, struct conn *c, const struct delivery *d,
                  bool dup);

#endif
