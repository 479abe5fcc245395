/* watch_connect.c - who may speak when: CONNECT, CONNACK, DISCONNECT.
 * SPDX-License-Identifier: MIT                                               */
#include "mqtt/reason.h"
#include "mqtt/watch_state.h"

/* --- predicates ----------------------------------------------------------- */

static bool
is_not_connect(struct mqtt_watch *w, struct watch_event *e)
{
    return w->side[0].packets == 0 && !w->side[0].has_gap &&
           e->p->type != MQTT_CONNECT;
}

static bool
is_second_connect(struct mqtt_watch *w, struct watch_event *e)
{
    e->earlier = w->connect;
    return w->connect != 0;
}

static bool
is_before_connack(struct mqtt_watch *w, struct watch_event *e)
{
    bool may = e->p->type == MQTT_CONNACK ||
               (w->version == MQTT_50 && (e->p->type == MQTT_AUTH ||
                                          e->p->type == MQTT_DISCONNECT));
    return !w->connack && !may;
}

static bool
is_disconnect_before_connack(struct mqtt_watch *w, struct watch_event *e)
{
    (void)e;
    return !w->connack || w->connack_reason != 0;
}

static bool
is_second_connack(struct mqtt_watch *w, struct watch_event *e)
{
    e->earlier = w->connack;
    return w->connack && w->connects < 2;
}

static bool
is_session_in_clean(struct mqtt_watch *w, struct watch_event *e)
{
    return w->clean_start && e->p->session_present && w->connects == 1 &&
           watch_reason(e->p) == 0;
}

static bool
is_after_refusal(struct mqtt_watch *w, struct watch_event *e)
{
    e->earlier = w->connack;
    return w->connack && w->connack_reason != 0 && e->p->type != MQTT_CONNACK;
}

static bool
is_open_after_refusal(struct mqtt_watch *w, struct watch_event *e)
{
    e->earlier = w->connack;
    return w->connack && w->connack_reason != 0 && e->from == FROM_CLIENT &&
           e->time_us - w->connack_us > WATCH_PATIENCE_US;
}

static bool
is_unnamed(struct mqtt_watch *w, struct watch_event *e)
{
    return w->has_empty_id && watch_reason(e->p) == 0 &&
           !watch_has(e->p, MQTT_P_assigned_client_identifier);
}

static bool
is_renamed(struct mqtt_watch *w, struct watch_event *e)
{
    return w->connect && !w->has_empty_id &&
           watch_has(e->p, MQTT_P_assigned_client_identifier);
}

/* An identifier that a session which is in use has already. */
static bool
is_name_taken(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice id = mqtt_property_text(watch_properties(e->p),
                                         MQTT_P_assigned_client_identifier);
    const struct watch_session *s =
        w->has_empty_id && id.len ? map_get(&w->sessions->by_id, id) : NULL;
    return s && s->owner && s->owner != w;
}

static bool
is_empty_id_accepted(struct mqtt_watch *w, struct watch_event *e)
{
    return w->has_empty_id && !w->clean_start && watch_reason(e->p) == 0;
}

static bool
is_unasked_response_information(struct mqtt_watch *w, struct watch_event *e)
{
    return !w->wants_response_information &&
           watch_has(e->p, MQTT_P_response_information);
}

static bool
is_unwanted_problem_information(struct mqtt_watch *w, struct watch_event *e)
{
    return w->refuses_problem_information &&
           (watch_has(e->p, MQTT_P_reason_string) ||
            watch_has(e->p, MQTT_P_user_property));
}

static bool
is_after_goodbye(struct mqtt_watch *w, struct watch_event *e)
{
    const struct watch_side *s = &w->side[watch_index(e->from)];
    e->earlier = s->goodbye;
    return s->goodbye != 0;
}

/* Who said DISCONNECT waits for the other side to close. */
static bool
is_goodbye_without_close(struct mqtt_watch *w, struct watch_event *e, int side)
{
    const struct watch_side *s = &w->side[side];
    e->earlier = s->goodbye;
    return s->goodbye && e->from && watch_index(e->from) != side &&
           e->time_us - s->goodbye_us > WATCH_PATIENCE_US;
}

static bool
is_client_lingering(struct mqtt_watch *w, struct watch_event *e)
{
    return is_goodbye_without_close(w, e, 0);
}

static bool
is_server_lingering(struct mqtt_watch *w, struct watch_event *e)
{
    return is_goodbye_without_close(w, e, 1);
}

/* Session Expiry Interval 0 in CONNECT is final (3.14.2.2.2). */
static bool
is_expiry_revived(struct mqtt_watch *w, struct watch_event *e)
{
    return w->session_expiry == 0 &&
           mqtt_property_number(watch_properties(e->p),
                                MQTT_P_session_expiry_interval, 0) != 0;
}

/* --- rows ----------------------------------------------------------------- */

#define WITHOUT_PROBLEMS \
    (W_ANY & ~(P(PUBLISH) | P(CONNACK) | P(DISCONNECT)))

