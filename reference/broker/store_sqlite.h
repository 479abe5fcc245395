/* store_sqlite.h - a store in one SQLite file.
 * SPDX-License-Identifier: MIT
 *
 * Beside FILE lies FILE-wal, the changes that are not yet moved into it; they
 * belong together. docs/DURABILITY.md has the promise, its price and the
 * tables.                                                                    */
#ifndef BROKER_STORE_SQLITE_H
#define BROKER_STORE_SQLITE_H

#include "broker/store.h"

struct store_sqlite_options {
    const char *vfs;       /* SQLite's name of a file system; NULL: the real */
    bool unsafe_sync;      /* commit without waiting for the disk: only to see
                              that the crash test finds what that loses */
    unsigned maximum_pages; /* of 4 KiB: as if the disk were full beyond; 0:
                               no limit */
    unsigned checkpoint_pages; /* of the log, before they are moved into the
                                  file; 0: SQLite's 1000 */
};

/* Opens the file, or makes it. NULL, and err is filled, when it cannot be
 * written, is damaged, is no store of ours or is in use by another broker.
 * options may be NULL. Close it with store->call->close. */
struct store *store_sqlite_open(const char *path,
                                const struct store_sqlite_options *options,
                                struct error *err);

#endif
