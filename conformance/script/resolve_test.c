/* resolve_test.c - every error that a scenario can have, word for word.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "conformance/script/script_testkit.h"

/* Two clients are connected in front of every row's lines, and a line judges
 * behind them. HEAD is five lines. */
#define HEAD                                                      \
    "scenario x\n    \"t\"\n    for 3.1.1 5.0\n"                  \
    "    sub connects fresh\n    pub connects fresh\n"
#define TAIL "    judge 1 = 1 [MQTT-3.1.0-1 MQTT311-3.1.0-1]\n"

static const struct {
    const char *lines;    /* from line 6 on */
    const char *place;    /* line:column */
    const char *message;
} rows[] = {
    /* --- lines --- */
    {"sub conects fresh", "6:5",
     "a client cannot `conects`; did you mean `connects`?"},
    {"sub", "6:4", "what the client does expected, but the line ends here"},
    {"sub = 3", "6:5", "what the client does expected, not `=`"},
    {"sub connects fresh again", "6:20",
     "the end of the line expected, not `again`"},
    {"sub > PUBLISH topic=\"x\" packet_id = 7", "6:25",
     "write `packet_id=VALUE` without a space"},
    {"sub > PUBLISH topic= \"x\"", "6:22",
     "write `topic=VALUE` without a space"},
    {"sub > PUBLSH", "6:7", "there is no packet `PUBLSH`; did you mean "
                            "`PUBLISH`?"},
    {"sub > 3", "6:7", "a packet expected, not `3`"},
    {"v6: sub quiet", "6:1", "`v6:` is no version; there are v5: v311: v31: "
                             "v3:"},
    {"v31: sub quiet", "6:1",
     "this line never runs: around it there is 3.1.1 and 5.0 only"},
    {"v5: repeat 2 {\nv311: sub quiet\n}", "7:1",
     "this line never runs: around it there is 5.0 only"},
    {"repeat 2 {\nsub quiet", "6:10",
     "this block is never closed; `}` expected"},
    {"wait 3", "6:6", "a time has a unit: `3s` or `3ms`"},
    {"sub < PUBLISH within 2", "6:22", "a time has a unit: `2s` or `2ms`"},
    {"sub never PUBLISH", "6:18",
     "`for` and a time, as in `for 2s` expected, but the line ends here"},
    {"either \"a\" { sub < close }", "6:27",
     "`or` and a second branch expected, but the line ends here"},
    {"either \"a\" { } or \"b\" { sub < close }", "6:1",
     "the branch \"a\" is empty, so nothing tells when to take it"},
    {"together { sub quiet }", "6:12",
     "in `together` stand lines that await something: <, may <, collect, "
     "never"},
    {"any of sub as m < PUBLISH", "6:1",
     "`any of` needs two clients at least"},
    {"broker stops", "6:8",
     "`restarts` or `is killed` expected, not `stops`"},
    {"sub opens via udp", "6:15",
     "there are no `udp` connections, but tcp, tls, ws, wss and ws_offers"},
    {"sub > ws frames 1 PINGREQ", "6:19",
     "the bytes of a frame, `ping`, `pong` or `rest` expected, not `PINGREQ`"},
    {"sub > ws pign", "6:10",
     "`frames`, `text`, `ping`, `pong` or `close` expected, not `pign`"},
    /* --- values --- */
    {"sub > PUBLISH topic=\"a\\q\"", "6:23",
     "unknown escape `\\q`; there are \\\" \\\\ \\n \\t \\r and \\xNN"},
    {"wait 12x", "6:6",
     "`12x` is neither a number (7, 0x87) nor a time (1.2s, 300ms)"},
    {"sub > hex 30 5", "6:14", "`5` is no pair of hexadecimal digits"},
    {"sub > PUBLISH topic=hex:\"3\"", "6:25",
     "these are not pairs of hexadecimal digits"},
    {"sub > PUBLISH topic=", "6:21",
     "a value expected, but the line ends here"},
    {"sub < SUBACK codes=[1", "7:13",
     "a value or the `]` of line 6 expected, not `=`"},
    /* --- fields and properties --- */
    {"sub < PUBLISH packet_ic=7", "6:15",
     "no field or property `packet_ic` in PUBLISH; did you mean `packet_id`?"},
    {"sub < PUBLISH sesion_present=7", "6:15",
     "no field or property `sesion_present` in PUBLISH"},
    {"pub connects fresh sesion_present=1", "6:20",
     "no field or property `sesion_present` in CONNECT; did you mean "
     "`session_present`?"},
    {"sub > PUBLISH topic=\"x\" message_expiry_interval=1", "6:25",
     "PUBLISH of 3.1.1 has no `message_expiry_interval`, and this line runs "
     "there too; put `v5:` before the line or before "
     "`message_expiry_interval`"},
    {"sub < PUBACK reason=success", "6:14",
     "PUBACK of 3.1.1 has no `reason`, and this line runs there too; put "
     "`v5:` before the line or before `reason`"},
    {"v311: sub < PUBACK v5:reason=success", "6:23",
     "this line runs in 3.1.1 only"},
    {"sub > AUTH", "6:7", "MQTT 3.1.1 has no AUTH; put `v5:` before the line"},
    {"v5: sub > PUBLISH topic=\"x\" server_keep_alive=3", "6:29",
     "PUBLISH may not have `server_keep_alive`; to send it all the same write "
     "damage property=0x13:BYTES"},
    {"v5: sub < PUBLISH server_keep_alive=3", "6:19",
     "PUBLISH may not have `server_keep_alive`"},
    {"v5: sub connects fresh will.topic_alias=3", "6:24",
     "a will has no property `topic_alias`"},
    {"v5: sub connects fresh will.content_tpye=\"x\"", "6:24",
     "a will has no property `content_tpye`; did you mean `content_type`?"},
    {"v5: sub < PUBLISH will.content_type=\"x\"", "6:19",
     "only CONNECT has a will"},
    {"sub > PUBLISH topic=\"x\" remaining_length=3", "6:25",
     "`remaining_length` follows from what is sent; write damage "
     "remaining_length=+1"},
    {"sub > PUBLISH topic=\"x\" size=3", "6:25",
     "`size` follows from what is sent; write `pad to N`"},
    {"sub < PUBLISH pad to 3", "6:15",
     "`pad to` is for what is sent; a pattern has size=N"},
    {"sub > PINGREQ pad to 3", "6:15", "only PUBLISH has a payload to pad"},
    {"sub > PUBLISH topic=\"x\" packet_id=70000", "6:35",
     "`packet_id` is 65535 at most"},
    {"sub > PUBLISH topic=\"x\" qos=4", "6:29", "`qos` is 3 at most"},
    {"sub > PUBLISH topic=7", "6:21", "`topic` is a text; put it in quotes"},
    {"sub > PUBLISH packet_id=\"7\"", "6:25",
     "`packet_id` is a number, not a text"},
    {"sub connects fresh keep_alive=2s", "6:31",
     "`keep_alive` is a plain number, without a unit"},
    {"v5: sub < PUBLISH user_property=\"x\"", "6:33",
     "`user_property` is a pair: \"name\":\"value\""},
    {"sub > PUBLISH topic=x", "6:21",
     "`x` is no value for `topic`; texts stand in quotes, names begin with $"},
    {"sub > PUBLISH topic=any", "6:21",
     "`any` matches what arrives; what is sent needs one value"},
    {"sub > PUBLISH topic=\"x\" qos=0|1", "6:29",
     "`a|b` matches what arrives; what is sent needs one value"},
    {"sub > PUBLISH topic=\"x\" qos>=1", "6:25",
     "what is sent is written with `=`"},
    {"sub > SUBSCRIBE filters=[{filter=\"x\" qso=1}]", "6:38",
     "a filter has no option `qso`; did you mean `qos`?"},
    {"sub > SUBSCRIBE filters=[{filter=\"x\" no_local=1}]", "6:38",
     "a filter of 3.1.1 has no `no_local`, and this line runs there too; put "
     "`v5:` before the line or before `no_local`"},
    /* --- reasons --- */
    {"sub < CONNACK reason=not_authorised", "6:22",
     "no CONNACK has a reason `not_authorised`; did you mean "
     "`not_authorized`?"},
    {"v5: sub < PUBACK reason=granted_qos_1", "6:25",
     "no PUBACK has a reason `granted_qos_1`"},
    {"sub < CONNACK reason=banned", "6:22",
     "CONNACK of 3.1.1 has no reason `banned`; put `v5:` before it"},
    {"v5: sub rejects malformed", "6:17", "no packet has a reason `malformed`"},
    /* --- damage --- */
    {"sub > PUBLISH topic=\"x\" damage trunkate=3", "6:32",
     "there is no damage `trunkate`; did you mean `truncate`?"},
    {"sub > PUBLISH topic=\"x\" damage drop=packet_it", "6:32",
     "no field or property `packet_it` in PUBLISH; did you mean `packet_id`?"},
    {"sub > PUBLISH topic=\"x\" damage property=0x7f:01", "6:32",
     "PUBLISH of 3.1.1 has no `property`, and this line runs there too; put "
     "`v5:` before the line or before `property`"},
    /* --- names --- */
    {"pud < PUBLISH", "6:1",
     "client `pud` has not connected; did you mean `pub`?"},
    {"any of sub pub as m < PUBLISH\nm > PINGREQ", "7:1",
     "client `m` has not connected"},
    {"new connects fresh as pup", "6:1",
     "client `pup` has not connected; did you mean `pub`?"},
    {"sub > PUBLISH topic=$name", "6:21", "`name` is not bound here"},
    {"let named = 1\njudge $nmaed = 1", "7:7",
     "`nmaed` is not bound here; did you mean `named`?"},
    {"sub > PUBLISH topic=\"$name/x\"", "6:21",
     "`$name` in this text is not bound. A `$` that stands for itself is "
     "written \\x24"},
    {"judge since t < 2s", "6:7",
     "no moment `t` was marked; write `mark t` where it begins"},
    {"judge cuont(1) = 1", "6:7",
     "there is no function `cuont`; did you mean `count`?"},
    {"judge count() = 1", "6:7", "count() takes 1 value at least"},
    {"judge starts(1 2 3) = 1", "6:7", "starts() takes 2 values at most"},
    {"sub collect PUBLISH as m until 1\njudge m[0].topc = \"x\"", "7:7",
     "a packet has no field or property `topc`; did you mean `topic`?"},
    {"sub collect PUBLISH as m until 1\njudge count(m, payloda=\"x\") = 1",
     "7:16",
     "no field or property `payloda` in PUBLISH; did you mean `payload`?"},
    {"subscribed(sub)", "6:1", "nothing is defined as `subscribed`"},
    /* --- order --- */
    {"pub > PUBLISH topic=\"x\" qos=1\npub cuts", "7:1",
     "`pub` cuts before what it sent was answered, so nobody knows whether it "
     "arrived; await the answer, or write `pub alive` first"},
    /* --- statement ids --- */
    {"sub < PUBLISH [MQTT-4.3.3-100]", "6:16",
     "there is no statement MQTT-4.3.3-100; did you mean `MQTT-4.3.3-10`?"},
    {"v311: sub < PUBLISH [MQTT-4.3.3-10]", "6:22",
     "MQTT-4.3.3-10 is a statement of 5.0, but this line runs in 3.1.1"},
    {"v5: sub < PUBLISH [MQTT311-4.3.3-2]", "6:20",
     "MQTT311-4.3.3-2 is a statement of 3.1.1, but this line runs in 5.0"},
    {"sub < PUBLISH [MQTT31-s3.3]", "6:16",
     "MQTT31-s3.3 is a statement of 3.1, but this line runs in 3.1.1 and "
     "5.0"},
    {"sub quiet [MQTT-4.3.3-10]", "6:1",
     "`quiet` cannot be marked: silence convicts nobody; write `never PATTERN "
     "for 2s`"},
    {"wait 1s [MQTT-4.3.3-10]", "6:1",
     "this line cannot be marked: there is nothing in it that a broker could "
     "do wrong"},
    {"sub < PUBLISH [1 2]", "6:15",
     "statement ids expected in brackets, as in [MQTT-3.2.0-1] or "
     "[should 4.13]"},
    {"sub < PUBLISH [should x]", "6:23",
     "a section, as in [should 4.13] expected, not `x`"},
};

