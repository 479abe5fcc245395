/* tls_test.c - TLS as a transport, over a pipe in memory.
 * SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "net/pipe_testkit.h"
#include "net/tls_testkit.h"

static struct pipe_pair wires;
static struct tls_context *client_context, *server_context;
static struct transport *client, *server;
static struct error client_err, server_err;

static void
begin(struct tls_config of_client, struct tls_config of_server,
      const char *host)
{
    pipe_open(&wires, 1 << 20, 1 << 20);
    client_context = tls_testkit_client(of_client);
    server_context = tls_testkit_server(of_server);
    client = tls_client(client_context, wires.end[0], host);
    server = tls_server(server_context, wires.end[1]);
}

/* An ordinary client that reaches an ordinary server. */
static void
begin_good(void)
{
    begin((struct tls_config){.ca = TLS_PEM("ca")},
          (struct tls_config){TLS_OWN("server")}, "localhost");
}

static void
end(void)
{
    transport_close(client, TRANSPORT_CLOSE);
    transport_close(server, TRANSPORT_CLOSE);
    tls_context_free(client_context);
    tls_context_free(server_context);
    pipe_release(&wires);
}

/* Both ends go on until both are done or one has failed, and then once more,
 * so that the other hears of it. */
static void
shake_hands(ptrdiff_t *of_client, ptrdiff_t *of_server)
{
    struct slice none = {0};
    *of_client = *of_server = TRANSPORT_AGAIN;
    for (int i = 0; i < 100000; i++) {
        *of_client = transport_write(client, none, &client_err);
        *of_server = transport_write(server, none, &server_err);
        if (*of_client == TRANSPORT_ERROR || *of_server == TRANSPORT_ERROR)
            break;
        if (*of_client == 0 && *of_server == 0)
            return;
    }
    *of_client = transport_write(client, none, &client_err);
}

static void
connect_both(void)
{
    ptrdiff_t of_client, of_server;
    shake_hands(&of_client, &of_server);
    ck_assert_msg(of_client == 0 && of_server == 0, "%s; %s", client_err.text,
                  server_err.text);
}

/* One end says `text`, the other gets it. */
static void
carry(struct transport *from, struct transport *to, const char *text)
{
    struct buf got = {0};
    struct error err;
    struct slice rest = slice_str(text);
    for (int i = 0; got.len < strlen(text); i++) {
        ck_assert_int_lt(i, 1000000);
        ptrdiff_t n = transport_write(from, rest, &err);
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        if (n > 0)
            rest = slice_from(rest, (size_t)n);
        ck_assert_int_eq(pipe_drain(to, &got, &err), TRANSPORT_AGAIN);
    }
    ck_assert_str_eq(buf_cstr(&got), text);
    buf_release(&got);
}

START_TEST(bytes_go_both_ways)
{
    static const size_t steps[] = {1 << 20, 1, 7}, rooms[] = {1 << 20, 3, 50};
    for (size_t i = 0; i < TEST_COUNT(steps); i++) {
        begin_good();
        wires.step = steps[i];
        wires.room = rooms[i];
        connect_both();
        carry(client, server, "there");
        carry(server, client, "and back");
        carry(client, server, "again");
        ck_assert_str_eq(tls_version(client), "TLSv1.3");
        end();
    }
}
END_TEST

START_TEST(nothing_is_readable_on_the_way)
{
    struct buf seen = {0};
    begin_good();
    connect_both();
    struct error err;
    ck_assert_int_eq(transport_write(client, slice_str("tops3cret"), &err), 9);
    buf_add(&seen, buf_slice(&wires.ways[0].bytes));
    ck_assert_uint_gt(seen.len, 9);
    ck_assert_ptr_null(memmem(seen.data, seen.len, "tops3cret", 9));
    carry(server, client, "x");
    buf_release(&seen);
    end();
}
END_TEST

/* More than fits: every write stops somewhere, and nothing is lost. */
START_TEST(long_streams)
{
    struct buf sent = {0}, got = {0};
    struct error err;
    for (size_t i = 0; i < 300000; i++)
        buf_add_byte(&sent, (uint8_t)(i * 7 + i / 256));
    begin_good();
    connect_both();
    wires.room = 5000;
    size_t blocked = 0;
    for (struct slice rest = buf_slice(&sent); got.len < sent.len;) {
        ptrdiff_t n = transport_write(server, rest, &err);
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        blocked += n == TRANSPORT_AGAIN;
        if (n == TRANSPORT_AGAIN)
            ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_WRITE);
        else
            rest = slice_from(rest, (size_t)n);
        ck_assert_int_eq(pipe_drain(client, &got, &err), TRANSPORT_AGAIN);
    }
    ck_assert_uint_gt(blocked, 10);
    ck_assert(slice_equal(buf_slice(&got), buf_slice(&sent)));
    buf_release(&sent);
    buf_release(&got);
    end();
}
END_TEST

