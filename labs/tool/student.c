/* student.c - linked into every test of a student's code.
 * SPDX-License-Identifier: MIT
 *
 * A test has more outcomes than right and wrong: "not written", an endless loop, an
 * exit() in the middle, processes without end. Each is told by a status of its own
 * and a line in the log, with the student's line where one is known; the grader
 * never hangs and never takes an early end for a pass.
 *
 * Check runs each test in a child; what the Nth child writes goes to $LAB_LOG.N, so
 * that a report of a sanitizer belongs to one test.                             */
#include "labs/tool/student.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <ucontext.h>

#undef exit
#undef _exit

enum {
    ENDED = 70,
    NOT_WRITTEN = 77,
    TOO_LONG = 78,
    TOO_MANY = 79,
    TOO_MUCH = 80,
    WAIT_FIRST = 10,    /* seconds until somebody looks whether it waits */
    WAIT_LOOK = 2,      /* and from then on */
    WAIT_LOOKS = 4,     /* so often without computing is for ever */
    WAIT_PROGRAM = 150, /* all seconds of the wall, less than Check's patience */
    FORKS_MAX = 4,      /* by a test, and by each of its children */
    BLOCK_COST = 48     /* bytes that a block costs beside its own, about */
};

/* Process-wide by nature: they follow fork(). */
static pid_t first;     /* the process that runs the tests */
static unsigned forks;  /* so far: in `first` tests begun, else processes made */
static int log_fd = -1; /* where the messages below go; survives a close(2) */
static clock_t computed; /* processor time when the watchdog last looked */
static int idle;         /* looks since then at which it had not grown */
static int looks;        /* of the watchdog, all */
static unsigned *loops;  /* by tests so far; shared with them */
static size_t held;      /* bytes of blocks allocated and not freed */

/* Of the sanitizers, which the tests are built with. */
__attribute__((weak)) void __sanitizer_print_stack_trace(void);
__attribute__((weak)) void __sanitizer_symbolize_pc(void *pc, const char *format,
                                                     char *out, size_t size);
__attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(
    void (*taken)(const volatile void *, size_t),
    void (*freed)(const volatile void *));
__attribute__((weak)) int __sanitizer_get_ownership(const volatile void *block);
__attribute__((weak)) size_t
__sanitizer_get_allocated_size(const volatile void *block);

static void
say(const char *text)
{
    int fd = log_fd < 0 || fcntl(log_fd, F_GETFD) < 0 ? STDERR_FILENO : log_fd;
    dprintf(fd, "%s\n", text);
}

void
not_written(const char *hole)
{
    char text[80];
    snprintf(text, sizeof text, "not written: %s", hole);
    say(text);
    const char *path = getenv("LAB_HOLES");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (out) {
        fprintf(out, "%s\n", hole);
        fclose(out);
    }
    _exit(NOT_WRITTEN);
}

void
student_exit(int status, const char *function, const char *file, int line)
{
    char text[512];
    if (!getenv("LAB_SECONDS"))
        exit(status);
    snprintf(text, sizeof text,
             "ERROR: ended by the code: exit(%d)\n    #0 0x0 in %s %s:%d",
             status, function, file, line);
    say(text);
    _exit(ENDED);
}

