/* will-without-delay - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/will.c
 * statement: MQTT-3.1.2-8 MQTT-3.1.3-9
 * wrong: the Will Delay Interval is not waited for
 * hint: when is a will published (3.1.3.2.2)?
 */
void
will_on_close(struct broker *b, struct session *s)
{
    struct will *w = s->will;
    if (!w)
        return;
    if (w->message) {
        will_send(b, s);
        return;
    }
    broker_timer_set(b, &w->timer, (uint64_t)w->delay * 1000);
    persist_will(b, s);
}
