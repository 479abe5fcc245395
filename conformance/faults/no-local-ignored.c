/* no-local-ignored - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/route.c
 * statement: MQTT-3.8.3-3
 * wrong: No Local is not heeded
 * hint: who must not get its own messages back (3.8.3.1)?
 */
static void
gather_sub(struct routing *r, const struct subscription *sub)
{
    struct session *s = sub->session;
    if (r->broker->config.variant.overlap == OVERLAP_EACH ||
        s->route_round != r->broker->route_round) {
        s->route_round = r->broker->route_round;
        s->route_slot = r->count;
        new_target(r, s);
    }
    add_to(&r->list[s->route_slot], sub);
}
