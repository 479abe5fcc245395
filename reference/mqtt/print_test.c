/* print_test.c - a packet as text: golden lines, tree and hex.
 * SPDX-License-Identifier: MIT
 *
 * The lines of all vectors are compared in vectors_test.c; here are the other
 * two views, and what is hidden, shortened or escaped.                       */
#include "mqtt/print.h"

#include <ctype.h>

#include "base/hex.h"
#include "base/test.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/vectors.h"

/* A packet decoded from hex, with its notes. */
struct read_in {
    struct buf bytes;
    struct mqtt_packet packet;
    struct mqtt_report report;
    struct mqtt_notes notes;
};

static struct read_in
read_hex(const char *hex, enum mqtt_version v)
{
    struct read_in in = {0};
    ck_assert(hex_parse(&in.bytes, slice_str(hex)));
    mqtt_decode(buf_slice(&in.bytes), v, &in.packet, &in.report, &in.notes);
    return in;
}

static void
release(struct read_in *in)
{
    buf_release(&in->bytes);
    mqtt_notes_release(&in->notes);
}

enum view { LINE, TREE, HEX };

static void
ck_view(enum view view, enum mqtt_version v, const char *hex,
        struct mqtt_print how, const char *should)
{
    struct read_in in = read_hex(hex, v);
    struct buf out = {0};
    if (view == LINE)
        mqtt_print_line(&out, &in.packet, how);
    else if (view == TREE)
        mqtt_print_tree(&out, &in.packet, &in.notes, how);
    else
        mqtt_print_hex(&out, buf_slice(&in.bytes), &in.packet, &in.notes, how);
    ck_assert_str_eq(buf_cstr(&out), should);
    buf_release(&out);
    release(&in);
}

static const struct mqtt_print plain = {false, 0}, open_ = {true, 0};

START_TEST(secrets_are_stars_unless_asked_for)
{
    const char *connect =
        "10 15 0004 4d515454 04 c2 0000 0000 0001 75 0006 736563726574";
    const char *auth = "f0 10 18 0e 15 0005 504c41494e 16 0003 010203";
    ck_view(LINE, MQTT_311,
            "10 17 0004 4d515454 04 c2 0000 0000 0001 75 0006 736563726574",
            plain,
            "CONNECT protocol_level=4 clean_session=1 keep_alive=0 "
            "client_id=\"\" user_name=\"u\" password=\"******\"");
    ck_view(LINE, MQTT_311,
            "10 17 0004 4d515454 04 c2 0000 0000 0001 75 0006 736563726574",
            open_,
            "CONNECT protocol_level=4 clean_session=1 keep_alive=0 "
            "client_id=\"\" user_name=\"u\" password=\"secret\"");
    ck_view(
        LINE, MQTT_50, auth, plain,
        "AUTH reason=continue_authentication authentication_method=\"PLAIN\" "
        "authentication_data=\"***\"");
    struct read_in in = read_hex(connect, MQTT_311); /* cut within the secret */
    struct buf out = {0};
    mqtt_print_line(&out, &in.packet, plain);
    mqtt_print_tree(&out, &in.packet, &in.notes, plain);
    mqtt_print_hex(&out, buf_slice(&in.bytes), &in.packet, &in.notes, plain);
    ck_assert_ptr_null(strstr(buf_cstr(&out), "secr"));
    ck_assert_ptr_null(strstr(buf_cstr(&out), "73 65 63"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "** ** **"));
    buf_release(&out);
    release(&in);
}
END_TEST

START_TEST(long_text_is_cut_and_says_so)
{
    struct mqtt_print four = {false, 4};
    ck_view(LINE, MQTT_311, "30 08 0001 61 6865 6c6c 6f", four,
            "PUBLISH topic=\"a\" payload=\"hell...\"");
    ck_view(LINE, MQTT_311, "30 08 0001 61 0001 0203 04", four,
            "PUBLISH topic=\"a\" payload=hex:\"00 01 02 03 ...\"");
    /* Never within a character. */
    ck_view(LINE, MQTT_311, "30 09 0001 61 e282ac e282ac", four,
            "PUBLISH topic=\"a\" payload=\"\xe2\x82\xac\xe2\x82\xac...\"");
}
END_TEST

