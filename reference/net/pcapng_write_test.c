/* pcapng_write_test.c - the capture, read back block by block, and by tshark.
 * SPDX-License-Identifier: MIT */
#include "net/pcapng_write.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/reader.h"
#include "base/test.h"

#define AT 1700000000000000u /* a time in microseconds */

/* What one packet block says. */
struct seen {
    unsigned from_port, to_port, flags, ip_id;
    uint32_t seq, ack;
    uint64_t time_us;
    struct slice payload; /* borrowed from the file */
    struct slice comment; /* empty when there is none */
};

static struct buf file;
static struct pcapng_stream stream;

static void
open_stream(void)
{
    pcapng_begin(&file, "a test");
    pcapng_open(&stream, &file, 40001, 1883, AT);
}

/* RFC 1071, written another way: sums with end-around carry to 0xffff. */
static unsigned
sum_words(unsigned sum, struct slice s)
{
    struct reader r = reader_of(s);
    while (reader_left(&r)) {
        sum += reader_left(&r) > 1 ? reader_u16(&r)
                                   : (unsigned)reader_u8(&r) << 8;
        if (sum > 0xffff)
            sum -= 0xffff;
    }
    return sum;
}

static void
read_ip(struct seen *p, struct slice packet)
{
    struct reader r = reader_of(packet);
    ck_assert_uint_eq(reader_u16(&r), 0x4500);
    ck_assert_uint_eq(reader_u16(&r), packet.len);
    p->ip_id = reader_u16(&r);
    ck_assert_uint_eq(sum_words(0, slice_first(packet, 20)), 0xffff);
    ck_assert_uint_eq(packet.ptr[9], 6);
    struct slice tcp = slice_from(packet, 20);
    unsigned pseudo = sum_words(6, slice_of(packet.ptr + 12, 8));
    pseudo = pseudo + (unsigned)tcp.len;
    ck_assert_uint_eq(sum_words(pseudo % 0xffff, tcp), 0xffff);
    r = reader_of(tcp);
    p->from_port = reader_u16(&r);
    p->to_port = reader_u16(&r);
    p->seq = reader_u32(&r);
    p->ack = reader_u32(&r);
    unsigned header = (reader_u8(&r) >> 4) * 4;
    p->flags = reader_u8(&r);
    p->payload = slice_from(tcp, header);
}

static void
read_packet(struct seen *p, struct slice body)
{
    struct reader r = reader_of(body);
    *p = (struct seen){0};
    ck_assert_uint_eq(reader_u32_le(&r), 0);
    p->time_us = (uint64_t)reader_u32_le(&r) << 32;
    p->time_us |= reader_u32_le(&r);
    uint32_t len = reader_u32_le(&r);
    ck_assert_uint_eq(reader_u32_le(&r), len);
    read_ip(p, reader_bytes(&r, len));
    reader_bytes(&r, (4 - len % 4) % 4);
    if (reader_left(&r)) {
        ck_assert_uint_eq(reader_u16_le(&r), 1);
        p->comment = reader_bytes(&r, reader_u16_le(&r));
        reader_bytes(&r, (4 - p->comment.len % 4) % 4);
        ck_assert_uint_eq(reader_u32(&r), 0);
    }
    ck_assert(!r.failed);
    ck_assert_uint_eq(reader_left(&r), 0);
}

/* All packets of the file, whose block structure is checked on the way. */
static size_t
read_file(struct seen *out, size_t max)
{
    struct reader r = reader_of(buf_slice(&file));
    size_t count = 0, blocks = 0;
    while (reader_left(&r)) {
        uint32_t type = reader_u32_le(&r), len = reader_u32_le(&r);
        ck_assert_uint_eq(len % 4, 0);
        struct slice body = reader_bytes(&r, len - 12);
        ck_assert_uint_eq(reader_u32_le(&r), len);
        ck_assert(!r.failed);
        uint32_t expected = blocks == 0 ? 0x0a0d0d0a : blocks == 1 ? 1 : 6;
        ck_assert_uint_eq(type, expected);
        if (blocks++ >= 2) {
            ck_assert_uint_lt(count, max);
            read_packet(&out[count++], body);
        }
    }
    return count;
}

