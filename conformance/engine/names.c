/* names.c - topics and client ids that no other scenario uses.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/names.h"

#include "base/random.h"

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

void
names_make_tag(char out[NAMES_TAG_LEN + 1])
{
    uint8_t bytes[NAMES_TAG_LEN];
    random_secret(bytes, sizeof bytes);
    for (int i = 0; i < NAMES_TAG_LEN; i++)
        out[i] = digits[bytes[i] % 36];
    out[NAMES_TAG_LEN] = 0;
}

static bool
is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

bool
names_tag_valid(const char *tag)
{
    size_t n = strlen(tag);
    if (n < 1 || n > NAMES_TAG_LEN)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_alphanumeric(tag[i]))
            return false;
    return true;
}

void
names_suffix(char out[NAMES_SUFFIX_LEN + 1], const char *tag, unsigned number)
{
    char reversed[8];
    size_t n = 0, at = strlen(tag);
    memcpy(out, tag, at);
    do {
        reversed[n++] = digits[number % 36];
        number /= 36;
    } while ((number || n < 3) && at + n < NAMES_SUFFIX_LEN);
    while (n)
        out[at++] = reversed[--n];
    out[at] = 0;
}

void
names_client_id(struct buf *out, struct slice name, const char *suffix)
{
    buf_add(out, slice_first(name, NAMES_ID_MAX - strlen(suffix)));
    buf_add_str(out, suffix);
}

void
names_fill(struct buf *out, struct slice template, unsigned number)
{
    while (template.len) {
        if (slice_starts(template, "{n}")) {
            buf_printf(out, "%u", number);
            template = slice_from(template, 3);
        } else {
            buf_add_byte(out, template.ptr[0]);
            template = slice_from(template, 1);
        }
    }
}
