/* why_test.c - sentences about the ends of connections, as captures show them.
 * SPDX-License-Identifier: MIT
 *
 * Packets are handed in as the model would tell them.                        */
#include "trace/model/why.h"

#include "base/hex.h"
#include "base/test.h"

#define SECOND 1000000000ll
#define CONNECT4 "100e 0004 4d515454 04 02 000a 0002 6331"
#define CONNECT5 "100f 0004 4d515454 05 02 000a 00 0002 6331"
#define CONNACK4 "20020000"
#define CONNACK5 "2003 000000"

struct trial {
    struct why why;
    struct model_conn conn;
    uint64_t packets;
    struct buf bytes[16]; /* of the packets so far */
};

static void
begin(struct trial *t)
{
    *t = (struct trial){.conn = {.app = UNWRAP_MQTT, .is_start_seen = true}};
}

static void
packet(struct trial *t, enum mqtt_side from, double seconds, const char *hex)
{
    struct buf *bytes = &t->bytes[t->packets++];
    ck_assert(hex_parse(bytes, slice_str(hex)));
    struct model_packet p = {
        .number = t->packets,
        .time_ns = (int64_t)(seconds * SECOND),
        .conn = &t->conn,
        .from = from,
        .bytes = buf_slice(bytes),
        .wire_len = bytes->len,
    };
    dialog_next(&t->conn.dialog, &p);
    if (p.mqtt.type == MQTT_DISCONNECT && !t->conn.said_goodbye) {
        t->conn.said_goodbye = from;
        t->conn.goodbye_reason =
            MQTT_HAS(&p.mqtt, reason) ? p.mqtt.reason : 0;
    }
    why_packet(&t->why, &p);
}

/* The connection ends; the sentence must have these words. */
static void
ends(struct trial *t, enum mqtt_side first, double seconds, const char *how,
     const char *words)
{
    struct buf out = {0};
    t->conn.first_to_close = first;
    t->conn.end = how;
    const char *cause = why_close(&t->why, &t->conn,
                                  (int64_t)(seconds * SECOND), &out);
    ck_assert_msg(*cause && strlen(cause) < 60, "%s", cause);
    ck_assert_msg(strstr(buf_cstr(&out), words) != NULL, "%s\nhas no: %s",
                  buf_cstr(&out), words);
    buf_release(&out);
    for (size_t i = 0; i < TEST_COUNT(t->bytes); i++)
        buf_release(&t->bytes[i]);
    dialog_release(&t->conn.dialog);
    why_release(&t->why);
}

