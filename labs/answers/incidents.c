/* incidents.c - lab 11: which captures a student gets, and in what clothes.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/incidents.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "labs/answers/draw.h"

enum {
    CASES_MAX = 32,
    BYSTANDER = 40, /* its connection: above those of every recording */
    LINE_MAX_LEN = 256,
    CELL_MAX = 32
};

/* --- the list --------------------------------------------------------------
 */

static bool
parse_case(struct incident *c, const char *line)
{
    char fault[64], version[8], first[8];
    int used = 0;
    *c = (struct incident){.name = ""};
    if (sscanf(line, "%31s %63s %7s %7s %7s %7s %n", c->name, fault, c->side,
               c->also, version, first, &used) < 6)
        return false;
    snprintf(c->rules, sizeof c->rules, "%s", line + used);
    c->is_v5 = strcmp(version, "5.0") == 0;
    c->is_healthy = strcmp(c->side, "nobody") == 0;
    return true;
}

static size_t
read_list(struct incident *cases, const char *folder, struct error *err)
{
    struct buf text = {0};
    size_t count = 0;
    char *path = xasprintf("%s/list", folder), line[LINE_MAX_LEN];
    if (file_read(&text, path, err) == 0) {
        struct slice rest = buf_slice(&text);
        while (rest.len && count < CASES_MAX) {
            const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
            size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
            snprintf(line, sizeof line, "%.*s", (int)len,
                     (const char *)rest.ptr);
            rest = slice_from(rest, len + 1);
            if (*line != '#' && parse_case(&cases[count], line))
                count++;
        }
        if (count < INCIDENTS)
            error_set(err, "%s has too few cases", path);
    }
    buf_release(&text);
    free(path);
    return count;
}

/* Of one side, `wanted` of the cases, from `at` on. */
static size_t
choose(struct incidents *all, size_t at, const struct incident *cases,
       size_t count, const char *side, size_t wanted)
{
    size_t of_side[CASES_MAX], order[CASES_MAX], n = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(cases[i].side, side) == 0)
            of_side[n++] = i;
    draw_order(all->seed, side, order, n);
    for (size_t i = 0; i < wanted && i < n && at < INCIDENTS; i++)
        all->list[at++] = cases[of_side[order[i]]];
    return at;
}

int
incidents_open(struct incidents *all, uint64_t seed, const char *folder,
               const char *language, struct error *err)
{
    struct incident cases[CASES_MAX];
    size_t order[INCIDENTS], at = 0;
    *all = (struct incidents){.seed = seed, .folder = folder};
    char *path = xasprintf("%s/words", folder);
    int result = words_open(&all->words, path, language, err);
    free(path);
    if (result != 0)
        return -1;
    size_t count = read_list(cases, folder, err);
    if (count < INCIDENTS)
        return -1;
    at = choose(all, at, cases, count, "nobody", 1 + draw(seed, "healthy", 2));
    at = choose(all, at, cases, count, "client", 1 + draw(seed, "clients", 2));
    at = choose(all, at, cases, count, "broker", INCIDENTS - at);
    struct incident chosen[INCIDENTS];
    memcpy(chosen, all->list, sizeof chosen);
    draw_order(seed, "incidents", order, INCIDENTS);
    for (size_t i = 0; i < INCIDENTS; i++)
        all->list[i] = chosen[order[i]];
    return at == INCIDENTS ? 0 : error_set(err, "%s: too few cases", folder);
}

void
incidents_close(struct incidents *all)
{
    words_release(&all->words);
}

/* --- clothes -----------------------------------------------------------------
 */

/* Recordings say place1, thing2, ident1, value3: six bytes each, as the words
 * that take their place, so that no length changes. */
static void
dress(struct buf *bytes, const struct incidents *all, size_t nth)
{
    static const char *const kinds[][2] = {{"place", "place6"},
                                           {"thing", "thing6"},
                                           {"ident", "id6"},
                                           {"value", "value6"}};
    for (size_t at = 0; at + 6 <= bytes->len; at++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            uint8_t digit = bytes->data[at + 5];
            if (memcmp(bytes->data + at, kinds[k][0], 5) != 0 || digit < '1' ||
                digit > '9')
                continue;
            const char *word =
                draw_word(all->seed + nth, kinds[k][1], (size_t)(digit - '1'));
            memcpy(bytes->data + at, word, 6);
        }
}