static const char *
errors_of(struct buf *out, const char *text)
{
    struct script_errors errors = {0};
    struct script_file *f = script_load_text("a/x.scn", slice_str("a/x"),
                                             slice_str(text), &errors);
    buf_clear(out);
    script_errors_print(out, &errors);
    ck_assert_msg((f == NULL) == (errors.count > 0), "%s", buf_cstr(out));
    script_free(f);
    script_errors_release(&errors);
    return buf_cstr(out);
}

START_TEST(every_error_says_where_and_what)
{
    struct buf text = {0}, got = {0}, want = {0};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        buf_clear(&text);
        buf_clear(&want);
        buf_printf(&text, HEAD "%s\n" TAIL, rows[i].lines);
        buf_printf(&want, "a/x.scn:%s: %s\n", rows[i].place, rows[i].message);
        errors_of(&got, buf_cstr(&text));
        ck_assert_msg(slice_starts(buf_slice(&got), buf_cstr(&want)),
                      "%s\nwanted %sgot    %s", rows[i].lines,
                      buf_cstr(&want), buf_cstr(&got));
    }
    buf_release(&text);
    buf_release(&got);
    buf_release(&want);
}
END_TEST

/* A client of 3.1.1 beside one of 5.0. */
#define MIXED "scenario a\n  \"t\"\n  for 5.0\n  old speaks 3.1.1\n"
#define MIXED_END                                                 \
    "  old connects fresh\n  new connects fresh\n"                \
    "  judge 1 = 1 [MQTT-3.1.0-1 MQTT311-3.1.0-1]\n"

