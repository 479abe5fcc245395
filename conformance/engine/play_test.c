/* play_test.c - every way a line can go, with a broker played by hand.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_testkit.h"

#define PUB "PUBLISH topic=\"$T/a\" "

/* Plays body; each row of what happens is one thing the broker does. */
enum { SAY, HANG_UP, PASS_MS, ACCEPT };
struct act {
    int kind;
    unsigned connection;
    const char *text; /* SAY */
    unsigned ms;      /* PASS_MS */
};

struct row {
    const char *name;
    const char *body;
    struct act acts[8];
    enum result_verdict verdict;
    const char *got; /* part of what was got; NULL: anything */
};

#define WELCOME {ACCEPT, 0, NULL, 0}, {SAY, 0, "CONNACK reason=success", 0}
#define SAYS(text) {SAY, 0, text, 0}
#define CLOSES {HANG_UP, 0, NULL, 0}
#define WAITS(ms) {PASS_MS, 0, NULL, ms}

static const char ping_judged[] = "c connects fresh\nc > PINGREQ\n"
                                  "c < PINGRESP [MQTT-3.12.4-1]\n";
static const char suback_judged[] =
    "c connects fresh\n"
    "c > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "c < SUBACK packet_id=1 codes=[1] [MQTT-3.8.4-1]\n";
static const char suback_stage[] =
    "c connects fresh\n"
    "c > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "c < SUBACK packet_id=1 codes=[1]\n"
    "c alive [MQTT-3.12.4-1]\n";
static const char careless[] =
    "c connects fresh\n"
    "c > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "c < SUBACK\n"
    "c < PUBLISH [MQTT-3.3.4-1]\n";
static const char rejects[] = "c connects fresh\nc > hex ff 00\n"
                              "c rejects [MQTT-4.13.1-1]\n";
static const char rejects_code[] = "c connects fresh\nc > hex ff 00\n"
                                   "c rejects 0x81|0x82 [MQTT-4.13.1-1]\n";
static const char tolerates[] =
    "c connects fresh\nc > hex ff 00\n"
    "c rejects or tolerates \"odd types\" [MQTT-4.13.1-1]\n";
static const char rejects_within[] = "c connects fresh\nc > hex ff 00\n"
                                     "c rejects within 9s [MQTT-4.13.1-1]\n";
static const char closes[] = "c connects fresh\nc > hex ff 00\n"
                             "c < close [MQTT-4.13.1-1]\n";
static const char rejects_twice[] =
    "for each n in 1..2 {\nc connects fresh\nc > hex ff 00\n"
    "c rejects [MQTT-4.13.1-1]\n}\nc alive [MQTT-3.12.4-1]\n";
static const char rejects_connect[] = "c opens\nc > hex 10 00\n"
                                      "c rejects [MQTT-3.1.4-1]\n";
static const char never[] = "c connects fresh\n"
                            "c never PUBLISH for 2s [MQTT-3.3.4-1]\n";
static const char should[] = "c connects fresh\nc > PINGREQ\n"
                             "c < PUBLISH payload=\"x\" [should 3.3]\n"
                             "c alive [MQTT-3.12.4-1]\n";

