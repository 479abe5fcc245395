/* words.c - what people are told, in English or Chinese.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/words.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

/* The sentences of the decoder and of the standard: labs/zh/, beside the folder
 * of the words. */
static int
read_rules(struct words *w, const char *path, struct error *err)
{
    static const char *const names[] = {"reasons.tsv", "statements.tsv"};
    const char *slash = strrchr(path, '/');
    int dir = slash ? (int)(slash - path) : 0, result = 0;
    for (size_t i = 0; i < 2 && result == 0; i++) {
        char *file = xasprintf("%.*s%s../zh/%s", dir, path, slash ? "/" : "",
                               names[i]);
        result = file_read(&w->rules, file, err);
        free(file);
    }
    return result;
}

int
words_open(struct words *w, const char *path, const char *language,
           struct error *err)
{
    bool is_chinese = strcmp(language, "zh") == 0;
    *w = (struct words){.language =
                            is_chinese ? WORDS_CHINESE : WORDS_ENGLISH};
    if (is_chinese && read_rules(w, path, err) != 0)
        return -1;
    return file_read(&w->text, path, err);
}

void
words_release(struct words *w)
{
    buf_release(&w->text);
    buf_release(&w->rules);
}

/* Up to `end` in s, which goes on behind it. */
static struct slice
cut(struct slice *s, char end)
{
    const uint8_t *at = s->len ? memchr(s->ptr, end, s->len) : NULL;
    size_t len = at ? (size_t)(at - s->ptr) : s->len;
    struct slice head = slice_first(*s, len);
    *s = slice_from(*s, len + 1);
    return head;
}

static bool
find(const struct words *w, const char *key, struct slice *out)
{
    struct slice rest = buf_slice(&w->text);
    while (rest.len) {
        struct slice line = cut(&rest, '\n');
        if (!slice_is(cut(&line, '|'), key))
            continue;
        struct slice english = cut(&line, '|');
        *out = w->language == WORDS_CHINESE ? line : english;
        return true;
    }
    return false;
}

bool
words_have(const struct words *w, const char *key)
{
    struct slice ignored;
    return find(w, key, &ignored);
}

/* Chinese for a sentence of labs/zh/; anything else stays what it is. */
static void
say_argument(const struct words *w, struct buf *out, const char *text)
{
    struct slice rest = buf_slice(&w->rules);
    while (rest.len) {
        struct slice line = cut(&rest, '\n'), field = cut(&line, '\t');
        while (line.len && memchr(line.ptr, '\t', line.len))
            field = cut(&line, '\t'); /* statements have an id first */
        if (line.len && slice_is(field, text)) {
            buf_add(out, line);
            return;
        }
    }
    buf_add_str(out, text);
}

void
words_say(const struct words *w, struct buf *out, const char *key,
          const char *const *args)
{
    struct slice text;
    size_t count = 0;
    if (!find(w, key, &text)) {
        fprintf(stderr, "lab-answers: no words for %s\n", key);
        BUG("a text is missing");
    }
    while (count < WORDS_ARGS && args[count])
        count++;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : 0;
        if (c != '%') {
            buf_add_byte(out, c);
            continue;
        }
        i++;
        if (next == '%')
            buf_add_byte(out, next);
        else if (next == 'n')
            buf_add_byte(out, '\n');
        else if (next >= '1' && (size_t)(next - '1') < count)
            say_argument(w, out, args[next - '1']);
    }
}

void
words_tell3(const struct words *w, struct buf *out, const char *key,
            const char *a, const char *b, const char *c)
{
    words_say(w, out, key, (const char *const[]){a, b, c, NULL});
}

void
words_tell(const struct words *w, struct buf *out, const char *key)
{
    words_tell3(w, out, key, NULL, NULL, NULL);
}
