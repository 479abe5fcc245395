/* resolve_stmt.c - what each kind of line asks for.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/resolver.h"

static struct name
value_name(struct slice name, enum name_kind kind)
{
    return (struct name){.name = name, .kind = kind};
}

/* --- clients -------------------------------------------------------------- */

static void
answered(struct resolver *r, struct slice client)
{
    for (size_t i = 0; i < r->client_count; i++)
        if (slice_equal(r->clients[i].name, client))
            r->clients[i].is_waiting = false;
}

static void
resolve_opens(struct resolver *r, struct script_stmt *s)
{
    static const char *const transports[] = {"tcp", "tls", "ws", "wss",
                                             "ws_offers"};
    struct client *c = names_new_client(r, s->client, s->at);
    if (c)
        c->is_waiting = false;
    if (s->transport.len == 0)
        return;
    for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++)
        if (slice_is(s->transport, transports[i]))
            return;
    resolver_fail(r, resolver_place(r, s->transport),
                  "there are no `%.*s` connections, but tcp, tls, ws, wss "
                  "and ws_offers",
                  SLICE_ARG(s->transport));
}

static void
resolve_connects(struct resolver *r, struct script_stmt *s)
{
    if (s->as_client.len)
        names_client(r, s->as_client, s->at);
    resolve_opens(r, s);
    resolve_packet(r, &s->packet, PACKET_CONNECTS);
}

/* Its lines send, whole, and are of the same client: nothing can wait there. */
static void
resolve_one_write(struct resolver *r, struct script_stmt *s)
{
    names_client(r, s->client, s->at);
    for (size_t i = 0; i < s->block.count; i++) {
        const struct script_stmt *in = &s->block.list[i];
        bool sends = in->kind == STMT_SEND || in->kind == STMT_SEND_HEX;
        if (sends && in->delivery == DELIVER_WHOLE &&
            slice_equal(in->client, s->client))
            continue;
        resolver_fail(r, in->at, "`in one write` wants lines `%.*s > ...`",
                      SLICE_ARG(s->client));
    }
    resolve_block(r, &s->block);
}

/* An acknowledgement or a DISCONNECT gets no answer that one could await, but
 * only DISCONNECT is followed by a close of its own accord. */
static void
resolve_send(struct resolver *r, struct script_stmt *s)
{
    struct client *c = names_client(r, s->client, s->at);
    for (size_t i = 0; i < s->frame_count; i++)
        resolve_expr(r, s->frames[i].count, MQTT_NO_TYPE);
    resolve_expr(r, s->delivery_count, MQTT_NO_TYPE);
    resolve_time(r, s->delivery_interval);
    resolve_expr(r, s->value, MQTT_NO_TYPE);
    if (s->kind == STMT_SEND) {
        resolve_packet(r, &s->packet, PACKET_SENT);
        resolve_damage(r, s);
    }
    if (c)
        c->is_waiting = s->kind == STMT_SEND && s->damage_count == 0 &&
                        s->delivery == DELIVER_WHOLE &&
                        s->packet.type != MQTT_DISCONNECT;
}

/* `cuts` with unread bytes would become a reset, which may destroy what was
 * just sent. */
static void
resolve_cuts(struct resolver *r, struct script_stmt *s)
{
    struct client *c = names_client(r, s->client, s->at);
    if (c && c->is_waiting)
        resolver_fail(r, s->at,
                      "`%.*s` cuts before what it sent was answered, so nobody "
                      "knows whether it arrived; await the answer, or write "
                      "`%.*s alive` first",
                      SLICE_ARG(s->client), SLICE_ARG(s->client));
}

/* --- expectations --------------------------------------------------------- */

static void
resolve_expect(struct resolver *r, struct script_stmt *s)
{
    struct client *c = names_client(r, s->client, s->at);
    resolve_packet(r, &s->packet, PACKET_MATCHED);
    if (c)
        c->is_waiting = false;
}

static void
resolve_collect(struct resolver *r, struct script_stmt *s)
{
    resolve_expect(r, s);
    if (s->until == UNTIL_PATTERN)
        resolve_packet(r, &s->until_packet, PACKET_MATCHED);
    resolve_expr(r, s->value, MQTT_NO_TYPE);
    names_bind(r, (struct name){.name = s->name,
                                .kind = NAME_PACKETS,
                                .type = s->packet.type});
}

static void
resolve_never(struct resolver *r, struct script_stmt *s)
{
    resolve_expect(r, s);
    resolve_time(r, s->value);
}

