/* topic_test.c - topic names and filters (4.7, 4.8.2).
 * SPDX-License-Identifier: MIT */
#include "mqtt/topic.h"

#include "base/test.h"

/* --- matching ------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *filter, *name;
    bool matches;
    const char *why;           /* section, or what it shows */
} pairs[] = {
/*   filter                        name                            matches why */
    {"sport/tennis/player1/#",     "sport/tennis/player1",          true,  "4.7.1.2: the parent too"},
    {"sport/tennis/player1/#",     "sport/tennis/player1/ranking",  true,  "4.7.1.2"},
    {"sport/tennis/player1/#",     "sport/tennis/player1/score/wimbledon", true, "4.7.1.2"},
    {"sport/tennis/player1/#",     "sport/tennis/player2",          false, "4.7.1.2"},
    {"sport/tennis/player1/#",     "sport/tennis",                  false, "the parent, not its parent"},
    {"sport/tennis/player1/#",     "sport/tennis/player10",         false, "levels, not letters"},
    {"sport/#",                    "sport",                         true,  "4.7.1.2"},
    {"sport/#",                    "sport/",                        true,  "an empty level below"},
    {"sport/#",                    "sports",                        false, "levels, not letters"},
    {"#",                          "sport",                         true,  "4.7.1.2: every message"},
    {"#",                          "sport/tennis",                  true,  "4.7.1.2"},
    {"#",                          "/",                             true,  "4.7.1.2"},
    {"#",                          "/finance",                      true,  "4.7.1.2"},
    {"sport/tennis/#",             "sport/tennis",                  true,  "4.7.1.2"},
    {"sport/tennis/+",             "sport/tennis/player1",          true,  "4.7.1.3"},
    {"sport/tennis/+",             "sport/tennis/player2",          true,  "4.7.1.3"},
    {"sport/tennis/+",             "sport/tennis/player1/ranking",  false, "4.7.1.3: one level"},
    {"sport/tennis/+",             "sport/tennis",                  false, "one level, not none"},
    {"sport/tennis/+",             "sport/tennis/",                 true,  "an empty level is one"},
    {"sport/+",                    "sport",                         false, "4.7.1.3"},
    {"sport/+",                    "sport/",                        true,  "4.7.1.3"},
    {"+",                          "sport",                         true,  "4.7.1.3"},
    {"+",                          "sport/tennis",                  false, "one level"},
    {"+",                          "/finance",                      false, "4.7.1.3"},
    {"+/+",                        "/finance",                      true,  "4.7.1.3"},
    {"/+",                         "/finance",                      true,  "4.7.1.3"},
    {"+/tennis/#",                 "sport/tennis",                  true,  "4.7.1.3"},
    {"+/tennis/#",                 "sport/tennis/player1",          true,  "4.7.1.3"},
    {"+/tennis/#",                 "/tennis/x",                     true,  "an empty level is one"},
    {"+/tennis/#",                 "tennis/x",                      false, "4.7.1.3"},
    {"sport/+/player1",            "sport/tennis/player1",          true,  "4.7.1.3"},
    {"sport/+/player1",            "sport/tennis/player2",          false, "4.7.1.3"},
    {"sport/+/player1",            "sport//player1",                true,  "an empty level is one"},
    {"sport/+/player1",            "sport/player1",                 false, "one level, not none"},
    {"sport/+/player1",            "sport/a/b/player1",             false, "one level"},
/* $-topics: 4.7.2 */
    {"#",                          "$SYS/monitor/Clients",          false, "4.7.2"},
    {"+/monitor/Clients",          "$SYS/monitor/Clients",          false, "4.7.2"},
    {"$SYS/#",                     "$SYS/monitor/Clients",          true,  "4.7.2"},
    {"$SYS/#",                     "$SYS",                          true,  "4.7.1.2"},
    {"$SYS/#",                     "$SYS/",                         true,  "4.7.2"},
    {"$SYS/monitor/+",             "$SYS/monitor/Clients",          true,  "4.7.2"},
    {"$SYS/monitor/+",             "$SYS/monitor",                  false, "4.7.2"},
    {"+",                          "$SYS",                          false, "4.7.2"},
    {"+/+",                        "$SYS/x",                        false, "4.7.2"},
    {"+/#",                        "$SYS/x",                        false, "4.7.2"},
    {"#",                          "$",                             false, "4.7.2: one sign is enough"},
    {"+",                          "$",                             false, "4.7.2"},
    {"$",                          "$",                             true,  "4.7.2"},
    {"#",                          "a/$SYS",                        true,  "4.7.2: only at the beginning"},
    {"+/+",                        "a/$SYS",                        true,  "4.7.2: only at the beginning"},
    {"a/+",                        "a/$b",                          true,  "4.7.2: only at the beginning"},
    {"a/#",                        "a/$b/c",                        true,  "4.7.2: only at the beginning"},
    {"/#",                         "/$SYS",                         true,  "4.7.2: only at the beginning"},
    {"/+",                         "/$SYS",                         true,  "4.7.2: only at the beginning"},
    {"$share/#",                   "$share/g/t",                    true,  "an ordinary filter to the matcher"},
    {"$SYS/+/#",                   "$SYS/a",                        true,  "4.7.2"},
    {"$SYS/+/#",                   "$SYS",                          false, "4.7.2"},
    {"$sys/#",                     "$SYS/a",                        false, "4.7.3: case counts"},
/* letters, spaces, slashes: 4.7.3 */
    {"ACCOUNTS",                   "Accounts",                      false, "4.7.3: case counts"},
    {"Accounts payable",           "Accounts payable",              true,  "4.7.3: spaces are letters"},
    {"Accounts payable",           "Accounts  payable",             false, "4.7.3"},
    {"finance",                    "/finance",                      false, "4.7.3: a leading slash counts"},
    {"/finance",                   "finance",                       false, "4.7.3"},
    {"/finance",                   "/finance",                      true,  "4.7.3"},
    {"finance/",                   "finance",                       false, "4.7.3: a trailing slash counts"},
    {"finance",                    "finance/",                      false, "4.7.3"},
    {"finance/",                   "finance/",                      true,  "4.7.3"},
    {"/",                          "/",                             true,  "4.7.3: a slash alone"},
    {"/",                          "//",                            false, "4.7.3"},
    {"//",                         "//",                            true,  "4.7.3"},
    {"//",                         "/",                             false, "4.7.3"},
    {" ",                          " ",                             true,  "4.7.3"},
    {" ",                          "a",                             false, "4.7.3"},
    {"a/ /b",                      "a/ /b",                         true,  "4.7.3"},
    {"a/ /b",                      "a//b",                          false, "4.7.3"},
/* empty levels: 4.7.1.1 */
    {"a//b",                       "a//b",                          true,  "4.7.1.1"},
    {"a//b",                       "a/b",                           false, "4.7.1.1"},
    {"a/+/b",                      "a//b",                          true,  "4.7.1.1"},
    {"a/+/+/b",                    "a///b",                         true,  "4.7.1.1"},
    {"a/+/b",                      "a///b",                         false, "4.7.1.1"},
    {"+/+",                        "/",                             true,  "4.7.1.1: two empty levels"},
    {"+",                          "/",                             false, "4.7.1.1"},
    {"+/+/+",                      "/",                             false, "4.7.1.1"},
    {"+/+/+",                      "//",                            true,  "4.7.1.1"},
    {"/+",                         "/",                             true,  "4.7.1.1"},
    {"+/",                         "/",                             true,  "4.7.1.1"},
    {"+/",                         "a/",                            true,  "4.7.1.1"},
    {"+/",                         "a",                             false, "4.7.1.1"},
    {"/#",                         "/",                             true,  "4.7.1.1"},
    {"/#",                         "//",                            true,  "4.7.1.1"},
    {"/#",                         "a",                             false, "4.7.1.1"},
    {"/#",                         "a/b",                           false, "4.7.1.1"},
    {"//#",                        "/",                             true,  "4.7.1.2: the parent of //#"},
    {"//#",                        "/a",                            false, "4.7.1.1"},
    {"//#",                        "//a",                           true,  "4.7.1.1"},
    {"a//#",                       "a/",                            true,  "4.7.1.2: the parent of a//#"},
    {"a//#",                       "a",                             false, "4.7.1.2"},
    {"a//#",                       "a/b",                           false, "4.7.1.1"},
/* several wildcards */
    {"+/+/#",                      "a/b",                           true,  "4.7.1.2"},
    {"+/+/#",                      "a",                             false, "4.7.1.2"},
    {"+/+/#",                      "a/b/c/d",                       true,  "4.7.1.2"},
    {"+/#",                        "a",                             true,  "4.7.1.2"},
    {"+/#",                        "/",                             true,  "4.7.1.2"},
    {"+/b/+/d",                    "a/b/c/d",                       true,  "4.7.1.3"},
    {"+/b/+/d",                    "a/b/c/e",                       false, "4.7.1.3"},
    {"+/b/+/d",                    "a/b/c/d/e",                     false, "4.7.1.3"},
    {"+/b/+/d/#",                  "a/b/c/d/e",                     true,  "4.7.1.3"},
    {"a/+/#",                      "a",                             false, "4.7.1.3"},
    {"a/+/#",                      "a/",                            true,  "4.7.1.3"},
    {"a/b/c",                      "a/b/c",                         true,  "4.7"},
    {"a/b/c",                      "a/b",                           false, "4.7"},
    {"a/b",                        "a/b/c",                         false, "4.7"},
    {"a",                          "b",                             false, "4.7"},
    {"a",                          "aa",                            false, "4.7"},
    {"aa",                         "a",                             false, "4.7"},
/* UTF-8: bytes are compared, nothing is made equal [MQTT-4.7.3-4] */
    {"caf\xc3\xa9/+",              "caf\xc3\xa9/1",                 true,  "1.5.4"},
    {"caf\xc3\xa9",                "cafe\xcc\x81",                  false, "4.7.3: no normal form"},
    {"caf\xc3\xa9",                "CAF\xc3\x89",                   false, "4.7.3: no folding"},
    {"\xef\xbb\xbf" "a",           "a",                             false, "1.5.4: U+FEFF counts"},
    {"\xef\xbb\xbf" "a",           "\xef\xbb\xbf" "a",              true,  "1.5.4"},
    {"+/\xe6\x97\xa5",             "\xe6\x9c\xac/\xe6\x97\xa5",     true,  "1.5.4"},
    {"\xef\xbc\x8b",               "a",                             false, "a full-width + is no wildcard"},
    {"\xef\xbc\x83",               "a/b",                           false, "a full-width # is no wildcard"},
    {"a\xe2\x88\x95" "b",          "a/b",                           false, "U+2215 is no separator"},
    {"#",                          "\xf0\x9f\x9a\x80",              true,  "1.5.4"},
};
/* clang-format on */

