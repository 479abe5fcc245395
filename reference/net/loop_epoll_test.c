/* loop_epoll_test.c - the same tests for the loop with epoll.
 * SPDX-License-Identifier: MIT */
#define LOOP_TESTED "net/loop_epoll.c"
#include "net/loop_test.c"
