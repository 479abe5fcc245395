/* auth_testkit.h - a broker that knows one user, for tests of who it is.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this.                                          */
#ifndef BROKER_AUTH_TESTKIT_H
#define BROKER_AUTH_TESTKIT_H

#include "broker/passwords.h"
#include "broker/testkit.h"

static struct passwords *passwords;

/* What passwords_add() makes of "ann", "secret" and 2 iterations, ready made: its
 * scrypt takes 80 ms and 32 MB, and here the driver answers in its place. */
static const char entries[] =
    "ann:scrypt:1:1:1:AAAA:"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "ann:SCRAM-SHA-256:2:lKZY5zDD2et5WDfkiqdQMQ==:"
    "IPNSJJhLcN4KZOIUPDGZpOughzYlgCk16WY1My9AzY4=:"
    "fUXAlH/G2Lya6sc4mGVqmMzChaieZyXq7hvhDOrAWqk=\n"
    "ann:SCRAM-SHA-512:2:3813kr25qc8PfbCIvo8E7A==:"
    "KL649mh/lopGm+nExHrDCKNDhyUlGpX6Y/6xCjrHL7gALapvK0tP+odTAzkTf4HyXEqRz0JG"
    "5nXGyZfM9Kzc1w==:"
    "U0iID99uELQ4v20x/SZDCqnjalz9iujI6kBNo92hyIZ1m80WkEiLrxL85TOf/CeJtTbMi4d1"
    "K/FACuapjyUTWw==\n";

/* A broker that knows ann, whose password is "secret". */
static inline void
begin(struct kit *k)
{
    struct error err;
    passwords = passwords_parse(slice_str(entries), "file", &err);
    ck_assert_ptr_nonnull(passwords);
    kit_begin(k);
    broker_use_passwords(kit_broker(k), passwords);
}

static inline void
end(struct kit *k)
{
    kit_end(k);
    passwords_free(passwords);
}

#endif
