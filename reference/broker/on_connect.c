/* on_connect.c - CONNECT: who is it, which session, and the CONNACK (3.1.4).
 * SPDX-License-Identifier: MIT
 *
 * The order of 3.1.4: what is wrong with the packet was found before (decode,
 * check); then what we do not offer, the Client Identifier, the older
 * connection with the same one, Clean Start, CONNACK, and what waits in the
 * session. Who it is may take time to find out (auth.h); then the packet is kept
 * and accept_connect goes on later. */
#include <ctype.h>

#include "broker/acl.h"
#include "broker/admit.h"
#include "broker/auth.h"
#include "broker/connack.h"
#include "broker/dispatch.h"
#include "broker/note.h"
#include "broker/route.h"
#include "broker/send.h"
#include "broker/session.h"
#include "mqtt/decode.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

enum { ASSIGNED_SHORT_LEN = 22, ASSIGNED_LONG_LEN = 36 };

/* Does it name itself in a way that this server wants? */
static bool
lets_in(const struct broker *b, const struct mqtt_packet *p)
{
    const struct variants *v = &b->config.variant;
    bool has_name = MQTT_HAS(p, user_name);
    if (has_name && p->user_name.len == 0)
        return v->empty_user_name == EMPTY_USER_ACCEPTED;
    return has_name || !MQTT_HAS(p, password) ||
           v->password_alone == PASSWORD_ALONE_ACCEPTED;
}

/* Does nothing prove who it is? A user name whose password nobody verifies does
 * not. */
static bool
is_anonymous(const struct broker *b, const struct conn *c,
             const struct mqtt_packet *p)
{
    bool has_method = p->version == MQTT_50 && auth_method(p).ptr;
    return !c->login->is_identified && !has_method &&
           !(b->passwords && MQTT_HAS(p, user_name));
}

/* What this CONNECT asks for that this server does not offer; 0: nothing. */
static uint8_t
not_offered(const struct broker *b, const struct conn *c,
            const struct mqtt_packet *p)
{
    bool is_5 = p->version == MQTT_50;
    if (is_5 && auth_method(p).ptr &&
        !auth_offered(b, auth_method(p)))
        return MQTT_RC_BAD_AUTHENTICATION_METHOD; /* [MQTT-4.12.0-1] */
    if (!lets_in(b, p))
        return MQTT_RC_BAD_USER_NAME_OR_PASSWORD;
    if (is_anonymous(b, c, p) && !b->config.allow_anonymous)
        return MQTT_RC_NOT_AUTHORIZED;
    if (is_5 && p->will_flag && p->will_qos > b->config.maximum_qos)
        return MQTT_RC_QOS_NOT_SUPPORTED; /* [MQTT-3.2.2-12] */
    if (is_5 && p->will_flag && p->will_retain && !b->config.retain_available)
        return MQTT_RC_RETAIN_NOT_SUPPORTED; /* [MQTT-3.2.2-13] */
    return p->will_flag ? route_refuses(b, p->will_topic, p->version)
                        : 0;
}

/* 3.1 allows 1 to 23 characters; longer ones are taken all the same, as nearly
 * every server does, but an empty one is not an identifier there. */
static bool
id_acceptable(const struct broker *b, const struct mqtt_packet *p)
{
    struct slice id = p->client_id;
    const struct variants *v = &b->config.variant;
    if (id.len == 0)
        return p->version != MQTT_31 && v->empty_id == EMPTY_ID_ASSIGNED;
    if (v->odd_id == ODD_ID_ACCEPTED)
        return true;
    for (size_t i = 0; i < id.len; i++)
        if (!isalnum(id.ptr[i]))
            return false;
    return id.len <= 23; /* [MQTT-3.1.3-5] */
}

/* An identifier nobody has [MQTT-3.1.3-6]: letters and digits, 23 at most, or
 * in groups of nine with hyphens between. */
static struct slice
assign_id(struct broker *b, uint8_t out[ASSIGNED_LONG_LEN])
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    bool is_long = b->config.variant.assigned_id == ASSIGNED_LONG;
    struct slice id =
        slice_of(out, is_long ? ASSIGNED_LONG_LEN : ASSIGNED_SHORT_LEN);
    do {
        memcpy(out, "plumb", 5);
        for (size_t i = 5; i < id.len; i++)
            out[i] = is_long && i % 9 == 0
                         ? '-'
                         : (uint8_t)digits[random_below(&b->random, 36)];
    } while (session_find(b, id));
    return id;
}

/* The client comes over a new connection: the older one has to go, first of all
 * [MQTT-3.1.4-3, MQTT311-3.1.4-2]. What becomes of its will and session follows
 * from closing it. */
