/* options.h - the command line of plumb-client, as one table.
 * SPDX-License-Identifier: MIT
 *
 * The letters are those that users of mosquitto_pub and mosquitto_sub know.
 * The table in option_table.c gives the parsing and the help.                     */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include "base/buf.h"
#include "base/error.h"
#include "mqtt/packet.h"
#include "net/tls.h"
#include "net/uri.h"

/* Exit statuses. */
enum status {
#define STATUS(name, number, help) STATUS_##name = number,
#include "client/status.def"
#undef STATUS
};

/* Sets of commands, for the table. */
enum command_name {
    CMD_PUB = 1,
    CMD_SUB = 2,
    CMD_REQUEST = 4,
    CMD_RESPOND = 8,
    CMD_ALL = 15,
    CMD_SENDS = CMD_PUB | CMD_REQUEST,     /* to a topic */
    CMD_LISTENS = CMD_SUB | CMD_RESPOND,   /* to a filter */
    CMD_SHOWS = CMD_SUB | CMD_REQUEST,     /* what comes */
    CMD_ENDS = CMD_SHOWS | CMD_RESPOND     /* by count or by time */
};

/* Where the payload comes from. */
enum source {
    SOURCE_NONE,
    SOURCE_TEXT,  /* -m */
    SOURCE_EMPTY, /* -n */
    SOURCE_FILE,  /* -f: all of a file; -s: all of standard input */
    SOURCE_LINES  /* -l: a message per line of standard input */
};

/* How a message is shown when there is no -F. */
enum shape {
    SHAPE_TEXT, /* the payload as it is, with -v behind the topic */
    SHAPE_HEX,  /* the same, the payload in hexadecimal */
    SHAPE_JSON  /* an object per line */
};

struct texts {
    const char **list; /* owned array of borrowed texts */
    size_t count;      /* in use */
    size_t cap;        /* allocated */
};

/* Texts are borrowed from argv. */
struct options {
    enum command_name command;
    struct uri where;          /* owned; from --url or -h and -p */
    const char *host;          /* -h, or NULL */
    uint16_t port;             /* -p, or 0 */
    bool has_url;              /* --url was given */
    struct tls_config tls;     /* --cafile and its like */
    enum mqtt_version version;
    const char *id;            /* -i, or NULL */
    const char *user;          /* -u, or NULL */
    const char *password;      /* -P, or NULL */
    const char *auth_method;   /* --auth-method, or NULL */
    struct buf password_text;  /* of --password-file; owned */
    uint16_t keep_alive;       /* seconds */
    bool keeps_session;        /* -c */
    bool reconnects;           /* --reconnect */
    uint64_t reconnect_max_ms; /* --reconnect-max */
    bool is_verbose;           /* -v */
    bool shows_packets;        /* -d */
    bool says_ready;           /* --ready */
    uint8_t qos;               /* -q */
    bool retain;               /* -r */
    struct texts topics;       /* -t */
    struct texts hidden;       /* -T */
    struct texts leaves;       /* -U */
    bool no_stale;             /* -R */
    bool no_newline;           /* -N */
    bool no_local;             /* --no-local */
    bool as_published;         /* --retain-as-published */
    uint8_t retain_handling;   /* --retain-handling */
    uint64_t count;            /* -C; 0: no end */
    uint64_t timeout_ms;       /* -W; 0: none */
    const char *format;        /* -F, or NULL */
    enum shape shape;          /* --output */
    const char *response_topic; /* -e, or NULL */
    const char *run;           /* --run, or NULL */
    enum source source;
    const char *text;          /* -m */
    const char *path;          /* -f; "-" is standard input */
    uint64_t repeat;           /* --repeat; 1: once */
    uint64_t repeat_delay_ms;  /* --repeat-delay */
    uint16_t aliases;          /* --aliases */
    uint16_t in_flight;        /* -M */
    const char *will_topic;    /* or NULL */
    const char *will_payload;  /* or NULL */
    uint8_t will_qos;
    bool will_retain;
    struct buf properties[MQTT_TYPES + 1]; /* owned, encoded, by packet type;
                                              MQTT_WILL for the will */
    bool wants_help;           /* --help */
};

/* argv is what follows the command. After -1 err says what is wrong; release
 * in any case. */
int options_parse(struct options *o, enum command_name command, int argc,
                  char **argv, struct error *err);
void options_release(struct options *o);

/* The last step of parsing: fills in what was left out and refuses what does
 * not go together. */
int options_check(struct options *o, struct error *err);

/* Appends the help of a command. */
void options_help(struct buf *out, enum command_name command);

#endif
