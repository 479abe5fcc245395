/* form.h - one message for many: its PUBLISH is encoded once for all alike.
 * SPDX-License-Identifier: MIT
 *
 * Subscribers of the same version, QoS, RETAIN flag and Subscription Identifier
 * get the same packet but for the Packet Identifier. So the start of the packet
 * (all but the payload) is kept while a message goes around; for the next one
 * it is copied, and the identifier put in. What it buys: a fan-out to 100 costs
 * a fifth of encoding 100 times.
 *
 * Forms are only of the message that route.c is handing out, and forgotten with
 * it. A client for whom Topic Aliases are used, or with several identifiers at
 * once, has none: send.c encodes for it.                                     */
#ifndef BROKER_FORM_H
#define BROKER_FORM_H

#include "base/buf.h"
#include "mqtt/packet.h"

enum { FORMS = 8 }; /* distinct ones kept of a message */

struct form {
    enum mqtt_version version;
    uint8_t qos;
    bool retain;
    uint32_t sub_id;  /* Subscription Identifier; 0: none */
    struct buf start; /* the packet up to its payload */
    size_t id_at;     /* where its Packet Identifier stands; 0: none */
};

struct forms {
    const struct message *of; /* being handed out; NULL: nothing is */
    size_t count;             /* of list in use */
    size_t next;              /* the one to be replaced when all are */
    struct form list[FORMS];
};

void forms_release(struct forms *f);

/* From now on m goes around; NULL: nothing does. */
void forms_begin(struct forms *f, const struct message *m);

/* The one for that receiver, or NULL. */
const struct form *forms_find(const struct forms *f, enum mqtt_version version,
                              uint8_t qos, bool retain, uint32_t sub_id);

/* Keeps p, which was just encoded as `packet`, as the form for its like. */
void forms_add(struct forms *f, const struct mqtt_packet *p, uint32_t sub_id,
               struct slice packet);

/* Appends the packet: the form, with that identifier, and the payload, which
 * may be empty here if it is seen to otherwise. */
void form_copy(const struct form *f, uint16_t packet_id, struct slice payload,
               struct buf *out);

#endif
