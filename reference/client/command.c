/* command.c - what every command of plumb-client does.
 * SPDX-License-Identifier: MIT */
#include "client/command.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "mqtt/print.h"
#include "mqtt/property.h"

#define CONNECT_MS 10000

/* ---- words for the user ------------------------------------------------- */

static void
tell(struct command *cmd, enum status status, const char *format, va_list args)
{
    fputs("plumb-client: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    if (cmd->status == STATUS_OK)
        cmd->status = status;
}

void
command_fail(struct command *cmd, enum status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell(cmd, status, format, args);
    va_end(args);
}

const char *
command_explain(const struct command *cmd, uint8_t code, enum mqtt_type type,
                const char *added, char *text, size_t len)
{
    const struct mqtt_reason_row *row =
        mqtt_reason_find(code, type, cmd->config.version);
    snprintf(text, len, "%s (0x%02x)%s%s%s%s", row ? row->name : "unknown",
             code, *added ? ", it says: " : "", added,
             row && !*added ? ": " : "", row && !*added ? row->summary : "");
    size_t end = strcspn(text, ";"); /* what follows are finer points */
    if (end > 0 && text[end - 1] == '.')
        end--;
    text[end] = '\0';
    return text;
}

static const char *
where(const struct command *cmd, char *text, size_t len)
{
    const struct uri *u = &cmd->options->where;
    snprintf(text, len, strchr(u->host, ':') ? "[%s]:%u" : "%s:%u", u->host,
             u->port);
    return text;
}

/* ---- events ------------------------------------------------------------- */

/* Return code 1 of 3.1 and 3.1.1 means the same as 0x84. */
static bool
is_about_version(const struct command *cmd, uint8_t reason)
{
    return reason == (cmd->config.version == MQTT_50
                          ? MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION
                          : 1);
}

/* May it work the next time? Not when somebody broke the protocol, and not when
 * the server wants us gone. */
static bool
is_passing(const struct command *cmd, const struct mqtt_client_event *e)
{
    if (e->kind == MQTT_CLIENT_REFUSED && cmd->config.version != MQTT_50)
        return e->reason == 3; /* Server unavailable */
    switch (e->reason) {
    case 0: /* no DISCONNECT: the network, or no PINGRESP */
    case MQTT_RC_SERVER_UNAVAILABLE:
    case MQTT_RC_CONNECTION_RATE_EXCEEDED:
    case MQTT_RC_SERVER_BUSY:
    case MQTT_RC_SERVER_SHUTTING_DOWN:
    case MQTT_RC_KEEP_ALIVE_TIMEOUT:
    case MQTT_RC_MAXIMUM_CONNECT_TIME: return true;
    default: return false;
    }
}

static void
on_refused(struct command *cmd, const struct mqtt_client_event *e)
{
    char host[300], text[512];
    where(cmd, host, sizeof host);
    command_explain(cmd, e->reason, MQTT_CONNACK, e->text, text, sizeof text);
    cmd->is_lost = is_passing(cmd, e);
    if (cmd->is_lost && cmd->options->reconnects)
        fprintf(stderr, "plumb-client: %s refused the connection: %s; trying "
                        "again\n", host, text);
    else
        command_fail(cmd, STATUS_REFUSED, "%s refused the connection: %s%s",
                     host, text,
                     is_about_version(cmd, e->reason) ? "; try another -V"
                                                      : "");
}

static void
on_closed(struct command *cmd, const struct mqtt_client_event *e)
{
    char host[300], text[512];
    const char *why = e->text;
    if (cmd->is_leaving)
        return;
    where(cmd, host, sizeof host);
    if (e->by == MQTT_CLIENT_BY_SERVER)
        why = command_explain(cmd, e->reason, MQTT_DISCONNECT, e->text, text,
                              sizeof text);
    const char *verb =
        e->by == MQTT_CLIENT_BY_SERVER ? " closed the connection" : "";
    cmd->is_lost = is_passing(cmd, e);
    if (cmd->is_lost && cmd->options->reconnects)
        fprintf(stderr, "plumb-client: %s%s: %s; connecting again\n", host,
                verb, why);
    else
        command_fail(cmd, STATUS_LOST, "%s%s: %s", host, verb, why);
}

static void
on_event(void *owner, const struct mqtt_client_event *e)
{
    struct command *cmd = owner;
    if (e->kind == MQTT_CLIENT_REFUSED)
        on_refused(cmd, e);
    else if (e->kind == MQTT_CLIENT_CLOSED)
        on_closed(cmd, e);
    cmd->on_event(cmd, e);
}

/* -d: the notation of the scenario language. */
static void
show_packet(void *owner, enum mqtt_side from, const struct mqtt_packet *p)
{
    struct buf line = {0};
    (void)owner;
    mqtt_print_line(&line, p, (struct mqtt_print){.max_text = 200});
    fprintf(stderr, "%s %s\n", from == FROM_CLIENT ? "->" : "<-",
            buf_cstr(&line));
    buf_release(&line);
}

/* ---- signals ------------------------------------------------------------ */

static void
on_signal(struct loop_watch *w, unsigned events)
{
    struct command *cmd = LIST_ITEM(w, struct command, signals);
    struct signalfd_siginfo info;
    (void)events;
    if (read(w->fd, &info, sizeof info) != sizeof info)
        return;
    if (cmd->is_leaving) /* a second time: at once */
        _exit(128 + (int)info.ssi_signo);
    command_leave(cmd);
}

static int
watch_signals(struct command *cmd, struct error *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "cannot watch for signals");
    cmd->signals = (struct loop_watch){.fd = fd,
                                       .wants = LOOP_READ,
                                       .ready = on_signal};
    return loop_add(cmd->io.loop, &cmd->signals, err);
}

