/* peer_lint.c - rules that the broker breaks, whatever the scenario asks.
 * SPDX-License-Identifier: MIT
 *
 * Each packet by itself (mqtt/check.h) and by what went before it on its
 * connection (mqtt/watch.h). Nobody is accused after a fault of our own.     */
#include "conformance/engine/play_state.h"
#include "mqtt/check.h"

/* No sentence calls it an error (docs/SPEC-NOTES.md): a server has to hand on
 * what it was given [MQTT-3.3.2-4], and only 5.0 wants the shortest length. */
static bool
is_unsaid(const struct peer *peer, const struct mqtt_violation *v)
{
    return v->section == mqtt_section_unsaid ||
           (peer->version != MQTT_50 && !v->statement[0] &&
            strcmp(v->section, "1.5.5") == 0);
}

static void
add_finding(struct play *p, const struct peer *peer,
            const struct mqtt_violation *v, size_t event)
{
    /* The numbers are of 3.1.1, and 3.1 has other rules. */
    if (peer->version == MQTT_31 || is_unsaid(peer, v))
        return;
    const char *name = v->statement[0] ? v->statement : v->section;
    for (size_t i = 0; i < p->finding_count; i++) {
        const struct play_finding *f = &p->findings[i];
        const char *have = f->statement[0] ? f->statement : f->section;
        if (slice_is(slice_str(have), name))
            return;
    }
    p->findings = arena_grow(p->arena, p->findings, p->finding_count,
                             sizeof *p->findings);
    p->findings[p->finding_count++] =
        (struct play_finding){v->statement, v->section, v->text, event};
}

/* What the history of the connection gives away (mqtt/watch.h). Fewer words fit
 * in an entry of the report: the first statement is the one. */
void
peer_on_watched(void *user, const struct mqtt_finding *f)
{
    struct peer *peer = user;
    struct buf id = {0};
    if (f->rule->level >= WATCH_SHOULD)
        return;
    /* What did not come by the end is for lines that wait for it: a slow broker
     * is not convicted by the pace of the runner. */
    if (f->packet == 0)
        return;
    if (f->by == FROM_CLIENT) {
        peer->is_violated = true;
        return;
    }
    if (peer->is_violated)
        return;
    buf_add(&id, slice_first(slice_str(f->ids), strcspn(f->ids, " ")));
    buf_add_byte(&id, '\0');
    struct mqtt_violation v = {
        .statement = (const char *)arena_copy(peer->play->arena,
                                              buf_slice(&id)).ptr,
        .section = f->rule->section,
        .text = f->rule->text,
    };
    add_finding(peer->play, peer, &v, peer->watched);
    buf_release(&id);
}

void
peer_watch_packet(struct play *p, struct peer *peer, enum mqtt_side from,
                  const struct mqtt_packet *packet, size_t len,
                  bool is_damaged, size_t event)
{
    struct mqtt_watch_packet seen = {packet, from, (int64_t)p->now_us,
                                     event + 1, len, is_damaged};
    if (!peer->watch)
        return;
    peer->watched = event;
    mqtt_watch_packet(peer->watch, &seen);
    /* After a fault of our own the session is not what it should be. */
    if (peer->is_violated)
        mqtt_watch_gap(peer->watch, FROM_CLIENT);
}

void
play_got_text_frame(struct play *p, unsigned connection)
{
    const struct peer *peer = p->peers[connection];
    struct mqtt_violation v = {
        .statement = peer->version == MQTT_50 ? "MQTT-6.0.0-1"
                                              : "MQTT311-6.0.0-1",
        .section = "6",
        .text = "MQTT in a WebSocket text frame",
    };
    if (peer->lane && !peer->is_violated)
        add_finding(p, peer, &v,
                    p->out->event_count ? p->out->event_count - 1 : 0);
}

/* The lint of what the broker sent; silent after a fault of our own. */
void
peer_lint(struct play *p, struct peer *peer, const struct mqtt_packet *packet,
          struct mqtt_report *report, size_t len, size_t event)
{
    struct mqtt_report rules = {0};
    if (peer->is_violated)
        return;
    for (size_t i = 0; i < report->count; i++)
        add_finding(p, peer, &report->list[i], event);
    mqtt_check(packet, FROM_SERVER, &rules);
    for (size_t i = 0; i < rules.count; i++)
        add_finding(p, peer, &rules.list[i], event);
    peer_watch_packet(p, peer, FROM_SERVER, packet, len,
                      report->count + rules.count > 0, event);
}
