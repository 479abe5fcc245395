/* graphviz.c - DOT to SVG or PNG, by running Graphviz.
 * SPDX-License-Identifier: MIT
 *
 * The DOT goes through a temporary file, so that neither side can wait for the
 * other.                                                                     */
#include "trace/render/graphviz.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Starts neato or dot with `in` and `complaints` as its standard input and error;
 * returns where to read what it writes, or -1. */
static int
start(FILE *in, FILE *complaints, bool is_placed, const char *format,
      pid_t *pid, struct error *err)
{
    int ends[2];
    char option[16];
    char neato[] = "neato", dot[] = "dot", pinned[] = "-n2";
    char *placed[] = {neato, pinned, option, NULL};
    char *loose[] = {dot, option, NULL};
    char **argv = is_placed ? placed : loose;
    posix_spawn_file_actions_t actions;
    snprintf(option, sizeof option, "-T%s", format);
    if (pipe(ends) < 0)
        return error_errno(err, "cannot start Graphviz");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(in), 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(complaints), 2);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    int failed = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (!failed)
        return ends[0];
    close(ends[0]);
    if (failed == ENOENT)
        return error_set(err, "SVG and PNG need Graphviz, and its programs "
                              "are not here: install the package "
                              "graphviz, or write --dot");
    errno = failed;
    return error_errno(err, "cannot start Graphviz");
}

static void
read_all(struct buf *out, int fd)
{
    ssize_t got;
    do {
        got = read(fd, buf_room(out, 65536), 65536);
        if (got > 0)
            out->len += (size_t)got;
    } while (got > 0 || (got < 0 && errno == EINTR));
    close(fd);
}

static int
complain(FILE *complaints, struct error *err)
{
    char line[256] = "";
    rewind(complaints);
    if (!fgets(line, sizeof line, complaints))
        line[0] = 0;
    line[strcspn(line, "\n")] = 0;
    return error_set(err, "Graphviz failed%s%s", line[0] ? ": " : "", line);
}

int
graphviz_run(struct buf *out, struct slice dot, bool is_placed,
             const char *format, struct error *err)
{
    FILE *in = tmpfile(), *complaints = tmpfile();
    pid_t pid;
    int status = 0, result = -1;
    size_t before = out->len;
    if (!in || !complaints ||
        fwrite(dot.ptr, 1, dot.len, in) != dot.len || fflush(in) != 0) {
        error_errno(err, "no temporary file for Graphviz");
        goto done;
    }
    rewind(in);
    int fd = start(in, complaints, is_placed, format, &pid, err);
    if (fd < 0)
        goto done;
    read_all(out, fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (status != 0 || out->len == before)
        complain(complaints, err);
    else
        result = 0;
done:
    if (in)
        fclose(in);
    if (complaints)
        fclose(complaints);
    return result;
}
