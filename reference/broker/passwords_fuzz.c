/* passwords_fuzz.c - any file of passwords: an error with a line, or entries.
 * SPDX-License-Identifier: MIT                                               */
#include <assert.h>

#include "broker/passwords.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {""};
    struct slice text = slice_of(data, size);
    struct buf rest = {0};
    struct passwords *p = passwords_parse(text, "f", &err);
    assert(p || err.text[0]);
    if (p)
        passwords_scram(p, mqtt_scram_method_at(0), slice_str("ann"));
    passwords_free(p);
    /* A file stays one when a user is taken out. */
    passwords_without(&rest, text, slice_str("ann"));
    struct passwords *less = passwords_parse(buf_slice(&rest), "f", &err);
    assert(!p || less);
    passwords_free(less);
    buf_release(&rest);
    return 0;
}