static const struct row rows[] = {
    {"answered", ping_judged, {WELCOME, SAYS("PINGRESP")}, VERDICT_PASS, NULL},
    {"silence convicts", ping_judged, {WELCOME, WAITS(5001)}, VERDICT_FAIL,
     "nothing like it for 5.0 s"},
    {"not before its time", ping_judged, {WELCOME, WAITS(4999), SAYS("PINGRESP")},
     VERDICT_PASS, NULL},
    {"the end convicts", ping_judged, {WELCOME, CLOSES}, VERDICT_FAIL,
     "connection closed"},
    {"a last word is told", ping_judged,
     {WELCOME, SAYS("DISCONNECT reason=malformed_packet"), CLOSES},
     VERDICT_FAIL, "malformed_packet"},
    {"busy convicts nobody", ping_judged,
     {WELCOME, SAYS("DISCONNECT reason=server_busy"), CLOSES},
     VERDICT_INCONCLUSIVE, NULL},
    {"nor does who may stay no longer", ping_judged,
     {WELCOME, SAYS("DISCONNECT reason=maximum_connect_time"), CLOSES},
     VERDICT_INCONCLUSIVE, NULL},
    {"another code", suback_judged,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0]")}, VERDICT_FAIL,
     "codes: expected [1], got [0]"},
    {"quota convicts nobody", suback_judged,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0x97]")}, VERDICT_INCONCLUSIVE,
     NULL},
    {"the stage is no judge", suback_stage,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0]")}, VERDICT_INCONCLUSIVE,
     "codes: expected"},
    {"the wrong stage, silent", suback_stage, {WELCOME, WAITS(6000)},
     VERDICT_INCONCLUSIVE, NULL},
    {"PUBLISH may overtake SUBACK", suback_judged,
     {WELCOME, SAYS(PUB), SAYS("SUBACK packet_id=1 codes=[1]")}, VERDICT_PASS,
     NULL},
    {"a refusal that the script overlooked", careless,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0x87]"), WAITS(6000)},
     VERDICT_INCONCLUSIVE, NULL},
    {"without it the same fails", careless,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[1]"), WAITS(6000)},
     VERDICT_FAIL, NULL},

    {"closed", rejects, {WELCOME, CLOSES}, VERDICT_PASS, NULL},
    {"closed in words", rejects,
     {WELCOME, SAYS("DISCONNECT reason=protocol_error"), CLOSES}, VERDICT_PASS,
     NULL},
    {"words are not enough", rejects,
     {WELCOME, SAYS("DISCONNECT reason=protocol_error"), WAITS(9001)},
     VERDICT_FAIL, "stays open"},
    {"closing can take a while", rejects,
     {WELCOME, SAYS("DISCONNECT reason=protocol_error"), WAITS(8000), CLOSES},
     VERDICT_PASS, NULL},
    {"words are not enough for who goes on", rejects,
     {WELCOME, SAYS("DISCONNECT reason=protocol_error"), WAITS(5001),
      SAYS("PINGRESP"), WAITS(4000)},
     VERDICT_FAIL, "stays open"},
    {"silence does not convict", rejects, {WELCOME, WAITS(6000)},
     VERDICT_INCONCLUSIVE, "neither the end nor an answer to PINGREQ"},
    {"going on convicts", rejects,
     {WELCOME, WAITS(1001), SAYS("PINGRESP"), WAITS(4000)}, VERDICT_FAIL,
     "goes on serving"},
    {"an answer to something else does not", rejects,
     {WELCOME, SAYS("PINGRESP"), WAITS(6000)}, VERDICT_INCONCLUSIVE, NULL},
    {"served, and closed at last", rejects,
     {WELCOME, WAITS(1001), SAYS("PINGRESP"), WAITS(3000), CLOSES},
     VERDICT_PASS, NULL},
    {"closed late, the word may have got lost", rejects_code,
     {WELCOME, WAITS(1001), CLOSES}, VERDICT_PASS, NULL},
    {"a grant of time is a time in which nothing is asked", rejects_within,
     {WELCOME, WAITS(8999), SAYS("PINGRESP"), WAITS(6002)},
     VERDICT_INCONCLUSIVE, NULL},
    {"who goes on behind it is convicted", rejects_within,
     {WELCOME, WAITS(9001), SAYS("PINGRESP")}, VERDICT_FAIL, "serving"},
    {"no CONNACK, no end", rejects_connect,
     {{ACCEPT, 0, NULL, 0}, WAITS(11000)}, VERDICT_INCONCLUSIVE, NULL},
    {"no CONNACK, and late", rejects_connect,
     {{ACCEPT, 0, NULL, 0}, WAITS(4999), CLOSES}, VERDICT_PASS, NULL},
    {"no CONNACK, and an end that we asked for", rejects_connect,
     {{ACCEPT, 0, NULL, 0}, WAITS(5001), CLOSES}, VERDICT_INCONCLUSIVE,
     "only after a PINGREQ"},
    {"no CONNACK, but PINGRESP", rejects_connect,
     {{ACCEPT, 0, NULL, 0}, WAITS(5001), SAYS("PINGRESP")}, VERDICT_FAIL,
     "serving"},
    {"a judged end that does not come", closes, {WELCOME, WAITS(6000)},
     VERDICT_INCONCLUSIVE, "neither"},
    {"a judged end, and it goes on", closes,
     {WELCOME, WAITS(1001), SAYS("PINGRESP"), WAITS(4000)}, VERDICT_FAIL,
     "serving"},
    {"in a loop the next round is asked", rejects_twice,
     {WELCOME, WAITS(6000), {ACCEPT, 1, NULL, 0},
      {SAY, 1, "CONNACK reason=success", 0}, WAITS(1001),
      {SAY, 1, "PINGRESP", 0}, WAITS(4000)},
     VERDICT_FAIL, "serving"},
    {"nothing is asked behind a doubtful loop", rejects_twice,
     {WELCOME, WAITS(6000), {ACCEPT, 1, NULL, 0},
      {SAY, 1, "CONNACK reason=success", 0}, {HANG_UP, 1, NULL, 0}},
     VERDICT_INCONCLUSIVE, "neither"},
    {"closed for load", rejects,
     {WELCOME, SAYS("DISCONNECT reason=quota_exceeded"), CLOSES},
     VERDICT_INCONCLUSIVE, NULL},
    {"the code that is recommended", rejects_code,
     {WELCOME, SAYS("DISCONNECT reason=protocol_error"), CLOSES}, VERDICT_PASS,
     NULL},
    {"another code warns", rejects_code,
     {WELCOME, SAYS("DISCONNECT reason=unspecified_error"), CLOSES},
     VERDICT_WARN, "unspecified_error"},
    {"no code warns", rejects_code, {WELCOME, CLOSES}, VERDICT_WARN,
     "without saying why"},
    {"CONNACK can reject", rejects_connect,
     {{ACCEPT, 0, NULL, 0}, SAYS("CONNACK reason=malformed_packet"), CLOSES},
     VERDICT_PASS, NULL},
    {"a welcome does not", rejects_connect,
     {{ACCEPT, 0, NULL, 0}, SAYS("CONNACK reason=success"), CLOSES},
     VERDICT_FAIL, "CONNACK reason=success"},

    {"not tolerated", tolerates, {WELCOME, CLOSES}, VERDICT_PASS, NULL},
    {"tolerated", tolerates, {WELCOME, WAITS(1001), SAYS("PINGRESP")},
     VERDICT_LENIENT, NULL},
    {"late, but closed", tolerates, {WELCOME, WAITS(1001), CLOSES},
     VERDICT_PASS, NULL},
    {"neither nor", tolerates, {WELCOME, WAITS(7000)}, VERDICT_INCONCLUSIVE,
     "neither"},

    {"nothing came", never, {WELCOME, WAITS(2001)}, VERDICT_PASS, NULL},
    {"it came", never, {WELCOME, WAITS(1999), SAYS(PUB)}, VERDICT_FAIL,
     "PUBLISH"},
    {"it came too late to count", never, {WELCOME, WAITS(2001), SAYS(PUB)},
     VERDICT_PASS, NULL},
    {"the dead say nothing", never, {WELCOME, CLOSES}, VERDICT_INCONCLUSIVE,
     NULL},

    {"a recommendation met", should,
     {WELCOME, SAYS("PUBLISH topic=\"$T/a\" payload=\"x\"")}, VERDICT_PASS,
     NULL},
    {"a recommendation missed", should,
     {WELCOME, SAYS("PUBLISH topic=\"$T/a\" payload=\"y\"")}, VERDICT_WARN,
     "payload: expected \"x\", got \"y\""},
};

