/* file.h - whole files in and out.
 * SPDX-License-Identifier: MIT
 *
 * The path "-" is standard input or standard output, as options have it.     */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

/* Appends all of a file. -1 with err when it cannot be read; then out may
 * hold a part. */
int file_read(struct buf *out, const char *path, struct error *err);

/* Makes the file anew. -1 with err unless all of it was taken. */
int file_write(const char *path, struct slice content, struct error *err);

#endif
