/* options.c - the command line of plumb-check.
 * SPDX-License-Identifier: MIT */
#include "conformance/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mqtt/version.h"

typedef int take(void *where, const char *value, struct error *err);

static int
take_text(void *where, const char *value, struct error *err)
{
    (void)err;
    *(const char **)where = value;
    return 0;
}

static int
take_flag(void *where, const char *value, struct error *err)
{
    (void)value, (void)err;
    *(bool *)where = true;
    return 0;
}

static int
take_seed(void *where, const char *value, struct error *err)
{
    char *end;
    *(uint64_t *)where = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end)
        return error_set(err, "'%s' is not a number", value);
    return 0;
}

static int
take_count(void *where, const char *value, struct error *err)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (value[0] < '1' || value[0] > '9' || *end || n > 100000)
        return error_set(err, "'%s' is not a number from 1 to 100000", value);
    *(size_t *)where = n;
    return 0;
}

static int
take_factor(void *where, const char *value, struct error *err)
{
    char *end;
    double x = strtod(value, &end);
    if (end == value || *end || !(x >= 0.01 && x <= 100000))
        return error_set(err, "'%s' is not a number from 0.01 to 100000", value);
    *(double *)where = x;
    return 0;
}

static int
take_level(void *where, const char *value, struct error *err)
{
    size_t n = strspn(value, "0123456789");
    size_t m = n && value[n] == '.' ? strspn(value + n + 1, "0123456789") : 0;
    if (n == 0 || n > 4 || m == 0 || m > 3 || value[n + 1 + m])
        return error_set(err, "'%s' is not a level like 1.0", value);
    *(const char **)where = value;
    return 0;
}

static int
take_versions(void *where, const char *value, struct error *err)
{
    unsigned set = 0;
    while (*value) {
        size_t n = strcspn(value, ",");
        enum mqtt_version v = mqtt_version_parse(slice_of(value, n));
        if (v == MQTT_NO_VERSION)
            return error_set(err, "'%.*s' is no version; there are 3.1, 3.1.1 "
                             "and 5.0", (int)n, value);
        set |= 1u << v;
        value += n + (value[n] == ',');
    }
    *(unsigned *)where = set;
    return 0;
}


static int
take_shard(void *where, const char *value, struct error *err)
{
    struct options *o = where;
    char *end;
    o->shard = strtoul(value, &end, 10);
    o->shards = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
    if (*end || o->shard < 1 || o->shard > o->shards || o->shards > 1000)
        return error_set(err, "'%s' is not a part like 2/3", value);
    return 0;
}

static int
take_setting(void *where, const char *value, struct error *err)
{
    struct options *o = where;
    if (o->broker_set_count == OPTIONS_LIST_MAX)
        return error_set(err, "more than %d of these", OPTIONS_LIST_MAX);
    o->broker_set[o->broker_set_count++] = value;
    return 0;
}

static int
take_result(void *where, const char *value, struct error *err)
{
    struct options *o = where;
    if (o->result_count == OPTIONS_LIST_MAX)
        return error_set(err, "more than %d of these", OPTIONS_LIST_MAX);
    o->results[o->result_count++] = value;
    return 0;
}

/* clang-format off */
#define AT(member) offsetof(struct options, member)
#define READS (CMD_RUN | CMD_LIST | CMD_EXPLAIN | CMD_COVERAGE | CMD_MERGE | \
               CMD_CERTIFY | CMD_VERIFY)
