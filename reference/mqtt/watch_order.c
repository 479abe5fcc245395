/* watch_order.c - in which order exchanges go on (4.6).
 * SPDX-License-Identifier: MIT
 *
 * Open exchanges stand in the list in the order of first sending, which is the
 * order that answers and resends have to keep. The statements bind clients;
 * what a server owes its subscribers is seen from both sides only.           */
#include "mqtt/watch_state.h"

/* One that came on this connection before f, of the same QoS, and waits. */
static bool
is_overtaking(const struct watch_flights *all, struct watch_event *e,
              unsigned qos)
{
    const struct watch_flight *f = e->flight;
    if (!f || f->type != MQTT_PUBLISH || f->qos != qos || !f->is_here ||
        f->is_resent || f->step != STEP_SENT || f->extra)
        return false;
    for (const struct watch_flight *one = all->list; one < f; one++)
        if (one->type == MQTT_PUBLISH && one->qos == qos && one->is_here &&
            !one->is_resent && one->step == STEP_SENT) {
            e->earlier = one->number;
            return true;
        }
    return false;
}

static bool
is_puback_out_of_order(struct mqtt_watch *w, struct watch_event *e)
{
    return is_overtaking(&w->session->flights[1], e, 1);
}

static bool
is_pubrec_out_of_order(struct mqtt_watch *w, struct watch_event *e)
{
    return is_overtaking(&w->session->flights[1], e, 2);
}

static bool
is_pubrel_out_of_order(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_flights *all = &w->session->flights[0];
    const struct watch_flight *f = e->flight;
    if (!f || f->step != STEP_RECEIVED || !f->received_order)
        return false;
    for (size_t i = 0; i < all->count; i++) {
        const struct watch_flight *one = &all->list[i];
        if (one->step == STEP_RECEIVED && one->received_order &&
            one->received_order < f->received_order) {
            e->earlier = one->number;
            return true;
        }
    }
    return false;
}

/* A resend, and one that was first sent after it was resent already. */
static bool
is_resent_out_of_order(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_flights *all = &w->session->flights[0];
    const struct watch_flight *f = e->flight;
    if (!f || f->is_here || !e->p->dup)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].is_resent && all->list[i].order > f->order) {
            e->earlier = all->list[i].number;
            return true;
        }
    return false;
}

/* clang-format off */
static const struct watch_row rows[] = {
/*   when        by           versions needs       is broken when */
    {P(PUBLISH), FROM_CLIENT, V_ALL,   SEES_LIFE,  is_resent_out_of_order,
     {"MQTT-4.6.0-1", "MQTT311-4.6.0-1", "4.6", WATCH_MUST,
      "sent again in another order than the first time", "the order of first sending"}},
    {P(PUBACK),  FROM_CLIENT, V_ALL,   SEES_LIFE,  is_puback_out_of_order,
     {"MQTT-4.6.0-2", "MQTT311-4.6.0-2", "4.6", WATCH_MUST,
      "PUBACK before that of an earlier PUBLISH", "the order in which they came"}},
    {P(PUBREC),  FROM_CLIENT, V_ALL,   SEES_LIFE,  is_pubrec_out_of_order,
     {"MQTT-4.6.0-3", "MQTT311-4.6.0-3", "4.6", WATCH_MUST,
      "PUBREC before that of an earlier PUBLISH", "the order in which they came"}},
    {P(PUBREL),  FROM_CLIENT, V_ALL,   SEES_LIFE,  is_pubrel_out_of_order,
     {"MQTT-4.6.0-4", "MQTT311-4.6.0-4", "4.6", WATCH_MUST,
      "PUBREL before that of an earlier PUBREC", "the order in which they came"}},
};
/* clang-format on */

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    (void)w;
    (void)e;
}

const struct watch_concern watch_order = WATCH_CONCERN(rows, note);
