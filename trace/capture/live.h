/* live.h - capturing from a network interface.
 * SPDX-License-Identifier: MIT
 *
 * Opening needs a privilege (root, or CAP_NET_RAW); reading does not. So after
 * opening, root becomes the user that SUDO_UID names, or else nobody.        */
#ifndef TRACE_CAPTURE_LIVE_H
#define TRACE_CAPTURE_LIVE_H

#include "trace/capture/capture.h"

struct live_options {
    const char *interface; /* "lo", "any"; NULL: do not */
    uint64_t max_frames;   /* stop after so many; 0: at SIGINT or SIGTERM */
};

/* NULL, with err filled, when there is no such interface, no right to it, or
 * the filter is wrong. `filter` may be NULL. SIGINT and SIGTERM end the
 * capture as a file ends. */
struct capture *live_open(const struct live_options *options,
                          const char *filter, struct error *err);

#endif
