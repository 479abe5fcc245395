/* options.c - what plumb-trace can be asked for.
 * SPDX-License-Identifier: MIT */
#include "trace/options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mqtt/topic.h"
#include "trace/lint/lint_print.h"

#define VERSION "0.1"

/* How an option is taken. Most are one of the first four: their row says all. */
enum option {
    OPT_VIEW,    /* a view: `at` is its kind */
    OPT_VIEW_OF, /* one that is about a number */
    OPT_FLAG,    /* true from now on: `at` is the place in struct options */
    OPT_TEXT,    /* the argument as it stands, borrowed: likewise */
    OPT_FORMAT,
    OPT_REDACT,
    OPT_PACKET,
    OPT_CONNECTION,
    OPT_TOPIC,
    OPT_TYPE,
    OPT_QOS,
    OPT_FROM,
    OPT_UNTIL,
    OPT_PORT,
    OPT_COUNT,
    OPT_FULL,
    OPT_WIDTH,
    OPT_VERSION,
    OPT_HELP,
};

/* A place of another type does not compile. */
#define AT(type, member)                          \
    _Generic(((struct options *)NULL)->member,    \
             type: offsetof(struct options, member))
#define FLAG(member) AT(bool, member)
#define TEXT(member) AT(const char *, member)

static const struct option_row {
    const char *name;     /* as typed */
    const char *argument; /* what it takes, for the help; NULL: nothing */
    enum option option;
    const char *help;
    size_t at;            /* see enum option */
} option_rows[] = {
    {"--line", NULL, OPT_VIEW, "a line per packet (the default)", VIEW_LINE},
    {"--tree", NULL, OPT_VIEW, "each packet with its fields as a tree",
     VIEW_TREE},
    {"--hex", NULL, OPT_VIEW, "each packet's bytes, field by field", VIEW_HEX},
    {"--json", NULL, OPT_VIEW, "a JSON object per packet and line", VIEW_JSON},
    {"--tsv", NULL, OPT_VIEW, "a table with a row per packet", VIEW_TSV},
    {"--summary", NULL, OPT_VIEW, "only a line per connection", VIEW_SUMMARY},
    {"--stats", NULL, OPT_VIEW, "only totals", VIEW_STATS},
    {"--sequence", NULL, OPT_VIEW, "a sequence diagram", VIEW_SEQUENCE},
    {"--html", NULL, OPT_VIEW, "all of it as one HTML page for a browser",
     VIEW_PAGE},
    {"--machine", NULL, OPT_VIEW,
     "with --packet N: the QoS state machines after it, in DOT", VIEW_MACHINE},
    {"--lint", NULL, OPT_FLAG,
     "which statements were broken, by whom, and what was not seen",
     FLAG(lints)},
    {"--format", "FORMAT", OPT_FORMAT,
     "of --lint: text, json, junit or sarif", 0},
    {"--explain", "ID", OPT_TEXT, "a statement, and how --lint finds it",
     TEXT(explain)},
    {"--follow", "N", OPT_VIEW_OF,
     "message of packet N: from its publisher to each subscriber", VIEW_FOLLOW},
    {"--at", "N", OPT_VIEW_OF,
     "what both ends knew after packet N: session, in flight, will ...",
     VIEW_AT},
    {"--twin", NULL, OPT_VIEW, "each packet as 3.1.1 and as 5.0 reads it",
     VIEW_TWIN},
    {"--diff", NULL, OPT_VIEW,
     "what differs between two captures, by client, type and topic", VIEW_DIFF},
    {"--to-scenario", NULL, OPT_VIEW,
     "as a scenario that plumb-check run plays against any broker",
     VIEW_SCENARIO},
    {"--redact", "FILE", OPT_REDACT,
     "write a capture to share: names, payloads, passwords replaced", 0},
    {"--exercise", "SEED", OPT_VIEW_OF,
     "questions about packets; another seed, other questions", VIEW_EXERCISE},
    {"--answers", NULL, OPT_FLAG, "of --exercise: the answers",
     FLAG(tells_answers)},
    {"--packet", "N", OPT_PACKET,
     "only packet N; alone: a diagram of its bytes", 0},
    {"--connection", "N", OPT_CONNECTION, "only TCP connection N", 0},
    {"--client", "ID", OPT_TEXT, "only that Client Identifier",
     TEXT(view.only.client)},
    {"--topic", "FILTER", OPT_TOPIC,
     "only what is about such topics, acknowledgements included", 0},
    {"--type", "TYPE,...", OPT_TYPE, "only packets of these types", 0},
    {"--qos", "N", OPT_QOS, "only messages of that QoS, and their answers", 0},
    {"--from", "SECONDS", OPT_FROM, "not before, since the first frame", 0},
    {"--until", "SECONDS", OPT_UNTIL, "not after", 0},
    {"--violations", NULL, OPT_FLAG,
     "only packets that break a statement", FLAG(view.only.is_broken)},
    {"--port", "N", OPT_PORT,
     "a port, besides 1883, that means MQTT; up to 8 times", 0},
    {"--keylog", "FILE", OPT_TEXT, "TLS secrets (as of SSLKEYLOGFILE)",
     TEXT(keylog)},
    {"-i", "INTERFACE", OPT_TEXT, "capture there until interrupted",
     TEXT(live.interface)},
    {"-c", "N", OPT_COUNT, "with -i: stop after N frames", 0},
    {"--capture-filter", "EXPR", OPT_TEXT,
     "only frames that pass, see pcap-filter(7)", TEXT(filter)},
    {"--join", NULL, OPT_FLAG, "read all files, in order, as one capture",
     FLAG(is_joined)},
    {"--dot", "FILE", OPT_TEXT, "write the diagram in the DOT language",
     TEXT(dot_path)},
    {"--svg", "FILE", OPT_TEXT, "write the diagram as SVG (needs Graphviz)",
     TEXT(svg_path)},
    {"--png", "FILE", OPT_TEXT, "write the diagram as PNG (needs Graphviz)",
     TEXT(png_path)},
    {"--ascii", NULL, OPT_FLAG, "diagrams with + - | only", FLAG(ascii)},
    {"--width", "N", OPT_WIDTH,
     "--sequence as text in N columns, if it can be (as wide as the terminal)",
     0},
    {"--full", NULL, OPT_FULL, "do not shorten long texts and payloads", 0},
    {"--show-secrets", NULL, OPT_FLAG,
     "show passwords and authentication data", FLAG(view.print.secrets)},
    {"--version", NULL, OPT_VERSION, "print the version and end", 0},
    {"--help", NULL, OPT_HELP, "print this text and end", 0},
};
enum { OPTION_ROWS = sizeof option_rows / sizeof *option_rows };