START_TEST(quotes_and_line_ends_are_escaped)
{
    ck_view(LINE, MQTT_311, "30 09 0001 61 22 5c 0a 09 7e 7f", plain,
            "PUBLISH topic=\"a\" payload=hex:\"22 5c 0a 09 7e 7f\"");
    ck_view(LINE, MQTT_311, "30 08 0001 61 22 5c 0a 09 7e", plain,
            "PUBLISH topic=\"a\" payload=\"\\\"\\\\\\n\\t~\"");
}
END_TEST

START_TEST(a_tree)
{
    ck_view(TREE, MQTT_50, "32 0f 0003 612f62 000a 05 23 0001 01 01 6869",
            plain,
            "PUBLISH, MQTT 5.0\n"
            "  Packet type and flags: 50\n"
            "    Packet type: 3 PUBLISH\n"
            "    DUP flag: 0\n"
            "    QoS level: 1\n"
            "    RETAIN: 0\n"
            "  Remaining Length: 15\n"
            "  Topic Name: \"a/b\"\n"
            "  Packet Identifier: 10\n"
            "  Properties\n"
            "    Property Length: 5\n"
            "    Topic Alias: 1\n"
            "    Payload Format Indicator: 1\n"
            "  Payload: \"hi\"\n");
    ck_view(TREE, MQTT_50, "e0 02 9d 07", plain,
            "DISCONNECT, MQTT 5.0\n"
            "  Packet type and flags: 224\n"
            "    Packet type: 14 DISCONNECT\n"
            "    Flags: 0\n"
            "  Remaining Length: 2\n"
            "  Reason Code: 0x9d Server moved\n"
            "  not understood: 07\n");
}
END_TEST

/* clang-format off */
START_TEST(annotated_hex_of_a_connect)
{
    ck_view(HEX, MQTT_50, "10 1c 0004 4d515454 05 ce 003c 00 0001 63 00 0001 77 0002 00ff 0001 75 0001 70", plain,
        "   0  10                       0001 0000  Packet type and flags: 16   [2.1]\n"
        "                               0001 ....    Packet type: 1 CONNECT   [2.1.2]\n"
        "                               .... 0000    Flags: 0   [2.1.3]\n"
        "   1  1c                       0001 1100  Remaining Length: 28   [2.1.4]\n"
        "   2  00 04 4d 51 54 54                   Protocol Name: \"MQTT\"   [3.1.2.1]\n"
        "   8  05                       0000 0101  Protocol Version: 5   [3.1.2.2]\n"
        "   9  ce                       1100 1110  Connect Flags: 206   [3.1.2.3]\n"
        "                               1... ....    User Name Flag: 1   [3.1.2.8]\n"
        "                               .1.. ....    Password Flag: 1   [3.1.2.9]\n"
        "                               ..0. ....    Will Retain: 0   [3.1.2.7]\n"
        "                               ...0 1...    Will QoS: 1   [3.1.2.6]\n"
        "                               .... .1..    Will Flag: 1   [3.1.2.5]\n"
        "                               .... ..1.    Clean Start: 1   [3.1.2.4]\n"
        "                               .... ...0    Reserved: 0   [3.1.2.3]\n"
        "  10  00 3c                               Keep Alive: 60   [3.1.2.10]\n"
        "                                          Properties   [3.1.2.11]\n"
        "  12  00                       0000 0000    Property Length: 0   [2.2.2.1]\n"
        "  13  00 01 63                            Client Identifier: \"c\"   [3.1.3.1]\n"
        "                                          Will Properties   [3.1.3.2]\n"
        "  16  00                       0000 0000    Property Length: 0   [2.2.2.1]\n"
        "  17  00 01 77                            Will Topic: \"w\"   [3.1.3.3]\n"
        "  20  00 02 00 ff                         Will Payload: 00 ff   [3.1.3.4]\n"
        "  24  00 01 75                            User Name: \"u\"   [3.1.3.5]\n"
        "  27  ** ** **                            Password: *   [3.1.3.6]\n");
    ck_view(HEX, MQTT_311, "10 1a 0004 4d515454 04 ce 003c 0001 63 0001 77 0002 00ff 0001 75 0001 70", plain,
        "   0  10                       0001 0000  Packet type and flags: 16   [2.2]\n"
        "                               0001 ....    Packet type: 1 CONNECT   [2.2.1]\n"
        "                               .... 0000    Flags: 0   [2.2.2]\n"
        "   1  1a                       0001 1010  Remaining Length: 26   [2.2.3]\n"
        "   2  00 04 4d 51 54 54                   Protocol Name: \"MQTT\"   [3.1.2.1]\n"
        "   8  04                       0000 0100  Protocol Version: 4   [3.1.2.2]\n"
        "   9  ce                       1100 1110  Connect Flags: 206   [3.1.2.3]\n"
        "                               1... ....    User Name Flag: 1   [3.1.2.8]\n"
        "                               .1.. ....    Password Flag: 1   [3.1.2.9]\n"
        "                               ..0. ....    Will Retain: 0   [3.1.2.7]\n"
        "                               ...0 1...    Will QoS: 1   [3.1.2.6]\n"
        "                               .... .1..    Will Flag: 1   [3.1.2.5]\n"
        "                               .... ..1.    Clean Session: 1   [3.1.2.4]\n"
        "                               .... ...0    Reserved: 0   [3.1.2.3]\n"
        "  10  00 3c                               Keep Alive: 60   [3.1.2.10]\n"
        "  12  00 01 63                            Client Identifier: \"c\"   [3.1.3.1]\n"
        "  15  00 01 77                            Will Topic: \"w\"   [3.1.3.2]\n"
        "  18  00 02 00 ff                         Will Payload: 00 ff   [3.1.3.3]\n"
        "  22  00 01 75                            User Name: \"u\"   [3.1.3.4]\n"
        "  25  ** ** **                            Password: *   [3.1.3.5]\n");
}
END_TEST