/* Codes may stand in CONNACK or in DISCONNECT, whichever comes. */
static void
resolve_codes(struct resolver *r, struct script_expr *e)
{
    if (!e)
        return;
    if (e->kind == EXPR_REASON)
        resolve_reason(r, e, MQTT_NO_TYPE, false);
    else if (e->kind != EXPR_CHOICE)
        resolve_expr(r, e, MQTT_NO_TYPE);
    for (size_t i = 0; e->kind == EXPR_CHOICE && i < e->item_count; i++)
        resolve_codes(r, e->items[i]);
}

static void
resolve_rejects(struct resolver *r, struct script_stmt *s)
{
    struct client *c = names_client(r, s->client, s->at);
    if (c)
        c->is_waiting = false;
    resolve_codes(r, s->value);
}

static void
resolve_any_of(struct resolver *r, struct script_stmt *s)
{
    for (size_t i = 0; i < s->client_count; i++) {
        struct client *c = names_client(r, s->clients[i], s->at);
        if (c)
            c->is_waiting = false;
    }
    if (s->client_count < 2)
        resolver_fail(r, s->at, "`any of` needs two clients at least");
    resolve_packet(r, &s->packet, PACKET_MATCHED);
    names_bind(r, (struct name){.name = s->name,
                                .kind = NAME_PACKETS,
                                .type = s->packet.type});
    names_bind(r, value_name(slice_str("others"), NAME_VALUE));
}

/* --- blocks --------------------------------------------------------------- */

static void
resolve_either(struct resolver *r, struct script_stmt *s)
{
    for (size_t i = 0; i < s->branch_count; i++) {
        if (s->branches[i].block.count == 0)
            resolver_fail(r, s->at, "the branch \"%.*s\" is empty, so nothing "
                                    "tells when to take it",
                          SLICE_ARG(s->branches[i].label));
        resolve_block(r, &s->branches[i].block);
    }
}

static void
resolve_together(struct resolver *r, struct script_stmt *s)
{
    for (size_t i = 0; i < s->block.count; i++) {
        const struct script_stmt *inner = &s->block.list[i];
        if (inner->kind != STMT_EXPECT && inner->kind != STMT_MAY &&
            inner->kind != STMT_NEVER && inner->kind != STMT_COLLECT)
            resolver_fail(r, inner->at,
                          "in `together` stand lines that await something: "
                          "<, may <, collect, never");
    }
    resolve_block(r, &s->block);
}

/* Does e name clients: $others, [a b]? */
static bool
is_client_list(const struct resolver *r, const struct script_expr *e)
{
    for (size_t i = 0; e->kind == EXPR_LIST && i < e->item_count; i++) {
        const struct script_expr *item = e->items[i];
        bool is_client = false;
        for (size_t k = 0; item->kind == EXPR_NAME && k < r->client_count; k++)
            is_client |= slice_equal(r->clients[k].name, item->text);
        if (!is_client)
            return false;
    }
    return e->kind == EXPR_LIST && e->item_count > 0;
}

/* What those speak for whom the name of the loop stands, if they are clients;
 * of `$others` only the run will tell. */
static unsigned
spoken_by(const struct resolver *r, const struct script_expr *list)
{
    unsigned set = 0;
    if (!is_client_list(r, list))
        return r->played | script_versions_beside(r->scenario);
    for (size_t i = 0; i < list->item_count; i++)
        set |= names_spoken(r, list->items[i]->text, r->played);
    return set;
}

static void
resolve_for_each(struct resolver *r, struct script_stmt *s)
{
    size_t locals = r->local_count;
    struct name each = value_name(s->name, NAME_EACH);
    each.versions = spoken_by(r, s->value);
    if (!is_client_list(r, s->value))
        resolve_expr(r, s->value, MQTT_NO_TYPE);
    names_enter(r, each);
    resolve_block(r, &s->block);
    names_leave(r, locals);
}

/* --- calls ---------------------------------------------------------------- */

static struct script_define *
find_define(struct resolver *r, const struct script_stmt *s)
{
    struct suggest near = suggest_for(s->name);
    for (size_t i = 0; i < r->file->define_count; i++) {
        struct script_define *d = &r->file->defines[i];
        suggest_offer(&near, d->name);
        if (!slice_equal(d->name, s->name))
            continue;
        r->is_called[i] = true;
        return d;
    }
    resolver_fail(r, s->at, "nothing is defined as `%.*s`%s",
                  SLICE_ARG(s->name), suggest_hint(&near).text);
    return NULL;
}

/* A bare word may be a client that the define connects; anything else has to
 * be known. */
static void
resolve_call_arg(struct resolver *r, struct script_expr *e)
{
    if (e->kind != EXPR_NAME || !e->is_bare)
        resolve_expr(r, e, MQTT_NO_TYPE);
}

