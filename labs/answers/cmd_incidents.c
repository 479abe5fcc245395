/* cmd_incidents.c - lab 11: given, answered, judged.
 * SPDX-License-Identifier: MIT                                               */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "labs/answers/cmd.h"
#include "labs/answers/incidents.h"
#include "labs/answers/talk.h"

static int
put(const char *folder, const char *name, struct buf *content,
    struct error *err)
{
    char *path = xasprintf("%s/%s", folder, name);
    int result = file_write(path, buf_slice(content), err);
    free(path);
    buf_clear(content);
    return result;
}

static bool
is_there(const char *folder, const char *name)
{
    char *path = xasprintf("%s/%s", folder, name);
    bool is = access(path, F_OK) == 0;
    free(path);
    return is;
}

/* The captures; without a folder only the keys. */
static int
make_captures(struct incidents *all, const char *folder, struct error *err)
{
    struct buf out = {0};
    char name[32];
    int result = 0;
    for (size_t i = 0; i < INCIDENTS && result == 0; i++) {
        result = incidents_capture(&out, all, i, err);
        snprintf(name, sizeof name, "%zu.pcapng", i + 1);
        if (result == 0 && folder)
            result = put(folder, name, &out, err);
        buf_clear(&out);
    }
    buf_release(&out);
    return result;
}

static int
tell_in(struct incidents *all, enum words_language language, const char *folder,
        const char *name, struct error *err)
{
    struct buf out = {0};
    all->words.language = language;
    buf_add_str(&out, "# ");
    words_tell(&all->words, &out, "file-incidents");
    buf_add_byte(&out, '\n');
    for (size_t i = 0; i < INCIDENTS; i++) {
        buf_printf(&out, "\n## %zu.pcapng (MQTT %s)\n\n", i + 1,
                   all->list[i].is_v5 ? "5.0" : "3.1.1");
        incidents_tell(&out, all, i);
        buf_add_byte(&out, '\n');
    }
    int result = put(folder, name, &out, err);
    buf_release(&out);
    return result;
}

static void
add_remark(struct buf *out, struct incidents *all, const char *key)
{
    for (int i = 0; i < 2; i++) {
        all->words.language = i ? WORDS_CHINESE : WORDS_ENGLISH;
        buf_add_str(out, "# ");
        words_tell(&all->words, out, key);
        buf_add_byte(out, '\n');
    }
}

/* What they may have written in already stays. */
static int
give_tables(struct incidents *all, const char *folder, struct error *err)
{
    struct buf out = {0};
    int result = 0;
    if (!is_there(folder, "verdict.tsv")) {
        add_remark(&out, all, "file-verdict");
        for (size_t i = 0; i < INCIDENTS; i++)
            buf_printf(&out, "%zu\t\t\t\t\n", i + 1);
        result = put(folder, "verdict.tsv", &out, err);
    }
    if (result == 0 && !is_there(folder, "repair.tsv")) {
        add_remark(&out, all, "file-repair");
        repair_print(&out, all);
        result = put(folder, "repair.tsv", &out, err);
    }
    buf_release(&out);
    return result;
}

static uint64_t
seed_of(const char *word)
{
    return strtoull(word, NULL, 10);
}

int
cmd_incidents_captures(char **words, int count, struct error *err)
{
    struct incidents all;
    if (count != 3)
        return error_set(err, "incidents-captures SEED LAB DIR");
    int result = incidents_open(&all, seed_of(words[0]), words[1], "en", err);
    if (result == 0)
        result = make_captures(&all, words[2], err);
    incidents_close(&all);
    return result;
}

int
cmd_incidents_give(char **words, int count, struct error *err)
{
    struct incidents all;
    const char *folder = count == 3 ? words[2] : "";
    if (count != 3)
        return error_set(err, "incidents-give SEED LAB DIR");
    int result = incidents_open(&all, seed_of(words[0]), words[1], "en", err);
    if (result == 0)
        result = make_captures(&all, folder, err);
    if (result == 0)
        result = tell_in(&all, WORDS_ENGLISH, folder, "incidents.en.md", err);
    if (result == 0)
        result = tell_in(&all, WORDS_CHINESE, folder, "incidents.zh.md", err);
    if (result == 0)
        result = give_tables(&all, folder, err);
    incidents_close(&all);
    return result;
}