START_TEST(the_handshake_comes_first)
{
    struct seen p[4];
    open_stream();
    ck_assert_uint_eq(read_file(p, 4), 3);
    ck_assert_uint_eq(p[0].flags, 0x02);
    ck_assert_uint_eq(p[0].from_port, 40001);
    ck_assert_uint_eq(p[0].to_port, 1883);
    ck_assert_uint_eq(p[1].flags, 0x12);
    ck_assert_uint_eq(p[1].from_port, 1883);
    ck_assert_uint_eq(p[1].ack, p[0].seq + 1);
    ck_assert_uint_eq(p[2].flags, 0x10);
    ck_assert_uint_eq(p[2].seq, p[0].seq + 1);
    ck_assert_uint_eq(p[2].ack, p[1].seq + 1);
    ck_assert_uint_eq(p[2].time_us, AT);
    ck_assert_uint_ne(p[1].ip_id, p[2].ip_id);
    buf_release(&file);
}
END_TEST

START_TEST(data_counts_up_both_ways)
{
    struct seen p[8];
    open_stream();
    pcapng_data(&stream, PCAPNG_CLIENT, slice_str("hello"), AT + 1, "greeting");
    pcapng_data(&stream, PCAPNG_SERVER, slice_str("hi"), AT + 2, NULL);
    pcapng_data(&stream, PCAPNG_CLIENT, slice_str(""), AT + 3, "nothing");
    pcapng_data(&stream, PCAPNG_CLIENT, slice_str("x"), AT + 4, "");
    ck_assert_uint_eq(read_file(p, 8), 6);
    ck_assert(slice_is(p[3].payload, "hello"));
    ck_assert(slice_is(p[3].comment, "greeting"));
    ck_assert_uint_eq(p[3].seq, p[2].seq);
    ck_assert_uint_eq(p[3].time_us, AT + 1);
    ck_assert_uint_eq(p[4].from_port, 1883);
    ck_assert_uint_eq(p[4].ack, p[3].seq + 5);
    ck_assert_uint_eq(p[4].comment.len, 0);
    ck_assert(slice_is(p[5].payload, "x"));
    ck_assert_uint_eq(p[5].seq, p[3].seq + 5);
    ck_assert_uint_eq(p[5].ack, p[4].seq + 2);
    ck_assert_uint_eq(p[5].comment.len, 0);
    buf_release(&file);
}
END_TEST

START_TEST(long_data_is_cut_into_segments)
{
    struct seen p[16];
    struct buf sent = {0}, got = {0};
    for (size_t i = 0; i < 2 * PCAPNG_SEGMENT_MAX + 3; i++)
        buf_add_byte(&sent, (uint8_t)(i * 31 + i / 256));
    open_stream();
    pcapng_data(&stream, PCAPNG_SERVER, buf_slice(&sent), AT, "long");
    ck_assert_uint_eq(read_file(p, 16), 6);
    for (int i = 3; i < 6; i++) {
        ck_assert_uint_eq(p[i].seq, p[1].seq + 1 + got.len);
        ck_assert_uint_eq(p[i].flags, i == 5 ? 0x18 : 0x10);
        ck_assert_uint_eq(p[i].comment.len, i == 3 ? 4 : 0);
        buf_add(&got, p[i].payload);
    }
    ck_assert_uint_eq(p[5].payload.len, 3);
    ck_assert(slice_equal(buf_slice(&sent), buf_slice(&got)));
    buf_release(&sent);
    buf_release(&got);
    buf_release(&file);
}
END_TEST

START_TEST(each_side_ends_for_itself)
{
    struct seen p[16];
    open_stream();
    pcapng_close(&stream, PCAPNG_CLIENT, PCAPNG_FIN, AT + 1);
    pcapng_data(&stream, PCAPNG_CLIENT, slice_str("late"), AT + 2, NULL);
    pcapng_data(&stream, PCAPNG_SERVER, slice_str("still"), AT + 3, NULL);
    pcapng_close(&stream, PCAPNG_SERVER, PCAPNG_FIN, AT + 4);
    pcapng_close(&stream, PCAPNG_SERVER, PCAPNG_RST, AT + 5);
    ck_assert_uint_eq(read_file(p, 16), 8);
    ck_assert_uint_eq(p[3].flags, 0x11);
    ck_assert_uint_eq(p[4].flags, 0x10);
    ck_assert_uint_eq(p[4].ack, p[3].seq + 1);
    ck_assert(slice_is(p[5].payload, "still"));
    ck_assert_uint_eq(p[6].flags, 0x11);
    ck_assert_uint_eq(p[7].ack, p[6].seq + 1);
    ck_assert_uint_eq(p[7].seq, p[3].seq + 1);
    buf_release(&file);
}
END_TEST