static const struct option {
    const char *name;
    const char *value;  /* what stands behind it in the help; NULL: nothing */
    unsigned commands;
    take *take;
    size_t where;
    const char *text;
} table[] = {
    /* name          value       commands       how            where             text */
    {"target",       "URL",      CMD_RUN,       take_text,     AT(target),       "the broker: mqtt://[user:password@]host[:port]"},
    {"target-file",  "FILE",     CMD_RUN,       take_text,     AT(target_file),  "what is known of it: names, overrides, waivers"},
    {"broker-core",  NULL,       CMD_RUN,       take_flag,     AT(broker_core),  "the reference broker itself, in virtual time, without sockets"},
    {"broker-set",   "NAME=V",   CMD_RUN,       take_setting,  0,                "a setting of that broker; may be repeated"},
    {"broker-passwords", "FILE", CMD_RUN,       take_text,     AT(broker_passwords), "the file of passwords of that broker"},
    {"broker-acl",   "FILE",     CMD_RUN,       take_text,     AT(broker_acl),   "the file of rules of that broker: who may do what"},
    {"broker-delay", "MS",       CMD_RUN,       take_count,    AT(broker_delay), "whatever is said to that broker, and by it, is about so long on its way"},
    {"user",         "U",        CMD_RUN,       take_text,     AT(user),         "user name; {n} counts the clients of a scenario"},
    {"password",     "P",        CMD_RUN,       take_text,     AT(password),     "password, likewise"},
    {"ca",           "FILE",     CMD_RUN,       take_text,     AT(ca),           "for TLS: whom to trust, instead of whom the system trusts"},
    {"certificate",  "FILE",     CMD_RUN,       take_text,     AT(certificate),  "for TLS: our own, if the broker wants one"},
    {"key",          "FILE",     CMD_RUN,       take_text,     AT(key),          "for TLS: the key of that certificate"},
    {"insecure",     NULL,       CMD_RUN,       take_flag,     AT(insecure),     "for TLS: take any server for the right one"},
    {"version",      "V[,V]",    CMD_RUN | CMD_LIST, take_versions, AT(versions), "only these: 3.1, 3.1.1, 5.0"},
    {"scenarios",    "DIR",      READS,         take_text,     AT(scenarios),    "where the scenarios are; default: those of this suite"},
    {"level",        "L",        CMD_RUN,       take_level,    AT(level),        "not what came later than that level of the suite"},
    {"slow",         NULL,       CMD_RUN,       take_flag,     AT(slow),         "also those that have to wait long"},
    {"jobs",         "N",        CMD_RUN,       take_count,    AT(jobs),         "scenarios at the same time; default 32"},
    {"rate",         "X",        CMD_RUN,       take_factor,   AT(rate),         "new connections per second; default as fast as can be"},
    {"connections",  "N",        CMD_RUN,       take_count,    AT(connections),  "connections at the same time, at most"},
    {"keep-secrets", NULL,       CMD_RUN,       take_flag,     AT(keep_secrets), "passwords and authentication data stay in reports and captures"},
    {"patience",     "X",        CMD_RUN,       take_factor,   AT(patience),     "factor on waiting for what must come; default 1"},
    {"seed",         "N",        CMD_RUN,       take_seed,     AT(seed),         "for whatever is random; default 1"},
    {"run-tag",      "T",        CMD_RUN,       take_text,     AT(tag),          "what makes ids and topics unique; default random"},
    {"chop",         NULL,       CMD_RUN,       take_flag,     AT(chop),         "send byte by byte; a right broker cannot tell"},
    {"split",        NULL,       CMD_RUN,       take_flag,     AT(split),        "send in pieces, cut at the edges of headers"},
    {"glue",         NULL,       CMD_RUN,       take_flag,     AT(glue),         "send as much as possible at once"},
    {"shard",        "K/N",      CMD_RUN,       take_shard,    0,                "only the Kth of N parts; `merge` puts the reports together"},
    {"shuffle",      NULL,       CMD_RUN,       take_flag,     AT(shuffle),      "in an order made from the seed"},
    {"repeat",       "N",        CMD_RUN,       take_count,    AT(repeat),       "run everything that often"},
    {"until-fail",   NULL,       CMD_RUN,       take_flag,     AT(until_fail),   "again and again, until something fails"},
    {"strict",       NULL,       CMD_RUN,       take_flag,     AT(strict),       "a warning fails too"},
    {"json",         "FILE",     CMD_RUN | CMD_MERGE, take_text,     AT(json),         "write a report as JSON; - is standard output"},
    {"junit",        "FILE",     CMD_RUN,       take_text,     AT(junit),        "as JUnit XML"},
    {"html",         "FILE",     CMD_RUN,       take_text,     AT(html),         "as one page"},
    {"tap",          "FILE",     CMD_RUN,       take_text,     AT(tap),          "as TAP 13"},
    {"markdown",     "FILE",     CMD_RUN,       take_text,     AT(markdown),     "as a summary"},
    {"badge",        "FILE",     CMD_RUN,       take_text,     AT(badge),        "as an SVG badge"},
    {"steps",        "FILE",     CMD_RUN,       take_text,     AT(steps),        "each failure step by step, the wrong bytes marked"},
    {"evidence",     "DIR",      CMD_RUN,       take_text,     AT(evidence),     "write a capture of every conversation there"},
    {"verbose",      NULL,       CMD_RUN | CMD_LIST, take_flag, AT(verbose),     "say more"},
    {"quiet",        NULL,       CMD_RUN,       take_flag,     AT(quiet),        "only the reports asked for"},
    {"result",       "FILE",     CMD_EXPLAIN | CMD_COVERAGE, take_result, 0,     "a JSON report to join; may be repeated"},
    {"check",        NULL,       CMD_COVERAGE | CMD_FMT, take_flag, AT(check),   "only check; exit 1 when something is wrong"},
    {"before",       "FILE",     CMD_COVERAGE,  take_text,     AT(before),       "an earlier JSON report: say what is covered no longer"},
    {"faults",       "FILE",     CMD_COVERAGE,  take_text,     AT(faults),       "which planted fault breaks which statement: conformance/faults/caught.tsv"},
    {"table",        NULL,       CMD_COVERAGE,  take_flag,     AT(table),        "the page of all statements, in Markdown"},
    {"all",          NULL,       CMD_COVERAGE,  take_flag,     AT(all),          "a line for every statement"},
    {"profile",      "FILE",     CMD_CERTIFY,   take_text,     AT(profile),      "the statements that a certificate takes"},
    {"help",         NULL,       ~0u,           take_flag,     AT(help),         "this text"},
};
/* clang-format on */
enum { OPTIONS = sizeof table / sizeof table[0] };

