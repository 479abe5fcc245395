/* restore.h - from what is stored back to a broker.
 * SPDX-License-Identifier: MIT
 *
 * To its clients the crash of a server is the loss of their connections. So
 * everybody who was connected begins to be away now: Session Expiry Interval
 * and Will Delay Interval run from here. Who was away already has lost the time
 * that the server was down.                                                  */
#ifndef BROKER_RESTORE_H
#define BROKER_RESTORE_H

#include "broker/broker_state.h"

/* See broker_use_store. */
int restore(struct broker *b, struct store *store, struct error *err);

#endif
