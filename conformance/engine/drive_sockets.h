/* drive_sockets.h - plays against a real broker, over sockets.
 * SPDX-License-Identifier: MIT                                               */
#ifndef ENGINE_DRIVE_SOCKETS_H
#define ENGINE_DRIVE_SOCKETS_H

#include "conformance/engine/driver.h"
#include "net/uri.h"

/* The driver of everything that talks to that broker. The uri is borrowed.
 * NULL with err when the system gives no event loop. */
struct driver *drive_sockets_new(const struct uri *target, struct error *err);

/* Can the target be reached at all? One connection, closed again. */
int drive_sockets_try(const struct uri *target, int timeout_ms,
                      struct error *err);

#endif
