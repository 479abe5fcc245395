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

void
auth_on_auth(struct mqtt_client *c, const struct mqtt_packet *p)
{
    struct buf text = {0}, properties = {0};
    if (!c->scram.method || c->phase != WAIT_CONNACK ||
        client_reason(p) != MQTT_RC_CONTINUE_AUTHENTICATION) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server wants to go on with an authentication "
                    "exchange, of which this client knows none");
        return;
    }
    struct mqtt_packet answer = mqtt_packet_make(MQTT_AUTH, MQTT_50);
    const char *wrong = mqtt_scram_say_final(
        &c->scram, c->config->password,
        mqtt_property_text(p->properties, MQTT_P_authentication_data), &text);
    if (wrong) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR, "%s", wrong);
    } else {
        add_method(c, &properties); /* [MQTT-4.12.0-3, MQTT-4.12.0-5] */
        mqtt_property_add_text(&properties, MQTT_P_authentication_data,
                               buf_slice(&text));
        MQTT_SET(&answer, reason, MQTT_RC_CONTINUE_AUTHENTICATION);
        MQTT_SET(&answer, properties, buf_slice(&properties));
        client_send(c, &answer);
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
