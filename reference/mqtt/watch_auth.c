/* watch_auth.c - enhanced authentication (4.12): AUTH, and who asked for it.
 * SPDX-License-Identifier: MIT                                               */
#include "mqtt/reason.h"
#include "mqtt/watch_state.h"

static bool
is_without_method(struct mqtt_watch *w, struct watch_event *e)
{
    (void)e;
    return !w->has_method;
}

static bool
is_connack_with_method(struct mqtt_watch *w, struct watch_event *e)
{
    return !w->has_method && watch_has(e->p, MQTT_P_authentication_method);
}

static bool
is_other_method(struct mqtt_watch *w, struct watch_event *e)
{
    struct slice method = mqtt_property_text(watch_properties(e->p),
                                             MQTT_P_authentication_method);
    return w->has_method && !slice_equal(method, buf_slice(&w->method));
}

static bool
is_accepted_otherwise(struct mqtt_watch *w, struct watch_event *e)
{
    return watch_reason(e->p) == 0 && is_other_method(w, e);
}

static bool
is_reauthentication(const struct watch_event *e)
{
    return watch_reason(e->p) == MQTT_RC_RE_AUTHENTICATE;
}

static bool
is_other_method_again(struct mqtt_watch *w, struct watch_event *e)
{
    return is_reauthentication(e) && is_other_method(w, e);
}

static bool
is_other_method_in_auth(struct mqtt_watch *w, struct watch_event *e)
{
    return !is_reauthentication(e) && is_other_method(w, e);
}

/* Before CONNACK the server's AUTH can only say: go on. */
static bool
is_not_continue(struct mqtt_watch *w, struct watch_event *e)
{
    return !w->connack && w->has_method &&
           watch_reason(e->p) != MQTT_RC_CONTINUE_AUTHENTICATION;
}

static bool
is_busy(struct mqtt_watch *w, struct watch_event *e)
{
    return w->has_method && !w->connack && e->p->type != MQTT_CONNECT &&
           e->p->type != MQTT_AUTH && e->p->type != MQTT_DISCONNECT;
}

/* clang-format off */
static const struct watch_row rows[] = {
/*   when         by           versions needs       is broken when */
    {P(AUTH),     FROM_CLIENT, V_5,    SEES_START,  is_without_method,
     {"MQTT-4.12.0-7", NULL, "4.12", WATCH_MUST,
      "AUTH, though CONNECT has no Authentication Method", "no AUTH"}},
    {P(AUTH),     FROM_SERVER, V_5,    SEES_START,  is_without_method,
     {"MQTT-4.12.0-6", NULL, "4.12", WATCH_MUST,
      "AUTH, though CONNECT has no Authentication Method", "no AUTH"}},
    {P(CONNACK),  FROM_SERVER, V_5,    SEES_START,  is_connack_with_method,
     {"MQTT-4.12.0-6", NULL, "4.12", WATCH_MUST,
      "Authentication Method, though CONNECT has none", "no such property"}},
    {P(CONNACK),  FROM_SERVER, V_5,    SEES_START,  is_accepted_otherwise,
     {"MQTT-4.12.0-5", NULL, "4.12", WATCH_MUST,
      "another Authentication Method than in CONNECT, or none", "the method of CONNECT"}},
    {P(AUTH),     FROM_ANY,    V_5,    SEES_START,  is_other_method_in_auth,
     {"MQTT-4.12.0-5", NULL, "4.12", WATCH_MUST,
      "another Authentication Method than in CONNECT", "the method of CONNECT"}},
    {P(AUTH),     FROM_CLIENT, V_5,    SEES_START,  is_other_method_again,
     {"MQTT-4.12.1-1", NULL, "4.12.1", WATCH_MUST,
      "re-authentication by another method than in CONNECT", "the method of CONNECT"}},
    {P(AUTH),     FROM_SERVER, V_5,    SEES_START | SEES_SERVER, is_not_continue,
     {"MQTT-4.12.0-2", NULL, "4.12", WATCH_MUST,
      "AUTH during authentication with another Reason Code than 0x18", "Reason Code 0x18"}},
    {P(AUTH),     FROM_CLIENT, V_5,    SEES_START | SEES_SERVER, is_not_continue,
     {"MQTT-4.12.0-3", NULL, "4.12", WATCH_MUST,
      "AUTH during authentication with another Reason Code than 0x18", "Reason Code 0x18"}},
    {W_ANY,       FROM_CLIENT, V_5,    SEES_START | SEES_SERVER, is_busy,
     {"MQTT-3.1.2-30", NULL, "3.1.2.11.9", WATCH_MUST,
      "a packet during authentication, before CONNACK", "only AUTH and DISCONNECT"}},
};
/* clang-format on */

static void
note(struct mqtt_watch *w, const struct watch_event *e)
{
    (void)w;
    (void)e;
}

const struct watch_concern watch_auth = WATCH_CONCERN(rows, note);
