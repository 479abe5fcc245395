/* watch_flights.c - the exchanges with a Packet Identifier that are open.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "mqtt/watch_state.h"

struct watch_flight *
watch_flight_find(struct watch_flights *f, uint16_t id)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->list[i].id == id)
            return &f->list[i];
    return NULL;
}

void
watch_flights_clear(struct watch_flights *f)
{
    for (size_t i = 0; i < f->count; i++)
        buf_release(&f->list[i].request);
    f->count = 0;
    f->is_blind = false;
    memset(f->settled, 0, sizeof f->settled);
}

struct watch_flight *
watch_flight_add(struct watch_flights *f, uint16_t id)
{
    if (f->count == WATCH_FLIGHTS_MAX) {
        watch_flights_clear(f);
        f->is_blind = true;
    }
    f->list = xgrow(f->list, &f->cap, f->count + 1, sizeof *f->list);
    struct watch_flight *one = &f->list[f->count++];
    *one = (struct watch_flight){.id = id};
    return one;
}

void
watch_flight_settle(struct watch_flights *f, struct watch_flight *one)
{
    struct watch_settled *s = &f->settled[f->settled_at++ % WATCH_SETTLED];
    *s = (struct watch_settled){one->id, one->digest, one->number,
                                 false};
    buf_release(&one->request);
    size_t at = (size_t)(one - f->list);
    memmove(one, one + 1, (--f->count - at) * sizeof *one);
}

/* What is larger than its client takes now is not sent again, and its exchange
 * is over as if it had been (5.0, 3.1.2.11.4): the identifier is free. A server
 * may write it in other words the second time, by a few bytes. Of what PUBREC
 * has answered only PUBREL is left, which is never too large. */
bool
watch_flight_may_be_too_large(const struct mqtt_watch *w,
                              const struct watch_flight *f)
{
    uint32_t most = w->side[watch_index(FROM_CLIENT)].maximum_packet_size;
    return most && !f->is_here && f->type == MQTT_PUBLISH &&
           f->step == STEP_SENT &&
           (f->has_alias || f->len + WATCH_REWORDING > most);
}
