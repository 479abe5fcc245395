/* cmd_pub.c - plumb-client pub: publishes messages.
 * SPDX-License-Identifier: MIT
 *
 * It leaves when there is nothing more to publish and every message is settled:
 * written at QoS 0, acknowledged at QoS 1 and 2.                             */
#include "client/cmd_pub.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/list.h"
#include "client/command.h"
#include "client/payload.h"
#include "mqtt/varint.h"

/* Messages under way before more lines are read. */
#define UNSETTLED_MAX 1000

struct pub {
    struct command command;
    struct buf payload;       /* of -m, -f, -s */
    uint64_t left;            /* messages still to publish; not with -l */
    uint64_t next_ms;         /* when the next of --repeat is due */
    uint64_t count;           /* published, for numbering */
    struct loop_watch input;  /* standard input, with -l */
    bool is_input_watched;    /* a regular file may not be waited for */
    bool is_input_over;       /* nothing more to publish with -l */
    struct buf line;          /* what is no whole line yet */
};

static struct pub *
pub_of(struct command *cmd)
{
    return LIST_ITEM(cmd, struct pub, command);
}

static void
publish(struct pub *p, struct slice payload)
{
    const struct options *o = p->command.options;
    mqtt_client_publish(
        p->command.client,
        &(struct mqtt_client_message){
            .topic = slice_str(o->topics.list[0]),
            .payload = payload,
            .properties = buf_slice(&o->properties[MQTT_PUBLISH]),
            .tag = ++p->count,
            .qos = o->qos,
            .retain = o->retain});
}

static void
on_event(struct command *cmd, const struct mqtt_client_event *e)
{
    char what[40];
    if (e->kind != MQTT_CLIENT_SENT)
        return;
    snprintf(what, sizeof what, "message %llu", (unsigned long long)e->tag);
    command_check_sent(cmd, e, what);
}

/* ---- -l ----------------------------------------------------------------- */

/* Publishes the lines that are complete; at the end also one without a
 * newline. */
static void
publish_lines(struct pub *p)
{
    struct slice rest = buf_slice(&p->line);
    const uint8_t *end;
    while (rest.len && (end = memchr(rest.ptr, '\n', rest.len))) {
        size_t len = (size_t)(end - rest.ptr);
        publish(p, slice_first(rest, len));
        rest = slice_from(rest, len + 1);
    }
    if (p->is_input_over && rest.len) {
        publish(p, rest);
        rest.len = 0;
    }
    buf_drop(&p->line, p->line.len - rest.len);
}

static void
read_lines(struct pub *p)
{
    ssize_t n = read(STDIN_FILENO, buf_room(&p->line, 65536), 65536);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n < 0)
        command_fail(&p->command, STATUS_FAILED, "standard input: %s", strerror(errno));
    p->is_input_over = n <= 0;
    if (n > 0)
        p->line.len += (size_t)n;
    if (p->line.len > MQTT_VARINT_MAX) {
        command_fail(&p->command, STATUS_FAILED, "a line is longer than any MQTT packet");
        p->is_input_over = true;
        buf_clear(&p->line);
    }
    publish_lines(p);
    if (p->is_input_over)
        loop_remove(p->command.io.loop, &p->input);
}

static void
on_input(struct loop_watch *w, unsigned events)
{
    (void)events;
    read_lines(LIST_ITEM(w, struct pub, input));
}

/* When to look again; the watch calls earlier when there is input. */
static uint64_t
feed_lines(struct pub *p)
{
    struct command *cmd = &p->command;
    if (p->is_input_over || !mqtt_client_is_connected(cmd->client))
        return TIMER_NEVER;
    if (p->input.fd < 0) {
        struct error err;
        p->input = (struct loop_watch){.fd = STDIN_FILENO, .ready = on_input};
        p->is_input_watched = loop_add(cmd->io.loop, &p->input, &err) == 0;
    }
    bool may_read = mqtt_client_unsettled(cmd->client) < UNSETTLED_MAX;
    if (p->is_input_watched)
        loop_change(cmd->io.loop, &p->input, may_read ? LOOP_READ : 0);
    else if (may_read)
        read_lines(p);
    return p->is_input_watched || !may_read ? TIMER_NEVER : 0;
}

/* ---- -m, -n, -f, -s ----------------------------------------------------- */

static uint64_t
feed_repeats(struct pub *p, uint64_t now_ms)
{
    struct command *cmd = &p->command;
    uint64_t delay_ms = cmd->options->repeat_delay_ms;
    if (!mqtt_client_is_connected(cmd->client))
        return TIMER_NEVER;
    while (p->left > 0 && now_ms >= p->next_ms &&
           mqtt_client_unsettled(cmd->client) < UNSETTLED_MAX) {
        publish(p, buf_slice(&p->payload));
        p->left--;
        p->next_ms = now_ms + delay_ms;
    }
    return p->left > 0 && delay_ms > 0 ? p->next_ms : TIMER_NEVER;
}

/* ---- the command -------------------------------------------------------- */

static uint64_t
on_turn(struct command *cmd, uint64_t now_ms)
{
    struct pub *p = pub_of(cmd);
    bool is_by_line = cmd->options->source == SOURCE_LINES;
    uint64_t due_ms = is_by_line ? feed_lines(p) : feed_repeats(p, now_ms);
    bool is_all = is_by_line ? p->is_input_over : p->left == 0;
    if (is_all && mqtt_client_unsettled(cmd->client) == 0 && !cmd->is_leaving)
        command_leave(cmd);
    return due_ms;
}

enum status
cmd_pub(const struct options *o)
{
    struct pub p = {.command = {.on_event = on_event, .on_turn = on_turn},
                    .left = o->repeat,
                    .input = {.fd = -1}};
    struct error err;
    if (payload_read(&p.payload, o, &err)) {
        fprintf(stderr, "plumb-client: %s\n", err.text);
        buf_release(&p.payload);
        return STATUS_USAGE;
    }
    enum status status = command_run(&p.command, o);
    size_t lost = p.command.is_leaving ? 0 : p.left;
    if (lost && status == STATUS_OK)
        status = STATUS_LOST;
    buf_release(&p.payload);
    buf_release(&p.line);
    return status;
}