int
cmd_incidents_key(char **words, int count, struct error *err)
{
    struct incidents all;
    struct buf out = {0};
    if (count != 3)
        return error_set(err, "incidents-key SEED LAB DIR");
    int result = incidents_open(&all, seed_of(words[0]), words[1], "en", err);
    if (result == 0)
        result = make_captures(&all, NULL, err);
    for (size_t i = 0; i < INCIDENTS; i++)
        incidents_answer(&out, &all, i);
    if (result == 0)
        result = put(words[2], "verdict.tsv", &out, err);
    buf_clear(&out);
    repair_answer(&out, &all);
    if (result == 0)
        result = put(words[2], "repair.tsv", &out, err);
    buf_release(&out);
    incidents_close(&all);
    return result;
}

/* --- judged ------------------------------------------------------------------
 */

static int
judge(struct results *r, struct incidents *all, const char *captures,
      const char *folder, struct error *err)
{
    struct table t;
    char *path = xasprintf("%s/verdict.tsv", folder);
    int costs = -1, result = table_read(&t, path, 5, err);
    if (result == 0)
        costs = incidents_judge(r, all, captures, &t, err);
    results_hole(r, "L11.1", 24, costs > 0 ? (unsigned)costs : 0);
    table_release(&t);
    free(path);
    if (costs < 0)
        return -1;
    path = xasprintf("%s/repair.tsv", folder);
    result = table_read(&t, path, 2, err);
    if (result == 0)
        repair_judge(r, all, &t);
    results_hole(r, "L11.2", 6, 0);
    table_release(&t);
    free(path);
    return result;
}

int
cmd_incidents_judge(char **words, int count, struct error *err)
{
    struct incidents all;
    if (count != 8)
        return error_set(err, "incidents-judge SEED LAB LANGUAGE CAPTURES DIR "
                              "MORE RESULTS JUDGED");
    struct results r = {.folder = words[5]};
    int result =
        incidents_open(&all, seed_of(words[0]), words[1], words[2], err);
    if (result == 0)
        result = make_captures(&all, NULL, err);
    if (result == 0)
        result = judge(&r, &all, words[3], words[4], err);
    if (result == 0)
        result = results_write(&r, words[6], words[7], err);
    results_release(&r);
    incidents_close(&all);
    return result;
}

/* --- proved
 * --------------------------------------------------------------------- */

/* The strict reader's first violation is the packet of the key, or it has none;
 * of a healthy capture it has none. */
static int
agrees(const struct incident *c, const struct talk *t, struct error *err)
{
    size_t count;
    const struct lint_finding *f = lint_findings(t->lint, &count);
    const struct talk_packet *key = talk_packet(t, c->first);
    for (size_t i = 0; i < count; i++) {
        if (!lint_is_violation(&f[i]))
            continue;
        if (f[i].packet == c->first && f[i].by == key->packet->from)
            break;
        return error_set(err,
                         "%s: the strict reader says packet %llu (%s), the "
                         "list says %llu",
                         c->name, (unsigned long long)f[i].packet, f[i].ids,
                         (unsigned long long)c->first);
    }
    if (c->is_healthy)
        return 0;
    bool by_client = strcmp(c->side, "client") == 0;
    if (!key || by_client != (key->packet->from == FROM_CLIENT))
        return error_set(err, "%s: packet %llu was not sent by the %s", c->name,
                         (unsigned long long)c->first, c->side);
    return 0;
}

int
cmd_incidents_check(char **words, int count, struct error *err)
{
    struct incidents all;
    int result;
    if (count != 3)
        return error_set(err, "incidents-check SEED LAB DIR");
    result = incidents_open(&all, seed_of(words[0]), words[1], "en", err);
    if (result == 0)
        result = make_captures(&all, words[2], err);
    for (size_t i = 0; i < INCIDENTS && result == 0; i++) {
        struct talk t;
        char *path = xasprintf("%s/%zu.pcapng", words[2], i + 1);
        result = talk_read(&t, path, err);
        if (result == 0)
            result = agrees(&all.list[i], &t, err);
        printf("%zu %s %llu\n", i + 1, all.list[i].name,
               (unsigned long long)all.list[i].first);
        talk_release(&t);
        free(path);
    }
    incidents_close(&all);
    return result;
}
