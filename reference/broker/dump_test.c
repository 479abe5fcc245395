/* dump_test.c - what SIGUSR1 shows, and what it must not.
 * SPDX-License-Identifier: MIT */
#include "broker/dump.h"

#include "broker/testkit.h"

static struct kit k;
static struct buf text;

/* A broker with one of each thing. */
static void
begin(bool payloads)
{
    kit_begin(&k);
    k.config.dump_payloads = payloads;
    struct kit_conn *c = kit_client(
        &k, MQTT_50, "client_id=c user_name=eve password=swordfish "
                     "session_expiry_interval=60 receive_maximum=1 will_flag=1 "
                     "will_topic=w will_payload=LAST will.will_delay_interval=5");
    kit_subscribe(c, "filter=a/+ qos=2 no_local=1 subscription_identifier=9");
    kit_subscribe(c, "filter=$share/s/b qos=1");
    struct kit_conn *p = kit_client(&k, MQTT_311, "client_id=p");
    kit_send(p, "PUBLISH topic=a/1 qos=2 packet_id=1 payload=FIRST");
    kit_send(p, "PUBLISH topic=a/2 qos=1 packet_id=2 payload=SECOND");
    kit_send(p, "PUBLISH topic=kept retain=1 payload='K\n'");
    kit_cut(c);
    kit_advance(&k, 1000);
    buf_clear(&text);
    dump_broker(k.broker, &text);
}

static void
end(void)
{
    buf_release(&text);
    kit_end(&k);
}

static bool
shows(const char *line)
{
    return strstr(buf_cstr(&text), line);
}

static const char *const lines[] = {
    "plumb-broker: 1 connections, 2 sessions, 1 retained messages\n",
    "connection READY \"p\" MQTT 3.1.1, 0 bytes of a packet came, ",
    ("session \"c\" of \"eve\" is away, Session Expiry Interval 60 s; "
     "due in 59000 ms\n"),
    "    subscription \"a/+\" QoS 2, No Local, identifier 9\n",
    "    subscription \"$share/s/b\" QoS 1\n",
    "    queue: 1 in flight, 1 wait with ",
    "        1 AWAIT_PUBREC \"a/1\" published at QoS 2, 5 bytes",
    "        waits, QoS 1 \"a/2\" published at QoS 1, 6 bytes",
    "    will, delay 5 s; due in 4000 ms \"w\" published at QoS 0, 4 bytes",
    "session \"p\" is connected",
    "    1 identifiers of the client await PUBREL\n",
    "filter \"a/+\" to \"c\"\n",
    "filter \"b\" share \"s\" to one of \"c\"\n",
    "retained \"kept\" published at QoS 0, 2 bytes",
    "\nplumb-broker: that is all\n",
};

static const char *const payloads[] = {
    "5 bytes: \"FIRST\"\n", "6 bytes: \"SECOND\"\n", "4 bytes: \"LAST\"\n",
    "2 bytes: \"K\\n\"\n",
};

START_TEST(everything_is_there)
{
    for (int with = 0; with <= 1; with++) {
        begin(with);
        for (size_t i = 0; i < TEST_COUNT(lines); i++)
            ck_assert_msg(shows(lines[i]), "%s in\n%s", lines[i],
                          buf_cstr(&text));
        for (size_t i = 0; i < TEST_COUNT(payloads); i++)
            ck_assert_msg(shows(payloads[i]) == with, "%s in\n%s", payloads[i],
                          buf_cstr(&text));
        ck_assert(!shows("swordfish"));
        end();
    }
}
END_TEST

START_TEST(a_long_payload_is_cut)
{
    kit_begin(&k);
    k.config.dump_payloads = true;
    struct kit_conn *p = kit_client(&k, MQTT_311, "client_id=p");
    char words[200] = "PUBLISH topic=t retain=1 payload=";
    memset(words + strlen(words), 'x', DUMP_PAYLOAD_MAX + 1);
    kit_send(p, words);
    dump_broker(k.broker, &text);
    ck_assert(shows("65 bytes: \"xxx") && shows("xxx\"...\n"));
    end();
}
END_TEST

/* Bytes of a client do not make lines of their own. */
START_TEST(names_are_escaped)
{
    kit_begin(&k);
    struct kit_conn *p = kit_client(&k, MQTT_311, "client_id='p\"q'");
    kit_subscribe(p, "filter='a\\b'");
    dump_broker(k.broker, &text);
    ck_assert(shows("session \"p\\\"q\" is connected"));
    ck_assert(shows("filter \"a\\\\b\" to"));
    end();
}
END_TEST

TEST_MAIN(everything_is_there, a_long_payload_is_cut, names_are_escaped)
