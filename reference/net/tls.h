/* tls.h - the transport that encrypts: TLS 1.2 and 1.3, from OpenSSL.
 * SPDX-License-Identifier: MIT
 *
 * A context is made once from files: certificate, key, whom to trust. Then any
 * number of transports, each over one below (TCP as a rule). The handshake is
 * part of the first reads and writes; until it is over, both say AGAIN.
 *
 * A client checks that the server's certificate is signed by somebody it trusts
 * and is for the host it wanted to reach. A server asks for a certificate when
 * it has a list of whom to trust.
 *
 * An orderly end is told (close_notify), and read returns 0. A connection that
 * ends without it may have been cut by anybody on the way: TRANSPORT_ERROR.
 *
 * Sessions are not resumed and not renegotiated. Keys and secrets are written
 * nowhere.                                                                   */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "base/buf.h"
#include "net/transport.h"

/* File names and texts are borrowed while the context is made. */
struct tls_config {
    const char *certificate;   /* PEM: ours, then those up to the CA; or NULL */
    const char *key;           /* PEM: belongs to it, without pass phrase */
    const char *ca;            /* PEM: whom to trust; NULL: a client trusts
                                  whom the system trusts, a server asks for
                                  no certificate */
    bool requires_certificate; /* server: a client must show one */
    bool is_insecure;          /* client: takes any server for the right one */
    const char *alpn;          /* application protocol to offer or to select,
                                  "mqtt"; NULL: none, and any will do */
};

struct tls_context; /* opaque */

/* NULL with err filled: which file, and what is wrong with it. */
struct tls_context *tls_server_context(const struct tls_config *c,
                                       struct error *err);
struct tls_context *tls_client_context(const struct tls_config *c,
                                       struct error *err);

/* Only when its transports are closed. NULL is allowed. */
void tls_context_free(struct tls_context *c);

/* The end of a server; takes `below`. */
struct transport *tls_server(struct tls_context *c, struct transport *below);

/* The end of a client that wants to reach `host`, a name or an address; takes
 * `below`. */
struct transport *tls_client(struct tls_context *c, struct transport *below,
                             const char *host);

/* Appends the common name in the certificate of the peer of `t`, one of the two
 * above. False when the peer has shown none, or none that was verified. */
bool tls_peer_name(const struct transport *t, struct buf *out);

/* "TLSv1.3"; for messages. */
const char *tls_version(const struct transport *t);

#endif
