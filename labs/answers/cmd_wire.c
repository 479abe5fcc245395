/* cmd_wire.c - lab 1: given, answered, judged.
 * SPDX-License-Identifier: MIT                                               */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "labs/answers/cmd.h"
#include "labs/answers/wire.h"

static int
open_wire(struct wire *w, const char *seed, const char *words,
          const char *language, const char *folder, struct error *err)
{
    *w = (struct wire){.seed = strtoull(seed, NULL, 10)};
    int result = words_open(&w->words, words, language, err);
    for (unsigned c = 0; c < WIRE_CAPTURES && result == 0; c++) {
        char *path = xasprintf("%s/%s.pcapng", folder, wire_capture_name(c));
        result = talk_read(&w->talks[c], path, err);
        free(path);
    }
    return result;
}

static void
close_wire(struct wire *w)
{
    for (unsigned c = 0; c < WIRE_CAPTURES; c++)
        talk_release(&w->talks[c]);
    words_release(&w->words);
}

/* What a student may have written in already stays. */
static int
put(const char *folder, const char *name, struct buf *content, bool is_theirs,
    struct error *err)
{
    char *path = xasprintf("%s/%s", folder, name);
    int result = 0;
    if (!is_theirs || access(path, F_OK) != 0)
        result = file_write(path, buf_slice(content), err);
    free(path);
    buf_clear(content);
    return result;
}

/* "# English" and "# Chinese". */
static void
add_remark(struct buf *out, struct words *w, const char *key)
{
    for (int i = 0; i < 2; i++) {
        w->language = i ? WORDS_CHINESE : WORDS_ENGLISH;
        buf_add_str(out, "# ");
        words_tell(w, out, key);
        buf_add_byte(out, '\n');
    }
}

static int
give_questions(struct wire *w, const char *folder, struct error *err)
{
    struct buf text = {0}, table = {0};
    struct wire_question q;
    int result = 0;
    add_remark(&text, &w->words, "file-questions");
    add_remark(&table, &w->words, "file-answers");
    for (size_t i = 0; i < WIRE_QUESTIONS && result == 0; i++) {
        if (!wire_question_make(&q, w, i))
            result = error_set(err, "question %zu finds nothing to ask about",
                               i + 1);
        buf_printf(&text, "\n%2zu. ", i + 1);
        w->words.language = WORDS_ENGLISH;
        wire_question_print(&text, w, &w->words, &q, i);
        buf_add_str(&text, "\n    ");
        w->words.language = WORDS_CHINESE;
        wire_question_print(&text, w, &w->words, &q, i);
        buf_add_byte(&text, '\n');
        buf_printf(&table, "%zu\t\n", i + 1);
    }
    if (result == 0)
        result = put(folder, "questions.txt", &text, false, err);
    if (result == 0)
        result = put(folder, "answers.tsv", &table, true, err);
    buf_release(&text);
    buf_release(&table);
    return result;
}

static int
give_ranges(struct wire *w, const char *folder, struct error *err)
{
    struct buf text = {0}, table = {0};
    add_remark(&text, &w->words, "file-dumps");
    buf_add_byte(&text, '\n');
    wire_dumps_print(&text, w);
    add_remark(&table, &w->words, "file-ranges");
    wire_ranges_print(&table, w, false);
    int result = put(folder, "dumps.txt", &text, false, err);
    if (result == 0)
        result = put(folder, "ranges.tsv", &table, true, err);
    buf_release(&text);
    buf_release(&table);
    return result;
}

static int
give_claims(struct wire *w, const char *folder, struct error *err)
{
    struct buf text = {0}, table = {0};
    add_remark(&text, &w->words, "file-claims");
    add_remark(&table, &w->words, "file-claims-table");
    for (size_t i = 0; i < WIRE_CLAIMS; i++) {
        buf_printf(&text, "\n%zu. ", i + 1);
        w->words.language = WORDS_ENGLISH;
        words_tell(&w->words, &text, wire_claim_key(w, i));
        buf_add_str(&text, "\n   ");
        w->words.language = WORDS_CHINESE;
        words_tell(&w->words, &text, wire_claim_key(w, i));
        buf_add_byte(&text, '\n');
        buf_printf(&table, "%zu\t\t\n", i + 1);
    }
    int result = put(folder, "claims.txt", &text, false, err);
    if (result == 0)
        result = put(folder, "claims.tsv", &table, true, err);
    buf_release(&text);
    buf_release(&table);
    return result;
}

/* Each line of a text as a remark. */
static void
add_remarks(struct buf *out, struct slice text)
{
    buf_add_str(out, "# ");
    for (size_t i = 0; i < text.len; i++) {
        buf_add_byte(out, text.ptr[i]);
        if (text.ptr[i] == '\n')
            buf_add_str(out, "# ");
    }
    buf_add_byte(out, '\n');
}

