/* error.h - the world failed: one sentence for a person.
 * SPDX-License-Identifier: MIT
 *
 * For what is neither our bug (assert) nor a peer's breach of the protocol
 * (mqtt/violation.h): a file that is not there, a port in use, an option that
 * does not exist. A function that can fail this way returns 0 or -1 and takes
 * a `struct error *` as its last parameter, which is filled on -1.
 * A good message says what, where and what to do.                           */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
    char text[512]; /* one line, no newline at its end; "" when unset */
};

/* Fills err and returns -1, so that one can write
 * `return error_set(err, "%s: not a capture", path);` */
int error_set(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, with ": " and the text of errno behind it. */
int error_errno(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before the text that is there, and returns -1. */
int error_prefix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
