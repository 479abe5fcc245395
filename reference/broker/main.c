/* main.c - plumb-broker: reads its options, listens, serves.
 * SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "broker/serve.h"

enum { EXIT_USAGE = 2 };

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
    (void)number;
    stop = 1;
}

struct options {
    struct broker_config config;
    const char *bind;       /* address to listen on */
    uint16_t port;          /* 0: the system chooses */
    const char *port_file;  /* where to write the port, or NULL */
    const char *capture;    /* where to record what is spoken, or NULL */
    bool anonymous_given;   /* --allow-anonymous, in so many words */
    bool help;
};

typedef int take_option(struct options *o, const char *value,
                        struct error *err);

static int
take_port(struct options *o, const char *value, struct error *err)
{
    char *end;
    unsigned long port = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || port > 65535)
        return error_set(err, "'%s' is not a port; a port is a number from 0 "
                              "to 65535", value);
    o->port = (uint16_t)port;
    return 0;
}

static int
take_bind(struct options *o, const char *value, struct error *err)
{
    (void)err;
    o->bind = value;
    return 0;
}

static int
take_port_file(struct options *o, const char *value, struct error *err)
{
    (void)err;
    o->port_file = value;
    return 0;
}

static int
take_capture(struct options *o, const char *value, struct error *err)
{
    (void)err;
    o->capture = value;
    return 0;
}

static int
take_verbose(struct options *o, const char *value, struct error *err)
{
    (void)o, (void)value, (void)err;
    log_level = LOG_DEBUG;
    return 0;
}

static int
take_help(struct options *o, const char *value, struct error *err)
{
    (void)value, (void)err;
    o->help = true;
    return 0;
}

/* clang-format off */
/* The options beside the settings of settings.def. */
static const struct own_option {
    char letter;          /* -p, or 0 */
    const char *name;     /* --port */
    const char *value;    /* what stands behind it in the help; NULL: none */
    take_option *take;
    const char *text;
} own_options[] = {
    {'p', "port",      "1883",      take_port,      "port; 0 takes any free one"},
    {0,   "bind",      "127.0.0.1", take_bind,      "address to listen on; * for all"},
    {0,   "port-file", "FILE",      take_port_file, "write the port there when ready"},
    {0,   "capture",   "FILE",      take_capture,   "record what is spoken, as pcapng"},
    {'v', "verbose",   NULL,        take_verbose,   "say more on standard error"},
    {'h', "help",      NULL,        take_help,      "this text"},
};
/* clang-format on */
enum { OWN_OPTIONS = sizeof own_options / sizeof own_options[0] };

static void
print_help(void)
{
    struct buf out = {0};
    buf_add_str(&out, "plumb-broker - an MQTT broker for versions 3.1, 3.1.1 "
                      "and 5.0\n\nusage: plumb-broker [options]\n\n");
    for (size_t i = 0; i < OWN_OPTIONS; i++) {
        const struct own_option *o = &own_options[i];
        size_t at = out.len;
        buf_printf(&out, "  %c%c --%s%s%s", o->letter ? '-' : ' ',
                   o->letter ? o->letter : ' ', o->name, o->value ? "=" : "",
                   o->value ? o->value : "");
        buf_add_fill(&out, ' ', 38 - (out.len - at));
        buf_printf(&out, " %s\n", o->text);
    }
    buf_add_str(&out, "\nsettings (a switch may stand without a value):\n");
    broker_config_help(&out);
    buf_add_str(&out,
                "\nWithout --bind only this machine can connect. Beyond "
                "loopback a client must give\na user name; --allow-anonymous "
                "lifts that.\nexit status: 0 stopped by a signal, 1 could not "
                "serve, 2 usage\n");
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
}

static const struct own_option *
find_own(struct slice name, bool is_long)
{
    for (size_t i = 0; i < OWN_OPTIONS; i++) {
        const struct own_option *o = &own_options[i];
        if (is_long ? slice_is(name, o->name)
                    : name.len == 1 && name.ptr[0] == (uint8_t)o->letter)
            return o;
    }
    return NULL;
}

