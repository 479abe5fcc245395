/* auth_password.c - user name and password, verified by the driver.
 * SPDX-License-Identifier: MIT
 *
 * Hashing takes tens of milliseconds, and the core has other clients. So it
 * only asks (broker_next_login), and somebody else answers (broker_verdict). */
#include "base/secret.h"
#include "broker/auth.h"
#include "broker/note.h"
#include "broker/pressure.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/reason.h"

/* --- the CONNECT that waits ----------------------------------------------- */

static void
keep_connect(struct conn *c, const struct mqtt_packet *p)
{
    struct mqtt_packet kept = *p;
    kept.present &= ~MQTT_BIT(MQTT_F_password);
    kept.password_flag = 0;
    buf_clear(&c->login->connect);
    mqtt_encode(&c->login->connect, &kept);
}

void
auth_forget(struct broker *b, struct conn *c)
{
    if (!c->login)
        return;
    secret_release(&c->login->password);
    buf_release(&c->login->connect);
    auth_scram_end(c);
    if (!c->login->number)
        return;
    c->login->number = 0;
    list_remove(&c->login->link);
    b->login_count--;
}

/* --- asking --------------------------------------------------------------- */

void
auth_ask_driver(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    if (!MQTT_HAS(p, password)) {
        conn_fail(b, c, MQTT_RC_BAD_USER_NAME_OR_PASSWORD,
                  "a user name without a password");
        return;
    }
    if (b->login_count >= b->config.maximum_logins) {
        conn_fail(b, c, MQTT_RC_QUOTA_EXCEEDED,
                  "too many clients log in at the same time");
        return;
    }
    keep_connect(c, p);
    buf_clear(&c->login->user_name);
    buf_add(&c->login->user_name, p->user_name);
    buf_add(&c->login->password, p->password);
    c->login->number = ++b->login_last;
    b->login_count++;
    list_push(&b->logins, &c->login->link);
    c->phase = CONN_VERIFYING;
    broker_timer_set(b, &c->alive, (uint64_t)b->config.connect_timeout * 1000);
}

bool
broker_next_login(struct broker *b, struct broker_login *out)
{
    LIST_EACH(link, &b->logins) {
        struct conn *c = LIST_ITEM(link, struct conn_login, link)->conn;
        if (c->login->is_asked)
            continue;
        c->login->is_asked = true;
        *out = (struct broker_login){c->login->number, buf_slice(&c->login->user_name),
                                     buf_slice(&c->login->password)};
        return true;
    }
    return false;
}

static struct conn *
find(const struct broker *b, uint64_t number)
{
    LIST_EACH(link, &b->logins) {
        struct conn *c = LIST_ITEM(link, struct conn_login, link)->conn;
        if (c->login->number == number)
            return c;
    }
    return NULL;
}

/* clang-format off */
static const struct {
    uint8_t reason;
    const char *text;
} answers[] = {
    /* broker_answer           code                               text */
    [BROKER_LOGIN_GOOD]    = { MQTT_RC_SUCCESS,                   "" },
    [BROKER_LOGIN_BAD]     = { MQTT_RC_BAD_USER_NAME_OR_PASSWORD, "the user name or the password is wrong" },
    [BROKER_LOGIN_BUSY]    = { MQTT_RC_QUOTA_EXCEEDED,            "too many clients log in at the same time" },
    [BROKER_LOGIN_NOBODY]  = { MQTT_RC_SERVER_UNAVAILABLE,        "nobody can verify passwords at the moment" },
};
/* clang-format on */

void
broker_verdict(struct broker *b, uint64_t number, enum broker_answer answer,
               uint64_t now_ms)
{
    struct conn *c = find(b, number);
    b->now_ms = now_ms;
    if (!c) /* gone in the meantime */
        return;
    if (answer == BROKER_LOGIN_GOOD) {
        auth_accepted(b, c);
        conn_go_on(b, c);
        pressure_go_on(b); /* it may have taken over one that was waited for */
        return;
    }
    broker_note(b, c, "MQTT-3.1.4-2", "MQTT311-3.1.4-1",
                "the user name or the password is not good: refused");
    conn_fail(b, c, answers[answer].reason, answers[answer].text);
}

/* --- AUTH packets begin with a CONNECT too -------------------------------- */

void
auth_begin(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    c->login->method = auth_offered(b, auth_method(p));
    keep_connect(c, p);
    auth_scram_begin(c);
    c->phase = CONN_AUTHENTICATING;
}
