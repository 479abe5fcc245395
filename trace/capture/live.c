/* live.c - capturing from a network interface.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/capture/live.h"

#include <errno.h>
#include <grp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/capture/pcap_frame.h"
#include "trace/capture/source.h"

#define BUFFER_LEN (8 << 20) /* bytes the kernel keeps for us */
#define NOBODY 65534

struct live {
    struct source base;  /* first */
    pcap_t *pcap;        /* owned */
    int stop;            /* signalfd of SIGINT and SIGTERM, owned */
    uint64_t left;       /* frames still wanted; 0: no limit */
    bool is_over;
};

/* Waits for a frame; false when it is time to end. */
static bool
wait_for_frame(const struct live *l)
{
    struct pollfd fds[2] = {
        {.fd = pcap_get_selectable_fd(l->pcap), .events = POLLIN},
        {.fd = l->stop, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0)
        if (errno != EINTR)
            return false;
    return !(fds[1].revents & POLLIN);
}

static int
next_frame(struct source *s, struct capture_frame *out, struct error *err)
{
    struct live *l = (struct live *)s;
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int got = 0;
    while (!l->is_over && (got = pcap_next_ex(l->pcap, &header, &bytes)) == 0)
        l->is_over = !wait_for_frame(l);
    if (l->is_over)
        return 0;
    if (got != 1)
        return error_set(err, "%s", pcap_geterr(l->pcap));
    if (l->left && --l->left == 0)
        l->is_over = true;
    pcap_frame(out, (uint32_t)pcap_datalink(l->pcap), header, bytes);
    return 1;
}

static void
close_live(struct source *s)
{
    struct live *l = (struct live *)s;
    pcap_close(l->pcap);
    if (l->stop >= 0)
        close(l->stop);
    free(l);
}

static pcap_t *
open_interface(const char *name, struct error *err)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    pcap_t *p = pcap_create(name, why);
    if (!p) {
        error_set(err, "interface %s: %s", name, why);
        return NULL;
    }
    pcap_set_snaplen(p, PCAP_SNAPLEN);
    pcap_set_buffer_size(p, BUFFER_LEN);
    pcap_set_immediate_mode(p, 1);
    pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
    int got = pcap_activate(p);
    if (got >= 0 && pcap_get_tstamp_precision(p) ==
                        PCAP_TSTAMP_PRECISION_NANO &&
        pcap_setnonblock(p, 1, why) == 0)
        return p;
    bool is_right = got == PCAP_ERROR_PERM_DENIED;
    error_set(err, "interface %s: %s%s", name,
              got < 0 ? pcap_statustostr(got) : "cannot be read",
              is_right ? "; capturing needs root or CAP_NET_RAW" : "");
    pcap_close(p);
    return NULL;
}

/* Root has done its part. */
static int
drop_privileges(struct error *err)
{
    const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");
    if (geteuid() != 0)
        return 0;
    uid_t user = uid ? (uid_t)strtoul(uid, NULL, 10) : NOBODY;
    gid_t group = gid ? (gid_t)strtoul(gid, NULL, 10) : NOBODY;
    if (user == 0)
        user = NOBODY;
    if (group == 0)
        group = NOBODY;
    if (setgroups(0, NULL) < 0 || setgid(group) < 0 || setuid(user) < 0)
        return error_errno(err, "cannot drop root's privileges");
    return 0;
}

static int
stop_signals(struct error *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    return fd < 0 ? error_errno(err, "signalfd") : fd;
}

struct capture *
live_open(const struct live_options *options, const char *filter,
          struct error *err)
{
    static const struct source source = {.next = next_frame,
                                         .close = close_live};
    pcap_t *pcap = open_interface(options->interface, err);
    if (!pcap)
        return NULL;
    struct live *l = xcalloc(1, sizeof *l);
    l->base = source;
    l->pcap = pcap;
    l->left = options->max_frames;
    l->stop = stop_signals(err);
    if (l->stop < 0 || drop_privileges(err) < 0) {
        close_live(&l->base);
        return NULL;
    }
    return capture_of(&l->base, options->interface, filter, err);
}
