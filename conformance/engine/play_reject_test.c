/* play_reject_test.c - who has to close: convicted, or only in doubt.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_rows_testkit.h"

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

static const struct row rows[] = {
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
};

START_TEST(the_end_is_judged_and_silence_is_not)
{
    play_rows(rows, TEST_COUNT(rows));
}
END_TEST

TEST_MAIN(the_end_is_judged_and_silence_is_not)