/* ---- life cycle --------------------------------------------------------- */

void
command_leave(struct command *cmd)
{
    cmd->is_leaving = true;
    mqtt_client_disconnect(
        cmd->client, 0, buf_slice(&cmd->options->properties[MQTT_DISCONNECT]));
}

void
command_give_up(struct command *cmd, enum status status, const char *format,
                ...)
{
    va_list args;
    va_start(args, format);
    tell(cmd, status, format, args);
    va_end(args);
    command_leave(cmd);
}

/* ---- what is asked of the broker ---------------------------------------- */

static struct mqtt_filter
filter_of(const struct options *o, const char *text)
{
    return (struct mqtt_filter){
        .filter = slice_str(text),
        .qos = o->qos,
        .no_local = o->no_local,
        .retain_as_published = o->as_published,
        .retain_handling = o->retain_handling,
    };
}

void
command_ask(struct command *cmd, enum mqtt_type type,
            const struct texts *filters)
{
    const struct options *o = cmd->options;
    if (filters->count == 0)
        return;
    struct mqtt_filter *list = xcalloc(filters->count, sizeof *list);
    for (size_t i = 0; i < filters->count; i++)
        list[i] = filter_of(o, filters->list[i]);
    struct slice properties = buf_slice(&o->properties[type]);
    uint16_t id = type == MQTT_SUBSCRIBE
                      ? mqtt_client_subscribe(cmd->client, list,
                                              filters->count, properties)
                      : mqtt_client_unsubscribe(cmd->client, list,
                                                filters->count, properties);
    free(list);
    if (id == 0)
        command_give_up(cmd, STATUS_SUBSCRIBE, "the %s is larger than the "
                        "broker's Maximum Packet Size",
                        mqtt_packet_row(type)->name);
}

/* ---- what the broker answers --------------------------------------------- */

void
command_check_codes(struct command *cmd, const struct mqtt_client_event *e,
                    const struct texts *asked)
{
    char text[512];
    size_t refused = 0;
    if (!MQTT_HAS(e->packet, codes)) /* UNSUBACK before 5.0 */
        return;
    for (size_t i = 0; i < asked->count; i++) {
        uint8_t code = e->packet->codes.ptr[i];
        if (!mqtt_reason_failed(code))
            continue;
        refused++;
        command_fail(cmd, STATUS_SUBSCRIBE, "the broker refused \"%s\": %s",
                     asked->list[i], command_explain(cmd, code, e->packet->type, e->text, text,
                                     sizeof text));
    }
    if (refused == asked->count)
        command_leave(cmd);
}

bool
command_check_sent(struct command *cmd, const struct mqtt_client_event *e,
                   const char *what)
{
    char text[512];
    if (!mqtt_reason_failed(e->reason))
        return true;
    if (!e->packet)
        command_fail(cmd, STATUS_FAILED, "%s was not delivered: %s (0x%02x)",
                     what, e->text, e->reason);
    else
        command_fail(cmd, STATUS_FAILED, "the broker refused %s: %s", what,
                     command_explain(cmd, e->reason, e->packet->type, e->text,
                                     text, sizeof text));
    return false;
}

