/* bench_meter_test.c - what a process has used.
 * SPDX-License-Identifier: MIT */
#include "client/bench_meter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"

START_TEST(work_shows_in_the_time_of_the_process)
{
    struct bench_meter before, after;
    struct error err;
    ck_assert_int_eq(bench_meter_read(&before, (uint64_t)getpid(), &err), 0);
    do { /* until the scheduler has counted some of it */
        for (volatile int i = 0; i < 1000000; i++)
            ;
        ck_assert_int_eq(bench_meter_read(&after, (uint64_t)getpid(), &err),
                         0);
    } while (after.cpu_ns == before.cpu_ns);
    ck_assert_uint_gt(after.cpu_ns, before.cpu_ns);
}
END_TEST

START_TEST(memory_in_use_shows)
{
    enum { MIB = 64 };
    struct bench_meter before, after;
    struct error err;
    ck_assert_int_eq(bench_meter_read(&before, (uint64_t)getpid(), &err), 0);
    volatile char *memory = malloc(MIB << 20);
    for (size_t i = 0; i < (size_t)MIB << 20; i += 4096)
        memory[i] = 1;
    ck_assert_int_eq(bench_meter_read(&after, (uint64_t)getpid(), &err), 0);
    ck_assert_uint_gt(after.rss_bytes,
                      before.rss_bytes + ((uint64_t)MIB << 19));
    free((void *)memory);
}
END_TEST

START_TEST(a_process_that_is_not_there)
{
    struct bench_meter m;
    struct error err;
    ck_assert_int_eq(bench_meter_read(&m, 0x7fffffff, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "/proc/2147483647"));
    ck_assert_uint_eq(m.cpu_ns, 0);
}
END_TEST

TEST_MAIN(work_shows_in_the_time_of_the_process, memory_in_use_shows,
          a_process_that_is_not_there)