static void
perform(struct stage *s, const struct act *acts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct act *a = &acts[i];
        switch (a->kind) {
        case ACCEPT: stage_accept(s, a->connection); break;
        case HANG_UP: stage_hang_up(s, a->connection); break;
        case PASS_MS: stage_pass(s, a->ms); break;
        default:
            if (a->text)
                stage_say(s, a->connection, a->text);
        }
    }
}

/* Who resumes sessions and hides it fails where that is judged, and only there. */
START_TEST(a_hidden_session_is_one)
{
    static const struct {
        const char *body;
        bool hides;
        enum result_verdict verdict;
    } cases[] = {
        {"c connects keeping session_present=1\nc alive [MQTT311-3.12.4-1]\n",
         false, VERDICT_INCONCLUSIVE},
        {"c connects keeping session_present=1\nc alive [MQTT311-3.12.4-1]\n",
         true, VERDICT_PASS},
        {"c connects keeping session_present=1 [MQTT311-3.2.2-2]\n", true,
         VERDICT_FAIL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct stage s;
        stage_open(&s, MQTT_311, cases[i].body);
        s.setup.hides_sessions = cases[i].hides;
        stage_accept(&s, 0);
        stage_say(&s, 0, "CONNACK");
        stage_say(&s, 0, "PINGRESP");
        ck_assert_int_eq(stage_end(&s), cases[i].verdict);
        stage_close(&s);
    }
}
END_TEST

START_TEST(lines_go_or_do_not)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct stage s;
        stage_open(&s, MQTT_50, r->body);
        perform(&s, r->acts, TEST_COUNT(r->acts));
        enum result_verdict v = stage_end(&s);
        ck_assert_msg(v == r->verdict, "%s: %s, expected %s (%s; %s)", r->name,
                      result_verdict_name(v), result_verdict_name(r->verdict),
                      s.result.reason ? s.result.reason : "-",
                      s.result.got ? s.result.got : "-");
        if (r->got)
            ck_assert_msg(s.result.got && strstr(s.result.got, r->got),
                          "%s: got \"%s\"", r->name,
                          s.result.got ? s.result.got : "(nothing)");
        stage_close(&s);
    }
}
END_TEST

