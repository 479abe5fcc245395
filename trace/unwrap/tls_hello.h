/* tls_hello.h - what ClientHello and ServerHello say in the open.
 * SPDX-License-Identifier: MIT
 *
 * Both are parsed leniently: what is there counts, the rest stays empty.     */
#ifndef TRACE_UNWRAP_TLS_HELLO_H
#define TRACE_UNWRAP_TLS_HELLO_H

#include "base/buf.h"

enum { TLS_CLIENT_HELLO = 1, TLS_SERVER_HELLO = 2, TLS_EXTENSIONS = 8 };

struct tls_hello {
    bool has_client, has_server; /* which were seen */
    uint8_t client_random[32], server_random[32];
    uint16_t version;            /* agreed on: 0x0303 for 1.2, 0x0304 for 1.3 */
    uint16_t suite;              /* agreed on */
    bool is_resumed;             /* ServerHello takes up a session */
    bool is_retried;             /* a HelloRetryRequest came first */
    struct buf sni;              /* server name asked for, owned */
    struct buf alpn;             /* protocol selected, else offered, owned */
    bool is_alpn_selected;
    uint8_t session[32];         /* id that the client offered */
    size_t session_len;
};

void tls_hello_release(struct tls_hello *h);

/* The body of a handshake message of one of the three types above. */
void tls_hello_read(struct tls_hello *h, uint8_t type, struct slice body);

/* Appends "TLS 1.3, AES_128_GCM_SHA256, SNI broker.example, ALPN mqtt". */
void tls_hello_describe(const struct tls_hello *h, struct buf *out);

#endif
