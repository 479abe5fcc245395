/* main.c - plumb-trace: captures in, MQTT in readable form out.
 * SPDX-License-Identifier: MIT
 *
 * A file that can be read twice is: first for a line on each connection, then
 * for the packets. Standard input is read once, and the line on a connection
 * comes when it ends.                                                        */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "trace/capture/capture.h"
#include "trace/render/draw_dot.h"
#include "trace/render/draw_text.h"
#include "trace/render/graphviz.h"
#include "trace/render/view.h"
#include "trace/stream/conn_table.h"

#define VERSION "0.1"

enum { EXIT_GOOD = 0, EXIT_UNREADABLE = 2 };

/* --- options -------------------------------------------------------------- */

struct options {
    struct view_options view;
    bool has_view;        /* one was asked for */
    bool ascii;           /* diagrams without box-drawing characters */
    uint16_t port;        /* means MQTT, besides 1883; 0: none */
    const char *dot_path; /* where to write the diagram as DOT; NULL: nowhere */
    const char *svg_path; /* as SVG */
    const char *png_path; /* as PNG */
    int file_count;
    char **files;
};

enum option {
    OPT_LINE,
    OPT_TREE,
    OPT_HEX,
    OPT_JSON,
    OPT_TSV,
    OPT_SUMMARY,
    OPT_SEQUENCE,
    OPT_PACKET,
    OPT_CONNECTION,
    OPT_PORT,
    OPT_DOT,
    OPT_SVG,
    OPT_PNG,
    OPT_ASCII,
    OPT_FULL,
    OPT_SECRETS,
    OPT_VERSION,
    OPT_HELP,
};

static const struct option_row {
    const char *name;     /* as typed */
    const char *argument; /* what it takes, for the help; NULL: nothing */
    enum option option;
    const char *help;
} option_rows[] = {
    {"--line", NULL, OPT_LINE, "a line per packet (the default)"},
    {"--tree", NULL, OPT_TREE, "each packet with its fields as a tree"},
    {"--hex", NULL, OPT_HEX, "each packet's bytes, field by field"},
    {"--json", NULL, OPT_JSON, "a JSON object per packet and line"},
    {"--tsv", NULL, OPT_TSV, "a table with a row per packet"},
    {"--summary", NULL, OPT_SUMMARY, "only a line per connection"},
    {"--sequence", NULL, OPT_SEQUENCE, "a sequence diagram"},
    {"--packet", "N", OPT_PACKET,
     "only packet N; alone: a diagram of its bytes"},
    {"--connection", "N", OPT_CONNECTION, "only TCP connection N"},
    {"--port", "N", OPT_PORT, "a port, besides 1883, that means MQTT"},
    {"--dot", "FILE", OPT_DOT, "write the diagram in the DOT language"},
    {"--svg", "FILE", OPT_SVG, "write the diagram as SVG (needs Graphviz)"},
    {"--png", "FILE", OPT_PNG, "write the diagram as PNG (needs Graphviz)"},
    {"--ascii", NULL, OPT_ASCII, "diagrams with + - | only"},
    {"--full", NULL, OPT_FULL, "do not shorten long texts and payloads"},
    {"--show-secrets", NULL, OPT_SECRETS,
     "show passwords and authentication data"},
    {"--version", NULL, OPT_VERSION, "print the version and end"},
    {"--help", NULL, OPT_HELP, "print this text and end"},
};
enum { OPTION_ROWS = sizeof option_rows / sizeof *option_rows };

static void
print_help(void)
{
    printf("usage: plumb-trace [options] FILE...\n"
           "Shows the MQTT packets in captures (pcap, pcapng); - is standard "
           "input.\n\n");
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *o = &option_rows[i];
        char left[40];
        snprintf(left, sizeof left, "%s%s%s", o->name, o->argument ? " " : "",
                 o->argument ? o->argument : "");
        printf("  %-18s %s\n", left, o->help);
    }
    printf("\nexit status: 0 all was read, 2 wrong usage or unreadable "
           "input\n");
}

static const struct option_row *
find_option(const char *name)
{
    for (size_t i = 0; i < OPTION_ROWS; i++)
        if (strcmp(name, option_rows[i].name) == 0 ||
            (strcmp(name, "-h") == 0 && option_rows[i].option == OPT_HELP))
            return &option_rows[i];
    return NULL;
}

