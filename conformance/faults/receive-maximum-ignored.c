/* receive-maximum-ignored - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/queue.c
 * statement: MQTT-3.3.4-9
 * wrong: the client's Receive Maximum is not heeded
 * hint: how many QoS 1 and 2 messages may be under way (4.9)?
 */
static void
begin_quota(const struct broker *b, struct queue *q, const struct conn *c)
{
    uint16_t client = c->receive_maximum;
    uint16_t ours = b->config.maximum_inflight;
    q->quota_maximum = client ? ours : client;
    q->quota = q->quota_maximum;
}