START_TEST(a_reset_ends_both)
{
    struct seen p[16];
    open_stream();
    pcapng_close(&stream, PCAPNG_SERVER, PCAPNG_RST, AT + 1);
    pcapng_data(&stream, PCAPNG_CLIENT, slice_str("late"), AT + 2, NULL);
    pcapng_close(&stream, PCAPNG_CLIENT, PCAPNG_FIN, AT + 3);
    ck_assert_uint_eq(read_file(p, 16), 4);
    ck_assert_uint_eq(p[3].flags, 0x14);
    ck_assert_uint_eq(p[3].from_port, 1883);
    buf_release(&file);
}
END_TEST

START_TEST(comments_of_every_length_are_padded)
{
    struct seen p[64];
    char text[20] = "";
    open_stream();
    for (int i = 0; i < 9; i++) {
        text[i] = 'c';
        pcapng_data(&stream, PCAPNG_CLIENT, slice_of(text, (size_t)i + 1), AT,
                    text);
    }
    ck_assert_uint_eq(read_file(p, 64), 12);
    for (size_t i = 0; i < 9; i++)
        ck_assert_uint_eq(p[3 + i].comment.len, i + 1);
    buf_release(&file);
}
END_TEST

/* An MQTT conversation, twice between the same ports, once reset. */
static void
speak_mqtt(void)
{
    static const uint8_t connect[] = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2,
                                      0, 60, 0, 1, 'a'};
    static const uint8_t connack[] = {0x20, 2, 0, 0};
    struct buf publish = {0};
    struct pcapng_stream s[2];
    buf_add(&publish, slice_of("\x30\xc4\xb8\x02\0\2t/", 8));
    buf_add_fill(&publish, 'p', 40000);
    pcapng_begin(&file, "a comment");
    for (int i = 0; i < 2; i++) {
        uint64_t at = AT + (uint64_t)i * 1000;
        pcapng_open(&s[i], &file, 40001, 1883, at);
        pcapng_data(&s[i], PCAPNG_CLIENT, slice_of(connect, 15), at + 1, "CO");
        pcapng_data(&s[i], PCAPNG_SERVER, slice_of(connack, 4), at + 2, NULL);
        pcapng_data(&s[i], PCAPNG_CLIENT, buf_slice(&publish), at + 3, "PU");
        pcapng_data(&s[i], PCAPNG_CLIENT, slice_of("\xe0", 2), at + 4, NULL);
        pcapng_close(&s[i], PCAPNG_CLIENT, i ? PCAPNG_RST : PCAPNG_FIN, at + 5);
        pcapng_close(&s[i], PCAPNG_SERVER, PCAPNG_FIN, at + 6);
    }
    buf_release(&publish);
}

/* Everything that `tshark options` prints about the file at path. */
static void
run_tshark(const char *path, const char *options, struct buf *out)
{
    char *command = xasprintf("tshark -r %s -o tcp.check_checksum:TRUE -o "
                              "ip.check_checksum:TRUE %s 2>/dev/null",
                              path, options);
    FILE *f = popen(command, "r");
    ck_assert_ptr_nonnull(f);
    for (size_t n = 1; n > 0; out->len += n)
        n = fread(buf_room(out, 4096), 1, 4096, f);
    ck_assert_int_eq(pclose(f), 0);
    free(command);
}

START_TEST(tshark_reads_it_without_complaint)
{
    char path[] = "/tmp/pcapng_write_test.XXXXXX";
    struct buf out = {0};
    /* Without it nothing was checked, which must not count as passed. */
    ck_assert_msg(system("tshark --version >/dev/null 2>&1") == 0,
                  "tshark is not installed; ci/deps peers installs it");
    speak_mqtt();
    int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, file.data, file.len), (ssize_t)file.len);
    close(fd);
    run_tshark(path, "-Y mqtt -T fields -e mqtt.msgtype", &out);
    ck_assert_str_eq(buf_cstr(&out), "1\n2\n3\n14\n1\n2\n3\n14\n");
    buf_clear(&out);
    run_tshark(path, "-T fields -e frame.comment -Y frame.comment", &out);
    ck_assert_str_eq(buf_cstr(&out), "CO\nPU\nCO\nPU\n");
    buf_clear(&out);
    /* Reused ports and resets are true and worth a note; nothing else is. */
    run_tshark(path, "-Y '_ws.malformed || tcp.analysis.flags && "
                     "!tcp.analysis.reused_ports || tcp.checksum.status == 0 "
                     "|| ip.checksum.status == 0'", &out);
    ck_assert_str_eq(buf_cstr(&out), "");
    unlink(path);
    buf_release(&out);
    buf_release(&file);
}
END_TEST

TEST_MAIN(the_handshake_comes_first, data_counts_up_both_ways,
          long_data_is_cut_into_segments, each_side_ends_for_itself,
          a_reset_ends_both, comments_of_every_length_are_padded,
          tshark_reads_it_without_complaint)