/* What is wrong with a file as a whole. */
static const struct {
    const char *text, *errors;
} files[] = {
    {"foo\n", "a/x.scn:1:1: `scenario` or `define` expected, not `foo`\n"
              "    foo\n    ^\n"},
    {"scenario\n", "a/x.scn:1:9: the name of the scenario expected, but the "
                   "line ends here\n    scenario\n            ^\n"},
    {"scenario Foo\n", "a/x.scn:1:10: a scenario's name is small letters, "
                       "digits and dashes, as in duplicate-after-resume\n"
                       "    scenario Foo\n             ^\n"},
    {"scenario a\n  for 5.0\n",
     "a/x.scn:2:3: a text in quotes expected, not `for`\n      for 5.0\n"
     "      ^\n"},
    {"scenario a\n  \"t\"\n",
     "a/x.scn:1:10: scenario `a` does not say for which versions; add a line "
     "`for 3.1.1 5.0`\n    scenario a\n             ^\n"},
    {"scenario a\n  \"t\"\n  for 4.0\n",
     "a/x.scn:3:7: 3.1, 3.1.1 or 5.0 expected, not `4.0`\n      for 4.0\n"
     "          ^\n"},
    {"scenario a\n  \"t\"\n  for 5.0\n",
     "a/x.scn:1:10: scenario `a` judges nothing: no line has a statement id\n"
     "    scenario a\n             ^\n"},
    {"scenario a\n  \"t\"\n  for 5.0\n  needs qso2\n  judge 1 [MQTT-3.1.0-1]\n",
     "a/x.scn:4:9: there is no capability `qso2` to need; did you mean `qos2`?"
     "\n      needs qso2\n            ^\n"},
    {"scenario a\n  \"t\"\n  for 5.0\n  judge 1 [MQTT-3.1.0-1]\n"
     "scenario a\n  \"t\"\n  for 5.0\n  judge 1 [MQTT-3.1.0-1]\n",
     "a/x.scn:5:10: scenario `a` is in line 1 already\n    scenario a\n"
     "             ^\n"},
    {"define f(a)\n  wait 1s\n",
     "a/x.scn:1:8: this definition has no `end`\n    define f(a)\n"
     "           ^\n"},
    {"define f(a)\n  wait 1s\nend\n",
     "a/x.scn:1:8: `f` is never called; remove it\n    define f(a)\n"
     "           ^\n"},
    {"define f(c)\n  c < PUBACK packet_ic=1\nend\n"
     "scenario a\n  \"t\"\n  for 5.0\n  x connects\n  f(x)\n"
     "  judge 1 [MQTT-3.1.0-1]\n",
     "a/x.scn:2:14: no field or property `packet_ic` in PUBACK; did you mean "
     "`packet_id`? (called in line 8)\n      c < PUBACK packet_ic=1\n"
     "                 ^\n"},
    {"define f(c)\n  c < PUBACK\nend\n"
     "scenario a\n  \"t\"\n  for 5.0\n  f(\"x\")\n  f()\n",
     "a/x.scn:2:3: `c` acts as a client here, but the call hands over "
     "something else (called in line 7)\n      c < PUBACK\n      ^\n"
     "a/x.scn:8:3: `f` takes 1 argument, not 0\n      f()\n      ^\n"},
    {"scenario a\n  \"t\"\n  for 5.0\n  old speaks 6.0\n",
     "a/x.scn:4:14: 3.1, 3.1.1 or 5.0 expected, not `6.0`\n"
     "      old speaks 6.0\n                 ^\n"},
    {MIXED "  old speaks 3.1\n" MIXED_END,
     "a/x.scn:5:3: what `old` speaks is said in line 4\n"
     "      old speaks 3.1\n      ^\n"},
    {MIXED "  new speaks 5.0\n" MIXED_END,
     "a/x.scn:5:3: all clients speak 5.0 here; `speaks` is for one that speaks "
     "another version\n      new speaks 5.0\n      ^\n"},
    {MIXED "  odl speaks 3.1.1\n" MIXED_END,
     "a/x.scn:5:3: client `odl` never connects\n      odl speaks 3.1.1\n"
     "      ^\n"},
    {MIXED MIXED_END "  new speaks 3.1.1\n",
     "a/x.scn:8:3: what `new` speaks is said in the header, below `for`\n"
     "      new speaks 3.1.1\n      ^\n"},
    {MIXED MIXED_END "  old > PUBLISH topic=\"x\" content_type=\"y\"\n",
     "a/x.scn:8:27: PUBLISH of 3.1.1 has no `content_type`\n"
     "      old > PUBLISH topic=\"x\" content_type=\"y\"\n"
     "                              ^\n"},
    {MIXED MIXED_END "  old alive [MQTT-3.12.4-1 MQTT311-3.12.4-1]\n",
     "a/x.scn:8:14: MQTT-3.12.4-1 is a statement of 5.0, but this line runs in "
     "3.1.1\n      old alive [MQTT-3.12.4-1 MQTT311-3.12.4-1]\n"
     "                 ^\n"},
    {MIXED MIXED_END "  v5: old alive\n",
     "a/x.scn:8:3: this line never runs: around it there is 3.1.1 only\n"
     "      v5: old alive\n      ^\n"},
    {MIXED MIXED_END "  for each who in [old new] {\n"
     "    who > PUBLISH topic=\"x\" v5:topic_alias=1\n"
     "    who > PUBLISH topic=\"x\" topic_alias=1\n  }\n",
     "a/x.scn:10:29: PUBLISH of 3.1.1 has no `topic_alias`, and this line runs "
     "there too; put `v5:` before the line or before `topic_alias`\n"
     "        who > PUBLISH topic=\"x\" topic_alias=1\n"
     "                                ^\n"},
    {"define f()\n  f()\nend\n"
     "scenario a\n  \"t\"\n  for 5.0\n  f()\n",
     "a/x.scn:2:3: `f` calls itself, or calls go too deep (called in line 7)\n"
     "      f()\n      ^\n"},
};

