/* cmd_respond.c - plumb-client respond: answers requests (4.10).
 * SPDX-License-Identifier: MIT
 *
 * The answer goes to the Response Topic of the request and carries its
 * Correlation Data, unchanged; what it says is the request itself, a fixed
 * text, or what a command prints.                                            */
#include "client/cmd_respond.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/list.h"
#include "client/command.h"
#include "client/job.h"
#include "mqtt/property.h"

/* How long a command of --run may take. */
#define RUN_MS 60000

struct respond {
    struct command command;
    struct jobs jobs;      /* of --run */
    uint64_t taken;        /* requests that were, or will be, answered */
    uint64_t give_up_ms;   /* -W; TIMER_NEVER: no limit */
};

static struct respond *
respond_of(struct command *cmd)
{
    return LIST_ITEM(cmd, struct respond, command);
}

/* ---- SUBSCRIBE ---------------------------------------------------------- */

static void
on_subscribed(struct command *cmd, const struct mqtt_client_event *e)
{
    command_check_codes(cmd, e, &cmd->options->topics);
    if (cmd->options->says_ready && !cmd->is_leaving)
        fputs("subscribed\n", stderr);
}

/* ---- answering ---------------------------------------------------------- */

/* Its Correlation Data, then what the user wants the answer to carry. */
static void
furnish(struct buf *properties, const struct options *o,
        const struct mqtt_packet *request)
{
    struct mqtt_property data;
    if (mqtt_property_find(request->properties, MQTT_P_correlation_data, &data))
        mqtt_property_add(properties, &data);
    buf_add(properties, buf_slice(&o->properties[MQTT_PUBLISH]));
}

static void
answer(struct command *cmd, struct slice topic, struct slice payload,
       struct slice properties)
{
    mqtt_client_publish(cmd->client, &(struct mqtt_client_message){
                                         .topic = topic,
                                         .payload = payload,
                                         .properties = properties,
                                         .qos = cmd->options->qos});
}

static void
on_done(void *owner, const struct job *j, struct slice output, const char *why)
{
    struct command *cmd = owner;
    if (why)
        command_fail(cmd, STATUS_FAILED,
                     "no answer to a request on \"%.*s\": %s",
                     SLICE_ARG(buf_slice(&j->topic)), why);
    else
        answer(cmd, buf_slice(&j->reply_to), output,
               buf_slice(&j->properties));
}

static void
run(struct respond *r, const struct mqtt_client_event *e, struct slice reply_to)
{
    struct job *j = job_new(&r->jobs);
    if (!j) {
        command_fail(&r->command, STATUS_FAILED,
                     "no answer to a request on \"%.*s\": %d others wait",
                     SLICE_ARG(e->topic), JOBS_MOST);
        return;
    }
    buf_add(&j->topic, e->topic);
    buf_add(&j->input, e->packet->payload);
    buf_add(&j->reply_to, reply_to);
    furnish(&j->properties, r->command.options, e->packet);
    job_start(j, clock_ms());
}

static void
on_message(struct respond *r, const struct mqtt_client_event *e)
{
    struct command *cmd = &r->command;
    const struct options *o = cmd->options;
    struct buf properties = {0};
    struct slice reply_to = mqtt_property_text(e->packet->properties,
                                               MQTT_P_response_topic);
    if (cmd->is_leaving || (o->count && r->taken == o->count))
        return;
    if (reply_to.len == 0) {
        fprintf(stderr, "plumb-client: a message on \"%.*s\" has no Response "
                        "Topic: nobody to answer\n", SLICE_ARG(e->topic));
        return;
    }
    r->taken++;
    if (o->run) {
        run(r, e, reply_to);
        return;
    }
    furnish(&properties, o, e->packet);
    answer(cmd, reply_to,
           o->source == SOURCE_TEXT ? slice_str(o->text) : e->packet->payload,
           buf_slice(&properties));
    buf_release(&properties);
}

/* ---- the command -------------------------------------------------------- */

static void
on_event(struct command *cmd, const struct mqtt_client_event *e)
{
    struct respond *r = respond_of(cmd);
    switch (e->kind) {
    case MQTT_CLIENT_CONNECTED:
        command_ask(cmd, MQTT_SUBSCRIBE, &cmd->options->topics);
        break;
    case MQTT_CLIENT_SUBSCRIBED: on_subscribed(cmd, e); break;
    case MQTT_CLIENT_MESSAGE: on_message(r, e); break;
    case MQTT_CLIENT_SENT: command_check_sent(cmd, e, "an answer"); break;
    case MQTT_CLIENT_UNSUBSCRIBED:
    case MQTT_CLIENT_AUTHENTICATED:
    case MQTT_CLIENT_REFUSED:
    case MQTT_CLIENT_CLOSED: break;
    }
}

static uint64_t
on_turn(struct command *cmd, uint64_t now_ms)
{
    struct respond *r = respond_of(cmd);
    uint64_t due_ms = r->give_up_ms;
    r->jobs.loop = cmd->io.loop;
    if (cmd->is_leaving)
        return TIMER_NEVER;
    if (now_ms >= r->give_up_ms) {
        command_give_up(cmd, STATUS_TIMEOUT,
                        "time is up (-W), %llu requests came",
                        (unsigned long long)r->taken);
        return TIMER_NEVER;
    }
    if (cmd->options->count && r->taken == cmd->options->count &&
        r->jobs.count == 0 && mqtt_client_unsettled(cmd->client) == 0)
        command_leave(cmd);
    uint64_t jobs_ms = jobs_tick(&r->jobs, now_ms);
    return jobs_ms < due_ms ? jobs_ms : due_ms;
}

/* The watches of the jobs must go before the loop does. */
static void
on_end(struct command *cmd)
{
    jobs_release(&respond_of(cmd)->jobs);
}

enum status
cmd_respond(const struct options *o)
{
    struct respond r = {
        .command = {.on_event = on_event, .on_turn = on_turn,
                    .on_end = on_end},
        .jobs = {.command = o->run, .most_ms = RUN_MS, .done = on_done},
        .give_up_ms = o->timeout_ms ? clock_ms() + o->timeout_ms
                                    : TIMER_NEVER};
    r.jobs.owner = &r.command;
    jobs_init(&r.jobs);
    return command_run(&r.command, o);
}
