/* words.h - what people are told, in English or Chinese.
 * SPDX-License-Identifier: MIT
 *
 * A file of lines `key|English|Chinese`, as labs/messages. %1 to %9 are filled
 * in; %% is a percent sign. Its folder stands beside labs/zh/.               */
#ifndef LABS_ANSWERS_WORDS_H
#define LABS_ANSWERS_WORDS_H

#include "base/buf.h"
#include "base/error.h"

enum words_language { WORDS_ENGLISH, WORDS_CHINESE };
enum { WORDS_ARGS = 6 };

struct words {
    struct buf text;              /* the file */
    struct buf rules;             /* English TAB Chinese; empty in English */
    enum words_language language; /* which of the two is told */
};

/* "zh" is Chinese, anything else English. Release it in any case. */
int words_open(struct words *w, const char *path, const char *language,
               struct error *err);
void words_release(struct words *w);

/* Appends the text of a key with its arguments, NULL behind the last; one that
 * is a sentence of the decoder, or a statement, is told in the language too. A
 * key that is not there is a bug of ours. */
void words_say(const struct words *w, struct buf *out, const char *key,
               const char *const *args);

/* Without arguments; and with up to three, NULL for none. */
void words_tell(const struct words *w, struct buf *out, const char *key);
void words_tell3(const struct words *w, struct buf *out, const char *key,
                 const char *a, const char *b, const char *c);

bool words_have(const struct words *w, const char *key);

#endif
