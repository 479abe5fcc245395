/* tls.c - the transport that encrypts.
 * SPDX-License-Identifier: MIT
 *
 * OpenSSL does its input and output through a BIO; ours (the carrier) hands
 * both to the transport below. Then OpenSSL says "want read" or "want write"
 * where that said AGAIN, and which of the two it is need not be what our caller
 * was about: that is what transport_want tells.
 *
 *     call         OpenSSL wants    meaning                     remembered in
 *     any          read or write    handshake not over          handshake_needs
 *     read         read             no whole record there yet   read_needs
 *     read         write            it has to answer first      read_needs
 *     write        write            no room below               write_needs
 *     write        read             (not in TLS 1.3)            write_needs  */
#include "net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/tls_context.h"

struct tls {
    struct transport base;
    struct transport *below;  /* owned */
    SSL *ssl;                 /* owned */
    char *host;               /* owned; client: whom we wanted; else NULL */
    unsigned handshake_needs; /* LOOP_READ or LOOP_WRITE, and so below */
    unsigned read_needs;
    unsigned write_needs;
    bool is_open;             /* the handshake is over */
    bool has_more;            /* something may be read without waiting */
    bool is_below_ended;      /* the stream below is over */
    struct error *err;        /* of the call under way, for the carrier */
    char *read_failure;       /* owned; NULL, or why reading is over */
    char *write_failure;      /* owned; NULL, or why writing is over */
};

static struct tls *
tls_of(struct transport *t)
{
    return (struct tls *)t;
}

/* ---- the carrier -------------------------------------------------------- */

static int
carrier_read(BIO *bio, char *out, size_t cap, size_t *got)
{
    struct tls *s = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ptrdiff_t n = transport_read(s->below, out, cap, s->err);
    if (n == TRANSPORT_AGAIN)
        BIO_set_retry_read(bio);
    if (n == 0)
        s->is_below_ended = true;
    *got = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static int
carrier_write(BIO *bio, const char *bytes, size_t len, size_t *taken)
{
    struct tls *s = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ptrdiff_t n = transport_write(s->below, slice_of(bytes, len), s->err);
    if (n == TRANSPORT_AGAIN)
        BIO_set_retry_write(bio);
    *taken = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static long
carrier_ctrl(BIO *bio, int command, long number, void *pointer)
{
    struct tls *s = BIO_get_data(bio);
    (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1; /* nothing is kept back */
    case BIO_CTRL_EOF: return s->is_below_ended;
    }
    return 0;
}

BIO_METHOD *
tls_carrier_new(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "transport");
    if (m) {
        BIO_meth_set_read_ex(m, carrier_read);
        BIO_meth_set_write_ex(m, carrier_write);
        BIO_meth_set_ctrl(m, carrier_ctrl);
    }
    return m;
}

/* ---- what went wrong ---------------------------------------------------- */

static void
explain_certificate(const struct tls *s, struct error *err)
{
    long verdict = SSL_get_verify_result(s->ssl);
    const char *advice = "";
    if (!s->host) {
        error_set(err, "TLS: the client's certificate is not accepted: %s",
                  X509_verify_cert_error_string(verdict));
        return;
    }
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        error_set(err, "TLS: the server's certificate is for another host "
                       "than \"%s\"", s->host);
        return;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        advice = "; is the right CA trusted?";
    }
    error_set(err, "TLS: the certificate of \"%s\" is not accepted: %s%s",
              s->host, X509_verify_cert_error_string(verdict), advice);
}

static void
explain_reason(const struct tls *s, int reason, struct error *err)
{
    switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
        explain_certificate(s, err);
        return;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        error_set(err, "TLS: the client shows no certificate");
        return;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
        error_set(err, "TLS: the peer speaks no version from 1.2 on");
        return;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
        error_set(err, "the peer does not speak TLS here; is it the right "
                       "port?");
        return;
    }
    const char *text = ERR_reason_error_string(ERR_peek_error());
    const char *alert = text ? strstr(text, "alert ") : NULL;
    if (reason > SSL_AD_REASON_OFFSET && alert) /* "tlsv1 alert unknown ca" */
        error_set(err, "TLS: the peer refuses: %s", alert + strlen("alert "));
    else
        error_set(err, "TLS: %s", text ? text : "failed");
}

