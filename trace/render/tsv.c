/* tsv.c - packets as a table.
 * SPDX-License-Identifier: MIT
 *
 * One function per column, and a table of columns in their order.            */
#include "trace/render/tsv.h"

#include <arpa/inet.h>

#include "base/digest.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "mqtt/property.h"
#include "trace/model/model.h"

/* Of one row: what the columns print from. */
struct row {
    const struct tsv *t;
    const struct model_packet *p;
    const struct mqtt_packet *m; /* p->mqtt */
};

/* --- values --------------------------------------------------------------- */

static void
add_bytes(struct buf *out, struct slice bytes)
{
    hex_print(out, bytes, 0);
}

/* Text, escaped only where a table needs it. */
static void
add_text(struct buf *out, struct slice text)
{
    if (!utf8_valid(text)) {
        buf_add_str(out, "hex:");
        add_bytes(out, text);
        return;
    }
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            buf_printf(out, "\\x%02x", text.ptr[i]);
        else
            buf_add_byte(out, text.ptr[i]);
}

static void
add_secret(struct buf *out, struct slice bytes, const struct tsv *t)
{
    if (t->secrets)
        add_bytes(out, bytes);
    else
        buf_add_fill(out, '*', 2 * bytes.len);
}

static void
add_properties(struct buf *out, struct slice properties, const struct tsv *t)
{
    struct mqtt_property p;
    const char *between = "";
    while (mqtt_property_next(&properties, &p)) {
        buf_printf(out, "%s%02x=", between, p.row->id);
        between = ";";
        if (p.row->kind == KIND_PAIR) {
            add_text(out, p.text);
            buf_add_byte(out, '|');
            add_text(out, p.value);
        } else if (p.row->kind == KIND_BINARY) {
            buf_add_str(out, "hex:");
            if (p.row->id == MQTT_P_authentication_data)
                add_secret(out, p.text, t);
            else
                add_bytes(out, p.text);
        } else if (p.row->kind == KIND_STRING) {
            add_text(out, p.text);
        } else {
            buf_printf(out, "%u", p.number);
        }
    }
}

static void
add_address(struct buf *out, const struct endpoint *e)
{
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(e->is_v6 ? AF_INET6 : AF_INET, e->addr, text, sizeof text))
        buf_add_str(out, text);
}

/* --- columns -------------------------------------------------------------- */

static void
col_frame(struct buf *out, const struct row *r)
{
    buf_printf(out, "%llu", (unsigned long long)r->p->frame);
}

static void
col_pdu(struct buf *out, const struct row *r)
{
    buf_printf(out, "%u", r->t->pdu);
}

static void
col_time(struct buf *out, const struct row *r)
{
    long long ns = (long long)(r->p->time_ns - r->t->start_ns);
    const char *sign = ns < 0 ? "-" : "";
    ns = ns < 0 ? -ns : ns;
    buf_printf(out, "%s%lld.%09lld", sign, ns / 1000000000, ns % 1000000000);
}

static void
col_stream(struct buf *out, const struct row *r)
{
    buf_printf(out, "%llu", (unsigned long long)r->p->conn->number);
}

static void
col_dir(struct buf *out, const struct row *r)
{
    buf_add_str(out, r->p->from == FROM_CLIENT ? "c>s" : "s>c");
}

static const struct endpoint *
end_of(const struct row *r, bool source)
{
    bool client = (r->p->from == FROM_CLIENT) == source;
    return client ? &r->p->conn->client : &r->p->conn->server;
}

static void
col_src(struct buf *out, const struct row *r)
{
    add_address(out, end_of(r, true));
}

static void
col_sport(struct buf *out, const struct row *r)
{
    buf_printf(out, "%u", end_of(r, true)->port);
}

static void
col_dst(struct buf *out, const struct row *r)
{
    add_address(out, end_of(r, false));
}

static void
col_dport(struct buf *out, const struct row *r)
{
    buf_printf(out, "%u", end_of(r, false)->port);
}

static void
col_type(struct buf *out, const struct row *r)
{
    buf_printf(out, "%u", r->m->type);
}

