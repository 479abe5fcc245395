/* resolver.h - what the parts of the resolver share: the names in force.
 * SPDX-License-Identifier: MIT
 *
 * The resolver walks a scenario as the engine will, line by line, and a define
 * anew at every call, with the versions of the line that calls: so it knows at
 * each place which names are bound and which clients exist. Names that a packet
 * binds, `let`, `mark`, `collect` belong to the scenario; parameters and the
 * name of a `for each` are seen inside only, by what is called from there too.
 *
 *     resolver.c        errors, places, versions in words
 *     resolve.c         scenarios, lines, statement ids
 *     resolve_stmt.c    what each kind of line asks for
 *     resolve_packet.c  fields, properties, reasons, damage
 *     resolve_value.c   what they are given
 *     resolve_expr.c    names, calls, members
 *     resolve_names.c   the table of names                                   */
#ifndef SCRIPT_RESOLVER_H
#define SCRIPT_RESOLVER_H

#include "conformance/script/resolve.h"
#include "conformance/script/suggest.h"
#include "mqtt/layout.h"

enum name_kind {
    NAME_VALUE,   /* ?name, let */
    NAME_PACKETS, /* collect ... as name, any of ... as name */
    NAME_MARK,    /* mark name */
    NAME_EACH,    /* for each name in ... */
    NAME_PARAM    /* of a define */
};

struct name {
    struct slice name;
    enum name_kind kind;
    enum mqtt_type type;             /* NAME_PACKETS, of a pattern with type */
    unsigned versions;               /* NAME_EACH of clients: what they speak */
    const struct script_expr *value; /* NAME_PARAM: what was handed over */
};

/* A client, as far as reading the script tells. */
struct client {
    struct slice name;
    bool is_waiting; /* for an answer to what it sent last */
};

struct resolver {
    struct script_file *file;
    struct script_errors *errors;
    const struct script_scenario *scenario; /* the present one */
    unsigned played;            /* versions in which the present line runs */
    unsigned versions;          /* that its client speaks then: of its packets */
    unsigned cited;             /* whose statements it may name */
    bool is_good;               /* nothing was wrong so far */
    struct name *bound;         /* owned; belong to the scenario */
    size_t bound_count, bound_cap;
    struct name *locals;        /* owned; the innermost last */
    size_t local_count, local_cap;
    struct client *clients;     /* owned */
    size_t client_count, client_cap;
    const struct script_stmt *calls[8]; /* of defines, the innermost last */
    size_t call_count;          /* in calls */
    bool *is_called;            /* owned; per define of the file */
};

void resolver_fail(struct resolver *r, struct script_place at,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where in the file a slice of it stands. */
struct script_place resolver_place(const struct resolver *r, struct slice it);

/* "3.1.1", "3.1.1 and 5.0": for messages. */
struct version_text {
    char text[32];
};
struct version_text resolver_versions(unsigned set);

/* --- names (resolve_names.c) --- */

void names_clear(struct resolver *r);
void names_release(struct resolver *r);
void names_bind(struct resolver *r, struct name name);
void names_enter(struct resolver *r, struct name name);
void names_leave(struct resolver *r, size_t local_count);

/* NULL when nothing has that name. */
const struct name *names_find(const struct resolver *r, struct slice name);

/* The client that a word means here, through parameters. Fails when there is
 * none; NULL when only the run will tell, or it can be none. */
struct client *names_client(struct resolver *r, struct slice word,
                            struct script_place at);

/* The same for a client that opens a connection: a new one is made. */
struct client *names_new_client(struct resolver *r, struct slice word,
                                struct script_place at);

/* What the client speaks that a word means here, while `played` is. */
unsigned names_spoken(const struct resolver *r, struct slice word,
                      unsigned played);

/* Offers every bound name to s. */
void names_offer(const struct resolver *r, struct suggest *s);

/* --- expressions (resolve_expr.c) --- */

/* `type` says whose reasons bare words mean; MQTT_NO_TYPE: anyone's. */
void resolve_expr(struct resolver *r, struct script_expr *e,
                  enum mqtt_type type);

/* The same, and a number without a unit is refused. */
void resolve_time(struct resolver *r, struct script_expr *e);

/* Fills e->codes; says whether some version of the line has such a reason. */
bool resolve_reason(struct resolver *r, struct script_expr *e,
                    enum mqtt_type type, bool in_all_versions);

/* --- packets (resolve_packet.c) --- */

enum packet_use { PACKET_SENT, PACKET_MATCHED, PACKET_CONNECTS };

void resolve_packet(struct resolver *r, struct script_packet *p,
                    enum packet_use use);
void resolve_pattern_args(struct resolver *r, enum mqtt_type type,
                          struct script_arg *args, size_t count);
void resolve_damage(struct resolver *r, struct script_stmt *s);

/* --- values (resolve_value.c) --- */

void resolve_value(struct resolver *r, const struct script_arg *a,
                   enum mqtt_type type, enum packet_use use);

/* Does a value that stands there literally fit into such a field? The row is
 * that of the field; NULL for a property. */
void resolve_kind(struct resolver *r, const struct script_arg *a,
                  enum mqtt_kind kind, const struct mqtt_row *row);

/* --- lines (resolve_stmt.c, resolve.c) --- */

void resolve_stmt(struct resolver *r, struct script_stmt *s);
void resolve_block(struct resolver *r, struct script_block *b);

#endif