static int
parse_number(const char *text, uint64_t max, const char *name, uint64_t *out,
             struct error *err)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || n > max)
        return error_set(err, "%s: '%s' is not a number from 0 to %llu", name,
                         text, (unsigned long long)max);
    *out = n;
    return 0;
}

static int
set_view(struct options *o, enum view_kind kind, struct error *err)
{
    if (o->has_view && o->view.kind != kind)
        return error_set(err, "only one of --line, --tree, --hex, --json, "
                              "--tsv, --summary and --sequence can be shown");
    o->has_view = true;
    o->view.kind = kind;
    return 0;
}

static int
set_option(struct options *o, const struct option_row *row, const char *value,
           struct error *err)
{
    uint64_t n = 0;
    switch (row->option) {
    case OPT_LINE: return set_view(o, VIEW_LINE, err);
    case OPT_TREE: return set_view(o, VIEW_TREE, err);
    case OPT_HEX: return set_view(o, VIEW_HEX, err);
    case OPT_JSON: return set_view(o, VIEW_JSON, err);
    case OPT_TSV: return set_view(o, VIEW_TSV, err);
    case OPT_SUMMARY: return set_view(o, VIEW_SUMMARY, err);
    case OPT_SEQUENCE: return set_view(o, VIEW_SEQUENCE, err);
    case OPT_PACKET:
        if (parse_number(value, UINT64_MAX, row->name, &n, err) < 0)
            return -1;
        o->view.packet = n;
        return n ? 0 : error_set(err, "--packet: the first packet is 1");
    case OPT_CONNECTION:
        o->view.has_connection = true;
        return parse_number(value, UINT64_MAX, row->name,
                            &o->view.connection, err);
    case OPT_PORT:
        if (parse_number(value, UINT16_MAX, row->name, &n, err) < 0)
            return -1;
        o->port = (uint16_t)n;
        return 0;
    case OPT_DOT: o->dot_path = value; return 0;
    case OPT_SVG: o->svg_path = value; return 0;
    case OPT_PNG: o->png_path = value; return 0;
    case OPT_ASCII: o->ascii = true; return 0;
    case OPT_FULL: o->view.print.max_text = 0; return 0;
    case OPT_SECRETS: o->view.print.secrets = true; return 0;
    case OPT_VERSION: puts("plumb-trace " VERSION); exit(EXIT_GOOD);
    case OPT_HELP: print_help(); exit(EXIT_GOOD);
    }
    return 0;
}

static int
check_options(struct options *o, struct error *err)
{
    bool wants_file = o->dot_path || o->svg_path || o->png_path;
    if (o->view.packet && !o->has_view)
        o->view.kind = VIEW_DIAGRAM;
    if (wants_file && o->view.kind != VIEW_SEQUENCE &&
        o->view.kind != VIEW_DIAGRAM)
        return error_set(err, "--dot, --svg and --png write a diagram: add "
                              "--sequence or --packet N");
    if (o->file_count == 0)
        return error_set(err, "no capture file given (- is standard input); "
                              "see plumb-trace --help");
    if (wants_file && o->file_count > 1)
        return error_set(err, "--dot, --svg and --png take one capture");
    return 0;
}

