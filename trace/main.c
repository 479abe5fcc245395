/* main.c - plumb-trace: captures in, MQTT in readable form out.
 * SPDX-License-Identifier: MIT
 *
 * A file that can be read twice is: first for a line on each connection, then
 * for the packets. Standard input is read once, and the line on a connection
 * comes when it ends.                                                        */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "trace/render/draw_dot.h"
#include "trace/render/draw_text.h"
#include "trace/render/graphviz.h"
#include "trace/lint/lint_print.h"
#include "trace/reading.h"
#include "trace/views/whole.h"

enum { EXIT_GOOD = 0, EXIT_VIOLATION = 1, EXIT_UNREADABLE = 2 };

/* --- reading -------------------------------------------------------------- */

static void
flush(struct buf *out)
{
    if (out->len && fwrite(out->data, 1, out->len, stdout) != out->len)
        exit(EXIT_UNREADABLE); /* nobody reads on: a closed pipe */
    buf_clear(out);
}

/* Before each frame. */
static bool
on_frame(void *user, const struct input_counts *counts)
{
    struct view *v = user;
    if (counts->frames == 1)
        view_start(v, counts->first_ns);
    if (v->out->len > (v->is_live ? 0 : 65536))
        flush(v->out);
    return true;
}

/* Who knocked, and what came of it. */
static void
report_empty(const char *path, const struct view *v)
{
    static const char *const what[EMPTIES] = {
        [EMPTY_UNANSWERED] = "were never answered",
        [EMPTY_REFUSED] = "were refused",
        [EMPTY_WORDLESS] = "ended without a byte",
    };
    for (int i = 0; i < EMPTIES; i++)
        if (v->empty[i].count)
            fprintf(stderr, "plumb-trace: %s: TCP connections that %s: %llu, the "
                            "first in frame %llu\n", path, what[i],
                    (unsigned long long)v->empty[i].count,
                    (unsigned long long)v->empty[i].first_frame);
}

/* What was not MQTT, and why. */
static void
report_rest(const char *path, const struct view *v, const struct input_counts *counts)
{
    struct buf text = {0};
    const char *between = "";
    for (int i = 0; i < SEGMENT_RESULTS; i++) {
        if (i == SEGMENT_TCP || !counts->of[i])
            continue;
        buf_printf(&text, "%s%llu %s", between,
                   (unsigned long long)counts->of[i],
                   segment_result_text((enum segment_result)i));
        between = ", ";
    }
    /* Many: the network card fills them in, and loopback has none. */
    if (counts->bad_checksums &&
        counts->bad_checksums < counts->of[SEGMENT_TCP] / 4)
        fprintf(stderr, "plumb-trace: %s: %llu of %llu TCP checksums are "
                        "wrong\n", path,
                (unsigned long long)counts->bad_checksums,
                (unsigned long long)counts->of[SEGMENT_TCP]);
    if (counts->backwards)
        fprintf(stderr, "plumb-trace: %s: the clock goes back at %llu "
                        "frames\n", path,
                (unsigned long long)counts->backwards);
    if (text.len)
        fprintf(stderr, "plumb-trace: %s: frames left out: %s\n", path,
                buf_cstr(&text));
    report_empty(path, v);
    if (v->connections == 0)
        fprintf(stderr, "plumb-trace: %s: no MQTT in %llu frames and %llu TCP "
                        "connections (%llu TLS, %llu HTTP)\n", path,
                (unsigned long long)counts->frames,
                (unsigned long long)v->others,
                (unsigned long long)v->of_app[UNWRAP_TLS],
                (unsigned long long)v->of_app[UNWRAP_HTTP]);
    buf_release(&text);
}

/* --- diagrams ------------------------------------------------------------- */

/* Columns of the terminal that a diagram is shown on; 0: it is none. */
static int
terminal_width(const struct options *o)
{
    struct winsize size;
    bool is_file = o->dot_path || o->svg_path || o->png_path;
    return !is_file && isatty(STDOUT_FILENO) &&
                   ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0
               ? size.ws_col
               : 0;
}

