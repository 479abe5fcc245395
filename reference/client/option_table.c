/* option_table.c - every option of plumb-client, and what each does.
 * SPDX-License-Identifier: MIT */
#include "client/option_table.h"

#include "base/file.h"
#include "base/mem.h"
#include "client/format.h"
#include "client/option_value.h"
#include "mqtt/property.h"
#include "mqtt/scram.h"

static void
add_text(struct texts *t, const char *text)
{
    t->list = xgrow(t->list, &t->cap, t->count + 1, sizeof *t->list);
    t->list[t->count++] = text;
}

/* ---- what each option does ---------------------------------------------- */

#define TAKER(name)                                                           \
    static int name(struct options *o, const char *value, struct words *more, \
                    struct error *err)
#define UNUSED (void)value, (void)more, (void)err

/* A text that is kept as it is. */
#define TAKE_TEXT(name, member) \
    TAKER(name)                 \
    {                           \
        UNUSED;                 \
        o->member = value;      \
        return 0;               \
    }

/* A switch. */
#define TAKE_FLAG(name, member, to) \
    TAKER(name)                     \
    {                               \
        UNUSED;                     \
        o->member = (to);           \
        return 0;                   \
    }

/* A number from min to max. */
#define TAKE_NUMBER(name, member, type, min, max)    \
    TAKER(name)                                      \
    {                                                \
        uint64_t v;                                  \
        (void)more;                                  \
        if (value_number(value, min, max, &v, err))  \
            return -1;                               \
        o->member = (type)v;                         \
        return 0;                                    \
    }

TAKE_TEXT(take_host, host)
TAKE_TEXT(take_ca, tls.ca)
TAKE_TEXT(take_certificate, tls.certificate)
TAKE_TEXT(take_key, tls.key)
TAKE_TEXT(take_alpn, tls.alpn)
TAKE_FLAG(take_insecure, tls.is_insecure, true)
TAKE_TEXT(take_text, text)
TAKE_TEXT(take_path, path)
TAKE_TEXT(take_run, run)
TAKE_TEXT(take_will_topic, will_topic)
TAKE_TEXT(take_will_payload, will_payload)
TAKE_FLAG(take_clean, keeps_session, true)
TAKE_FLAG(take_reconnect, reconnects, true)
TAKE_FLAG(take_verbose, is_verbose, true)
TAKE_FLAG(take_debug, shows_packets, true)
TAKE_FLAG(take_ready, says_ready, true)
TAKE_FLAG(take_retain, retain, true)
TAKE_FLAG(take_no_stale, no_stale, true)
TAKE_FLAG(take_no_newline, no_newline, true)
TAKE_FLAG(take_no_local, no_local, true)
TAKE_FLAG(take_as_published, as_published, true)
TAKE_FLAG(take_will_retain, will_retain, true)
TAKE_FLAG(take_help, wants_help, true)
TAKE_NUMBER(take_port, port, uint16_t, 1, 65535)
TAKE_NUMBER(take_keep_alive, keep_alive, uint16_t, 0, 65535)
TAKE_NUMBER(take_qos, qos, uint8_t, 0, 2)
TAKE_NUMBER(take_will_qos, will_qos, uint8_t, 0, 2)
TAKE_NUMBER(take_count, count, uint64_t, 1, UINT64_MAX)
TAKE_NUMBER(take_repeat, repeat, uint64_t, 1, UINT64_MAX)
TAKE_NUMBER(take_in_flight, in_flight, uint16_t, 1, 65535)
TAKE_NUMBER(take_aliases, aliases, uint16_t, 0, 65535)

TAKER(take_id)
{
    (void)more;
    o->id = value;
    return value_check_string(value, err);
}

TAKER(take_user)
{
    (void)more;
    o->user = value;
    return value_check_string(value, err);
}

/* A password is bytes, not text; its value is in no message. */
TAKER(take_password)
{
    (void)more;
    o->password = value;
    return value_check_len(strlen(value), err);
}

/* One line, so that the password is not seen in the list of processes. */
TAKER(take_password_file)
{
    (void)more;
    buf_room(&o->password_text, UINT16_MAX);
    if (file_read(&o->password_text, value, err))
        return -1;
    uint8_t *end = memchr(o->password_text.data, '\n', o->password_text.len);
    if (end)
        o->password_text.len = (size_t)(end - o->password_text.data);
    if (value_check_len(o->password_text.len, err))
        return -1;
    o->password = buf_cstr(&o->password_text);
    return 0;
}

