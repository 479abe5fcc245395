/* why_test.c - sentences about the ends of connections, as captures show them.
 * SPDX-License-Identifier: MIT
 *
 * Packets are handed in as the model would tell them.                        */
#include "trace/model/why.h"

#include "base/hex.h"
#include "base/test.h"

#define SECOND 1000000000ll
#define CONNECT4 "100e 0004 4d515454 04 02 000a 0002 6331"

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
    why_close(&t->why, &t->conn, (int64_t)(seconds * SECOND), &out);
    ck_assert_msg(strstr(buf_cstr(&out), words) != NULL, "%s\nhas no: %s",
                  buf_cstr(&out), words);
    buf_release(&out);
    for (size_t i = 0; i < TEST_COUNT(t->bytes); i++)
        buf_release(&t->bytes[i]);
    dialog_release(&t->conn.dialog);
    why_release(&t->why);
}

START_TEST(a_client_that_said_goodbye)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    packet(&t, FROM_SERVER, 0.1, "20020000");
    packet(&t, FROM_CLIENT, 1, "e000");
    ends(&t, FROM_CLIENT, 1, "FIN", "the client said DISCONNECT");
}
END_TEST

START_TEST(keep_alive_exceeded)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    packet(&t, FROM_SERVER, 0.1, "20020000");
    ends(&t, FROM_SERVER, 15.6, "FIN",
         "nothing from the client for 15.6 s, that is 1.5 times its Keep "
         "Alive of 10 s exceeded by 0.6 s");
}
END_TEST

START_TEST(not_yet_exceeded_is_not_blamed)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    packet(&t, FROM_SERVER, 0.1, "20020000");
    ends(&t, FROM_SERVER, 12, "RST", "without a word, 12.0 s after packet 1");
}
END_TEST

START_TEST(taken_over)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    packet(&t, FROM_SERVER, 0.1, "20020000");
    struct model_conn first = t.conn;
    t.conn = (struct model_conn){.app = UNWRAP_MQTT, .number = 7};
    packet(&t, FROM_CLIENT, 1, CONNECT4);
    dialog_release(&t.conn.dialog);
    t.conn = first;
    ends(&t, FROM_SERVER, 1.1, "FIN",
         "probably a takeover [MQTT-3.1.4-3]: connection 7 came with the same "
         "Client Identifier (packet 3)");
}
END_TEST

START_TEST(a_packet_too_large)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, "100f 0004 4d515454 05 02 003c 00 0002 6331");
    packet(&t, FROM_SERVER, 0.1, "2008 0000 05 27 00000008");
    packet(&t, FROM_CLIENT, 1, "300a 0001 61 00 313233343536");
    packet(&t, FROM_SERVER, 1.1, "e001 95");
    ends(&t, FROM_SERVER, 1.2, "FIN",
         "the broker said DISCONNECT 0x95 Packet too large: packet 3 has 12 "
         "bytes, the broker takes 8");
}
END_TEST

START_TEST(refused)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    packet(&t, FROM_SERVER, 0.1, "20020005");
    ends(&t, FROM_SERVER, 0.2, "FIN", "refused the CONNECT with 0x05");
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

START_TEST(still_open)
{
    struct trial t;
    begin(&t);
    packet(&t, FROM_CLIENT, 0, CONNECT4);
    ends(&t, 0, 1, "end of capture", "still open when the capture ends");
}
END_TEST

TEST_MAIN(a_client_that_said_goodbye, keep_alive_exceeded,
          not_yet_exceeded_is_not_blamed, taken_over, a_packet_too_large,
          refused, cut_in_the_middle, still_open)