/* OpenSSL has given up. When the layer below failed, it has filled err. */
static void
explain(const struct tls *s, struct error *err)
{
    unsigned long code = ERR_peek_error();
    int reason = ERR_GET_REASON(code);
    if (code && reason != SSL_R_UNEXPECTED_EOF_WHILE_READING)
        explain_reason(s, reason, err);
    else if (s->is_below_ended && !s->is_open)
        error_set(err, "the peer closed the connection during the TLS "
                       "handshake; does it speak TLS here?");
    else if (s->is_below_ended)
        error_set(err, "the connection ended without TLS close_notify");
    else if (!err->text[0])
        error_set(err, "TLS: failed for an unknown reason");
    ERR_clear_error();
}

static void
remember(char **failure, const struct error *err)
{
    if (!*failure)
        *failure = xstrdup(err->text);
}

static ptrdiff_t
failed(const char *failure, struct error *err)
{
    error_set(err, "%s", failure);
    return TRANSPORT_ERROR;
}

/* ---- reading and writing ------------------------------------------------ */

static void
begin(struct tls *s, struct error *err)
{
    ERR_clear_error();
    s->err = err;
    err->text[0] = '\0';
}

/* What a call of OpenSSL that did not succeed means to our caller. */
static ptrdiff_t
settle(struct tls *s, unsigned *needs, struct error *err)
{
    switch (SSL_get_error(s->ssl, 0)) {
    case SSL_ERROR_WANT_READ: *needs = LOOP_READ; return TRANSPORT_AGAIN;
    case SSL_ERROR_WANT_WRITE: *needs = LOOP_WRITE; return TRANSPORT_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        if (s->is_open && needs == &s->read_needs)
            return 0;
        if (!s->is_open)
            s->is_below_ended = true; /* said goodbye in the handshake */
    }
    explain(s, err);
    if (needs != &s->write_needs)
        remember(&s->read_failure, err);
    /* What cannot be written may leave something to read: the reason. */
    if (needs != &s->read_needs)
        remember(&s->write_failure, err);
    return TRANSPORT_ERROR;
}

/* 0 when it is over. Bytes behind it may have come along. */
static ptrdiff_t
handshake(struct tls *s, struct error *err)
{
    if (s->is_open)
        return 0;
    if (SSL_do_handshake(s->ssl) != 1)
        return settle(s, &s->handshake_needs, err);
    s->is_open = s->has_more = true;
    return 0;
}

static ptrdiff_t
tls_read(struct transport *t, void *out, size_t cap, struct error *err)
{
    struct tls *s = tls_of(t);
    size_t got = 0, n;
    if (s->read_failure)
        return failed(s->read_failure, err);
    begin(s, err);
    ptrdiff_t result = handshake(s, err);
    if (result < 0)
        return result;
    s->has_more = false;
    while (got < cap &&
           SSL_read_ex(s->ssl, (uint8_t *)out + got, cap - got, &n))
        got += n;
    s->write_needs = LOOP_WRITE;
    if (got == cap) {
        s->has_more = true;
        return (ptrdiff_t)got;
    }
    result = settle(s, &s->read_needs, err);
    if (got == 0)
        return result;
    s->has_more = result != TRANSPORT_AGAIN; /* the end, told the next time */
    return (ptrdiff_t)got;
}

static ptrdiff_t
tls_write(struct transport *t, struct slice bytes, struct error *err)
{
    struct tls *s = tls_of(t);
    size_t n;
    if (s->write_failure)
        return failed(s->write_failure, err);
    begin(s, err);
    ptrdiff_t result = handshake(s, err);
    if (result < 0)
        return result;
    if (s->read_needs == LOOP_WRITE) { /* now it may: read again */
        s->read_needs = LOOP_READ;
        s->has_more = true;
    }
    if (bytes.len == 0)
        return transport_write(s->below, bytes, err);
    if (SSL_write_ex(s->ssl, bytes.ptr, bytes.len, &n))
        return (ptrdiff_t)n;
    return settle(s, &s->write_needs, err);
}

static unsigned
tls_want(const struct transport *t, unsigned wish)
{
    const struct tls *s = (const struct tls *)t;
    unsigned mine = 0;
    if (!s->is_open && !s->read_failure) {
        mine = s->handshake_needs;
    } else {
        mine |= wish & LOOP_READ ? s->read_needs : 0;
        mine |= wish & LOOP_WRITE ? s->write_needs : 0;
    }
    unsigned want = transport_want(s->below, mine);
    if ((wish & LOOP_READ) && (s->has_more || s->read_failure))
        want |= TRANSPORT_NOW;
    return want;
}