static int
write_graphviz(const char *path, const struct buf *dot, bool is_placed,
               const char *format, struct error *err)
{
    struct buf picture = {0};
    int result = 0;
    if (!path)
        return 0;
    if (graphviz_run(&picture, buf_slice(dot), is_placed, format, err) < 0 ||
        file_write(path, buf_slice(&picture), err) < 0)
        result = -1;
    buf_release(&picture);
    return result;
}

static int
show_drawing(const struct options *o, const struct view *v, struct error *err)
{
    struct buf text = {0};
    bool wants_file = o->dot_path || o->svg_path || o->png_path;
    bool is_placed = v->drawing != NULL;
    int result = 0;
    if (is_placed && !wants_file && o->view.width &&
        v->drawing->width > o->view.width)
        fprintf(stderr, "plumb-trace: the diagram has %d columns; --client or "
                        "--connection shows less of it, --html all\n",
                v->drawing->width);
    if (!is_placed)
        buf_add(&text, buf_slice(&v->dot));
    else if (wants_file)
        drawing_dot(&text, v->drawing);
    else
        drawing_print(&text, v->drawing, o->ascii);
    if (!wants_file)
        flush(&text);
    else if ((o->dot_path &&
              file_write(o->dot_path, buf_slice(&text), err) < 0) ||
             write_graphviz(o->svg_path, &text, is_placed, "svg", err) < 0 ||
             write_graphviz(o->png_path, &text, is_placed, "png", err) < 0)
        result = -1;
    buf_release(&text);
    return result;
}

/* --- a capture ------------------------------------------------------------ */

static bool
is_text_view(enum view_kind kind)
{
    return kind == VIEW_LINE || kind == VIEW_TREE || kind == VIEW_HEX;
}

/* One pass. */
static int
show(char **files, int count, const struct options *o,
     const struct view_options *what, bool tells_rest, struct error *err)
{
    struct buf out = {0};
    struct view v;
    struct input_counts counts = {0};
    struct view_options titled = *what;
    const char *path = o->live.interface ? o->live.interface : files[0];
    const char *slash = strrchr(path, '/');
    titled.title = slash ? slash + 1 : path;
    view_init(&v, &titled, &out);
    v.is_live = o->live.interface;
    struct model_events events = view_events(&v);
    int result = reading_run(files, count, o, &events, on_frame, &v, &counts,
                             err);
    view_finish(&v);
    if (!tells_rest && v.connections + v.others) /* then the packets */
        buf_add_byte(&out, '\n');
    flush(&out);
    if (result == 0 && tells_rest)
        report_rest(path, &v, &counts);
    if (result == 0 && what->only.packet && v.shown == 0)
        result = error_set(err, "%s: there is no packet %llu", path,
                           (unsigned long long)what->only.packet);
    if (result == 0 && what->kind == VIEW_MACHINE && v.shown && !v.dot.len)
        result = error_set(err, "%s: packet %llu belongs to no QoS 1 or 2 "
                                "exchange", path,
                           (unsigned long long)what->only.packet);
    struct error of_drawing;
    if ((v.drawing || v.dot.len) && show_drawing(o, &v, &of_drawing) < 0) {
        *err = of_drawing;
        result = -1;
    }
    view_release(&v);
    buf_release(&out);
    return result;
}

/* A capture: some files, or the interface when count is 0. */
static int
show_capture(char **files, int count, const struct options *o,
             struct error *err)
{
    struct stat st;
    bool is_file = count > 0;
    for (int i = 0; i < count && is_file; i++)
        is_file = stat(files[i], &st) == 0 && S_ISREG(st.st_mode);
    bool twice = is_file && is_text_view(o->view.kind) && !o->view.only.packet;
    if (o->file_count > 1 && !o->is_joined && o->view.kind != VIEW_TSV &&
        o->view.kind != VIEW_JSON)
        printf("%s\n", files[0]);
    if (twice) {
        struct view_options summary = o->view;
        struct error ignored;
        summary.kind = VIEW_SUMMARY;
        summary.is_gathered = true;
        show(files, count, o, &summary, false, &ignored);
    }
    size_t broken_count = 0;
    uint64_t *broken = o->view.only.is_broken && count > 0
                           ? reading_broken(files, count, o, &broken_count)
                           : NULL;
    struct view_options what = o->view;
    what.is_gathered = is_file;
    what.tells_ends = is_text_view(what.kind) && !what.only.packet && !twice;
    what.only.broken = broken;
    what.only.broken_count = broken_count;
    int result = show(files, count, o, &what, true, err);
    free(broken);
    return result;
}

