/* command_line.c - the options of plumb-broker.
 * SPDX-License-Identifier: MIT */
#include "broker/command_line.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

typedef int take_option(struct command_line *c, const char *value,
                        struct error *err);

static int
take_port(struct command_line *c, const char *value, struct error *err)
{
    char *end;
    unsigned long port = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || port > 65535)
        return error_set(err, "'%s' is not a port; a port is a number from 0 "
                              "to 65535", value);
    c->port = (int)port;
    return 0;
}

static int
take_bind(struct command_line *c, const char *value, struct error *err)
{
    c->bind = value;
    if (strlen(value) >= sizeof c->listen->host)
        return error_set(err, "--bind: longer than any address");
    return 0;
}

static struct uri *
add_listen(struct command_line *c)
{
    c->listen = xgrow(c->listen, &c->listen_cap, c->listen_count + 1,
                      sizeof *c->listen);
    return &c->listen[c->listen_count++];
}

static int
take_listen(struct command_line *c, const char *value, struct error *err)
{
    struct uri where;
    if (uri_parse_listen(&where, slice_str(value), err) < 0)
        return error_prefix(err, "--listen");
    *add_listen(c) = where;
    if (!uri_is_websocket(&where) && where.path.len > 1)
        return error_set(err, "--listen: %s:// takes no path",
                         uri_scheme_name(where.scheme));
    return 0;
}

static int
take_variant(struct command_line *c, const char *value, struct error *err)
{
    c->help_variants = strcmp(value, "help") == 0;
    c->table_of_variants = strcmp(value, "markdown") == 0;
    if (c->help_variants || c->table_of_variants)
        return 0;
    return variant_set(&c->config.variant, slice_str(value), err);
}

static int
take_verbose(struct command_line *c, const char *value, struct error *err)
{
    (void)c, (void)value, (void)err;
    log_level = LOG_DEBUG;
    return 0;
}

/* A text that is kept as it is, or a switch. */
#define TAKE(name, member, to)                                                \
    static int name(struct command_line *c, const char *value,                \
                    struct error *err)                                        \
    {                                                                         \
        (void)value, (void)err;                                               \
        c->member = (to);                                                     \
        return 0;                                                             \
    }

TAKE(take_cert, tls.certificate, value)
TAKE(take_key, tls.key, value)
TAKE(take_ca, tls.ca, value)
TAKE(take_require, tls.requires_certificate, true)
TAKE(take_port_file, port_file, value)
TAKE(take_capture, capture, value)
TAKE(take_acl, acl, value)
TAKE(take_store, store, value)
TAKE(take_passwords, passwords, value)
TAKE(take_dump_file, dump_file, value)
TAKE(take_explain, explain, true)
TAKE(take_help, help, true)

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
    {0,   "listen",    "URL",       take_listen,    "listen there (too), see below"},
    {0,   "tls-cert",  "FILE",      take_cert,      "certificate and chain, PEM"},
    {0,   "tls-key",   "FILE",      take_key,       "its private key, PEM"},
    {0,   "tls-ca",    "FILE",      take_ca,        "whose client certificates to accept, PEM"},
    {0,   "tls-require-client-cert", NULL, take_require, "refuse clients without one"},
    {0,   "port-file", "FILE",      take_port_file, "write the port there when ready"},
    {0,   "capture",   "FILE",      take_capture,   "record what is spoken, as pcapng"},
    {0,   "acl",       "FILE",      take_acl,       "who may publish and subscribe to what"},
    {0,   "store",     "FILE",      take_store,     "keep sessions and retained messages there"},
    {0,   "variant",   "NAME=CHOICE", take_variant, "what the standard leaves open; help lists all"},
    {0,   "password-file", "FILE",  take_passwords, "who may log in; plumb-broker passwd makes it"},
    {0,   "explain",   NULL,        take_explain,   "print the statements obeyed, as it happens"},
    {0,   "dump-file", "FILE",      take_dump_file, "where SIGUSR1 writes what the broker remembers"},
    {'v', "verbose",   NULL,        take_verbose,   "say more on standard error"},
    {'h', "help",      NULL,        take_help,      "this text"},
};
/* clang-format on */
enum { OWN_OPTIONS = sizeof own_options / sizeof own_options[0] };

