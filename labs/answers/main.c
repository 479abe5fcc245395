/* main.c - what the labs of answers need besides the shell.
 * SPDX-License-Identifier: MIT                                               */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "labs/answers/cmd.h"
#include "labs/answers/draw.h"
#include "labs/answers/tape.h"

/* dress SEED FILE: a template with its words, on standard output. */
static int
dress(char **words, int count, struct error *err)
{
    struct buf in = {0}, out = {0};
    if (count != 2)
        return error_set(err, "dress SEED FILE");
    int result = file_read(&in, words[1], err);
    if (result == 0 &&
        !draw_dress(&out, buf_slice(&in), strtoull(words[0], NULL, 10)))
        result =
            error_set(err, "%s: a word between @ and @ is unknown", words[1]);
    if (result == 0)
        result = file_write("-", buf_slice(&out), err);
    buf_release(&in);
    buf_release(&out);
    return result;
}

/* capture SEED OUT IN...: evidence of one run as one capture. */
static int
capture(char **words, int count, struct error *err)
{
    struct tape tape = {0};
    struct buf out = {0};
    unsigned first = 0;
    int result = count < 3 ? error_set(err, "capture SEED OUT IN...") : 0;
    for (int i = 2; i < count && result == 0; i++) {
        int n = tape_add_capture(&tape, words[i], first, err);
        first += (unsigned)(n > 0 ? n : 0);
        result = n < 0 ? -1 : 0;
    }
    tape_sort(&tape);
    tape_rename_nameless(&tape, strtoull(words[0], NULL, 10));
    if (result == 0) {
        tape_write(&out, &tape, strtoull(words[0], NULL, 10), true);
        result = file_write(words[1], buf_slice(&out), err);
    }
    tape_release(&tape);
    buf_release(&out);
    return result;
}

/* tape CAPTURE: as text, for recordings. */
static int
print_tape(char **words, int count, struct error *err)
{
    struct tape tape = {0};
    struct buf out = {0};
    int result = count != 1 ? error_set(err, "tape CAPTURE") : 0;
    if (result == 0)
        result = tape_add_capture(&tape, words[0], 0, err) < 0 ? -1 : 0;
    tape_sort(&tape);
    tape_print(&out, &tape);
    if (result == 0)
        result = file_write("-", buf_slice(&out), err);
    tape_release(&tape);
    buf_release(&out);
    return result;
}

static const struct {
    const char *name;
    cmd_fn *run;
} verbs[] = {
    /* clang-format off */
    {"dress",              dress},
    {"capture",            capture},
    {"tape",               print_tape},
    {"wire-give",          cmd_wire_give},
    {"wire-key",           cmd_wire_key},
    {"wire-judge",         cmd_wire_judge},
    {"incidents-captures", cmd_incidents_captures},
    {"incidents-give",     cmd_incidents_give},
    {"incidents-key",      cmd_incidents_key},
    {"incidents-judge",    cmd_incidents_judge},
    {"incidents-check",    cmd_incidents_check},
    /* clang-format on */
};

int
main(int argc, char **argv)
{
    struct error err = {""};
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        if (verbs[i].run(argv + 2, argc - 2, &err) == 0)
            return 0;
        fprintf(stderr, "lab-answers: %s\n", err.text);
        return 2;
    }
    fprintf(stderr, "usage: lab-answers VERB ...; labs/*/give and judge call "
                    "it\n");
    return 2;
}
