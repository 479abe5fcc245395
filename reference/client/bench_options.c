/* bench_options.c - the command line of `plumb-client bench`, as one table.
 * SPDX-License-Identifier: MIT */
#include "client/bench_options.h"

#include <stddef.h>

#include "client/option_value.h"

enum kind { FLAG, TEXT, NUMBER, SECONDS, SHAPE };

#define AT(member) offsetof(struct bench_options, member)

/* clang-format off */
static const struct option {
    const char *letter, *name, *value; /* value: how the help calls it */
    enum kind kind;
    size_t at;                         /* member of struct bench_options */
    uint64_t min, max;
    const char *help;
} options[] = {
    {"-h", "--host",     "HOST", TEXT,    AT(host),       0, 0,
     "the broker; 127.0.0.1"},
    {"-p", "--port",     "PORT", NUMBER,  AT(port),       1, 65535,
     "its port; 1883"},
    {"-s", "--shape",    "NAME", SHAPE,   AT(shape),      0, 0,
     "only this load; else all"},
    {"-q", "--qos",      "QOS",  NUMBER,  AT(qos),        0, 2,
     "only this QoS; else all that the load is measured at"},
    {"-t", "--seconds",  "SECS", SECONDS, AT(seconds_ms), 0, 0,
     "how long to measure each; 1"},
    {"-n", "--messages", "N",    NUMBER,  AT(messages),   1, UINT64_MAX / 2,
     "stop after so many deliveries instead, with no warm-up"},
    {"-P", "--pid",      "PID",  NUMBER,  AT(pid),        1, INT32_MAX,
     "process of the broker: say what it used too"},
    {"-k", "--keep",     NULL,   FLAG,    AT(keeps),      0, 0,
     "sessions that outlive their connections: for a broker that stores them"},
    {"-j", "--json",     NULL,   FLAG,    AT(json),       0, 0,
     "an object per line"},
    {"-l", "--list",     NULL,   FLAG,    AT(wants_list), 0, 0,
     "the loads"},
    {"",   "--help",     NULL,   FLAG,    AT(wants_help), 0, 0,
     "this text"},
};
/* clang-format on */
enum { COUNT = sizeof options / sizeof options[0] };

static const struct option *
find(const char *word)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(word, options[i].letter) == 0 ||
            strcmp(word, options[i].name) == 0)
            return &options[i];
    return NULL;
}

static int
set_shape(const struct bench_shape **out, const char *name, struct error *err)
{
    *out = bench_shape_find(name);
    return *out ? 0 : error_set(err, "there is no load \"%s\": see --list",
                                name);
}

static int
set(struct bench_options *o, const struct option *option, const char *value,
    struct error *err)
{
    void *member = (char *)o + option->at;
    switch (option->kind) {
    case FLAG: *(bool *)member = true; return 0;
    case TEXT: *(const char **)member = value; return 0;
    case SECONDS: return value_seconds(value, member, err);
    case SHAPE: return set_shape(member, value, err);
    case NUMBER:
        return value_number(value, option->min, option->max, member, err);
    }
    return 0;
}

int
bench_options_parse(struct bench_options *o, int argc, char **argv,
                    struct error *err)
{
    struct words words = {argv, argv + argc};
    const char *word;
    *o = (struct bench_options){
        .host = "127.0.0.1", .port = 1883, .qos = 3, .seconds_ms = 1000};
    while ((word = words_take(&words))) {
        const struct option *option = find(word);
        if (!option)
            return error_set(err, "unknown option %s: see --help", word);
        const char *value = option->value ? words_take(&words) : NULL;
        if (option->value && !value)
            return error_set(err, "%s needs a value: %s", word, option->value);
        if (set(o, option, value, err))
            return error_prefix(err, "%s %s", word, value);
    }
    if (o->seconds_ms == 0)
        return error_set(err, "--seconds 0: there would be nothing to measure");
    if (o->shape && o->qos < 3 && !(o->shape->qos_set >> o->qos & 1))
        return error_set(err, "the load \"%s\" is not measured at QoS %u",
                         o->shape->name, (unsigned)o->qos);
    return 0;
}

void
bench_options_help(struct buf *out)
{
    buf_add_str(out,
                "plumb-client bench - put a load on a broker and measure\n\n"
                "    plumb-client bench -p 1883 --shape fan-out\n\n"
                "A line for each load: its name, messages that were delivered,"
                " seconds, messages\na second; with --pid also the broker's "
                "nanoseconds for each, its memory, and how\nmuch of that each "
                "connection took. MQTT 3.1.1 over TCP.\n\n");
    for (size_t i = 0; i < COUNT; i++)
        buf_printf(out, "    %-2s %-10s %-5s %s\n", options[i].letter,
                   options[i].name, options[i].value ? options[i].value : "",
                   options[i].help);
    buf_add_str(out, "\nExit status: 0 measured, 1 refused, lost or not "
                     "delivered, 2 usage, 3 no connection.\n");
}

void
bench_options_list(struct buf *out)
{
    for (size_t i = 0; i < bench_shape_count; i++) {
        const struct bench_shape *s = &bench_shapes[i];
        buf_printf(out, "%-14s QoS 0%s%s  %s\n", s->name,
                   s->qos_set & 2 ? ", 1" : "   ",
                   s->qos_set & 4 ? ", 2" : "   ", s->help);
    }
}
