/* command_line.h - the options of plumb-broker.
 * SPDX-License-Identifier: MIT
 *
 * Beside the options here every row of settings.def is one. "-p 1883",
 * "-p1883", "--port 1883" and "--port=1883" are all the same.                */
#ifndef BROKER_COMMAND_LINE_H
#define BROKER_COMMAND_LINE_H

#include "broker/config.h"
#include "net/tls.h"
#include "net/uri.h"

/* Texts are borrowed from argv. */
struct command_line {
    struct broker_config config;
    struct uri *listen;     /* owned array: where to listen; at least one */
    size_t listen_count;
    size_t listen_cap;
    struct tls_config tls;  /* for all places with mqtts and wss */
    const char *bind;       /* --bind, or NULL */
    int port;               /* -p, or -1 */
    const char *port_file;  /* where to write the ports, or NULL */
    const char *capture;    /* where to record what is spoken, or NULL */
    const char *store;      /* the file that outlives the broker, or NULL */
    const char *acl;        /* the rules of who may do what, or NULL */
    const char *passwords;  /* who may log in, or NULL */
    const char *dump_file;  /* where SIGUSR1 writes to; NULL: standard error */
    bool explain;           /* print the statements obeyed */
    bool anonymous_given;   /* --allow-anonymous, in so many words */
    bool help;              /* --help: print it and stop */
    bool help_variants;     /* --variant help, likewise */
    bool table_of_variants; /* --variant markdown, for docs/VARIANTS.md */
};

/* After -1 err says what is wrong. Release in any case. */
int command_line_parse(struct command_line *c, int argc, char **argv,
                       struct error *err);
void command_line_release(struct command_line *c);

/* Does it ask for a text and nothing else? */
bool command_line_only_prints(const struct command_line *c);

/* Appends the text of --help. */
void command_line_help(struct buf *out);

#endif
