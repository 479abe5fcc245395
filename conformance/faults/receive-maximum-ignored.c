/* receive-maximum-ignored - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/queue.c
 * statement: MQTT-3.3.4-9
 * wrong: the client's Receive Maximum is not heeded
 * hint: how many QoS 1 and 2 messages may be under way (4.9)?
 */
void
queue_resume(struct broker *b, struct session *s)
{
    uint16_t client = s->conn->receive_maximum;
    uint16_t ours = b->config.maximum_inflight;
    s->queue.quota_maximum = client ? ours : client;
    s->queue.quota = s->queue.quota_maximum;
    s->queue.is_resumed = false;
    LIST_EACH(link, &s->queue.inflight)
        LIST_ITEM(link, struct delivery, link)->is_sent = false;
    pump(b, s);
}
