/* older-connection-stays - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_connect.c
 * statement: MQTT-3.1.4-3 MQTT311-3.1.4-2
 * wrong: the older connection with the same Client Identifier is left open
 * hint: what becomes of the older connection (3.1.4)?
 */
static void
take_over(struct broker *b, struct slice client_id)
{
    struct session *s = session_find(b, client_id);
    /* It gets a session of its own and lives on beside the newer one. */
    uint64_t id = random_u64(&b->random);
    if (s && s->conn)
        session_attach(b, session_new(b, slice_of(&id, sizeof id)), s->conn);
    if (s)
        s->conn = NULL;
}
