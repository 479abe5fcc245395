/* parse_fuzz.c - any bytes: an error or a tree, never a crash.
 * SPDX-License-Identifier: MIT
 *
 * What parses must also survive the formatter: its output parses again, and
 * formatting that changes nothing more.                                      */
#include <stdio.h>

#include "base/mem.h"
#include "conformance/script/format.h"
#include "conformance/script/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_format(struct slice text)
{
    struct script_errors errors = {0};
    struct buf once = {0}, twice = {0};
    if (script_format(&once, "fuzz.scn", text, &errors) &&
        (!script_format(&twice, "fuzz.scn", buf_slice(&once), &errors) ||
         !slice_equal(buf_slice(&once), buf_slice(&twice)))) {
        fprintf(stderr, "--- once\n%s--- twice\n%s", buf_cstr(&once),
                buf_cstr(&twice));
        BUG("formatting is not stable");
    }
    buf_release(&once);
    buf_release(&twice);
    script_errors_release(&errors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct script_errors errors = {0};
    struct buf shown = {0};
    struct script_file *f = script_load_text("fuzz.scn", slice_str("fuzz"),
                                             text, &errors);
    if ((f == NULL) != (errors.count > 0))
        BUG("an error without a message, or the other way round");
    script_errors_print(&shown, &errors);
    script_free(f);
    buf_release(&shown);
    script_errors_release(&errors);
    check_format(text);
    return 0;
}
