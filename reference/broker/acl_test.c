/* acl_test.c - rules: what is one, which applies, and what clients notice.
 * SPDX-License-Identifier: MIT */
#include "broker/acl.h"

#include "broker/testkit.h"
#include "mqtt/topic.h"

static struct error err;

static struct acl *
parse(const char *text)
{
    struct acl *acl = acl_parse(slice_str(text), "acl", &err);
    ck_assert_msg(acl, "%s", err.text);
    return acl;
}

/* --- the file ------------------------------------------------------------- */

static const struct bad_row {
    const char *text, *error;
} bad_rows[] = {
    {"permit all #", "acl:1: a rule begins with allow or deny, not 'permit'"},
    {"\n# x\n  allow read #",
     "acl:3: expected publish, subscribe or all, not 'read'"},
    {"allow", "acl:1: expected publish, subscribe or all, not ''"},
    {"allow all", "acl:1: no Topic Filter; write # for every topic"},
    {"allow all a/#/b", "acl:1: 'a/#/b' is not a Topic Filter"},
    {"allow all \xff", "acl:1: '\xff' is not a Topic Filter"},
    {"allow all $share/g/a", "acl:1: a rule holds for shared subscriptions "
                             "too: leave out $share and the group"},
    {"allow all a b", "acl:1: expected user or client, not 'b'; quote a "
                      "filter that has spaces"},
    {"allow all a user", "acl:1: no name after 'user'"},
    {"allow all a user u v", "acl:1: 'v' is one word too many"},
    {"allow all \"a", "acl:1: a quote is not closed"},
};

START_TEST(what_is_not_a_rule)
{
    for (size_t i = 0; i < TEST_COUNT(bad_rows); i++) {
        ck_assert_ptr_null(
            acl_parse(slice_str(bad_rows[i].text), "acl", &err));
        ck_assert_str_eq(err.text, bad_rows[i].error);
    }
}
END_TEST

START_TEST(a_missing_file_is_said)
{
    ck_assert_ptr_null(acl_load("no/such/file", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "no/such/file"));
}
END_TEST

/* --- which applies -------------------------------------------------------- */

/* Who asks is the client "c1" of user "u1", unless said otherwise. */
static const struct row {
    const char *rules;
    enum acl_action action;
    const char *topic;
    bool allowed;
} rows[] = {
    {"", ACL_PUBLISH, "a", false},
    {"allow publish a", ACL_PUBLISH, "a", true},
    {"allow publish a", ACL_SUBSCRIBE, "a", false},
    {"allow all a", ACL_SUBSCRIBE, "a", true},
    {"deny all a\nallow all #", ACL_PUBLISH, "a", false},
    {"allow all #\ndeny all a", ACL_PUBLISH, "a", true},
    {"\tallow  all\ta \r\n", ACL_PUBLISH, "a", true},
    {"allow all \"a b/#\"", ACL_PUBLISH, "a b/c", true},
    /* a wildcard of a rule */
    {"allow all #", ACL_PUBLISH, "$SYS/x", false},
    {"allow all #", ACL_SUBSCRIBE, "$SYS/#", false},
    {"allow all $SYS/#", ACL_SUBSCRIBE, "$SYS/#", true},
    {"allow all a/#", ACL_PUBLISH, "a", true},
    {"allow all a/+", ACL_PUBLISH, "a/b/c", false},
    /* a wildcard of a subscription: allowed when all of it is */
    {"allow all a/+", ACL_SUBSCRIBE, "a/+", true},
    {"allow all a/+", ACL_SUBSCRIBE, "a/#", false},
    {"allow all a/b", ACL_SUBSCRIBE, "a/+", false},
    {"allow all a/#", ACL_SUBSCRIBE, "a/+/#", true},
    {"allow all a/+/#", ACL_SUBSCRIBE, "a/#", false},
    /* ... and denied when some of it is */
    {"deny all a/b\nallow all #", ACL_SUBSCRIBE, "a/+", false},
    {"deny all a/b\nallow all #", ACL_SUBSCRIBE, "#", false},
    {"deny all a/b\nallow all #", ACL_SUBSCRIBE, "b/#", true},
    {"deny all a/#\nallow all #", ACL_SUBSCRIBE, "+", false},
    {"deny all +/b\nallow all #", ACL_SUBSCRIBE, "a/+", false},
    {"deny all $x/#\nallow all #", ACL_SUBSCRIBE, "#", true},
    /* who */
    {"allow all a user u1", ACL_PUBLISH, "a", true},
    {"allow all a user u2", ACL_PUBLISH, "a", false},
    {"allow all a client c1", ACL_PUBLISH, "a", true},
    {"allow all a client u1", ACL_PUBLISH, "a", false},
    {"allow all d/%c/#", ACL_SUBSCRIBE, "d/c1/#", true},
    {"allow all d/%c/#", ACL_SUBSCRIBE, "d/+/#", false},
    {"allow all d/%c/#", ACL_PUBLISH, "d/c2/x", false},
    {"allow all x-%u-%c", ACL_PUBLISH, "x-u1-c1", true},
    {"allow all x-%u-%c", ACL_PUBLISH, "x-u1-c1x", false},
    {"deny all d/%c\nallow all #", ACL_SUBSCRIBE, "d/+", false},
    {"deny all d/%c\nallow all #", ACL_SUBSCRIBE, "d/c2", true},
};