/* ---- the connection ----------------------------------------------------- */

static struct slice
text_or_none(const char *text)
{
    return text ? slice_str(text) : (struct slice){NULL, 0};
}

static void
configure(struct command *cmd, const struct options *o)
{
    cmd->options = o;
    cmd->config = (struct mqtt_client_config){
        .version = o->version,
        .client_id = slice_str(o->id ? o->id : ""),
        .user_name = text_or_none(o->user),
        .password = text_or_none(o->password),
        .auth_method = text_or_none(o->auth_method),
        .clean_start = !o->keeps_session,
        .keep_alive = o->keep_alive,
        .connect_properties = buf_slice(&o->properties[MQTT_CONNECT]),
        .will_topic = text_or_none(o->will_topic),
        .will_payload = slice_str(o->will_payload ? o->will_payload : ""),
        .will_properties = buf_slice(&o->properties[MQTT_WILL]),
        .will_qos = o->will_qos,
        .will_retain = o->will_retain,
        .aliases = o->aliases,
        .in_flight = o->in_flight,
        .connack_ms = CONNECT_MS,
        .retry_most_ms = (uint32_t)o->reconnect_max_ms,
        .owner = cmd,
        .on_event = on_event,
        .on_packet = o->shows_packets ? show_packet : NULL,
    };
}

/* What the connection needs beside the URL. MQTT 3.1 had a subprotocol of its
 * own, and some servers know no other. */
static int
prepare_layers(struct command *cmd, struct error *err)
{
    const struct options *o = cmd->options;
    if (o->version == MQTT_31)
        cmd->io.protocols = "mqtt, mqttv3.1";
    if (!uri_is_tls(&o->where))
        return 0;
    cmd->io.tls = cmd->tls = tls_client_context(&o->tls, err);
    return cmd->tls ? 0 : -1;
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Nobody is connected: waits, longer every time, then tries again. */
static int
reconnect(struct command *cmd, struct error *err)
{
    uint64_t until_ms = mqtt_client_retry(cmd->client, clock_ms());
    while (clock_ms() < until_ms && !cmd->is_leaving) {
        uint64_t due_ms = cmd->on_turn(cmd, clock_ms());
        if (mqtt_client_io_turn(&cmd->io, earlier(due_ms, until_ms), err))
            return -1;
    }
    if (!cmd->is_leaving &&
        mqtt_client_io_connect(&cmd->io, &cmd->options->where, CONNECT_MS, err))
        fprintf(stderr, "plumb-client: %s\n", err->text);
    return 0;
}

static int
run(struct command *cmd, struct error *err)
{
    while (cmd->io.transport || (cmd->is_lost && cmd->options->reconnects &&
                                 !cmd->is_leaving)) {
        if (!cmd->io.transport) {
            if (reconnect(cmd, err))
                return -1;
            continue;
        }
        uint64_t due_ms = cmd->on_turn(cmd, clock_ms());
        if (mqtt_client_io_turn(&cmd->io, due_ms, err))
            return -1;
    }
    cmd->on_turn(cmd, clock_ms());
    return 0;
}

enum status
command_run(struct command *cmd, const struct options *options)
{
    struct error err;
    configure(cmd, options);
    cmd->client = mqtt_client_new(&cmd->config);
    cmd->signals.fd = -1;
    if (mqtt_client_io_init(&cmd->io, cmd->client, &err) ||
        prepare_layers(cmd, &err) || watch_signals(cmd, &err)) {
        command_fail(cmd, STATUS_FAILED, "%s", err.text);
    } else if (mqtt_client_io_connect(&cmd->io, &options->where, CONNECT_MS,
                                      &err)) {
        command_fail(cmd, STATUS_CONNECT, "%s", err.text);
    } else if (run(cmd, &err)) {
        command_fail(cmd, STATUS_FAILED, "%s", err.text);
    }
    if (cmd->on_end)
        cmd->on_end(cmd);
    mqtt_client_io_release(&cmd->io);
    mqtt_client_free(cmd->client);
    tls_context_free(cmd->tls);
    if (cmd->signals.fd >= 0)
        close(cmd->signals.fd);
    return cmd->status;
}
