/* auth.c - enhanced authentication: SCRAM, the client's side (4.12).
 * SPDX-License-Identifier: MIT */
#include "base/base64.h"
#include "base/random.h"
#include "client/engine.h"
#include "mqtt/property.h"

enum { NONCE_LEN = 18 };

static void
add_method(const struct mqtt_client *c, struct buf *properties)
{
    mqtt_property_add_text(properties, MQTT_P_authentication_method,
                           c->config->auth_method);
}

void
auth_say_first(struct mqtt_client *c, struct buf *properties)
{
    const struct mqtt_scram_method *m =
        mqtt_scram_method(c->config->auth_method);
    uint8_t bytes[NONCE_LEN];
    struct buf nonce = {0}, text = {0};
    mqtt_scram_release(&c->scram);
    random_secret(bytes, sizeof bytes);
    base64_encode(&nonce, slice_of(bytes, sizeof bytes));
    mqtt_scram_say_first(&c->scram, m, c->config->user_name, buf_slice(&nonce),
                         &text);
    add_method(c, properties);
    mqtt_property_add_text(properties, MQTT_P_authentication_data,
                           buf_slice(&text));
    buf_release(&nonce);
    buf_release(&text);
}

static void
send_auth(struct mqtt_client *c, uint8_t reason, struct slice properties)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_AUTH, MQTT_50);
    MQTT_SET(&p, reason, reason);
    MQTT_SET(&p, properties, properties);
    client_send(c, &p);
}

/* Server-first: client-final is the answer. A second one would make us compute
 * another proof, as often as the server likes. */
static void
go_on(struct mqtt_client *c, struct slice data)
{
    struct buf text = {0}, properties = {0};
    const char *wrong = c->scram.challenge.len > 0
                            ? "the server asks twice for the same proof"
                            : mqtt_scram_say_final(&c->scram,
                                                   c->config->password, data,
                                                   &text);
    if (wrong) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR, "%s", wrong);
    } else {
        add_method(c, &properties); /* [MQTT-4.12.0-3, MQTT-4.12.0-5] */
        mqtt_property_add_text(&properties, MQTT_P_authentication_data,
                               buf_slice(&text));
        send_auth(c, MQTT_RC_CONTINUE_AUTHENTICATION, buf_slice(&properties));
    }
    buf_release(&text);
    buf_release(&properties);
}

const char *
auth_check_server(const struct mqtt_client *c, const struct mqtt_packet *p)
{
    if (!c->scram.method)
        return NULL;
    if (c->scram.challenge.len == 0)
        return "the server let us in without asking who we are";
    return mqtt_scram_check_server(
        &c->scram,
        mqtt_property_text(p->properties, MQTT_P_authentication_data));
}

/* Server-final: what CONNACK brings the first time. */
static void
finish_again(struct mqtt_client *c, const struct mqtt_packet *p)
{
    const char *impostor = auth_check_server(c, p);
    c->reauthenticates = false;
    if (impostor)
        client_fail(c, MQTT_RC_PROTOCOL_ERROR, "%s", impostor);
    else
        client_tell(c, &(struct mqtt_client_event){
                           .kind = MQTT_CLIENT_AUTHENTICATED,
                           .packet = p,
                           .text = ""});
}

void
auth_on_auth(struct mqtt_client *c, const struct mqtt_packet *p)
{
    bool is_first = c->phase == WAIT_CONNACK;
    struct slice method =
        mqtt_property_text(p->properties, MQTT_P_authentication_method);
    if (!c->scram.method || (!is_first && !c->reauthenticates))
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server wants to go on with an authentication "
                    "exchange, of which this client knows none");
    else if (!slice_equal(method, c->config->auth_method))
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server goes on with another Authentication Method "
                    "[MQTT-4.12.0-5]");
    else if (client_reason(p) == MQTT_RC_CONTINUE_AUTHENTICATION)
        go_on(c, mqtt_property_text(p->properties,
                                    MQTT_P_authentication_data));
    else if (is_first)
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server ends an authentication exchange by AUTH, not "
                    "by CONNACK [MQTT-4.12.0-2]");
    else
        finish_again(c, p);
}

bool
mqtt_client_reauthenticate(struct mqtt_client *c)
{
    struct buf properties = {0};
    if (c->phase != CONNECTED || !c->scram.method || c->reauthenticates)
        return false;
    c->reauthenticates = true;
    auth_say_first(c, &properties);
    send_auth(c, MQTT_RC_RE_AUTHENTICATE, buf_slice(&properties));
    buf_release(&properties);
    return true;
}
