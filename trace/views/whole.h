/* whole.h - views that need all of a conversation at once.
 * SPDX-License-Identifier: MIT
 *
 * One row each: what is asked for, and who makes it.                         */
#ifndef TRACE_VIEWS_WHOLE_H
#define TRACE_VIEWS_WHOLE_H

#include "base/error.h"
#include "trace/render/view.h"

struct whole {
    const struct conversation *conversation;
    const struct conversation *other; /* --diff: the second capture */
    const char *title, *other_title;  /* file names, without folders */
    uint64_t number;                  /* packet, or seed */
    bool is_json;
    bool tells_answers;
    struct mqtt_print print;
};

/* Is it one of these? Then the view keeps the conversation. */
bool whole_is(enum view_kind kind);

/* Appends it. -1 with err. */
int whole_print(struct buf *out, enum view_kind kind, const struct whole *w,
                struct error *err);

#endif
