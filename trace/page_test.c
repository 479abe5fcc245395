/* page_test.c - the page of a capture: what is in it, and that it is safe.
 * SPDX-License-Identifier: MIT
 *
 * What the page does when somebody uses it is tested in a browser, by
 * ci/page-test.                                                              */
#include <stdio.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/test.h"
#include "trace/reading.h"

#define FOLDER "trace/testdata/"

/* The page of a capture, made as plumb-trace --html makes it. */
static void
make_page(struct buf *out, const char *capture, bool secrets)
{
    struct options o = {.view = {.kind = VIEW_PAGE, .title = capture}};
    struct error err = {""};
    struct input_counts counts = {0};
    struct view v;
    char *path = xasprintf(FOLDER "%s", capture);
    o.view.print.secrets = secrets;
    view_init(&v, &o.view, out);
    struct model_events events = view_events(&v);
    int result = reading_run(&path, 1, &o, &events, NULL, NULL, &counts, &err);
    ck_assert_msg(result == 0, "%s (run from the top folder)", err.text);
    view_finish(&v);
    view_release(&v);
    free(path);
}

/* The JSON in the element of that id; the caller frees. */
static struct json *
element(struct buf *page, const char *id)
{
    struct error err = {""};
    char *head = xasprintf("id=\"%s\">", id);
    const char *at = strstr(buf_cstr(page), head);
    ck_assert_msg(at != NULL, "no element %s", id);
    at += strlen(head);
    const char *last = strstr(at, "</script>");
    struct json *v = json_parse(slice_of(at, (size_t)(last - at)), &err);
    ck_assert_msg(v != NULL, "%s: %s", id, err.text);
    free(head);
    return v;
}

START_TEST(every_packet_has_a_place_in_every_column)
{
    static const char *const columns[] = {"number", "row",  "rows",
                                          "lane",   "from", "exchange"};
    struct buf page = {0};
    make_page(&page, "lint-a.pcap", false);
    struct json *data = element(&page, "data");
    ck_assert_int_eq(json_number(json_get(data, "packets")), 151);
    for (size_t i = 0; i < TEST_COUNT(columns); i++)
        ck_assert_uint_eq(json_count(json_get(data, columns[i])), 151);
    int64_t last = -1;
    for (size_t i = 0; i < 151; i++) { /* in order, without overlap */
        int64_t row = json_number(json_at(json_get(data, "row"), i));
        ck_assert_int_gt(row, last);
        last = row + json_number(json_at(json_get(data, "rows"), i)) - 1;
    }
    ck_assert_uint_eq(json_count(json_get(data, "connections")), 29);
    ck_assert_uint_gt(json_count(json_get(data, "findings")), 20);
    ck_assert_uint_gt(json_count(json_get(data, "missing")), 0);
    json_free(data);
    static const char *const pieces[] = {"p", "l", "s"};
    for (size_t i = 0; i < TEST_COUNT(pieces); i++) {
        char id[8];
        snprintf(id, sizeof id, "%s0", pieces[i]);
        struct json *first = element(&page, id);
        snprintf(id, sizeof id, "%s1", pieces[i]);
        struct json *second = element(&page, id);
        ck_assert_uint_eq(json_count(first) + json_count(second), 151);
        json_free(first);
        json_free(second);
    }
    buf_release(&page);
}
END_TEST

START_TEST(the_page_needs_nothing_else)
{
    static const char *const words[] = {"src=", "@import", "url(", "fetch(",
                                        "<link rel=\"stylesheet", "@DATA@",
                                        "@PIECES@"};
    struct buf page = {0};
    make_page(&page, "js-v5-ws-a.pcap", false);
    for (size_t i = 0; i < TEST_COUNT(words); i++)
        ck_assert_msg(!strstr(buf_cstr(&page), words[i]), "%s in the page",
                      words[i]);
    buf_release(&page);
}
END_TEST

/* The CONNECT of that capture has the password 01 02 03 behind its length. */
START_TEST(secrets_are_starred_unless_asked_for)
{
    struct buf page = {0};
    make_page(&page, "allpackets-v5-a.pcap", false);
    struct json *packets = element(&page, "p0");
    const char *hex = json_str(json_at(json_at(packets, 0), 6));
    ck_assert_str_eq(hex + strlen(hex) - 10, "00032a2a2a");
    json_free(packets);
    buf_clear(&page);
    make_page(&page, "allpackets-v5-a.pcap", true);
    packets = element(&page, "p0");
    hex = json_str(json_at(json_at(packets, 0), 6));
    ck_assert_str_ne(hex + strlen(hex) - 10, "00032a2a2a");
    json_free(packets);
    buf_release(&page);
}
END_TEST

/* Texts of the capture are data, whatever they hold: the only elements are
 * ours. */
START_TEST(texts_cannot_break_out_of_their_element)
{
    struct options o = {.view = {.kind = VIEW_PAGE,
                                 .title = "</title><script>alert(1)"}};
    struct buf page = {0};
    struct view v;
    view_init(&v, &o.view, &page);
    view_finish(&v);
    ck_assert_ptr_null(strstr(buf_cstr(&page), "<script>alert"));
    struct json *data = element(&page, "data");
    ck_assert_str_eq(json_str(json_get(data, "title")),
                     "</title><script>alert(1)");
    json_free(data);
    view_release(&v);
    buf_release(&page);
}
END_TEST

/* Every capture here gives a page whose data is JSON. */
START_TEST(every_capture_has_a_page)
{
    static const char *const captures[] = {
        "js-v311-ipv6-a.pcap", "js-v5-tls13-dsb-a.pcapng",
        "midstream-v5-a.pcap", "mosq-any-sll-a.pcap",
        "mosq-snaplen-a.pcap", "oddport-nosyn-a.pcap",
        "portreuse-a.pcap",    "resume-v311-a.pcap",
        "tcp-loss-a.pcap",     "ws-odd-a.pcap",
        "js-v5-tls13-a.pcap"};
    for (size_t i = 0; i < TEST_COUNT(captures); i++) {
        struct buf page = {0};
        make_page(&page, captures[i], false);
        json_free(element(&page, "data"));
        json_free(element(&page, "r0"));
        buf_release(&page);
    }
}
END_TEST

TEST_MAIN(every_packet_has_a_place_in_every_column,
          the_page_needs_nothing_else, secrets_are_starred_unless_asked_for,
          texts_cannot_break_out_of_their_element, every_capture_has_a_page)
