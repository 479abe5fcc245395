/* keylog.h - TLS secrets that a client or server wrote down (SSLKEYLOGFILE).
 * SPDX-License-Identifier: MIT
 *
 *     CLIENT_RANDOM <client random> <master secret>                TLS 1.2
 *     CLIENT_TRAFFIC_SECRET_0 <client random> <secret>             TLS 1.3
 *
 * Secrets come from a file, or from the blocks of a pcapng file, and may come
 * while the capture is read: with a live interface the file grows. So what is
 * not known is looked for again in what the file has gained.                 */
#ifndef TRACE_UNWRAP_KEYLOG_H
#define TRACE_UNWRAP_KEYLOG_H

#include "base/error.h"
#include "base/slice.h"

#define KEYLOG_RANDOM_LEN 32
#define KEYLOG_SECRET_MAX 48
#define KEYLOG_MAX 100000 /* secrets kept; further ones are not read */

enum keylog_label {
    KEYLOG_MASTER,           /* CLIENT_RANDOM */
    KEYLOG_CLIENT_EARLY,
    KEYLOG_CLIENT_HANDSHAKE,
    KEYLOG_SERVER_HANDSHAKE,
    KEYLOG_CLIENT_TRAFFIC,
    KEYLOG_SERVER_TRAFFIC,
    KEYLOG_LABELS
};

struct keylog;

struct keylog *keylog_new(void);
void keylog_free(struct keylog *k); /* NULL is fine */

/* Reads secrets from a file, now and later. -1: it cannot be opened, or has
 * lines but none of them is of a key log. */
int keylog_open(struct keylog *k, const char *path, struct error *err);

/* Takes whole lines. Those that are no secrets are skipped. */
void keylog_add(struct keylog *k, struct slice lines);

/* Is there no secret at all? */
bool keylog_is_empty(const struct keylog *k);

/* The secret; empty: unknown. Borrowed until k is freed. */
struct slice keylog_get(struct keylog *k, enum keylog_label label,
                        const uint8_t random[KEYLOG_RANDOM_LEN]);

#endif
