/* disk.h - a disk in memory that forgets what was not synced.
 * SPDX-License-Identifier: MIT
 *
 * A file system for SQLite. What is written is seen at once, as with a real
 * one; what survives a loss of power is what was synced, and of the rest any
 * part: each sector of each write for itself, since a real disk writes in the
 * order it likes. disk_crash_in says at which operation the power fails; from
 * then on every operation fails, until disk_recover.
 *
 * SQLite wants a file system to be registered by name, for the whole process:
 * so there is one disk.                                                      */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include <stdbool.h>

#include "base/random.h"

#define DISK_VFS "crash"
#define DISK_SECTOR 512

/* Empty, and in working order. */
void disk_init(void);

/* The power fails at the n-th operation from now that changes the disk (1: the
 * next); 0: never. */
void disk_crash_in(uint64_t n);
bool disk_has_crashed(void);

/* How many such operations there have been since disk_init. */
uint64_t disk_operations(void);

enum disk_loss {
    DISK_LOSES_ALL,  /* of what was not synced */
    DISK_LOSES_SOME, /* whatever chance says, sector by sector */
    DISK_LOSES_NONE, /* as kill -9 does */
    DISK_LOSSES
};

/* The power is back; no file is open any more. */
void disk_recover(enum disk_loss loss, struct random *r);

#endif
