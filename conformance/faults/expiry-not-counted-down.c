/* expiry-not-counted-down - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/message.c
 * statement: MQTT-3.3.2-6
 * wrong: the Message Expiry Interval is sent on as it came
 * hint: what is left of the interval after waiting (3.3.2.3.3)?
 */
uint32_t
message_expiry_left(const struct message *m, uint64_t now_ms)
{
    uint64_t waited = (now_ms - m->published_ms) / 1000;
    return waited ? m->expiry_interval : m->expiry_interval;
}
