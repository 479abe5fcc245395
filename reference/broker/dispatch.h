/* dispatch.h - which packet, in which phase, goes to whom.
 * SPDX-License-Identifier: MIT                                               */
#ifndef BROKER_DISPATCH_H
#define BROKER_DISPATCH_H

#include "broker/conn.h"

/* A whole, decoded and checked packet came. */
void dispatch_packet(struct broker *b, struct conn *c,
                     const struct mqtt_packet *p);

/* The handlers, one file each: preconditions, effect, reply. They never touch
 * a socket; what they send is appended to the connection's output. */
void on_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_publish(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_puback(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_pubrec(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_pubrel(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_pubcomp(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_subscribe(struct broker *b, struct conn *c,
                  const struct mqtt_packet *p);
void on_unsubscribe(struct broker *b, struct conn *c,
                    const struct mqtt_packet *p);
void on_pingreq(struct broker *b, struct conn *c, const struct mqtt_packet *p);
void on_disconnect(struct broker *b, struct conn *c,
                   const struct mqtt_packet *p);
void on_auth(struct broker *b, struct conn *c, const struct mqtt_packet *p);

/* CONNECT that names an Authentication Method which is offered; in on_auth.c. */
void on_connect_with_method(struct broker *b, struct conn *c,
                            const struct mqtt_packet *p);

#endif
