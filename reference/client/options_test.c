/* options_test.c - the command line: what it means, and what it may not say.
 * SPDX-License-Identifier: MIT */
#include "client/options.h"

#include <stdio.h>

#include "base/hex.h"
#include "base/test.h"

enum { WORDS_MAX = 24 };

/* Splits a line at blanks; '' is an empty word. */
static int
split(char *line, char *words[WORDS_MAX])
{
    int count = 0;
    for (char *w = strtok(line, " "); w; w = strtok(NULL, " "))
        words[count++] = strcmp(w, "''") ? w : w + 2;
    return count;
}

static int
parse(struct options *o, enum command_name command, const char *text,
      struct error *err)
{
    static char line[512]; /* options borrow it */
    char *words[WORDS_MAX];
    snprintf(line, sizeof line, "%s", text);
    int count = split(line, words);
    *err = (struct error){0};
    return options_parse(o, command, count, words, err);
}

START_TEST(defaults)
{
    struct options o;
    struct error err;
    ck_assert_int_eq(parse(&o, CMD_PUB, "-t a -m x", &err), 0);
    ck_assert_str_eq(o.where.host, "127.0.0.1");
    ck_assert_uint_eq(o.where.port, 1883);
    ck_assert_int_eq(o.version, MQTT_50);
    ck_assert_uint_eq(o.keep_alive, 60);
    ck_assert(!o.keeps_session);
    ck_assert_uint_eq(o.repeat, 1);
    options_release(&o);
}
END_TEST

START_TEST(url_gives_where_and_who)
{
    struct options o;
    struct error err;
    ck_assert_int_eq(parse(&o, CMD_SUB, "-t # --url mqtt://u:p@h:1884", &err),
                     0);
    ck_assert_str_eq(o.where.host, "h");
    ck_assert_uint_eq(o.where.port, 1884);
    ck_assert_str_eq(o.user, "u");
    ck_assert_str_eq(o.password, "p");
    options_release(&o);
}
END_TEST

/* Any of the TLS options turns TLS on, as mosquitto's do; a URL has to say so
 * itself. */
START_TEST(tls_options)
{
    struct options o;
    struct error err;
    ck_assert_int_eq(parse(&o, CMD_SUB, "-t # -h x --cafile ca --cert c --key "
                                        "k --tls-alpn mqtt", &err), 0);
    ck_assert_int_eq(o.where.scheme, URI_MQTTS);
    ck_assert_uint_eq(o.where.port, 8883);
    ck_assert_str_eq(o.tls.ca, "ca");
    ck_assert_str_eq(o.tls.certificate, "c");
    ck_assert_str_eq(o.tls.key, "k");
    ck_assert_str_eq(o.tls.alpn, "mqtt");
    ck_assert(!o.tls.is_insecure);
    options_release(&o);
    ck_assert_int_eq(parse(&o, CMD_SUB, "-t # -p 7 --insecure", &err), 0);
    ck_assert(o.tls.is_insecure);
    ck_assert_int_eq(o.where.scheme, URI_MQTTS);
    ck_assert_uint_eq(o.where.port, 7);
    options_release(&o);
    ck_assert_int_eq(parse(&o, CMD_SUB, "-t # --url wss://h/mqtt --cafile ca",
                           &err), 0);
    ck_assert_int_eq(o.where.scheme, URI_WSS);
    options_release(&o);
}
END_TEST

START_TEST(short_and_long_are_the_same)
{
    static const char *const lines[] = {
        "-t a/# -q 1 -C 3 -W 1.5 -V 3.1.1 -i me -k 5",
        "--topic a/# --qos 1 --count 3 --timeout 1.5 --protocol-version "
        "mqttv311 --id me --keepalive 5",
    };
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        struct options o;
        struct error err;
        ck_assert_int_eq(parse(&o, CMD_SUB, lines[i], &err), 0);
        ck_assert_uint_eq(o.topics.count, 1);
        ck_assert_str_eq(o.topics.list[0], "a/#");
        ck_assert_uint_eq(o.qos, 1);
        ck_assert_uint_eq(o.count, 3);
        ck_assert_uint_eq(o.timeout_ms, 1500);
        ck_assert_int_eq(o.version, MQTT_311);
        ck_assert_str_eq(o.id, "me");
        ck_assert_uint_eq(o.keep_alive, 5);
        options_release(&o);
    }
}
END_TEST