static void
tls_close(struct transport *t, enum transport_end how)
{
    struct tls *s = tls_of(t);
    struct error ignored;
    begin(s, &ignored);
    if (how == TRANSPORT_CLOSE && s->is_open && !s->write_failure &&
        !s->read_failure)
        SSL_shutdown(s->ssl); /* close_notify, if there is room for it */
    ERR_clear_error();
    SSL_free(s->ssl);
    transport_close(s->below, how);
    free(s->host);
    free(s->read_failure);
    free(s->write_failure);
    free(s);
}

static const struct transport_ops tls_ops = {
    .read = tls_read,
    .write = tls_write,
    .want = tls_want,
    .close = tls_close,
};

/* ---- the two ends ------------------------------------------------------- */

static struct tls *
tls_new(struct tls_context *c, struct transport *below)
{
    struct tls *s = xcalloc(1, sizeof *s);
    BIO *bio = BIO_new(c->carrier);
    s->ssl = SSL_new(c->ssl);
    if (!bio || !s->ssl)
        BUG("out of memory");
    s->base = (struct transport){.ops = &tls_ops, .fd = below->fd};
    s->below = below;
    s->read_needs = LOOP_READ;
    s->write_needs = LOOP_WRITE;
    BIO_set_data(bio, s);
    BIO_set_init(bio, 1);
    SSL_set_bio(s->ssl, bio, bio);
    return s;
}

struct transport *
tls_server(struct tls_context *c, struct transport *below)
{
    struct tls *s = tls_new(c, below);
    s->handshake_needs = LOOP_READ;
    SSL_set_accept_state(s->ssl);
    return &s->base;
}

/* "10.0.0.7", "::1", "fe80::1%eth0" without its zone; else NULL. */
static const char *
as_address(const char *host, char out[INET6_ADDRSTRLEN])
{
    struct in6_addr ignored;
    size_t n = strcspn(host, "%");
    if (n >= INET6_ADDRSTRLEN)
        return NULL;
    memcpy(out, host, n);
    out[n] = '\0';
    return inet_pton(AF_INET, out, &ignored) == 1 ||
                   inet_pton(AF_INET6, out, &ignored) == 1 ? out : NULL;
}

struct transport *
tls_client(struct tls_context *c, struct transport *below, const char *host)
{
    struct tls *s = tls_new(c, below);
    char text[INET6_ADDRSTRLEN];
    const char *address = as_address(host, text);
    bool is_good = true;
    s->host = xstrdup(host);
    s->handshake_needs = LOOP_WRITE;
    SSL_set_connect_state(s->ssl);
    if (!address) /* an address is no server name (RFC 6066, 3) */
        is_good = SSL_set_tlsext_host_name(s->ssl, host) == 1;
    if (!c->is_insecure && address)
        is_good &= X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(s->ssl),
                                                 address) == 1;
    else if (!c->is_insecure)
        is_good &= SSL_set1_host(s->ssl, host) == 1;
    ERR_clear_error();
    if (!is_good) { /* what cannot be checked is wrong */
        struct error why;
        error_set(&why, "TLS: \"%s\" cannot be the name in a certificate",
                  host);
        remember(&s->read_failure, &why);
        remember(&s->write_failure, &why);
    }
    return &s->base;
}

/* ---- about the peer ----------------------------------------------------- */

/* The common name of a certificate; false when there is none, or one with a
 * NUL inside, which would look like another name to many. */
static bool
common_name(const X509 *certificate, struct buf *out)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    uint8_t *text = NULL;
    if (at < 0)
        return false;
    int len = ASN1_STRING_to_UTF8(
        &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    bool is_good = len > 0 && !memchr(text, '\0', (size_t)len);
    if (is_good)
        buf_add(out, slice_of(text, (size_t)len));
    OPENSSL_free(text);
    ERR_clear_error();
    return is_good;
}

bool
tls_peer_name(const struct transport *t, struct buf *out)
{
    const struct tls *s = (const struct tls *)t;
    if (!s->is_open || SSL_get_verify_result(s->ssl) != X509_V_OK)
        return false;
    X509 *certificate = SSL_get_peer_certificate(s->ssl);
    bool has_name = certificate && common_name(certificate, out);
    X509_free(certificate);
    return has_name;
}

const char *
tls_version(const struct transport *t)
{
    return SSL_get_version(((const struct tls *)t)->ssl);
}
