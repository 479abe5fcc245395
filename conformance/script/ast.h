/* ast.h - a scenario file as a tree.
 * SPDX-License-Identifier: MIT
 *
 * What the parser makes, the resolver completes, the formatter prints and the
 * engine runs. Plain structs and unions; everything that belongs to a file is
 * allocated from its arena and freed with it (script_free), so nothing in here
 * is freed alone. Names are resolved after parsing: rows marked "resolved" are
 * NULL or 0 until then.
 *
 *     file > scenario > block > statement > packet > argument > expression
 *
 * The grammar, with an example for every verb: docs/SCENARIOS.md.            */
#ifndef SCRIPT_AST_H
#define SCRIPT_AST_H

#include "mqtt/property.h"

struct script_place {
    unsigned line;   /* from 1 */
    unsigned column; /* from 1, in characters */
};

/* --- expressions ---------------------------------------------------------- */

enum script_expr_kind {
    EXPR_NUMBER,   /* 7, 0x87, true (1), false (0) */
    EXPR_DURATION, /* 1.2s, 300ms, in number as microseconds */
    EXPR_TEXT,     /* "a/$T": text, with $names still in it when `interpolated` */
    EXPR_BYTES,    /* hex:"c0 ff" */
    EXPR_REASON,   /* not_authorized: a name; resolved to number by its packet */
    EXPR_NAME,     /* $name, $T, $others, "target.user"; a bare word where values
                      are judged or handed to a call: m, CONNECT */
    EXPR_BIND,     /* ?name, ?name else EXPR (left) */
    EXPR_ANY,      /* any */
    EXPR_ABSENT,   /* absent */
    EXPR_PRESENT,  /* present */
    EXPR_LIST,     /* [a b c]: in this order */
    EXPR_SET,      /* {a b c}: in any order */
    EXPR_RECORD,   /* {filter="a" qos=1}: args */
    EXPR_RANGE,    /* 1..5: left to right, both included */
    EXPR_CHOICE,   /* a|b|c: one of items */
    EXPR_PAIR,     /* "k":"v": left and right */
    EXPR_REPEAT,   /* "x"*1000: left, right times */
    EXPR_UNARY,    /* op left: - not */
    EXPR_BINARY,   /* left op right: + - * / = != < <= > >= and or in */
    EXPR_CALL,     /* text(items and args): count(m, payload="x"), min(a, b) */
    EXPR_MEMBER,   /* left.text: m.topic, and left[right].text */
    EXPR_INDEX,    /* left[right] */
    EXPR_SINCE     /* since mark (text), in microseconds */
};

enum script_op {
    OP_NONE,
    OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
    OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
    OP_AND, OP_OR, OP_NOT, OP_IN
};

struct script_expr {
    enum script_expr_kind kind;
    struct script_place at;
    int64_t number;             /* NUMBER, DURATION, REASON once resolved */
    struct slice text;          /* TEXT and BYTES (unescaped); NAME, BIND (without
                                   $ and ?), CALL, MEMBER, SINCE, REASON;
                                   NUMBER, DURATION as written */
    bool is_bare;               /* NAME: a word without $ */
    bool interpolated;          /* TEXT: contains $names; then items are its
                                   pieces in order: TEXT and NAME */
    int16_t codes[MQTT_50 + 1]; /* REASON once resolved: its code by version,
                                   -1 where that version has no such name */
    enum script_op op;          /* UNARY, BINARY */
    struct script_expr *left;   /* see the kinds above */
    struct script_expr *right;
    struct script_expr **items; /* LIST SET CHOICE CALL, pieces of a TEXT */
    size_t item_count;
    struct script_arg *args;    /* RECORD, and name=value arguments of a CALL */
    size_t arg_count;
};

/* --- packets and patterns ------------------------------------------------- */

/* What the name left of '=' turns out to be. */
enum script_arg_kind {
    ARG_UNRESOLVED,
    ARG_FIELD,         /* a member of struct mqtt_packet: field */
    ARG_PROPERTY,      /* property, of the packet */
    ARG_WILL_PROPERTY, /* written will.NAME */
    ARG_OPTION,        /* inside a filter record: filter qos no_local ... */
    ARG_SIZE,          /* size: bytes of the whole packet (patterns) */
    ARG_PAD            /* pad to N: grow the payload until the packet has N
                          bytes (packets that are sent) */
};

struct script_arg {
    struct script_place at;
    struct slice name;                        /* as written */
    enum script_arg_kind kind;                /* resolved */
    enum mqtt_field field;                    /* resolved: ARG_FIELD */
    const struct mqtt_property_row *property; /* resolved: ARG_*PROPERTY */
    uint8_t versions;           /* `v5:` in front of one argument; 0: all */
    bool exactly;               /* client_id=exactly "x": no suffix added */
    bool expected;              /* CONNECTS: CONNACK has it and CONNECT has not,
                                   so it is matched; the others are sent */
    enum script_op op;          /* OP_EQ unless written <= >= < > != */
    struct script_expr *value;
};

