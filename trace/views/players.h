/* players.h - the connections of a capture as clients of a script.
 * SPDX-License-Identifier: MIT
 *
 * A client of the capture plays under one name, however often it connects; a
 * connection that begins while an older one of the same client is still there
 * (take-over), or in another version, gets a second name.                    */
#ifndef TRACE_VIEWS_PLAYERS_H
#define TRACE_VIEWS_PLAYERS_H

#include "trace/model/conversation.h"

/* A Packet Identifier of the broker and the name it is bound to. */
struct player_id {
    uint16_t packet_id;
    unsigned name;         /* $pNAME */
};

struct player {
    char name[24];         /* in the script */
    char id[24];           /* name of the client whose identifier it uses */
    size_t lane;           /* of the conversation */
    enum mqtt_version version; /* that it speaks */
    bool is_auto;          /* the engine acknowledges: a shared subscription
                              may give the message to another */
    bool is_playing;       /* connected, at this line */
    bool is_answered;      /* the broker spoke last */
    bool has_connected;    /* once before */
    struct player_id *ids; /* owned */
    size_t id_count, id_cap;
    const struct model_packet **deferred; /* messages that came and are not
                                    written yet; owned, packets are not */
    size_t deferred_count, deferred_cap;
};

/* One TCP connection and who plays it. */
struct player_part {
    uint64_t connection;   /* conversation_item.connection */
    size_t player;         /* index */
};

/* Who subscribed to what in a group. */
struct player_share {
    struct slice filter;   /* with "$share/group/", borrowed */
    size_t player;
};

struct players {
    struct player *list;   /* count of them */
    size_t count, cap;
    struct player_part *parts;
    size_t part_count, part_cap;
    struct player_share *shares;
    size_t share_count, share_cap;
    size_t name_width;     /* of the longest name */
    int64_t span_us;       /* from the first packet to the last */
};

/* Finds who can play in a set of versions: connections whose CONNECT is there, and
 * that have no AUTH. */
void players_find(struct players *ps, const struct conversation *c,
                  unsigned versions);
void players_release(struct players *ps);

/* Who plays this item; NULL: nobody. */
struct player *player_of(const struct players *ps,
                         const struct conversation_item *item);

/* The name that the broker's identifier is bound to; 0: none. */
unsigned player_bound(const struct player *p, uint16_t packet_id);
void player_bind(struct player *p, uint16_t packet_id, unsigned name);

/* Did somebody who plays publish that message before? */
bool players_published(const struct players *ps, const struct conversation *c,
                       const struct model_packet *copy);

/* Keeps a message for later. */
void player_defer(struct player *p, const struct model_packet *m);

/* Would another member of a group do as well for a message on that topic? */
bool player_is_sharing(const struct players *ps, const struct player *p,
                       struct slice topic);

/* Appends "    any of a b as mNAME " with the members of that group. */
void players_print_any(const struct players *ps, struct buf *out,
                       struct slice topic, unsigned name);

/* Appends the words for `needs`, each with a space before it. */
void players_needs(const struct players *ps, const struct conversation *c,
                   struct buf *out);

/* Seconds that the conversation took. */
int64_t players_last_s(const struct players *ps);

#endif
