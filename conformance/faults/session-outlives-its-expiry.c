/* session-outlives-its-expiry - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/session.c
 * statement: MQTT-4.1.0-2
 * wrong: sessions with a Session Expiry Interval never end
 * hint: when does a session end (3.1.2.11.2)?
 */
void
session_detach(struct broker *b, struct session *s)
{
    s->conn->session = NULL;
    s->conn = NULL; /* first, so that its own will finds it away */
    b->sys.connected--;
    if (s->queue)
        pressure_left(b, s->queue);
    will_on_close(b, s);
    if (s->expiry_interval == 0) {
        session_end(b, s);
        return;
    }
    persist_session(b, s);
}