TAKER(take_auth_method)
{
    (void)more;
    o->auth_method = value;
    if (!mqtt_scram_method(slice_str(value)))
        return error_set(err, "\"%s\" is not SCRAM-SHA-256 or SCRAM-SHA-512",
                         value);
    return 0;
}

TAKER(take_url)
{
    (void)more;
    uri_release(&o->where);
    o->has_url = uri_parse(&o->where, slice_str(value), err) == 0;
    return o->has_url ? 0 : -1;
}

TAKER(take_version)
{
    (void)more;
    const char *number = strncmp(value, "mqttv", 5) == 0 ? value + 5 : value;
    o->version = mqtt_version_parse(slice_str(number));
    if (o->version == MQTT_NO_VERSION)
        return error_set(err, "there is no MQTT version \"%s\"; write 3.1, "
                              "3.1.1 or 5 (or mqttv31, mqttv311, mqttv5)",
                         value);
    return 0;
}

/* Short for -D connect session-expiry-interval. */
TAKER(take_session_expiry)
{
    char name[] = "session-expiry-interval";
    char *words[] = {name, (char *)value};
    struct words w = {words, words + 2};
    (void)more;
    return value_property(o->properties, "connect", &w, err);
}

TAKER(take_topic)
{
    (void)more;
    if (o->command & CMD_LISTENS ? value_check_filter(value, err)
                              : *value && value_check_name(value, err))
        return -1;
    add_text(&o->topics, value);
    return 0;
}

TAKER(take_hidden)
{
    (void)more;
    add_text(&o->hidden, value);
    return value_check_filter(value, err);
}

TAKER(take_leave)
{
    (void)more;
    add_text(&o->leaves, value);
    return value_check_filter(value, err);
}

TAKER(take_format)
{
    (void)more;
    o->format = value;
    return format_check(value, err);
}

TAKER(take_timeout)
{
    (void)more;
    return value_seconds(value, &o->timeout_ms, err);
}

TAKER(take_reconnect_max)
{
    (void)more;
    o->reconnects = true;
    if (value_seconds(value, &o->reconnect_max_ms, err))
        return -1;
    if (o->reconnect_max_ms == 0 || o->reconnect_max_ms > UINT32_MAX)
        return error_set(err, "\"%s\" is not between 0.001 and 4294967 seconds",
                         value);
    return 0;
}

TAKER(take_response_topic)
{
    (void)more;
    o->response_topic = value;
    return value_check_name(value, err);
}

TAKER(take_shape)
{
    static const char *const names[] = {"text", "hex", "json"};
    (void)more;
    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            o->shape = (enum shape)i;
            return 0;
        }
    }
    return error_set(err, "\"%s\" is none of text, hex, json", value);
}

TAKER(take_repeat_delay)
{
    (void)more;
    return value_seconds(value, &o->repeat_delay_ms, err);
}

TAKER(take_retain_handling)
{
    static const char *const names[] = {"always", "new", "never"};
    (void)more;
    for (uint8_t i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            o->retain_handling = i;
            return 0;
        }
    }
    return error_set(err, "\"%s\" is none of always, new, never", value);
}

static int
set_source(struct options *o, enum source source, struct error *err)
{
    if (o->source != SOURCE_NONE)
        return error_set(err, "only one of -m, -n, -f, -s and -l");
    o->source = source;
    return 0;
}

TAKER(take_message)
{
    take_text(o, value, more, err);
    return set_source(o, SOURCE_TEXT, err);
}

TAKER(take_null)
{
    UNUSED;
    return set_source(o, SOURCE_EMPTY, err);
}

TAKER(take_file)
{
    take_path(o, value, more, err);
    return set_source(o, SOURCE_FILE, err);
}

TAKER(take_stdin)
{
    (void)value;
    take_path(o, "-", more, err);
    return set_source(o, SOURCE_FILE, err);
}

TAKER(take_lines)
{
    UNUSED;
    return set_source(o, SOURCE_LINES, err);
}

TAKER(take_property)
{
    return value_property(o->properties, value, more, err);
}

/* ---- the table ---------------------------------------------------------- */