/* Moves the file names to the front of argv. */
static int
parse_options(struct options *o, int argc, char **argv, struct error *err)
{
    bool only_files = false;
    o->view.print.max_text = 120;
    o->files = argv;
    for (int i = 1; i < argc; i++) {
        if (only_files || argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
            o->files[o->file_count++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            only_files = true;
            continue;
        }
        const struct option_row *row = find_option(argv[i]);
        if (!row)
            return error_set(err, "there is no option %s; see plumb-trace "
                                  "--help", argv[i]);
        const char *value = row->argument ? argv[++i] : NULL;
        if (row->argument && !value)
            return error_set(err, "%s needs %s", row->name, row->argument);
        if (set_option(o, row, value, err) < 0)
            return -1;
    }
    return check_options(o, err);
}

/* --- reading -------------------------------------------------------------- */

static void
flush(struct buf *out)
{
    if (out->len && fwrite(out->data, 1, out->len, stdout) != out->len)
        exit(EXIT_UNREADABLE); /* nobody reads on: a closed pipe */
    buf_clear(out);
}

struct counts {
    uint64_t frames;
    uint64_t of[SEGMENT_RESULTS]; /* frames by what they were */
};

/* Reads a capture into a view; prints as it goes. */
static int
read_capture(const char *path, const struct options *o, struct view *v,
             struct counts *counts, struct error *err)
{
    struct capture *c = capture_open(path, err);
    struct capture_frame frame;
    struct segment seg;
    int got;
    if (!c)
        return -1;
    struct model_events events = view_events(v);
    struct model *m = model_new(&events, o->port);
    struct stream_events stream = model_stream_events(m);
    struct conn_table *t = conn_table_new(&stream, NULL);
    while ((got = capture_next(c, &frame, err)) == 1) {
        if (counts->frames++ == 0)
            view_start(v, frame.time_ns);
        enum segment_result r = segment_parse(&frame, &seg);
        counts->of[r]++;
        if (r == SEGMENT_TCP)
            conn_table_feed(t, &seg);
        if (v->out->len > 65536)
            flush(v->out);
    }
    conn_table_finish(t);
    conn_table_free(t);
    model_free(m);
    capture_close(c);
    view_finish(v);
    flush(v->out);
    return got;
}

/* What was not MQTT, and why. */
static void
report_rest(const char *path, const struct view *v, const struct counts *counts)
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
    if (text.len)
        fprintf(stderr, "plumb-trace: %s: frames left out: %s\n", path,
                buf_cstr(&text));
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

static int
write_graphviz(const char *path, const struct buf *dot, const char *format,
               struct error *err)
{
    struct buf picture = {0};
    int result = 0;
    if (!path)
        return 0;
    if (graphviz_run(&picture, buf_slice(dot), format, err) < 0 ||
        file_write(path, buf_slice(&picture), err) < 0)
        result = -1;
    buf_release(&picture);
    return result;
}

static int
show_drawing(const struct options *o, const struct view *v, struct error *err)
{
    struct buf text = {0};
    int result = 0;
    if (!o->dot_path && !o->svg_path && !o->png_path) {
        drawing_print(&text, v->drawing, o->ascii);
        flush(&text);
    } else {
        drawing_dot(&text, v->drawing);
        if ((o->dot_path &&
             file_write(o->dot_path, buf_slice(&text), err) < 0) ||
            write_graphviz(o->svg_path, &text, "svg", err) < 0 ||
            write_graphviz(o->png_path, &text, "png", err) < 0)
            result = -1;
    }
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
show(const char *path, const struct options *o,
     const struct view_options *what, bool tells_rest, struct error *err)
{
    struct buf out = {0};
    struct view v;
    struct counts counts = {0};
    struct view_options titled = *what;
    const char *slash = strrchr(path, '/');
    titled.title = slash ? slash + 1 : path;
    view_init(&v, &titled, &out);
    int result = read_capture(path, o, &v, &counts, err);
    if (result == 0 && tells_rest)
        report_rest(path, &v, &counts);
    if (result == 0 && what->packet && v.shown == 0)
        result = error_set(err, "%s: there is no packet %llu", path,
                           (unsigned long long)what->packet);
    struct error of_drawing;
    if (v.drawing && show_drawing(o, &v, &of_drawing) < 0) {
        *err = of_drawing;
        result = -1;
    }
    view_release(&v);
    buf_release(&out);
    return result;
}

static int
show_file(const char *path, const struct options *o, struct error *err)
{
    struct stat st;
    bool twice = is_text_view(o->view.kind) && !o->view.packet &&
                 stat(path, &st) == 0 && S_ISREG(st.st_mode);
    if (o->file_count > 1 && o->view.kind != VIEW_TSV &&
        o->view.kind != VIEW_JSON)
        printf("%s\n", path);
    if (twice) {
        struct view_options summary = o->view;
        struct error ignored;
        summary.kind = VIEW_SUMMARY;
        show(path, o, &summary, false, &ignored);
        putchar('\n');
    }
    struct view_options what = o->view;
    what.tells_ends = is_text_view(what.kind) && !what.packet && !twice;
    return show(path, o, &what, true, err);
}

int
main(int argc, char **argv)
{
    struct options o = {0};
    struct error err = {""};
    int status = EXIT_GOOD;
    if (parse_options(&o, argc, argv, &err) < 0) {
        fprintf(stderr, "plumb-trace: %s\n", err.text);
        return EXIT_UNREADABLE;
    }
    for (int i = 0; i < o.file_count; i++) {
        if (show_file(o.files[i], &o, &err) < 0) {
            fflush(stdout);
            fprintf(stderr, "plumb-trace: %s\n", err.text);
            status = EXIT_UNREADABLE;
        }
    }
    return status;
}