START_TEST(files_as_a_whole)
{
    struct buf got = {0};
    for (size_t i = 0; i < TEST_COUNT(files); i++)
        ck_assert_str_eq(errors_of(&got, files[i].text), files[i].errors);
    buf_release(&got);
}
END_TEST

START_TEST(at_most_twenty_errors_are_kept)
{
    struct buf text = {0}, got = {0};
    buf_add_str(&text, HEAD);
    for (int i = 0; i < 30; i++)
        buf_add_str(&text, "sub foo\n");
    errors_of(&got, buf_cstr(&text));
    const char *end = "a/x.scn: and 10 more\n";
    ck_assert(got.len > strlen(end));
    ck_assert_str_eq(buf_cstr(&got) + got.len - strlen(end), end);
    buf_release(&text);
    buf_release(&got);
}
END_TEST

/* --- what is right -------------------------------------------------------- */

static struct script_file *
loaded(const char *lines)
{
    return script_loaded(HEAD "%s\n" TAIL, lines);
}

START_TEST(names_get_their_meaning)
{
    struct script_file *f = loaded(
        "v5: c connects fresh session_present=0 keep_alive=5 "
        "will.content_type=\"x\" maximum_qos=1 receive_maximum=9");
    const struct script_packet *p = &f->scenarios[0].body.list[2].packet;
    ck_assert_int_eq(p->args[0].field, MQTT_F_session_present);
    ck_assert(p->args[0].expected);
    ck_assert_int_eq(p->args[1].field, MQTT_F_keep_alive);
    ck_assert(!p->args[1].expected);
    ck_assert_int_eq(p->args[2].kind, ARG_WILL_PROPERTY);
    ck_assert_int_eq(p->args[3].property->id, MQTT_P_maximum_qos);
    ck_assert(p->args[3].expected);
    ck_assert_int_eq(p->args[4].kind, ARG_PROPERTY);
    ck_assert(!p->args[4].expected); /* both have it: it is sent */
    script_free(f);
}
END_TEST

