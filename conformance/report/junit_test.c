/* junit_test.c - JUnit XML, parsed back and held against a schema.
 * SPDX-License-Identifier: MIT
 *
 * junit.xsd is what CI servers say they take, junit.rng what we write of it.  */
#include "base/test.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>

#include "conformance/report/junit.h"
#include "conformance/report/sample_run.h"

static struct result_run run;
static struct buf out;
static xmlDocPtr doc;

static void
begin(void)
{
    sample_run(&run);
    out = (struct buf){0};
}

static void
write_and_parse(void)
{
    report_junit(&out, &run);
    doc = xmlReadMemory((const char *)out.data, (int)out.len, "junit.xml",
                        NULL, XML_PARSE_NONET);
    ck_assert_msg(doc != NULL, "not well-formed: %s", buf_cstr(&out));
}

static void
end(void)
{
    xmlFreeDoc(doc);
    result_run_release(&run);
    buf_release(&out);
}

static double
number(const char *xpath)
{
    xmlXPathContextPtr context = xmlXPathNewContext(doc);
    xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST xpath, context);
    ck_assert_ptr_nonnull(found);
    double v = xmlXPathCastToNumber(found);
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return v;
}

START_TEST(it_obeys_the_schema)
{
    begin();
    write_and_parse();
    xmlRelaxNGParserCtxtPtr parser =
        xmlRelaxNGNewParserCtxt("conformance/report/testdata/junit.rng");
    xmlRelaxNGPtr schema = xmlRelaxNGParse(parser);
    ck_assert_ptr_nonnull(schema);
    xmlRelaxNGValidCtxtPtr valid = xmlRelaxNGNewValidCtxt(schema);
    ck_assert_int_eq(xmlRelaxNGValidateDoc(valid, doc), 0);
    xmlRelaxNGFreeValidCtxt(valid);
    xmlRelaxNGFree(schema);
    xmlRelaxNGFreeParserCtxt(parser);
    end();
}
END_TEST

/* What readers document that they take. */
static bool
is_taken(xmlDocPtr it)
{
    xmlSchemaParserCtxtPtr parser =
        xmlSchemaNewParserCtxt("conformance/report/testdata/junit.xsd");
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    ck_assert_ptr_nonnull(schema);
    xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
    int status = xmlSchemaValidateDoc(valid, it);
    xmlSchemaFreeValidCtxt(valid);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return status == 0;
}

START_TEST(readers_take_it)
{
    begin();
    write_and_parse();
    ck_assert(is_taken(doc));
    /* and would not take just anything */
    xmlNodePtr first = xmlFirstElementChild(xmlDocGetRootElement(doc));
    xmlSetProp(first, BAD_CAST "tests", BAD_CAST "many");
    ck_assert(!is_taken(doc));
    xmlSetProp(first, BAD_CAST "tests", BAD_CAST "3");
    ck_assert(is_taken(doc));
    xmlSetProp(first, BAD_CAST "verdict", BAD_CAST "pass");
    ck_assert(!is_taken(doc));
    end();
}
END_TEST

START_TEST(the_counts_are_those_of_the_run)
{
    static const struct {
        const char *xpath;
        double value;
    } rows[] = {
        {"count(//testcase)", 12},
        {"/testsuites/@tests", 12},
        {"/testsuites/@failures", 2},
        {"/testsuites/@errors", 1},
        {"count(/testsuites/@skipped)", 0},
        {"count(//testsuite[@timestamp='2026-01-01T00:00:00'])",
         10},
        {"count(//failure)", 2},
        {"count(//error)", 1},
        {"count(//skipped)", 5},
        {"count(/testsuites/testsuite[@name='qos/qos2']/testcase)", 3},
        {"sum(//testsuite/@tests)", 12},
        {"sum(//testsuite/@skipped)", 5},
        {"count(//testcase[@classname='qos.qos2' and "
         "@name='handshake 3.1.1 over tcp'])", 1},
        {"count(//skipped[starts-with(@message, 'skip: needs shared')])", 1},
        {"count(//failure[contains(@message, 'MQTT-4.3.3-10')])", 1},
        {"count(//failure[contains(., 'again ')])", 2},
        {"count(//system-out[contains(., 'PUBCOMP packet_id=7')])", 3},
        {"count(//system-out[contains(., '<bug> & \"quotes\"')])", 1},
    };
    begin();
    write_and_parse();
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        ck_assert_msg(number(rows[i].xpath) == rows[i].value, "%s is %g",
                      rows[i].xpath, number(rows[i].xpath));
    end();
}
END_TEST

START_TEST(bytes_that_xml_cannot_say_are_escaped)
{
    begin();
    result_set(&run.scenarios[8].got, "a\001b \xff \xef\xbf\xbf <&>\" ]]>");
    result_set(&run.scenarios[8].title, "\xed\xa0\x80");
    write_and_parse();
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "a\\x01b \\xff "));
    end();
}
END_TEST

START_TEST(nothing_run_is_a_valid_file)
{
    out = (struct buf){0};
    run = (struct result_run){0};
    result_set(&run.target, "mqtt://x");
    write_and_parse();
    ck_assert(number("/testsuites/@tests") == 0);
    end();
}
END_TEST

TEST_MAIN(it_obeys_the_schema, readers_take_it, the_counts_are_those_of_the_run,
          bytes_that_xml_cannot_say_are_escaped, nothing_run_is_a_valid_file)
