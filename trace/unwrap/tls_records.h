/* tls_records.h - one direction of TLS, cut into records.
 * SPDX-License-Identifier: MIT
 *
 *     type (1) | version (2) | length (2) | body
 *
 * A gap inside a record whose length is known costs that record; a larger one
 * costs the way: then the next thing that looks like application data begins
 * again. At most one record is kept.                                         */
#ifndef TRACE_UNWRAP_TLS_RECORDS_H
#define TRACE_UNWRAP_TLS_RECORDS_H

#include "base/buf.h"

#define TLS_HEADER_LEN 5
#define TLS_RECORD_MAX (16384 + 2048)

enum tls_type {
    TLS_CHANGE_CIPHER = 20,
    TLS_ALERT = 21,
    TLS_HANDSHAKE = 22,
    TLS_DATA = 23,
};

struct tls_records {
    struct buf kept;    /* of the record begun */
    size_t skip;        /* bytes of a damaged record still to come */
    bool is_lost;       /* looking for the next record */
    bool is_after_gap;  /* records before this one are missing */
    uint64_t count;     /* of application data, or sealed */
    size_t smallest, largest; /* of those, bytes of the body */
};

struct tls_record {
    uint8_t type;       /* enum tls_type */
    struct slice bytes; /* header and body; borrowed until the next call */
};

void tls_records_release(struct tls_records *r);

/* Takes bytes off the front of *in. True: there is a record. False: all bytes
 * are used up. */
bool tls_records_next(struct tls_records *r, struct slice *in,
                      struct tls_record *out);

/* Gives up the record begun, and the memory it takes; its rest will be passed
 * over. Returns the bytes of its body; 0: its header is not whole. */
size_t tls_records_drop(struct tls_records *r);

/* n bytes are missing. Returns how many bytes of record bodies that costs
 * beyond what was kept; *damaged: it was one record that is damaged. */
uint64_t tls_records_gap(struct tls_records *r, uint64_t n, bool *damaged);

#endif