/* Packets of one connection, how it ends, and words of the sentence. */
static const struct row {
    struct moment {
        enum mqtt_side from;
        double seconds;
        const char *hex;
    } packets[4];
    enum mqtt_side first; /* to close */
    double seconds;
    const char *how;
    const char *words;
} rows[] = {
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, CONNACK4},
      {FROM_CLIENT, 1, "e000"}},
     FROM_CLIENT, 1, "FIN", "the client said DISCONNECT"},
    {{{FROM_CLIENT, 0, "1016 0004 4d515454 05 06 000a 00 0002 6331 00 0001 77 "
                       "0001 78"},
      {FROM_SERVER, 0.1, CONNACK5}, {FROM_CLIENT, 1, "e001 04"}},
     FROM_CLIENT, 1, "FIN", "DISCONNECT 0x04 Disconnect with Will Message; its "
                            "will is published"},
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, CONNACK4}},
     FROM_SERVER, 15.6, "FIN",
     "nothing from the client for 15.6 s, that is 1.5 times its Keep "
     "Alive of 10 s exceeded by 0.6 s"},
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, CONNACK4}},
     FROM_SERVER, 12, "RST", "without a word, 12.0 s after packet 1"},
    {{{FROM_CLIENT, 0, CONNECT5}, {FROM_SERVER, 0.1, CONNACK5},
      {FROM_SERVER, 15.6, "e001 8d"}},
     FROM_SERVER, 15.6, "FIN",
     "the broker said DISCONNECT 0x8d Keep Alive timeout: nothing from the "
     "client for 15.6 s"},
    {{{FROM_CLIENT, 0, CONNECT5},
      {FROM_SERVER, 0.1, "2008 0000 05 27 00000008"},
      {FROM_CLIENT, 1, "300a 0001 61 00 313233343536"},
      {FROM_SERVER, 1.1, "e001 95"}},
     FROM_SERVER, 1.2, "FIN",
     "the broker said DISCONNECT 0x95 Packet too large: packet 3 has 12 "
     "bytes, the broker takes 8"},
    {{{FROM_CLIENT, 0, "1014 0004 4d515454 05 02 000a 05 27 00000008 "
                       "0002 6331"},
      {FROM_SERVER, 0.1, CONNACK5},
      {FROM_SERVER, 1, "300a 0001 61 00 313233343536"},
      {FROM_CLIENT, 1.1, "e001 95"}},
     FROM_CLIENT, 1.2, "FIN",
     "the client said DISCONNECT 0x95 Packet too large: packet 3 has 12 "
     "bytes, the client takes 8"},
    {{{FROM_CLIENT, 0, CONNECT5}, {FROM_SERVER, 0.1, CONNACK5},
      {FROM_CLIENT, 1, "3606 0001 61 0001 00"}, {FROM_SERVER, 1.1, "e001 81"}},
     FROM_SERVER, 1.2, "FIN",
     "DISCONNECT 0x81 Malformed Packet: packet 3 breaks MQTT-3.3.1-4, "},
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, CONNACK4},
      {FROM_CLIENT, 1, "3605 0001 61 0001"}},
     FROM_SERVER, 1.2, "FIN",
     "without a word: packet 3 breaks MQTT311-3.3.1-4, "},
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, CONNACK4},
      {FROM_CLIENT, 1, CONNECT4}},
     FROM_SERVER, 1.1, "FIN",
     "packet 3 breaks MQTT311-3.1.0-2, a second CONNECT"},
    {{{FROM_CLIENT, 0, CONNECT5}, {FROM_SERVER, 0.1, CONNACK5},
      {FROM_CLIENT, 1, "3007 0000 03 230002 78"}, {FROM_SERVER, 1.1, "e001 82"}},
     FROM_SERVER, 1.2, "FIN",
     "0x82 Protocol Error: packet 3 breaks the standard, a Topic Alias that was "
     "never set"},
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, "20020005"}},
     FROM_SERVER, 0.2, "FIN", "refused the CONNECT with 0x05"},
    {{{0}}, FROM_SERVER, 5, "FIN", "without a word: no CONNECT came"},
    {{{FROM_CLIENT, 1, CONNECT4}},
     FROM_CLIENT, 3, "FIN", "closed (FIN): no CONNACK came for 2.0 s"},
    {{{FROM_CLIENT, 0, CONNECT4}},
     0, 1, "end of capture", "still open when the capture ends"},
    {{{FROM_CLIENT, 0, CONNECT4}, {FROM_SERVER, 0.1, CONNACK4}},
     0, 20, "evicted", "its end was not captured (evicted); nothing from the "
                       "client for 20.0 s"},
};

START_TEST(an_end_is_told_in_a_sentence)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct trial t;
        begin(&t);
        for (const struct moment *m = rows[i].packets;
             m < rows[i].packets + TEST_COUNT(rows[i].packets) && m->hex; m++)
            packet(&t, m->from, m->seconds, m->hex);
        ends(&t, rows[i].first, rows[i].seconds, rows[i].how, rows[i].words);
    }
}
END_TEST

/* In the broker's own words, too, which only 5.0 has. */
START_TEST(taken_over)
{
    for (int said = 0; said <= 1; said++) {
        struct trial t;
        begin(&t);
        packet(&t, FROM_CLIENT, 0, said ? CONNECT5 : CONNECT4);
        packet(&t, FROM_SERVER, 0.1, said ? CONNACK5 : CONNACK4);
        struct model_conn first = t.conn;
        t.conn = (struct model_conn){.app = UNWRAP_MQTT, .number = 7};
        packet(&t, FROM_CLIENT, 1, said ? CONNECT5 : CONNECT4);
        dialog_release(&t.conn.dialog);
        t.conn = first;
        if (said)
            packet(&t, FROM_SERVER, 1.1, "e001 8e");
        ends(&t, FROM_SERVER, 1.1, "FIN",
             said ? "DISCONNECT 0x8e Session taken over: connection 7 came "
                    "with the same Client Identifier (packet 3)"
                  : "probably a takeover [MQTT-3.1.4-3]: connection 7 came "
                    "with the same Client Identifier (packet 3)");
    }
}
END_TEST

START_TEST(cut_in_the_middle)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    packet(&t, FROM_SERVER, 0.1, "20020000");
    t.conn.side[0].rest = 5;
    t.conn.side[0].rest_need = 40;
    ends(&t, FROM_CLIENT, 1, "RST",
         "the client closed (RST) without DISCONNECT; in the middle of a "
         "packet of the client: 5 bytes of 40");
}
END_TEST

TEST_MAIN(an_end_is_told_in_a_sentence, taken_over, cut_in_the_middle)
