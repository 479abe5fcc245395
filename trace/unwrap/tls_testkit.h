/* tls_testkit.h - a certificate for a TLS server that nobody verifies.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c and x_tool.c files include this.                             */
#ifndef TRACE_UNWRAP_TLS_TESTKIT_H
#define TRACE_UNWRAP_TLS_TESTKIT_H

#include <openssl/ssl.h>
#include <openssl/x509.h>

/* Signed by its own key, good for two hours. Takes `key`. */
static inline void
tls_testkit_certify(SSL_CTX *context, EVP_PKEY *key)
{
    X509 *cert = X509_new();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_sign(cert, key, EVP_sha256());
    SSL_CTX_use_certificate(context, cert);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(cert);
    EVP_PKEY_free(key);
}

#endif