START_TEST(a_reason_has_a_code_in_each_version)
{
    struct script_file *f = loaded(
        "sub < CONNACK reason=not_authorized\n"
        "sub < CONNACK reason=success\n"
        "v5: sub < SUBACK codes=[granted_qos_1|0x80]");
    const struct script_stmt *s = f->scenarios[0].body.list;
    const struct script_expr *e = s[2].packet.args[0].value;
    ck_assert_int_eq(e->codes[MQTT_50], 0x87);
    ck_assert_int_eq(e->codes[MQTT_311], 5);
    e = s[3].packet.args[0].value;
    ck_assert_int_eq(e->codes[MQTT_50], 0);
    ck_assert_int_eq(e->codes[MQTT_311], 0);
    e = s[4].packet.args[0].value->items[0]->items[0];
    ck_assert_int_eq(e->codes[MQTT_50], 1);
    ck_assert_int_eq(e->codes[MQTT_31], 1);
    script_free(f);
}
END_TEST

/* All of these are right. */
static const char *const good[] = {
    "sub > PUBLISH topic=\"$T/x\" v5:message_expiry_interval=3",
    "sub > SUBSCRIBE filters=[{filter=\"$share/g/$T/x\" v5:no_local=1}]",
    "sub > UNSUBSCRIBE packet_id=1 filters=[\"a\" \"b\"]",
    "sub < PUBLISH packet_id=?p else 7\nsub > PUBACK packet_id=$p",
    "sub < any remaining_length<=100 size=1..9",
    "v5: sub < PUBLISH user_property=[\"a\":\"1\" \"b\":any]",
    "v5: sub < PUBLISH topic_alias=absent content_type=present",
    "v5: sub rejects protocol_error|malformed_packet|0x80",
    "sub rejects unsupported_protocol_version|0x01 or tolerates \"x\"",
    "pub > PUBLISH topic=\"x\" qos=1\npub alive\npub cuts",
    "pub > PUBLISH topic=\"x\" damage truncate=1\npub cuts",
    "pub > DISCONNECT\npub cuts",
    "any of sub pub as m < PUBLISH\nfor each who in [m.client] {\n"
    "who > PINGREQ\n}\nfor each x in $others { x quiet }",
    "for each x in [sub pub] { x alive }",
    "for each p in properties_not_allowed(PUBLISH) {\n"
    "v5: sub > PUBLISH topic=\"x\" damage property=$p.id:$p.value\n}",
    "mark t\njudge since t < 2s and not 1 = 2",
    "sub collect PUBLISH as m until 2\n"
    "judge distinct(m.packet_id) and m[0].size < 100 and count(m, qos=1) = 2",
    "let r = 3\njudge $r != not_authorized",
    "v5: sub > DISCONNECT reason=0x04 session_expiry_interval=1",
    "sub < close within 3s",
};