START_TEST(filters_match_names)
{
    for (size_t i = 0; i < TEST_COUNT(pairs); i++)
        ck_assert_msg(
            mqtt_topic_matches(slice_str(pairs[i].filter),
                               slice_str(pairs[i].name)) == pairs[i].matches,
            "%s and %s (%s)", pairs[i].filter, pairs[i].name, pairs[i].why);
    ck_assert_uint_ge(TEST_COUNT(pairs), 100);
}
END_TEST

/* --- validity ------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *text;
    bool filter, name;         /* is it a Topic Filter, is it a Topic Name? */
} texts[] = {
/*   text                   filter name */
    {"",                     false, false},     /* [MQTT-4.7.3-1] */
    {"#",                    true,  false},
    {"sport/tennis/#",       true,  false},
    {"sport/tennis#",        false, false},
    {"sport/tennis/#/ranking", false, false},
    {"#/",                   false, false},
    {"#/a",                  false, false},
    {"##",                   false, false},
    {"a/##",                 false, false},
    {"/#",                   true,  false},
    {"//#",                  true,  false},
    {"+",                    true,  false},
    {"+/tennis/#",           true,  false},
    {"sport+",               false, false},
    {"+sport",               false, false},
    {"sport/+/player1",      true,  false},
    {"sport/a+/player1",     false, false},
    {"++",                   false, false},
    {"+/+",                  true,  false},
    {"+#",                   false, false},
    {"#+",                   false, false},
    {"+/#",                  true,  false},
    {"#/+",                  false, false},
    {"/",                    true,  true},
    {"//",                   true,  true},
    {" ",                    true,  true},
    {"a",                    true,  true},
    {"/a/",                  true,  true},
    {"Accounts payable",     true,  true},
    {"$SYS/broker",          true,  true},
    {"$",                    true,  true},
    {"\xc3\xa9\xe6\x97\xa5", true,  true},
};
/* clang-format on */