/* clang-format off */
static const struct watch_row rows[] = {
/*   when           by           versions needs       is broken when */
    {W_ANY,         FROM_CLIENT, V_ALL,  0,           is_not_connect,
     {"MQTT-3.1.0-1", "MQTT311-3.1.0-1", "3.1", WATCH_MUST,
      "the first packet is no CONNECT", "CONNECT"}},
    {P(CONNECT),    FROM_CLIENT, V_ALL,  SEES_START,  is_second_connect,
     {"MQTT-3.1.0-2", "MQTT311-3.1.0-2", "3.1", WATCH_MUST,
      "a second CONNECT on the same connection", "one CONNECT per connection"}},
    {W_ANY,         FROM_SERVER, V_ALL,  SEES_START | SEES_SERVER, is_before_connack,
     {"MQTT-3.2.0-1", "MQTT311-3.2.0-1", "3.2", WATCH_MUST,
      "a packet before CONNACK", "CONNACK first"}},
    {P(DISCONNECT), FROM_SERVER, V_5,    SEES_START | SEES_SERVER, is_disconnect_before_connack,
     {"MQTT-3.14.0-1", NULL, "3.14", WATCH_MUST,
      "DISCONNECT from a server that has not accepted", "CONNACK with a Reason Code of 0x80 or above"}},
    {P(CONNACK),    FROM_SERVER, V_ALL,  SEES_START | SEES_SERVER, is_second_connack,
     {"MQTT-3.2.0-2", NULL, "3.2", WATCH_MUST,
      "a second CONNACK", "one CONNACK per connection"}},
    {P(CONNACK),    FROM_SERVER, V_311 | V_5, SEES_START, is_session_in_clean,
     {"MQTT-3.2.2-2 MQTT-3.1.2-4", "MQTT311-3.2.2-1 MQTT311-3.1.2-6", "3.2.2.1.1", WATCH_MUST,
      "Session Present, though the client asked for a new session", "Session Present 0"}},
    {W_ANY,         FROM_SERVER, V_ALL,  SEES_START | SEES_SERVER, is_after_refusal,
     {"MQTT-3.2.2-7", "MQTT311-3.2.2-5", "3.2.2.2", WATCH_MUST,
      "a packet behind a CONNACK that refused", "the end of the connection"}},
    {W_END,         FROM_SERVER, V_ALL,  SEES_ALL,    is_open_after_refusal,
     {"MQTT-3.2.2-7", "MQTT311-3.2.2-5", "3.2.2.2", WATCH_MUST,
      "the server refused and left the connection open", "the server closes after CONNACK"}},
    {P(CONNACK),    FROM_SERVER, V_5,    SEES_START,  is_unnamed,
     {"MQTT-3.2.2-16 MQTT-3.1.3-7 MQTT-3.1.3-6", NULL, "3.2.2.3.7", WATCH_MUST,
      "no Assigned Client Identifier for a client without one", "Assigned Client Identifier in CONNACK"}},
    {P(CONNACK),    FROM_SERVER, V_5,    SEES_START,  is_name_taken,
     {"MQTT-3.2.2-16 MQTT-3.1.3-6", NULL, "3.2.2.3.7", WATCH_MUST,
      "an Assigned Client Identifier that another connection uses", "a new one"}},
    {P(CONNACK),    FROM_SERVER, V_5,    SEES_START,  is_renamed,
     {NULL, NULL, "3.2.2.3.7", WATCH_ADVICE,
      "Assigned Client Identifier for a client that has one", "no such property"}},
    {P(CONNACK),    FROM_SERVER, V_311,  SEES_START,  is_empty_id_accepted,
     {NULL, "MQTT311-3.1.3-8", "3.1.3.1", WATCH_MUST,
      "an empty Client Identifier accepted without Clean Session", "CONNACK 2, then the end"}},
    {P(CONNACK),    FROM_SERVER, V_5,    SEES_START,  is_unasked_response_information,
     {"MQTT-3.1.2-28", NULL, "3.1.2.11.6", WATCH_MUST,
      "Response Information that was not asked for", "no such property"}},
    {WITHOUT_PROBLEMS, FROM_SERVER, V_5, SEES_START,  is_unwanted_problem_information,
     {"MQTT-3.1.2-29", NULL, "3.1.2.11.7", WATCH_MUST,
      "Reason String or User Property, though Request Problem Information is 0", "neither of them in this packet"}},
    {W_ANY,         FROM_CLIENT, V_ALL,  SEES_START,  is_after_goodbye,
     {"MQTT-3.14.4-1", "MQTT311-3.14.4-2", "3.14.4", WATCH_MUST,
      "a packet behind DISCONNECT", "nothing"}},
    {W_ANY,         FROM_SERVER, V_5,    SEES_START,  is_after_goodbye,
     {"MQTT-3.14.4-1", NULL, "3.14.4", WATCH_MUST,
      "a packet behind DISCONNECT", "nothing"}},
    {W_END,         FROM_CLIENT, V_ALL,  SEES_ALL,    is_client_lingering,
     {"MQTT-3.14.4-2", "MQTT311-3.14.4-1", "3.14.4", WATCH_MUST,
      "DISCONNECT, and then the connection was left open", "the sender closes"}},
    {W_END,         FROM_SERVER, V_5,    SEES_ALL,    is_server_lingering,
     {"MQTT-3.14.4-2", NULL, "3.14.4", WATCH_MUST,
      "DISCONNECT, and then the connection was left open", "the sender closes"}},
    {P(DISCONNECT), FROM_CLIENT, V_5,    SEES_LIFE,   is_expiry_revived,
     {NULL, NULL, "3.14.2.2.2", WATCH_PROTOCOL,
      "Session Expiry Interval in DISCONNECT, though it was 0 in CONNECT", "no such property, or 0"}},
};
/* clang-format on */