static void
print_help(void)
{
    printf("usage: plumb-trace [options] FILE...\n"
           "       plumb-trace [options] -i INTERFACE\n"
           "Shows the MQTT packets in captures (pcap, pcapng, also gzip); - is "
           "standard\ninput. MQTT is found on any port, inside WebSocket and, "
           "with keys, TLS.\n\n");
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *o = &option_rows[i];
        char left[40];
        snprintf(left, sizeof left, "%s%s%s", o->name, o->argument ? " " : "",
                 o->argument ? o->argument : "");
        printf("  %-22s %s\n", left, o->help);
    }
    printf("\nexit status: 0 all was read (--lint: and no rule was broken), "
           "1 --lint found\nviolations, 2 wrong usage or unreadable input\n");
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
    bool is_json = o->has_view && o->view.kind == VIEW_AT && kind == VIEW_JSON;
    if (o->has_view && o->view.kind != kind && !is_json)
        return error_set(err, "only one view can be shown; see plumb-trace "
                              "--help for which there are");
    o->has_view = true;
    o->is_json |= is_json;
    o->view.kind = is_json ? VIEW_AT : kind;
    return 0;
}

/* A view that is about one number. --at N --json is one view. */
static int
set_number(struct options *o, const struct option_row *row, const char *value,
           struct error *err)
{
    enum view_kind kind = (enum view_kind)row->at;
    bool is_json = kind == VIEW_AT && o->has_view && o->view.kind == VIEW_JSON;
    o->is_json |= is_json;
    o->has_view &= !is_json;
    if (parse_number(value, UINT64_MAX, row->name, &o->number, err) < 0)
        return -1;
    return set_view(o, kind, err);
}

static int
parse_seconds(const char *text, const char *name, int64_t *out_ns,
              struct error *err)
{
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end || !(seconds >= 0 && seconds < 1e9))
        return error_set(err, "%s: '%s' is not a number of seconds", name,
                         text);
    *out_ns = (int64_t)(seconds * 1e9);
    return 0;
}

/* The conditions of trace/model/packet_filter.h. */
static int
set_filter(struct packet_filter *f, const struct option_row *row,
           const char *value, struct error *err)
{
    uint64_t n = 0;
    switch (row->option) {
    case OPT_TOPIC:
        f->topic = value;
        return mqtt_topic_filter_valid(slice_str(value))
                   ? 0
                   : error_set(err, "--topic: '%s' is not a Topic Filter",
                               value);
    case OPT_TYPE: return packet_filter_parse_types(value, &f->types, err);
    case OPT_QOS:
        f->has_qos = true;
        if (parse_number(value, 3, row->name, &n, err) < 0)
            return -1;
        f->qos = (uint8_t)n;
        return 0;
    case OPT_FROM:
        f->has_from = true;
        return parse_seconds(value, row->name, &f->from_ns, err);
    case OPT_UNTIL:
        f->has_until = true;
        return parse_seconds(value, row->name, &f->until_ns, err);
    default: return 0;
    }
}

static int
add_port(struct options *o, const char *value, struct error *err)
{
    uint64_t n;
    if (parse_number(value, UINT16_MAX, "--port", &n, err) < 0)
        return -1;
    if (o->unwrap.port_count == UNWRAP_PORTS_MAX)
        return error_set(err, "--port: at most %d ports", UNWRAP_PORTS_MAX);
    o->unwrap.ports[o->unwrap.port_count++] = (uint16_t)n;
    return 0;
}

