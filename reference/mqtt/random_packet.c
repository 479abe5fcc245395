/* random_packet.c - packets made at random.
 * SPDX-License-Identifier: MIT
 *
 * One walk over the rows of the layout, as in decode and encode; what a value
 * may be beyond its kind stands in random_number, and settle puts right what
 * depends on a field further on.                                             */
#include "mqtt/random_packet.h"

#include <assert.h>

#include "mqtt/property.h"
#include "mqtt/reason.h"

/* All that a packet borrows is reserved before the first byte, so that nothing
 * moves; long strings are only made while there is plenty left. */
enum { MEMORY = 1 << 21, PLENTY = MEMORY * 3 / 4, LONGEST = UINT16_MAX };

enum alphabet {
    ANY_TEXT, /* every character but U+0000 */
    NAME,     /* no wildcards */
    LEVEL     /* no wildcards and no slash */
};

static uint32_t
below(struct mqtt_random_packet *m, uint32_t limit)
{
    return (uint32_t)random_below(&m->random, limit);
}

static bool
once_in(struct mqtt_random_packet *m, uint32_t n)
{
    return below(m, n) == 0;
}

/* --- text ----------------------------------------------------------------- */

static uint32_t
random_character(struct mqtt_random_packet *m, enum alphabet which)
{
    static const uint32_t past[] = {0x7f, 0x7f, 0x7f, 0x800, 0x10000, 0x110000};
    for (;;) {
        uint32_t c = 1 + below(m, past[below(m, 6)] - 1);
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        bool wild = which != ANY_TEXT && (c == '+' || c == '#');
        if (!surrogate && !wild && !(which == LEVEL && c == '/'))
            return c;
    }
}

static void
add_character(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_add_byte(out, (uint8_t)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    buf_add_byte(out, (uint8_t)(lead[more] | c >> 6 * more));
    for (int i = more - 1; i >= 0; i--)
        buf_add_byte(out, (uint8_t)(0x80 | (c >> 6 * i & 0x3f)));
}

/* Short ones mostly; sometimes empty or long; seldom as long as can be. */
static size_t
random_length(struct mqtt_random_packet *m)
{
    bool plenty = m->memory.len < MEMORY - PLENTY;
    if (plenty && once_in(m, 2000))
        return LONGEST;
    return below(m, plenty && once_in(m, 20) ? 400 : 12);
}

/* At least `least` bytes, which is 0 or 1. */
static struct slice
random_text(struct mqtt_random_packet *m, enum alphabet which, size_t least)
{
    size_t from = m->memory.len, len = random_length(m);
    if (len < least)
        len = least;
    while (m->memory.len - from + 4 <= len)
        add_character(&m->memory, random_character(m, which));
    while (m->memory.len - from < len)
        buf_add_byte(&m->memory, 'z');
    return slice_of(m->memory.data + from, len);
}

static struct slice
random_bytes(struct mqtt_random_packet *m)
{
    size_t from = m->memory.len, len = random_length(m);
    for (size_t i = 0; i < len; i++)
        buf_add_byte(&m->memory, (uint8_t)below(m, 256));
    return slice_of(m->memory.data + from, len);
}

/* A filter of up to four levels, in v5 perhaps shared. */
static struct slice
random_filter(struct mqtt_random_packet *m, bool shared)
{
    size_t from = m->memory.len;
    if (shared) {
        buf_add_str(&m->memory, "$share/");
        random_text(m, LEVEL, 1);
        buf_add_byte(&m->memory, '/');
    }
    size_t inner = m->memory.len;
    for (uint32_t levels = 1 + below(m, 4); levels > 0; levels--) {
        if (once_in(m, 4))
            buf_add_byte(&m->memory, '+');
        else if (levels == 1 && once_in(m, 2))
            buf_add_byte(&m->memory, '#');
        else
            random_text(m, LEVEL, 0);
        if (levels > 1)
            buf_add_byte(&m->memory, '/');
    }
    if (m->memory.len == inner)
        buf_add_byte(&m->memory, '#');
    size_t len = m->memory.len - from;
    return len <= LONGEST ? slice_of(m->memory.data + from, len)
                          : slice_str("#");
}

/* --- lists ---------------------------------------------------------------- */

static struct slice
keep_list(struct mqtt_random_packet *m)
{
    size_t from = m->memory.len;
    buf_add(&m->memory, buf_slice(&m->list));
    buf_clear(&m->list);
    return slice_of(m->memory.data + from, m->memory.len - from);
}

static void
add_property(struct mqtt_random_packet *m, const struct mqtt_property_row *row)
{
    struct mqtt_property p = {.row = row};
    uint32_t range = row->max - row->min;
    p.number =
        row->min + (range < UINT32_MAX ? below(m, range + 1)
                                       : (uint32_t)random_u64(&m->random));
    if (row->id == MQTT_P_response_topic)
        p.text = random_text(m, NAME, 1);
    else if (row->kind == KIND_BINARY)
        p.text = random_bytes(m);
    else
        p.text = random_text(m, ANY_TEXT, 0);
    if (row->kind == KIND_PAIR)
        p.value = random_text(m, ANY_TEXT, 0);
    mqtt_property_add(&m->list, &p);
}

/* How often a property stands in this packet; `home` is its P(TYPE). */
static uint32_t
times_of(struct mqtt_random_packet *m, const struct mqtt_property_row *row,
         uint32_t home, enum mqtt_side from)
{
    if (!(row->packets & home))
        return 0;
    switch (row->id) {
    case MQTT_P_subscription_identifier:
        if (home == P(PUBLISH) && from == FROM_CLIENT)
            return 0; /* [MQTT-3.3.4-6] */
        return home == P(PUBLISH) ? below(m, 4) : below(m, 2);
    case MQTT_P_session_expiry_interval:
        if (home == P(DISCONNECT) && from == FROM_SERVER)
            return 0; /* [MQTT-3.14.2-2] */
        return below(m, 2);
    case MQTT_P_authentication_method: return 1; /* the data needs it */
    }
    return row->many ? below(m, 4) : below(m, 2);
}

static struct slice
random_properties(struct mqtt_random_packet *m, uint32_t home,
                  enum mqtt_side from)
{
    const struct mqtt_property_row *row;
    bool with_method = home == P(AUTH) || once_in(m, 2);
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        bool of_method = row->id == MQTT_P_authentication_method ||
                         row->id == MQTT_P_authentication_data;
        if (of_method && !with_method)
            continue;
        for (uint32_t n = times_of(m, row, home, from); n > 0; n--)
            add_property(m, row);
    }
    return keep_list(m);
}

