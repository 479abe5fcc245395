/* cmd_bench.c - `plumb-client bench`: a load on a broker, and what it took.
 * SPDX-License-Identifier: MIT */
#include "client/cmd_bench.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json_put.h"
#include "client/bench_load.h"
#include "client/bench_meter.h"
#include "client/bench_options.h"

struct result {
    char name[32];           /* "fan-out-q1" */
    uint64_t messages;       /* delivered */
    uint64_t us;             /* microseconds */
    struct bench_meter used; /* processor time meanwhile; memory at the end */
    uint64_t rss_grown;      /* bytes, while everybody connected */
    uint64_t connections;
    uint64_t filters;        /* further subscriptions of the load */
};

static void
print(const struct bench_options *o, const struct result *r)
{
    struct buf line = {0};
    double seconds = (double)r->us / 1e6;
    uint64_t ns = r->messages ? r->used.cpu_ns / r->messages : 0;
    uint64_t each = r->rss_grown / r->connections;
    if (o->json) {
        buf_add_byte(&line, '{');
        json_put_member(&line, "shape", r->name);
        json_put_number(&line, "messages", (int64_t)r->messages);
        json_put_number(&line, "microseconds", (int64_t)r->us);
        if (o->pid) {
            json_put_number(&line, "cpu_ns", (int64_t)r->used.cpu_ns);
            json_put_number(&line, "rss_bytes", (int64_t)r->used.rss_bytes);
            json_put_number(&line, "bytes_per_connection", (int64_t)each);
            if (r->filters)
                json_put_number(&line, "bytes_per_subscription",
                                (int64_t)(r->rss_grown / r->filters));
        }
        buf_add_byte(&line, '}');
    } else {
        buf_printf(&line, "%-18s %10llu messages %7.3f s %9.0f/s", r->name,
                   (unsigned long long)r->messages, seconds,
                   (double)r->messages / seconds);
        if (o->pid)
            buf_printf(&line, " %6llu ns each %6llu KiB %6llu B/connection",
                       (unsigned long long)ns,
                       (unsigned long long)r->used.rss_bytes / 1024,
                       (unsigned long long)each);
    }
    puts(buf_cstr(&line));
    fflush(stdout);
    buf_release(&line);
}

static int
meter(const struct bench_options *o, struct bench_meter *m, struct error *err)
{
    *m = (struct bench_meter){0};
    return o->pid ? bench_meter_read(m, o->pid, err) : 0;
}

/* Between two looks at the meter. */
static int
measure(const struct bench_options *o, struct bench_load *l, struct result *r,
        struct error *err)
{
    struct bench_meter before;
    uint64_t us = o->messages ? 0 : o->seconds_ms * 1000;
    if (us && bench_load_run(l, 0, us / 4, err)) /* to get warm */
        return -1;
    if (meter(o, &before, err))
        return -1;
    uint64_t begin = clock_us(), delivered = bench_load_delivered(l);
    if (bench_load_run(l, o->messages, us, err))
        return -1;
    r->us = clock_us() - begin;
    r->messages = bench_load_delivered(l) - delivered;
    if (meter(o, &r->used, err))
        return -1;
    r->used.cpu_ns -= before.cpu_ns;
    return 0;
}

static enum status
run_one(const struct bench_options *o, const struct bench_shape *shape,
        uint8_t qos, struct error *err)
{
    struct result r = {.connections = (uint64_t)shape->publishers +
                                      shape->subscribers + shape->idle,
                       .filters = shape->filters};
    struct bench_meter empty, full;
    if (meter(o, &empty, err))
        return STATUS_USAGE;
    struct bench_load *l =
        bench_load_new(shape, qos, o->keeps, o->host, (uint16_t)o->port, err);
    if (!l)
        return STATUS_CONNECT;
    enum status status = STATUS_FAILED;
    snprintf(r.name, sizeof r.name, "%s-q%u", shape->name, qos);
    if (meter(o, &full, err) == 0 && measure(o, l, &r, err) == 0) {
        r.rss_grown = full.rss_bytes - empty.rss_bytes;
        if (full.rss_bytes < empty.rss_bytes)
            r.rss_grown = 0;
        print(o, &r);
        status = STATUS_OK;
    }
    bench_load_free(l);
    return status;
}

static enum status
run_shape(const struct bench_options *o, const struct bench_shape *shape)
{
    struct error err;
    for (uint8_t qos = 0; qos <= 2; qos++) {
        if (!(shape->qos_set >> qos & 1) || (o->qos < 3 && o->qos != qos))
            continue;
        enum status status = run_one(o, shape, qos, &err);
        if (status != STATUS_OK) {
            fprintf(stderr, "plumb-client bench: %s-q%u: %s\n", shape->name,
                    qos, err.text);
            return status;
        }
    }
    return STATUS_OK;
}

enum status
cmd_bench(int argc, char **argv)
{
    struct bench_options o;
    struct error err;
    enum status status = STATUS_OK;
    if (bench_options_parse(&o, argc, argv, &err)) {
        fprintf(stderr, "plumb-client bench: %s\n", err.text);
        return STATUS_USAGE;
    }
    if (o.wants_help || o.wants_list) {
        struct buf text = {0};
        (o.wants_help ? bench_options_help : bench_options_list)(&text);
        fputs(buf_cstr(&text), stdout);
        buf_release(&text);
        return STATUS_OK;
    }
    if (o.shape)
        return run_shape(&o, o.shape);
    for (size_t i = 0; i < bench_shape_count && status == STATUS_OK; i++)
        status = run_shape(&o, &bench_shapes[i]);
    return status;
}
