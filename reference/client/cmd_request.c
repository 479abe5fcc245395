/* cmd_request.c - plumb-client request: asks, and shows the answer (4.10).
 * SPDX-License-Identifier: MIT
 *
 *     CONNECT, Request Response Information 1
 *                                    CONNACK, Response Information (or not)
 *     SUBSCRIBE to the Response Topic          SUBACK
 *     PUBLISH the request, with Response Topic and Correlation Data
 *                                    PUBLISH to the Response Topic
 *
 * The request goes out only when the subscription stands, or the answer could
 * be there first. What comes with other Correlation Data answers another
 * question and is not shown.                                                 */
#include "client/cmd_request.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/random.h"
#include "client/command.h"
#include "client/payload.h"
#include "client/response_topic.h"
#include "client/show.h"
#include "mqtt/property.h"

struct request {
    struct command command;
    struct buf payload;     /* what is asked */
    struct buf topic;       /* where the answer is to go */
    struct buf properties;  /* of the request, encoded */
    struct slice data;      /* its Correlation Data, inside properties */
    struct buf text;        /* of one answer */
    uint64_t count;         /* answers to wait for */
    uint64_t shown;         /* answers that came */
    uint64_t give_up_ms;    /* -W */
    bool is_asked;          /* the request was handed to the engine */
};

static struct request *
request_of(struct command *cmd)
{
    return LIST_ITEM(cmd, struct request, command);
}

/* ---- asking ------------------------------------------------------------- */

/* Response Topic and Correlation Data, before the user's own properties. */
static void
furnish(struct request *r)
{
    struct slice own =
        buf_slice(&r->command.options->properties[MQTT_PUBLISH]);
    struct mqtt_property unused;
    uint8_t random[8];
    buf_clear(&r->properties);
    mqtt_property_add_text(&r->properties, MQTT_P_response_topic,
                           buf_slice(&r->topic));
    if (!mqtt_property_find(own, MQTT_P_correlation_data, &unused)) {
        random_secret(random, sizeof random);
        mqtt_property_add_text(&r->properties, MQTT_P_correlation_data,
                               slice_of(random, sizeof random));
    }
    buf_add(&r->properties, own);
    r->data = mqtt_property_text(buf_slice(&r->properties),
                                 MQTT_P_correlation_data);
}

static void
on_connected(struct request *r, const struct mqtt_packet *connack)
{
    struct command *cmd = &r->command;
    const struct options *o = cmd->options;
    if (r->topic.len == 0) {
        response_topic_choose(&r->topic, o->response_topic,
                              connack->properties);
        furnish(r);
    }
    const char *topic = buf_cstr(&r->topic);
    command_ask(cmd, MQTT_SUBSCRIBE, &(struct texts){&topic, 1, 1});
}

static void
on_subscribed(struct request *r, const struct mqtt_client_event *e)
{
    struct command *cmd = &r->command;
    const struct options *o = cmd->options;
    char text[512];
    if (mqtt_reason_failed(e->reason)) {
        command_give_up(cmd, STATUS_SUBSCRIBE,
                        "the broker refused the Response Topic \"%s\": %s; "
                        "choose another with -e", buf_cstr(&r->topic),
                        command_explain(cmd, e->reason, MQTT_SUBACK, e->text,
                                        text, sizeof text));
        return;
    }
    if (r->is_asked) /* on an earlier connection: the engine sees to it */
        return;
    r->is_asked = true;
    mqtt_client_publish(cmd->client,
                        &(struct mqtt_client_message){
                            .topic = slice_str(o->topics.list[0]),
                            .payload = buf_slice(&r->payload),
                            .properties = buf_slice(&r->properties),
                            .tag = 1,
                            .qos = o->qos});
}

/* ---- being answered ----------------------------------------------------- */

static void
on_sent(struct request *r, const struct mqtt_client_event *e)
{
    if (e->reason == MQTT_RC_NO_MATCHING_SUBSCRIBERS) {
        command_give_up(&r->command, STATUS_FAILED,
                        "nobody has subscribed to the request's topic");
        return;
    }
    if (!command_check_sent(&r->command, e, "the request"))
        command_leave(&r->command);
}

static void
on_message(struct request *r, const struct mqtt_client_event *e)
{
    struct command *cmd = &r->command;
    struct slice data = mqtt_property_text(e->packet->properties,
                                           MQTT_P_correlation_data);
    if (cmd->is_leaving || !slice_equal(e->topic, buf_slice(&r->topic)) ||
        !slice_equal(data, r->data))
        return;
    if (show_message(&r->text, cmd->options, e))
        command_give_up(cmd, STATUS_FAILED, "cannot write to standard output");
    else if (++r->shown == r->count)
        command_leave(cmd);
}

/* ---- the command -------------------------------------------------------- */

static void
on_event(struct command *cmd, const struct mqtt_client_event *e)
{
    struct request *r = request_of(cmd);
    switch (e->kind) {
    case MQTT_CLIENT_CONNECTED: on_connected(r, e->packet); break;
    case MQTT_CLIENT_SUBSCRIBED: on_subscribed(r, e); break;
    case MQTT_CLIENT_SENT: on_sent(r, e); break;
    case MQTT_CLIENT_MESSAGE: on_message(r, e); break;
    case MQTT_CLIENT_UNSUBSCRIBED:
    case MQTT_CLIENT_AUTHENTICATED:
    case MQTT_CLIENT_REFUSED:
    case MQTT_CLIENT_CLOSED: break;
    }
}

static uint64_t
on_turn(struct command *cmd, uint64_t now_ms)
{
    struct request *r = request_of(cmd);
    fflush(stdout);
    if (cmd->is_leaving)
        return TIMER_NEVER;
    if (now_ms >= r->give_up_ms) {
        command_give_up(cmd, STATUS_TIMEOUT, "no answer in time (-W)");
        return TIMER_NEVER;
    }
    return r->give_up_ms;
}

enum status
cmd_request(const struct options *o)
{
    struct request r = {
        .command = {.on_event = on_event, .on_turn = on_turn},
        .count = o->count ? o->count : 1,
        .give_up_ms = clock_ms() + (o->timeout_ms ? o->timeout_ms : 10000)};
    struct error err;
    enum status status = STATUS_USAGE;
    if (payload_read(&r.payload, o, &err))
        fprintf(stderr, "plumb-client: %s\n", err.text);
    else
        status = command_run(&r.command, o);
    if (fflush(stdout) && status == STATUS_OK)
        status = STATUS_FAILED;
    buf_release(&r.payload);
    buf_release(&r.topic);
    buf_release(&r.properties);
    buf_release(&r.text);
    return status;
}