static struct slice
random_filters(struct mqtt_random_packet *m, const struct mqtt_packet *p)
{
    bool v5 = p->version == MQTT_50;
    for (uint32_t n = 1 + below(m, 5); n > 0; n--) {
        bool shared = v5 && once_in(m, 4);
        struct mqtt_filter f = {
            .filter = random_filter(m, shared),
            .qos = (uint8_t)below(m, 3),
            .no_local = v5 && !shared && once_in(m, 2),
            .retain_as_published = v5 && once_in(m, 2),
            .retain_handling = v5 ? (uint8_t)below(m, 3) : 0,
        };
        mqtt_filter_add(&m->list, p, &f);
    }
    return keep_list(m);
}

/* One of the codes that this packet may carry. */
static uint8_t
random_code(struct mqtt_random_packet *m, const struct mqtt_packet *p)
{
    for (;;) {
        uint8_t code = (uint8_t)below(m, 256);
        if (mqtt_reason_find(code, p->type, p->version))
            return code;
    }
}

static struct slice
random_codes(struct mqtt_random_packet *m, const struct mqtt_packet *p)
{
    for (uint32_t n = 1 + below(m, 6); n > 0; n--)
        buf_add_byte(&m->list, random_code(m, p));
    return keep_list(m);
}

/* --- the walk ------------------------------------------------------------- */

static uint32_t
random_number(struct mqtt_random_packet *m, const struct mqtt_packet *p,
              const struct mqtt_row *row)
{
    switch (row->field) {
    case MQTT_F_flags: return p->flags;
    case MQTT_F_protocol_level: return p->protocol_level;
    case MQTT_F_reserved: return 0;
    case MQTT_F_qos:
    case MQTT_F_will_qos: return below(m, 3);
    case MQTT_F_packet_id: return 1 + below(m, UINT16_MAX);
    case MQTT_F_reason: return random_code(m, p);
    case MQTT_F_password_flag: /* before 5.0 only beside a user name */
        return (p->version == MQTT_50 || p->user_name_flag) && once_in(m, 2);
    }
    return row->kind == KIND_BITS ? below(m, 2) : below(m, UINT16_MAX + 1);
}

static struct slice
random_slice(struct mqtt_random_packet *m, const struct mqtt_packet *p,
             const struct mqtt_row *row, enum mqtt_side from)
{
    switch ((enum mqtt_kind)row->kind) {
    case KIND_PROPERTIES:
        return random_properties(
            m, row->field == MQTT_F_will_properties ? P(WILL) : 1u << p->type,
            from);
    case KIND_FILTERS:
    case KIND_TOPICS: return random_filters(m, p);
    case KIND_CODES: return random_codes(m, p);
    case KIND_STRING: break;
    default: return random_bytes(m);
    }
    if (row->field == MQTT_F_protocol_name)
        return p->protocol_name;
    if (row->field == MQTT_F_topic || row->field == MQTT_F_will_topic)
        return random_text(m, NAME, 1);
    bool must = row->field == MQTT_F_client_id && p->version != MQTT_50;
    return random_text(m, ANY_TEXT, must);
}

