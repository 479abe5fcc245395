/* wire_questions.c - L1.1: 24 questions asked and judged.
 * SPDX-License-Identifier: MIT                                               */
#include <stdio.h>

#include "labs/answers/ask.h"

static const struct {
    const char *key;
    enum wire_capture capture;
    ask_fn *make;
} questions[WIRE_QUESTIONS] = {
    /* clang-format off */
    /* words                capture       answer */
    {"first-connack",       WIRE_CONNECT, ask_first_connack},
    {"first-of-v5",         WIRE_CONNECT, ask_first_of_v5},
    {"keep-alive",          WIRE_CONNECT, ask_keep_alive},
    {"remaining-length",    WIRE_CONNECT, ask_remaining_length},
    {"where-client-id",     WIRE_CONNECT, ask_where_client_id},
    {"refused",             WIRE_CONNECT, ask_refused},
    {"assigned-name",       WIRE_CONNECT, ask_assigned_name},
    {"whole-length",        WIRE_PUBSUB,  ask_whole_length},
    {"packets-of-frame",    WIRE_PUBSUB,  ask_packets_of_frame},
    {"brought",             WIRE_PUBSUB,  ask_brought_to_dashboard},
    {"topic-of-alias",      WIRE_PUBSUB,  ask_topic_of_alias},
    {"subscribe-id",        WIRE_PUBSUB,  ask_subscribe_id},
    {"count-for-dashboard", WIRE_PUBSUB,  ask_count_for_dashboard},
    {"where-payload",       WIRE_PUBSUB,  ask_where_payload},
    {"length-of-wide",      WIRE_PUBSUB,  ask_length_of_wide},
    {"acknowledged-by",     WIRE_QOS,     ask_acknowledged_by},
    {"ended-by",            WIRE_QOS,     ask_ended_by},
    {"qos-at-the-end",      WIRE_QOS,     ask_qos_at_the_end},
    {"identifier-of-copy",  WIRE_QOS,     ask_identifier_of_copy},
    {"first-byte-again",    WIRE_QOS,     ask_first_byte_again},
    {"session-was-there",   WIRE_SESSION, ask_session_was_there},
    {"sent-again",          WIRE_SESSION, ask_sent_again},
    {"waited-for",          WIRE_SESSION, ask_waited_for},
    {"session-expiry",      WIRE_SESSION, ask_session_expiry},
    /* clang-format on */
};

bool
wire_question_make(struct wire_question *q, const struct wire *w, size_t nth)
{
    *q = (struct wire_question){.talk = &w->talks[questions[nth].capture]};
    return questions[nth].make(q, w);
}

void
wire_question_print(struct buf *out, const struct wire *w,
                    const struct words *words, const struct wire_question *q,
                    size_t nth)
{
    (void)w;
    char key[64];
    const char *args[WORDS_ARGS] = {NULL};
    for (size_t i = 0; i < q->arg_count; i++)
        args[i] = q->args[i];
    snprintf(key, sizeof key, "q-%s", questions[nth].key);
    buf_printf(out, "%s: ", wire_capture_name(questions[nth].capture));
    words_say(words, out, key, args);
}

/* Is what they wrote this answer? Numbers in any base, texts to the letter. */
static bool
says(struct slice cell, const char *text)
{
    uint64_t theirs, ours;
    if (table_number(cell, &theirs) && table_number(slice_str(text), &ours))
        return theirs == ours;
    return table_is(cell, text);
}

static enum result
judge_one(struct buf *more, const struct wire *w, const struct wire_question *q,
          size_t nth, struct slice cell)
{
    char theirs[WIRE_TEXT];
    wire_question_print(more, w, &w->words, q, nth);
    if (cell.len == 0)
        return RESULT_BLANK;
    if (says(cell, q->answer))
        return RESULT_RIGHT;
    snprintf(theirs, sizeof theirs, "%.*s", SLICE_ARG(cell));
    buf_add_byte(more, '\n');
    words_tell3(&w->words, more, "you-wrote", theirs, NULL, NULL);
    buf_add_byte(more, '\n');
    const char *hint = "look-again";
    for (size_t i = q->mistake_count; i > 0; i--)
        if (says(cell, q->mistakes[i - 1].answer))
            hint = q->mistakes[i - 1].hint;
    words_tell3(&w->words, more, hint, theirs, NULL, NULL);
    buf_add_byte(more, '\n');
    return RESULT_WRONG;
}

void
wire_questions_judge(struct results *r, const struct wire *w,
                     const struct table *answers)
{
    struct wire_question q;
    struct buf more = {0};
    char number[16], test[32];
    for (size_t i = 0; i < WIRE_QUESTIONS; i++) {
        if (!wire_question_make(&q, w, i))
            continue;
        snprintf(number, sizeof number, "%zu", i + 1);
        snprintf(test, sizeof test, "question-%zu", i + 1);
        const struct table_row *row = table_find(answers, number, NULL);
        buf_clear(&more);
        enum result result =
            judge_one(&more, w, &q, i, row ? row->cells[1] : slice_str(""));
        results_add(r, test, result, buf_slice(&more));
    }
    buf_release(&more);
}
