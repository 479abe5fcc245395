/* tls_context.c - what all TLS connections of one kind have in common.
 * SPDX-License-Identifier: MIT
 *
 * OpenSSL keeps its complaints in a queue per thread, in words for those who
 * know its insides. Each step here says itself what is wrong with which file,
 * and leaves the queue empty.                                                */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "net/tls_context.h"

/* What OpenSSL has to say; the queue is empty afterwards. */
static const char *
complaint(void)
{
    const char *text = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return text ? text : "unknown reason";
}

/* Can it be read at all? OpenSSL would say so in many words. */
static int
check_file(const char *path, struct error *err)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return error_errno(err, "cannot read %s", path);
    errno = 0;
    bool is_empty = fgetc(f) == EOF;
    int why = errno;
    fclose(f);
    errno = why;
    if (is_empty && why)
        return error_errno(err, "cannot read %s", path);
    return is_empty ? error_set(err, "%s is empty", path) : 0;
}

/* ---- our certificate and key -------------------------------------------- */

static void
print_day(const ASN1_TIME *t, char *out, size_t len)
{
    struct tm tm;
    if (!ASN1_TIME_to_tm(t, &tm) || !strftime(out, len, "%Y-%m-%d", &tm))
        snprintf(out, len, "some day");
}

/* Every peer would refuse it: better to know at the start. */
static int
check_time(const char *path, const X509 *certificate, struct error *err)
{
    const ASN1_TIME *from = X509_get0_notBefore(certificate);
    const ASN1_TIME *until = X509_get0_notAfter(certificate);
    char day[32];
    if (X509_cmp_current_time(until) < 0) {
        print_day(until, day, sizeof day);
        return error_set(err, "%s: the certificate has expired on %s", path,
                         day);
    }
    if (X509_cmp_current_time(from) > 0) {
        print_day(from, day, sizeof day);
        return error_set(err, "%s: the certificate is not valid before %s; is "
                              "the clock right?", path, day);
    }
    return 0;
}

static int
load_certificate(SSL_CTX *ssl, const char *path, struct error *err)
{
    if (check_file(path, err))
        return -1;
    if (SSL_CTX_use_certificate_chain_file(ssl, path) != 1) {
        int reason = ERR_GET_REASON(ERR_peek_error());
        const char *why = complaint();
        if (reason == PEM_R_NO_START_LINE)
            why = "not a PEM file with a certificate";
        return error_set(err, "%s: %s", path, why);
    }
    return check_time(path, SSL_CTX_get0_certificate(ssl), err);
}

/* OpenSSL wants a pass phrase and would ask the terminal. */
static int
no_pass_phrase(char *out, int len, int is_writing, void *was_asked)
{
    (void)out, (void)len, (void)is_writing;
    *(bool *)was_asked = true;
    return -1;
}

static int
load_key(SSL_CTX *ssl, const struct tls_config *c, struct error *err)
{
    bool was_asked = false;
    if (check_file(c->key, err))
        return -1;
    FILE *f = fopen(c->key, "r");
    EVP_PKEY *key =
        f ? PEM_read_PrivateKey(f, NULL, no_pass_phrase, &was_asked) : NULL;
    if (f)
        fclose(f);
    ERR_clear_error();
    if (!key && was_asked)
        return error_set(err, "%s: the key is behind a pass phrase; take it "
                              "off with openssl pkey -in %s -out FILE", c->key,
                         c->key);
    if (!key)
        return error_set(err, "%s: not a PEM file with a private key", c->key);
    bool is_right = SSL_CTX_use_PrivateKey(ssl, key) == 1;
    EVP_PKEY_free(key);
    ERR_clear_error();
    if (!is_right)
        return error_set(err, "%s: this key does not belong to the "
                              "certificate in %s", c->key, c->certificate);
    return 0;
}

static int
load_own(SSL_CTX *ssl, const struct tls_config *c, struct error *err)
{
    if (!c->certificate && !c->key)
        return 0;
    if (!c->key)
        return error_set(err, "%s: a certificate is no use without its key",
                         c->certificate);
    if (!c->certificate)
        return error_set(err, "%s: a key is no use without its certificate",
                         c->key);
    return load_certificate(ssl, c->certificate, err) ||
                   load_key(ssl, c, err) ? -1 : 0;
}

/* ---- whom to trust ------------------------------------------------------ */

