/* parser_test.c - every verb as a tree.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/script_testkit.h"

#define HEAD "scenario a\n\"t\"\nfor 3.1.1 5.0\n"

/* --- verbs ---------------------------------------------------------------- */

static const struct {
    const char *line;
    enum script_stmt_kind kind;
} verbs[] = {
    {"c opens", STMT_OPENS},
    {"c opens via ws", STMT_OPENS},
    {"c connects fresh", STMT_CONNECTS},
    {"c connects keeping as b via tls session_present=1 within 2s",
     STMT_CONNECTS},
    {"c > PINGREQ", STMT_SEND},
    {"c > slowly 1 byte per 5ms PINGREQ", STMT_SEND},
    {"c > split after 3 PINGREQ", STMT_SEND},
    {"c > hex 30 05 c0 ff", STMT_SEND_HEX},
    {"c > ws close", STMT_SEND_CONTROL},
    {"c < PINGRESP within 2s", STMT_EXPECT},
    {"c < close", STMT_EXPECT},
    {"c < any size<9", STMT_EXPECT},
    {"c may < PINGRESP", STMT_MAY},
    {"c collect PUBLISH as m until 3", STMT_COLLECT},
    {"c never PUBLISH qos=1 for 2s", STMT_NEVER},
    {"c quiet", STMT_QUIET},
    {"c quiet for 1s", STMT_QUIET},
    {"c ignores PUBLISH", STMT_IGNORES},
    {"c acks hold", STMT_ACKS},
    {"c acks auto", STMT_ACKS},
    {"c rejects", STMT_REJECTS},
    {"c rejects 0x82|protocol_error", STMT_REJECTS},
    {"c rejects or tolerates \"x\"", STMT_REJECTS},
    {"c disconnects", STMT_DISCONNECTS},
    {"c disconnects reason=0x04", STMT_DISCONNECTS},
    {"c cuts", STMT_CUTS},
    {"c resets", STMT_RESETS},
    {"c stalls", STMT_STALLS},
    {"c alive", STMT_ALIVE},
    {"any of a b c as m < PUBLISH", STMT_ANY_OF},
    {"judge 1 = 1", STMT_JUDGE},
    {"let x = 1 + 2", STMT_LET},
    {"mark t", STMT_MARK},
    {"wait 1.2s", STMT_WAIT},
    {"either \"a\" { c < close } or \"b\" { c alive }", STMT_EITHER},
    {"either \"a\" {\nc < close\n}\nor \"b\" {\nc alive\n}", STMT_EITHER},
    {"together {\nc < PUBACK\nc < PUBLISH\n}", STMT_TOGETHER},
    {"meanwhile { wait 1s }", STMT_MEANWHILE},
    {"repeat 3 { c alive }", STMT_REPEAT},
    {"for each x in 1..5 { wait 1s }", STMT_FOR_EACH},
    {"for each x in reason_codes(PUBACK) { wait 1s }", STMT_FOR_EACH},
    {"subscribed(c \"$T/x\", 2)", STMT_CALL},
    {"skip unless $target.user = present \"no user\"", STMT_SKIP},
    {"unexercised unless $r = 1 \"never sends one\"", STMT_UNEXERCISED},
    {"broker restarts", STMT_BROKER},
    {"broker is killed", STMT_BROKER},
};

START_TEST(every_verb_is_a_statement)
{
    for (size_t i = 0; i < TEST_COUNT(verbs); i++) {
        struct buf text = {0};
        buf_printf(&text, HEAD "%s\nwait 9s\n", verbs[i].line);
        struct script_file *f = script_parsed("%s", buf_cstr(&text));
        const struct script_block *b = &f->scenarios[0].body;
        ck_assert_uint_eq(b->count, 2);
        ck_assert_msg(b->list[0].kind == verbs[i].kind, "%s is kind %d",
                      verbs[i].line, b->list[0].kind);
        script_free(f);
        buf_release(&text);
    }
}
END_TEST

START_TEST(a_line_keeps_its_parts)
{
    struct script_file *f = script_parsed(
        HEAD "v5: c < PUBLISH qos=1 v311:dup=0 within 2s "
             "[MQTT-4.3.3-10 MQTT-4.3.3-11] # why\n"
             "c < PUBACK [should 4.13]\n");
    const struct script_stmt *s = f->scenarios[0].body.list;
    ck_assert_uint_eq(s->versions, V_5);
    ck_assert(slice_is(s->client, "c"));
    ck_assert_int_eq(s->packet.type, MQTT_PUBLISH);
    ck_assert_uint_eq(s->packet.arg_count, 2);
    ck_assert_uint_eq(s->packet.args[1].versions, V_311);
    ck_assert_int_eq(s->within->number, 2000000);
    ck_assert_uint_eq(s->id_count, 2);
    ck_assert(slice_is(s->ids[1], "MQTT-4.3.3-11"));
    ck_assert(slice_is(s->source,
                       "v5: c < PUBLISH qos=1 v311:dup=0 within 2s"));
    ck_assert_uint_eq(s->at.line, 4);
    ck_assert_uint_eq(s->at.column, 1);
    ck_assert(slice_is(s[1].should, "4.13"));
    script_free(f);
}
END_TEST

