/* option_table.h - every option of plumb-client, as rows.
 * SPDX-License-Identifier: MIT
 *
 * One row gives the parsing, the help and, from that, the man page. A letter
 * may mean different things in different commands: then it has two rows, for
 * disjoint sets of commands.                                                 */
#ifndef CLIENT_OPTION_TABLE_H
#define CLIENT_OPTION_TABLE_H

#include "client/option_value.h"
#include "client/options.h"

/* Takes a value, and more words where it needs more than one. 0 or -1. */
typedef int option_taker(struct options *o, const char *value,
                         struct words *more, struct error *err);

struct option_row {
    char letter;          /* 0: none */
    const char *name;     /* behind "--"; NULL: none */
    uint8_t commands;     /* set of enum command_name */
    const char *value;    /* what it takes, for the help; NULL: nothing */
    option_taker *take;   /* NULL: a heading in the help */
    const char *help;     /* in words */
};

extern const struct option_row option_rows[];
extern const size_t option_count;

#endif