/* The line that was interrupted, which a walk along the frames leaves out. */
static void
say_where(void *context)
{
    char text[512] = "";
    void *pc = NULL;
#if defined __x86_64__
    pc = (void *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined __aarch64__
    pc = (void *)((ucontext_t *)context)->uc_mcontext.pc;
#else
    (void)context;
#endif
    if (pc && __sanitizer_symbolize_pc) /* which takes it for a return address */
        __sanitizer_symbolize_pc((char *)pc + 1, "    #0 %p in %f %s:%l", text,
                                 sizeof text);
    say(text);
}

/* Not safe in a signal handler in general; the process is lost anyway, and a
 * watchdog (RLIMIT_CPU's hard limit) ends it if this should hang. */
static void
took_too_long(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    (void)info;
    if (loops)
        ++*loops;
    say("ERROR: endless loop");
    say_where(context);
    if (__sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    _exit(TOO_LONG);
}

/* Who waits for what never comes gets no time, however busy the machine is; who
 * computes gets some, and so is left to RLIMIT_CPU. */
static void
look(int signal_number, siginfo_t *info, void *context)
{
    clock_t now = clock();
    idle = now - computed < CLOCKS_PER_SEC / 200 ? idle + 1 : 0;
    computed = now;
    if (idle >= WAIT_LOOKS ||
        WAIT_FIRST + ++looks * WAIT_LOOK > WAIT_PROGRAM)
        took_too_long(signal_number, info, context);
    alarm(WAIT_LOOK);
}

/* Once it is clear that it loops, a few seconds each are enough. */
static void
limit_time(void)
{
    unsigned long seconds = strtoul(getenv("LAB_SECONDS"), NULL, 10);
    if (loops && *loops > 1 && seconds > 2)
        seconds = 2;
    struct rlimit limit = {seconds, seconds + 2};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART};
    action.sa_sigaction = took_too_long;
    sigaction(SIGXCPU, &action, NULL);
    setrlimit(RLIMIT_CPU, &limit);
    action.sa_sigaction = look;
    sigaction(SIGALRM, &action, NULL);
    alarm(WAIT_FIRST);
}

/* --- memory ---------------------------------------------------------------- */

/* The sanitizers' own limit is looked after by a thread, which a test's process, a
 * child, does not have; and setrlimit() would count their shadow memory. So each
 * block is counted. What is tested has one
 * thread, so nothing guards the count. */
static const size_t HELD_MAX = (size_t)1 << 30;

static void
block_taken(const volatile void *block, size_t size)
{
    if (!block)
        return;
    held += size + BLOCK_COST;
    if (held <= HELD_MAX)
        return;
    held = 0; /* what follows may allocate */
    say("ERROR: out of memory: more than 1 GiB allocated");
    if (__sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    _exit(TOO_MUCH);
}

static void
block_freed(const volatile void *block)
{
    if (!__sanitizer_get_ownership(block))
        return; /* what that is the sanitizer says */
    size_t size = __sanitizer_get_allocated_size(block) + BLOCK_COST;
    held -= size < held ? size : held;
}

/* --- processes ------------------------------------------------------------ */

static void
before_fork(void)
{
    forks++;
    if ((getpid() == first && getenv("LAB_LOG")) || forks <= FORKS_MAX)
        return;
    say("ERROR: too many processes");
    if (__sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    kill(0, SIGTERM); /* of this test: Check gives each a group of its own */
    _exit(TOO_MANY);
}

static void
in_child(void)
{
    const char *path = getenv("LAB_LOG");
    char name[4096];
    if (getppid() != first || !path)
        return;
    snprintf(name, sizeof name, "%s.%u", path, forks);
    forks = 0;
    limit_time();
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
    if (fd < 0)
        return;
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 200);
    close(fd);
}

/* The runner of unit tests is no student's code, and takes its time. */
__attribute__((constructor)) static void
begin(void)
{
    if (!getenv("LAB_SECONDS"))
        return;
    first = getpid();
    loops = mmap(NULL, sizeof *loops, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (loops == MAP_FAILED)
        loops = NULL;
    if (__sanitizer_install_malloc_and_free_hooks)
        __sanitizer_install_malloc_and_free_hooks(block_taken, block_freed);
    pthread_atfork(before_fork, NULL, in_child);
    if (!getenv("LAB_LOG"))
        limit_time();
}

/* --- Check, by the linker's --wrap ------------------------------------------ */

void __wrap__mark_point(const char *file, int line);
__attribute__((weak)) _Noreturn void
__real__ck_assert_failed(const char *file, int line, const char *expr,
                         const char *msg, ...); /* not in the runner */
_Noreturn void __wrap__ck_assert_failed(const char *file, int line,
                                        const char *expr, const char *msg, ...);

/* Check reports every assertion that holds to its runner, which costs more than
 * the tests. */
void
__wrap__mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

/* One that fails often stands in a helper: the log says who called it. */
void
__wrap__ck_assert_failed(const char *file, int line, const char *expr,
                         const char *msg, ...)
{
    char text[4096] = "";
    va_list args;
    if (msg) {
        va_start(args, msg);
        vsnprintf(text, sizeof text, msg, args);
        va_end(args);
    }
    if (__sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    /* Without words of its own it is told as the expression. */
    __real__ck_assert_failed(file, line, expr, *text ? "%s" : NULL, text);
}
