/* main.c - plumb-client: publish, subscribe, ask and answer.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "client/cmd_bench.h"
#include "client/cmd_pub.h"
#include "client/cmd_request.h"
#include "client/cmd_respond.h"
#include "client/cmd_sub.h"

static const struct {
    const char *name;
    enum command_name id;
    enum status (*run)(const struct options *o);
    const char *help;
    const char *example;
} commands[] = {
    {"pub", CMD_PUB, cmd_pub, "publish messages",
     "plumb-client pub -t greeting -m hello"},
    {"sub", CMD_SUB, cmd_sub, "subscribe, and show the messages that come",
     "plumb-client sub -t 'sensors/#' -v"},
    {"request", CMD_REQUEST, cmd_request, "ask, and show the answer",
     "plumb-client request -t shout -m hello"},
    {"respond", CMD_RESPOND, cmd_respond, "answer requests",
     "plumb-client respond -t shout --run 'tr a-z A-Z'"},
};
enum { COUNT = sizeof commands / sizeof commands[0] };

static void
help(FILE *out)
{
    fputs("plumb-client - an MQTT client for the command line\n\n", out);
    for (size_t i = 0; i < COUNT; i++)
        fprintf(out, "    %-8s %-45s %s\n", commands[i].name, commands[i].help,
                commands[i].example);
    fprintf(out, "    %-8s %-45s %s\n", "bench",
            "put a load on a broker and measure",
            "plumb-client bench --shape fan-out");
    fputs("\nThe options are those of mosquitto_pub and mosquitto_sub, where "
          "they exist;\n`plumb-client pub --help` lists them. The protocol "
          "version is 5 unless -V says\notherwise.\n", out);
}

static enum status
run(size_t i, int argc, char **argv)
{
    struct options o;
    struct error err;
    enum status status = STATUS_USAGE;
    if (options_parse(&o, commands[i].id, argc, argv, &err)) {
        fprintf(stderr, "plumb-client %s: %s\n", commands[i].name, err.text);
    } else if (o.wants_help) {
        struct buf text = {0};
        options_help(&text, commands[i].id);
        printf("plumb-client %s - %s\n\n    %s\n%s", commands[i].name,
               commands[i].help, commands[i].example, buf_cstr(&text));
        buf_release(&text);
        status = STATUS_OK;
    } else {
        status = commands[i].run(&o);
    }
    options_release(&o);
    return status;
}

int
main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(command, commands[i].name) == 0)
            return run(i, argc - 2, argv + 2);
    if (strcmp(command, "bench") == 0) /* has options of its own */
        return cmd_bench(argc - 2, argv + 2);
    if (strcmp(command, "--help") == 0 || strcmp(command, "help") == 0) {
        help(stdout);
        return STATUS_OK;
    }
    if (*command)
        fprintf(stderr, "plumb-client: there is no command \"%s\"\n", command);
    help(stderr);
    return STATUS_USAGE;
}
