/* job.c - shell commands that make answers, beside the loop.
 * SPDX-License-Identifier: MIT */
#include "client/job.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mqtt/varint.h"

void
jobs_init(struct jobs *jobs)
{
    list_init(&jobs->list);
}

struct job *
job_new(struct jobs *jobs)
{
    if (jobs->count >= JOBS_MOST)
        return NULL;
    struct job *j = xcalloc(1, sizeof *j);
    j->jobs = jobs;
    j->out = j->watch.fd = -1;
    j->end_by_ms = TIMER_NEVER;
    list_push(&jobs->list, &j->link);
    jobs->count++;
    return j;
}

static void
job_free(struct job *j)
{
    if (j->watch.fd >= 0) {
        j->jobs->running -= j->watch.slot != 0;
        loop_remove(j->jobs->loop, &j->watch);
        close(j->watch.fd);
    }
    if (j->out >= 0)
        close(j->out);
    list_remove(&j->link);
    j->jobs->count--;
    buf_release(&j->topic);
    buf_release(&j->input);
    buf_release(&j->reply_to);
    buf_release(&j->properties);
    free(j);
}

static void
end(struct job *j, struct slice output, const char *why)
{
    j->jobs->done(j->jobs->owner, j, output, why);
    job_free(j);
}

/* ---- beginning ---------------------------------------------------------- */

static int
file_with(struct slice bytes)
{
    int fd = memfd_create("request", MFD_CLOEXEC);
    while (fd >= 0 && bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0) {
            close(fd);
            return -1;
        }
        bytes = slice_from(bytes, (size_t)n);
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

/* In the new process. Signals were blocked for our own use. */
static void
become(const char *command, const char *topic, int in, int out)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    setenv("TOPIC", topic, 1);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* ---- ending ------------------------------------------------------------- */

static int
read_all(struct buf *out, int fd)
{
    ssize_t n;
    lseek(fd, 0, SEEK_SET);
    while (out->len <= MQTT_VARINT_MAX &&
           (n = read(fd, buf_room(out, 65536), 65536)) > 0)
        out->len += (size_t)n;
    return out->len > MQTT_VARINT_MAX ? -1 : 0;
}

static void begin_next(struct jobs *jobs, uint64_t now_ms);

static void
on_ended(struct loop_watch *w, unsigned events)
{
    struct job *j = LIST_ITEM(w, struct job, watch);
    struct jobs *jobs = j->jobs;
    struct buf output = {0};
    char why[64] = "";
    int status = 0;
    (void)events;
    while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status))
        snprintf(why, sizeof why, "it was ended by signal %d",
                 WTERMSIG(status));
    else if (WEXITSTATUS(status))
        snprintf(why, sizeof why, "it ended with status %d",
                 WEXITSTATUS(status));
    else if (read_all(&output, j->out))
        snprintf(why, sizeof why, "it printed more than any packet can hold");
    end(j, buf_slice(&output), *why ? why : NULL);
    buf_release(&output);
    begin_next(jobs, clock_ms());
}

/* The group too: what the shell has started. */
static void
stop(const struct job *j)
{
    if (j->watch.fd >= 0) {
        kill(-j->pid, SIGKILL);
        kill(j->pid, SIGKILL);
    }
}

/* ---- from outside ------------------------------------------------------- */

/* 0, or -1 when the system has no process or descriptor for it. */
static int
begin(struct job *j)
{
    struct error err;
    const char *topic = buf_cstr(&j->topic);
    int in = file_with(buf_slice(&j->input));
    j->out = memfd_create("response", MFD_CLOEXEC);
    j->pid = in < 0 || j->out < 0 ? -1 : fork();
    if (j->pid == 0)
        become(j->jobs->command, topic, in, j->out);
    if (in >= 0)
        close(in);
    if (j->pid < 0)
        return -1;
    j->watch = (struct loop_watch){
        .fd = (int)syscall(SYS_pidfd_open, j->pid, 0),
        .wants = LOOP_READ,
        .ready = on_ended};
    if (j->watch.fd >= 0 && loop_add(j->jobs->loop, &j->watch, &err) == 0) {
        j->jobs->running++;
        return 0;
    }
    kill(j->pid, SIGKILL);
    waitpid(j->pid, NULL, 0);
    return -1;
}

static void
begin_one(struct job *j, uint64_t now_ms)
{
    if (begin(j)) {
        end(j, (struct slice){0}, "the system has no process for it");
        return;
    }
    j->end_by_ms = now_ms + j->jobs->most_ms;
}

static void
begin_next(struct jobs *jobs, uint64_t now_ms)
{
    LIST_EACH(link, &jobs->list) {
        struct job *j = LIST_ITEM(link, struct job, link);
        if (jobs->running >= JOBS_RUNNING)
            return;
        if (j->watch.fd < 0)
            begin_one(j, now_ms);
    }
}

void
job_start(struct job *j, uint64_t now_ms)
{
    begin_next(j->jobs, now_ms);
}

uint64_t
jobs_tick(struct jobs *jobs, uint64_t now_ms)
{
    uint64_t next_ms = TIMER_NEVER;
    LIST_EACH(link, &jobs->list) {
        struct job *j = LIST_ITEM(link, struct job, link);
        if (now_ms >= j->end_by_ms) {
            stop(j); /* on_ended will come */
            j->end_by_ms = TIMER_NEVER;
        }
        if (j->end_by_ms < next_ms)
            next_ms = j->end_by_ms;
    }
    return next_ms;
}

void
jobs_release(struct jobs *jobs)
{
    LIST_EACH(link, &jobs->list) {
        struct job *j = LIST_ITEM(link, struct job, link);
        stop(j);
        if (j->watch.fd >= 0)
            waitpid(j->pid, NULL, 0);
        job_free(j);
    }
}
