/* splice.c - puts other definitions and other lines into C source text.
 * SPDX-License-Identifier: MIT
 *
 *     splice list FILE            names of its functions and tables, with lines
 *     splice replace FILE WITH    FILE on standard output, each definition that
 *                                 WITH contains in place of FILE's own
 *     splice plant FAULT DIR      the files that a fault changes, changed, below
 *                                 DIR; their names on standard output
 *
 * A fault (conformance/faults/) is a few words that are wrong (plant.h); a lab's
 * starter code is many definitions with nothing in them. The sources themselves
 * carry no marks for either.                                                 */
#include <stdio.h>

#include "labs/edit/definitions.h"
#include "labs/edit/plant.h"

static void
print(struct slice text)
{
    fwrite(text.ptr, 1, text.len, stdout);
}

static int
replace(const struct source *in, const struct source *with, struct error *err)
{
    const uint8_t *at = in->text.data;
    if (with->count == 0)
        return error_set(err, "%s: contains no definition", with->path);
    for (size_t i = 0; i < with->count; i++)
        if (!source_find(in, with->list[i].name))
            return error_set(err, "%s:%u: %s defines no '%.*s' to replace",
                             with->path, with->list[i].line, in->path,
                             SLICE_ARG(with->list[i].name));
    for (size_t i = 0; i < in->count; i++) {
        const struct definition *d = &in->list[i];
        const struct definition *new = source_find(with, d->name);
        if (!new)
            continue;
        print(slice_of(at, (size_t)(d->text.ptr - at)));
        /* Messages of the compiler and the debugger name the right file. */
        printf("#line %u \"%s\"\n", new->line, with->path);
        print(new->text);
        at = d->text.ptr + d->text.len;
        unsigned next_line = d->line;
        for (size_t k = 0; k < d->text.len; k++)
            next_line += d->text.ptr[k] == '\n';
        printf("#line %u \"%s\"\n", next_line, in->path);
    }
    print(slice_of(at, (size_t)(in->text.data + in->text.len - at)));
    return 0;
}

static void
list(const struct source *s)
{
    for (size_t i = 0; i < s->count; i++)
        printf("%s:%u: %.*s\n", s->path, s->list[i].line,
               SLICE_ARG(s->list[i].name));
}

static int
run(int argc, char **argv, struct error *err)
{
    struct source in = {0}, with = {0};
    int result;
    if (strcmp(argv[1], "plant") == 0)
        return plant(argv[2], argv[3], err);
    result = source_read(&in, argv[2], err);
    if (result == 0 && argc == 4)
        result = source_read(&with, argv[3], err);
    if (result == 0 && argc == 4)
        result = replace(&in, &with, err);
    else if (result == 0)
        list(&in);
    source_release(&in);
    source_release(&with);
    return result;
}

int
main(int argc, char **argv)
{
    struct error err = {""};
    const char *verb = argc > 1 ? argv[1] : "";
    bool lists = argc == 3 && strcmp(verb, "list") == 0;
    if (!lists && !(argc == 4 && (strcmp(verb, "replace") == 0 ||
                                  strcmp(verb, "plant") == 0))) {
        fprintf(stderr, "usage: splice list FILE | splice replace FILE WITH | "
                        "splice plant FAULT DIR\n");
        return 2;
    }
    if (run(argc, argv, &err) == 0)
        return 0;
    fprintf(stderr, "splice: %s\n", err.text);
    return 2;
}
