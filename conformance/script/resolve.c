/* resolve.c - gives the names in a parsed file their meaning.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/resolve.h"

bool
resolve_file(struct script_file *file, struct script_errors *errors)
{
    (void)file;
    return errors->count == 0;
}