START_TEST(what_it_wants)
{
    struct error err;
    uint8_t byte;
    begin_good();
    ck_assert_uint_eq(transport_want(client, LOOP_READ), LOOP_WRITE);
    ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_READ);
    ck_assert_int_eq(transport_read(client, &byte, 1, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(client, LOOP_WRITE), LOOP_READ);
    ck_assert_uint_eq(transport_want(client, 0), LOOP_READ);
    connect_both();
    /* what came with the handshake may be there already */
    ck_assert_uint_eq(transport_want(server, LOOP_READ),
                      LOOP_READ | TRANSPORT_NOW);
    ck_assert_uint_eq(transport_want(server, LOOP_WRITE), LOOP_WRITE);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(server, LOOP_READ), LOOP_READ);
    ck_assert_uint_eq(transport_want(server, 0), 0);
    /* two bytes in one record, and one is read */
    ck_assert_int_eq(transport_write(client, slice_str("ab"), &err), 2);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), 1);
    ck_assert_uint_eq(transport_want(server, LOOP_READ),
                      LOOP_READ | TRANSPORT_NOW);
    ck_assert_uint_eq(transport_want(server, 0), 0);
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), 1);
    ck_assert_uint_eq(byte, 'b');
    ck_assert_int_eq(transport_read(server, &byte, 1, &err), TRANSPORT_AGAIN);
    ck_assert_uint_eq(transport_want(server, LOOP_READ), LOOP_READ);
    end();
}
END_TEST

/* The client's first words in the same segment as the end of its handshake:
 * the descriptor is silent afterwards, so the transport must say NOW. */
START_TEST(words_that_come_with_the_handshake)
{
    struct error err;
    struct slice none = {0};
    struct buf got = {0};
    begin_good();
    ck_assert_int_eq(transport_write(client, none, &err), TRANSPORT_AGAIN);
    ck_assert_int_eq(transport_write(server, none, &err), TRANSPORT_AGAIN);
    ck_assert_int_eq(transport_write(client, slice_str("hi"), &err), 2);
    ck_assert_int_eq(transport_write(server, none, &err), 0);
    ck_assert_uint_eq(wires.ways[0].bytes.len, 0);
    ck_assert(transport_want(server, LOOP_READ) & TRANSPORT_NOW);
    ck_assert_int_eq(pipe_drain(server, &got, &err), TRANSPORT_AGAIN);
    ck_assert_str_eq(buf_cstr(&got), "hi");
    buf_release(&got);
    end();
}
END_TEST

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

/* ---- ends --------------------------------------------------------------- */

START_TEST(an_orderly_end_is_told)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(client, slice_str("bye"), &client_err), 3);
    transport_close(client, TRANSPORT_CLOSE);
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), 0);
    ck_assert_str_eq(buf_cstr(&got), "bye");
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), 0);
    transport_close(server, TRANSPORT_CLOSE);
    tls_context_free(client_context);
    tls_context_free(server_context);
    pipe_release(&wires);
    buf_release(&got);
}
END_TEST

/* close_notify right behind the words, and the caller has no room for more:
 * nothing would wake it if the transport did not say NOW. */
START_TEST(the_end_behind_the_last_words)
{
    uint8_t bytes[100];
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(client, slice_str("bye"), &client_err), 3);
    transport_close(client, TRANSPORT_CLOSE);
    ck_assert_int_eq(transport_read(server, bytes, sizeof bytes, &server_err),
                     3);
    ck_assert(transport_want(server, LOOP_READ) & TRANSPORT_NOW);
    ck_assert_int_eq(transport_read(server, bytes, sizeof bytes, &server_err),
                     0);
    transport_close(server, TRANSPORT_CLOSE);
    tls_context_free(client_context);
    tls_context_free(server_context);
    pipe_release(&wires);
}
END_TEST

START_TEST(an_end_that_is_not_told_may_be_a_cut)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(client, slice_str("x"), &client_err), 1);
    wires.ways[0].is_ended = true;
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), TRANSPORT_ERROR);
    ck_assert_str_eq(server_err.text,
                     "the connection ended without TLS close_notify");
    ck_assert_uint_eq(got.len, 1);
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), TRANSPORT_ERROR);
    buf_release(&got);
    end();
}
END_TEST

START_TEST(an_end_in_the_handshake)
{
    begin_good();
    transport_write(client, (struct slice){0}, &client_err);
    wires.ways[0].is_ended = true;
    wires.ways[0].bytes.len -= 5;
    ck_assert_int_eq(transport_write(server, (struct slice){0}, &server_err),
                     TRANSPORT_ERROR);
    ck_assert_ptr_nonnull(strstr(server_err.text, "during the TLS handshake"));
    end();
}
END_TEST

START_TEST(a_reset_below_is_told)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    wires.ways[0].is_reset = true;
    ck_assert_int_eq(pipe_drain(server, &got, &server_err), TRANSPORT_ERROR);
    ck_assert_str_eq(server_err.text, "connection lost");
    ck_assert_int_eq(transport_write(server, slice_str("x"), &server_err),
                     TRANSPORT_ERROR);
    ck_assert_str_eq(server_err.text, "connection lost");
    end();
}
END_TEST

