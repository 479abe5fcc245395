/* job_test.c - commands that make answers.
 * SPDX-License-Identifier: MIT */
#include "client/job.h"

#include "base/clock.h"
#include "base/test.h"

struct log {
    struct buf text; /* what was told */
};

static void
on_done(void *owner, const struct job *j, struct slice output, const char *why)
{
    struct log *log = owner;
    buf_printf(&log->text, "%.*s=%.*s%s;", SLICE_ARG(buf_slice(&j->topic)),
               SLICE_ARG(output), why ? why : "");
}

static void
open_jobs(struct jobs *jobs, const char *command, struct log *log)
{
    struct error err;
    *jobs = (struct jobs){.loop = loop_new(&err), .command = command,
                          .most_ms = 60000, .owner = log, .done = on_done};
    jobs_init(jobs);
}

static void
close_jobs(struct jobs *jobs, struct log *log)
{
    jobs_release(jobs);
    loop_free(jobs->loop);
    buf_release(&log->text);
}

static void
start(struct jobs *jobs, const char *topic, const char *input)
{
    struct job *j = job_new(jobs);
    ck_assert_ptr_nonnull(j);
    buf_add_str(&j->topic, topic);
    buf_add_str(&j->input, input);
    job_start(j, clock_ms());
}

static void
finish(struct jobs *jobs)
{
    struct error err;
    while (jobs->count > 0)
        ck_assert_int_eq(loop_turn(jobs->loop, 20000, &err), 0);
}

START_TEST(answers)
{
    static const struct {
        const char *command, *told;
    } rows[] = {
        {"tr a-z A-Z", "t=HEY;"},
        {"echo \"$TOPIC\"", "t=t\n;"},
        {"true", "t=;"},
        {"exit 3", "t=it ended with status 3;"},
        {"kill -9 $$", "t=it was ended by signal 9;"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct log log = {0};
        struct jobs jobs;
        open_jobs(&jobs, rows[i].command, &log);
        start(&jobs, "t", "hey");
        finish(&jobs);
        ck_assert_str_eq(buf_cstr(&log.text), rows[i].told);
        close_jobs(&jobs, &log);
    }
}
END_TEST

START_TEST(only_so_many_at_a_time)
{
    struct log log = {0};
    struct jobs jobs;
    open_jobs(&jobs, "cat", &log);
    for (int i = 0; i < 3 * JOBS_RUNNING; i++) {
        start(&jobs, "t", "x");
        ck_assert_uint_le(jobs.running, JOBS_RUNNING);
    }
    ck_assert_uint_eq(jobs.count, 3 * JOBS_RUNNING);
    finish(&jobs);
    ck_assert_uint_eq(log.text.len, 3 * JOBS_RUNNING * strlen("t=x;"));
    close_jobs(&jobs, &log);
}
END_TEST

START_TEST(too_long_is_ended)
{
    struct log log = {0};
    struct jobs jobs;
    open_jobs(&jobs, "sleep 1000", &log);
    start(&jobs, "t", "");
    uint64_t due_ms = jobs_tick(&jobs, clock_ms());
    ck_assert_uint_le(due_ms, clock_ms() + 60000);
    ck_assert(jobs_tick(&jobs, due_ms) == TIMER_NEVER);
    finish(&jobs);
    ck_assert_str_eq(buf_cstr(&log.text), "t=it was ended by signal 9;");
    close_jobs(&jobs, &log);
}
END_TEST

START_TEST(release_ends_what_runs)
{
    struct log log = {0};
    struct jobs jobs;
    open_jobs(&jobs, "sleep 1000", &log);
    start(&jobs, "t", "");
    jobs_release(&jobs);
    ck_assert_uint_eq(jobs.count, 0);
    ck_assert_uint_eq(log.text.len, 0);
    close_jobs(&jobs, &log);
}
END_TEST

TEST_MAIN(answers, only_so_many_at_a_time, too_long_is_ended,
          release_ends_what_runs)