START_TEST(properties_are_encoded)
{
    static const struct {
        const char *line;
        int packet;
        const char *hex;
    } rows[] = {
        {"-D publish user-property k v -D publish user-property k w",
         MQTT_PUBLISH, "26 00 01 6b 00 01 76 26 00 01 6b 00 01 77"},
        {"-D publish message-expiry-interval 60", MQTT_PUBLISH,
         "02 00 00 00 3c"},
        {"-D connect receive_maximum 9", MQTT_CONNECT, "21 00 09"},
        {"-x 60", MQTT_CONNECT, "11 00 00 00 3c"},
        {"-c -i me", MQTT_CONNECT, "11 ff ff ff ff"},
        {"-c -i me -x 1", MQTT_CONNECT, "11 00 00 00 01"},
        {"--will-topic w -D will will-delay-interval 2", MQTT_WILL,
         "18 00 00 00 02"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct options o;
        struct error err;
        struct buf hex = {0};
        char line[256];
        snprintf(line, sizeof line, "-t a -n %s", rows[i].line);
        ck_assert_msg(parse(&o, CMD_PUB, line, &err) == 0, "%s", err.text);
        hex_print(&hex, buf_slice(&o.properties[rows[i].packet]), ' ');
        ck_assert_str_eq(buf_cstr(&hex), rows[i].hex);
        buf_release(&hex);
        options_release(&o);
    }
}
END_TEST

START_TEST(one_clear_error)
{
    static const struct {
        enum command_name command;
        const char *line, *says;
    } rows[] = {
        {CMD_PUB, "-t a", "nothing to publish: one of -m, -n, -f, -s, -l"},
        {CMD_PUB, "-m x", "exactly one -t TOPIC says where to publish"},
        {CMD_PUB, "-t a -t b -n", "exactly one -t TOPIC says where to publish"},
        {CMD_PUB, "-t a -m x -n", "-n: only one of -m, -n, -f, -s and -l"},
        {CMD_PUB, "-t a/+ -n", "-t: \"a/+\" is not a topic to publish to: it "
                               "is empty or has a wildcard"},
        {CMD_PUB, "-t '' -n", "-t: an empty topic"},
        {CMD_PUB, "-t a -n -q 3", "-q: \"3\" is not a number from 0 to 2"},
        {CMD_PUB, "-t a -n -q -1", "-q: \"-1\" is not a number from 0 to 2"},
        {CMD_PUB, "-t a -n -p 0", "-p: \"0\" is not a number from 1 to 65535"},
        {CMD_PUB, "-t a -n -V 4.0", "-V: there is no MQTT version \"4.0\"; "
                                    "write 3.1, 3.1.1 or 5 (or mqttv31, "
                                    "mqttv311, mqttv5)"},
        {CMD_PUB, "-t a -n --qos", "--qos needs a value: QOS"},
        {CMD_PUB, "-t a -n -C 1", "there is no option -C here; see --help"},
        {CMD_PUB, "-t a -n b", "\"b\" belongs to no option"},
        {CMD_PUB, "-t a -n -c", "-c needs -i: a session is kept under a Client "
                                "Identifier"},
        {CMD_PUB, "-t a -n -V 3.1", "MQTT 3.1 needs -i with 1 to 23 "
                                    "characters"},
        {CMD_PUB, "-t a -n -V 3.1.1 -x 5", "-D and -x need MQTT 5, not 3.1.1"},
        {CMD_PUB, "-t a -n --will-qos 1", "a will needs --will-topic"},
        {CMD_PUB, "-t a -n -D publish user-property k",
         "-D: user_property takes a name and a value"},
        {CMD_PUB, "-t a -n -D publish content-type",
         "-D: takes PACKET PROPERTY VALUE, as in -D publish content-type "
         "text/plain"},
        {CMD_PUB, "-t a -n -D publish user-property k v -D publish "
                  "user-property k -n",
         NULL},
        {CMD_PUB, "-t a -n -D puback reason-string x",
         "-D: \"puback\" is none of connect, publish, subscribe, unsubscribe, "
         "disconnect, will"},
        {CMD_PUB, "-t a -n -D connect topic-alias 1",
         "-D: topic-alias is not a property of connect"},
        {CMD_PUB, "-t a -n -D connect receive-maximum 0",
         "-D: \"0\" is not a number from 1 to 65535"},
        {CMD_PUB, "-t a -n -x 5 -x 6", "-x: session-expiry-interval may be given once "
                                     "only"},
        {CMD_PUB, "-t a -n -h x --url mqtt://y", "either --url or -h and -p"},
        {CMD_PUB, "-t a -n --url mqtts://h/a", "--url: mqtts:// takes no path; "
                                               "name the topic with -t"},
        {CMD_PUB, "-t a -n --url ws://h --insecure",
         "--url: --cafile, --cert, --key, --insecure and --tls-alpn need "
         "mqtts:// or wss://"},
        {CMD_PUB, "-t a -n --cert c", "--cert and --key go together"},
        {CMD_PUB, "-t a -n --key k", "--cert and --key go together"},
        {CMD_REQUEST, "-t a -m x -V 3.1.1",
         "requests and answers need MQTT 5, not 3.1.1"},
        {CMD_REQUEST, "-t a -m x -e a/#",
         "-e: \"a/#\" is not a topic to publish to: it is empty or has a "
         "wildcard"},
        {CMD_REQUEST, "-t a -m x -r", "there is no option -r here; see --help"},
        {CMD_RESPOND, "-t a -m x --run y", "only one of -m and --run"},
        {CMD_RESPOND, "-m x", "nothing to subscribe to: -t FILTER"},
        {CMD_SUB, "-t a --output xml",
         "--output: \"xml\" is none of text, hex, json"},
        {CMD_SUB, "-t a --output hex -F %p", "only one of -F and --output"},
        {CMD_SUB, "-t a --reconnect-max 0",
         "--reconnect-max: \"0\" is not between 0.001 and 4294967 seconds"},
        {CMD_SUB, "-v", "nothing to subscribe to: -t FILTER"},
        {CMD_SUB, "-t a#", "-t: \"a#\" is not a topic filter: '#' stands alone "
                           "as the last level, '+' alone as a level"},
        {CMD_SUB, "-t $share/g", "-t: \"$share/g\" is not a shared "
                                 "subscription; write $share/GROUP/FILTER"},
        {CMD_SUB, "-t a -F %z", "-F: %z means nothing; --help lists what does"},
        {CMD_SUB, "-t a -V 3.1.1 --no-local",
         "--no-local, --retain-as-published and --retain-handling need MQTT 5, "
         "not 3.1.1"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct options o;
        struct error err;
        ck_assert_msg((parse(&o, rows[i].command, rows[i].line, &err) == -1) ==
                          (rows[i].says != NULL),
                      "%s", rows[i].line);
        if (rows[i].says)
            ck_assert_str_eq(err.text, rows[i].says);
        options_release(&o);
    }
}
END_TEST

/* Only who has no topic of its own in mind asks the broker for one. */
START_TEST(requests_ask_for_response_information)
{
    static const struct {
        const char *line, *hex;
    } rows[] = {
        {"-t a -m x", "19 01"},
        {"-t a -m x -e r", ""},
        {"-t a -m x -D connect request-response-information 0", "19 00"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct options o;
        struct error err;
        struct buf hex = {0};
        ck_assert_int_eq(parse(&o, CMD_REQUEST, rows[i].line, &err), 0);
        hex_print(&hex, buf_slice(&o.properties[MQTT_CONNECT]), ' ');
        ck_assert_str_eq(buf_cstr(&hex), rows[i].hex);
        buf_release(&hex);
        options_release(&o);
    }
}
END_TEST

START_TEST(help_tells_every_option)
{
    struct buf help = {0};
    options_help(&help, CMD_SUB);
    const char *text = buf_cstr(&help);
    ck_assert_ptr_nonnull(strstr(text, "-F, --format FORMAT"));
    ck_assert_ptr_nonnull(strstr(text, "%t  topic"));
    ck_assert_ptr_null(strstr(text, "--stdin-line"));
    for (const char *line = text; *line;) {
        size_t len = strcspn(line, "\n");
        ck_assert_uint_le(len, 80);
        line += len + 1;
    }
    buf_release(&help);
}
END_TEST

TEST_MAIN(defaults, url_gives_where_and_who, tls_options,
          short_and_long_are_the_same, properties_are_encoded, one_clear_error,
          requests_ask_for_response_information, help_tells_every_option)
