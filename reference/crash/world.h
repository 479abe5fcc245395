/* world.h - clients with good memory, and what they may expect of a broker.
 * SPDX-License-Identifier: MIT
 *
 * The broker crashes, the clients do not. Three members publish and subscribe,
 * each with a session that never expires:
 *
 *     t/M/1, t/M/2   member M's messages 1, 2, 3 ..., at QoS 1 and 2
 *     r/M            retained at QoS 2, now and then an empty one
 *     w/K            wills at QoS 2, the generation of the connection in them
 *
 * Two clients only connect, for their wills: one whose session ends with its
 * connection, one with a Will Delay Interval. Once all is quiet again, each
 * member has had every message, at QoS 2 exactly once, each stream in order; a
 * checker finds retained what was published last; and every will is out that
 * must be, and no other.
 *
 * The driver owns connections and time: it opens for who wants, moves bytes,
 * and tells what broke.                                                      */
#ifndef CRASH_WORLD_H
#define CRASH_WORLD_H

#include "base/buf.h"
#include "base/random.h"
#include "client/client.h"

enum {
    MEMBERS = 3,
    WILLS = 2,    /* 0 ends with its connection, 1 has a delay */
    PARTIES = MEMBERS + WILLS + 1, /* the last one is the checker */
    CHECKER = PARTIES - 1,
    KINDS = 3,    /* of streams: QoS 1, QoS 2, retained */
    STREAMS = MEMBERS * KINDS,
    WINDOW = 256  /* messages of a stream between two checks, at most */
};

struct world;

struct party {
    struct world *world;
    unsigned number;
    struct mqtt_client_config config;
    struct mqtt_client *client; /* owned */
    char name[8];               /* Client Identifier */
    struct buf properties;      /* of its CONNECT */
    struct buf will_properties;
    char will_topic[8], will_payload[16];
    bool was_connected;         /* CONNACK has ever come */
    bool is_subscribed;
    bool wants;                 /* to be connected, ... */
    uint64_t wants_at_ms;       /* ... from then on */
};

/* Messages 1 to `sent`; those up to `base` are checked and done with. */
struct stream {
    uint32_t sent, settled, base;
    bool is_empty[WINDOW];                /* removes what is retained */
    uint8_t got[MEMBERS][WINDOW];         /* how often */
    uint32_t first[MEMBERS];              /* the newest that came first */
};

/* What may come of the will of one connection. */
struct will_bounds {
    uint8_t least, most;
    uint8_t got[MEMBERS];
};

struct will_line {
    uint32_t generation, base;
    bool is_live;                         /* CONNACK came, nothing broke */
    uint64_t broke_ms;                    /* when that ended */
    struct will_bounds bounds[WINDOW];
};

struct world {
    struct random random;
    uint64_t now_ms;
    uint32_t delay;                       /* Will Delay Interval, seconds */
    struct party parties[PARTIES];
    struct stream streams[STREAMS];
    struct will_line wills[WILLS];
    uint32_t retained[MEMBERS];           /* what the checker found; 0: none */
    unsigned failures;                    /* broken promises */
};

void world_init(struct world *w, uint64_t seed, uint32_t delay);
void world_release(struct world *w);

/* Something happens: a few messages, or somebody leaves and comes back. */
void world_act(struct world *w);

/* A connection was made for it: the party says CONNECT. */
void world_open(struct world *w, unsigned party);

/* The connection of this party is lost. When the server has crashed, call
 * world_restarted once it is back. */
void world_broke(struct world *w, unsigned party);
void world_restarted(struct world *w);

static inline bool
world_wants(const struct world *w, unsigned party)
{
    const struct party *p = &w->parties[party];
    return p->wants && w->now_ms >= p->wants_at_ms;
}

/* Is everybody there, and nothing under way that the clients know of? */
bool world_is_quiet(const struct world *w);

/* Is something still to come that was promised? After world_look also what is
 * retained. For a driver in real time, which cannot know that all arrived. */
bool world_lacks(const struct world *w);

/* The checker comes and looks, leaves, and all that was promised is held
 * against what came. Call both when it is quiet, and all has arrived. */
void world_look(struct world *w);
void world_verify(struct world *w);

/* A promise is broken: counts it and says which, on standard output. */
void world_fail(struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
