/* retain-flag-on-live-messages - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/route.c
 * statement: MQTT-3.3.1-12 MQTT311-3.3.1-9
 * wrong: RETAIN of the publisher reaches clients that were subscribed before
 * hint: which RETAIN does a live message carry (3.3.1.3)?
 */
size_t
route_publish(struct broker *b, struct message *m, const struct session *from)
{
    struct routing r = {.broker = b, .message = m, .from = from};
    /* Taken for the time being: a will may be routed before this returns. */
    r.list = b->targets;
    r.cap = b->targets_cap;
    b->targets = NULL;
    b->targets_cap = 0;
    if (m->retain)
        retain_store(b, m);
    b->route_round++;
    matches_visit(&b->matches, &b->subscriptions, m->topic, gather_node, &r);
    forms_begin(&b->forms, r.count > 1 ? m : NULL);
    for (size_t i = 0; i < r.count; i++) {
        struct target *t = &r.list[i];
        /* [MQTT-3.8.4-8]: the lower of what was published and granted; RETAIN
         * only where it is wanted [MQTT-3.3.1-12, MQTT-3.3.1-13]. */
        queue_add(b, t->session, m, m->qos < t->qos ? m->qos : t->qos,
                  m->retain, t->ids, t->id_count,
                  t->share_id);
        pressure_check(b, from, t->session);
    }
    forms_begin(&b->forms, NULL);
    route_release(b);
    b->targets = r.list;
    b->targets_cap = r.cap;
    return r.count;
}