static int
load_ca(SSL_CTX *ssl, const char *path, struct error *err)
{
    if (check_file(path, err))
        return -1;
    if (SSL_CTX_load_verify_locations(ssl, path, NULL) == 1)
        return 0;
    ERR_clear_error();
    return error_set(err, "%s: not a PEM file with certificates", path);
}

/* The names of those whom we trust help a client with several certificates to
 * choose one. */
static int
ask_for_certificate(SSL_CTX *ssl, const struct tls_config *c,
                    struct error *err)
{
    if (!c->ca)
        return c->requires_certificate
                   ? error_set(err, "client certificates need a CA to check "
                                    "them against")
                   : 0;
    if (load_ca(ssl, c->ca, err))
        return -1;
    SSL_CTX_set_client_CA_list(ssl, SSL_load_client_CA_file(c->ca));
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER |
                                (c->requires_certificate
                                     ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       NULL);
    ERR_clear_error();
    return 0;
}

static int
check_server(SSL_CTX *ssl, const struct tls_config *c, struct error *err)
{
    if (c->ca && load_ca(ssl, c->ca, err))
        return -1;
    if (!c->ca && SSL_CTX_set_default_verify_paths(ssl) != 1)
        return error_set(err, "cannot load whom the system trusts: %s",
                         complaint());
    SSL_CTX_set_verify(ssl, c->is_insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                       NULL);
    return 0;
}

/* ---- application protocol ----------------------------------------------- */

/* RFC 7301, 3.2: who offers protocols and none of them is ours is sent away. */
static int
select_alpn(SSL *ssl, const uint8_t **out, uint8_t *out_len,
            const uint8_t *offered, unsigned len, void *data)
{
    const struct buf *ours = data;
    (void)ssl;
    int result = SSL_select_next_proto((uint8_t **)out, out_len, ours->data,
                                       (unsigned)ours->len, offered, len);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK
                                            : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int
set_alpn(struct tls_context *c, const char *name, bool is_server,
         struct error *err)
{
    if (!name)
        return 0;
    if (!*name || strlen(name) > 255)
        return error_set(err, "an application protocol (ALPN) has a name of 1 "
                              "to 255 bytes");
    buf_add_byte(&c->alpn, (uint8_t)strlen(name));
    buf_add_str(&c->alpn, name);
    if (is_server)
        SSL_CTX_set_alpn_select_cb(c->ssl, select_alpn, &c->alpn);
    else if (SSL_CTX_set_alpn_protos(c->ssl, c->alpn.data,
                                     (unsigned)c->alpn.len))
        BUG("out of memory");
    return 0;
}

/* ---- contexts ----------------------------------------------------------- */

static struct tls_context *
context_new(const SSL_METHOD *method)
{
    struct tls_context *c = xcalloc(1, sizeof *c);
    c->ssl = SSL_CTX_new(method);
    c->carrier = tls_carrier_new();
    if (!c->ssl || !c->carrier)
        BUG("out of memory");
    SSL_CTX_set_min_proto_version(c->ssl, TLS1_2_VERSION);
    SSL_CTX_set_options(c->ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                    SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(c->ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(c->ssl, 0);
    SSL_CTX_set_mode(c->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(c->ssl, 1);
    return c;
}

struct tls_context *
tls_server_context(const struct tls_config *config, struct error *err)
{
    struct tls_context *c = context_new(TLS_server_method());
    if (!config->certificate) {
        error_set(err, "a TLS server needs a certificate and its key");
    } else if (load_own(c->ssl, config, err) == 0 &&
               ask_for_certificate(c->ssl, config, err) == 0 &&
               set_alpn(c, config->alpn, true, err) == 0) {
        return c;
    }
    tls_context_free(c);
    return NULL;
}

struct tls_context *
tls_client_context(const struct tls_config *config, struct error *err)
{
    struct tls_context *c = context_new(TLS_client_method());
    c->is_insecure = config->is_insecure;
    if (load_own(c->ssl, config, err) == 0 &&
        check_server(c->ssl, config, err) == 0 &&
        set_alpn(c, config->alpn, false, err) == 0)
        return c;
    tls_context_free(c);
    return NULL;
}

void
tls_context_free(struct tls_context *c)
{
    if (!c)
        return;
    SSL_CTX_free(c->ssl);
    BIO_meth_free(c->carrier);
    buf_release(&c->alpn);
    free(c);
}
