/* tls_testkit.h - certificates for tests, made by ci/certificates.
 * SPDX-License-Identifier: MIT
 *
 * Tests run in the root of the project, as `make unit` does. Only x_test.c
 * files include this.                                                        */
#ifndef NET_TLS_TESTKIT_H
#define NET_TLS_TESTKIT_H

#include "base/test.h"
#include "net/tls.h"

/* TLS_PEM("server"), TLS_KEY("server"): see ci/certificates for the names. */
#define TLS_PEM(name) "build/certificates/" name ".pem"
#define TLS_KEY(name) "build/certificates/" name ".key"
#define TLS_OWN(name) .certificate = TLS_PEM(name), .key = TLS_KEY(name)

static inline struct tls_context *
tls_testkit_server(struct tls_config config)
{
    struct error err;
    ck_assert_int_eq(system("ci/certificates"), 0);
    struct tls_context *c = tls_server_context(&config, &err);
    ck_assert_msg(c, "%s", err.text);
    return c;
}

static inline struct tls_context *
tls_testkit_client(struct tls_config config)
{
    struct error err;
    ck_assert_int_eq(system("ci/certificates"), 0);
    struct tls_context *c = tls_client_context(&config, &err);
    ck_assert_msg(c, "%s", err.text);
    return c;
}

#endif
