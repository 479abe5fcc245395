/* view.h - from a model's events to what the user asked to see.
 * SPDX-License-Identifier: MIT
 *
 * One view per run. Text appears packet by packet; a summary comes when a
 * connection ends; a diagram when everything has been seen.                  */
#ifndef TRACE_RENDER_VIEW_H
#define TRACE_RENDER_VIEW_H

#include "trace/model/conversation.h"
#include "trace/model/model.h"
#include "trace/model/why.h"
#include "trace/render/capture_page.h"
#include "trace/model/packet_filter.h"
#include "trace/render/drawing.h"
#include "trace/render/ends.h"
#include "trace/render/line.h"
#include "trace/render/stats.h"
#include "trace/render/tsv.h"

enum view_kind {
    VIEW_LINE,     /* a line per packet */
    VIEW_TREE,     /* and its fields as a tree */
    VIEW_HEX,      /* and its bytes, field by field */
    VIEW_JSON,     /* JSON lines */
    VIEW_TSV,      /* a table */
    VIEW_SUMMARY,  /* a line per connection */
    VIEW_STATS,    /* totals */
    VIEW_SEQUENCE, /* the sequence diagram */
    VIEW_DIAGRAM,  /* the diagram of one packet */
    VIEW_PAGE,     /* one HTML page of it all */
    VIEW_MACHINE,  /* the state machines of a packet's exchange */
    VIEW_TWIN,     /* the tree, as 3.1.1 and as 5.0 */
    VIEW_FOLLOW,   /* from here on: of a whole capture (trace/views) */
    VIEW_AT,
    VIEW_DIFF,
    VIEW_SCENARIO,
    VIEW_REDACT,
    VIEW_EXERCISE,
};

struct view_options {
    enum view_kind kind;
    struct mqtt_print print; /* secrets, text lengths */
    struct packet_filter only; /* what is shown */
    bool tells_ends;         /* text views: a line when a connection ends */
    bool is_gathered;        /* VIEW_SUMMARY: all at the end, overview first */
    int width;               /* columns for a sequence diagram; 0: any */
    const char *title;       /* of a diagram; borrowed */
};

/* TCP connections in which nobody said a word. */
enum view_empty { EMPTY_UNANSWERED, EMPTY_REFUSED, EMPTY_WORDLESS, EMPTIES };

struct view_empties {
    uint64_t count;
    uint64_t first_frame; /* of the first of them */
};

struct view {
    struct view_options options;
    struct buf *out;           /* borrowed; text is appended */
    struct line_style style;
    struct tsv tsv;
    struct mqtt_notes notes;
    struct conversation *kept; /* VIEW_SEQUENCE */
    struct lint *lint;         /* VIEW_SEQUENCE: judges what is kept; owned */
    struct model_events to_lint; /* what it wants to be told */
    struct drawing *drawing;   /* of a diagram, once it is made; owned */
    struct buf dot;            /* VIEW_MACHINE: the graph */
    bool is_live;              /* show things as they come */
    struct stats stats;        /* VIEW_STATS */
    struct capture_page *page; /* VIEW_PAGE; owned */
    struct why why;            /* VIEW_SUMMARY */
    struct ends ends;          /* VIEW_SUMMARY */
    struct buf gathered;       /* lines that wait for the overview */
    uint64_t shown;            /* packets that passed the filters */
    uint64_t connections;      /* with MQTT */
    uint64_t others;           /* TCP connections without */
    uint64_t of_app[UNWRAP_OTHER + 1]; /* TCP connections by what they are */
    struct view_empties empty[EMPTIES];
};

/* `out` is appended to; the caller empties it now and then. */
void view_init(struct view *v, const struct view_options *options,
               struct buf *out);
void view_release(struct view *v);

/* What to give to model_new; valid as long as v is. */
struct model_events view_events(struct view *v);

/* The first frame's time: from there on seconds are counted. */
void view_start(struct view *v, int64_t time_ns);

/* Everything was seen: makes v->drawing if the view is one. */
void view_finish(struct view *v);

#endif
