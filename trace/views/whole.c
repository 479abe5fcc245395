/* whole.c - views that need all of a conversation at once.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/views/whole.h"

#include "trace/render/state_print.h"
#include "trace/views/diff.h"
#include "trace/views/exercise.h"
#include "trace/views/follow.h"
#include "trace/views/to_scenario.h"

static int
print_follow(struct buf *out, const struct whole *w, struct error *err)
{
    return follow_print(out, w->conversation, w->number, w->print, err);
}

static int
print_state(struct buf *out, const struct whole *w, struct error *err)
{
    struct state s;
    int result = state_at(&s, w->conversation, w->number, err);
    if (result == 0 && w->is_json) {
        state_json(out, &s);
        buf_add_byte(out, '\n');
    } else if (result == 0) {
        state_print(out, &s);
    }
    state_release(&s);
    return result;
}

static int
print_diff(struct buf *out, const struct whole *w, struct error *err)
{
    (void)err;
    diff_print(out, w->conversation, w->other, w->title, w->other_title);
    return 0;
}

static int
print_scenario(struct buf *out, const struct whole *w, struct error *err)
{
    return to_scenario_print(out, w->conversation, w->title, err);
}

static int
print_exercise(struct buf *out, const struct whole *w, struct error *err)
{
    return exercise_print(out, w->conversation, w->title, w->number,
                          w->tells_answers, err);
}

static const struct {
    enum view_kind kind;
    int (*print)(struct buf *out, const struct whole *w, struct error *err);
} rows[] = {
    /* kind         who makes it */
    {VIEW_FOLLOW,   print_follow},
    {VIEW_AT,       print_state},
    {VIEW_DIFF,     print_diff},
    {VIEW_SCENARIO, print_scenario},
    {VIEW_EXERCISE, print_exercise},
};
enum { ROWS = sizeof rows / sizeof *rows };

bool
whole_is(enum view_kind kind)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind)
            return true;
    return false;
}

int
whole_print(struct buf *out, enum view_kind kind, const struct whole *w,
            struct error *err)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind)
            return rows[i].print(out, w, err);
    return 0;
}