START_TEST(what_is_right_loads)
{
    for (size_t i = 0; i < TEST_COUNT(good); i++)
        script_free(loaded(good[i]));
}
END_TEST

START_TEST(a_define_is_checked_where_it_is_called)
{
    struct buf got = {0};
    const char *text = "define f(c t)\n  c connects fresh\n"
                       "  c > SUBSCRIBE filters=[{filter=$t qos=1}]\n"
                       "  c < SUBACK packet_id=?last\nend\n" HEAD
                       "f(new \"a\")\nnew alive\njudge $last > 0\n" TAIL;
    ck_assert_str_eq(errors_of(&got, text), "");
    buf_release(&got);
}
END_TEST

START_TEST(each_line_is_in_the_version_of_its_client)
{
    static const char text[] =
        "define f(c)\n  c connects fresh v5:receive_maximum=1\n"
        "  c alive [MQTT-3.12.4-1 MQTT311-3.12.4-1]\nend\n"
        MIXED
        "  f(old)\n  f(new)\n  new connects as old\n"
        "  any of old new as m < PUBLISH\n"
        "  for each who in $others {\n    v311: who > PUBLISH topic=\"x\"\n  }\n"
        "  old > PUBLISH topic=\"x\" v5:topic_alias=1\n"
        "  old alive [MQTT311-3.12.4-1]\n"
        "  old < close [MQTT-3.1.4-3]\n"
        "  new < DISCONNECT reason=session_taken_over\n";
    struct buf got = {0};
    struct script_errors errors = {0};
    /* `v5:` in a line of a client of 3.1.1 alone means nothing. */
    ck_assert_str_eq(errors_of(&got, text),
                     "a/x.scn:16:30: this line runs in 3.1.1 only\n"
                     "      old > PUBLISH topic=\"x\" v5:topic_alias=1\n"
                     "                                 ^\n");
    struct buf right = {0};
    const char *wrong = strstr(text, "v5:topic_alias=1");
    buf_add(&right, slice_of(text, (size_t)(wrong - text)));
    buf_add_str(&right, wrong + strlen("v5:topic_alias=1"));
    struct script_file *f = script_load_text("a/x.scn", slice_str("a/x"),
                                             buf_slice(&right), &errors);
    ck_assert_ptr_nonnull(f);
    const struct script_block *b = &f->scenarios[0].body;
    ck_assert(!b->list[6].cites_others);
    ck_assert(b->list[7].cites_others);
    script_free(f);
    script_errors_release(&errors);
    buf_release(&right);
    buf_release(&got);
}
END_TEST

TEST_MAIN(each_line_is_in_the_version_of_its_client, every_error_says_where_and_what, files_as_a_whole,
          at_most_twenty_errors_are_kept, names_get_their_meaning,
          a_reason_has_a_code_in_each_version, what_is_right_loads,
          a_define_is_checked_where_it_is_called)
