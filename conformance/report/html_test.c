/* html_test.c - the page: what is in it, how large it gets.
 * SPDX-License-Identifier: MIT
 *
 * What the page does when somebody looks at it is tested in a browser, by
 * ci/html-test, which has this program write its pages: HTML_TEST=FOLDER.    */
#include "base/golden.h"

#include "base/json.h"
#include "base/json_put.h"
#include "conformance/report/html.h"
#include "conformance/report/sample_run.h"

static struct result_run run;
static struct coverage coverage;
static struct buf out;

static void
begin(void)
{
    sample_run(&run);
    out = (struct buf){0};
}

static void
write_page(const char *name)
{
    const char *folder = getenv("HTML_TEST");

    sample_coverage(&coverage, &run);
    report_html(&out, &run, &coverage);
    if (folder) {
        char *path = xasprintf("%s/%s", folder, name);
        golden_write(buf_slice(&out), path);
        free(path);
    }
}

static void
end(void)
{
    coverage_release(&coverage);
    result_run_release(&run);
    buf_release(&out);
}

/* The JSON in the element of that id; the caller frees. */
static struct json *
element(const char *id)
{
    struct error err = {{0}};
    char *head = xasprintf("id=\"%s\">", id);
    const char *at = strstr(buf_cstr(&out), head);

    ck_assert_msg(at != NULL, "no element %s", id);
    at += strlen(head);
    const char *last = strstr(at, "</script>");
    struct json *v =
        json_parse(slice_of(at, (size_t)(last - at)), &err);
    ck_assert_msg(v != NULL, "%s: %s", id, err.text);
    free(head);
    return v;
}

START_TEST(the_page_carries_all_data)
{
    begin();
    write_page("sample.html");
    struct json *data = element("data");
    ck_assert_uint_eq(json_count(json_get(data, "scenarios")), 12);
    ck_assert_uint_eq(json_count(json_get(data, "statements")), 392);
    ck_assert_uint_eq(json_count(json_get(data, "can")), 4);
    ck_assert_str_eq(json_str(json_get(data, "seed")), "42");
    json_free(data);

    struct json *talk = element("c8");
    ck_assert_uint_eq(json_count(json_get(talk, "events")),
                      run.scenarios[8].event_count);
    ck_assert_uint_gt(
        json_count(json_get(json_get(talk, "drawing"), "items")), 20);
    json_free(talk);
    talk = element("f10"); /* the first of two tries */
    json_free(talk);
    end();
}
END_TEST

START_TEST(the_page_needs_nothing_else)
{
    static const char *const words[] = {"src=", "@import", "url(", "fetch(",
                                        "<link rel=\"stylesheet"};
    begin();
    write_page("sample.html");
    for (size_t i = 0; i < TEST_COUNT(words); i++)
        ck_assert_msg(!strstr(buf_cstr(&out), words[i]), "%s in the page",
                      words[i]);
    end();
}
END_TEST

START_TEST(data_cannot_break_out_of_its_element)
{
    begin();
    result_set(&run.scenarios[8].got, "</script><script>alert(1)</script>");
    result_set(&run.target_name, "</title><b>");
    write_page("hostile.html");
    ck_assert_ptr_null(strstr(buf_cstr(&out), "alert(1)</script>"));
    ck_assert_ptr_null(strstr(buf_cstr(&out), "</title><b>"));
    struct json *data = element("data");
    const struct json *s = json_at(json_get(data, "scenarios"), 8);
    ck_assert_str_eq(json_str(json_get(s, "got")),
                     "</script><script>alert(1)</script>");
    json_free(data);
    end();
}
END_TEST

START_TEST(texts_are_json_whatever_they_hold)
{
    struct buf text = {0};
    json_put_text(&text, slice_of("a\"\\\n\x01\xff<\xc3\xa4", 9));
    ck_assert_str_eq(buf_cstr(&text),
                     "\"a\\\"\\\\\\n\\u0001\\\\xff\\u003c\xc3\xa4\"");
    buf_release(&text);
}
END_TEST

/* 400 scenarios in two versions with 10,000 packets and more. */
START_TEST(a_large_run_stays_small)
{
    size_t packets = 0;

    begin();
    result_run_release(&run);
    sample_run(&run);
    for (int i = 0; i < 800; i++) {
        char *id = xasprintf("chapter%d/topic%d/scenario-%d", i / 100,
                             i / 20 % 5, i / 2);
        char *tag = xasprintf("r%03dk3x9", i);
        struct result_scenario *s = sample_scenario(
            &run, id, "What a client sends twice arrives once, and in order",
            i % 2 ? MQTT_311 : MQTT_50,
            i % 37 == 0 ? VERDICT_FAIL : VERDICT_PASS);
        sample_twice(s, tag);
        sample_judge(s, i % 2 ? "MQTT311-4.3.3-2" : "MQTT-4.3.3-10",
                     s->verdict, 31);
        for (size_t k = 0; k < s->event_count; k++)
            packets += s->events[k].len > 0;
        free(id);
        free(tag);
    }
    write_page("large.html");
    ck_assert_uint_gt(packets, 10000);
    ck_assert_uint_lt(out.len, 15u << 20);
    end();
}
END_TEST

TEST_MAIN(the_page_carries_all_data, the_page_needs_nothing_else,
          data_cannot_break_out_of_its_element,
          texts_are_json_whatever_they_hold, a_large_run_stays_small)