/* Who cannot write any more can still read why. */
START_TEST(what_came_before_a_failed_write_can_be_read)
{
    struct buf got = {0};
    begin_good();
    connect_both();
    ck_assert_int_eq(transport_write(server, slice_str("why"), &server_err), 3);
    wires.ways[1].is_reset = true;
    ck_assert_int_eq(transport_write(client, slice_str("x"), &client_err),
                     TRANSPORT_ERROR);
    wires.ways[1].is_reset = false;
    ck_assert_int_eq(pipe_drain(client, &got, &client_err), TRANSPORT_AGAIN);
    ck_assert_str_eq(buf_cstr(&got), "why");
    buf_release(&got);
    end();
}
END_TEST

/* ---- who speaks something else ------------------------------------------ */

/* A ClientHello of that version. Offered are ECDHE-ECDSA with AES-128-GCM
 * (c02b) and AES-128-CBC-SHA (c009), ECDSA with SHA-256 (0403), the curve P-256
 * (17). */
#define HELLO(version)                                                  \
    "16 0301 0041 01 00003d " version                                   \
    " 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" \
    " 00 0004 c02b c009 01 00"                                          \
    " 0010 000d 0004 0002 0403 000a 0004 0002 0017"

static const struct foreign {
    const char *hex;    /* what comes */
    const char *says;   /* what the server makes of it */
    const char *answer; /* start of what it sends back */
} foreigners[] = {
    {HELLO("0303"), NULL, "16 03 03"},
    {HELLO("0302"), "no version from 1.2 on", "15 03 02 00 02 02 46"},
    {HELLO("0301"), "no version from 1.2 on", "15 03 01 00 02 02 46"},
    {HELLO("0300"), "no version from 1.2 on", "15 03 00 00 02 02"},
    {"10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 63", "does not speak TLS", ""},
    {"47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a", "not speak TLS", ""},
};

START_TEST(a_server_meets_others)
{
    for (size_t i = 0; i < TEST_COUNT(foreigners); i++) {
        const struct foreign *f = &foreigners[i];
        struct buf in = {0}, text = {0};
        begin_good();
        ck_assert(hex_parse(&in, slice_str(f->hex)));
        buf_add(&wires.ways[0].bytes, buf_slice(&in));
        ptrdiff_t n = transport_write(server, (struct slice){0}, &server_err);
        ck_assert_int_eq(n, f->says ? TRANSPORT_ERROR : TRANSPORT_AGAIN);
        if (f->says)
            ck_assert_msg(strstr(server_err.text, f->says), "%s",
                          server_err.text);
        hex_print(&text, buf_slice(&wires.ways[1].bytes), ' ');
        ck_assert_msg(slice_starts(buf_slice(&text), f->answer), "%s",
                      buf_cstr(&text));
        buf_release(&in);
        buf_release(&text);
        end();
    }
}
END_TEST

START_TEST(a_client_meets_a_server_without_tls)
{
    begin_good();
    buf_add(&wires.ways[1].bytes, slice_str("HTTP/1.1 400 Bad Request\r\n"));
    transport_write(client, (struct slice){0}, &client_err);
    ck_assert_int_eq(transport_write(client, (struct slice){0}, &client_err),
                     TRANSPORT_ERROR);
    ck_assert_str_eq(client_err.text, "the peer does not speak TLS here; is "
                                      "it the right port?");
    /* and it is told again to whoever only reads */
    uint8_t byte;
    ck_assert(transport_want(client, LOOP_READ) & TRANSPORT_NOW);
    client_err.text[0] = '\0';
    ck_assert_int_eq(transport_read(client, &byte, 1, &client_err),
                     TRANSPORT_ERROR);
    ck_assert_ptr_nonnull(strstr(client_err.text, "does not speak TLS"));
    end();
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

START_TEST(a_file_that_may_not_be_read)
{
    static const char path[] = "build/tls_test_secret.key";
    struct tls_config config = {.certificate = TLS_PEM("server"), .key = path};
    struct error err;
    if (geteuid() == 0)
        return; /* root may read all */
    ck_assert_int_eq(system("ci/certificates"), 0);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fclose(f);
    ck_assert_int_eq(chmod(path, 0), 0);
    ck_assert_ptr_null(tls_server_context(&config, &err));
    ck_assert_str_eq(err.text, "cannot read build/tls_test_secret.key: "
                               "Permission denied");
    unlink(path);
}
END_TEST

TEST_MAIN(bytes_go_both_ways, nothing_is_readable_on_the_way, long_streams,
          what_it_wants, words_that_come_with_the_handshake,
          whom_a_client_takes_for_the_right_server,
          insecure_is_content_with_anybody,
          a_client_with_a_certificate_has_a_name,
          a_client_without_one_may_be_welcome, whom_a_server_does_not_let_in,
          a_client_whose_ca_is_out_of_date, application_protocols,
          an_orderly_end_is_told, the_end_behind_the_last_words,
          an_end_that_is_not_told_may_be_a_cut, an_end_in_the_handshake,
          a_reset_below_is_told, what_came_before_a_failed_write_can_be_read,
          a_server_meets_others, a_client_meets_a_server_without_tls,
          files_that_will_not_do, a_file_that_may_not_be_read)
