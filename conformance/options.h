/* options.h - the command line of plumb-check.
 * SPDX-License-Identifier: MIT
 *
 * One table says which options there are, which commands take them and what
 * they mean; parsing and --help both come from it.                           */
#ifndef CONFORMANCE_OPTIONS_H
#define CONFORMANCE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Commands, as bits, for the table. */
enum {
    CMD_RUN = 1,
    CMD_LIST = 2,
    CMD_EXPLAIN = 4,
    CMD_COVERAGE = 8,
    CMD_FMT = 16,
    CMD_COMPARE = 32,
    CMD_MERGE = 64,
    CMD_CERTIFY = 128,
    CMD_VERIFY = 256
};

enum { OPTIONS_LIST_MAX = 256 };

struct options {
    const char *target;        /* mqtt://host:port */
    const char *target_file;
    bool broker_core;          /* the reference broker in virtual time */
    const char *broker_set[OPTIONS_LIST_MAX]; /* its settings, name=value */
    size_t broker_set_count;
    const char *broker_passwords; /* file of its passwords, or NULL */
    const char *broker_acl;    /* file of its rules, or NULL */
    size_t broker_delay;       /* ms, of a slow network to it; 0: none */
    const char *scenarios;     /* folder or file; NULL: the suite itself */
    const char *globs[OPTIONS_LIST_MAX];      /* what is left over */
    size_t glob_count;
    const char *results[OPTIONS_LIST_MAX];    /* coverage: reports to join */
    size_t result_count;
    const char *faults;        /* coverage: folder of planted ones, or NULL */
    bool table;                /* coverage: the page of all statements */
    const char *profile;       /* certify: what it takes */
    const char *before;        /* coverage: compare with this report */
    const char *json, *junit, *html, *tap, *markdown, *badge, *evidence,
        *steps;
    const char *user, *password; /* templates with {n} */
    const char *ca, *certificate, *key; /* PEM files, for TLS */
    bool insecure;             /* take any server for the right one */
    const char *tag;
    const char *level;         /* of the suite, "1.0"; NULL: the latest */
    uint64_t seed;
    double rate;               /* connections per second; 0: not said */
    size_t connections;        /* at the same time; 0: not said */
    bool keep_secrets;
    double patience;           /* 0: not said */
    size_t jobs;
    size_t repeat;
    unsigned versions;         /* set */
    size_t shard, shards;      /* part shard of shards, counted from 1 */
    bool slow;                 /* include slow scenarios */
    bool strict, verbose, quiet, check, all;
    bool chop, split, glue;    /* how what is sent is cut */
    bool until_fail, shuffle;
    bool help;
};

/* Reads the arguments behind the command's name. -1 with err on anything that
 * is not in the table. */
int options_parse(struct options *o, unsigned command, int argc, char **argv,
                  struct error *err);

/* Prints the options of a command. */
void options_help(unsigned command);

#endif
