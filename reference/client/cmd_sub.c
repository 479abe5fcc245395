/* cmd_sub.c - plumb-client sub: subscribes, and shows what comes.
 * SPDX-License-Identifier: MIT */
#include "client/cmd_sub.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/list.h"
#include "client/command.h"
#include "client/show.h"
#include "mqtt/topic.h"

enum { HANDSHAKE_MS = 1000 };

struct sub {
    struct command command;
    uint64_t shown;       /* messages */
    uint64_t give_up_ms;  /* -W; TIMER_NEVER: no limit */
    struct buf text;      /* of one message */
    uint64_t leave_by_ms; /* enough was shown (-C): a handshake that is open may
                             end by then; 0: not enough yet */
};

static struct sub *
sub_of(struct command *cmd)
{
    return LIST_ITEM(cmd, struct sub, command);
}

/* ---- SUBSCRIBE ---------------------------------------------------------- */

static void
on_connected(struct command *cmd)
{
    command_ask(cmd, MQTT_UNSUBSCRIBE, &cmd->options->leaves);
    command_ask(cmd, MQTT_SUBSCRIBE, &cmd->options->topics);
}

static void
on_subscribed(struct command *cmd, const struct mqtt_client_event *e)
{
    command_check_codes(cmd, e, &cmd->options->topics);
    if (cmd->options->says_ready && !cmd->is_leaving)
        fputs("subscribed\n", stderr);
}

static void
on_unsubscribed(struct command *cmd, const struct mqtt_client_event *e)
{
    command_check_codes(cmd, e, &cmd->options->leaves);
    if (cmd->options->topics.count == 0)
        command_leave(cmd);
}

/* ---- messages ----------------------------------------------------------- */

static bool
is_hidden(const struct options *o, const struct mqtt_client_event *e)
{
    if (o->no_stale && e->packet->retain)
        return true;
    for (size_t i = 0; i < o->hidden.count; i++)
        if (mqtt_topic_matches(slice_str(o->hidden.list[i]), e->topic))
            return true;
    return false;
}

static void
on_message(struct command *cmd, const struct mqtt_client_event *e)
{
    struct sub *s = sub_of(cmd);
    const struct options *o = cmd->options;
    if (cmd->is_leaving || s->leave_by_ms || is_hidden(o, e))
        return;
    if (show_message(&s->text, o, e))
        command_give_up(cmd, STATUS_FAILED, "cannot write to standard output");
    if (++s->shown == o->count)
        s->leave_by_ms = clock_ms() + HANDSHAKE_MS;
}

/* ---- the command -------------------------------------------------------- */

static void
on_event(struct command *cmd, const struct mqtt_client_event *e)
{
    switch (e->kind) {
    case MQTT_CLIENT_CONNECTED: on_connected(cmd); break;
    case MQTT_CLIENT_SUBSCRIBED: on_subscribed(cmd, e); break;
    case MQTT_CLIENT_UNSUBSCRIBED: on_unsubscribed(cmd, e); break;
    case MQTT_CLIENT_MESSAGE: on_message(cmd, e); break;
    case MQTT_CLIENT_AUTHENTICATED:
    case MQTT_CLIENT_REFUSED:
    case MQTT_CLIENT_SENT:
    case MQTT_CLIENT_CLOSED: break;
    }
}

static uint64_t
on_turn(struct command *cmd, uint64_t now_ms)
{
    struct sub *s = sub_of(cmd);
    fflush(stdout);
    if (cmd->is_leaving)
        return TIMER_NEVER;
    if (s->leave_by_ms) {
        if (now_ms < s->leave_by_ms && !mqtt_client_is_settled(cmd->client))
            return s->leave_by_ms;
        command_leave(cmd);
        return TIMER_NEVER;
    }
    if (now_ms < s->give_up_ms)
        return s->give_up_ms;
    command_give_up(cmd, STATUS_TIMEOUT,
                    "time is up (-W), %llu messages were shown",
                    (unsigned long long)s->shown);
    return TIMER_NEVER;
}

enum status
cmd_sub(const struct options *o)
{
    struct sub s = {.command = {.on_event = on_event, .on_turn = on_turn},
                    .give_up_ms = o->timeout_ms ? clock_ms() + o->timeout_ms
                                                : TIMER_NEVER};
    enum status status = command_run(&s.command, o);
    if (fflush(stdout) && status == STATUS_OK)
        status = STATUS_FAILED;
    buf_release(&s.text);
    return status;
}
