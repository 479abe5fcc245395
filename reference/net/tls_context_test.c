/* tls_context_test.c - whom each end takes for the right one, and bad files.
 * SPDX-License-Identifier: MIT */
#include "net/tls_context.h"

#include <linux/capability.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/tls_pair_testkit.h"

/* ---- certificates ------------------------------------------------------- */

static const struct refusal {
    const char *name; /* of the server's certificate */
    const char *ca;   /* whom the client trusts */
    const char *host; /* whom it wants to reach */
    const char *says; /* NULL: it is content */
} refusals[] = {
    {"server", TLS_PEM("ca"), "localhost", NULL},
    {"server", TLS_PEM("ca"), "127.0.0.1", NULL},
    {"server", TLS_PEM("ca"), "::1", NULL},
    {"elsewhere", TLS_PEM("ca"), "elsewhere.example", NULL},
    {"stranger", TLS_PEM("ca"), "localhost", "is the right CA trusted?"},
    {"server", TLS_PEM("stranger-ca"), "localhost", "is the right CA"},
    {"server", NULL, "localhost", "is the right CA trusted?"},
    {"late", TLS_PEM("late-ca"), "localhost", "certificate has expired"},
    {"elsewhere", TLS_PEM("ca"), "localhost",
     "TLS: the server's certificate is for another host than \"localhost\""},
    {"server", TLS_PEM("ca"), "10.0.0.7", "another host than \"10.0.0.7\""},
    {"server", TLS_PEM("ca"), "LOCALHOST.x", "another host"},
};

START_TEST(whom_a_client_takes_for_the_right_server)
{
    for (size_t i = 0; i < TEST_COUNT(refusals); i++) {
        const struct refusal *r = &refusals[i];
        char pem[64], key[64];
        ptrdiff_t of_client, of_server;
        snprintf(pem, sizeof pem, "build/certificates/%s.pem", r->name);
        snprintf(key, sizeof key, "build/certificates/%s.key", r->name);
        begin((struct tls_config){.ca = r->ca},
              (struct tls_config){.certificate = pem, .key = key}, r->host);
        shake_hands(&of_client, &of_server);
        if (!r->says) {
            ck_assert_msg(of_client == 0, "%s", client_err.text);
        } else {
            ck_assert_int_eq(of_client, TRANSPORT_ERROR);
            ck_assert_msg(strstr(client_err.text, r->says), "%s",
                          client_err.text);
            ck_assert_ptr_nonnull(strstr(server_err.text, "the peer refuses"));
        }
        end();
    }
}
END_TEST

START_TEST(insecure_is_content_with_anybody)
{
    begin((struct tls_config){.ca = TLS_PEM("ca"), .is_insecure = true},
          (struct tls_config){TLS_OWN("stranger")}, "10.0.0.7");
    connect_both();
    carry(client, server, "x");
    end();
}
END_TEST

#define MUTUAL TLS_OWN("server"), .ca = TLS_PEM("ca")

START_TEST(a_client_with_a_certificate_has_a_name)
{
    struct buf name = {0};
    begin((struct tls_config){.ca = TLS_PEM("ca"), TLS_OWN("client")},
          (struct tls_config){MUTUAL, .requires_certificate = true},
          "localhost");
    ck_assert(!tls_peer_name(server, &name));
    connect_both();
    ck_assert(tls_peer_name(server, &name));
    ck_assert_str_eq(buf_cstr(&name), "ann");
    buf_clear(&name);
    ck_assert(tls_peer_name(client, &name));
    ck_assert_str_eq(buf_cstr(&name), "localhost");
    buf_release(&name);
    end();
}
END_TEST

START_TEST(a_client_without_one_may_be_welcome)
{
    struct buf name = {0};
    begin((struct tls_config){.ca = TLS_PEM("ca")},
          (struct tls_config){MUTUAL}, "localhost");
    connect_both();
    ck_assert(!tls_peer_name(server, &name));
    carry(client, server, "x");
    end();
}
END_TEST

static const struct client_refusal {
    struct tls_config client;
    const char *server_says, *client_says;
} client_refusals[] = {
    {{.ca = TLS_PEM("ca")}, "the client shows no certificate",
     "the peer refuses: certificate required"},
    {{.ca = TLS_PEM("ca"), TLS_OWN("stranger")}, "client's certificate is not "
     "accepted", "the peer refuses: unknown ca"},
};

/* In TLS 1.3 the client is done before the server has looked: it hears of it
 * when it reads. */
START_TEST(whom_a_server_does_not_let_in)
{
    for (size_t i = 0; i < TEST_COUNT(client_refusals); i++) {
        const struct client_refusal *r = &client_refusals[i];
        ptrdiff_t of_client, of_server;
        uint8_t byte;
        begin(r->client,
              (struct tls_config){MUTUAL, .requires_certificate = true},
              "localhost");
        shake_hands(&of_client, &of_server);
        ck_assert_int_eq(of_server, TRANSPORT_ERROR);
        ck_assert_msg(strstr(server_err.text, r->server_says), "%s",
                      server_err.text);
        ck_assert_int_eq(transport_read(client, &byte, 1, &client_err),
                         TRANSPORT_ERROR);
        ck_assert_msg(strstr(client_err.text, r->client_says), "%s",
                      client_err.text);
        end();
    }
}
END_TEST

START_TEST(a_client_whose_ca_is_out_of_date)
{
    ptrdiff_t of_client, of_server;
    begin((struct tls_config){.ca = TLS_PEM("ca"), TLS_OWN("late")},
          (struct tls_config){TLS_OWN("server"), .ca = TLS_PEM("late-ca")},
          "localhost");
    shake_hands(&of_client, &of_server);
    ck_assert_int_eq(of_server, TRANSPORT_ERROR);
    ck_assert_ptr_nonnull(strstr(server_err.text, "has expired"));
    end();
}
END_TEST

