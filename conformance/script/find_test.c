/* find_test.c - the scenario files under a folder.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "conformance/script/script.h"

/* Files in a new folder, in no order; hidden ones and others are left out. */
static const char *const files[] = {"qos/b.scn", "qos/a.scn", "connect/z.scn",
                                    "qos/notes.txt", "qos/.hidden.scn",
                                    "top.scn"};

static void
write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    ck_assert(out != NULL);
    fputs(text, out);
    fclose(out);
}

static void
make_folder(char *root)
{
    char path[256];
    ck_assert(mkdtemp(root) != NULL);
    ck_assert_int_eq(chdir(root), 0);
    ck_assert_int_eq(mkdir("s", 0700) | mkdir("s/qos", 0700) |
                     mkdir("s/connect", 0700), 0);
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        snprintf(path, sizeof path, "s/%s", files[i]);
        write_text(path, "scenario a\n\"t\"\nfor 5.0\n"
                         "judge 1 = 1 [MQTT-3.1.0-1]\n");
    }
}

static void
remove_folder(const char *root)
{
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        char path[256];
        snprintf(path, sizeof path, "s/%s", files[i]);
        unlink(path);
    }
    rmdir("s/qos");
    rmdir("s/connect");
    rmdir("s");
    ck_assert_int_eq(chdir("/"), 0);
    rmdir(root);
}

START_TEST(files_come_in_order_with_their_chapters)
{
    char root[] = "/tmp/find_test_XXXXXX";
    struct script_paths found = {0};
    struct error err;
    make_folder(root);
    ck_assert_int_eq(script_find_files("s//", &found, &err), 0);
    ck_assert_uint_eq(found.count, 4);
    ck_assert_str_eq(found.paths[0], "s/connect/z.scn");
    ck_assert_str_eq(found.chapters[0], "connect/z");
    ck_assert_str_eq(found.chapters[1], "qos/a");
    ck_assert_str_eq(found.chapters[2], "qos/b");
    ck_assert_str_eq(found.chapters[3], "top");
    script_paths_release(&found);

    ck_assert_int_eq(script_find_files("s/qos/b.scn", &found, &err), 0);
    ck_assert_uint_eq(found.count, 1);
    ck_assert_str_eq(found.chapters[0], "qos/b");

    struct script_errors errors = {0};
    struct script_file *f = script_load(
        found.paths[0], slice_str(found.chapters[0]), &errors);
    ck_assert(f != NULL);
    ck_assert(slice_is(f->scenarios[0].id, "qos/b/a"));
    ck_assert_str_eq((const char *)f->path.ptr, "s/qos/b.scn");
    script_free(f);
    script_errors_release(&errors);
    script_paths_release(&found);
    remove_folder(root);
}
END_TEST

START_TEST(what_cannot_be_read_is_said)
{
    struct script_paths found = {0};
    struct script_errors errors = {0};
    struct buf shown = {0};
    struct error err;
    ck_assert_int_eq(script_find_files("no/such", &found, &err), -1);
    ck_assert_str_eq(err.text, "no/such: No such file or directory");
    ck_assert_int_eq(script_find_files("docs/STYLE.md", &found, &err), -1);
    ck_assert_ptr_null(script_load("no/such.scn", slice_str("x"), &errors));
    script_errors_print(&shown, &errors);
    ck_assert_str_eq(buf_cstr(&shown), "no/such.scn: cannot read it: No such "
                                       "file or directory\n");
    script_errors_release(&errors);
    buf_release(&shown);
}
END_TEST

TEST_MAIN(files_come_in_order_with_their_chapters, what_cannot_be_read_is_said)
