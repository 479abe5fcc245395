/* watch_state.h - what the files of the watch share; nobody else includes it.
 * SPDX-License-Identifier: MIT
 *
 * A rule is a row: when it is asked, what must have been seen for the answer
 * to be worth anything, a predicate. Rows are asked before the packet changes
 * the state, concern by concern; then every concern takes note of it.
 *
 *     watch_connect    CONNECT, CONNACK, DISCONNECT, who may speak when
 *     watch_auth       enhanced authentication
 *     watch_qos        exchanges with an identifier, both directions
 *     watch_order      in which order they may go on
 *     watch_flow       Receive Maximum, sizes, what the peer can take
 *     watch_alias      Topic Aliases
 *     watch_subscribe  what a client subscribed to, and what it is sent
 *     watch_keep_alive silence, and requests without answer
 *     watch_session    what goes on over the next connection                 */
#ifndef MQTT_WATCH_STATE_H
#define MQTT_WATCH_STATE_H

#include "base/buf.h"
#include "base/map.h"
#include "mqtt/property.h"
#include "mqtt/watch.h"

enum {
    WATCH_FLIGHTS_MAX = 1024,      /* exchanges per direction */
    WATCH_SUBSCRIPTIONS_MAX = 256, /* filters per session */
    WATCH_ALIASES_MAX = 256,       /* aliases per direction */
    WATCH_SESSIONS_MAX = 4096,     /* client ids */
    WATCH_SETTLED = 8,             /* finished exchanges remembered */
    WATCH_REWORDING = 16,          /* bytes by which a resend may differ */
    WATCH_RULES_MAX = 192          /* rows, for the bits of what was tried */
};
/* An answer that has not come after that long is not coming. */
#define WATCH_PATIENCE_US 10000000

enum watch_step { STEP_SENT, STEP_RECEIVED, STEP_RELEASED };

/* One exchange: PUBLISH with QoS, SUBSCRIBE or UNSUBSCRIBE. */
struct watch_flight {
    uint16_t id;          /* Packet Identifier */
    uint8_t type;         /* enum mqtt_type that began it */
    uint8_t qos;          /* of a PUBLISH */
    uint8_t step;         /* enum watch_step: PUBREC and PUBREL go on */
    bool is_here;         /* its PUBLISH went over this connection */
    bool is_resent;       /* and was there on an earlier one */
    bool is_released_here; /* its PUBREL went over this connection */
    uint8_t asked_again;  /* PUBRECs behind the first: a PUBREL is owed to each */
    bool may_expire;      /* has a Message Expiry Interval */
    bool has_alias;       /* sent with a Topic Alias: larger without */
    uint32_t len;         /* bytes of its PUBLISH on the wire */
    uint8_t extra;        /* further answers due: the identifier was reused */
    uint64_t number;      /* of the packet that began it */
    int64_t time_us;      /* of its latest packet */
    uint64_t order;       /* of first sending, in the session */
    uint64_t received_order; /* of its PUBREC on this connection; 0: none */
    uint64_t digest;      /* of QoS and payload */
    struct buf request;   /* SUBSCRIBE, UNSUBSCRIBE: filters as sent, owned */
    uint32_t identifier;  /* SUBSCRIBE: Subscription Identifier; 0: none */
};

struct watch_settled {
    uint16_t id;
    uint64_t digest, number;
    bool is_refused;       /* by a PUBREC of 0x80 or more */
};

struct watch_flights {
    struct watch_flight *list; /* owned; in the order of first sending */
    size_t count, cap;
    bool is_blind;             /* there were too many: no judgement */
    struct watch_settled settled[WATCH_SETTLED];
    unsigned settled_at;       /* ring */
};

struct watch_subscription {
    struct buf filter;     /* owned; with $share/NAME/ if any */
    struct slice plain;    /* borrows filter: what matches topics */
    bool is_shared;
    bool is_over;          /* unsubscribed, or never granted: deliveries that
                              were under way may still come */
    uint8_t qos;           /* the most that may be delivered on it, ever */
    bool ever_rap;         /* Retain As Published, at any time */
    bool always_rap;
    bool always_no_local;
    bool all_identified;   /* every SUBSCRIBE had a Subscription Identifier */
    bool may_retained;     /* some SUBSCRIBE may bring retained messages */
    uint32_t identifiers[4]; /* ever used; 0: none */
    bool too_many;         /* more identifiers than that */
};

