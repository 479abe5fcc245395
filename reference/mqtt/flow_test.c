/* flow_test.c - the tables are complete, and QoS 2 means exactly once.
 * SPDX-License-Identifier: MIT
 *
 * The second half is a model: a sender and a receiver that act by the tables,
 * and two pipes between them. A script is a word over the letters below; all
 * words up to a length are tried, and after each the pipes run dry without
 * further accidents. Then we count what was delivered.
 *
 *     r  the receiver gets the next packet that is under way to it
 *     s  the sender gets the next packet that is under way to it
 *     c  the connection is cut, what is under way is lost, the session resumes
 */
#include "mqtt/flow.h"

#include "base/test.h"
#include "mqtt/statement.h"

static bool
in_set(uint16_t set, unsigned member)
{
    return (set >> member & 1) != 0;
}

START_TEST(every_state_and_event_has_a_step_or_an_error)
{
    const struct flow_machine *m;
    for (size_t i = 0; (m = mqtt_flow_at(i)); i++) {
        for (unsigned s = 0; s < FLOW_STATES; s++) {
            for (unsigned e = 0; e < FLOW_EVENTS; e++) {
                bool is_due = in_set(m->states, s) && in_set(m->events, e);
                bool has_step = mqtt_flow_next(m, s, e) != NULL;
                bool has_error = mqtt_flow_error(m, s, e) != NULL;
                ck_assert_msg(has_step + has_error == is_due,
                              "%s: %s on %s", m->name, mqtt_flow_state_name(s),
                              mqtt_flow_event_name(e));
            }
        }
    }
    ck_assert_ptr_nonnull(mqtt_flow_at(3));
    ck_assert_ptr_null(mqtt_flow_at(4));
}
END_TEST

START_TEST(no_pair_stands_twice)
{
    const struct flow_machine *m;
    for (size_t i = 0; (m = mqtt_flow_at(i)); i++)
        for (size_t k = 0; k < m->step_count; k++)
            ck_assert_ptr_eq(mqtt_flow_next(m, m->steps[k].from,
                                            m->steps[k].event),
                             &m->steps[k]);
}
END_TEST

static void
check_statement(const char *id, enum mqtt_version v)
{
    if (*id == '\0')
        return;
    const struct mqtt_statement *s = mqtt_statement_find(slice_str(id));
    ck_assert_msg(s != NULL, "no statement %s", id);
    ck_assert_int_eq(s->version, v);
}

START_TEST(cited_statements_exist)
{
    const struct flow_machine *m;
    for (size_t i = 0; (m = mqtt_flow_at(i)); i++) {
        for (size_t k = 0; k < m->step_count; k++) {
            check_statement(m->steps[k].statement5, MQTT_50);
            check_statement(m->steps[k].statement311, MQTT_311);
        }
        for (size_t k = 0; k < m->error_count; k++) {
            check_statement(m->errors[k].statement5, MQTT_50);
            check_statement(m->errors[k].statement311, MQTT_311);
        }
    }
}
END_TEST

/* A step that leads out of FREE takes quota, one that leads back returns it,
 * and so does the identifier: otherwise one of them would leak. */
START_TEST(quota_and_identifiers_balance)
{
    const struct flow_machine *m;
    for (size_t i = 0; (m = mqtt_flow_at(i)); i++) {
        for (size_t k = 0; k < m->step_count; k++) {
            const struct flow_step *s = &m->steps[k];
            bool begins = s->from == FLOW_FREE && s->to != FLOW_FREE;
            bool ends = s->from != FLOW_FREE && s->to == FLOW_FREE;
            if (begins)
                ck_assert(s->does & FLOW_DO_TAKE_QUOTA);
            ck_assert_int_eq(ends, !!(s->does & FLOW_DO_RETURN_QUOTA));
            ck_assert_int_eq(ends, !!(s->does & FLOW_DO_RELEASE_ID));
        }
    }
}
END_TEST

START_TEST(pubrel_forbids_publish_for_ever)
{
    const struct flow_machine *m = mqtt_flow_sender(2);
    for (unsigned e = 0; e < FLOW_EVENTS; e++) {
        const struct flow_step *s = mqtt_flow_next(m, FLOW_AWAIT_PUBCOMP, e);
        if (s)
            ck_assert_int_eq(s->does & (FLOW_DO_SEND_PUBLISH |
                                        FLOW_DO_RESEND_PUBLISH), 0);
    }
}
END_TEST

