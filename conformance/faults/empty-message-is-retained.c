/* empty-message-is-retained - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/retain.c
 * statement: MQTT-3.3.1-6 MQTT-3.3.1-7 MQTT311-3.3.1-10 MQTT311-3.3.1-11
 * wrong: an empty payload replaces the retained message instead of removing it
 * hint: what does RETAIN with an empty payload mean (3.3.1.3)?
 */
void
retain_store(struct broker *b, struct message *m)
{
    struct tree_node *node = tree_find(&b->retained, m->topic);
    bool had = node && node->retained;
    if (m->payload.len == SIZE_MAX) {
        if (had)
            forget(b, node);
        return;
    }
    if (had) {
        persist_retained_end(b, node->retained);
        message_unref(node->retained);
        node->retained = message_ref(m);
        persist_retained(b, node->retained);
        return;
    }
    if (b->retained_count >= b->config.maximum_retained)
        sweep(b);
    if (b->retained_count >= b->config.maximum_retained)
        return;
    node = tree_keep(&b->retained, m->topic);
    node->retained = message_ref(m);
    b->retained_count++;
    persist_retained(b, node->retained);
}
