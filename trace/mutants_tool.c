/* mutants_tool.c - damages captures in every way, and decodes them.
 * SPDX-License-Identifier: MIT
 *
 *     trace-mutants COUNT FIRST CAPTURE...
 *
 * Nothing is checked but that it ends: built with ASan and UBSan, in bounded
 * time. Half of the mutants are files with bytes changed, cut or joined; half
 * are whole files whose frames are, which reach deeper. Each is shown by another
 * view. Mutant number N is always the same; the number of the one in hand is in
 * build/trace-mutant, and `trace-mutants 1 N` writes it to
 * build/trace-mutant.pcap.                                                   */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "trace/input.h"
#include "trace/render/view.h"

#define CAPTURE_MAX 120000 /* larger ones only cost time */
#define FRAMES_MAX 400     /* of a capture that is taken apart */
#define SECONDS_MAX 20     /* for one mutant; more is a hang */

struct frame {
    size_t at, len; /* in the capture's bytes */
};

struct sample {
    struct buf file;  /* as it is */
    struct buf bytes; /* of all its frames */
    struct frame frames[FRAMES_MAX];
    size_t count;
    uint32_t link_type;
};

struct run {
    uint64_t random;
    struct sample *samples;
    size_t count;
    struct keylog *keys;
    struct buf mutant, out;
};

static uint64_t
next(struct run *r)
{
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;
    return r->random;
}

static size_t
below(struct run *r, size_t n)
{
    return n ? (size_t)(next(r) % n) : 0;
}

/* --- reading samples ------------------------------------------------------ */

static void
take_apart(struct sample *s)
{
    struct error err;
    struct capture_frame f;
    FILE *file = fmemopen(s->file.data, s->file.len, "rb");
    struct capture *c = file ? capture_open_file(file, "sample", &err) : NULL;
    while (c && s->count < FRAMES_MAX && capture_next(c, &f, &err) == 1) {
        s->frames[s->count++] = (struct frame){s->bytes.len, f.bytes.len};
        buf_add(&s->bytes, f.bytes);
        s->link_type = f.link_type;
    }
    capture_close(c);
}

static void
read_sample(struct run *r, const char *path)
{
    struct error err;
    struct sample *s = &r->samples[r->count];
    if (file_read(&s->file, path, &err) < 0 || s->file.len > CAPTURE_MAX) {
        buf_release(&s->file);
        return; /* too large: no matter */
    }
    take_apart(s);
    r->count++;
    char keylog[300];
    snprintf(keylog, sizeof keylog, "%.*skeylog",
             (int)(strrchr(path, '.') + 1 - path), path);
    struct buf lines = {0};
    if (file_read(&lines, keylog, &err) == 0)
        keylog_add(r->keys, buf_slice(&lines));
    buf_release(&lines);
}

/* --- damage --------------------------------------------------------------- */

static void
damage(struct run *r, struct buf *b, size_t from)
{
    if (b->len <= from)
        return; /* nothing is left of it */
    size_t at = from + below(r, b->len - from);
    switch (below(r, 6)) {
    case 0: b->data[at] = (uint8_t)next(r); break;
    case 1: b->data[at] ^= (uint8_t)(1u << below(r, 8)); break;
    case 2: b->data[at] = below(r, 2) ? 0xff : 0; break;
    case 3: b->len = at; break;
    case 4: { /* some bytes fewer */
        size_t n = below(r, 40);
        buf_splice(b, at, n < b->len - at ? n : b->len - at,
                   slice_of(NULL, 0));
        break;
    }
    default: { /* some bytes twice */
        uint8_t copy[64];
        size_t n = below(r, sizeof copy);
        if (n > b->len - at)
            n = b->len - at;
        memcpy(copy, b->data + at, n);
        buf_splice(b, at, 0, slice_of(copy, n));
        break;
    }
    }
}

static void
mutate_file(struct run *r, const struct sample *s)
{
    buf_add(&r->mutant, buf_slice(&s->file));
    for (size_t n = 1 + below(r, 8); n-- > 0;)
        damage(r, &r->mutant, below(r, 4) ? 24 : 0);
    if (below(r, 8) == 0) { /* joined with the end of another one */
        const struct sample *other = &r->samples[below(r, r->count)];
        buf_add(&r->mutant,
                slice_from(buf_slice(&other->file),
                           below(r, other->file.len)));
    }
}

static void
add_u32(struct buf *b, uint32_t v)
{
    buf_add(b, slice_of(&v, sizeof v));
}

