/* incidents_judge.c - L11.1: verdicts judged, wrong ones answered.
 * SPDX-License-Identifier: MIT                                               */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "labs/answers/incidents.h"
#include "labs/answers/talk.h"
#include "mqtt/statement.h"

enum { CELL_SIDE = 1, CELL_PACKET, CELL_RULE, TEXT_MAX = 200 };

struct verdict {
    const struct incidents *all;
    const struct incident *about;
    size_t nth;
    const struct table_row *row; /* NULL: nothing was written */
    struct talk talk;            /* its capture */
    struct results *results;
    struct buf more;
};

static struct slice
cell(const struct verdict *v, size_t which)
{
    if (!v->row || v->row->count <= which)
        return slice_str("");
    struct slice s = v->row->cells[which];
    if (table_is(s, "-") || table_is(s, "none"))
        return slice_str("");
    return s;
}

static void
tell(struct verdict *v, const char *key, const char *a, const char *b)
{
    words_tell3(&v->all->words, &v->more, key, a, b, NULL);
    buf_add_byte(&v->more, '\n');
}

/* Ends one of the three tests of a capture. */
static void
close_test(struct verdict *v, const char *name, enum result result)
{
    char test[48];
    snprintf(test, sizeof test, "verdict-%zu-%s", v->nth + 1, name);
    results_add(v->results, test, result, buf_slice(&v->more));
    buf_clear(&v->more);
}

/* "Capture 3", and what they wrote. */
static void
open_test(struct verdict *v, size_t which)
{
    char number[16], theirs[TEXT_MAX];
    snprintf(number, sizeof number, "%zu", v->nth + 1);
    tell(v, "about", number, NULL);
    snprintf(theirs, sizeof theirs, "%.*s", SLICE_ARG(cell(v, which)));
    if (*theirs)
        tell(v, "said", theirs, NULL);
}

static bool
is_a_side(struct slice s)
{
    return table_is(s, "client") || table_is(s, "broker") ||
           table_is(s, "network") || table_is(s, "nobody");
}

static bool
acquits(const struct verdict *v)
{
    struct slice side = cell(v, CELL_SIDE);
    return table_is(side, "nobody") || table_is(side, "network");
}

/* --- the three questions
 * ------------------------------------------------------- */

/* Returns what it costs. */
static unsigned
judge_side(struct verdict *v)
{
    struct slice side = cell(v, CELL_SIDE);
    const struct incident *c = v->about;
    char key[48], cost[16];
    open_test(v, CELL_SIDE);
    if (side.len == 0) {
        close_test(v, "side", RESULT_BLANK);
        return 0;
    }
    if (table_is(side, c->side) || table_is(side, c->also)) {
        close_test(v, "side", RESULT_RIGHT);
        return 0;
    }
    bool accuses = c->is_healthy && is_a_side(side) && !acquits(v);
    if (!is_a_side(side)) {
        tell(v, "no-side", NULL, NULL);
    } else if (c->is_healthy) {
        snprintf(cost, sizeof cost, "%d", accuses ? INCIDENTS_COST : 0);
        snprintf(key, sizeof key, "why-%s", c->name);
        if (accuses)
            tell(v, "accused", cost, NULL);
        tell(v, key, NULL, NULL);
    } else {
        tell(v, acquits(v) ? "somebody" : "other-side", NULL, NULL);
    }
    close_test(v, "side", RESULT_WRONG);
    return accuses ? INCIDENTS_COST : 0;
}

/* Nothing more comes on the connection of that packet. */
static bool
is_last(const struct talk *t, const struct talk_packet *p)
{
    for (size_t i = p->packet->number; i < t->count; i++)
        if (t->list[i].connection == p->connection)
            return false;
    return true;
}

