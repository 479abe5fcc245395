/* watch_keep_alive.c - silence, and requests that nobody answers.
 * SPDX-License-Identifier: MIT
 *
 * Times are those of the observer, who stands somewhere between the two: a
 * second and a tenth of the interval are allowed for the way, and ten seconds to
 * a server that looks at its clock now and then. An answer has no deadline in
 * the standard; after WATCH_PATIENCE_US, on a connection that went on meanwhile,
 * it is taken for missing.                                                   */
#include "mqtt/watch_state.h"

/* --- Keep Alive ----------------------------------------------------------- */

static int64_t
allowed_us(const struct mqtt_watch *w, int tenths)
{
    int64_t us = (int64_t)w->keep_alive * 100000 * tenths;
    return us + us / 10 + 1000000;
}

static bool
is_silent(const struct mqtt_watch *w, struct watch_event *e, bool is_assigned)
{
    const struct watch_side *c = &w->side[0];
    e->earlier = c->last_number;
    return w->keep_alive && w->is_keep_alive_assigned == is_assigned &&
           c->packets && !c->goodbye && !w->is_taken_over &&
           e->from == FROM_CLIENT &&
           e->time_us - c->last_us > allowed_us(w, 10);
}

static bool
is_silent_too_long(struct mqtt_watch *w, struct watch_event *e)
{
    return is_silent(w, e, false);
}

static bool
is_silent_beyond_assigned(struct mqtt_watch *w, struct watch_event *e)
{
    return is_silent(w, e, true);
}

/* The server had to close after one and a half times the interval. */
static bool
is_kept_open(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_side *c = &w->side[0];
    e->earlier = c->last_number;
    return w->keep_alive && c->packets && !c->goodbye && !w->is_taken_over &&
           e->from && (!e->p || e->p->type != MQTT_DISCONNECT) &&
           e->time_us - c->last_us > allowed_us(w, 15) + WATCH_PATIENCE_US;
}

static bool
is_kept_open_to_the_end(struct mqtt_watch *w, struct watch_event *e)
{
    return e->from == FROM_CLIENT && is_kept_open(w, e);
}

/* --- no answer ------------------------------------------------------------ */

/* Was the connection alive, with the peer talking, for long enough after? */
static bool
is_overdue(const struct mqtt_watch *w, const struct watch_event *e,
           int64_t since_us, enum mqtt_side peer)
{
    const struct watch_side *s = &w->side[watch_index(peer)];
    int64_t until = e->from == watch_other(peer) ? e->time_us : s->last_us;
    return !w->is_taken_over && !s->goodbye && e->from &&
           until - since_us > WATCH_PATIENCE_US;
}

static bool
is_unanswered(struct mqtt_watch *w, struct watch_event *e, unsigned type,
              int step, unsigned qos, enum mqtt_side sender)
{
    const struct watch_flights *all =
        &w->session->flights[watch_index(sender)];
    for (size_t i = 0; i < all->count; i++) {
        const struct watch_flight *f = &all->list[i];
        bool is_it = f->type == type && f->step == step && f->qos == qos &&
                     (f->is_here || f->is_released_here);
        if (is_it && is_overdue(w, e, f->time_us, step == STEP_RECEIVED
                                                      ? sender
                                                      : watch_other(sender))) {
            e->earlier = f->number;
            return true;
        }
    }
    return false;
}

static bool
is_ping_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    e->earlier = w->ping.number;
    return w->ping.number &&
           is_overdue(w, e, w->ping.time_us, FROM_SERVER);
}

static bool
is_subscribe_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_SUBSCRIBE, STEP_SENT, 0, FROM_CLIENT);
}

static bool
is_unsubscribe_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_UNSUBSCRIBE, STEP_SENT, 0, FROM_CLIENT);
}

static bool
is_qos_1_of_client_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_SENT, 1, FROM_CLIENT);
}

static bool
is_qos_2_of_client_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_SENT, 2, FROM_CLIENT);
}

static bool
is_qos_1_of_server_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_SENT, 1, FROM_SERVER);
}

static bool
is_qos_2_of_server_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_SENT, 2, FROM_SERVER);
}

static bool
is_pubrec_of_server_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_RECEIVED, 2, FROM_CLIENT);
}

static bool
is_pubrec_of_client_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_RECEIVED, 2, FROM_SERVER);
}

static bool
is_pubrel_of_client_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_RELEASED, 2, FROM_CLIENT);
}

static bool
is_pubrel_of_server_unanswered(struct mqtt_watch *w, struct watch_event *e)
{
    return is_unanswered(w, e, MQTT_PUBLISH, STEP_RELEASED, 2, FROM_SERVER);
}