/* --- views of a whole capture ----------------------------------------------- */

/* --diff has two captures, the others one. */
static int
show_whole(char **files, int count, const struct options *o, struct error *err)
{
    struct whole w = {.number = o->number,
                      .is_json = o->is_json,
                      .tells_answers = o->tells_answers,
                      .print = o->view.print};
    struct buf out = {0};
    struct view v = {0}, other = {0};
    bool is_diff = o->view.kind == VIEW_DIFF;
    int result = reading_keep(files, is_diff ? 1 : count, o, &v, &out, &w.title,
                              err);
    if (result == 0 && is_diff)
        result = reading_keep(files + 1, 1, o, &other, &out, &w.other_title,
                              err);
    w.conversation = v.kept;
    w.other = other.kept;
    if (result == 0 && v.kept->dropped)
        fprintf(stderr, "plumb-trace: %s: %llu packets were too many to keep\n",
                w.title, (unsigned long long)v.kept->dropped);
    if (result == 0)
        result = whole_print(&out, o->view.kind, &w, err);
    if (result == 0)
        flush(&out);
    view_release(&v);
    view_release(&other);
    buf_release(&out);
    return result;
}

/* --- lint ----------------------------------------------------------------- */

/* 0: clean; 1: there are violations; -1 with err. */
static int
lint_capture(char **files, int count, const struct options *o,
             struct error *err)
{
    struct lint *l = lint_new();
    struct model_events events = lint_events(l);
    struct input_counts counts = {0};
    struct buf out = {0};
    int result = reading_run(files, count, o, &events, NULL, NULL, &counts,
                             err);
    if (result == 0) {
        lint_print(&out, l, o->format < 0 ? LINT_TEXT : o->format,
                   o->live.interface ? o->live.interface : files[0]);
        flush(&out);
        result = lint_totals(l).violations != 0;
    }
    buf_release(&out);
    lint_free(l);
    return result;
}

static int
explain(const char *id)
{
    struct buf out = {0};
    bool is_known = lint_explain(&out, id);
    flush(&out);
    buf_release(&out);
    if (!is_known)
        fprintf(stderr, "plumb-trace: there is no statement '%s'; 5.0 has "
                        "MQTT-3.3.1-4, 3.1.1 MQTT311-3.3.1-4\n", id);
    return is_known ? EXIT_GOOD : EXIT_UNREADABLE;
}

static int
show_one(char **files, int count, const struct options *o, struct error *err)
{
    if (o->lints)
        return lint_capture(files, count, o, err);
    if (o->redact_path)
        return reading_redact(files, count, o, err);
    if (whole_is(o->view.kind))
        return show_whole(files, count, o, err);
    return show_capture(files, count, o, err);
}

int
main(int argc, char **argv)
{
    struct options o = {0};
    struct error err = {""};
    int status = EXIT_GOOD, step, at = 0;
    if (options_parse(&o, argc, argv, &err) < 0) {
        fprintf(stderr, "plumb-trace: %s\n", err.text);
        return EXIT_UNREADABLE;
    }
    if (!o.has_width)
        o.view.width = terminal_width(&o);
    if (o.explain)
        return explain(o.explain);
    bool is_one = o.is_joined || o.live.interface || o.view.kind == VIEW_DIFF;
    step = is_one ? o.file_count : 1;
    do {
        int result = show_one(o.files + at, step, &o, &err);
        if (result > 0 && status == EXIT_GOOD)
            status = EXIT_VIOLATION;
        if (result < 0) {
            fflush(stdout);
            fprintf(stderr, "plumb-trace: %s\n", err.text);
            status = EXIT_UNREADABLE;
        }
        at += step;
    } while (at < o.file_count);
    return status;
}