START_TEST(the_first_rule_that_applies_decides)
{
    const struct acl_who who = {slice_str("c1"), slice_str("u1")};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct acl *acl = parse(r->rules);
        ck_assert_msg(acl_allows(acl, r->action, slice_str(r->topic), &who) ==
                          r->allowed,
                      "row %zu: %s", i, r->rules);
        acl_free(acl);
    }
    ck_assert(acl_allows(NULL, ACL_PUBLISH, slice_str("a"), &who));
}
END_TEST

START_TEST(a_name_is_text_and_not_a_pattern)
{
    static const char *const names[] = {"#", "+", "a/b", ""};
    static const char *const asked[] = {"d/#", "d/+", "d/a", "d/a/b", "d/"};
    struct acl *acl = parse("allow all d/%c\nallow all d/%u");
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        for (size_t k = 0; k < TEST_COUNT(asked); k++) {
            struct acl_who who = {slice_str(names[i]), slice_str(names[i])};
            ck_assert_msg(!acl_allows(acl, ACL_SUBSCRIBE, slice_str(asked[k]),
                                      &who),
                          "'%s' got %s", names[i], asked[k]);
        }
    acl_free(acl);
}
END_TEST

/* Every pair of rules against every filter and name of up to two levels: who
 * may subscribe to a filter may subscribe to each topic that it matches. */
START_TEST(no_wildcard_gets_more_than_its_topics)
{
    static const char *const filters[] = {"a", "b", "+", "#", "a/b", "a/+",
                                          "+/b", "a/#", "+/#", "+/+", "/+",
                                          "$a", "$a/#", "$a/+"};
    static const char *const names[] = {"a", "b", "a/b", "a/a", "b/b", "/a",
                                        "a/b/c", "$a", "$a/b"};
    enum { N = TEST_COUNT(filters), M = TEST_COUNT(names) };
    struct acl_who who = {slice_str("c"), slice_str("u")};
    for (size_t i = 0; i < N * N; i++) {
        struct buf text = {0};
        buf_printf(&text, "deny all %s\nallow all %s\nallow all %s\n",
                   filters[i / N], filters[i % N], filters[i / 2 % N]);
        struct acl *acl = parse(buf_cstr(&text));
        for (size_t k = 0; k < N * M; k++) {
            struct slice filter = slice_str(filters[k / M]);
            struct slice name = slice_str(names[k % M]);
            if (!mqtt_topic_matches(filter, name) ||
                !acl_allows(acl, ACL_SUBSCRIBE, filter, &who))
                continue;
            ck_assert_msg(acl_allows(acl, ACL_SUBSCRIBE, name, &who),
                          "%s: %s, but not %s", buf_cstr(&text),
                          filters[k / M], names[k % M]);
        }
        acl_free(acl);
        buf_release(&text);
    }
}
END_TEST

/* --- what clients notice -------------------------------------------------- */

static struct kit k;
static struct acl *list;

static void
begin(const char *rules)
{
    kit_begin(&k);
    list = parse(rules);
    broker_use_acl(kit_broker(&k), list);
}

static void
end(void)
{
    kit_end(&k);
    acl_free(list);
}

