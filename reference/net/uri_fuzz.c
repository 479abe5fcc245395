/* uri_fuzz.c - any text as a broker's address.
 * SPDX-License-Identifier: MIT                                               */
#include <assert.h>

#include "net/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was understood, written down again, is understood the same way. */
static void
write_again(const struct uri *u, struct buf *out)
{
    buf_printf(out, strchr(u->host, ':') ? "%s://[%s]:%u" : "%s://%s:%u",
               uri_scheme_name(u->scheme), u->host, u->port);
    buf_add(out, buf_slice(&u->path));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {""};
    struct uri u, again;
    struct buf text = {0};
    if (uri_parse(&u, slice_of(data, size), &err)) {
        assert(err.text[0]);
        return 0;
    }
    assert(u.host[0] && u.port);
    write_again(&u, &text);
    assert(uri_parse(&again, buf_slice(&text), &err) == 0);
    assert(again.scheme == u.scheme && again.port == u.port);
    assert(strcmp(again.host, u.host) == 0);
    assert(slice_equal(buf_slice(&again.path), buf_slice(&u.path)));
    uri_release(&u);
    uri_release(&again);
    buf_release(&text);
    return 0;
}
