/* command.h - what every command of plumb-client does: connect, run, explain.
 * SPDX-License-Identifier: MIT
 *
 * A command says what to do on an event and between turns; the rest, from
 * CONNECT to the exit status, is the same for all. All messages to the user go
 * to standard error, one line each, and say what to do where that helps.     */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include "client/client_io.h"
#include "client/options.h"

struct command {
    const struct options *options; /* borrowed */
    struct mqtt_client_config config;
    struct mqtt_client *client;    /* owned */
    struct mqtt_client_io io;
    struct tls_context *tls;       /* owned; NULL when the URL needs none */
    struct loop_watch signals;     /* SIGINT and SIGTERM as a descriptor */
    enum status status;            /* so far */
    bool is_leaving;               /* DISCONNECT was said, or asked for */
    bool is_lost;                  /* the connection went away by itself */

    /* Events, after the common part has dealt with them. */
    void (*on_event)(struct command *cmd, const struct mqtt_client_event *e);

    /* Before each turn: does what is due at now_ms, and returns when it wants
     * to be called again at the latest (TIMER_NEVER: no matter). */
    uint64_t (*on_turn)(struct command *cmd, uint64_t now_ms);

    /* When all is over, before the loop is freed; or NULL. */
    void (*on_end)(struct command *cmd);
};

/* Runs the command to its end; the two callbacks are set. */
enum status command_run(struct command *cmd, const struct options *options);

/* Leaves in good order. */
void command_leave(struct command *cmd);

/* One line on standard error, and that is the status, unless something failed
 * before. */
void command_fail(struct command *cmd, enum status status, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));

/* The same, and leaves. */
void command_give_up(struct command *cmd, enum status status,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* SUBSCRIBE or UNSUBSCRIBE for all of the filters in one packet, with what the
 * options say of that; no filter, no packet. Gives up when it is too large for
 * the broker. */
void command_ask(struct command *cmd, enum mqtt_type type,
                 const struct texts *filters);

/* "Not authorized (0x87): The client has no permission ..." for a code in that
 * packet, with what the broker added. `text` has room for len bytes. */
const char *command_explain(const struct command *cmd, uint8_t code,
                            enum mqtt_type type, const char *added, char *text,
                            size_t len);

/* The codes of a SUBACK or UNSUBACK for what was asked: says which were refused,
 * and why; leaves when all were. */
void command_check_codes(struct command *cmd, const struct mqtt_client_event *e,
                         const struct texts *asked);

/* MQTT_CLIENT_SENT: says so when the message ("message 7") was not delivered.
 * True when it was. */
bool command_check_sent(struct command *cmd, const struct mqtt_client_event *e,
                        const char *what);

#endif