START_TEST(a_publish_denied_goes_nowhere)
{
    begin("allow subscribe #\nallow publish ok");
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=# qos=2");
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    kit_send(p, "PUBLISH topic=no qos=1 packet_id=1");
    kit_expect_words(p, "PUBACK packet_id=1 reason=not_authorized");
    kit_send(p, "PUBLISH topic=no qos=2 packet_id=2");
    kit_expect_words(p, "PUBREC packet_id=2 reason=not_authorized");
    kit_send(p, "PUBLISH topic=no qos=0 topic_alias=1");
    kit_silent(p);
    kit_send(p, "PUBLISH topic='' qos=1 packet_id=3 topic_alias=1");
    kit_expect_words(p, "PUBACK packet_id=3 reason=not_authorized");
    kit_silent(w);
    kit_send(p, "PUBLISH topic=ok qos=1 packet_id=4");
    kit_expect(p, "PUBACK packet_id=4");
    kit_expect_words(w, "PUBLISH topic='ok'");
    end();
}
END_TEST

START_TEST(a_3_client_is_acknowledged_and_nothing_comes_of_it)
/* [MQTT311-3.3.5-2] */
{
    begin("allow subscribe #");
    struct kit_conn *p = kit_client(&k, MQTT_311, "client_id=p");
    kit_subscribe(p, "filter=#");
    kit_send(p, "PUBLISH topic=no qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1");
    kit_send(p, "PUBLISH topic=no qos=2 packet_id=2");
    kit_expect(p, "PUBREC packet_id=2");
    kit_send(p, "PUBREL packet_id=2");
    kit_expect(p, "PUBCOMP packet_id=2");
    kit_silent(p);
    end();
}
END_TEST

START_TEST(a_subscription_denied_has_its_code)
{
    begin("deny subscribe no/#\nallow all #");
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=no/a filter=ok filter=+/a "
                "filter=$share/g/no/+ filter=$share/g/ok");
    kit_expect(c, "SUBACK packet_id=1 codes=[0x87 0 0x87 0x87 0]");
    ck_assert_uint_eq(kit_session(&k, "c")->subscription_count, 2);
    c = kit_client(&k, MQTT_311, "client_id=d");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=no/a filter=ok");
    kit_expect(c, "SUBACK packet_id=1 codes=[0x80 0]");
    end();
}
END_TEST

START_TEST(a_will_denied_is_said_at_once)
{
    begin("allow publish will/%c user u");
    struct kit_conn *c = kit_connect(&k, MQTT_50,
                                     "client_id=c user_name=u will_flag=1 "
                                     "will_topic=will/d will_payload=x");
    kit_expect_words(c, "CONNACK reason=not_authorized");
    kit_closed(c);
    c = kit_connect(&k, MQTT_311, "client_id=c will_flag=1 "
                                  "will_topic=will/c will_payload=x");
    kit_expect_words(c, "CONNACK");
    kit_closed(c);
    ck_assert_ptr_null(kit_session(&k, "c"));
    kit_client(&k, MQTT_50, "client_id=c user_name=u will_flag=1 "
                            "will_topic=will/c will_payload=x");
    end();
}
END_TEST

START_TEST(a_session_is_for_its_own_user)
{
    begin("allow subscribe secret user u");
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c user_name=u "
                                                 "session_expiry_interval=9");
    kit_subscribe(c, "filter=secret");
    struct kit_conn *thief = kit_connect(&k, MQTT_50,
                                         "client_id=c user_name=v");
    kit_expect_words(thief, "CONNACK reason=not_authorized");
    kit_closed(thief);
    kit_silent(c);
    kit_cut(c);
    thief = kit_connect(&k, MQTT_50, "client_id=c");
    kit_expect_words(thief, "CONNACK reason=not_authorized");
    kit_client_session(&k, MQTT_50, "client_id=c user_name=u", true);
    end();
}
END_TEST

/* --- what a denial does (variants.def) ------------------------------------ */

