/* tls_hello.c - what ClientHello and ServerHello say in the open.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/tls_hello.h"

#include "base/hex.h"
#include "base/reader.h"
#include "trace/unwrap/tls_keys.h"

enum { /* extension types */
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_PRE_SHARED_KEY = 41,
    EXTENSION_VERSIONS = 43,
};

#define NAME_MAX_SHOWN 255

/* A ServerHello with this random is a HelloRetryRequest (RFC 8446, 4.1.3). */
static const uint8_t retry_random[32] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
    0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

void
tls_hello_release(struct tls_hello *h)
{
    buf_release(&h->sni);
    buf_release(&h->alpn);
}

/* A list entry with a length of one or two bytes in front. */
static struct slice
counted(struct reader *r, unsigned width)
{
    return reader_bytes(r, width == 1 ? reader_u8(r) : reader_u16(r));
}

static void
read_server_name(struct tls_hello *h, struct slice body)
{
    struct reader r = reader_of(body);
    reader_u16(&r); /* length of the list */
    uint8_t type = reader_u8(&r);
    struct slice name = counted(&r, 2);
    if (r.failed || type != 0)
        return;
    buf_clear(&h->sni);
    buf_add(&h->sni, slice_first(name, NAME_MAX_SHOWN));
}

/* The client offers a list, the server selects one. */
static void
read_alpn(struct tls_hello *h, struct slice body, bool is_server)
{
    struct reader r = reader_of(body);
    reader_u16(&r); /* length of the list */
    if (h->is_alpn_selected && !is_server)
        return;
    buf_clear(&h->alpn);
    h->is_alpn_selected = is_server;
    while (reader_left(&r) && !r.failed && h->alpn.len < NAME_MAX_SHOWN) {
        struct slice name = counted(&r, 1);
        if (r.failed)
            return;
        if (h->alpn.len)
            buf_add_byte(&h->alpn, ' ');
        buf_add(&h->alpn, name);
    }
}

static void
read_extensions(struct tls_hello *h, struct reader *in, bool is_server)
{
    struct reader r = reader_of(counted(in, 2));
    while (reader_left(&r) && !r.failed) {
        uint16_t type = reader_u16(&r);
        struct slice body = counted(&r, 2);
        if (r.failed)
            return;
        if (type == EXTENSION_SERVER_NAME && !is_server)
            read_server_name(h, body);
        else if (type == EXTENSION_ALPN)
            read_alpn(h, body, is_server);
        else if (type == EXTENSION_VERSIONS && is_server && body.len == 2)
            h->version = (uint16_t)(body.ptr[0] << 8 | body.ptr[1]);
        else if (type == EXTENSION_PRE_SHARED_KEY && is_server)
            h->is_resumed = true;
    }
}

static void
read_client(struct tls_hello *h, struct slice body)
{
    struct reader r = reader_of(body);
    reader_u16(&r); /* version, of old */
    struct slice random = reader_bytes(&r, 32);
    struct slice session = counted(&r, 1);
    counted(&r, 2); /* cipher suites */
    counted(&r, 1); /* compression */
    if (random.len != 32)
        return;
    h->has_client = true;
    memcpy(h->client_random, random.ptr, 32);
    session = slice_first(session, sizeof h->session);
    h->session_len = session.len;
    if (session.len)
        memcpy(h->session, session.ptr, session.len);
    read_extensions(h, &r, false);
}

static void
read_server(struct tls_hello *h, struct slice body)
{
    struct reader r = reader_of(body);
    uint16_t version = reader_u16(&r);
    struct slice random = reader_bytes(&r, 32);
    struct slice session = counted(&r, 1);
    uint16_t suite = reader_u16(&r);
    reader_u8(&r); /* compression */
    if (r.failed)
        return;
    if (memcmp(random.ptr, retry_random, 32) == 0) {
        h->is_retried = true;
        return;
    }
    h->has_server = true;
    h->version = version;
    h->suite = suite;
    memcpy(h->server_random, random.ptr, 32);
    read_extensions(h, &r, true);
    /* In 1.3 an id is repeated without a meaning. */
    if (h->version < 0x0304)
        h->is_resumed = session.len > 0 &&
                        slice_equal(session,
                                    slice_of(h->session, h->session_len));
}

void
tls_hello_read(struct tls_hello *h, uint8_t type, struct slice body)
{
    struct reader r = reader_of(body);
    if (type == TLS_CLIENT_HELLO)
        read_client(h, body);
    else if (type == TLS_SERVER_HELLO)
        read_server(h, body);
    else if (type == TLS_EXTENSIONS)
        read_extensions(h, &r, true);
}

void
tls_hello_describe(const struct tls_hello *h, struct buf *out)
{
    const struct tls_suite *suite = tls_suite_of(h->suite);
    if (!h->has_server)
        buf_add_str(out, "TLS");
    else if (h->version >= 0x0301 && h->version <= 0x0304)
        buf_printf(out, "TLS 1.%d", h->version - 0x0301);
    else
        buf_printf(out, "TLS version 0x%04x", h->version);
    if (suite)
        buf_printf(out, ", %s", suite->name);
    else if (h->has_server)
        buf_printf(out, ", cipher suite 0x%04x", h->suite);
    if (h->is_resumed)
        buf_add_str(out, ", resumed");
    if (h->sni.len) {
        buf_add_str(out, ", SNI ");
        hex_escape(out, buf_slice(&h->sni), 0);
    }
    if (h->alpn.len) {
        buf_add_str(out, h->is_alpn_selected ? ", ALPN " : ", ALPN offered ");
        hex_escape(out, buf_slice(&h->alpn), 0);
    }
}
