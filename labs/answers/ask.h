/* ask.h - what the questions of lab 1 are written with, and the questions.
 * SPDX-License-Identifier: MIT
 *
 * A question is a function that looks into a capture and writes down what it is
 * about (arguments of its text), the answer, and the answers that common
 * mistakes lead to, each with the hint that it deserves. The answer comes
 * first: a mistake that happens to lead to it is none. */
#ifndef LABS_ANSWERS_ASK_H
#define LABS_ANSWERS_ASK_H

#include "labs/answers/wire.h"

/* --- writing down ----------------------------------------------------------
 */

void ask_arg(struct wire_question *q, const char *text);
void ask_arg_number(struct wire_question *q, uint64_t n);
void ask_answer(struct wire_question *q, uint64_t n);

/* The answer is a packet; false when there is none. */
bool ask_answer_packet(struct wire_question *q, const struct talk_packet *p);

/* `hint` is a key in words. Of several hints for one answer the first counts.
 */
void ask_mistake(struct wire_question *q, uint64_t n, const char *hint);
void ask_mistake_text(struct wire_question *q, const char *text,
                      const char *hint);

/* Its frame taken for its number. */
void ask_mistake_frame(struct wire_question *q, const struct talk_packet *p);

/* --- looking ---------------------------------------------------------------
 */

/* A talk_fits: carries the same message as the packet `other`. */
bool ask_is_same_message(const struct talk_packet *p, const void *other);

/* The note of a field or property, among *notes, which the caller releases;
 * NULL when the packet has none. */
const struct mqtt_note *ask_note(struct mqtt_notes *notes,
                                 const struct talk_packet *p,
                                 const char *label);

/* Where it begins, 0 when there is none. */
uint64_t ask_place(const struct talk_packet *p, const char *label);

/* Its number; and what it would be with its bytes the other way round. */
uint64_t ask_number_in(const struct talk_packet *p, const char *label,
                       uint64_t *swapped);

/* As talk_find: how many, and which one, counted from 0. */
size_t ask_count(const struct talk *t, enum mqtt_type type, enum mqtt_side from,
                 talk_fits *fits, const void *with);
const struct talk_packet *ask_nth(const struct talk *t, enum mqtt_type type,
                                  enum mqtt_side from, talk_fits *fits,
                                  const void *with, size_t nth);

/* --- the questions; false: nothing to ask about ------------------------------
 */

typedef bool ask_fn(struct wire_question *q, const struct wire *w);
ask_fn ask_first_connack, ask_first_of_v5, ask_keep_alive, ask_remaining_length,
    ask_where_client_id, ask_whole_length, ask_refused, ask_assigned_name;
ask_fn ask_packets_of_frame, ask_brought_to_dashboard, ask_topic_of_alias,
    ask_subscribe_id, ask_count_for_dashboard, ask_where_payload,
    ask_length_of_wide;
ask_fn ask_acknowledged_by, ask_ended_by, ask_qos_at_the_end,
    ask_identifier_of_copy, ask_first_byte_again;
ask_fn ask_session_was_there, ask_sent_again, ask_waited_for,
    ask_session_expiry;

#endif