static const char epilogue[] =
    "\n--listen may be repeated; port 0 takes any free one:\n"
    "  mqtt://127.0.0.1:1883        TCP\n"
    "  mqtts://127.0.0.1:8883       TLS; with --tls-cert and --tls-key\n"
    "  ws://127.0.0.1:8080/mqtt     WebSocket, at that path only\n"
    "  wss://127.0.0.1:8443         WebSocket over TLS, at any path\n"
    "With --listen, -p and --bind stand for one more mqtt:// place, the first."
    "\nWith several places --port-file gets a line \"scheme port\" for each.\n"
    "\n--store is durable: nothing is acknowledged that is not on disk. Without it all is\nkept in memory and ends with the broker.\n"
    "\nWithout --bind and --listen only this machine can connect. Beyond "
    "loopback a client\nmust prove who it is, by --password-file or "
    "--tls-require-client-cert;\n--allow-anonymous lifts that.\n"
    "\nSIGUSR1 writes sessions, subscriptions, queues and retained messages to standard\nerror, or to --dump-file; payloads only with --dump-payloads. SIGTERM and SIGINT stop.\n\n"
    "exit status: 0 stopped by a signal, 1 could not serve, 2 usage\n";

void
command_line_help(struct buf *out)
{
    buf_add_str(out, "plumb-broker - an MQTT broker for versions 3.1, 3.1.1 "
                     "and 5.0\n\nusage: plumb-broker [options]\n"
                     "       plumb-broker passwd [options] FILE USER\n\n");
    for (size_t i = 0; i < OWN_OPTIONS; i++) {
        const struct own_option *o = &own_options[i];
        size_t at = out->len;
        buf_printf(out, "  %c%c --%s%s%s", o->letter ? '-' : ' ',
                   o->letter ? o->letter : ' ', o->name, o->value ? "=" : "",
                   o->value ? o->value : "");
        buf_add_fill(out, ' ', 38 - (out->len - at));
        buf_printf(out, " %s\n", o->text);
    }
    buf_add_str(out, "\nsettings (a switch may stand without a value):\n");
    broker_config_help(out);
    buf_add_str(out, epilogue);
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

/* One option; *i moves on when its value is the next argument. */
static int
read_option(struct command_line *c, int argc, char **argv, int *i,
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
        return own->take(c, value, err);
    if (slice_is(name, "allow-anonymous"))
        c->anonymous_given = true;
    return broker_config_set(&c->config, name, slice_str(value), err);
}

/* -p and --bind, or nothing at all, stand for one more place: the first. */
static void
complete_listen(struct command_line *c)
{
    if (c->listen_count > 0 && !c->bind && c->port < 0)
        return;
    add_listen(c);
    memmove(c->listen + 1, c->listen,
            (c->listen_count - 1) * sizeof *c->listen);
    c->listen[0] = (struct uri){.scheme = URI_MQTT};
    c->listen[0].port = c->port < 0 ? 1883 : (uint16_t)c->port;
    strcpy(c->listen[0].host, c->bind ? c->bind : "127.0.0.1");
}

static int
check_tls(const struct command_line *c, struct error *err)
{
    const struct tls_config *t = &c->tls;
    for (size_t i = 0; i < c->listen_count; i++)
        if (uri_is_tls(&c->listen[i]))
            return 0;
    if (t->certificate || t->key || t->ca || t->requires_certificate)
        return error_set(err, "the --tls options are for mqtts:// and wss://, "
                              "and none is there: add --listen "
                              "mqtts://127.0.0.1:8883");
    return 0;
}

bool
command_line_only_prints(const struct command_line *c)
{
    return c->help || c->help_variants || c->table_of_variants;
}

int
command_line_parse(struct command_line *c, int argc, char **argv,
                   struct error *err)
{
    *c = (struct command_line){.port = -1};
    c->config = broker_config_default();
    for (int i = 1; i < argc; i++)
        if (read_option(c, argc, argv, &i, err) < 0)
            return -1;
    complete_listen(c);
    return command_line_only_prints(c) ? 0 : check_tls(c, err);
}

void
command_line_release(struct command_line *c)
{
    for (size_t i = 0; i < c->listen_count; i++)
        uri_release(&c->listen[i]);
    free(c->listen);
}