START_TEST(annotated_hex)
{
    ck_view(HEX, MQTT_50, "82 14 000a 07 26 0001 61 0001 62 0006 612f622f632f 01", plain,
        "   0  82                       1000 0010  Packet type and flags: 130   [2.1]\n"
        "                               1000 ....    Packet type: 8 SUBSCRIBE   [2.1.2]\n"
        "                               .... 0010    Flags: 2   [2.1.3]\n"
        "   1  14                       0001 0100  Remaining Length: 20   [2.1.4]\n"
        "   2  00 0a                               Packet Identifier: 10   [3.8.2]\n"
        "                                          Properties   [3.8.2.1]\n"
        "   4  07                       0000 0111    Property Length: 7   [2.2.2.1]\n"
        "                                            User Property   [3.8.2.1]\n"
        "   5  26                       0010 0110      Identifier: 38   [2.2.2.2]\n"
        "   6  00 01 61                                Name: \"a\"   [1.5.7]\n"
        "   9  00 01 62                                Value: \"b\"   [1.5.7]\n"
        "                                          Topic Filters   [3.8.3]\n"
        "  12  00 06 61 2f 62 2f 63 2f               Topic Filter: \"a/b/c/\"   [3.8.3]\n"
        "  20  01                       0000 0001    Subscription Options: 1   [3.8.3.1]\n"
        "                               00.. ....      Reserved: 0   [3.8.3.1]\n"
        "                               ..00 ....      Retain Handling: 0   [3.8.3.1]\n"
        "                               .... 0...      Retain As Published: 0   [3.8.3.1]\n"
        "                               .... .0..      No Local: 0   [3.8.3.1]\n"
        "                               .... ..01      Maximum QoS: 1   [3.8.3.1]\n");
    ck_view(HEX, MQTT_311, "30 0c 0001 61 303132333435363738", plain,
        "   0  30                       0011 0000  Packet type and flags: 48   [2.2]\n"
        "                               0011 ....    Packet type: 3 PUBLISH   [2.2.1]\n"
        "                               .... 0...    DUP flag: 0   [3.3.1.1]\n"
        "                               .... .00.    QoS level: 0   [3.3.1.2]\n"
        "                               .... ...0    RETAIN: 0   [3.3.1.3]\n"
        "   1  0c                       0000 1100  Remaining Length: 12   [2.2.3]\n"
        "   2  00 01 61                            Topic Name: \"a\"   [3.3.2.1]\n"
        "   5  30 31 32 33 34 35 36 37             Payload: \"012345678\"   [3.3.3]\n"
        "  13  38\n");
}
END_TEST
/* clang-format on */

