/* wire.h - lab 1: four captures, and what is asked about them.
 * SPDX-License-Identifier: MIT
 *
 * Everything is worked out anew from the student's captures, by the decoder of
 * the reference: nobody typed an answer, and none is kept.                   */
#ifndef LABS_ANSWERS_WIRE_H
#define LABS_ANSWERS_WIRE_H

#include "labs/answers/results.h"
#include "labs/answers/table.h"
#include "labs/answers/talk.h"
#include "labs/answers/words.h"

enum wire_capture {
    WIRE_CONNECT,
    WIRE_PUBSUB,
    WIRE_QOS,
    WIRE_SESSION,
    WIRE_CAPTURES
};

struct wire {
    uint64_t seed;                    /* the student's */
    struct talk talks[WIRE_CAPTURES]; /* owned */
    struct words words;               /* owned; in the language asked for */
};

/* "connect", ... */
const char *wire_capture_name(enum wire_capture c);

/* --- L1.1 (wire_questions.c): 24 questions -------------------------------- */

enum { WIRE_QUESTIONS = 24, WIRE_MISTAKES = 8, WIRE_TEXT = 160 };

struct wire_question {
    char args[WORDS_ARGS][WIRE_TEXT]; /* of its text */
    size_t arg_count;                 /* how many of them */
    char answer[WIRE_TEXT];           /* as one would write it */
    struct {
        char answer[WIRE_TEXT]; /* what it leads to */
        const char *hint;       /* key in words */
    } mistakes[WIRE_MISTAKES];
    size_t mistake_count;    /* how many are known */
    const struct talk *talk; /* that it is about */
};

/* Works out question 0, 1, ...; false: these captures do not have what it asks
 * about, which is a bug of ours. */
bool wire_question_make(struct wire_question *q, const struct wire *w,
                        size_t nth);
void wire_question_print(struct buf *out, const struct wire *w,
                         const struct words *words,
                         const struct wire_question *q, size_t nth);
void wire_questions_judge(struct results *r, const struct wire *w,
                          const struct table *answers);

/* --- L1.2 (wire_ranges.c): three dumps -------------------------------------
 */

void wire_dumps_print(struct buf *out, const struct wire *w);
/* The table to fill in, or filled in. */
void wire_ranges_print(struct buf *out, const struct wire *w, bool is_filled);
void wire_ranges_judge(struct results *r, const struct wire *w,
                       const struct table *ranges);

/* --- L1.3 (wire_claims.c): tutorial or wire? -------------------------------
 */

enum { WIRE_CLAIMS = 6 };
/* Key of the text of claim 0 .. 5 of this seed. */
const char *wire_claim_key(const struct wire *w, size_t nth);
/* "false pubsub:12" or "true none", as one would write it. */
void wire_claim_answer(struct buf *out, const struct wire *w, size_t nth);
void wire_claims_judge(struct results *r, const struct wire *w,
                       const struct table *claims);

/* --- L1.4 (wire_packets.c): packets by hand --------------------------------
 */

enum { WIRE_PACKETS = 3 };
/* What CONNECT and SUBSCRIBE have to say. */
void wire_wishes_print(struct buf *out, const struct wire *w,
                       const struct words *words);
void wire_packet_answer(struct buf *out, const struct wire *w, size_t nth);
void wire_packets_judge(struct results *r, const struct wire *w,
                        const struct table *packets);

#endif
