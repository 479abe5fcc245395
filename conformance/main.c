/* main.c - plumb-check: holds a broker to the standard.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "conformance/commands.h"

/* clang-format off */
static const struct command {
    const char *name;
    unsigned bit;
    int (*run)(const struct options *o);
    const char *usage;
    const char *text;
} commands[] = {
    {"run",      CMD_RUN,      command_run,      "(--target URL | --broker-core) [options] [ID|GLOB ...]", "plays scenarios against a broker"},
    {"list",     CMD_LIST,     command_list,     "[options] [ID|GLOB ...]",     "lists scenarios and what they judge"},
    {"explain",  CMD_EXPLAIN,  command_explain,  "[options] STATEMENT|ID ...",  "all that is known of a statement or a scenario"},
    {"coverage", CMD_COVERAGE, command_coverage, "[options]",                   "which statements are judged by which scenarios"},
    {"compare",  CMD_COMPARE,  command_compare,  "BEFORE.json AFTER.json",      "what changed between two reports"},
    {"merge",    CMD_MERGE,    command_merge,    "[--json FILE] PART.json ...", "puts the reports of the parts of a run together"},
    {"certify",  CMD_CERTIFY,  command_certify,  "--profile FILE REPORT.json ...", "whether reports prove all that a profile requires"},
    {"verify",   CMD_VERIFY,   command_verify,   "REPORT.json",                 "whether a report agrees with itself, the scenarios and its captures"},
    {"fmt",      CMD_FMT,      command_fmt,      "[--check] FILE ... | -",      "lays scenario files out anew"},
};
/* clang-format on */
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void
print_help(FILE *out)
{
    fputs("plumb-check - holds an MQTT broker to the standard\n\n", out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  plumb-check %-9s %s\n", commands[i].name,
                commands[i].text);
    fputs("\nplumb-check COMMAND --help says more.\n"
          "exit status: 0 good, 1 failed, 2 wrong usage or script, 3 nothing "
          "failed but\nsomething stayed open, 4 the target cannot be reached\n",
          out);
}

static int
run_command(const struct command *c, int argc, char **argv)
{
    struct options o;
    struct error err;
    if (options_parse(&o, c->bit, argc, argv, &err)) {
        fprintf(stderr, "plumb-check %s: %s\n", c->name, err.text);
        return EXIT_WRONG;
    }
    if (o.help) {
        printf("plumb-check %s - %s\n\nusage: plumb-check %s %s\n\n", c->name,
               c->text, c->name, c->usage);
        options_help(c->bit);
        return EXIT_GOOD;
    }
    return c->run(&o);
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_WRONG;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return run_command(&commands[i], argc - 2, argv + 2);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_GOOD;
    }
    fprintf(stderr, "plumb-check: there is no command '%s'; --help lists "
                    "them\n", argv[1]);
    return EXIT_WRONG;
}
