/* tls_context.h - what tls.c and tls_context.c share.
 * SPDX-License-Identifier: MIT                                               */
#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include <openssl/ssl.h>

#include "net/tls.h"

struct tls_context {
    SSL_CTX *ssl;        /* owned */
    BIO_METHOD *carrier; /* owned; how OpenSSL reaches the transport below */
    bool is_insecure;    /* client: no host name is checked */
    struct buf alpn;     /* server: what it selects, as on the wire; or empty */
};

/* How OpenSSL reaches the transport below, in tls.c. NULL: out of memory. */
BIO_METHOD *tls_carrier_new(void);

#endif
