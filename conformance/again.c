/* again.c - the command that plays a scenario again.
 * SPDX-License-Identifier: MIT */
#include "conformance/again.h"

#include "base/buf.h"
#include "base/mem.h"

static void
add_broker_core(struct buf *b, const struct options *o)
{
    buf_add_str(b, " --broker-core");
    for (size_t i = 0; i < o->broker_set_count; i++)
        buf_printf(b, " --broker-set %s", o->broker_set[i]);
    if (o->broker_delay)
        buf_printf(b, " --broker-delay %zu", o->broker_delay);
}

static void
add_texts(struct buf *b, const struct options *o)
{
    const struct {
        const char *name;
        const char *value; /* NULL: not given */
    } rows[] = {
        {"target-file", o->target_file},
        {"broker-passwords", o->broker_passwords},
        {"broker-acl", o->broker_acl},
        {"scenarios", o->scenarios},
        {"ca", o->ca},
        {"certificate", o->certificate},
        {"key", o->key},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].value)
            buf_printf(b, " --%s %s", rows[i].name, rows[i].value);
    if (o->user)
        buf_printf(b, " --user '%s'", o->user);
    if (o->password)
        buf_add_str(b, " --password '...'");
}

static void
add_flags(struct buf *b, const struct options *o)
{
    const struct {
        const char *name;
        bool is_set;
    } rows[] = {
        {"insecure", o->insecure},
        {"chop", o->chop},
        {"split", o->split},
        {"glue", o->glue},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].is_set)
            buf_printf(b, " --%s", rows[i].name);
}

char *
again_command(const struct options *o, const char *target)
{
    struct buf b = {0};
    buf_add_str(&b, "plumb-check run");
    if (o->broker_core)
        add_broker_core(&b, o);
    else
        buf_printf(&b, " --target %s", target);
    add_texts(&b, o);
    add_flags(&b, o);
    if (o->patience > 0)
        buf_printf(&b, " --patience %g", o->patience);
    if (o->rate > 0)
        buf_printf(&b, " --rate %g", o->rate);
    if (o->connections)
        buf_printf(&b, " --connections %zu", o->connections);
    buf_printf(&b, " --seed %llu", (unsigned long long)o->seed);
    char *text = xstrdup(buf_cstr(&b));
    buf_release(&b);
    return text;
}