START_TEST(only_ids_of_the_version_judge)
{
    struct stage s;
    stage_open_text(&s, MQTT_311, "scenario t\n\"t\"\nfor 3.1.1 5.0\n",
                    "c connects fresh\nc > PINGREQ\n"
                    "c < PINGRESP [MQTT-3.12.4-1]\n"
                    "c alive [MQTT311-3.12.4-1]\n");
    stage_welcome(&s, 0);
    stage_pass(&s, 6000);
    ck_assert_int_eq(stage_end(&s), VERDICT_INCONCLUSIVE);
    ck_assert_uint_eq(s.result.judgement_count, 0);
    stage_close(&s);
}
END_TEST

START_TEST(a_failure_names_line_statement_and_packet)
{
    struct stage s;
    stage_open(&s, MQTT_50, suback_judged);
    stage_welcome(&s, 0);
    stage_say(&s, 0, "SUBACK packet_id=1 codes=[0]");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    ck_assert_uint_eq(s.result.line, 6);
    ck_assert_str_eq(s.result.source, "c < SUBACK packet_id=1 codes=[1]");
    ck_assert_str_eq(s.result.expected, "SUBACK packet_id=1 codes=[1]");
    ck_assert_uint_eq(s.result.judgement_count, 1);
    ck_assert_str_eq(s.result.judgements[0].statement, "MQTT-3.8.4-1");
    ck_assert_int_eq(s.result.judgements[0].verdict, VERDICT_FAIL);
    size_t guilty = 0;
    for (size_t i = 0; i < s.result.event_count; i++)
        guilty += s.result.events[i].is_guilty;
    ck_assert_uint_eq(guilty, 1);
    stage_close(&s);
}
END_TEST

