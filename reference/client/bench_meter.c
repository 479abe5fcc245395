/* bench_meter.c - what a process has used: processor time and memory (Linux).
 * SPDX-License-Identifier: MIT */
#include "client/bench_meter.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

/* The number behind `word` in the text; 0 when it is not there. */
static uint64_t
number_after(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at ? strtoull(at + strlen(word), NULL, 10) : 0;
}

static uint64_t
thread_ns(uint64_t pid, const char *thread)
{
    char path[400];
    struct buf text = {0};
    struct error err;
    uint64_t ns = 0;
    snprintf(path, sizeof path, "/proc/%llu/task/%s/schedstat",
             (unsigned long long)pid, thread);
    if (file_read(&text, path, &err) == 0) /* else it has just ended */
        ns = strtoull(buf_cstr(&text), NULL, 10);
    buf_release(&text);
    return ns;
}

int
bench_meter_read(struct bench_meter *m, uint64_t pid, struct error *err)
{
    char path[64];
    struct buf text = {0};
    struct dirent *entry;
    *m = (struct bench_meter){0};
    snprintf(path, sizeof path, "/proc/%llu/task", (unsigned long long)pid);
    DIR *threads = opendir(path);
    if (!threads)
        return error_errno(err, "%s", path);
    while ((entry = readdir(threads)))
        if (entry->d_name[0] != '.')
            m->cpu_ns += thread_ns(pid, entry->d_name);
    closedir(threads);
    snprintf(path, sizeof path, "/proc/%llu/status", (unsigned long long)pid);
    int result = file_read(&text, path, err);
    if (result == 0)
        m->rss_bytes = 1024 * number_after(buf_cstr(&text), "VmRSS:");
    buf_release(&text);
    return result;
}