static const char *
packet_hint(const struct verdict *v, struct slice said)
{
    uint64_t number;
    const struct talk_packet *right = talk_packet(&v->talk, v->about->first);
    if (!table_number(said, &number) || !talk_packet(&v->talk, number))
        return "no-packet";
    if (right && number == right->packet->frame)
        return "frame-not-packet";
    if (number < v->about->first)
        return "too-soon";
    return is_last(&v->talk, talk_packet(&v->talk, number)) ? "blamed-last"
                                                            : "effect";
}

/* Of a healthy capture: right if nothing stands there. To accuse somebody is
 * one mistake, told once. */
static void
judge_nothing(struct verdict *v, size_t which, const char *test)
{
    bool is_empty = cell(v, which).len == 0;
    if (!acquits(v)) {
        close_test(v, test, RESULT_BLANK);
        return;
    }
    if (!is_empty)
        tell(v, "nobody-nothing", NULL, NULL);
    close_test(v, test, is_empty ? RESULT_RIGHT : RESULT_WRONG);
}

static void
judge_packet(struct verdict *v)
{
    struct slice said = cell(v, CELL_PACKET);
    uint64_t number;
    open_test(v, CELL_PACKET);
    if (v->about->is_healthy) {
        judge_nothing(v, CELL_PACKET, "packet");
    } else if (said.len == 0) {
        close_test(v, "packet", RESULT_BLANK);
    } else if (table_number(said, &number) && number == v->about->first) {
        close_test(v, "packet", RESULT_RIGHT);
    } else {
        tell(v, packet_hint(v, said), NULL, NULL);
        close_test(v, "packet", RESULT_WRONG);
    }
}

/* Brackets, as the standard prints them, do not matter. */
static struct slice
bare(struct slice rule)
{
    while (rule.len && (rule.ptr[0] == '[' || rule.ptr[0] == ' '))
        rule = slice_from(rule, 1);
    while (rule.len && strchr("] .,;", rule.ptr[rule.len - 1]))
        rule.len--;
    return rule;
}

static bool
is_accepted(const struct incident *c, struct slice rule)
{
    const char *at = c->rules;
    while (*at) {
        size_t len = strcspn(at, " ");
        if (len == rule.len && memcmp(at, rule.ptr, len) == 0)
            return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

static void
judge_rule(struct verdict *v)
{
    struct slice said = bare(cell(v, CELL_RULE));
    const struct mqtt_statement *s = mqtt_statement_find(said);
    open_test(v, CELL_RULE);
    if (v->about->is_healthy) {
        judge_nothing(v, CELL_RULE, "statement");
        return;
    }
    if (said.len == 0) {
        close_test(v, "statement", RESULT_BLANK);
        return;
    }
    if (is_accepted(v->about, said)) {
        close_test(v, "statement", RESULT_RIGHT);
        return;
    }
    if (!s)
        tell(v, "no-statement", NULL, NULL);
    else if ((s->version == MQTT_50) != v->about->is_v5)
        tell(v, "wrong-version", v->about->is_v5 ? "5.0" : "3.1.1", NULL);
    else
        tell(v, "other-rule", s->id, s->summary);
    close_test(v, "statement", RESULT_WRONG);
}

int
incidents_judge(struct results *r, const struct incidents *all,
                const char *captures, const struct table *verdict,
                struct error *err)
{
    unsigned costs = 0;
    char number[16];
    int result = 0;
    for (size_t i = 0; i < INCIDENTS && result == 0; i++) {
        struct verdict v = {
            .all = all, .about = &all->list[i], .nth = i, .results = r};
        char *path = xasprintf("%s/%zu.pcapng", captures, i + 1);
        snprintf(number, sizeof number, "%zu", i + 1);
        v.row = table_find(verdict, number, NULL);
        result = talk_read(&v.talk, path, err);
        if (result == 0) {
            costs += judge_side(&v);
            judge_packet(&v);
            judge_rule(&v);
        }
        talk_release(&v.talk);
        buf_release(&v.more);
        free(path);
    }
    return result == 0 ? (int)costs : -1;
}
