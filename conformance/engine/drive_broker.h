/* drive_broker.h - plays against the reference broker, in virtual time.
 * SPDX-License-Identifier: MIT
 *
 * The broker's core and the plays are called in turn in one thread; bytes go
 * from one to the other without sockets, and when nobody has anything to say
 * the clock jumps to the next deadline. An hour of waiting costs nothing, and
 * the same scenarios with the same seed give the same bytes.                 */
#ifndef ENGINE_DRIVE_BROKER_H
#define ENGINE_DRIVE_BROKER_H

#include "broker/config.h"
#include "conformance/engine/driver.h"

struct acl;       /* broker/acl.h */
struct passwords; /* broker/passwords.h */

/* A driver with a broker of its own. The config is copied; the passwords and
 * the rules, each or NULL, are borrowed until it is freed. */
struct driver *drive_broker_new(const struct broker_config *config,
                                const struct passwords *passwords,
                                const struct acl *acl);

/* Before it is used: whatever is said takes about mean_us to arrive, by chance
 * (delay.h). */
void drive_broker_delay(struct driver *d, uint64_t mean_us, uint64_t seed);

#endif
