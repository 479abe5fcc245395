/* load.h - the scenario files of a folder, all of them or none.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CONFORMANCE_LOAD_H
#define CONFORMANCE_LOAD_H

#include "conformance/script/script.h"

struct load {
    struct script_file **files; /* owned */
    size_t count, cap;
    size_t errors;              /* that were printed */
    char sha256[65];            /* of all texts, in hex */
};

/* Loads every file below root, NULL: the suite itself, which is `scenarios` here
 * or where the program was built. -1 with err when root cannot be read; whatever
 * is wrong inside of files is printed to standard error, all of it, and counted
 * in l->errors. */
int load_files(struct load *l, const char *root, struct error *err);
void load_release(struct load *l);

/* Are these the scenarios with that sum? */
bool load_is(const struct load *l, const char *sha256);

#endif
