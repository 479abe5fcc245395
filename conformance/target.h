/* target.h - what is known of the broker under test.
 * SPDX-License-Identifier: MIT
 *
 * The address comes from --target or from a target file, which can say more:
 *
 *     # our staging broker
 *     name     staging
 *     url      mqtt://127.0.0.1:1883
 *     user     u{n}
 *     password secret
 *     keep_alive 600                             for one that takes no 0
 *     also     ws://127.0.0.1:9001/mqtt          for `connects via ws`
 *     ca       ca.pem                            certificate, key likewise
 *     node     b mqtt://127.0.0.1:1885           for `connects on b`
 *     start    ./start-if-not-running            when nobody listens there
 *     clean    rm -rf data                       before the first scenario
 *     restart  systemctl restart broker          for `broker restarts`
 *     kill     ./kill-and-start                  for `broker is killed`
 *     limit    connections 20                    jobs, rate, patience likewise
 *     set      forbidden_publish  admin/x        $target.forbidden_publish
 *     has      session no                        overrides what was probed
 *     waive    qos/qos2/dup* until 2026-12-31: ticket 4711
 *
 *     broker   maximum_qos=1                     the reference broker, when it
 *     passwords FILE                             is the target: --broker-core;
 *     acl      FILE                              likewise
 *
 * ${NAME} and ${NAME:-otherwise} come from the environment; commands are read
 * by a shell. A waiver turns the failure of a scenario into `waived` until
 * its date.                                                                  */
#ifndef CONFORMANCE_TARGET_H
#define CONFORMANCE_TARGET_H

#include <stdio.h>

#include "conformance/engine/drive_sockets.h"
#include "conformance/engine/probe.h"
#include "conformance/options.h"

struct target_waiver {
    struct slice glob;
    struct slice until;  /* "2026-12-31", or empty */
    struct slice reason;
    bool was_used;
};

struct target_override {
    struct slice need;
    bool has;
};

struct target {
    struct buf text;            /* of the file; all slices below borrow it */
    char *name;                 /* owned, or NULL */
    char *shown;                /* owned; the address without a password */
    struct uri uris[URI_WSS + 1]; /* by scheme, when has_uri */
    bool has_uri[URI_WSS + 1];
    struct drive_target drive;  /* the same for the driver */
    char *start, *clean, *restart, *kill; /* owned; shell commands, or NULL */
    char *settings[OPTIONS_LIST_MAX]; /* owned; of the reference broker */
    size_t setting_count;
    char *passwords;            /* owned; its file of passwords, or NULL */
    char *acl;                  /* owned; its file of rules, or NULL */
    size_t jobs, connections;   /* limits; 0: not said */
    double rate, patience;      /* likewise */
    uint16_t keep_alive;        /* s, 0: not said */
    char **texts;               /* owned; values with ${NAME} put in */
    size_t text_count, text_cap;
    char *ca, *certificate, *key; /* owned; PEM files, or NULL */
    struct slice user, password; /* templates; a NULL pointer: none */
    struct play_name *names;
    size_t name_count, name_cap;
    struct target_waiver *waivers;
    size_t waiver_count, waiver_cap;
    struct target_override *overrides;
    size_t override_count, override_cap;
};

/* From the options and the file they name. After -1 only release is left. */
int target_load(struct target *t, const struct options *o, struct error *err);
void target_release(struct target *t);

/* Puts what the file says in the place of what was probed. */
void target_override(const struct target *t, struct probe *probe);

/* Is a scenario meant by a waiver? `*` stands for slashes too. */
bool target_waiver_fits(struct slice glob, struct slice id);

/* Turns a failure that the file waives into WAIVED, with its reason. */
void target_waive(struct target *t, struct result_scenario *s);

/* Says which waivers stand for something that ran and did not fail; how many. */
size_t target_stale_waivers(const struct target *t,
                            const struct result_run *run, FILE *out);

#endif