struct watch_session {
    struct buf client_id;            /* owned; the key */
    struct watch_flights flights[2]; /* by who began: 0 client, 1 server */
    struct watch_subscription *subs; /* owned */
    size_t sub_count, sub_cap;
    bool subs_blind;                 /* too many, or not all were seen */
    bool is_known;                   /* seen from its beginning, no gaps */
    bool is_kept;                    /* it outlives its connection */
    bool is_gone;                    /* it is known that there is none */
    bool is_mixed;                   /* its clients spoke several versions */
    enum mqtt_version version;       /* of the latest */
    int64_t left_us;                 /* when its latest connection ended */
    int64_t expires_us;              /* after left_us; -1: never */
    uint64_t order;                  /* counter of first sendings */
    uint64_t aliases[2];             /* set of 1 << alias used before, by side */
    struct mqtt_watch *owner;        /* connection it is in use on, or NULL */
};

struct mqtt_watch_sessions {
    struct map by_id;       /* client id -> struct watch_session, owned */
    uint64_t tried[WATCH_RULES_MAX / 64]; /* bit of each rule */
};

struct watch_alias {
    struct buf topic;  /* owned */
    uint16_t alias;
};
struct watch_aliases {
    struct watch_alias *list; /* owned */
    size_t count, cap;
};

/* What one side said about itself and did. */
struct watch_side {
    uint32_t receive_maximum;     /* it takes that many */
    uint32_t maximum_packet_size; /* it takes no more; 0: any */
    uint16_t topic_alias_maximum; /* it takes those */
    struct watch_aliases aliases; /* that it set */
    int64_t last_us;              /* its latest packet */
    uint64_t last_number;
    uint64_t packets;
    uint64_t goodbye;             /* number of its DISCONNECT; 0: none */
    int64_t goodbye_us;
    bool has_gap;                 /* not all of it was seen */
};

struct watch_note_request {
    uint64_t number; /* 0: none waits */
    int64_t time_us;
};

struct mqtt_watch {
    struct mqtt_watch_sessions *sessions; /* borrowed */
    mqtt_watch_found *found;
    void *user;
    enum mqtt_version version;    /* of the CONNECT; MQTT_NO_VERSION: unseen */
    struct watch_side side[2];    /* 0 client, 1 server */
    struct watch_session *session; /* owned while sessions does not have it */
    bool is_session_shared;       /* it is in sessions */
    bool has_started;             /* CONNECT was the first packet */
    uint64_t connect, connack;    /* numbers; 0: not seen */
    int64_t connack_us;
    uint8_t connack_reason;
    uint8_t connects, connacks;   /* how many (at most 2 counted) */
    bool clean_start;
    bool is_resumed;              /* Session Present 1 */
    bool has_stray;               /* PUBREC or PUBREL came for nothing: its
                                     answer is for nothing too */
    bool is_taken_over;
    int64_t taken_over_us;
    struct slice client_id;       /* borrows id_copy */
    struct buf id_copy;           /* owned */
    bool has_empty_id;
    uint16_t keep_alive;          /* seconds in force */
    bool is_keep_alive_assigned;
    uint32_t session_expiry;      /* seconds in force */
    bool wants_response_information;
    bool refuses_problem_information;
    bool has_method;              /* Authentication Method in CONNECT */
    struct buf method;            /* owned */
    uint8_t maximum_qos;          /* of the server */
    bool retain_available;
    bool wildcard_available, identifiers_available, shared_available;
    struct watch_note_request ping; /* earliest PINGREQ without answer */
    uint64_t auth_by_client;      /* AUTH 0x19 or CONNECT that waits */
    bool is_over;                 /* close was told */
};