START_TEST(ids_are_no_list)
{
    struct script_file *f =
        script_parsed(HEAD "judge m[0] = [1 2] [MQTT-4.3.3-10]\n"
                    "c rejects [MQTT-4.3.3-10]\n");
    const struct script_stmt *s = f->scenarios[0].body.list;
    ck_assert_int_eq(s->value->right->kind, EXPR_LIST);
    ck_assert_uint_eq(s->id_count, 1);
    ck_assert_ptr_null(s[1].value);
    ck_assert_uint_eq(s[1].id_count, 1);
    script_free(f);
}
END_TEST

START_TEST(collect_ends_in_three_ways)
{
    struct script_file *f = script_parsed(
        HEAD "c collect PUBLISH qos=1 as m until 3\n"
             "c collect PUBLISH as m until payload=\"end\"\n"
             "c collect PUBLISH as m until PUBACK packet_id=1\n"
             "c collect any as m until 2s within 9s\n");
    const struct script_stmt *s = f->scenarios[0].body.list;
    ck_assert_int_eq(s[0].until, UNTIL_COUNT);
    ck_assert_int_eq(s[0].value->number, 3);
    ck_assert_int_eq(s[1].until, UNTIL_PATTERN);
    ck_assert_int_eq(s[1].until_packet.type, MQTT_PUBLISH);
    ck_assert_uint_eq(s[1].until_packet.arg_count, 1);
    ck_assert_int_eq(s[2].until_packet.type, MQTT_PUBACK);
    ck_assert_int_eq(s[3].until, UNTIL_TIME);
    ck_assert_int_eq(s[3].packet.type, MQTT_NO_TYPE);
    ck_assert_int_eq(s[3].within->number, 9000000);
    script_free(f);
}
END_TEST

START_TEST(damage_of_every_kind)
{
    struct script_file *f = script_parsed(
        HEAD "c > PUBLISH topic=\"x\" damage byte[0]=0x36 truncate=3 "
             "remaining_length=+1 remaining_length=-2 remaining_length=9 "
             "damage drop=packet_id repeat=topic_alias property=0x7f:01ff "
             "property=$p.id:$p.value append=hex:\"00\"\n");
    const struct script_stmt *s = f->scenarios[0].body.list;
    static const enum script_damage_kind kinds[] = {
        DAMAGE_BYTE,   DAMAGE_TRUNCATE, DAMAGE_REMAINING_LENGTH,
        DAMAGE_REMAINING_LENGTH, DAMAGE_REMAINING_LENGTH, DAMAGE_DROP,
        DAMAGE_REPEAT, DAMAGE_PROPERTY, DAMAGE_PROPERTY, DAMAGE_APPEND};
    ck_assert_uint_eq(s->damage_count, TEST_COUNT(kinds));
    for (size_t i = 0; i < TEST_COUNT(kinds); i++)
        ck_assert_int_eq(s->damage[i].kind, kinds[i]);
    ck_assert_int_eq(s->damage[0].value->number, 0x36);
    ck_assert(s->damage[2].is_relative && s->damage[3].is_relative);
    ck_assert(!s->damage[4].is_relative);
    ck_assert_int_eq(s->damage[3].value->kind, EXPR_UNARY);
    ck_assert(slice_is(s->damage[5].name, "packet_id"));
    ck_assert_int_eq(s->damage[7].index->number, 0x7f);
    ck_assert(slice_equal(s->damage[7].value->text, slice_of("\1\xff", 2)));
    ck_assert_int_eq(s->damage[8].value->kind, EXPR_MEMBER);
    script_free(f);
}
END_TEST

/* --- values --------------------------------------------------------------- */

