/* sample_run.h - a made-up result with every verdict, for the tests of reports.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this. All of it is fixed, times included, so
 * that reports of it can be compared with golden files.                      */
#ifndef REPORT_SAMPLE_RUN_H
#define REPORT_SAMPLE_RUN_H

#include <stdlib.h>

#include "base/mem.h"
#include "conformance/catalog/coverage.h"
#include "mqtt/encode.h"
#include "mqtt/property.h"

/* A packet as an event. */
static inline struct result_event *
sample_packet(struct result_scenario *s, enum result_event_kind kind,
              unsigned lane, uint64_t us, unsigned line,
              const struct mqtt_packet *p)
{
    struct buf bytes = {0};
    mqtt_encode(&bytes, p);
    struct result_event *e =
        result_add_event(s, kind, us, lane, buf_slice(&bytes));
    e->line = line;
    buf_release(&bytes);
    return e;
}

static inline void
sample_connect(struct result_scenario *s, unsigned lane, uint64_t us,
               unsigned line)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, s->version);
    struct buf properties = {0};
    p.clean_start = 1;
    p.keep_alive = 60;
    MQTT_SET(&p, client_id, slice_str(s->client_ids[lane]));
    if (s->version == MQTT_50) {
        mqtt_property_add_number(&properties,
                                 MQTT_P_session_expiry_interval, 300);
        mqtt_property_add_pair(&properties, MQTT_P_user_property,
                               slice_str("made by"), slice_str("sample"));
        MQTT_SET(&p, properties, buf_slice(&properties));
    }
    result_add_event(s, EVENT_OPEN, us, lane, slice_str(""))->line = line;
    sample_packet(s, EVENT_SENT, lane, us + 200, line, &p);
    buf_release(&properties);

    struct mqtt_packet answer = mqtt_packet_make(MQTT_CONNACK, s->version);
    sample_packet(s, EVENT_GOT, lane, us + 900, line, &answer);
}

static inline struct result_event *
sample_publish(struct result_scenario *s, enum result_event_kind kind,
               unsigned lane, uint64_t us, unsigned line, uint16_t packet_id,
               const char *topic, const char *payload)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, s->version);
    p.qos = packet_id ? 2 : 0;
    MQTT_SET(&p, topic, slice_str(topic));
    if (packet_id)
        MQTT_SET(&p, packet_id, packet_id);
    MQTT_SET(&p, payload, slice_str(payload));
    return sample_packet(s, kind, lane, us, line, &p);
}

static inline void
sample_ack(struct result_scenario *s, enum result_event_kind kind,
           unsigned lane, uint64_t us, unsigned line, enum mqtt_type type,
           uint16_t packet_id)
{
    struct mqtt_packet p = mqtt_packet_make(type, s->version);
    MQTT_SET(&p, packet_id, packet_id);
    sample_packet(s, kind, lane, us, line, &p);
}

/* Two clients, one message at QoS 2, repeated; the second copy is guilty. */
static inline void
sample_twice(struct result_scenario *s, const char *tag)
{
    char *topic = xasprintf("%s/once", tag);
    char *sub = xasprintf("sub%s", tag), *pub = xasprintf("pub%s", tag);

    result_add_lane(s, "sub", sub);
    result_add_lane(s, "pub", pub);
    sample_connect(s, 0, 100, 14);
    sample_connect(s, 1, 1500, 18);
    sample_publish(s, EVENT_SENT, 1, 3000, 19, 7, topic, "m");
    sample_ack(s, EVENT_GOT, 1, 3400, 20, MQTT_PUBREC, 7);
    sample_publish(s, EVENT_GOT, 0, 3500, 31, 1, topic, "m");
    result_add_event(s, EVENT_CUT, 4000, 1, slice_str(""))->line = 21;
    sample_connect(s, 1, 4100, 22);
    sample_publish(s, EVENT_SENT, 1, 6000, 23, 7, topic, "m");
    sample_ack(s, EVENT_GOT, 1, 6300, 24, MQTT_PUBREC, 7);
    sample_publish(s, EVENT_GOT, 0, 6400, 31, 2, topic, "m")->is_guilty = true;
    sample_ack(s, EVENT_SENT, 1, 7000, 25, MQTT_PUBREL, 7);
    sample_ack(s, EVENT_GOT, 1, 7300, 26, MQTT_PUBCOMP, 7);
    free(topic);
    free(sub);
    free(pub);
}