enum watch_needs {
    SEES_START = 1,   /* CONNECT was seen as the first packet */
    SEES_CLIENT = 2,  /* all that the client sent so far */
    SEES_SERVER = 4,
    SEES_CONNACK = 8, /* accepted */
    SEES_SESSION = 16, /* the session from its beginning */
    SEES_ALL = SEES_START | SEES_CLIENT | SEES_SERVER,
    SEES_LIFE = SEES_ALL | SEES_CONNACK,
    SEES_KNOWN = SEES_LIFE | SEES_SESSION
};

/* What a predicate is asked about. */
struct watch_event {
    const struct mqtt_packet *p; /* NULL at the end */
    enum mqtt_side from;         /* who sent, or who closed */
    int64_t time_us;
    uint64_t number;             /* 0 at the end */
    size_t len;
    bool is_damaged;
    struct watch_flight *flight; /* exchange it belongs to; NULL: none open */
    uint64_t earlier;            /* out: packet it collides with */
};

typedef bool watch_predicate(struct mqtt_watch *w, struct watch_event *e);

struct watch_row {
    uint32_t when;     /* set of P(TYPE); W_END: the end; */
    uint8_t by;        /* set of enum mqtt_side: who sends; at W_END: accused */
    uint8_t versions;  /* set of versions that have the rule */
    uint8_t needs;     /* set of enum watch_needs */
    watch_predicate *is_broken;
    struct mqtt_watch_rule rule;
};
#define W_END (1u << 17)
#define W_ANY ((1u << 16) - 1)

struct watch_concern {
    const struct watch_row *rows;
    size_t count;
    void (*note)(struct mqtt_watch *w, const struct watch_event *e);
};
#define WATCH_CONCERN(rows, note) {rows, sizeof rows / sizeof rows[0], note}

extern const struct watch_concern watch_connect, watch_auth, watch_qos,
    watch_order, watch_flow, watch_alias, watch_subscribe, watch_keep_alive,
    watch_session_concern;

static inline int
watch_index(enum mqtt_side side)
{
    return side == FROM_SERVER;
}
static inline enum mqtt_side
watch_other(enum mqtt_side side)
{
    return side == FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
}

/* Properties of a packet that may have none. */
static inline struct slice
watch_properties(const struct mqtt_packet *p)
{
    return p->version == MQTT_50 && MQTT_HAS(p, properties)
               ? p->properties
               : (struct slice){NULL, 0};
}
static inline bool
watch_has(const struct mqtt_packet *p, enum mqtt_property_id id)
{
    struct mqtt_property unused;
    return mqtt_property_find(watch_properties(p), id, &unused);
}
static inline uint8_t
watch_reason(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) ? p->reason : 0;
}

/* watch_flights.c: exchanges. A new one is added behind the others, which are
 * all forgotten when there are too many. */
struct watch_flight *watch_flight_find(struct watch_flights *f, uint16_t id);
struct watch_flight *watch_flight_add(struct watch_flights *f, uint16_t id);
void watch_flights_clear(struct watch_flights *f);
void watch_flight_settle(struct watch_flights *f, struct watch_flight *one);
/* May the server drop it, since its client takes less now (3.1.2.11.4)? */
bool watch_flight_may_be_too_large(const struct mqtt_watch *w,
                                   const struct watch_flight *f);

/* watch_session.c */
struct watch_session *watch_session_new(void);
void watch_session_free(struct watch_session *s);
void watch_session_forget(struct watch_session *s);
void watch_session_leave(struct mqtt_watch *w, int64_t time_us);
const struct watch_session *watch_session_stored(const struct mqtt_watch *w,
                                                 int64_t time_us);

/* watch_alias.c */
void watch_aliases_release(struct watch_aliases *a);

/* watch_subscriptions.c: filters. NULL when there is none of that text; from put
 * when there are too many. */
void watch_subs_clear(struct watch_session *s);
struct watch_subscription *watch_sub_find(struct watch_session *s,
                                          struct slice filter);
struct watch_subscription *watch_sub_put(struct watch_session *s,
                                         struct slice filter);
bool watch_sub_matches(const struct watch_subscription *sub,
                       struct slice topic);
/* A wildcard in first place would match, were it not for the $. */
bool watch_sub_would_match(const struct watch_subscription *sub,
                           struct slice topic);

#endif
