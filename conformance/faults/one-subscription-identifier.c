/* one-subscription-identifier - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/route.c
 * statement: MQTT-3.3.4-3 MQTT-3.3.4-4
 * wrong: of several Subscription Identifiers only the last is sent
 * hint: which identifiers go with the message (3.3.4)?
 */
static void
add_to(struct target *t, const struct subscription *sub)
{
    if (sub->qos > t->qos)
        t->qos = sub->qos;
    t->as_published = t->as_published || sub->retain_as_published;
    if (sub->id == 0) /* all that have one send theirs [MQTT-3.3.4-3] */
        return;
    t->ids = xgrow(t->ids, &t->id_cap, t->id_count + 1, sizeof *t->ids);
    t->ids[0] = sub->id;
    t->id_count = 1;
}
