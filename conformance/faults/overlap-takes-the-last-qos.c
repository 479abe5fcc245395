/* overlap-takes-the-last-qos - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/route.c
 * statement: MQTT-3.3.4-2 MQTT311-3.3.5-1
 * wrong: of overlapping subscriptions the last one found decides the QoS
 * hint: at which QoS is a message delivered that matches twice (3.3.4)?
 */
static void
add_to(struct target *t, const struct subscription *sub)
{
    t->qos = sub->qos;
    t->as_published = t->as_published || sub->retain_as_published;
    if (sub->id == 0) /* all that have one send theirs [MQTT-3.3.4-3] */
        return;
    t->ids = xgrow(t->ids, &t->id_cap, t->id_count + 1, sizeof *t->ids);
    t->ids[t->id_count++] = sub->id;
}