static void
add_frame(struct run *r, const struct sample *s, size_t i, uint32_t time)
{
    struct buf f = {0};
    buf_add(&f, slice_of(s->bytes.data + s->frames[i].at, s->frames[i].len));
    if (below(r, 6) == 0)
        for (size_t n = 1 + below(r, 4); n-- > 0;)
            damage(r, &f, below(r, 2) ? 54 % (f.len + 1) : 0);
    add_u32(&r->mutant, time / 1000);
    add_u32(&r->mutant, time % 1000 * 1000000);
    add_u32(&r->mutant, (uint32_t)f.len);
    add_u32(&r->mutant, (uint32_t)f.len + (below(r, 50) ? 0 : 100));
    buf_add(&r->mutant, buf_slice(&f));
    buf_release(&f);
}

static void
mutate_frames(struct run *r, const struct sample *s)
{
    static const uint32_t head[5] = {0xa1b23c4d, 0x00040002, 0, 0, 262144};
    const struct sample *other = &r->samples[below(r, r->count)];
    buf_add(&r->mutant, slice_of(head, sizeof head));
    add_u32(&r->mutant, s->link_type);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t time = (uint32_t)i * 10;
        switch (below(r, 24)) {
        case 0: break; /* lost */
        case 1: /* twice */
            add_frame(r, s, i, time);
            add_frame(r, s, i, time);
            break;
        case 2: /* out of order */
            add_frame(r, s, below(r, s->count), time);
            add_frame(r, s, i, time);
            break;
        case 3: /* one of another capture */
            if (other->link_type == s->link_type && other->count)
                add_frame(r, other, below(r, other->count), time);
            add_frame(r, s, i, time);
            break;
        default: add_frame(r, s, i, time);
        }
    }
}

/* --- decoding ------------------------------------------------------------- */

static bool
on_frame(void *user, const struct input_counts *counts)
{
    struct view *v = user;
    (void)counts;
    if (v->out->len > 65536)
        buf_clear(v->out);
    return true;
}

static void
decode(struct run *r, enum view_kind kind)
{
    struct view_options o = {.kind = kind, .tells_ends = true};
    struct view v;
    struct input_counts counts = {0};
    struct error err;
    struct unwrap_options unwrap = {.keys = r->keys};
    buf_clear(&r->out);
    view_init(&v, &o, &r->out);
    struct model_events events = view_events(&v);
    struct model *m = model_new(&events, &unwrap);
    struct stream_events stream = model_stream_events(m);
    struct input in = {.keys = r->keys};
    if (r->mutant.len)
        in.open = fmemopen(r->mutant.data, r->mutant.len, "rb");
    if (in.open)
        input_read(&in, &stream, on_frame, &v, &counts, &err);
    model_free(m);
    view_finish(&v);
    view_release(&v);
}

int
main(int argc, char **argv)
{
    struct run r = {0};
    struct error err;
    if (argc < 4) {
        fputs("usage: trace-mutants COUNT FIRST CAPTURE...\n", stderr);
        return EXIT_FAILURE;
    }
    uint64_t count = strtoull(argv[1], NULL, 10);
    uint64_t first = strtoull(argv[2], NULL, 10);
    r.samples = xcalloc((size_t)argc, sizeof *r.samples);
    r.keys = keylog_new();
    for (int i = 3; i < argc; i++)
        read_sample(&r, argv[i]);
    time_t begin = time(NULL);
    int note = open("build/trace-mutant", O_WRONLY | O_CREAT, 0644);
    char text[32];
    for (uint64_t i = 0; i < count && r.count; i++) {
        uint64_t number = first + i;
        r.random = number * 0x9e3779b97f4a7c15u | 1;
        next(&r);
        snprintf(text, sizeof text, "%20llu\n", (unsigned long long)number);
        if (note >= 0 && pwrite(note, text, strlen(text), 0) < 0)
            perror("build/trace-mutant");
        const struct sample *s = &r.samples[below(&r, r.count)];
        buf_clear(&r.mutant);
        if (below(&r, 2))
            mutate_file(&r, s);
        else
            mutate_frames(&r, s);
        if (count == 1 && file_write("build/trace-mutant.pcap",
                                     buf_slice(&r.mutant), &err) < 0)
            fprintf(stderr, "%s\n", err.text);
        alarm(SECONDS_MAX); /* a hang ends the program */
        decode(&r, (enum view_kind)below(&r, VIEW_MACHINE + 1));
        if (i % 20000 == 19999)
            printf("%llu mutants, %ld s\n", (unsigned long long)i + 1,
                   (long)(time(NULL) - begin));
        fflush(stdout);
    }
    for (size_t i = 0; i < r.count; i++) {
        buf_release(&r.samples[i].file);
        buf_release(&r.samples[i].bytes);
    }
    free(r.samples);
    keylog_free(r.keys);
    buf_release(&r.mutant);
    buf_release(&r.out);
    printf("%llu passed, 0 failed\n", (unsigned long long)count);
    return EXIT_SUCCESS;
}
