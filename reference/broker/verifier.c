/* verifier.c - a process that verifies passwords.
 * SPDX-License-Identifier: MIT */
#include "broker/verifier.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secret.h"

struct verifier {
    const struct passwords *passwords; /* borrowed */
    int fd;                            /* our end, or -1 */
    pid_t child;                       /* or 0 */
    uint64_t asked[VERIFIER_MOST];     /* questions under way */
    size_t asked_count;
};

/* What is longer than this is in no file: the child gets a name that nobody has,
 * and takes as long. */
struct question {
    uint64_t number;
    uint16_t user_len, password_len;
    uint8_t user[PASSWORDS_NAME_MAX];
    uint8_t password[PASSWORDS_TEXT_MAX];
};

struct answer {
    uint64_t number;
    uint8_t is_good;
};

/* --- the child ------------------------------------------------------------ */

static void
verify_all(int fd, const struct passwords *passwords)
{
    struct question q;
    while (recv(fd, &q, sizeof q, 0) == (ssize_t)sizeof q) {
        struct answer a;
        memset(&a, 0, sizeof a);
        a.number = q.number;
        a.is_good = passwords_verify(passwords, slice_of(q.user, q.user_len),
                                     slice_of(q.password, q.password_len));
        secret_wipe(&q, sizeof q);
        if (send(fd, &a, sizeof a, MSG_NOSIGNAL) != (ssize_t)sizeof a)
            return;
    }
}

/* Connections of clients, the listening sockets, the capture: none of that is
 * the child's, and a connection that it held open would never end. */
static void
close_all_but(int fd)
{
    if (fd != 3 && dup2(fd, 3) < 0)
        _exit(EXIT_FAILURE);
    if (close_range(4, ~0u, 0) < 0)
        _exit(EXIT_FAILURE);
}

static _Noreturn void
be_child(int fd, const struct passwords *passwords)
{
    signal(SIGINT, SIG_IGN); /* the broker says when it is over: by its end */
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_IGN);
    close_all_but(fd);
    verify_all(3, passwords);
    _exit(EXIT_SUCCESS);
}

/* --- the broker's end ----------------------------------------------------- */

int
verifier_restart(struct verifier *v, struct error *err)
{
    int pair[2];
    if (v->fd >= 0)
        return 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return error_errno(err, "no sockets to verify passwords with");
    pid_t child = fork();
    if (child == 0)
        be_child(pair[1], v->passwords);
    close(pair[1]);
    if (child < 0 || fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0) {
        close(pair[0]);
        return error_errno(err, "no process to verify passwords with");
    }
    v->fd = pair[0];
    v->child = child;
    return 0;
}

struct verifier *
verifier_new(const struct passwords *passwords, struct error *err)
{
    struct verifier *v = xcalloc(1, sizeof *v);
    v->passwords = passwords;
    v->fd = -1;
    if (verifier_restart(v, err) == 0)
        return v;
    free(v);
    return NULL;
}

static void
bury(struct verifier *v)
{
    if (v->fd < 0)
        return;
    close(v->fd); /* the child sees the end */
    kill(v->child, SIGKILL);
    while (waitpid(v->child, NULL, 0) < 0 && errno == EINTR)
        ;
    v->fd = -1;
    v->child = 0;
}

void
verifier_free(struct verifier *v)
{
    if (!v)
        return;
    bury(v);
    free(v);
}

int
verifier_fd(const struct verifier *v)
{
    return v->fd;
}

int
verifier_pid(const struct verifier *v)
{
    return (int)v->child;
}

bool
verifier_has_room(const struct verifier *v)
{
    return v->asked_count < VERIFIER_MOST;
}

bool
verifier_ask(struct verifier *v, const struct broker_login *login)
{
    struct question q;
    assert(verifier_has_room(v));
    bool fits = login->user_name.len <= sizeof q.user &&
                login->password.len <= sizeof q.password;
    memset(&q, 0, sizeof q);
    q.number = login->number;
    if (fits && login->user_name.len > 0)
        memcpy(q.user, login->user_name.ptr, login->user_name.len);
    if (fits && login->password.len > 0)
        memcpy(q.password, login->password.ptr, login->password.len);
    q.user_len = (uint16_t)(fits ? login->user_name.len : 0);
    q.password_len = (uint16_t)(fits ? login->password.len : 0);
    bool sent = v->fd >= 0 &&
                send(v->fd, &q, sizeof q, MSG_NOSIGNAL) == (ssize_t)sizeof q;
    secret_wipe(&q, sizeof q);
    if (sent)
        v->asked[v->asked_count++] = login->number;
    return sent;
}

static void
forget(struct verifier *v, uint64_t number)
{
    for (size_t i = 0; i < v->asked_count; i++)
        if (v->asked[i] == number)
            v->asked[i--] = v->asked[--v->asked_count];
}

enum verifier_said
verifier_next(struct verifier *v, uint64_t *number, enum broker_answer *answer)
{
    struct answer a;
    ssize_t n = v->fd < 0 ? 0 : recv(v->fd, &a, sizeof a, 0);
    if (n == (ssize_t)sizeof a) {
        forget(v, a.number);
        *number = a.number;
        *answer = a.is_good ? BROKER_LOGIN_GOOD : BROKER_LOGIN_BAD;
        return VERIFIER_ANSWERS;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return VERIFIER_NOTHING;
    return VERIFIER_DIED;
}

bool
verifier_left(struct verifier *v, uint64_t *number)
{
    if (v->asked_count == 0) {
        bury(v);
        return false;
    }
    *number = v->asked[--v->asked_count];
    return true;
}