/* One client that sends what is no packet and is thrown out. */
static inline void
sample_rejected(struct result_scenario *s)
{
    static const uint8_t bad[] = {0x36, 0x06, 0x00, 0x01,
                                  'a',  0x00, 0x09, 0x00};

    result_add_lane(s, "c", "c-7f3a");
    sample_connect(s, 0, 100, 8);
    result_add_event(s, EVENT_SENT, 2000, 0, slice_of(bad, sizeof bad))->line =
        9;
    struct result_event *e =
        result_add_event(s, EVENT_NOTE, 2000, 0, slice_str(""));
    result_set(&e->text, "from here on only the broker speaks");
    result_add_event(s, EVENT_CLOSED, 2600, 0, slice_str(""))->line = 9;
}

static inline struct result_scenario *
sample_scenario(struct result_run *run, const char *id, const char *title,
                enum mqtt_version version, enum result_verdict verdict)
{
    struct result_scenario *s = result_add_scenario(run);
    char *path = xasprintf("scenarios/%s", id);
    *strrchr(path, '/') = 0;
    result_set(&s->id, id);
    result_set(&s->title, title);
    result_set(&s->transport, "tcp");
    s->path = xasprintf("%s.scn", path);
    s->version = version;
    s->verdict = verdict;
    s->took_us = 8200;
    s->started_us = run->scenario_count * 1000;
    free(path);
    return s;
}

static inline void
sample_judge(struct result_scenario *s, const char *id,
             enum result_verdict verdict, unsigned line)
{
    result_add_judgement(s, slice_str(id), verdict, line);
}

static inline void
sample_because(struct result_scenario *s, unsigned line, const char *source,
               const char *expected, const char *got, const char *reason)
{
    s->line = line;
    result_set(&s->source, source);
    result_set(&s->expected, expected);
    result_set(&s->got, got);
    result_set(&s->reason, reason);
}

static inline void
sample_good(struct result_run *run)
{
    struct result_scenario *s = sample_scenario(
        run, "qos/qos2/handshake", "QoS 2 takes four packets", MQTT_50,
        VERDICT_PASS);
    sample_twice(s, "T1");
    s->events[s->event_count - 3].is_guilty = false;
    sample_judge(s, "MQTT-4.3.3-8", VERDICT_PASS, 20);
    sample_judge(s, "MQTT-4.3.3-11", VERDICT_PASS, 26);

    s = sample_scenario(run, "qos/qos2/handshake", "QoS 2 takes four packets",
                        MQTT_311, VERDICT_PASS);
    sample_twice(s, "T2");
    s->events[s->event_count - 3].is_guilty = false;
    sample_judge(s, "MQTT311-4.3.3-2", VERDICT_PASS, 20);

    s = sample_scenario(run, "connect/flags/reserved-bit",
                        "A CONNECT with the reserved flag set is not accepted",
                        MQTT_50, VERDICT_LENIENT);
    sample_rejected(s);
    sample_judge(s, "MQTT-3.1.2-3", VERDICT_LENIENT, 9);
    result_add_choice(s, slice_str("reserved Connect Flag is tolerated"), 9);

    s = sample_scenario(run, "publish/reason/string",
                        "A Reason String is text", MQTT_50,
                        VERDICT_UNEXERCISED);
    sample_because(s, 12, "unexercised unless present(r.reason_string)", NULL,
                   NULL, "never sends a Reason String");
    sample_judge(s, "MQTT-3.4.2-2", VERDICT_UNEXERCISED, 12);

    s = sample_scenario(run, "shared/basic/one-each",
                        "A shared subscription gets one copy", MQTT_50,
                        VERDICT_SKIP);
    sample_because(s, 0, NULL, NULL, NULL,
                   "needs shared: CONNACK says Shared Subscription Available "
                   "0");
}

static inline void
sample_middling(struct result_run *run)
{
    struct result_scenario *s = sample_scenario(
        run, "connect/refusal/code", "A refusal names its reason", MQTT_50,
        VERDICT_WARN);
    sample_rejected(s);
    sample_because(s, 9, "c rejects 0x82   [should 4.13]",
                   "DISCONNECT reason=protocol_error, then close", "close",
                   NULL);
    sample_judge(s, "should 4.13", VERDICT_WARN, 9);

    s = sample_scenario(run, "retained/empty/clears",
                        "An empty retained message deletes", MQTT_311,
                        VERDICT_WAIVED);
    sample_because(s, 19, "sub never PUBLISH for 1s", "silence",
                   "PUBLISH topic=\"T3/r\" retain=1 payload=\"\"",
                   "issue 12 of the product, until 2027-01-01");
    sample_judge(s, "MQTT311-3.3.1-10", VERDICT_FAIL, 19);

    s = sample_scenario(run, "wills/delay/after-expiry",
                        "The will is sent when the session ends", MQTT_50,
                        VERDICT_INCONCLUSIVE);
    result_add_lane(s, "c", "c-11d0");
    sample_connect(s, 0, 100, 7);
    sample_because(s, 11, "c < SUBACK packet_id=1 codes=[1]",
                   "SUBACK packet_id=1 codes=[1]",
                   "SUBACK packet_id=1 codes=[0x97]",
                   "refused for load or policy (0x97 Quota exceeded)");
}