/* One option; *i moves on when its value is the next argument. "-p 1883",
 * "-p1883", "--port 1883" and "--port=1883" are all the same. */
static int
read_option(struct options *o, int argc, char **argv, int *i,
            struct error *err)
{
    const char *arg = argv[*i], *value = NULL;
    bool is_long = arg[0] == '-' && arg[1] == '-';
    struct slice name = slice_str(arg + (is_long ? 2 : 1));
    if (arg[0] != '-' || name.len == 0)
        return error_set(err, "'%s' is not an option; --help lists them", arg);
    const char *equals = is_long ? strchr(arg, '=') : NULL;
    if (equals) {
        value = equals + 1;
        name = slice_first(name, (size_t)(equals - arg) - 2);
    } else if (!is_long && name.len > 1) {
        value = arg + 2;
        name = slice_first(name, 1);
    }
    const struct own_option *own = find_own(name, is_long);
    if (!own && !(is_long && broker_config_has(name)))
        return error_set(err, "unknown option '%s'; --help lists them", arg);
    bool is_switch = own ? !own->value : broker_config_is_flag(name);
    if (own && is_switch && value)
        return error_set(err, "option '%s' takes no value", arg);
    if (!value && is_switch)
        value = "1";
    if (!value && *i + 1 < argc)
        value = argv[++*i];
    if (!value)
        return error_set(err, "option '%s' needs a value", arg);
    if (own)
        return own->take(o, value, err);
    if (slice_is(name, "allow-anonymous"))
        o->anonymous_given = true;
    return broker_config_set(&o->config, name, slice_str(value), err);
}

/* By address, not by how it begins: a name may begin with 127 and be anywhere. */
static bool
is_loopback(const char *address)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, address, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, address, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcmp(address, "localhost") == 0;
}

static int
write_port(const char *path, uint16_t port, struct error *err)
{
    /* Written aside and moved into place, so that a reader who waits for the
     * file never sees half of it. */
    struct buf aside = {0};
    buf_printf(&aside, "%s.new", path);
    FILE *f = fopen(buf_cstr(&aside), "w");
    int result = 0;
    if (!f || fprintf(f, "%u\n", port) < 0 || fclose(f) != 0 ||
        rename(buf_cstr(&aside), path) != 0)
        result = error_errno(err, "cannot write the port to %s", path);
    buf_release(&aside);
    return result;
}

static int
run_broker(struct options *o, struct listener *listener, struct error *err)
{
    struct recording recording;
    uint16_t port = listen_port(listener);
    if (o->capture && recording_open(&recording, o->capture, port, err) < 0)
        return -1;
    log_info("plumb-broker listens on %s port %u", o->bind, port);
    int result = o->port_file ? write_port(o->port_file, port, err) : 0;
    if (result == 0) {
        struct broker *b = broker_new(&o->config, clock_ms());
        result = serve(b, listener, o->capture ? &recording : NULL, &stop, err);
        broker_free(b);
    }
    if (o->capture)
        recording_close(&recording);
    return result;
}

static int
run(struct options *o, struct error *err)
{
    struct listener listener;
    if (!is_loopback(o->bind) && !o->anonymous_given)
        o->config.allow_anonymous = false;
    if (listen_open(&listener, o->bind, o->port, err) < 0)
        return -1;
    int result = run_broker(o, &listener, err);
    listen_close(&listener);
    return result;
}

int
main(int argc, char **argv)
{
    struct error err = {""};
    struct options o = {.bind = "127.0.0.1", .port = 1883};
    o.config = broker_config_default();
    for (int i = 1; i < argc; i++) {
        if (read_option(&o, argc, argv, &i, &err) < 0) {
            fprintf(stderr, "plumb-broker: %s\n", err.text);
            return EXIT_USAGE;
        }
    }
    if (o.help) {
        print_help();
        return EXIT_SUCCESS;
    }
    struct sigaction act = {.sa_handler = on_signal};
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    if (run(&o, &err) < 0) {
        fprintf(stderr, "plumb-broker: %s\n", err.text);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