START_TEST(filters_and_names_are_valid_or_not)
{
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct slice text = slice_str(texts[i].text);
        ck_assert_msg(mqtt_topic_filter_valid(text) == texts[i].filter, "%s",
                      texts[i].text);
        ck_assert_msg(mqtt_topic_name_valid(text) == texts[i].name, "%s",
                      texts[i].text);
    }
}
END_TEST

START_TEST(u_0000_is_nowhere_valid)
{
    ck_assert(!mqtt_topic_name_valid(slice_of("a\0b", 3)));
    ck_assert(!mqtt_topic_filter_valid(slice_of("a\0b", 3)));
    ck_assert(!mqtt_topic_filter_valid(slice_of("+/\0", 3)));
    struct slice name, inner;
    ck_assert_int_eq(
        mqtt_topic_share_split(slice_of("$share/\0/a", 10), &name, &inner),
        MQTT_SHARE_BAD);
    ck_assert(!mqtt_topic_name_valid(slice_of(NULL, 0)));
    ck_assert(!mqtt_topic_filter_valid(slice_of(NULL, 0)));
}
END_TEST

START_TEST(wildcards_are_found)
{
    ck_assert(mqtt_topic_has_wildcard(slice_str("a/+/b")));
    ck_assert(mqtt_topic_has_wildcard(slice_str("#")));
    ck_assert(mqtt_topic_has_wildcard(slice_str("a#")));
    ck_assert(!mqtt_topic_has_wildcard(slice_str("a/b")));
    ck_assert(!mqtt_topic_has_wildcard(slice_of(NULL, 0)));
}
END_TEST