/* `more` says whether the tail of an acknowledgement is still wanted. */
static bool
is_wanted(struct mqtt_random_packet *m, const struct mqtt_packet *p,
          const struct mqtt_row *row, bool *more)
{
    if (!mqtt_version_in(p->version, row->versions) || row->kind == KIND_BYTE)
        return false;
    switch ((enum mqtt_when)row->when) {
    case WHEN_ALWAYS: return true;
    case WHEN_IF_QOS: return p->qos > 0;
    case WHEN_IF_WILL: return p->will_flag;
    case WHEN_IF_USER_NAME: return p->user_name_flag;
    case WHEN_IF_PASSWORD: return p->password_flag;
    case WHEN_IF_MORE: break;
    }
    *more = *more && (p->type == MQTT_AUTH || once_in(m, 2));
    return *more;
}

/* Bits that must be 0 because of what stands elsewhere, and a Reason Code that
 * this side may use. */
static void
settle(struct mqtt_random_packet *m, struct mqtt_packet *p, enum mqtt_side from)
{
    while ((p->type == MQTT_DISCONNECT || p->type == MQTT_AUTH) &&
           MQTT_HAS(p, reason) && !mqtt_reason_may(p->reason, p->type, from))
        p->reason = random_code(m, p); /* [MQTT-3.14.2-1] [MQTT-3.15.2-1] */
    if (p->type == MQTT_PUBLISH && p->qos == 0)
        p->dup = 0; /* [MQTT-3.3.1-2] */
    if (p->type == MQTT_CONNECT && !p->will_flag)
        p->will_qos = p->will_retain = 0; /* [MQTT-3.1.2-11] [MQTT-3.1.2-13] */
    if (p->type == MQTT_CONNACK && p->reason != 0)
        p->session_present = 0; /* [MQTT-3.2.2-6] */
}

struct mqtt_packet
mqtt_random_packet_make(struct mqtt_random_packet *m, enum mqtt_type type,
                        enum mqtt_version v, enum mqtt_side from)
{
    struct mqtt_packet p = mqtt_packet_make(type, v);
    struct mqtt_layout lists[] = {mqtt_layout_first(type), mqtt_layout(type)};
    const uint8_t *memory = m->memory.data;
    bool more = true;
    buf_clear(&m->memory);
    for (size_t i = 0; i < lists[0].count + lists[1].count; i++) {
        const struct mqtt_row *row = i < lists[0].count
                                         ? &lists[0].rows[i]
                                         : &lists[1].rows[i - lists[0].count];
        if (!is_wanted(m, &p, row, &more))
            continue;
        if (mqtt_row_is_number(row))
            mqtt_field_set_number(&p, row, random_number(m, &p, row));
        else
            mqtt_field_set_slice(&p, row, random_slice(m, &p, row, from));
    }
    settle(m, &p, from);
    assert(m->memory.data == memory); /* what p borrows did not move */
    return p;
}

struct mqtt_packet
mqtt_random_packet_any(struct mqtt_random_packet *m, enum mqtt_side *from)
{
    for (;;) {
        enum mqtt_type type = (enum mqtt_type)(1 + below(m, MQTT_TYPES - 1));
        enum mqtt_version v = (enum mqtt_version)(MQTT_31 + below(m, 3));
        const struct mqtt_packet_row *row = mqtt_packet_row(type);
        *from = once_in(m, 2) ? FROM_CLIENT : FROM_SERVER;
        bool server_leaves = type == MQTT_DISCONNECT && *from == FROM_SERVER;
        if (mqtt_version_in(v, row->versions) && (row->sent_by & *from) &&
            !(server_leaves && v != MQTT_50))
            return mqtt_random_packet_make(m, type, v, *from);
    }
}

void
mqtt_random_packet_init(struct mqtt_random_packet *m, uint64_t seed)
{
    *m = (struct mqtt_random_packet){.memory = {0}};
    random_seed(&m->random, seed);
    buf_room(&m->memory, MEMORY);
}

void
mqtt_random_packet_release(struct mqtt_random_packet *m)
{
    buf_release(&m->memory);
    buf_release(&m->list);
}

/* --- damage --------------------------------------------------------------- */

void
mqtt_random_damage(struct buf *b, struct random *r, unsigned most)
{
    for (uint64_t n = 1 + random_below(r, most); n > 0 && b->len > 0; n--) {
        size_t at = random_below(r, b->len);
        uint8_t byte = (uint8_t)random_u64(r);
        switch (random_below(r, 6)) {
        case 0: b->data[at] = byte; break;
        case 1: b->data[at] ^= (uint8_t)(1u << (byte & 7)); break;
        case 2: b->data[at] += byte & 1 ? 1 : 0xff; break;
        case 3: buf_splice(b, at, 1, slice_of(&byte, 0)); break;
        case 4: buf_splice(b, at, 0, slice_of(&byte, 1)); break;
        default: b->len = at; break;
        }
    }
}
