/* reading.c - captures, as options name them, told to whoever wants events.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "trace/lint/lint.h"
#include "trace/views/redact.h"

int
reading_run(char **files, int count, const struct options *o,
            const struct model_events *events,
            bool (*on_frame)(void *user, const struct input_counts *counts),
            void *user, struct input_counts *counts, struct error *err)
{
    struct unwrap_options unwrap = o->unwrap;
    struct input in = {.files = files,
                       .file_count = count,
                       .live = o->live,
                       .filter = o->filter,
                       .keys = keylog_new()};
    int result = o->keylog ? keylog_open(in.keys, o->keylog, err) : 0;
    unwrap.keys = in.keys;
    struct model *m = model_new(events, &unwrap);
    struct stream_events stream = model_stream_events(m);
    if (result == 0)
        result = input_read(&in, &stream, on_frame, user, counts, err);
    model_free(m);
    keylog_free(in.keys);
    return result;
}

static bool
start_view(void *user, const struct input_counts *counts)
{
    if (counts->frames == 1)
        view_start(user, counts->first_ns);
    return true;
}

int
reading_keep(char **files, int count, const struct options *o, struct view *v,
             struct buf *out, const char **title, struct error *err)
{
    struct input_counts counts = {0};
    const char *path = count ? files[0] : o->live.interface;
    const char *slash = strrchr(path, '/');
    *title = slash ? slash + 1 : path;
    view_init(v, &o->view, out);
    struct model_events events = view_events(v);
    return reading_run(files, count, o, &events, start_view, v, &counts, err);
}

static int
compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

uint64_t *
reading_broken(char **files, int count, const struct options *o, size_t *n)
{
    struct lint *l = lint_new();
    struct model_events events = lint_events(l);
    struct input_counts counts = {0};
    struct error ignored;
    uint64_t *numbers = NULL;
    size_t found;
    *n = 0;
    if (reading_run(files, count, o, &events, NULL, NULL, &counts,
                    &ignored) == 0) {
        const struct lint_finding *f = lint_findings(l, &found);
        numbers = xcalloc(found + 1, sizeof *numbers);
        for (size_t i = 0; i < found; i++)
            if (f[i].packet && lint_is_violation(&f[i]))
                numbers[(*n)++] = f[i].packet;
        qsort(numbers, *n, sizeof *numbers, compare_numbers);
    }
    lint_free(l);
    return numbers;
}

int
reading_redact(char **files, int count, const struct options *o,
               struct error *err)
{
    struct buf file = {0};
    struct input_counts counts = {0};
    uint64_t key;
    random_secret(&key, sizeof key);
    struct redact *r = redact_new(&file, key);
    struct model_events events = redact_events(r);
    int result = reading_run(files, count, o, &events, NULL, NULL, &counts, err);
    if (result == 0)
        result = file_write(o->redact_path, buf_slice(&file), err);
    redact_free(r);
    buf_release(&file);
    return result;
}
