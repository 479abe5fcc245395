/* keep-alive-never-ends - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/conn.c
 * statement: MQTT-3.1.2-22 MQTT311-3.1.2-24
 * wrong: a silent client is never disconnected
 * hint: how long may a client be silent (3.1.2.10)?
 */
void
conn_keep_alive(struct broker *b, struct conn *c, uint16_t seconds)
{
    c->heard_ms = b->now_ms;
    /* [MQTT-3.1.2-22]: one and a half times. */
    c->keep_alive_ms = (uint32_t)seconds * 1500;
    broker_timer_set(b, &c->alive, TIMER_NEVER);
}
