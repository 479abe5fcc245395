/* version_guess.c - which version does a connection speak, without a CONNECT?
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/version_guess.h"

#include "mqtt/check.h"
#include "mqtt/decode.h"

enum { SETTLED = VERSION_GUESS_SETTLED, LIKELY = 60, LEANING = 20 };

static bool
fits(struct slice bytes, enum mqtt_version v, enum mqtt_side from,
     struct mqtt_packet *p)
{
    struct mqtt_report report;
    return mqtt_decode(bytes, v, p, &report, NULL) &&
           mqtt_check(p, from, &report);
}

static void
say(struct version_guess *g, enum mqtt_version v, int weight)
{
    if (g->version == v) {
        g->weight = weight > g->weight ? weight : g->weight;
        return;
    }
    if (weight < g->weight)
        return;
    g->version = v;
    g->weight = weight;
}

/* A PUBLISH that fits both. As 3.x it would begin its payload with bytes that
 * happen to be well-formed properties of 5.0. */
static void
lean_by_publish(struct version_guess *g, const struct mqtt_packet *p5)
{
    say(g, MQTT_50, p5->properties.len > 0 ? LIKELY : LEANING);
}

/* `90 04 00 01 00 00` is two codes in 3.1.1, no properties and one code in
 * 5.0: only the request tells. */
static void
lean_by_codes(struct version_guess *g, const struct mqtt_packet *p3,
              const struct mqtt_packet *p5, size_t filters)
{
    if (filters == 0)
        return;
    size_t codes3 = p3->type == MQTT_SUBACK ? p3->codes.len : 0;
    if (p5->codes.len == filters && codes3 != filters)
        say(g, MQTT_50, SETTLED);
    else if (codes3 == filters && p5->codes.len != filters)
        say(g, MQTT_311, SETTLED);
}

void
version_guess_learn(struct version_guess *g, struct slice bytes,
                    enum mqtt_side from, size_t filters)
{
    struct mqtt_packet p3, p5;
    bool fits3 = fits(bytes, MQTT_311, from, &p3);
    bool fits5 = fits(bytes, MQTT_50, from, &p5);
    if (fits3 != fits5) {
        /* Any bytes may be the payload of a 3.x PUBLISH. */
        bool is_weak = fits3 && p3.type == MQTT_PUBLISH;
        say(g, fits5 ? MQTT_50 : MQTT_311, is_weak ? LIKELY : SETTLED);
        return;
    }
    if (!fits3)
        return;
    if (p5.type == MQTT_PUBLISH)
        lean_by_publish(g, &p5);
    else if (p5.type == MQTT_SUBACK)
        lean_by_codes(g, &p3, &p5, filters);
}

enum mqtt_version
version_guess_best(const struct version_guess *g)
{
    return g->version ? g->version : MQTT_311;
}
