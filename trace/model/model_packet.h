/* model_packet.h - one MQTT packet of a trace, with all that is known of it.
 * SPDX-License-Identifier: MIT
 *
 * The packet itself (mqtt), what is wrong with it (report), and what only the
 * connection can say: which version that was guessed, the topic behind an
 * alias, the request it answers. Whoever is given one borrows it for the
 * call, bytes included. Notes are made on demand (model_packet_notes).       */
#ifndef TRACE_MODEL_MODEL_PACKET_H
#define TRACE_MODEL_MODEL_PACKET_H

#include "mqtt/note.h"
#include "mqtt/violation.h"

struct model_conn; /* model.h */

/* Marks that every output shows, so that nobody takes a guess for a fact. */
enum model_mark {
    MODEL_INFERRED = 1 << 0,  /* no CONNECT seen: the version is a guess */
    MODEL_AFTER_GAP = 1 << 1, /* bytes before it are missing in the capture */
    MODEL_CUT = 1 << 2,       /* some of its own bytes are; fields past them
                                 are empty and nothing about them is judged */
    MODEL_ALIAS = 1 << 3,     /* topic stands for a Topic Alias */
    MODEL_NO_ALIAS = 1 << 4,  /* its Topic Alias was never seen set */
    MODEL_DOWNGRADE = 1 << 5, /* 3.1.1 shape in answer to a 5.0 CONNECT */
    MODEL_SIDE_GUESSED = 1 << 6, /* who is the client is a guess */
    MODEL_DOUBTFUL = 1 << 7,  /* its alias was bound before a gap */
};

struct model_packet {
    uint64_t number;     /* 1, 2, ... in order of completion in the capture */
    uint64_t frame;      /* frame that completed it; 0: it came in none */
    int64_t time_ns;     /* time of that frame, since 1970 or since the start */
    const struct model_conn *conn; /* its connection; NULL in a conversation */
    enum mqtt_side from; /* FROM_CLIENT or FROM_SERVER */
    unsigned marks;      /* set of enum model_mark */
    struct slice bytes;  /* its bytes up to the first one missing, borrowed */
    size_t wire_len;     /* bytes it had on the wire, >= bytes.len */
    uint64_t offset;     /* of its first byte in the stream of its direction */
    struct mqtt_packet mqtt;   /* decoded; version is the one used for it */
    struct mqtt_report report; /* from decode and check; lint adds to it */
    struct slice topic;  /* PUBLISH: Topic Name, or what its alias stands for */
    uint64_t request;    /* number of the packet it answers; 0: none known */
    uint64_t exchange;   /* number of the packet that began it all (PUBLISH for
                            PUBCOMP), its own if it began it; 0: stands alone */
    int64_t latency_ns;  /* since the request; 0 without one */
};

/* What each byte means: decodes again, into *notes (cleared first). */
void model_packet_notes(const struct model_packet *p,
                        struct mqtt_notes *notes);

/* The mark in words: "version inferred"; marks is one bit. */
const char *model_mark_text(enum model_mark mark);

#endif
