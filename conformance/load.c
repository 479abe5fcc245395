/* load.c - the scenario files of a folder, all of them or none.
 * SPDX-License-Identifier: MIT */
#include "conformance/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/hex.h"
#include "base/mem.h"

static void
load_one(struct load *l, const char *path, const char *chapter)
{
    struct script_errors errors = {0};
    struct script_file *file = script_load(path, slice_str(chapter), &errors);
    if (file) {
        l->files = xgrow(l->files, &l->cap, l->count + 1, sizeof *l->files);
        l->files[l->count++] = file;
    } else {
        struct buf text = {0};
        script_errors_print(&text, &errors);
        fputs(buf_cstr(&text), stderr);
        buf_release(&text);
        l->errors += errors.count + errors.dropped;
    }
    script_errors_release(&errors);
}

static void
sum_up(struct load *l)
{
    struct buf all = {0}, hex = {0};
    uint8_t digest[DIGEST_SHA256_LEN];
    for (size_t i = 0; i < l->count; i++)
        buf_add(&all, l->files[i]->text);
    digest_sha256(buf_slice(&all), digest);
    hex_print(&hex, slice_of(digest, sizeof digest), 0);
    memcpy(l->sha256, hex.data, sizeof l->sha256 - 1);
    buf_release(&all);
    buf_release(&hex);
}

/* Whoever calls build/bin/plumb-check from elsewhere means the scenarios that it
 * was built beside. */
static char *
suite_root(void)
{
    static const char here[] = "scenarios";
    char program[4096];
    ssize_t n = access(here, F_OK) == 0
                    ? -1
                    : readlink("/proc/self/exe", program, sizeof program);
    for (int up = 0; up < 3 && n > 0; up++)
        while (n > 0 && program[--n] != '/')
            continue;
    char *root = n > 0 ? xasprintf("%.*s/%s", (int)n, program, here) : NULL;
    if (root && access(root, F_OK) == 0)
        return root;
    free(root);
    return xstrdup(here);
}

int
load_files(struct load *l, const char *root, struct error *err)
{
    struct script_paths paths = {0};
    char *own = root ? NULL : suite_root();
    int status = script_find_files(root ? root : own, &paths, err);
    *l = (struct load){0};
    free(own);
    if (status)
        return root ? -1 : error_prefix(err, "--scenarios DIR says where they "
                                             "are, and none are here");
    for (size_t i = 0; i < paths.count; i++)
        load_one(l, paths.paths[i], paths.chapters[i]);
    script_paths_release(&paths);
    if (l->count == 0 && l->errors == 0)
        return error_set(err, "%s: there is no scenario file (*.scn) in it",
                         root ? root : "scenarios");
    sum_up(l);
    return 0;
}

void
load_release(struct load *l)
{
    for (size_t i = 0; i < l->count; i++)
        script_free(l->files[i]);
    free(l->files);
    *l = (struct load){0};
}

bool
load_is(const struct load *l, const char *sha256)
{
    return sha256 && strcmp(sha256, l->sha256) == 0;
}
