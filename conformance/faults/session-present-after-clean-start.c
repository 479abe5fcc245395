/* session-present-after-clean-start - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_connect.c
 * statement: MQTT-3.2.2-2 MQTT311-3.2.2-1
 * wrong: Session Present is 1 although Clean Start threw the session away
 * hint: what does CONNACK say after Clean Start 1 (3.2.2.1.1)?
 */
static void
accept_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    uint8_t assigned[ASSIGNED_LONG_LEN];
    struct slice client_id =
        p->client_id.len ? p->client_id : assign_id(b, assigned);
    if (!allowed(b, c, p, client_id)) {
        refuse(b, c, MQTT_RC_NOT_AUTHORIZED);
        return;
    }
    take_over(b, client_id);

    struct session *s = session_find(b, client_id);
    if (s && p->clean_start) { /* [MQTT-3.1.4-4] */
        if (b->config.variant.clean_start_will == CLEAN_START_DROPS)
            will_cancel(b, s);
        session_end(b, s); /* [MQTT-3.1.2-4] */
        s = NULL;
    }
    bool resumed = s != NULL || p->clean_start; /* [MQTT-3.1.2-5, MQTT-3.2.2-3] */
    if (!s)
        s = session_new(b, client_id); /* [MQTT-3.1.2-6] */
    will_cancel(b, s); /* back in time [MQTT-3.1.3-9] */
    buf_clear(&s->user_name);
    buf_add(&s->user_name, buf_slice(&c->login->user_name));
    s->expiry_interval = expiry_interval(b, p);
    will_arm(b, s, p); /* [MQTT-3.1.2-7] */
    session_attach(b, s, c);
    c->phase = CONN_READY;
    uint16_t imposed = c->version == MQTT_50 ? b->config.server_keep_alive : 0;
    /* [MQTT-3.2.2-22]: its own interval, unless we imposed one. */
    conn_keep_alive(b, c, imposed ? imposed : p->keep_alive);
    connack_send(b, c, p, resumed); /* [MQTT-3.1.4-5] */
    if (c->session)
        queue_resume(b, s);
    conn_settle_login(c);
}
