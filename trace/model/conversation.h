/* conversation.h - what clients and a broker said to each other, kept whole.
 * SPDX-License-Identifier: MIT
 *
 * The model forgets each packet after telling it; a picture needs many at
 * once. A conversation has lanes, one for each MQTT client however many
 * connections it used, and items in the order in which they were added:
 * packets, and what happened to connections. It owns all bytes. It is bounded:
 * past the limits it only counts (`dropped`).
 *
 * From a capture: conversation_take for every packet of the model. By hand,
 * which is how a test report does it:
 *
 *     struct conversation *c = conversation_new(NULL);
 *     size_t pub = conversation_add_lane(c, slice_str("pub"));
 *     conversation_open(c, pub, 0);
 *     conversation_add(c, pub, 1200, FROM_CLIENT, bytes, MQTT_50);
 *     conversation_close(c, pub, 9000, FROM_SERVER, "FIN");
 *     struct drawing *d = sequence_diagram(c, NULL);   (trace/render)
 *     conversation_free(c);                                                  */
#ifndef TRACE_MODEL_CONVERSATION_H
#define TRACE_MODEL_CONVERSATION_H

#include "trace/model/model_packet.h"

enum conversation_what {
    CONVERSATION_PACKET,
    CONVERSATION_OPEN,  /* a connection began */
    CONVERSATION_CLOSE, /* it ended; text says how */
    CONVERSATION_NOTE,  /* something to say at this point: a gap, a verdict */
};

struct conversation_item {
    enum conversation_what what;
    size_t lane;                /* index into lanes */
    int64_t time_us;            /* since whenever; pictures show differences */
    enum mqtt_side from;        /* who sent or closed; 0: nobody */
    struct model_packet packet; /* of a packet; bytes are owned here */
    uint64_t connection;        /* TCP connection in the capture, plus 1; 0:
                                   not taken from one */
    bool is_end;                /* a note that tells of a connection's end */
    char *text;                 /* of a close or note, owned; else NULL */
    char *alias_topic;          /* what packet.topic points to when it stands
                                   for an alias, owned; else NULL */
};

struct conversation_lane {
    char *name;                /* as it is shown: Client Identifier, escaped */
    enum mqtt_version version; /* of its latest packets; 0: none yet */
    bool is_inferred;          /* nobody saw a CONNECT: version is a guess */
    bool has_keep_alive;       /* a CONNECT was seen: keep_alive is its */
    uint16_t keep_alive;       /* seconds; 0: turned off */
    unsigned connections;      /* how many it used */
    void *state;               /* of the pairing; private */
};

struct conversation_limits {
    size_t items_max; /* 0: 2000 */
    size_t bytes_max; /* bytes of packets; 0: 4 MiB */
    size_t lanes_max; /* 0: 64 */
};

struct conversation {
    struct conversation_lane *lanes;  /* lane_count of them */
    size_t lane_count, lane_cap;
    struct conversation_item **items; /* item_count of them */
    size_t item_count, item_cap;
    uint64_t dropped;                 /* packets that were too many */
    uint64_t packets;                 /* made by conversation_add */
    size_t bytes;                     /* kept in packets */
    bool has_start;                   /* start_us counts as 0 in pictures, */
    int64_t start_us;                 /* else the time of the first item */
    struct conversation_limits limits;
};

/* `limits` is copied; NULL or 0 in a member: the default. */
struct conversation *conversation_new(const struct conversation_limits *limits);
void conversation_free(struct conversation *c); /* NULL is fine */

/* A new lane, named by any bytes (escaped where they are not text). Its index;
 * when there are too many, CONVERSATION_NO_LANE, which every call below
 * accepts and ignores. */
#define CONVERSATION_NO_LANE ((size_t)-1)
size_t conversation_add_lane(struct conversation *c, struct slice name);

/* A connection of that lane begins, which forgets aliases and requests of the
 * one before. Optional: a CONNECT does it too. */
void conversation_open(struct conversation *c, size_t lane, int64_t time_us);

/* One packet: `bytes` (copied) is all of it, decoded here as `version`
 * (MQTT_NO_VERSION: as the lane's CONNECT said, else a guess), checked, and
 * joined with the request it answers. Returns the item, which lives as long as
 * c, or NULL when it was dropped. packet.number is 1, 2, ... */
struct conversation_item *
conversation_add(struct conversation *c, size_t lane, int64_t time_us,
                 enum mqtt_side from, struct slice bytes,
                 enum mqtt_version version);

/* Who ended the connection (0: nobody in particular, the capture ends), and how
 * in a few words (copied). */
void conversation_close(struct conversation *c, size_t lane, int64_t time_us,
                        enum mqtt_side from, const char *how);

/* Something to say about that lane at this time; text is copied. */
void conversation_note(struct conversation *c, size_t lane, int64_t time_us,
                       const char *text);

/* A packet as the model told it, with all it knows; copied, bytes included.
 * The lane is found by Client Identifier, and made when it is new. */
void conversation_take(struct conversation *c, const struct model_packet *p);

/* The same for the end of a connection, and for something to say about it. */
void conversation_take_close(struct conversation *c,
                             const struct model_conn *conn, int64_t time_ns);
void conversation_take_note(struct conversation *c,
                            const struct model_conn *conn, int64_t time_ns,
                            const char *text);

#endif