static int
give_packets(struct wire *w, const char *folder, struct error *err)
{
    struct buf table = {0}, wishes = {0};
    for (int i = 0; i < 2; i++) {
        w->words.language = i ? WORDS_CHINESE : WORDS_ENGLISH;
        buf_clear(&wishes);
        words_tell(&w->words, &wishes, "file-packets");
        buf_add_byte(&wishes, '\n');
        wire_wishes_print(&wishes, w, &w->words);
        add_remarks(&table, buf_slice(&wishes));
        buf_add_str(&table, i ? "\n" : "#\n");
    }
    buf_add_str(&table, "PINGREQ\t\nCONNECT\t\nSUBSCRIBE\t\n");
    int result = put(folder, "packets.tsv", &table, true, err);
    buf_release(&table);
    buf_release(&wishes);
    return result;
}

int
cmd_wire_give(char **words, int count, struct error *err)
{
    struct wire w;
    if (count != 3)
        return error_set(err, "wire-give SEED WORDS DIR");
    int result = open_wire(&w, words[0], words[1], "en", words[2], err);
    if (result == 0)
        result = give_questions(&w, words[2], err);
    if (result == 0)
        result = give_ranges(&w, words[2], err);
    if (result == 0)
        result = give_claims(&w, words[2], err);
    if (result == 0)
        result = give_packets(&w, words[2], err);
    close_wire(&w);
    return result;
}

/* --- model answers -----------------------------------------------------------
 */

static void
add_answers(struct buf *out, const struct wire *w, size_t mistake)
{
    struct wire_question q;
    for (size_t i = 0; i < WIRE_QUESTIONS; i++) {
        if (!wire_question_make(&q, w, i))
            continue;
        const char *text = q.answer;
        if (mistake)
            text = mistake <= q.mistake_count ? q.mistakes[mistake - 1].answer
                                              : "";
        buf_printf(out, "%zu\t%s\n", i + 1, text);
    }
}

int
cmd_wire_key(char **words, int count, struct error *err)
{
    struct wire w;
    struct buf out = {0};
    if (count != 5)
        return error_set(err, "wire-key SEED WORDS DIR OUT N");
    int result = open_wire(&w, words[0], words[1], "en", words[2], err);
    if (result == 0) {
        add_answers(&out, &w, strtoull(words[4], NULL, 10));
        result = put(words[3], "answers.tsv", &out, false, err);
    }
    if (result == 0) {
        wire_ranges_print(&out, &w, true);
        result = put(words[3], "ranges.tsv", &out, false, err);
    }
    for (size_t i = 0; i < WIRE_CLAIMS && result == 0; i++) {
        buf_printf(&out, "%zu\t", i + 1);
        wire_claim_answer(&out, &w, i);
        buf_add_byte(&out, '\n');
    }
    if (result == 0)
        result = put(words[3], "claims.tsv", &out, false, err);
    for (size_t i = 0; i < WIRE_PACKETS && result == 0; i++) {
        wire_packet_answer(&out, &w, i);
        buf_add_byte(&out, '\n');
    }
    if (result == 0)
        result = put(words[3], "packets.tsv", &out, false, err);
    buf_release(&out);
    close_wire(&w);
    return result;
}

/* --- judged
 * ---------------------------------------------------------------------- */

typedef void judge_fn(struct results *r, const struct wire *w,
                      const struct table *t);

static const struct {
    const char *hole, *file;
    size_t cells;
    unsigned points;
    judge_fn *judge;
} holes[] = {
    {"L1.1", "answers.tsv", 2, 10, wire_questions_judge},
    {"L1.2", "ranges.tsv", 4, 4, wire_ranges_judge},
    {"L1.3", "claims.tsv", 3, 3, wire_claims_judge},
    {"L1.4", "packets.tsv", 2, 3, wire_packets_judge},
};

int
cmd_wire_judge(char **words, int count, struct error *err)
{
    struct wire w;
    if (count != 8)
        return error_set(err, "wire-judge SEED WORDS LANGUAGE CAPTURES DIR "
                              "MORE RESULTS JUDGED");
    struct results r = {.folder = words[5]};
    int result = open_wire(&w, words[0], words[1], words[2], words[3], err);
    for (size_t i = 0; i < sizeof holes / sizeof *holes && result == 0; i++) {
        struct table t;
        char *path = xasprintf("%s/%s", words[4], holes[i].file);
        result = table_read(&t, path, holes[i].cells, err);
        if (result == 0)
            holes[i].judge(&r, &w, &t);
        results_hole(&r, holes[i].hole, holes[i].points, 0);
        table_release(&t);
        free(path);
    }
    if (result == 0)
        result = results_write(&r, words[6], words[7], err);
    results_release(&r);
    close_wire(&w);
    return result;
}
