/* cmd_passwd.c - plumb-broker passwd: changes a file of passwords.
 * SPDX-License-Identifier: MIT
 *
 * The password comes from the terminal, unseen, or from standard input; never
 * from the command line, which everybody on the machine can read. The file is
 * written aside and moved into place, readable by its owner only.            */
#include "broker/cmd_passwd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "broker/passwords.h"

enum { EXIT_USAGE = 2, ITERATIONS = 100000 };

struct request {
    const char *file, *user;
    uint32_t iterations; /* of SCRAM; 0: no SCRAM */
    bool deletes;        /* -D */
    bool help;
};

static const char usage[] =
    "plumb-broker passwd - makes and changes a file for --password-file\n\n"
    "usage: plumb-broker passwd [options] FILE USER\n\n"
    "  -D               delete the user instead of adding or replacing it\n"
    "  --scram[=N]      let the user log in by SCRAM too; N iterations, 4096\n"
    "                   to 2000000, default 100000\n"
    "  -h --help        this text\n\n"
    "The password is asked for on the terminal, or read as one line from\n"
    "standard input. The broker reads the file when it starts.\n"
    "exit status: 0 done, 1 could not, 2 usage\n";

/* --- the command line ----------------------------------------------------- */

static int
take_iterations(struct request *r, const char *value, struct error *err)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || n < 4096 ||
        n > SCRAM_ITERATIONS_MAX)
        return error_set(err, "--scram: '%s' is not a number from 4096 to %d",
                         value, SCRAM_ITERATIONS_MAX);
    r->iterations = (uint32_t)n;
    return 0;
}

static int
take_argument(struct request *r, const char *arg, struct error *err)
{
    if (strcmp(arg, "-D") == 0)
        r->deletes = true;
    else if (strcmp(arg, "-h") == 0 || strcmp(arg, "--help") == 0)
        r->help = true;
    else if (strcmp(arg, "--scram") == 0)
        r->iterations = ITERATIONS;
    else if (strncmp(arg, "--scram=", 8) == 0)
        return take_iterations(r, arg + 8, err);
    else if (arg[0] == '-')
        return error_set(err, "unknown option '%s'; --help lists them", arg);
    else if (!r->file)
        r->file = arg;
    else if (!r->user)
        r->user = arg;
    else /* maybe the password: it is not repeated */
        return error_set(err, "a file and a user name, and nothing more: the "
                              "password is asked for");
    return 0;
}

static int
parse(struct request *r, int argc, char **argv, struct error *err)
{
    *r = (struct request){0};
    for (int i = 0; i < argc; i++)
        if (take_argument(r, argv[i], err) < 0)
            return -1;
    if (!r->help && !r->user)
        return error_set(err, "wants a file and a user name; --help says more");
    const char *bad = r->help ? NULL : passwords_bad_user(slice_str(r->user));
    if (!bad && r->iterations && !mqtt_scram_is_prepared(slice_str(r->user)))
        bad = "a user name for SCRAM is of printable ASCII characters";
    return bad ? error_set(err, "'%s': %s", r->user, bad) : 0;
}

/* --- the password --------------------------------------------------------- */

/* One line of standard input, without its end. */
static int
read_line(struct buf *out, struct error *err)
{
    uint8_t byte;
    ssize_t n;
    buf_room(out, PASSWORDS_TEXT_MAX + 2); /* so that it never moves */
    while ((n = read(STDIN_FILENO, &byte, 1)) == 1 && byte != '\n') {
        if (out->len > PASSWORDS_TEXT_MAX)
            break;
        buf_add_byte(out, byte);
    }
    if (n < 0)
        return error_errno(err, "cannot read the password");
    if (out->len > 0 && out->data[out->len - 1] == '\r')
        out->len--;
    return 0;
}

static int
ask_unseen(struct buf *out, const char *question, struct error *err)
{
    struct termios seen, unseen;
    if (tcgetattr(STDIN_FILENO, &seen) < 0)
        return error_errno(err, "cannot ask for the password");
    unseen = seen;
    unseen.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    fprintf(stderr, "%s: ", question);
    int result = read_line(out, err);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
    fputc('\n', stderr);
    return result;
}

static int
get_password(struct buf *out, bool for_scram, struct error *err)
{
    struct buf again = {0};
    bool asks = isatty(STDIN_FILENO);
    int result = asks ? ask_unseen(out, "Password", err)
                      : read_line(out, err);
    const char *bad = passwords_bad_password(buf_slice(out), for_scram);
    if (result == 0 && bad)
        result = error_set(err, "%s", bad);
    if (result == 0 && asks)
        result = ask_unseen(&again, "Once more", err);
    if (result == 0 && asks && !slice_equal(buf_slice(out), buf_slice(&again)))
        result = error_set(err, "the two are not the same; nothing changed");
    secret_release(&again);
    return result;
}

/* --- the file ------------------------------------------------------------- */

/* A file that does not exist yet is empty. */
static int
read_file(struct buf *out, const char *path, struct error *err)
{
    if (access(path, F_OK) < 0 && errno == ENOENT)
        return 0;
    return file_read(out, path, err);
}

static int
write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        bytes = slice_from(bytes, (size_t)n);
    }
    return fsync(fd);
}

/* Whoever reads it meanwhile sees all of the old or all of the new. */
static int
replace_file(const char *path, struct slice content, struct error *err)
{
    struct buf aside = {0};
    buf_printf(&aside, "%s.XXXXXX", path);
    buf_cstr(&aside);
    int fd = mkstemp((char *)aside.data); /* mode 0600 */
    int result = 0;
    if (fd < 0)
        result = error_errno(err, "cannot write beside %s", path);
    else if (write_all(fd, content) < 0 || rename(buf_cstr(&aside), path) < 0)
        result = error_errno(err, "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && result < 0)
        unlink(buf_cstr(&aside));
    buf_release(&aside);
    return result;
}

/* The file with the user's new entries, or without any. */
static int
change(const struct request *r, struct slice old, struct buf *text,
       struct error *err)
{
    struct slice user = slice_str(r->user);
    struct buf password = {0};
    size_t found = passwords_without(text, old, user);
    if (r->deletes)
        return found ? 0
                     : error_set(err, "%s has no user '%s'", r->file, r->user);
    int result = get_password(&password, r->iterations > 0, err);
    if (result == 0)
        passwords_add(text, user, buf_slice(&password), r->iterations);
    secret_release(&password);
    return result;
}

static int
run(const struct request *r, struct error *err)
{
    struct buf old = {0}, text = {0};
    struct passwords *valid = NULL;
    int result = read_file(&old, r->file, err);
    if (result == 0) /* nothing is done to a file of another kind */
        valid = passwords_parse(buf_slice(&old), r->file, err);
    result = valid ? change(r, buf_slice(&old), &text, err) : -1;
    if (result == 0)
        result = replace_file(r->file, buf_slice(&text), err);
    passwords_free(valid);
    secret_release(&old);
    secret_release(&text);
    return result;
}

int
cmd_passwd(int argc, char **argv)
{
    struct error err = {""};
    struct request r;
    int status = EXIT_SUCCESS;
    if (parse(&r, argc, argv, &err) < 0)
        status = EXIT_USAGE;
    else if (r.help)
        fputs(usage, stdout);
    else if (run(&r, &err) < 0)
        status = EXIT_FAILURE;
    if (status != EXIT_SUCCESS)
        fprintf(stderr, "plumb-broker passwd: %s\n", err.text);
    return status;
}