START_TEST(either_records_what_the_broker_chose)
{
    static const char body[] =
        "c connects fresh\nc > PUBLISH topic=\"$T/a\" qos=1 packet_id=5\n"
        "either \"takes it\" {\n    c < PUBACK packet_id=5 reason=success\n"
        "} or \"refuses it\" {\n    c < PUBACK packet_id=5 reason=0x80..0xff\n"
        "}\nc alive [MQTT-3.12.4-1]\n";
    struct stage s;
    stage_open(&s, MQTT_50, body);
    stage_welcome(&s, 0);
    stage_say(&s, 0, "PUBACK packet_id=5 reason=not_authorized");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    ck_assert_uint_eq(s.result.choice_count, 1);
    ck_assert_str_eq(s.result.choices[0].label, "refuses it");
    stage_close(&s);

    stage_open(&s, MQTT_50, body);
    stage_welcome(&s, 0);
    stage_pass(&s, 6000);
    ck_assert_int_eq(stage_end(&s), VERDICT_INCONCLUSIVE);
    stage_close(&s);
}
END_TEST

START_TEST(together_takes_any_order)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "together {\n"
               "    c < PUBLISH payload=\"a\" [MQTT-3.3.4-1]\n"
               "    c < PUBLISH payload=\"b\" [MQTT-3.3.4-1]\n"
               "}\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "payload=\"b\"");
    stage_say(&s, 0, PUB "payload=\"a\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c < PUBLISH payload=\"a\" [MQTT-3.3.4-1]\n"
               "c < PUBLISH payload=\"b\" [MQTT-3.3.4-1]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "payload=\"b\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    stage_close(&s);
}
END_TEST

START_TEST(meanwhile_runs_beside_the_rest)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "meanwhile {\n    wait 1s\n    c > PINGREQ\n}\n"
               "c < PINGRESP within 3s [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_str_eq(stage_heard(&s, 0), "");
    stage_pass(&s, 1000);
    ck_assert_str_eq(stage_heard(&s, 0), "PINGREQ");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(names_are_bound_used_and_defaulted)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh server_keep_alive=?k else 60\n"
               "judge $k = 60 [MQTT-3.2.2-21]\n"
               "let n = $k * 2 + 1\n"
               "c > PUBLISH topic=\"$T/x${n}y\"\n"
               "judge $n in 100..130 and not ($n = 7) [MQTT-3.2.2-21]\n"
               "judge min([3 2 9]) = 2 and len(\"abc\") = 3 [MQTT-3.2.2-21]\n");
    stage_welcome(&s, 0);
    ck_assert(strstr(stage_heard(&s, 0), "tag000/x121y") != NULL);
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(loops_and_defines_unfold)
{
    struct stage s;
    stage_open_text(&s, MQTT_50,
                    "define says(who what)\n"
                    "    who > PUBLISH topic=\"$T/$what\"\n"
                    "end\n\n"
                    "scenario t\n\"t\"\nfor 5.0\n",
                    "c connects fresh\n"
                    "for each x in [\"a\" \"b\"] {\n    says(c $x)\n}\n"
                    "repeat 2 {\n    says(c \"r\")\n}\n"
                    "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert(strstr(stage_heard(&s, 0), "/a\""));
    ck_assert(strstr(stage_heard(&s, 0), "/b\""));
    ck_assert(strstr(stage_heard(&s, 0), "/r\""));
    ck_assert(strstr(stage_heard(&s, 0), "/r\""));
    ck_assert_str_eq(stage_heard(&s, 0), "PINGREQ");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(skip_and_unexercised_end_it)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh topic_alias_maximum=5\n"
               "skip unless 1 = 2 \"no such thing\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_int_eq(stage_end(&s), VERDICT_SKIP);
    ck_assert_str_eq(s.result.reason, "no such thing");
    stage_close(&s);

    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "unexercised unless 1 = 2 \"never does that\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_int_eq(stage_end(&s), VERDICT_UNEXERCISED);
    ck_assert_uint_eq(s.result.judgement_count, 1);
    ck_assert_int_eq(s.result.judgements[0].verdict, VERDICT_UNEXERCISED);
    stage_close(&s);
}
END_TEST

