/* resumption-forgets-what-is-in-flight - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/queue.c
 * statement: MQTT-4.4.0-1 MQTT311-4.4.0-1
 * wrong: nothing is sent again when a session is resumed
 * hint: what happens to unacknowledged PUBLISH and PUBREL packets on a new connection (4.4)?
 */
static bool
resend(struct broker *b, struct session *s)
{
    if (s->queue->is_resumed)
        return true;
    LIST_EACH(link, &s->queue->inflight.order) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (d->is_sent)
            continue;
        if (d->state != FLOW_AWAIT_PUBCOMP && s->queue->quota <= 0)
            return false;
        (void)b;
        d->is_sent = true;
    }
    s->queue->is_resumed = true; /* what comes now is sent when it begins */
    return true;
}