START_TEST(a_denial_may_be_kept_quiet)
{
    kit_begin(&k);
    k.config.variant.forbidden_publish = FORBIDDEN_SILENT;
    k.config.variant.forbidden_subscribe = FORBIDDEN_FILTER_SILENT;
    list = parse("deny all no\nallow all #");
    broker_use_acl(kit_broker(&k), list);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_send(w, "SUBSCRIBE packet_id=1 filter=no qos=2 filter=ok qos=1");
    kit_expect(w, "SUBACK packet_id=1 codes=[2 1]");
    ck_assert_uint_eq(kit_session(&k, "w")->subscription_count, 1);
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    kit_send(p, "PUBLISH topic=no qos=1 packet_id=1 retain=1 payload=m");
    kit_expect(p, "PUBACK packet_id=1");
    kit_send(p, "PUBLISH topic=no qos=2 packet_id=2");
    kit_expect(p, "PUBREC packet_id=2");
    kit_send(p, "PUBLISH topic=no qos=2 packet_id=2 dup=1");
    kit_expect(p, "PUBREC packet_id=2");
    kit_send(p, "PUBREL packet_id=2");
    kit_expect(p, "PUBCOMP packet_id=2");
    kit_silent(w);
    kit_send(p, "PUBLISH topic=ok qos=1 packet_id=3");
    kit_expect(p, "PUBACK packet_id=3");
    kit_expect_words(w, "PUBLISH topic='ok'");
    end();
}
END_TEST

START_TEST(a_denial_may_end_the_connection)
{
    static const char *const denied[] = {
        "PUBLISH topic=no", "PUBLISH topic=no qos=1 packet_id=1",
        "PUBLISH topic=no qos=2 packet_id=1",
        "SUBSCRIBE packet_id=1 filter=ok filter=no"};
    kit_begin(&k);
    k.config.variant.forbidden_publish = FORBIDDEN_CLOSES;
    k.config.variant.forbidden_subscribe = FORBIDDEN_FILTER_CLOSES;
    list = parse("deny all no\nallow all #");
    broker_use_acl(kit_broker(&k), list);
    for (size_t i = 0; i < TEST_COUNT(denied); i++) {
        struct kit_conn *c = kit_client(&k, MQTT_50,
                                        "client_id=c session_expiry_interval=9");
        kit_send(c, denied[i]);
        kit_expect_words(c, "DISCONNECT reason=not_authorized");
        kit_closed(c);
        ck_assert_uint_eq(kit_session(&k, "c")->subscription_count, 0);
        c = kit_client(&k, MQTT_311, "client_id=d");
        kit_send(c, denied[i]);
        kit_closed(c);
    }
    end();
}
END_TEST

START_TEST(a_quota_is_always_told)
/* What is not about permission is no denial. */
{
    kit_begin(&k);
    k.config.variant.forbidden_publish = FORBIDDEN_SILENT;
    k.config.maximum_retained = 0;
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "PUBLISH topic=a qos=1 packet_id=1 retain=1 payload=m");
    kit_expect_words(c, "PUBACK packet_id=1 reason=quota_exceeded");
    kit_end(&k);
}
END_TEST

START_TEST(names_stand_in_for_c_and_u)
{
    begin("allow publish in/%c/%u\nallow subscribe out/%u-%c/#");
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c user_name=u");
    kit_send(c, "PUBLISH topic=in/c/u qos=1 packet_id=1");
    kit_expect_words(c, "PUBACK packet_id=1 reason=no_matching_subscribers");
    kit_send(c, "PUBLISH topic=in/c/v qos=1 packet_id=2");
    kit_expect_words(c, "PUBACK packet_id=2 reason=not_authorized");
    kit_send(c, "SUBSCRIBE packet_id=3 filter=out/u-c/+ filter=out/u-d/+ "
                "filter=out/+/a");
    kit_expect(c, "SUBACK packet_id=3 codes=[0 0x87 0x87]");
    /* Without a user name %u is nobody. */
    c = kit_client(&k, MQTT_50, "client_id=d");
    kit_send(c, "PUBLISH topic=in/d/ qos=1 packet_id=1");
    kit_expect_words(c, "PUBACK packet_id=1 reason=not_authorized");
    end();
}
END_TEST

TEST_MAIN(what_is_not_a_rule, a_missing_file_is_said,
          the_first_rule_that_applies_decides,
          a_name_is_text_and_not_a_pattern,
          no_wildcard_gets_more_than_its_topics,
          a_publish_denied_goes_nowhere,
          a_3_client_is_acknowledged_and_nothing_comes_of_it,
          a_subscription_denied_has_its_code,
          a_session_is_for_its_own_user, a_will_denied_is_said_at_once,
          a_denial_may_be_kept_quiet, a_denial_may_end_the_connection,
          a_quota_is_always_told, names_stand_in_for_c_and_u)