START_TEST(application_protocols)
{
    static const struct row {
        const char *client, *server;
        bool works;
    } rows[] = {
        {"mqtt", "mqtt", true}, {"mqtt", NULL, true}, {NULL, "mqtt", true},
        {"http/1.1", "mqtt", false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        ptrdiff_t of_client, of_server;
        begin((struct tls_config){.ca = TLS_PEM("ca"), .alpn = rows[i].client},
              (struct tls_config){TLS_OWN("server"), .alpn = rows[i].server},
              "localhost");
        shake_hands(&of_client, &of_server);
        ck_assert_int_eq(of_client == 0, rows[i].works);
        if (!rows[i].works)
            ck_assert_ptr_nonnull(strstr(client_err.text, "no application"));
        end();
    }
}
END_TEST

/* ---- files -------------------------------------------------------------- */

#define NOT_PEM "ci/certificates"

static const struct bad_config {
    bool is_server;
    struct tls_config config;
    const char *says;
} bad_configs[] = {
    {true, {.certificate = NULL}, "needs a certificate"},
    {true, {.certificate = TLS_PEM("server")},
     TLS_PEM("server") ": a certificate is no use without its key"},
    {true, {.key = TLS_KEY("server")}, "needs a certificate"},
    {false, {.key = TLS_KEY("client")}, "no use without its certificate"},
    {true, {.certificate = "build/no.pem", .key = TLS_KEY("server")},
     "cannot read build/no.pem: No such file or directory"},
    {true, {.certificate = TLS_PEM("server"), .key = "build/no.key"},
     "cannot read build/no.key: No such file"},
    {true, {.certificate = "ci", .key = TLS_KEY("server")},
     "cannot read ci: Is a directory"},
    {true, {.certificate = "/dev/null", .key = TLS_KEY("server")},
     "/dev/null is empty"},
    {true, {.certificate = NOT_PEM, .key = TLS_KEY("server")},
     NOT_PEM ": not a PEM file with a certificate"},
    {true, {.certificate = TLS_KEY("server"), .key = TLS_KEY("server")},
     ": not a PEM file with a certificate"},
    {true, {.certificate = TLS_PEM("server"), .key = NOT_PEM},
     NOT_PEM ": not a PEM file with a private key"},
    {true, {.certificate = TLS_PEM("server"), .key = TLS_PEM("server")},
     ": not a PEM file with a private key"},
    {true, {.certificate = TLS_PEM("server"), .key = TLS_KEY("client")},
     TLS_KEY("client") ": this key does not belong to the certificate in "
     TLS_PEM("server")},
    {true, {.certificate = TLS_PEM("server"), .key = TLS_KEY("locked")},
     "behind a pass phrase"},
    {true, {TLS_OWN("expired")},
     TLS_PEM("expired") ": the certificate has expired on 20"},
    {true, {TLS_OWN("server"), .ca = NOT_PEM},
     NOT_PEM ": not a PEM file with certificates"},
    {true, {TLS_OWN("server"), .ca = "build/no.pem"}, "cannot read"},
    {true, {TLS_OWN("server"), .requires_certificate = true}, "need a CA"},
    {true, {TLS_OWN("server"), .alpn = ""}, "1 to 255"},
    {false, {.ca = NOT_PEM}, "not a PEM file with certificates"},
    {false, {.ca = TLS_PEM("ca"), TLS_OWN("expired")}, "has expired on"},
};

START_TEST(files_that_will_not_do)
{
    ck_assert_int_eq(system("ci/certificates"), 0);
    for (size_t i = 0; i < TEST_COUNT(bad_configs); i++) {
        const struct bad_config *b = &bad_configs[i];
        struct error err = {""};
        struct tls_context *c = b->is_server
                                    ? tls_server_context(&b->config, &err)
                                    : tls_client_context(&b->config, &err);
        ck_assert_ptr_null(c);
        ck_assert_msg(strstr(err.text, b->says), "%zu: %s", i, err.text);
        ck_assert_ptr_null(strchr(err.text, '\n'));
    }
}
END_TEST

/* Turns root's right to read every file off or on; others have none. True when
 * it could. */
static bool
root_reads_all(bool on)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    uint32_t rights = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
    if (syscall(SYS_capget, &head, data))
        return false;
    rights &= data[0].permitted;
    data[0].effective = on ? data[0].effective | rights
                           : data[0].effective & ~rights;
    return syscall(SYS_capset, &head, data) == 0;
}

START_TEST(a_file_that_may_not_be_read)
{
    static const char path[] = "build/tls_test_secret.key";
    struct tls_config config = {.certificate = TLS_PEM("server"), .key = path};
    struct error err = {""};
    ck_assert_int_eq(system("ci/certificates"), 0);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fclose(f);
    ck_assert_int_eq(chmod(path, 0), 0);
    ck_assert(root_reads_all(false));
    struct tls_context *c = tls_server_context(&config, &err);
    ck_assert(root_reads_all(true));
    unlink(path);
    ck_assert_ptr_null(c);
    ck_assert_str_eq(err.text, "cannot read build/tls_test_secret.key: "
                               "Permission denied");
}
END_TEST

TEST_MAIN(whom_a_client_takes_for_the_right_server,
          insecure_is_content_with_anybody,
          a_client_with_a_certificate_has_a_name,
          a_client_without_one_may_be_welcome, whom_a_server_does_not_let_in,
          a_client_whose_ca_is_out_of_date, application_protocols,
          files_that_will_not_do, a_file_that_may_not_be_read)