static inline void
sample_bad(struct result_run *run)
{
    struct result_scenario *s = sample_scenario(
        run, "qos/qos2/duplicate-after-resume",
        "A PUBLISH repeated on resumption, before PUBREL, reaches the "
        "subscriber once",
        MQTT_50, VERDICT_FAIL);
    sample_twice(s, "T4");
    sample_because(s, 31, "judge count(m, payload=\"m\") = 1", "1",
                   "2: #7 PUBLISH qos=2 packet_id=1 payload=\"m\" +3.5 ms, "
                   "#12 PUBLISH qos=2 packet_id=2 payload=\"m\" +6.4 ms",
                   NULL);
    sample_judge(s, "MQTT-4.3.3-8", VERDICT_PASS, 24);
    sample_judge(s, "MQTT-4.3.3-10", VERDICT_FAIL, 31);
    result_set(&s->evidence, "build/report/evidence/qos.qos2.duplicate-after-"
                             "resume.5.0.tcp.pcapng");

    s = sample_scenario(run, "publish/qos/three", "QoS 3 ends the connection",
                        MQTT_311, VERDICT_FAIL);
    sample_rejected(s);
    sample_because(s, 9, "c rejects   [MQTT311-3.3.1-4]", "close", "nothing",
                   NULL);
    s->event_count--; /* it did not close */
    sample_judge(s, "MQTT311-3.3.1-4", VERDICT_FAIL, 9);

    s = sample_scenario(run, "sessions/takeover/closes-old",
                        "A second client with the same id ends the first",
                        MQTT_50, VERDICT_UNSTABLE);
    sample_rejected(s);
    s->first_try = xcalloc(1, sizeof *s->first_try);
    s->first_try->version = MQTT_50;
    sample_rejected(s->first_try);
    s->first_try->event_count--;
    result_set(&s->first_reason, "the first connection stayed open");
    sample_judge(s, "MQTT-3.1.4-3", VERDICT_PASS, 9);

    s = sample_scenario(run, "connect/broken/script", "A script with a <bug> & "
                        "\"quotes\"", MQTT_50, VERDICT_ERROR);
    sample_because(s, 5, "judge $nobody = 1", NULL, NULL,
                   "nothing has bound $nobody: bind it with ?nobody before");
}

static inline void
sample_run(struct result_run *run)
{
    *run = (struct result_run){.seed = 42,
                               .started_wall_us = 1767225600000000,
                               .took_us = 3100000,
                               .scenario_files = 8};
    result_set(&run->suite_version, "1.0.0");
    result_set(&run->suite_level, "1");
    result_set(&run->target, "mqtt://127.0.0.1:1883");
    result_set(&run->target_name, "Sample Broker 0.9");
    result_set(&run->run_tag, "k3x9");
    result_set(&run->scenarios_sha256, "9f86d081884c7d659a2feaa0c55ad015"
                                       "a3bf4f1b2b0b822cd15d6c15b0f00a08");
    result_add_capability(run, "qos2", "yes", "probe");
    result_add_capability(run, "shared", "no", "CONNACK");
    result_add_capability(run, "receive_max", "20", "CONNACK");
    result_add_capability(run, "persistence", "no", "target file");
    sample_good(run);
    sample_middling(run);
    sample_bad(run);
}

/* Coverage of that run, with a line for each of its judgements. */
static inline void
sample_coverage(struct coverage *c, const struct result_run *run)
{
    coverage_init(c);
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        for (size_t k = 0; k < s->judgement_count; k++)
            if (strncmp(s->judgements[k].statement, "MQTT", 4) == 0)
                coverage_add_line(c, slice_str(s->judgements[k].statement),
                                  1u << s->version, s->id, s->path,
                                  s->judgements[k].line);
    }
    coverage_add_run(c, run);
}

#endif