static bool
calls_itself(const struct resolver *r, const struct script_define *d)
{
    for (size_t i = 0; i < r->call_count; i++)
        if (r->calls[i]->define == d)
            return true;
    return false;
}

static void
resolve_call(struct resolver *r, struct script_stmt *s)
{
    struct script_define *d = find_define(r, s);
    size_t locals = r->local_count;
    s->define = d;
    if (!d)
        return;
    if (d->param_count != s->arg_count) {
        resolver_fail(r, s->at, "`%.*s` takes %zu argument%s, not %zu",
                      SLICE_ARG(d->name), d->param_count,
                      d->param_count == 1 ? "" : "s", s->arg_count);
        return;
    }
    if (calls_itself(r, d) || r->call_count == 8) {
        resolver_fail(r, s->at, "`%.*s` calls itself, or calls go too deep",
                      SLICE_ARG(d->name));
        return;
    }
    for (size_t i = 0; i < s->arg_count; i++)
        resolve_call_arg(r, s->args[i]);
    for (size_t i = 0; i < s->arg_count; i++)
        names_enter(r, (struct name){.name = d->params[i],
                                     .kind = NAME_PARAM,
                                     .value = s->args[i]});
    r->calls[r->call_count++] = s;
    resolve_block(r, &d->block);
    r->call_count--;
    names_leave(r, locals);
}

/* --- all kinds ------------------------------------------------------------ */

static void
resolve_let(struct resolver *r, struct script_stmt *s)
{
    resolve_expr(r, s->value, MQTT_NO_TYPE);
    names_bind(r, value_name(s->name, NAME_VALUE));
}

/* Time passes, so nothing that comes is "straight after". */
static void
resolve_wait(struct resolver *r, struct script_stmt *s)
{
    resolve_time(r, s->value);
    for (size_t i = 0; i < r->client_count; i++)
        r->clients[i].is_waiting = false;
}

static void
resolve_plain_client(struct resolver *r, struct script_stmt *s)
{
    names_client(r, s->client, s->at);
    if (s->kind == STMT_ALIVE || s->kind == STMT_QUIET)
        answered(r, s->client);
    if (s->kind == STMT_QUIET)
        resolve_time(r, s->value);
}

void
resolve_stmt(struct resolver *r, struct script_stmt *s)
{
    resolve_time(r, s->within);
    switch (s->kind) {
    case STMT_OPENS: resolve_opens(r, s); break;
    case STMT_CONNECTS: resolve_connects(r, s); break;
    case STMT_SEND:
    case STMT_SEND_HEX:
    case STMT_SEND_CONTROL: resolve_send(r, s); break;
    case STMT_ONE_WRITE: resolve_one_write(r, s); break;
    case STMT_EXPECT:
    case STMT_MAY: resolve_expect(r, s); break;
    case STMT_IGNORES:
        names_client(r, s->client, s->at);
        resolve_packet(r, &s->packet, PACKET_MATCHED);
        break;
    case STMT_COLLECT: resolve_collect(r, s); break;
    case STMT_NEVER: resolve_never(r, s); break;
    case STMT_REJECTS: resolve_rejects(r, s); break;
    case STMT_DISCONNECTS:
        names_client(r, s->client, s->at);
        resolve_packet(r, &s->packet, PACKET_SENT);
        break;
    case STMT_CUTS: resolve_cuts(r, s); break;
    case STMT_QUIET:
    case STMT_ACKS:
    case STMT_RESETS:
    case STMT_STALLS:
    case STMT_ALIVE: resolve_plain_client(r, s); break;
    case STMT_ANY_OF: resolve_any_of(r, s); break;
    case STMT_LET: resolve_let(r, s); break;
    case STMT_MARK: names_bind(r, value_name(s->name, NAME_MARK)); break;
    case STMT_WAIT: resolve_wait(r, s); break;
    case STMT_EITHER: resolve_either(r, s); break;
    case STMT_TOGETHER: resolve_together(r, s); break;
    case STMT_MEANWHILE: resolve_block(r, &s->block); break;
    case STMT_REPEAT:
        resolve_expr(r, s->value, MQTT_NO_TYPE);
        resolve_block(r, &s->block);
        break;
    case STMT_FOR_EACH: resolve_for_each(r, s); break;
    case STMT_CALL: resolve_call(r, s); break;
    case STMT_JUDGE:
    case STMT_SKIP:
    case STMT_UNEXERCISED: resolve_expr(r, s->value, MQTT_NO_TYPE); break;
    case STMT_BROKER: break;
    }
}