static const struct {
    const char *value;
    enum script_expr_kind kind;
    int64_t number;
    const char *text; /* NULL: not looked at */
} values[] = {
    {"7", EXPR_NUMBER, 7, NULL},
    {"0x87", EXPR_NUMBER, 0x87, NULL},
    {"true", EXPR_NUMBER, 1, NULL},
    {"1.2s", EXPR_DURATION, 1200000, NULL},
    {"300ms", EXPR_DURATION, 300000, NULL},
    {"2min", EXPR_DURATION, 120000000, NULL},
    {"\"a\\n\\x00\"", EXPR_TEXT, 0, NULL},
    {"\"a/b\"", EXPR_TEXT, 0, "a/b"},
    {"hex:\"61 62\"", EXPR_BYTES, 0, "ab"},
    {"success", EXPR_REASON, 0, "success"},
    {"$p", EXPR_NAME, 0, "p"},
    {"$target.user", EXPR_NAME, 0, "target.user"},
    {"?p", EXPR_BIND, 0, "p"},
    {"any", EXPR_ANY, 0, NULL},
    {"absent", EXPR_ABSENT, 0, NULL},
    {"present", EXPR_PRESENT, 0, NULL},
    {"[1 2]", EXPR_LIST, 0, NULL},
    {"{1 2}", EXPR_SET, 0, NULL},
    {"{filter=\"a\" qos=1}", EXPR_RECORD, 0, NULL},
    {"1..5", EXPR_RANGE, 0, NULL},
    {"1|2..3|4", EXPR_CHOICE, 0, NULL},
    {"\"a\":\"b\"", EXPR_PAIR, 0, NULL},
    {"\"x\"*1000", EXPR_REPEAT, 0, NULL},
    {"$a+1", EXPR_BINARY, 0, NULL},
    {"scram($x)", EXPR_CALL, 0, "scram"},
    {"$m.topic", EXPR_MEMBER, 0, "topic"},
    {"$m[0]", EXPR_INDEX, 0, NULL},
};

START_TEST(values_of_every_kind)
{
    for (size_t i = 0; i < TEST_COUNT(values); i++) {
        struct buf text = {0};
        buf_printf(&text, HEAD "c < PUBLISH x=%s y=1\n", values[i].value);
        struct script_file *f = script_parsed("%s", buf_cstr(&text));
        const struct script_packet *p = &f->scenarios[0].body.list[0].packet;
        const struct script_expr *e = p->args[0].value;
        ck_assert_msg(e->kind == values[i].kind, "%s is kind %d",
                      values[i].value, e->kind);
        ck_assert_uint_eq(p->arg_count, 2);
        ck_assert_int_eq(e->number, values[i].number);
        if (values[i].text)
            ck_assert(slice_is(e->text, values[i].text));
        script_free(f);
        buf_release(&text);
    }
}
END_TEST

START_TEST(a_text_falls_into_pieces_at_names)
{
    struct script_file *f = script_parsed(
        HEAD "c < PUBLISH a=\"x/$T/${n}y$target.user\" b=\"$SYS/$share/$/\" "
             "c=\"\\x24T\" d=\"$T\"\n");
    const struct script_arg *a = f->scenarios[0].body.list[0].packet.args;
    static const char *const pieces[] = {"x/", "T", "/", "n", "y",
                                         "target.user"};
    ck_assert(a[0].value->interpolated);
    ck_assert_uint_eq(a[0].value->item_count, TEST_COUNT(pieces));
    for (size_t i = 0; i < TEST_COUNT(pieces); i++) {
        ck_assert(slice_is(a[0].value->items[i]->text, pieces[i]));
        ck_assert_int_eq(a[0].value->items[i]->kind,
                         i % 2 ? EXPR_NAME : EXPR_TEXT);
    }
    ck_assert(!a[1].value->interpolated);
    ck_assert(slice_is(a[1].value->text, "$SYS/$share/$/"));
    ck_assert(!a[2].value->interpolated);
    ck_assert(slice_is(a[2].value->text, "$T"));
    ck_assert_uint_eq(a[3].value->item_count, 1);
    script_free(f);
}
END_TEST

START_TEST(operators_bind_as_in_arithmetic)
{
    struct script_file *f =
        script_parsed(HEAD "judge 1 + 2 * 3 - 4 = 3 and not 1 = 2 or 1 < 2\n");
    const struct script_expr *e = f->scenarios[0].body.list[0].value;
    ck_assert_int_eq(e->op, OP_OR);
    ck_assert_int_eq(e->left->op, OP_AND);
    ck_assert_int_eq(e->left->right->op, OP_NOT);
    ck_assert_int_eq(e->left->left->op, OP_EQ);
    ck_assert_int_eq(e->left->left->left->op, OP_SUB);
    ck_assert_int_eq(e->left->left->left->left->right->op, OP_MUL);
    script_free(f);
}
END_TEST

START_TEST(lists_and_joined_lines_span_lines)
{
    struct script_file *f = script_parsed(
        HEAD "c > SUBSCRIBE filters=[{filter=\"a\"\n  qos=1}\n\n {filter=\"b\"}"
             "\n] packet_id=1\n"
             "c > PUBLISH topic=\"x\" \\\n   payload=\"y\"\nc alive\n");
    const struct script_block *b = &f->scenarios[0].body;
    ck_assert_uint_eq(b->count, 3);
    ck_assert_uint_eq(b->list[0].packet.args[0].value->item_count, 2);
    ck_assert_uint_eq(b->list[0].packet.arg_count, 2);
    ck_assert_uint_eq(b->list[1].packet.arg_count, 2);
    script_free(f);
}
END_TEST