/* clang-format off */
const struct option_row option_rows[] = {
/*  letter name          commands     value            does                in words */
    { 0,  NULL,             CMD_ALL,     NULL,            NULL,               "Where to connect" },
    {'h', "host",           CMD_ALL,     "HOST",          take_host,          "name or address of the broker (127.0.0.1)" },
    {'p', "port",           CMD_ALL,     "PORT",          take_port,          "its port (1883, with TLS 8883)" },
    { 0,  "url",            CMD_ALL,     "URL",           take_url,           "all in one: mqtt://USER:PASSWORD@HOST:PORT; also mqtts://, and ws:// or wss:// with a path" },
    { 0,  NULL,             CMD_ALL,     NULL,            NULL,               "TLS, which any of these turns on, as mqtts:// does" },
    { 0,  "cafile",         CMD_ALL,     "FILE",          take_ca,            "PEM: whom to trust (whom the system trusts)" },
    { 0,  "cert",           CMD_ALL,     "FILE",          take_certificate,   "PEM: our own certificate and chain" },
    { 0,  "key",            CMD_ALL,     "FILE",          take_key,           "PEM: its private key" },
    { 0,  "insecure",       CMD_ALL,     NULL,            take_insecure,      "do not check the server's certificate: anybody may be listening" },
    { 0,  "tls-alpn",       CMD_ALL,     "PROTOCOL",      take_alpn,          "application protocol to offer, such as mqtt" },
    { 0,  NULL,             CMD_ALL,     NULL,            NULL,               "Who we are" },
    {'V', "protocol-version", CMD_ALL,     "VERSION",       take_version,       "3.1, 3.1.1 or 5 (5); also mqttv31, mqttv311, mqttv5" },
    {'i', "id",             CMD_ALL,     "ID",            take_id,            "Client Identifier (the broker makes one up)" },
    {'u', "username",       CMD_ALL,     "USER",          take_user,          "User Name" },
    {'P', "pw",             CMD_ALL,     "PASSWORD",      take_password,      "Password" },
    { 0,  "password-file",  CMD_ALL,     "FILE",          take_password_file, "its first line is the password; - is standard input" },
    { 0,  "auth-method",    CMD_ALL,     "METHOD",        take_auth_method,   "SCRAM-SHA-256 or SCRAM-SHA-512 (5.0): prove that we know the password of -u, without sending it" },
    {'k', "keepalive",      CMD_ALL,     "SECONDS",       take_keep_alive,    "Keep Alive (60); 0 turns it off" },
    {'c', "disable-clean-session", CMD_ALL,     NULL,            take_clean,         "keep the session: Clean Start 0, and for 5.0 a Session Expiry Interval without end unless -x says one" },
    {'x', "session-expiry-interval", CMD_ALL,     "SECONDS",       take_session_expiry, "Session Expiry Interval (5.0)" },
    { 0,  "reconnect",      CMD_ALL,     NULL,            take_reconnect,     "connect again when the connection is lost: after up to a second, then twice as long each time; what is under way goes on if the session does (-c, -x)" },
    { 0,  "reconnect-max",  CMD_ALL,     "SECONDS",       take_reconnect_max, "never wait longer than that (60); implies --reconnect" },
    { 0,  NULL,             CMD_SENDS,   NULL,            NULL,               "What to publish" },
    {'t', "topic",          CMD_SENDS,   "TOPIC",         take_topic,         "topic to publish to" },
    {'m', "message",        CMD_SENDS,   "TEXT",          take_message,       "the payload" },
    {'n', "null-message",   CMD_SENDS,   NULL,            take_null,          "an empty payload" },
    {'f', "file",           CMD_SENDS,   "FILE",          take_file,          "the payload is a file" },
    {'s', "stdin-file",     CMD_SENDS,   NULL,            take_stdin,         "the payload is standard input" },
    {'l', "stdin-line",     CMD_PUB,     NULL,            take_lines,         "a message for each line of standard input" },
    {'q', "qos",            CMD_SENDS,   "QOS",           take_qos,           "0 at most once, 1 at least once, 2 exactly once (0)" },
    {'r', "retain",         CMD_PUB,     NULL,            take_retain,        "the broker is to keep the message for later subscribers" },
    { 0,  "repeat",         CMD_PUB,     "COUNT",         take_repeat,        "publish the message that many times" },
    { 0,  "repeat-delay",   CMD_PUB,     "SECONDS",       take_repeat_delay,  "wait that long between them (0)" },
    {'M', "max-inflight",   CMD_PUB,     "COUNT",         take_in_flight,     "most messages of QoS 1 and 2 under way (20)" },
    { 0,  "aliases",        CMD_PUB,     "COUNT",         take_aliases,       "use up to that many Topic Aliases (5.0)" },
    {'e', "response-topic", CMD_REQUEST, "TOPIC",         take_response_topic, "where the answer is to go (a topic of our own, below the broker's Response Information when it offers one)" },
    { 0,  NULL,             CMD_LISTENS, NULL,            NULL,               "What to subscribe to" },
    {'t', "topic",          CMD_LISTENS, "FILTER",        take_topic,         "topic filter, also $share/GROUP/FILTER; may be repeated" },
    {'q', "qos",            CMD_LISTENS, "QOS",           take_qos,           "highest QoS to be delivered (0)" },
    {'U', "unsubscribe",    CMD_SUB,     "FILTER",        take_leave,         "unsubscribe from that first; may be repeated" },
    { 0,  "no-local",       CMD_SUB,     NULL,            take_no_local,      "not the messages that this client publishes (5.0)" },
    { 0,  "retain-as-published", CMD_SUB,     NULL,            take_as_published,  "keep the RETAIN flag as the publisher set it (5.0)" },
    { 0,  "retain-handling", CMD_SUB,     "WHEN",          take_retain_handling, "send retained messages always, new (to a new subscription only) or never (5.0)" },
    { 0,  NULL,             CMD_RESPOND, NULL,            NULL,               "What to answer; without any of these, the request itself" },
    {'m', "message",        CMD_RESPOND, "TEXT",          take_message,       "always that" },
    { 0,  "run",            CMD_RESPOND, "COMMAND",       take_run,           "what a shell command prints; it gets the request on its standard input and the topic as $TOPIC" },
    { 0,  NULL,             CMD_ENDS,    NULL,            NULL,               "What to show, and for how long" },
    { 0,  "output",         CMD_SHOWS,   "FORM",          take_shape,         "each message as text, as hex, or as json, an object per line; fields below (text)" },
    {'v', "verbose",        CMD_SHOWS,   NULL,            take_verbose,       "the topic before each message" },
    {'F', "format",         CMD_SHOWS,   "FORMAT",        take_format,        "each message in that form; letters below" },
    {'N', "no-newline",     CMD_SHOWS,   NULL,            take_no_newline,    "no newline behind each message" },
    {'R', "no-stale",       CMD_SUB,     NULL,            take_no_stale,      "not the messages that were retained" },
    {'T', "filter-out",     CMD_SUB,     "FILTER",        take_hidden,        "not the messages whose topic matches; may be repeated" },
    {'C', "count",          CMD_ENDS,    "COUNT",         take_count,         "leave after that many messages (request: 1; else never)" },
    {'W', "timeout",        CMD_ENDS,    "SECONDS",       take_timeout,       "leave after that time, with status 4 (request: 10; else never)" },
    { 0,  "ready",          CMD_LISTENS, NULL,            take_ready,         "say \"subscribed\" on standard error when the broker has agreed" },
    { 0,  NULL,             CMD_ALL,     NULL,            NULL,               "The will: what the broker publishes should we vanish" },
    { 0,  "will-topic",     CMD_ALL,     "TOPIC",         take_will_topic,    "its topic; without it there is no will" },
    { 0,  "will-payload",   CMD_ALL,     "TEXT",          take_will_payload,  "its payload (empty)" },
    { 0,  "will-qos",       CMD_ALL,     "QOS",           take_will_qos,      "its QoS (0)" },
    { 0,  "will-retain",    CMD_ALL,     NULL,            take_will_retain,   "it is retained" },
    { 0,  NULL,             CMD_ALL,     NULL,            NULL,               "More" },
    {'D', "property",       CMD_ALL,     "PACKET PROPERTY VALUE", take_property,      "a property (5.0) of connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes two values" },
    {'d', "debug",          CMD_ALL,     NULL,            take_debug,         "every packet, on standard error" },
    { 0,  "help",           CMD_ALL,     NULL,            take_help,          "this text" },
};
/* clang-format on */
const size_t option_count = sizeof option_rows / sizeof option_rows[0];