/* A packet to send or a pattern to match: a type and arguments. In a pattern,
 * what is not mentioned may be anything. */
struct script_packet {
    struct script_place at;
    enum mqtt_type type;     /* MQTT_NO_TYPE in a pattern: any packet */
    bool is_close;           /* pattern `close`: the peer closed */
    struct script_arg *args;
    size_t arg_count;
};

enum script_damage_kind {
    DAMAGE_BYTE,             /* byte[n]=v: n counts from the packet's first */
    DAMAGE_TRUNCATE,         /* truncate=n: last n bytes gone, length corrected */
    DAMAGE_REMAINING_LENGTH, /* remaining_length=+1, -1 or a number */
    DAMAGE_DROP,             /* drop=FIELD: its bytes gone, lengths corrected */
    DAMAGE_REPEAT,           /* repeat=PROPERTY: stands twice */
    DAMAGE_PROPERTY,         /* property=0x7f:01: a raw one is added */
    DAMAGE_APPEND            /* append="bytes": behind the last field */
};

struct script_damage {
    struct script_place at;
    enum script_damage_kind kind;
    struct slice name;          /* DROP, REPEAT: field or property as written */
    enum mqtt_field field;      /* resolved: DROP */
    const struct mqtt_property_row *property; /* resolved: DROP, REPEAT */
    bool is_relative;           /* REMAINING_LENGTH: +n or -n */
    struct script_expr *index;  /* BYTE: which; PROPERTY: its identifier */
    struct script_expr *value;  /* BYTE TRUNCATE REMAINING_LENGTH PROPERTY
                                   APPEND */
};

/* How the bytes of a `>` go out. */
enum script_delivery {
    DELIVER_WHOLE,
    DELIVER_SLOWLY, /* count bytes per interval */
    DELIVER_SPLIT,  /* after count bytes, a pause, the rest */
    DELIVER_TEXT,   /* WebSocket: as a text message */
    DELIVER_FRAMES  /* WebSocket: as a message of several frames */
};

enum script_frame_kind {
    FRAME_BYTES, /* count bytes */
    FRAME_REST,  /* all that is left */
    FRAME_PING,  /* control frames, which may stand between the others */
    FRAME_PONG,
    FRAME_CLOSE
};

struct script_frame {
    enum script_frame_kind kind;
    struct script_expr *count; /* FRAME_BYTES */
};

/* --- statements ----------------------------------------------------------- */

enum script_stmt_kind {
    /* with a client in front */
    STMT_OPENS,       /* c opens                   transport only, no CONNECT */
    STMT_CONNECTS,    /* c connects fresh|keeping [as x] args
                         args that CONNACK has (and CONNECT has not) are
                         expected, the others are sent */
    STMT_SEND,        /* c > PACKET args [damage ...] */
    STMT_SEND_HEX,    /* c > hex 30 05 ... */
    STMT_SEND_CONTROL, /* c > ws ping|pong|close */
    STMT_ONE_WRITE,   /* c > in one write { }      lines that send, glued */
    STMT_EXPECT,      /* c < PATTERN [within 2s] */
    STMT_MAY,         /* c may < PATTERN */
    STMT_COLLECT,     /* c collect PATTERN as m until ... */
    STMT_NEVER,       /* c never PATTERN for 2s */
    STMT_QUIET,       /* c quiet */
    STMT_IGNORES,     /* c ignores PATTERN */
    STMT_ACKS,        /* c acks auto|hold */
    STMT_REJECTS,     /* c rejects [CODES] [or tolerates "label"] */
    STMT_DISCONNECTS, /* c disconnects [args]      DISCONNECT, then FIN */
    STMT_CUTS,        /* c cuts                    FIN without DISCONNECT */
    STMT_RESETS,      /* c resets                  RST */
    STMT_STALLS,      /* c stalls                  stops reading */
    STMT_ALIVE,       /* c alive                   PINGREQ, PINGRESP */
    STMT_ANY_OF,      /* any of a b c as m < PATTERN */
    /* without */
    STMT_JUDGE,       /* judge EXPR */
    STMT_LET,         /* let name = EXPR */
    STMT_MARK,        /* mark name */
    STMT_WAIT,        /* wait 1.2s */
    STMT_EITHER,      /* either "label" { } or "label" { } ... */
    STMT_TOGETHER,    /* together { }              matches in any order */
    STMT_MEANWHILE,   /* meanwhile { }             runs beside what follows */
    STMT_REPEAT,      /* repeat N { } */
    STMT_FOR_EACH,    /* for each x in LIST|RANGE|TABLE { } */
    STMT_CALL,        /* NAME(args)                a `define` */
    STMT_SKIP,        /* skip unless EXPR "why" */
    STMT_UNEXERCISED, /* unexercised unless EXPR "why" */
    STMT_BROKER       /* broker restarts | broker is killed */
};

