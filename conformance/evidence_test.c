/* evidence_test.c - captures of scenarios.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "conformance/evidence.h"
#include "conformance/report/sample_run.h"

static struct result_run run;
static struct buf out;

static void
begin(void)
{
    sample_run(&run);
    out = (struct buf){0};
}

static void
end(void)
{
    result_run_release(&run);
    buf_release(&out);
}

static size_t
times_in(struct slice hay, struct slice needle)
{
    size_t count = 0;
    for (size_t i = 0; i + needle.len <= hay.len; i++)
        count += memcmp(hay.ptr + i, needle.ptr, needle.len) == 0;
    return count;
}

static size_t
times(const char *text)
{
    return times_in(buf_slice(&out), slice_str(text));
}

START_TEST(every_packet_is_there_with_its_line)
{
    begin();
    const struct result_scenario *s = &run.scenarios[8];
    evidence_capture(&out, &run, s);
    for (size_t i = 0; i < s->event_count; i++) {
        struct slice bytes = result_bytes(s, &s->events[i]);
        if (bytes.len)
            ck_assert_uint_ge(times_in(buf_slice(&out), bytes), 1);
    }
    ck_assert_uint_eq(times("scenarios/qos/qos2.scn:31  sub < PUBLISH"), 2);
    ck_assert_uint_eq(times("fail: MQTT-4.3.3-10\nexpected 1\n"), 1);
    ck_assert_uint_eq(times("qos/qos2/duplicate-after-resume, MQTT 5.0 over "
                            "tcp: fail"), 1);
    end();
}
END_TEST

START_TEST(a_note_goes_with_the_packet_after_it)
{
    begin();
    struct result_scenario *s = &run.scenarios[2];
    sample_ack(s, EVENT_GOT, 0, 2500, 9, MQTT_PUBACK, 9);
    evidence_capture(&out, &run, s);
    ck_assert_uint_eq(times("only the broker speaks\nscenarios/connect/"
                            "flags.scn:9  c < PUBACK"), 0);
    s->events[s->event_count - 2] = s->events[s->event_count - 1];
    s->event_count--; /* now it comes before the close */
    buf_clear(&out);
    evidence_capture(&out, &run, s);
    ck_assert_uint_eq(times("only the broker speaks\nscenarios/connect/"
                            "flags.scn:9  c < PUBACK"), 1);
    end();
}
END_TEST

START_TEST(both_tries_are_in_it)
{
    begin();
    evidence_capture(&out, &run, &run.scenarios[10]);
    ck_assert_uint_eq(times("c > CONNECT"), 2);
    end();
}
END_TEST

START_TEST(names_suit_every_file_system)
{
    begin();
    evidence_name(&out, &run.scenarios[8]);
    ck_assert_str_eq(buf_cstr(&out),
                     "qos.qos2.duplicate-after-resume.5.0.tcp.pcapng");
    buf_clear(&out);
    result_set(&run.scenarios[8].id, "a/b c:\xc3\xa4");
    evidence_name(&out, &run.scenarios[8]);
    ck_assert_str_eq(buf_cstr(&out), "a.b_c___.5.0.tcp.pcapng");
    end();
}
END_TEST

START_TEST(it_is_written_where_one_wants_it)
{
    char base[] = "/tmp/plumb-evidence-XXXXXX";
    struct error err = {{0}};
    struct stat st;

    ck_assert_ptr_nonnull(mkdtemp(base));
    begin();
    struct result_scenario *s = &run.scenarios[9];
    buf_printf(&out, "%s/a/b", base);
    ck_assert_int_eq(evidence_write(buf_cstr(&out), &run, s, &err), 0);
    ck_assert_int_eq(stat(s->evidence, &st), 0);
    ck_assert_int_gt(st.st_size, 200);

    /* where a file stands in the way */
    char *blocked = xasprintf("%s/c", s->evidence);
    ck_assert_int_eq(evidence_write(blocked, &run, s, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot be made"));
    free(blocked);

    /* nothing said: no file */
    ck_assert_int_eq(evidence_write("", &run, &run.scenarios[4], &err), 0);
    ck_assert_ptr_null(run.scenarios[4].evidence);

    unlink(s->evidence);
    rmdir(buf_cstr(&out));
    out.data[out.len - 2] = 0;
    rmdir((char *)out.data);
    rmdir(base);
    end();
}
END_TEST

TEST_MAIN(every_packet_is_there_with_its_line,
          a_note_goes_with_the_packet_after_it, both_tries_are_in_it,
          names_suit_every_file_system, it_is_written_where_one_wants_it)
