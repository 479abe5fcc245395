/* lint_print.c - which form findings are told in.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/lint/lint_print.h"

#include <string.h>

static const struct {
    const char *name;
    void (*print)(struct buf *out, const struct lint *l, const char *name);
} formats[LINT_FORMATS] = {
    [LINT_TEXT] = {"text", lint_print_text},
    [LINT_JSON] = {"json", lint_print_json},
    [LINT_JUNIT] = {"junit", lint_print_junit},
    [LINT_SARIF] = {"sarif", lint_print_sarif},
};

int
lint_format_parse(const char *name)
{
    for (int i = 0; i < LINT_FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return i;
    return -1;
}

void
lint_print(struct buf *out, const struct lint *l, enum lint_format format,
           const char *name)
{
    formats[format].print(out, l, name);
}
