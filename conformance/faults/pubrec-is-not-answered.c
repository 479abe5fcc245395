/* pubrec-is-not-answered - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/queue.c
 * statement: MQTT-4.3.3-4 MQTT311-4.3.3-1
 * wrong: PUBREC is not answered by PUBREL
 * hint: what answers a PUBREC (4.3.3)?
 */
static void
perform(struct broker *b, struct session *s, struct delivery *d, unsigned does)
{
    struct queue *q = s->queue;
    struct conn *c = s->conn;
    uint16_t id = d->packet_id;
    if (does & FLOW_DO_TAKE_QUOTA)
        q->quota--;
    if ((does & FLOW_DO_RETURN_QUOTA) && q->quota < q->quota_maximum)
        q->quota++;
    if (does & FLOW_DO_DISCARD_MESSAGE) {
        message_unref(d->message);
        d->message = NULL;
    }
    (void)id;
    (void)c;
    bool fits = true;
    if (does & (FLOW_DO_SEND_PUBLISH | FLOW_DO_RESEND_PUBLISH))
        fits = send_publish(b, c, d, does & FLOW_DO_RESEND_PUBLISH);
    d->is_sent = true;
    if (fits && !(does & FLOW_DO_RELEASE_ID))
        return;
    /* Too large for the client: as if it had been delivered [MQTT-3.1.2-25]. */
    if (!fits)
        q->quota++;
    settle(b, q, d);
}
