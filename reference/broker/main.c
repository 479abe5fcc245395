/* main.c - plumb-broker: reads its options, listens, serves.
 * SPDX-License-Identifier: MIT */
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
    const char *bind;     /* address to listen on */
    uint16_t port;        /* 0: the system chooses */
    const char *port_file; /* where to write the port, or NULL */
    bool anonymous_given; /* --allow-anonymous was asked for in so many words */
    bool help;
    struct broker_config config;
};

static void
print_help(void)
{
    struct buf settings = {0};
    broker_config_help(&settings);
    printf("plumb-broker - an MQTT broker for versions 3.1, 3.1.1 and 5.0\n\n"
           "usage: plumb-broker [options]\n\n"
           "  -p, --port=1883                       port; 0 takes any free one\n"
           "  --bind=127.0.0.1                      address to listen on; * for "
           "all\n"
           "  --port-file=FILE                      write the port there when "
           "ready\n"
           "  -v, --verbose                         say more on standard error\n"
           "  -h, --help                            this text\n\n"
           "settings (a switch may stand without a value):\n%s\n"
           "Without --bind only this machine can connect. Beyond loopback a "
           "client must give\na user name; --allow-anonymous lifts that.\n"
           "exit status: 0 stopped by a signal, 1 could not serve, 2 usage\n",
           buf_cstr(&settings));
    buf_release(&settings);
}

static int
set_port(struct options *o, struct slice value, struct error *err)
{
    unsigned long port = 0;
    for (size_t i = 0; i < value.len && port < 100000; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            port = 100000;
        else
            port = port * 10 + (unsigned long)(value.ptr[i] - '0');
    }
    if (value.len == 0 || port > 65535)
        return error_set(err, "'%.*s' is not a port; a port is a number from "
                              "0 to 65535",
                         SLICE_ARG(value));
    o->port = (uint16_t)port;
    return 0;
}

/* One option, name and value already apart. `value.ptr` NULL: none given. */
static int
set_option(struct options *o, struct slice name, struct slice value,
           struct error *err)
{
    bool own = slice_is(name, "p") || slice_is(name, "port") ||
               slice_is(name, "bind") || slice_is(name, "port-file");
    if (slice_is(name, "h") || slice_is(name, "help")) {
        o->help = true;
        return 0;
    }
    if (slice_is(name, "v") || slice_is(name, "verbose")) {
        log_level = LOG_DEBUG;
        return 0;
    }
    if (!own && !broker_config_has(name))
        return error_set(err, "unknown option '%.*s'; --help lists them",
                         SLICE_ARG(name));
    if (!value.ptr && broker_config_is_flag(name))
        value = slice_str("1");
    if (!value.ptr)
        return error_set(err, "option '%.*s' needs a value", SLICE_ARG(name));
    if (slice_is(name, "p") || slice_is(name, "port"))
        return set_port(o, value, err);
    if (slice_is(name, "bind"))
        o->bind = (const char *)value.ptr;
    else if (slice_is(name, "port-file"))
        o->port_file = (const char *)value.ptr;
    else
        return broker_config_set(&o->config, name, value, err);
    return 0;
}

/* "-p 1883", "-p1883", "--port 1883" and "--port=1883" are all the same. */
static int
read_options(struct options *o, int argc, char **argv, struct error *err)
{
    for (int i = 1; i < argc; i++) {
        struct slice name = slice_str(argv[i]), value = {NULL, 0};
        if (name.len < 2 || name.ptr[0] != '-')
            return error_set(err, "'%s' is not an option; --help lists them",
                             argv[i]);
        bool is_long = name.ptr[1] == '-';
        name = slice_from(name, is_long ? 2 : 1);
        const uint8_t *equals =
            name.len ? memchr(name.ptr, '=', name.len) : NULL;
        if (is_long && equals) {
            value = slice_from(name, (size_t)(equals - name.ptr) + 1);
            name = slice_first(name, (size_t)(equals - name.ptr));
        } else if (!is_long && name.len > 1) {
            value = slice_from(name, 1);
            name = slice_first(name, 1);
        }
        bool takes_one = !value.ptr && !broker_config_is_flag(name) &&
                         !slice_is(name, "h") && !slice_is(name, "help") &&
                         !slice_is(name, "v") && !slice_is(name, "verbose");
        bool known = broker_config_has(name) || slice_is(name, "p") ||
                     slice_is(name, "port") || slice_is(name, "bind") ||
                     slice_is(name, "port-file");
        if (takes_one && known && i + 1 < argc)
            value = slice_str(argv[++i]);
        if (slice_is(name, "allow-anonymous"))
            o->anonymous_given = true;
        if (set_option(o, name, value, err) < 0)
            return -1;
    }
    return 0;
}

static bool
is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
           strcmp(address, "localhost") == 0;
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
run(struct options *o, struct error *err)
{
    struct listener listener;
    if (!is_loopback(o->bind) && !o->anonymous_given)
        o->config.allow_anonymous = false;
    if (listen_open(&listener, o->bind, o->port, err) < 0)
        return -1;
    uint16_t port = listen_port(&listener);
    log_info("plumb-broker listens on %s port %u", o->bind, port);
    int result = o->port_file ? write_port(o->port_file, port, err) : 0;
    if (result == 0) {
        struct broker *b = broker_new(&o->config, clock_ms());
        result = serve(b, &listener, &stop, err);
        broker_free(b);
    }
    listen_close(&listener);
    return result;
}

int
main(int argc, char **argv)
{
    struct error err = {""};
    struct options o = {.bind = "127.0.0.1", .port = 1883};
    o.config = broker_config_default();
    if (read_options(&o, argc, argv, &err) < 0) {
        fprintf(stderr, "plumb-broker: %s\n", err.text);
        return EXIT_USAGE;
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