static void
col_name(struct buf *out, const struct row *r)
{
    buf_add_str(out, mqtt_packet_row(r->m->type)->name);
}

static void
col_remlen(struct buf *out, const struct row *r)
{
    buf_printf(out, "%u", r->m->remaining_length);
}

static void
col_hdr(struct buf *out, const struct row *r)
{
    if (r->p->bytes.len)
        buf_printf(out, "%02x", r->p->bytes.ptr[0]);
}

/* In 3.1 these three have DUP and QoS too. */
static bool
has_dup_and_qos(const struct row *r)
{
    return r->m->type == MQTT_PUBLISH ||
           (r->m->version == MQTT_31 &&
            (r->m->type == MQTT_PUBREL || r->m->type == MQTT_SUBSCRIBE ||
             r->m->type == MQTT_UNSUBSCRIBE));
}

static void
col_dup(struct buf *out, const struct row *r)
{
    if (has_dup_and_qos(r) && r->p->bytes.len)
        buf_printf(out, "%u", r->p->bytes.ptr[0] >> 3 & 1);
}

static void
col_qos(struct buf *out, const struct row *r)
{
    if (has_dup_and_qos(r) && r->p->bytes.len)
        buf_printf(out, "%u", r->p->bytes.ptr[0] >> 1 & 3);
}

static void
col_retain(struct buf *out, const struct row *r)
{
    if (r->m->type == MQTT_PUBLISH)
        buf_printf(out, "%u", r->m->retain);
}

static void
col_pid(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, packet_id))
        buf_printf(out, "%u", r->m->packet_id);
}

static void
col_topics(struct buf *out, const struct row *r)
{
    if (r->m->type == MQTT_PUBLISH) {
        bool is_alias = r->p->marks & (MODEL_ALIAS | MODEL_NO_ALIAS);
        buf_add_str(out, is_alias ? "(" : "");
        add_text(out, r->p->topic);
        buf_add_str(out, is_alias ? ")" : "");
    } else if (MQTT_HAS(r->m, filters)) {
        struct slice rest = r->m->filters;
        struct mqtt_filter f;
        for (int i = 0; mqtt_filter_next(r->m, &rest, &f); i++) {
            buf_add_str(out, i ? " , " : "");
            add_text(out, f.filter);
        }
    }
}

static void
col_payload_len(struct buf *out, const struct row *r)
{
    if (r->m->type == MQTT_PUBLISH && MQTT_HAS(r->m, payload) &&
        !(r->p->marks & MODEL_CUT))
        buf_printf(out, "%zu", r->m->payload.len);
}

static void
col_payload_sha1(struct buf *out, const struct row *r)
{
    uint8_t digest[DIGEST_SHA1_LEN];
    if (r->m->type != MQTT_PUBLISH || !MQTT_HAS(r->m, payload) ||
        (r->p->marks & MODEL_CUT))
        return;
    digest_sha1(r->m->payload, digest);
    add_bytes(out, slice_of(digest, 6));
}

static void
col_ver(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, protocol_level))
        buf_printf(out, "%u", r->m->protocol_level);
}

static void
col_proto(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, protocol_name))
        add_text(out, r->m->protocol_name);
}

static void
col_clientid(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, client_id))
        add_text(out, r->m->client_id);
}

static void
col_keepalive(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, keep_alive))
        buf_printf(out, "%u", r->m->keep_alive);
}

static void
col_conflags(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, clean_start))
        buf_printf(out, "%02x",
                   r->m->user_name_flag << 7 | r->m->password_flag << 6 |
                       r->m->will_retain << 5 | r->m->will_qos << 3 |
                       r->m->will_flag << 2 | r->m->clean_start << 1 |
                       r->m->reserved);
}

static void
col_username(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, user_name))
        add_text(out, r->m->user_name);
}

static void
col_password_hex(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, password))
        add_secret(out, r->m->password, r->t);
}

static void
col_willtopic(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, will_topic))
        add_text(out, r->m->will_topic);
}