static int
set_option(struct options *o, const struct option_row *row, const char *value,
           struct error *err)
{
    uint64_t n = 0;
    switch (row->option) {
    case OPT_VIEW: return set_view(o, (enum view_kind)row->at, err);
    case OPT_VIEW_OF: return set_number(o, row, value, err);
    case OPT_FLAG: *(bool *)((char *)o + row->at) = true; return 0;
    case OPT_TEXT:
        *(const char **)(void *)((char *)o + row->at) = value;
        return 0;
    case OPT_REDACT:
        o->redact_path = value;
        return set_view(o, VIEW_REDACT, err);
    case OPT_FORMAT:
        o->format = lint_format_parse(value);
        return o->format >= 0 ? 0
                              : error_set(err, "--format: '%s' is none of "
                                               "text, json, junit, sarif",
                                          value);
    case OPT_PACKET:
        if (parse_number(value, UINT64_MAX, row->name, &n, err) < 0)
            return -1;
        o->view.only.packet = n;
        return n ? 0 : error_set(err, "--packet: the first packet is 1");
    case OPT_CONNECTION:
        o->view.only.has_connection = true;
        return parse_number(value, UINT64_MAX, row->name,
                            &o->view.only.connection, err);
    case OPT_TOPIC:
    case OPT_TYPE:
    case OPT_QOS:
    case OPT_FROM:
    case OPT_UNTIL: return set_filter(&o->view.only, row, value, err);
    case OPT_PORT: return add_port(o, value, err);
    case OPT_COUNT:
        return parse_number(value, UINT64_MAX, row->name,
                            &o->live.max_frames, err);
    case OPT_FULL: o->view.print.max_text = 0; return 0;
    case OPT_WIDTH:
        if (parse_number(value, 100000, row->name, &n, err) < 0)
            return -1;
        o->view.width = (int)n;
        o->has_width = true;
        return 0;
    case OPT_VERSION: puts("plumb-trace " VERSION); exit(EXIT_SUCCESS);
    case OPT_HELP: print_help(); exit(EXIT_SUCCESS);
    }
    return 0;
}

static int
check_options(struct options *o, struct error *err)
{
    bool wants_file = o->dot_path || o->svg_path || o->png_path;
    if (o->explain)
        return 0;
    if (o->format >= 0 && !o->lints)
        return error_set(err, "--format says how --lint prints: add --lint");
    if (o->lints && (o->has_view || wants_file || o->view.only.has_connection ||
                     o->view.only.client ||
                     packet_filter_is_set(&o->view.only)))
        return error_set(err, "--lint shows findings of a whole capture: "
                              "leave out the options about views");
    if (o->view.only.packet && !o->has_view)
        o->view.kind = VIEW_DIAGRAM;
    if (o->view.kind == VIEW_MACHINE && !o->view.only.packet)
        return error_set(err, "--machine shows one exchange: add --packet N");
    if (wants_file && o->view.kind != VIEW_SEQUENCE &&
        o->view.kind != VIEW_DIAGRAM && o->view.kind != VIEW_MACHINE)
        return error_set(err, "--dot, --svg and --png write a diagram: add "
                              "--sequence or --packet N");
    if (o->live.interface && o->file_count)
        return error_set(err, "-i %s: an interface and files cannot be read "
                              "at once", o->live.interface);
    if (o->tells_answers && o->view.kind != VIEW_EXERCISE)
        return error_set(err, "--answers goes with --exercise SEED");
    if (o->view.kind == VIEW_DIFF && (o->file_count != 2 || o->is_joined))
        return error_set(err, "--diff compares two captures: name both");
    if (o->live.max_frames && !o->live.interface)
        return error_set(err, "-c N goes with -i INTERFACE");
    if (o->live.interface)
        return 0;
    if (o->file_count == 0)
        return error_set(err, "no capture file given (- is standard input); "
                              "see plumb-trace --help");
    if (wants_file && o->file_count > 1 && !o->is_joined)
        return error_set(err, "--dot, --svg and --png take one capture");
    return 0;
}

/* Names an option that has the typed one in its name (--filter). */
static int
no_option(const char *typed, struct error *err)
{
    const char *word = typed + strspn(typed, "-");
    for (size_t i = 0; i < OPTION_ROWS && strlen(word) > 2; i++)
        if (strstr(option_rows[i].name, word))
            return error_set(err, "there is no option %s: did you mean %s?",
                             typed, option_rows[i].name);
    return error_set(err, "there is no option %s; see plumb-trace --help",
                     typed);
}

int
options_parse(struct options *o, int argc, char **argv, struct error *err)
{
    bool only_files = false;
    o->view.print.max_text = 120;
    o->format = -1;
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
            return no_option(argv[i], err);
        const char *value = row->argument ? argv[++i] : NULL;
        if (row->argument && !value)
            return error_set(err, "%s needs %s", row->name, row->argument);
        if (set_option(o, row, value, err) < 0)
            return -1;
    }
    return check_options(o, err);
}
