/* gzip.h - a gzip-compressed file, read as if it were not.
 * SPDX-License-Identifier: MIT                                               */
#ifndef TRACE_CAPTURE_GZIP_H
#define TRACE_CAPTURE_GZIP_H

#include <stdio.h>

/* A stream of what is inside; takes `file`, which stands at its first byte.
 * Damage and a cut file look like the end of the file, in the middle of
 * something. Closing it closes `file`. */
FILE *gzip_open(FILE *file);

#endif