START_TEST(any_of_binds_whoever_got_it)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "a connects fresh\nb connects fresh\n"
               "any of a b as m < PUBLISH payload=\"x\" [MQTT-4.8.2-4]\n"
               "judge m.client = \"b\" [MQTT-4.8.2-4]\n");
    stage_welcome(&s, 0);
    stage_welcome(&s, 1);
    stage_say(&s, 1, PUB "payload=\"x\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(slow_and_split_deliveries_take_their_time)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c > slowly 1 byte per 10ms PINGREQ\n"
               "c > split after 1 PINGREQ\n"
               "c < PINGRESP [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_uint_eq(s.sent[0].len, 1);
    stage_pass(&s, 9);
    ck_assert_uint_eq(s.sent[0].len, 1);
    stage_pass(&s, 1);
    ck_assert_uint_eq(s.sent[0].len, 3); /* the second begins at once */
    stage_pass(&s, 50);
    ck_assert_uint_eq(s.sent[0].len, 4);
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(passwords_are_stars_in_the_record)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh user_name=\"ann\" password=\"hunter2\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert(memmem(s.result.bytes.data, s.result.bytes.len, "ann", 3));
    ck_assert(!memmem(s.result.bytes.data, s.result.bytes.len, "hunter", 6));
    ck_assert(memmem(s.result.bytes.data, s.result.bytes.len, "*******", 7));
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(what_no_rule_allows_is_found)
{
    size_t count;
    struct stage s;
    stage_open(&s, MQTT_50, ping_judged);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "d1 00"); /* PINGRESP with flags 0001 */
    const struct play_finding *f = play_findings(s.play, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(f[0].statement, "MQTT-2.1.3-1");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    /* After a violation of our own nobody is accused. */
    stage_open(&s, MQTT_50, rejects);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "d1 00");
    stage_hang_up(&s, 0);
    play_findings(s.play, &count);
    ck_assert_uint_eq(count, 0);
    stage_end(&s);
    stage_close(&s);
}
END_TEST

START_TEST(what_the_history_forbids_is_found)
{
    size_t count;
    struct stage s;
    stage_open(&s, MQTT_50, ping_judged);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "40 02 00 07"); /* PUBACK for no PUBLISH */
    const struct play_finding *f = play_findings(s.play, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(f[0].statement, "MQTT-2.2.1-5");
    stage_end(&s);
    stage_close(&s);
}
END_TEST

START_TEST(bytes_in_any_cut_are_packets)
{
    struct stage s;
    stage_open(&s, MQTT_50, ping_judged);
    stage_accept(&s, 0);
    stage_say_hex(&s, 0, "20");
    stage_say_hex(&s, 0, "03 00");
    stage_say_hex(&s, 0, "00 00 d0");
    stage_say_hex(&s, 0, "00");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    stage_open(&s, MQTT_50, ping_judged);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "d0 ff ff ff ff ff");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    ck_assert_str_eq(s.result.got, "bytes that are no packet");
    stage_close(&s);
}
END_TEST

START_TEST(aliases_are_resolved)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh topic_alias_maximum=5\n"
               "c < PUBLISH topic=\"$T/a\"\n"
               "c < PUBLISH topic=\"$T/a\" payload=\"2\" [MQTT-3.3.2-12]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "topic_alias=3");
    stage_say(&s, 0, "PUBLISH topic=\"\" topic_alias=3 payload=\"2\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

TEST_MAIN(a_hidden_session_is_one, lines_go_or_do_not, only_ids_of_the_version_judge,
          a_failure_names_line_statement_and_packet,
          either_records_what_the_broker_chose, together_takes_any_order,
          meanwhile_runs_beside_the_rest,
          names_are_bound_used_and_defaulted, loops_and_defines_unfold,
          skip_and_unexercised_end_it, any_of_binds_whoever_got_it,
          slow_and_split_deliveries_take_their_time,
          passwords_are_stars_in_the_record, what_no_rule_allows_is_found,
          what_the_history_forbids_is_found,
          bytes_in_any_cut_are_packets, aliases_are_resolved)
