/* session.c - what a Client Identifier owns beyond one connection.
 * SPDX-License-Identifier: MIT */
#include "broker/session.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/held.h"
#include "broker/persist.h"
#include "broker/pressure.h"
#include "broker/share.h"
#include "broker/subtree.h"

static void
expiry_due(struct broker *b, struct broker_timer *t)
{
    session_end(b, LIST_ITEM(t, struct session, expiry));
}

struct session *
session_find(const struct broker *b, struct slice client_id)
{
    return map_get(&b->sessions, client_id);
}

struct session *
session_new(struct broker *b, struct slice client_id)
{
    struct session *s = xcalloc(1, sizeof *s + client_id.len);
    uint8_t *id = (uint8_t *)(s + 1);
    if (client_id.len)
        memcpy(id, client_id.ptr, client_id.len);
    s->client_id = slice_of(id, client_id.len);
    s->expiry.due = expiry_due;
    list_init(&s->subscriptions);
    list_init(&s->held);
    map_put(&b->sessions, s->client_id, s);
    return s;
}

void
session_attach(struct broker *b, struct session *s, struct conn *c)
{
    timer_cancel(&b->timers, &s->expiry.timer);
    s->conn = c;
    c->session = s;
    if (++b->sys.connected > b->sys.connected_maximum)
        b->sys.connected_maximum = b->sys.connected;
    persist_session(b, s);
}

void
session_detach(struct broker *b, struct session *s)
{
    s->conn->session = NULL;
    s->conn = NULL; /* first, so that its own will finds it away */
    b->sys.connected--;
    if (s->queue)
        pressure_left(b, s->queue);
    will_on_close(b, s);
    if (s->expiry_interval == 0) {
        session_end(b, s);
        return;
    }
    if (s->expiry_interval != SESSION_NEVER_EXPIRES)
        broker_timer_set(b, &s->expiry, (uint64_t)s->expiry_interval * 1000);
    persist_session(b, s);
}

void
session_free(struct broker *b, struct session *s)
{
    timer_cancel(&b->timers, &s->expiry.timer);
    will_cancel(b, s);
    subtree_remove_all(b, s);
    queue_free(b, s);
    held_release(&s->held);
    mqtt_pktid_release(&s->receiving);
    map_remove(&b->sessions, s->client_id);
    buf_release(&s->user_name);
    free(s);
}

void
session_end(struct broker *b, struct session *s)
{
    share_leave_all(b, s);
    /* The will must not reach the subscriptions that end here. */
    subtree_remove_all(b, s);
    persist_session_end(b, s);
    will_send(b, s);
    session_free(b, s);
}
