/* view_test.c - what a view counts beside packets.
 * SPDX-License-Identifier: MIT */
#include "trace/render/view.h"

#include "base/test.h"

/* A TCP connection without a byte ends: who sent a SYN, who sent anything. */
static void
end(struct view *v, uint64_t frame, bool syn, bool answer, bool syn_back)
{
    struct stream_conn tcp = {.first_frame = frame};
    tcp.side[STREAM_CLIENT].is_start_seen = syn;
    tcp.side[STREAM_SERVER].is_seen = answer;
    tcp.side[STREAM_SERVER].is_start_seen = syn_back;
    struct model_conn c = {.app = UNWRAP_EMPTY, .tcp = &tcp};
    struct stream_mark mark = {.frame = frame};
    struct model_events events = view_events(v);
    events.on_close(events.user, &c, &mark);
}

START_TEST(connections_without_a_byte_are_told_apart)
{
    static const struct view_options lines = {.kind = VIEW_LINE};
    struct buf out = {0};
    struct view v;
    view_init(&v, &lines, &out);
    end(&v, 3, true, false, false);
    end(&v, 4, true, true, false);
    end(&v, 5, true, true, false);
    end(&v, 6, true, true, true);
    end(&v, 7, false, true, false); /* its start is not in the capture */
    ck_assert_uint_eq(v.empty[EMPTY_UNANSWERED].count, 1);
    ck_assert_uint_eq(v.empty[EMPTY_UNANSWERED].first_frame, 3);
    ck_assert_uint_eq(v.empty[EMPTY_REFUSED].count, 2);
    ck_assert_uint_eq(v.empty[EMPTY_REFUSED].first_frame, 4);
    ck_assert_uint_eq(v.empty[EMPTY_WORDLESS].count, 1);
    ck_assert_uint_eq(v.connections, 0);
    view_release(&v);
    buf_release(&out);
}
END_TEST

TEST_MAIN(connections_without_a_byte_are_told_apart)