static void
take_over(struct broker *b, struct slice client_id)
{
    struct session *s = session_find(b, client_id);
    if (!s || !s->conn)
        return;
    broker_note(b, s->conn, "MQTT-3.1.4-3", "MQTT311-3.1.4-2",
                "the same Client Identifier came again: the older connection "
                "is closed");
    conn_fail(b, s->conn, MQTT_RC_SESSION_TAKEN_OVER,
              "another connection uses this Client Identifier");
}

/* Seconds that the session is to outlive the connection. */
static uint32_t
expiry_interval(const struct broker *b, const struct mqtt_packet *p)
{
    uint32_t wanted;
    if (p->version == MQTT_50)
        wanted = mqtt_property_number(p->properties,
                                      MQTT_P_session_expiry_interval, 0);
    else
        wanted = p->clean_start ? 0 : SESSION_NEVER_EXPIRES;
    uint32_t most = b->config.maximum_session_expiry;
    return wanted < most ? wanted : most;
}

static void
learn_limits(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    if (p->version != MQTT_50)
        return;
    struct slice props = p->properties;
    c->receive_maximum = (uint16_t)mqtt_property_number(
        props, MQTT_P_receive_maximum, UINT16_MAX);
    c->maximum_packet_size = mqtt_property_number(
        props, MQTT_P_maximum_packet_size, UINT32_MAX);
    c->problem_information = mqtt_property_number(
        props, MQTT_P_request_problem_information, 1);
    uint16_t out = (uint16_t)mqtt_property_number(
        props, MQTT_P_topic_alias_maximum, 0);
    mqtt_alias_init(&c->alias_in, b->config.topic_alias_maximum);
    mqtt_alias_init(&c->alias_out, out < b->config.topic_alias_out
                                       ? out
                                       : b->config.topic_alias_out);
}

/* A session holds what its user was allowed to subscribe to, so with rules in
 * force nobody else gets it. A will is a message published ahead of time:
 * whether its topic is allowed is said while the client can still hear it. */
static bool
allowed(const struct broker *b, const struct conn *c,
        const struct mqtt_packet *p, struct slice client_id)
{
    struct acl_who who = {client_id, buf_slice(&c->login->user_name)};
    const struct session *s = session_find(b, client_id);
    if (b->acl && s && !slice_equal(buf_slice(&s->user_name), who.user_name))
        return false;
    return !p->will_flag ||
           acl_allows(b->acl, ACL_PUBLISH, p->will_topic, &who);
}

static void
refuse(struct broker *b, struct conn *c, uint8_t reason)
{
    conn_fail(b, c, reason, mqtt_reason_name(reason, MQTT_CONNACK, MQTT_50));
}

/* It is known who it is: the session begins or goes on. */
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
    bool resumed = s != NULL; /* [MQTT-3.1.2-5, MQTT-3.2.2-3] */
    if (!s)
        s = session_new(b, client_id); /* [MQTT-3.1.2-6] */
    will_cancel(b, s); /* back in time [MQTT-3.1.3-9] */
    buf_clear(&s->user_name);
    buf_add(&s->user_name, buf_slice(&c->login->user_name));
    s->expiry_interval = expiry_interval(b, p);
    will_arm(b, s, p); /* [MQTT-3.1.2-7, MQTT311-3.1.2-12] */
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

void
auth_accepted(struct broker *b, struct conn *c)
{
    struct buf bytes = c->login->connect;
    struct mqtt_packet p;
    struct mqtt_report unused;
    c->login->connect = (struct buf){0};
    auth_forget(b, c);
    mqtt_decode(buf_slice(&bytes), c->version, &p, &unused, NULL);
    accept_connect(b, c, &p);
    buf_release(&bytes);
}

void
on_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    learn_limits(b, c, p);
    uint8_t refused = admit_refuses(b, p);
    if (!refused)
        refused = not_offered(b, c, p);
    if (!refused && !id_acceptable(b, p))
        refused = MQTT_RC_CLIENT_IDENTIFIER_NOT_VALID;
    if (refused) { /* told, and closed [MQTT-3.1.3-8, MQTT-3.1.4-2] */
        refuse(b, c, refused);
    } else if (p->version == MQTT_50 && auth_method(p).ptr) {
        on_connect_with_method(b, c, p);
    } else if (b->passwords && MQTT_HAS(p, user_name) && !c->login->is_identified) {
        auth_ask_driver(b, c, p);
    } else {
        if (MQTT_HAS(p, user_name) && !c->login->is_identified)
            buf_add(&c->login->user_name, p->user_name);
        accept_connect(b, c, p);
    }
}