static void
col_willmsg_hex(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, will_payload))
        add_bytes(out, r->m->will_payload);
}

/* 3.1 reserves the byte, so there are no flags in it. */
static void
col_ack_flags(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, session_present) && r->m->version != MQTT_31)
        buf_printf(out, "%02x", r->m->reserved << 1 | r->m->session_present);
}

static void
col_codes(struct buf *out, const struct row *r)
{
    if (MQTT_HAS(r->m, reason))
        buf_printf(out, "%02x", r->m->reason);
    if (!MQTT_HAS(r->m, codes))
        return;
    for (size_t i = 0; i < r->m->codes.len; i++)
        buf_printf(out, i ? ",%02x" : "%02x", r->m->codes.ptr[i]);
}

static void
col_suboptions(struct buf *out, const struct row *r)
{
    if (r->m->type != MQTT_SUBSCRIBE || !MQTT_HAS(r->m, filters))
        return;
    struct slice rest = r->m->filters;
    struct mqtt_filter f;
    for (int i = 0; mqtt_filter_next(r->m, &rest, &f); i++)
        buf_printf(out, i ? ",%02x" : "%02x",
                   mqtt_options_pack(&f, r->m->version));
}

static void
col_props(struct buf *out, const struct row *r)
{
    if (r->m->version == MQTT_50 && MQTT_HAS(r->m, properties))
        add_properties(out, r->m->properties, r->t);
}

static void
col_willprops(struct buf *out, const struct row *r)
{
    if (r->m->version == MQTT_50 && MQTT_HAS(r->m, will_properties))
        add_properties(out, r->m->will_properties, r->t);
}

static void
col_notes(struct buf *out, const struct row *r)
{
    const char *between = "";
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1) {
        if (!(r->p->marks & bit) || bit == MODEL_ALIAS)
            continue;
        buf_printf(out, "%s%s", between, model_mark_text(bit));
        between = "; ";
    }
    for (size_t i = 0; i < r->p->report.count; i++) {
        const struct mqtt_violation *v = &r->p->report.list[i];
        buf_printf(out, "%s%s%s%s", between, v->statement,
                   *v->statement ? " " : "", v->text);
        between = "; ";
    }
}

static const struct {
    const char *name;
    void (*print)(struct buf *out, const struct row *r);
} columns[] = {
    {"frame", col_frame},
    {"pdu", col_pdu},
    {"time", col_time},
    {"stream", col_stream},
    {"dir", col_dir},
    {"src", col_src},
    {"sport", col_sport},
    {"dst", col_dst},
    {"dport", col_dport},
    {"type", col_type},
    {"name", col_name},
    {"remlen", col_remlen},
    {"hdr", col_hdr},
    {"dup", col_dup},
    {"qos", col_qos},
    {"retain", col_retain},
    {"pid", col_pid},
    {"topics", col_topics},
    {"payload_len", col_payload_len},
    {"payload_sha1_12", col_payload_sha1},
    {"ver", col_ver},
    {"proto", col_proto},
    {"clientid", col_clientid},
    {"keepalive", col_keepalive},
    {"conflags", col_conflags},
    {"username", col_username},
    {"password_hex", col_password_hex},
    {"willtopic", col_willtopic},
    {"willmsg_hex", col_willmsg_hex},
    {"ack_flags", col_ack_flags},
    {"codes", col_codes},
    {"suboptions", col_suboptions},
    {"props", col_props},
    {"willprops", col_willprops},
    {"notes", col_notes},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

void
tsv_header(struct buf *out)
{
    for (size_t i = 0; i < COLUMNS; i++)
        buf_printf(out, i ? "\t%s" : "%s", columns[i].name);
    buf_add_byte(out, '\n');
}

void
tsv_row(struct tsv *t, struct buf *out, const struct model_packet *p)
{
    struct row r = {t, p, &p->mqtt};
    t->pdu = p->frame == t->last_frame ? t->pdu + 1 : 1;
    t->last_frame = p->frame;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i)
            buf_add_byte(out, '\t');
        columns[i].print(out, &r);
    }
    buf_add_byte(out, '\n');
}