START_TEST(names_are_there)
{
    struct buf b = {0};
    mqtt_flow_print_does(&b, FLOW_DO_DELIVER | FLOW_DO_RETURN_QUOTA);
    ck_assert_str_eq(buf_cstr(&b), "deliver, return quota");
    buf_clear(&b);
    mqtt_flow_print_dot(&b, mqtt_flow_receiver(2));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "digraph qos2_receiver {"));
    ck_assert_ptr_nonnull(
        strstr(buf_cstr(&b), "AWAIT_PUBREL -> FREE [label=\"GOT_PUBREL\\n"
                             "send PUBCOMP, release id, return quota\\n"
                             "MQTT-4.3.3-11\"]"));
    ck_assert_ptr_null(strstr(buf_cstr(&b), "RESUMED"));
    buf_release(&b);
    for (unsigned e = 0; e < FLOW_EVENTS; e++)
        ck_assert_ptr_nonnull(mqtt_flow_event_name(e));
    ck_assert_ptr_null(mqtt_flow_sender(0));
    ck_assert_ptr_null(mqtt_flow_receiver(0));
}
END_TEST

/* ---- the model -------------------------------------------------------- */

enum { PIPE_MAX = 64, SCRIPT_MAX = 6 };

struct pipe {
    uint8_t events[PIPE_MAX]; /* enum flow_event at the far end */
    size_t head, tail;        /* [head, tail) is under way */
};

struct model {
    const struct flow_machine *sender, *receiver;
    enum flow_state sending, receiving;
    struct pipe to_receiver, to_sender;
    bool is_refused; /* the receiver does not want the message */
    bool is_free;    /* the sender has released the identifier */
    int delivered;   /* copies passed on */
    int quota;       /* of the sender; starts at 1 */
};

static void
push(struct pipe *p, enum flow_event e)
{
    ck_assert_uint_lt(p->tail, PIPE_MAX);
    p->events[p->tail++] = (uint8_t)e;
}

static void
act(struct model *m, unsigned does)
{
    enum flow_event publish = m->is_refused ? FLOW_GOT_UNWANTED
                                            : FLOW_GOT_PUBLISH;
    struct {
        unsigned bits;
        struct pipe *pipe;
        enum flow_event arrives;
    } sends[] = {
        {FLOW_DO_SEND_PUBLISH | FLOW_DO_RESEND_PUBLISH, &m->to_receiver,
         publish},
        {FLOW_DO_SEND_PUBREL | FLOW_DO_SEND_PUBREL_NOT_FOUND, &m->to_receiver,
         FLOW_GOT_PUBREL},
        {FLOW_DO_SEND_PUBACK | FLOW_DO_SEND_PUBACK_REFUSED, &m->to_sender,
         FLOW_GOT_PUBACK},
        {FLOW_DO_SEND_PUBREC, &m->to_sender, FLOW_GOT_PUBREC},
        {FLOW_DO_SEND_PUBREC_REFUSED, &m->to_sender, FLOW_GOT_PUBREC_ERROR},
        {FLOW_DO_SEND_PUBCOMP | FLOW_DO_SEND_PUBCOMP_NOT_FOUND, &m->to_sender,
         FLOW_GOT_PUBCOMP},
    };
    if (does & FLOW_DO_DELIVER)
        m->delivered++;
    for (size_t i = 0; i < TEST_COUNT(sends); i++)
        if (does & sends[i].bits)
            push(sends[i].pipe, sends[i].arrives);
}

static void
sender_on(struct model *m, enum flow_event e)
{
    const struct flow_step *s = mqtt_flow_next(m->sender, m->sending, e);
    ck_assert_ptr_nonnull(s);
    m->sending = s->to;
    m->quota += !!(s->does & FLOW_DO_RETURN_QUOTA);
    m->quota -= !!(s->does & FLOW_DO_TAKE_QUOTA);
    m->is_free |= (s->does & FLOW_DO_RELEASE_ID) != 0;
    act(m, s->does);
    ck_assert_int_eq(m->quota, m->sending == FLOW_FREE);
}

static void
receiver_on(struct model *m, enum flow_event e)
{
    const struct flow_step *s = mqtt_flow_next(m->receiver, m->receiving, e);
    ck_assert_ptr_nonnull(s);
    m->receiving = s->to;
    act(m, s->does);
}

static bool
receiver_gets(struct model *m)
{
    struct pipe *p = &m->to_receiver;
    if (p->head == p->tail)
        return false;
    receiver_on(m, p->events[p->head++]);
    return true;
}

static bool
sender_gets(struct model *m)
{
    struct pipe *p = &m->to_sender;
    if (p->head == p->tail)
        return false;
    sender_on(m, p->events[p->head++]);
    return true;
}