/* --- files ---------------------------------------------------------------- */

START_TEST(a_file_is_a_chapter)
{
    struct script_file *f = script_parsed(
        "# Title\n#\n# More.\n\n# not this\n"
        "define f(a, b)\n wait 1s\nend\n"
        "scenario one-2\n\"first\"\nfor 3.1 5.0\nneeds qos2 session\nalone\n"
        "slow\nsince 1.0\nwait 1s\n"
        "scenario two\n\"second\"\nfor 3.1.1\nf(1 2)\n");
    ck_assert(slice_is(f->prose, "Title\n\nMore.\n"));
    ck_assert_uint_eq(f->define_count, 1);
    ck_assert_uint_eq(f->defines[0].param_count, 2);
    ck_assert_uint_eq(f->scenario_count, 2);
    const struct script_scenario *s = &f->scenarios[0];
    ck_assert(slice_is(s->id, "qos/x/one-2"));
    ck_assert(slice_is(s->title, "first"));
    ck_assert_uint_eq(s->versions, V_31 | V_5);
    ck_assert_uint_eq(s->need_count, 2);
    ck_assert(s->alone && s->slow);
    ck_assert(slice_is(s->since, "1.0"));
    ck_assert_uint_eq(s->body.count, 1);
    ck_assert(!f->scenarios[1].alone);
    script_free(f);
}
END_TEST

START_TEST(a_client_may_speak_another_version)
{
    struct script_file *f = script_parsed(
        "scenario a\n\"t\"\nfor 5.0\nold speaks 3.1.1\nneeds qos2\n"
        "oldest speaks 3.1\nold alive\n");
    const struct script_scenario *s = &f->scenarios[0];
    ck_assert_uint_eq(s->versions, V_5);
    ck_assert_uint_eq(s->voice_count, 2);
    ck_assert_uint_eq(s->need_count, 1);
    ck_assert_uint_eq(s->body.count, 1);
    ck_assert_uint_eq(script_versions_beside(s), V_3);
    ck_assert_int_eq(script_version_of(s, slice_str("old"), MQTT_50), MQTT_311);
    ck_assert_int_eq(script_version_of(s, slice_str("new"), MQTT_50), MQTT_50);
    script_free(f);
}
END_TEST

static const struct {
    const char *glob;
    bool matches;
} globs[] = {
    {"qos/x/a", true},  {"qos/x", true},    {"qos", true},   {"qos/", true},
    {"qos/x/*", true},  {"*/a", true},      {"*", true},     {"qos/y", false},
    {"qo", false},      {"qos/x/a/b", false}, {"qos/x/?", true}, {"a", false},
};

START_TEST(scenarios_are_chosen_by_id_folder_and_glob)
{
    struct script_file *f = script_parsed(HEAD "wait 1s\n");
    for (size_t i = 0; i < TEST_COUNT(globs); i++)
        ck_assert_msg(script_scenario_matches(&f->scenarios[0],
                                              globs[i].glob) ==
                          globs[i].matches,
                      "%s", globs[i].glob);
    script_free(f);
}
END_TEST

START_TEST(nonsense_nested_deeply_is_refused)
{
    struct buf text = {0};
    struct script_errors errors = {0};
    buf_add_str(&text, HEAD "judge ");
    buf_add_fill(&text, '(', 100000);
    buf_add_str(&text, "\njudge 1");
    for (int i = 0; i < 10000; i++)
        buf_add_str(&text, "+1");
    buf_add_str(&text, "\n");
    for (int i = 0; i < 10000; i++)
        buf_add_str(&text, "repeat 1 {\n");
    ck_assert_ptr_null(script_parse_text("x", slice_str("x"),
                                         buf_slice(&text), &errors));
    ck_assert_str_eq(errors.list[0].message,
                     "this is nested more than 40 deep");
    script_errors_release(&errors);
    buf_release(&text);
}
END_TEST

TEST_MAIN(every_verb_is_a_statement, a_line_keeps_its_parts, ids_are_no_list,
          collect_ends_in_three_ways, damage_of_every_kind,
          values_of_every_kind, a_text_falls_into_pieces_at_names,
          operators_bind_as_in_arithmetic, lists_and_joined_lines_span_lines,
          a_file_is_a_chapter, a_client_may_speak_another_version,
          scenarios_are_chosen_by_id_folder_and_glob,
          nonsense_nested_deeply_is_refused)