/* --- $share --------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *filter;
    enum mqtt_share is;
    const char *name, *inner;  /* when good */
} shares[] = {
    {"$share/consumer1/sport/tennis/+", MQTT_SHARE_GOOD, "consumer1", "sport/tennis/+"},
    {"$share/consumer2/sport/tennis/+", MQTT_SHARE_GOOD, "consumer2", "sport/tennis/+"},
    {"$share/consumer1/sport/#",        MQTT_SHARE_GOOD, "consumer1", "sport/#"},
    {"$share/consumer1//finance",       MQTT_SHARE_GOOD, "consumer1", "/finance"},
    {"$share/g/a",                      MQTT_SHARE_GOOD, "g", "a"},
    {"$share/g//",                      MQTT_SHARE_GOOD, "g", "/"},
    {"$share/g/$SYS/#",                 MQTT_SHARE_GOOD, "g", "$SYS/#"},
    {"$share/\xc3\xa9/a",               MQTT_SHARE_GOOD, "\xc3\xa9", "a"},
    {"$share/g/$share/h/a",             MQTT_SHARE_GOOD, "g", "$share/h/a"},
    {"$share//a",                       MQTT_SHARE_BAD,  NULL, NULL},   /* [MQTT-4.8.2-1] */
    {"$share/",                         MQTT_SHARE_BAD,  NULL, NULL},
    {"$share//",                        MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/g",                        MQTT_SHARE_BAD,  NULL, NULL},   /* [MQTT-4.8.2-2] */
    {"$share/g/",                       MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/+/a",                      MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/#",                        MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/g+/a",                     MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/g#/a",                     MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/g/a#",                     MQTT_SHARE_BAD,  NULL, NULL},
    {"$share/g/#/a",                    MQTT_SHARE_BAD,  NULL, NULL},
    {"$share",                          MQTT_SHARE_NONE, NULL, NULL},   /* no slash, no share */
    {"$shared/g/a",                     MQTT_SHARE_NONE, NULL, NULL},
    {"$SHARE/g/a",                      MQTT_SHARE_NONE, NULL, NULL},
    {"/$share/g/a",                     MQTT_SHARE_NONE, NULL, NULL},
    {"share/g/a",                       MQTT_SHARE_NONE, NULL, NULL},
    {"",                                MQTT_SHARE_NONE, NULL, NULL},
};
/* clang-format on */

START_TEST(shared_filters_are_split)
{
    for (size_t i = 0; i < TEST_COUNT(shares); i++) {
        struct slice name, inner;
        ck_assert_msg(mqtt_topic_share_split(slice_str(shares[i].filter), &name,
                                             &inner) == shares[i].is,
                      "%s", shares[i].filter);
        if (shares[i].is != MQTT_SHARE_GOOD)
            continue;
        ck_assert_msg(slice_is(name, shares[i].name), "%s", shares[i].filter);
        ck_assert_msg(slice_is(inner, shares[i].inner), "%s", shares[i].filter);
    }
}
END_TEST

/* --- levels --------------------------------------------------------------- */

START_TEST(levels_may_be_empty)
{
    static const struct {
        const char *topic;
        size_t count;
        const char *level[4];
    } rows[] = {
        {"a", 1, {"a"}},
        {"a/b", 2, {"a", "b"}},
        {"/a", 2, {"", "a"}},
        {"a/", 2, {"a", ""}},
        {"a//b", 3, {"a", "", "b"}},
        {"/", 2, {"", ""}},
        {"//", 3, {"", "", ""}},
        {"", 1, {""}},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct slice rest = slice_str(rows[i].topic), level;
        size_t n = 0;
        for (; mqtt_topic_next_level(&rest, &level); n++)
            ck_assert(n < rows[i].count && slice_is(level, rows[i].level[n]));
        ck_assert_uint_eq(n, rows[i].count);
    }
    struct slice none = {NULL, 0}, level;
    ck_assert(!mqtt_topic_next_level(&none, &level));
}
END_TEST

TEST_MAIN(filters_match_names, filters_and_names_are_valid_or_not,
          u_0000_is_nowhere_valid, wildcards_are_found,
          shared_filters_are_split, levels_may_be_empty)
