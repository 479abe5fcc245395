/* resolver.c - what the parts of the resolver say of the script, and where.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/resolver.h"

#include <stdarg.h>
#include <stdio.h>

#include "conformance/script/errors.h"

void
resolver_fail(struct resolver *r, struct script_place at, const char *format,
              ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (r->call_count && len > 0 && (size_t)len < sizeof message)
        snprintf(message + len, sizeof message - (size_t)len,
                 " (called in line %u)", r->calls[r->call_count - 1]->at.line);
    script_errors_add(r->errors, r->file->text, at, message);
    r->is_good = false;
}

struct script_place
resolver_place(const struct resolver *r, struct slice it)
{
    struct script_place at = {1, 1};
    for (const uint8_t *c = r->file->text.ptr; c < it.ptr; c++) {
        if (*c == '\n')
            at = (struct script_place){at.line + 1, 1};
        else if ((*c & 0xc0) != 0x80)
            at.column++;
    }
    return at;
}

struct version_text
resolver_versions(unsigned set)
{
    struct version_text out = {""};
    size_t len = 0;
    for (int v = MQTT_31; v <= MQTT_50; v++)
        if (mqtt_version_in((enum mqtt_version)v, set))
            len += (size_t)snprintf(out.text + len, sizeof out.text - len,
                                    "%s%s", len ? " and " : "",
                                    mqtt_version_name((enum mqtt_version)v));
    return out;
}
