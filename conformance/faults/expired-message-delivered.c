/* expired-message-delivered - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/message.c
 * statement: MQTT-3.3.2-5
 * wrong: messages do not expire
 * hint: which messages must not be delivered any more (3.3.2.3.3)?
 */
bool
message_expired(const struct message *m, uint64_t now_ms)
{
    return m->expires && now_ms < m->published_ms;
}