static void
add_hex_event(struct tape *t, uint64_t time_us, enum mqtt_side from,
              const void *bytes, size_t len)
{
    tape_add(t, time_us, BYSTANDER, from, slice_of(bytes, len));
}

/* Somebody with nothing to do with it connects and pings now and then. */
static void
add_bystander(struct tape *t, const struct incidents *all, size_t nth,
              uint64_t end_us)
{
    static const uint8_t pings[2][2] = {{0xc0, 0}, {0xd0, 0}};
    static const uint8_t goodbye[] = {0xe0, 0};
    uint64_t seed = all->seed * 31 + nth;
    bool is_v5 = all->list[nth].is_v5;
    const char *id = draw_word(all->seed + nth, "id6", 8);
    struct buf connect = {0};
    uint8_t head[] = {
        0x10, (uint8_t)(is_v5 ? 19 : 18), 0,    4,    'M', 'Q', 'T',
        'T',  (uint8_t)(is_v5 ? 5 : 4),   0x02, 0x0e, 0x10};
    uint8_t connack[] = {0x20, (uint8_t)(is_v5 ? 3 : 2), 0, 0, 0};
    buf_add(&connect, slice_of(head, sizeof head));
    if (is_v5)
        buf_add_byte(&connect, 0);
    buf_add_byte(&connect, 0);
    buf_add_byte(&connect, 6);
    buf_add(&connect, slice_str(id));
    uint64_t start = draw(seed, "bystander", (size_t)(end_us / 3 + 1));
    add_hex_event(t, start, FROM_CLIENT, connect.data, connect.len);
    add_hex_event(t, start + 400, FROM_SERVER, connack, is_v5 ? 5 : 4);
    for (size_t i = 0, n = 2 + draw(seed, "pings", 4); i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "ping/%zu", i);
        uint64_t at =
            start + 900 + i * 2000 + draw(seed, name, (size_t)(end_us - start));
        add_hex_event(t, at, FROM_CLIENT, pings[0], 2);
        add_hex_event(t, at + 350, FROM_SERVER, pings[1], 2);
    }
    add_hex_event(t, end_us + 30000, FROM_CLIENT, goodbye, 2);
    struct tape_event *fin =
        tape_add(t, end_us + 30400, BYSTANDER, FROM_CLIENT, slice_of(NULL, 0));
    fin->what = TAPE_FIN;
    buf_release(&connect);
}

/* Where the mark is, counted in packets as a reader of the capture counts. */
static uint64_t
marked(const struct tape *t)
{
    uint64_t number = 0;
    for (size_t i = 0; i < t->count; i++) {
        number += t->list[i].what == TAPE_DATA;
        if (t->list[i].is_wrong)
            return number;
    }
    return 0;
}

int
incidents_capture(struct buf *out, struct incidents *all, size_t nth,
                  struct error *err)
{
    struct tape t = {0};
    struct buf text = {0};
    struct incident *c = &all->list[nth];
    char *path = xasprintf("%s/cases/%s.tape", all->folder, c->name);
    int result = file_read(&text, path, err);
    if (result == 0 && tape_parse(&t, buf_slice(&text), err) != 0)
        result = error_prefix(err, "%s", path);
    if (result == 0) {
        for (size_t i = 0; i < t.count; i++)
            dress(&t.list[i].bytes, all, nth);
        add_bystander(&t, all, nth, t.list[t.count - 1].time_us + 1000);
        tape_sort(&t);
        c->first = marked(&t);
        tape_write(out, &t, all->seed * 131 + nth, false);
        if (c->first == 0 && !c->is_healthy)
            result = error_set(err, "%s marks no packet", path);
    }
    tape_release(&t);
    buf_release(&text);
    free(path);
    return result;
}

void
incidents_tell(struct buf *out, const struct incidents *all, size_t nth)
{
    char key[48];
    struct buf text = {0};
    snprintf(key, sizeof key, "i-%s", all->list[nth].name);
    words_tell(&all->words, &text, key);
    dress(&text, all, nth);
    buf_add(out, buf_slice(&text));
    buf_release(&text);
}

void
incidents_answer(struct buf *out, const struct incidents *all, size_t nth)
{
    const struct incident *c = &all->list[nth];
    buf_printf(out, "%zu\t%s\t", nth + 1, c->side);
    if (c->is_healthy)
        buf_add_str(out, "\t\t");
    else
        buf_printf(out, "%llu\t%.*s\t", (unsigned long long)c->first,
                   (int)strcspn(c->rules, " "), c->rules);
    buf_add_str(out, "fix\n");
}