static const struct option *
find(unsigned command, struct slice name)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (slice_is(name, table[i].name) && (table[i].commands & command))
            return &table[i];
    return NULL;
}

static int
read_option(struct options *o, unsigned command, int argc, char **argv, int *i,
            struct error *err)
{
    const char *arg = argv[*i] + 2, *value = strchr(arg, '=');
    struct slice name = slice_of(arg, value ? (size_t)(value - arg)
                                            : strlen(arg));
    const struct option *row = find(command, name);
    if (!row)
        return error_set(err, "there is no option --%.*s here; --help lists "
                              "them", SLICE_ARG(name));
    if (value)
        value++;
    if (row->value && !value) {
        if (*i + 1 == argc)
            return error_set(err, "--%s wants a value: --%s %s", row->name,
                             row->name, row->value);
        value = argv[++*i];
    }
    if (!row->value && value)
        return error_set(err, "--%s takes no value", row->name);
    if (row->take((char *)o + row->where, value, err))
        return error_prefix(err, "--%s", row->name);
    return 0;
}

int
options_parse(struct options *o, unsigned command, int argc, char **argv,
              struct error *err)
{
    *o = (struct options){.seed = 1, .repeat = 1};
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0) {
            o->help = true;
        } else if (strncmp(argv[i], "--", 2) == 0) {
            if (read_option(o, command, argc, argv, &i, err))
                return -1;
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return error_set(err, "there is no option %s; --help lists them",
                             argv[i]);
        } else if (o->glob_count == OPTIONS_LIST_MAX) {
            return error_set(err, "more than %d names", OPTIONS_LIST_MAX);
        } else {
            o->globs[o->glob_count++] = argv[i];
        }
    }
    return 0;
}

void
options_help(unsigned command)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[40];
        if (!(table[i].commands & command))
            continue;
        snprintf(left, sizeof left, "--%s%s%s", table[i].name,
                 table[i].value ? " " : "",
                 table[i].value ? table[i].value : "");
        printf("  %-24s %s\n", left, table[i].text);
    }
}
