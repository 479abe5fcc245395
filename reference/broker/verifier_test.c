/* verifier_test.c - questions, answers, and a child that dies.
 * SPDX-License-Identifier: MIT */
#include "broker/verifier.h"

#include <poll.h>
#include <signal.h>

#include "base/test.h"

static struct error err;
static struct passwords *passwords;

static struct verifier *
begin(void)
{
    struct buf text = {0};
    passwords_add(&text, slice_str("ann"), slice_str("secret"), 0);
    passwords = passwords_parse(buf_slice(&text), "file", &err);
    buf_release(&text);
    struct verifier *v = verifier_new(passwords, &err);
    ck_assert_msg(v, "%s", err.text);
    return v;
}

static void
end(struct verifier *v)
{
    verifier_free(v);
    passwords_free(passwords);
}

static void
ask(struct verifier *v, uint64_t number, const char *user, const char *password)
{
    struct broker_login login = {number, slice_str(user), slice_str(password)};
    ck_assert(verifier_ask(v, &login));
}

static enum verifier_said
wait_for(struct verifier *v, uint64_t *number, enum broker_answer *answer)
{
    struct pollfd p = {.fd = verifier_fd(v), .events = POLLIN};
    poll(&p, 1, 60000);
    return verifier_next(v, number, answer);
}

START_TEST(it_answers_in_turn)
{
    struct verifier *v = begin();
    static char longest[2000];
    static const struct {
        const char *user, *password;
        enum broker_answer answer;
    } rows[] = {
        {"ann", "secret", BROKER_LOGIN_GOOD},
        {"ann", "guess", BROKER_LOGIN_BAD},
        {"bob", "secret", BROKER_LOGIN_BAD},
        {"ann", longest, BROKER_LOGIN_BAD},
        {"", "", BROKER_LOGIN_BAD},
    };
    memset(longest, 'x', sizeof longest - 1);
    for (size_t i = 0, asked = 0; i < TEST_COUNT(rows); i++) {
        uint64_t number;
        for (; asked < TEST_COUNT(rows) && verifier_has_room(v); asked++)
            ask(v, asked + 1, rows[asked].user, rows[asked].password);
        enum broker_answer answer;
        ck_assert_int_eq(wait_for(v, &number, &answer), VERIFIER_ANSWERS);
        ck_assert_uint_eq(number, i + 1);
        ck_assert_int_eq(answer, rows[i].answer);
    }
    uint64_t number;
    enum broker_answer answer;
    ck_assert_int_eq(verifier_next(v, &number, &answer), VERIFIER_NOTHING);
    end(v);
}
END_TEST

START_TEST(it_has_room_for_so_many)
{
    struct verifier *v = begin();
    for (uint64_t i = 1; i <= VERIFIER_MOST; i++) {
        ck_assert(verifier_has_room(v));
        ask(v, i, "ann", "x");
    }
    ck_assert(!verifier_has_room(v));
    end(v);
}
END_TEST

START_TEST(a_dead_child_is_replaced)
{
    struct verifier *v = begin();
    uint64_t number;
    enum broker_answer answer;
    ask(v, 1, "ann", "secret");
    ask(v, 2, "ann", "secret");
    kill(verifier_pid(v), SIGKILL);
    enum verifier_said said;
    while ((said = wait_for(v, &number, &answer)) == VERIFIER_ANSWERS)
        ;
    ck_assert_int_eq(said, VERIFIER_DIED);
    while (verifier_left(v, &number))
        ck_assert(number == 1 || number == 2);
    ck_assert_int_eq(verifier_fd(v), -1);
    ck_assert_int_eq(verifier_restart(v, &err), 0);
    ask(v, 3, "ann", "secret");
    ck_assert_int_eq(wait_for(v, &number, &answer), VERIFIER_ANSWERS);
    ck_assert_uint_eq(number, 3);
    ck_assert_int_eq(answer, BROKER_LOGIN_GOOD);
    end(v);
}
END_TEST

TEST_MAIN(it_answers_in_turn, it_has_room_for_so_many,
          a_dead_child_is_replaced)
