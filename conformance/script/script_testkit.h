/* script_testkit.h - a scenario file of a few words, or the test has failed.
 * SPDX-License-Identifier: MIT
 *
 *     struct script_file *f = script_loaded(SCRIPT_50 "c < %s\n", pattern);
 *     ...
 *     script_free(f);
 *
 * A test whose own script is wrong fails with what is wrong with it, and where.
 * Only x_test.c and x_testkit.h files include this.                          */
#ifndef SCRIPT_SCRIPT_TESTKIT_H
#define SCRIPT_SCRIPT_TESTKIT_H

#include <stdarg.h>

#include "base/buf.h"
#include "base/test.h"
#include "conformance/script/script.h"

/* What stands above the lines of a scenario. */
#define SCRIPT_50 "scenario t\n\"t\"\nfor 5.0\n"
#define SCRIPT_311 "scenario t\n\"t\"\nfor 3.1.1\n"

/* How script.h makes a file of text. */
typedef struct script_file *script_of_text(const char *path,
                                           struct slice chapter,
                                           struct slice text,
                                           struct script_errors *errors);

static inline struct script_file *
script_made(script_of_text *make, const char *format, va_list args)
{
    struct script_errors errors = {0};
    struct buf text = {0}, why = {0};
    buf_vprintf(&text, format, args);
    struct script_file *f =
        make("qos/x.scn", slice_str("qos/x"), buf_slice(&text), &errors);
    script_errors_print(&why, &errors);
    ck_assert_msg(f != NULL, "%s\n%s", buf_cstr(&text), buf_cstr(&why));
    script_errors_release(&errors);
    buf_release(&text);
    buf_release(&why);
    return f;
}

/* Read, parsed and resolved. */
__attribute__((format(printf, 1, 2))) static inline struct script_file *
script_loaded(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct script_file *f = script_made(script_load_text, format, args);
    va_end(args);
    return f;
}

/* Parsed, not resolved: names and statements may mean nothing. */
__attribute__((format(printf, 1, 2))) static inline struct script_file *
script_parsed(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct script_file *f = script_made(script_parse_text, format, args);
    va_end(args);
    return f;
}

#endif