/* --- rows ----------------------------------------------------------------- */

#define OVERDUE(id5, id311, where, text, expected) \
    {id5, id311, where, WATCH_MUST, text, expected}

/* clang-format off */
static const struct watch_row rows[] = {
/*   when   by           versions needs      is broken when */
    {W_ANY | W_END, FROM_CLIENT, V_ALL, SEES_LIFE, is_silent_too_long,
     {"MQTT-3.1.2-20", "MQTT311-3.1.2-23", "3.1.2.10", WATCH_MUST,
      "silent for longer than Keep Alive", "PINGREQ in time"}},
    {W_ANY | W_END, FROM_CLIENT, V_5, SEES_LIFE, is_silent_beyond_assigned,
     {"MQTT-3.1.2-21 MQTT-3.2.2-21 MQTT-3.1.2-20", NULL, "3.2.2.3.14", WATCH_MUST,
      "silent for longer than Server Keep Alive", "PINGREQ in time"}},
    {W_ANY, FROM_SERVER, V_ALL,  SEES_LIFE,  is_kept_open,
     {"MQTT-3.1.2-22", "MQTT311-3.1.2-24", "3.1.2.10", WATCH_MUST,
      "still served after one and a half times Keep Alive", "the end of the connection"}},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_kept_open_to_the_end,
     {"MQTT-3.1.2-22", "MQTT311-3.1.2-24", "3.1.2.10", WATCH_MUST,
      "left open after one and a half times Keep Alive", "the end of the connection"}},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_ping_unanswered,
     OVERDUE("MQTT-3.12.4-1", "MQTT311-3.12.4-1", "3.12.4", "PINGREQ without answer", "PINGRESP")},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_subscribe_unanswered,
     OVERDUE("MQTT-3.8.4-1", "MQTT311-3.8.4-1", "3.8.4", "SUBSCRIBE without answer", "SUBACK")},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_unsubscribe_unanswered,
     OVERDUE("MQTT-3.10.4-4", "MQTT311-3.10.4-4 MQTT311-3.10.4-5", "3.10.4", "UNSUBSCRIBE without answer", "UNSUBACK")},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_qos_1_of_client_unanswered,
     OVERDUE("MQTT-4.3.2-4", "MQTT311-4.3.2-2", "4.3.2", "PUBLISH with QoS 1 without answer", "PUBACK")},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_qos_2_of_client_unanswered,
     OVERDUE("MQTT-4.3.3-8", "MQTT311-4.3.3-2", "4.3.3", "PUBLISH with QoS 2 without answer", "PUBREC")},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_pubrel_of_client_unanswered,
     OVERDUE("MQTT-4.3.3-11", "MQTT311-4.3.3-2", "4.3.3", "PUBREL without answer", "PUBCOMP")},
    {W_END, FROM_SERVER, V_ALL,  SEES_LIFE,  is_pubrec_of_client_unanswered,
     OVERDUE("MQTT-4.3.3-4", "MQTT311-4.3.3-1", "4.3.3", "PUBREC without answer", "PUBREL")},
    {W_END, FROM_CLIENT, V_ALL,  SEES_LIFE,  is_qos_1_of_server_unanswered,
     OVERDUE("MQTT-4.5.0-2 MQTT-4.3.2-4", "MQTT311-4.5.0-2 MQTT311-4.3.2-2", "4.5", "PUBLISH with QoS 1 without answer", "PUBACK")},
    {W_END, FROM_CLIENT, V_ALL,  SEES_LIFE,  is_qos_2_of_server_unanswered,
     OVERDUE("MQTT-4.5.0-2 MQTT-4.3.3-8", "MQTT311-4.5.0-2 MQTT311-4.3.3-2", "4.5", "PUBLISH with QoS 2 without answer", "PUBREC")},
    {W_END, FROM_CLIENT, V_ALL,  SEES_LIFE,  is_pubrel_of_server_unanswered,
     OVERDUE("MQTT-4.3.3-11", "MQTT311-4.3.3-2", "4.3.3", "PUBREL without answer", "PUBCOMP")},
    {W_END, FROM_CLIENT, V_ALL,  SEES_LIFE,  is_pubrec_of_server_unanswered,
     OVERDUE("MQTT-4.3.3-4", "MQTT311-4.3.3-1", "4.3.3", "PUBREC without answer", "PUBREL")},
};
/* clang-format on */

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    if (e->p->type == MQTT_PINGREQ && !w->ping.number)
        w->ping = (struct watch_note_request){e->number, e->time_us};
    if (e->p->type == MQTT_PINGRESP)
        w->ping.number = 0;
}

const struct watch_concern watch_keep_alive = WATCH_CONCERN(rows, note);