static void
cut(struct model *m)
{
    m->to_receiver.head = m->to_receiver.tail;
    m->to_sender.head = m->to_sender.tail;
    m->quota = 1;
    if (m->sending != FLOW_FREE)
        sender_on(m, FLOW_RESUMED);
}

static void
run_dry(struct model *m)
{
    while (receiver_gets(m) || sender_gets(m))
        ;
}

/* Plays one script with a fresh pair and returns how often it delivered. */
static int
play(const char *script, const struct flow_machine *sender,
     const struct flow_machine *receiver, bool is_refused)
{
    struct model m = {.sender = sender, .receiver = receiver,
                      .is_refused = is_refused, .quota = 1};
    sender_on(&m, FLOW_SEND);
    for (; *script; script++) {
        if (*script == 'r')
            receiver_gets(&m);
        else if (*script == 's')
            sender_gets(&m);
        else
            cut(&m);
    }
    run_dry(&m);
    ck_assert(m.is_free);
    ck_assert_int_eq(m.sending, FLOW_FREE);
    ck_assert_int_eq(m.receiving, FLOW_FREE);

    /* The identifier is free: the next message under it is a new one. */
    int before = m.delivered;
    sender_on(&m, FLOW_SEND);
    run_dry(&m);
    ck_assert_int_eq(m.delivered - before, !is_refused);
    return before;
}

/* All scripts up to SCRIPT_MAX letters; the lowest and the highest count. */
static void
play_all(const struct flow_machine *sender, const struct flow_machine *receiver,
         bool is_refused, int *low, int *high)
{
    *low = 1000;
    *high = 0;
    for (int len = 0, words = 1; len <= SCRIPT_MAX; len++, words *= 3) {
        for (int word = 0; word < words; word++) {
            char script[SCRIPT_MAX + 1] = {0};
            for (int i = 0, rest = word; i < len; i++, rest /= 3)
                script[i] = "rsc"[rest % 3];
            int count = play(script, sender, receiver, is_refused);
            *low = count < *low ? count : *low;
            *high = count > *high ? count : *high;
        }
    }
}

START_TEST(qos_2_delivers_exactly_once) /* MQTT-4.3.3-10, MQTT311-4.3.3-2 */
{
    int low, high;
    play_all(mqtt_flow_sender(2), mqtt_flow_receiver(2), false, &low, &high);
    ck_assert_int_eq(low, 1);
    ck_assert_int_eq(high, 1);
}
END_TEST

START_TEST(qos_1_delivers_at_least_once_and_at_times_more)
{
    int low, high;
    play_all(mqtt_flow_sender(1), mqtt_flow_receiver(1), false, &low, &high);
    ck_assert_int_eq(low, 1);
    ck_assert_int_eq(high, 4); /* "rcrcrc", and once more as it runs dry */
}
END_TEST

START_TEST(what_is_refused_is_never_delivered) /* MQTT-4.3.3-9 */
{
    int low, high;
    play_all(mqtt_flow_sender(2), mqtt_flow_receiver(2), true, &low, &high);
    ck_assert_int_eq(high, 0);
    play_all(mqtt_flow_sender(1), mqtt_flow_receiver(1), true, &low, &high);
    ck_assert_int_eq(high, 0);
}
END_TEST

/* The model would notice: a receiver that delivers repeats delivers twice. */
START_TEST(the_model_finds_a_planted_fault)
{
    struct flow_machine faulty = *mqtt_flow_receiver(2);
    struct flow_step steps[16];
    ck_assert_uint_le(faulty.step_count, TEST_COUNT(steps));
    memcpy(steps, faulty.steps, faulty.step_count * sizeof *steps);
    for (size_t i = 0; i < faulty.step_count; i++)
        if (steps[i].event == FLOW_GOT_PUBLISH)
            steps[i].does |= FLOW_DO_DELIVER;
    faulty.steps = steps;
    int low, high;
    play_all(mqtt_flow_sender(2), &faulty, false, &low, &high);
    ck_assert_int_eq(low, 1);
    ck_assert_int_gt(high, 1);
}
END_TEST

TEST_MAIN(every_state_and_event_has_a_step_or_an_error, no_pair_stands_twice,
          cited_statements_exist, quota_and_identifiers_balance,
          pubrel_forbids_publish_for_ever, names_are_there,
          qos_2_delivers_exactly_once,
          qos_1_delivers_at_least_once_and_at_times_more,
          what_is_refused_is_never_delivered, the_model_finds_a_planted_fault)