/* Counts the bytes that a line of the hex view shows, at their offset. */
static void
count_bytes(const char *line, struct slice bytes, uint8_t *seen)
{
    char *p;
    size_t at = strtoul(line, &p, 10);
    if (strspn(line, " ") > 3 || p == line || strncmp(p, "  ", 2) != 0)
        return; /* bits or a heading: no offset in front */
    p += 2;
    for (int i = 0; i < 8 && isxdigit((unsigned char)p[0]); i++, p += 3) {
        int byte = hex_digit((uint8_t)p[0]) << 4 | hex_digit((uint8_t)p[1]);
        ck_assert_uint_lt(at, bytes.len);
        ck_assert_int_eq(byte, bytes.ptr[at]);
        seen[at++]++;
        if (p[2] != ' ')
            break;
    }
}

static void
ck_hex_shows_each_byte_once(struct slice bytes, enum mqtt_version v,
                            const char *name)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    struct mqtt_notes notes = {0};
    struct buf out = {0};
    uint8_t *seen = calloc(bytes.len + 1, 1);
    mqtt_decode(bytes, v, &p, &report, &notes);
    mqtt_print_hex(&out, bytes, &p, &notes, open_);
    buf_cstr(&out);
    for (const char *line = (char *)out.data; line && *line;) {
        count_bytes(line, bytes, seen);
        line = strchr(line, '\n');
        line += line != NULL;
    }
    for (size_t i = 0; i < bytes.len; i++)
        ck_assert_msg(seen[i] == 1, "%s: byte %zu of %zu shown %u times\n%s",
                      name, i, bytes.len, seen[i], (char *)out.data);
    free(seen);
    mqtt_notes_release(&notes);
    buf_release(&out);
}

START_TEST(the_hex_view_shows_every_byte_once)
{
    const struct mqtt_vector *v;
    struct buf bytes = {0};
    for (size_t i = 0; (v = mqtt_vector_at(i)); i++) {
        buf_clear(&bytes);
        mqtt_vector_bytes(&bytes, v);
        struct slice all = buf_slice(&bytes);
        ck_hex_shows_each_byte_once(all, v->version, v->name);
        for (size_t n = 1; n < all.len && n < 200; n++)
            ck_hex_shows_each_byte_once(slice_first(all, n), v->version,
                                        v->name);
    }
    buf_release(&bytes);
}
END_TEST

/* The offset grows beyond its column; the text behind it must give way. */
START_TEST(the_hex_view_of_a_million_bytes)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    struct buf payload = {0}, bytes = {0};
    buf_add_fill(&payload, 'x', 1000100);
    MQTT_SET(&p, topic, slice_str("a"));
    MQTT_SET(&p, payload, buf_slice(&payload));
    mqtt_encode(&bytes, &p);
    ck_hex_shows_each_byte_once(buf_slice(&bytes), MQTT_311, "a million");
    buf_release(&payload);
    buf_release(&bytes);
}
END_TEST

START_TEST(the_hex_view_says_what_it_leaves_out)
{
    struct read_in in = read_hex("30 17 0001 61 "
                                 "30313233343536373839303132333435363738 39",
                                 MQTT_311);
    struct buf out = {0};
    mqtt_print_hex(&out, buf_slice(&in.bytes), &in.packet, &in.notes,
                   (struct mqtt_print){false, 8});
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out),
                                 "Payload: \"01234567...\"   [3.3.3]\n"
                                 "  13  38 39 30 31 32 33 34 35\n"
                                 "      ... 4 more bytes\n"));
    buf_release(&out);
    release(&in);
}
END_TEST

START_TEST(a_type_that_does_not_exist_is_printed)
{
    ck_view(LINE, MQTT_50, "03 01 ff", plain, "type-0 flags=3");
    ck_view(TREE, MQTT_50, "00 00", plain,
            "reserved, MQTT 5.0\n"
            "  Packet type and flags: 0\n"
            "    Packet type: 0 reserved\n"
            "    Flags: 0\n"
            "  Remaining Length: 0\n");
}
END_TEST

TEST_MAIN(secrets_are_stars_unless_asked_for, long_text_is_cut_and_says_so,
          quotes_and_line_ends_are_escaped, a_tree, annotated_hex_of_a_connect,
          annotated_hex, the_hex_view_shows_every_byte_once,
          the_hex_view_of_a_million_bytes, the_hex_view_says_what_it_leaves_out,
          a_type_that_does_not_exist_is_printed)
