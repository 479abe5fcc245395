/* docs_test.c - every example in docs/SCENARIOS.md loads and is tidy.
 * SPDX-License-Identifier: MIT
 *
 * A block without `scenario` is a fragment: it is put into one in which the
 * clients a, b, c, pub and sub are connected.                                */
#include "base/file.h"
#include "base/test.h"
#include "conformance/script/format.h"

static const char page[] = "docs/SCENARIOS.md";

/* Takes a line, without its end, off *rest. */
static struct slice
next_line(struct slice *rest)
{
    const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
    struct slice line =
        slice_first(*rest, end ? (size_t)(end - rest->ptr) : rest->len);
    *rest = slice_from(*rest, line.len + 1);
    return line;
}

static const char *const clients[] = {"a", "b", "c", "pub", "sub"};

static void
wrap(struct buf *out, struct slice fragment)
{
    buf_add_str(out, "scenario example\n    \"of the documentation\"\n"
                     "    for    5.0\n\n");
    for (size_t i = 0; i < TEST_COUNT(clients); i++)
        buf_printf(out, "    %s  connects fresh\n\n", clients[i]);
    while (fragment.len) {
        struct slice line = next_line(&fragment);
        buf_printf(out, line.len ? "    %.*s\n" : "\n", SLICE_ARG(line));
    }
    buf_add_str(out, "\n    judge 1 = 1                                       "
                     "        [MQTT-3.1.0-1]\n");
}

static void
check(struct slice block, unsigned line)
{
    struct buf text = {0}, shown = {0}, tidy = {0};
    struct script_errors errors = {0};
    bool is_whole = slice_starts(block, "scenario") ||
                    slice_starts(block, "define") || slice_starts(block, "#");
    if (is_whole)
        buf_add(&text, block);
    else
        wrap(&text, block);
    struct script_file *f = script_load_text("example", slice_str("docs"),
                                             buf_slice(&text), &errors);
    script_errors_print(&shown, &errors);
    ck_assert_msg(f != NULL, "%s, block in line %u:\n%s", page, line,
                  buf_cstr(&shown));
    ck_assert(script_format(&tidy, "example", buf_slice(&text), &errors));
    ck_assert_msg(slice_equal(buf_slice(&tidy), buf_slice(&text)),
                  "%s, block in line %u should be\n%s\nand is\n%s", page, line,
                  buf_cstr(&tidy), buf_cstr(&text));
    script_free(f);
    buf_release(&text);
    buf_release(&shown);
    buf_release(&tidy);
    script_errors_release(&errors);
}

START_TEST(every_example_loads_and_is_tidy)
{
    struct buf text = {0};
    struct error err;
    ck_assert_msg(file_read(&text, page, &err) == 0, "%s", err.text);
    struct slice rest = buf_slice(&text);
    unsigned line = 0, blocks = 0;
    while (rest.len) {
        struct slice fence = next_line(&rest);
        line++;
        if (!slice_is(fence, "```scn"))
            continue;
        struct slice block = {rest.ptr, 0};
        unsigned begins = line;
        while (rest.len && !slice_starts(rest, "```")) {
            next_line(&rest);
            line++;
        }
        block.len = (size_t)(rest.ptr - block.ptr);
        check(block, begins);
        blocks++;
    }
    ck_assert_uint_gt(blocks, 20);
    buf_release(&text);
}
END_TEST

static const char *const words[] = {
#define FUNCTION(name, ...) "`" #name,
#include "conformance/script/functions.def"
#undef FUNCTION
#define NEED(name, ...) "`" #name "`",
#include "conformance/script/needs.def"
#undef NEED
};

START_TEST(every_function_and_need_is_named)
{
    struct buf text = {0};
    struct error err;
    ck_assert_msg(file_read(&text, page, &err) == 0, "%s", err.text);
    for (size_t i = 0; i < TEST_COUNT(words); i++)
        ck_assert_msg(strstr(buf_cstr(&text), words[i]) != NULL,
                      "%s says nothing of %s", page, words[i]);
    buf_release(&text);
}
END_TEST

TEST_MAIN(every_example_loads_and_is_tidy, every_function_and_need_is_named)