/* --- taking note ---------------------------------------------------------- */

static void
note_connect(struct mqtt_watch *w, const struct watch_event *e)
{
    const struct mqtt_packet *p = e->p;
    struct slice all = watch_properties(p);
    w->connects += w->connects < 2;
    if (w->connects > 1 || !MQTT_HAS(p, client_id))
        return;
    w->connect = e->number;
    w->version = p->version;
    w->clean_start = p->clean_start;
    w->keep_alive = p->keep_alive;
    buf_add(&w->id_copy, p->client_id);
    w->client_id = buf_slice(&w->id_copy);
    w->has_empty_id = p->client_id.len == 0;
    struct watch_side *client = &w->side[0];
    client->receive_maximum =
        mqtt_property_number(all, MQTT_P_receive_maximum, 65535);
    client->maximum_packet_size =
        mqtt_property_number(all, MQTT_P_maximum_packet_size, 0);
    client->topic_alias_maximum =
        (uint16_t)mqtt_property_number(all, MQTT_P_topic_alias_maximum, 0);
    w->session_expiry =
        mqtt_property_number(all, MQTT_P_session_expiry_interval, 0);
    w->wants_response_information =
        mqtt_property_number(all, MQTT_P_request_response_information, 0);
    w->refuses_problem_information =
        !mqtt_property_number(all, MQTT_P_request_problem_information, 1);
    struct slice method =
        mqtt_property_text(all, MQTT_P_authentication_method);
    w->has_method = method.ptr != NULL;
    buf_add(&w->method, method);
}

static void
note_connack(struct mqtt_watch *w, const struct watch_event *e)
{
    struct slice all = watch_properties(e->p);
    w->connacks += w->connacks < 2;
    if (w->connacks > 1)
        return;
    w->connack = e->number;
    w->connack_us = e->time_us;
    w->connack_reason = watch_reason(e->p);
    struct watch_side *server = &w->side[1];
    server->receive_maximum =
        mqtt_property_number(all, MQTT_P_receive_maximum, 65535);
    server->maximum_packet_size =
        mqtt_property_number(all, MQTT_P_maximum_packet_size, 0);
    server->topic_alias_maximum =
        (uint16_t)mqtt_property_number(all, MQTT_P_topic_alias_maximum, 0);
    w->maximum_qos = (uint8_t)mqtt_property_number(all, MQTT_P_maximum_qos, 2);
    w->retain_available =
        mqtt_property_number(all, MQTT_P_retain_available, 1);
    w->wildcard_available =
        mqtt_property_number(all, MQTT_P_wildcard_subscription_available, 1);
    w->identifiers_available = mqtt_property_number(
        all, MQTT_P_subscription_identifier_available, 1);
    w->shared_available =
        mqtt_property_number(all, MQTT_P_shared_subscription_available, 1);
    w->session_expiry = mqtt_property_number(
        all, MQTT_P_session_expiry_interval, w->session_expiry);
    w->is_keep_alive_assigned = watch_has(e->p, MQTT_P_server_keep_alive);
    w->keep_alive = (uint16_t)mqtt_property_number(
        all, MQTT_P_server_keep_alive, w->keep_alive);
    struct slice id =
        mqtt_property_text(all, MQTT_P_assigned_client_identifier);
    if (id.len && w->has_empty_id && w->id_copy.len == 0) {
        buf_add(&w->id_copy, id);
        w->client_id = buf_slice(&w->id_copy);
    }
}

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    struct watch_side *s = &w->side[watch_index(e->from)];
    switch (e->p->type) {
    case MQTT_CONNECT:
        if (e->from == FROM_CLIENT)
            note_connect(w, e);
        break;
    case MQTT_CONNACK:
        if (e->from == FROM_SERVER)
            note_connack(w, e);
        break;
    case MQTT_DISCONNECT:
        if (!s->goodbye) {
            s->goodbye = e->number;
            s->goodbye_us = e->time_us;
        }
        w->session_expiry = mqtt_property_number(
            watch_properties(e->p), MQTT_P_session_expiry_interval,
            w->session_expiry);
        break;
    default: break;
    }
}

const struct watch_concern watch_connect = WATCH_CONCERN(rows, note);
