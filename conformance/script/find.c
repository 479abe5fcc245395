/* find.c - the scenario files under a folder.
 * SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "conformance/script/script.h"

enum { FOLDERS_DEEP = 8 };

static bool
is_script(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && name[0] != '.' && strcmp(name + len - 4, ".scn") == 0;
}

static void
add(struct script_paths *out, const char *path, const char *chapter)
{
    size_t cap = out->cap;
    out->paths = xgrow(out->paths, &out->cap, out->count + 1,
                       sizeof *out->paths);
    out->chapters = xgrow(out->chapters, &cap, out->count + 1,
                          sizeof *out->chapters);
    out->paths[out->count] = xstrdup(path);
    /* "qos/qos2.scn" without its ending */
    out->chapters[out->count++] =
        xasprintf("%.*s", (int)strlen(chapter) - 4, chapter);
}

/* Everything in folder `path`; names in it are root_len bytes shorter than
 * their paths. */
static int
walk(struct script_paths *out, const char *path, size_t root_len, int deep,
     struct error *err)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort), status = 0;
    if (count < 0)
        return error_errno(err, "%s", path);
    for (int i = 0; i < count; i++) {
        struct stat st;
        const char *name = entries[i]->d_name;
        char *full = xasprintf("%s/%s", path, name);
        if (status == 0 && name[0] != '.' && stat(full, &st) == 0) {
            if (S_ISDIR(st.st_mode) && deep < FOLDERS_DEEP)
                status = walk(out, full, root_len, deep + 1, err);
            else if (S_ISREG(st.st_mode) && is_script(name))
                add(out, full, full + root_len);
        }
        free(full);
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* "folder/name.scn" of a longer path. */
static const char *
last_two(const char *path)
{
    const char *at = path + strlen(path);
    for (int slashes = 0; at > path; at--)
        if (at[-1] == '/' && ++slashes == 2)
            break;
    return at;
}

int
script_find_files(const char *root, struct script_paths *out,
                  struct error *err)
{
    struct stat st;
    char *path = xstrdup(root);
    size_t len = strlen(path);
    int status = 0;
    while (len > 1 && path[len - 1] == '/')
        path[--len] = '\0';
    if (stat(path, &st) != 0)
        status = error_errno(err, "%s", path);
    else if (S_ISDIR(st.st_mode))
        status = walk(out, path, len + 1, 0, err);
    else if (is_script(last_two(path)))
        add(out, path, last_two(path));
    else
        status = error_set(err, "%s: a scenario file ends in .scn", path);
    free(path);
    return status;
}

void
script_paths_release(struct script_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        free(paths->paths[i]);
        free(paths->chapters[i]);
    }
    free(paths->paths);
    free(paths->chapters);
    *paths = (struct script_paths){0};
}