enum script_until { UNTIL_COUNT, UNTIL_PATTERN, UNTIL_TIME };

struct script_block {
    struct script_stmt *list;
    size_t count;
};

/* One branch of `either`. */
struct script_branch {
    struct slice label;
    struct script_block block;
};

struct script_stmt {
    enum script_stmt_kind kind;
    struct script_place at;
    struct slice source;         /* as written, up to ids or '{', for reports */
    uint8_t versions;            /* `v5:` in front; 0: all of its client's, or
                                    of the scenario's */
    struct slice client;         /* who, or empty */

    /* What it judges by; ids NULL-terminated are not: use id_count. A statement
     * without ids and should only sets the stage. */
    struct slice *ids;           /* "MQTT-4.3.3-10" ... */
    size_t id_count;
    bool cites_others;           /* resolved: none of them is of the version of
                                    its client, so those of others judge too */
    struct slice should;         /* "4.13" of [should 4.13], or empty */

    struct script_packet packet; /* sent, or the pattern */
    struct script_damage *damage;
    size_t damage_count;
    enum script_delivery delivery;
    struct script_expr *delivery_count;    /* bytes */
    struct script_expr *delivery_interval; /* DURATION */
    struct script_frame *frames; /* of DELIVER_FRAMES, SEND_CONTROL */
    size_t frame_count;
    struct script_expr *within;  /* patience of this line, or NULL */

    bool keeping;                /* CONNECTS: keeping instead of fresh */
    struct slice as_client;      /* CONNECTS: `as x` uses x's client id */
    struct slice transport;      /* OPENS, CONNECTS: `via ws`, or empty */
    struct slice node;           /* OPENS, CONNECTS: `on b`, or empty */
    bool acks_hold;              /* ACKS */

    struct slice name;           /* COLLECT, ANY_OF, MARK, LET, FOR_EACH, CALL */
    enum script_until until;     /* COLLECT */
    struct script_expr *value;   /* COLLECT count or time, NEVER time, WAIT,
                                    JUDGE, LET, REPEAT, FOR_EACH list, SKIP,
                                    UNEXERCISED; BYTES of SEND_HEX; CHOICE or
                                    number of REJECTS, or NULL; QUIET: how
                                    long if not the usual time, or NULL */
    struct script_packet until_packet; /* COLLECT until PATTERN */
    struct slice label;          /* REJECTS or tolerates "label"; SKIP and
                                    UNEXERCISED why */
    bool or_tolerates;           /* REJECTS */
    bool killed;                 /* BROKER: is killed, not restarts */
    struct slice *clients;       /* ANY_OF */
    size_t client_count;
    struct script_branch *branches; /* EITHER */
    size_t branch_count;
    struct script_block block;   /* TOGETHER MEANWHILE REPEAT FOR_EACH
                                    ONE_WRITE */
    struct script_expr **args;   /* CALL */
    size_t arg_count;
    const struct script_define *define; /* resolved: CALL */
};

/* define NAME(a b) ... end: statements with parameters, used as NAME(x y). */
struct script_define {
    struct script_place at;
    struct slice name;
    struct slice *params;
    size_t param_count;
    struct script_block block;
};

/* `old speaks 3.1.1`: a client that does not speak the version that is played. */
struct script_voice {
    struct script_place at;
    struct slice client;
    enum mqtt_version version;
};

struct script_scenario {
    struct script_place at;
    struct slice name;       /* "duplicate-after-resume" */
    struct slice id;         /* "qos/qos2/duplicate-after-resume" */
    struct slice title;      /* the sentence in quotes */
    uint8_t versions;        /* it is played in: V_31 | V_311 | V_5 */
    struct script_voice *voices; /* clients of another version, or none */
    size_t voice_count;
    struct slice *needs;     /* capabilities: "qos2", "session" ... */
    size_t need_count;
    bool alone;              /* runs by itself */
    bool slow;               /* has to wait long */
    struct slice since;      /* suite level it came with, or empty */
    struct script_block body;
    const struct script_file *file;
};

struct script_file {
    struct slice path;       /* as opened: "scenarios/qos/qos2.scn" */
    struct slice chapter;    /* "qos/qos2": folder and file without ending */
    struct slice text;       /* the whole file */
    struct slice prose;      /* the comment at its head, without '#' */
    struct script_define *defines;
    size_t define_count;
    struct script_scenario *scenarios;
    size_t scenario_count;
    void *arena;             /* owns everything above */
};

#endif
