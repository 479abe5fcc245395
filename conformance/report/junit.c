/* junit.c - a run as JUnit XML, written with libxml2.
 * SPDX-License-Identifier: MIT
 *
 * The library takes care of markup; we take care that no byte reaches it that
 * XML 1.0 cannot say (most control characters, ill-formed UTF-8).            */
#include "conformance/report/junit.h"

#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "conformance/report/phrase.h"
#include "conformance/report/text.h"

enum { EVENTS_MAX = 400 }; /* of a conversation, the last ones */

/* What a CI server sees in a verdict. */
enum outcome { PASSED, FAILED, BROKEN, SKIPPED, OUTCOMES };

static enum outcome
outcome_of(enum result_verdict v)
{
    switch (v) {
    case VERDICT_PASS:
    case VERDICT_LENIENT:
    case VERDICT_WARN: return PASSED;
    case VERDICT_FAIL: return FAILED;
    case VERDICT_ERROR: return BROKEN;
    default: return SKIPPED;
    }
}

struct counts {
    size_t all;          /* test cases */
    size_t of[OUTCOMES]; /* by outcome */
    uint64_t us;         /* they took */
};

/* The text with \xNN for what XML cannot say; caller frees. */
static char *
speakable(struct slice text)
{
    struct buf out = {0};
    uint32_t code = 0;

    while (text.len) {
        size_t n = utf8_char(text, &code);
        bool is_said = n && (code >= ' ' || code == '\n' || code == '\t') &&
                       code != 0xfffe && code != 0xffff;
        if (is_said)
            buf_add(&out, slice_first(text, n));
        else
            buf_printf(&out, "\\x%02x", text.ptr[0]);
        text = slice_from(text, is_said ? n : 1);
    }
    char *copy = xstrdup(buf_cstr(&out));
    buf_release(&out);
    return copy;
}

static void
attribute(xmlTextWriterPtr w, const char *name, const char *value)
{
    char *said = speakable(slice_str(value ? value : ""));
    xmlTextWriterWriteAttribute(w, BAD_CAST name, BAD_CAST said);
    free(said);
}

static void
attribute_count(xmlTextWriterPtr w, const char *name, size_t value)
{
    xmlTextWriterWriteFormatAttribute(w, BAD_CAST name, "%zu", value);
}

static void
attribute_seconds(xmlTextWriterPtr w, uint64_t us)
{
    xmlTextWriterWriteFormatAttribute(w, BAD_CAST "time", "%.6f",
                                      (double)us / 1e6);
}

/* Of the run, in UTC: readers want it without a zone. */
static void
attribute_moment(xmlTextWriterPtr w, uint64_t seconds)
{
    char text[32];
    time_t at = (time_t)seconds;
    struct tm tm;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", gmtime_r(&at, &tm));
    attribute(w, "timestamp", text);
}

static void
content(xmlTextWriterPtr w, struct buf *text)
{
    char *said = speakable(buf_slice(text));
    xmlTextWriterWriteString(w, BAD_CAST said);
    free(said);
}

/* The folder and file of an id: "qos/qos2" of "qos/qos2/handshake". */
static struct slice
chapter_of(const struct result_scenario *s)
{
    const char *slash = strrchr(s->id, '/');
    return slice_of(s->id, slash ? (size_t)(slash - s->id) : strlen(s->id));
}

static struct counts
count(const struct result_run *run, const struct slice *chapter)
{
    struct counts c = {0};

    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        if (chapter && !slice_equal(chapter_of(s), *chapter))
            continue;
        c.all++;
        c.of[outcome_of(s->verdict)]++;
        c.us += s->took_us;
    }
    return c;
}

static void
write_counts(xmlTextWriterPtr w, const struct counts *c)
{
    attribute_count(w, "tests", c->all);
    attribute_count(w, "failures", c->of[FAILED]);
    attribute_count(w, "errors", c->of[BROKEN]);
}

/* <failure message="..." type="fail">details</failure> and the like. */
static void
write_outcome(xmlTextWriterPtr w, const struct result_run *run,
              const struct result_scenario *s)
{
    static const char *const elements[OUTCOMES] = {NULL, "failure", "error",
                                                   "skipped"};
    enum outcome outcome = outcome_of(s->verdict);
    struct buf message = {0}, details = {0};

    if (outcome == PASSED)
        return;
    buf_printf(&message, "%s: ", result_verdict_name(s->verdict));
    if (*phrase_blame(s))
        buf_printf(&message, "%s: ", phrase_blame(s));
    phrase_reason(&message, s);
    xmlTextWriterStartElement(w, BAD_CAST elements[outcome]);
    attribute(w, "message", buf_cstr(&message));
    if (outcome != SKIPPED) { /* skipped has a message, and nothing else */
        attribute(w, "type", result_verdict_name(s->verdict));
        report_text_details(&details, run, s, 1);
        content(w, &details);
    }
    xmlTextWriterEndElement(w);
    buf_release(&message);
    buf_release(&details);
}

static void
write_conversation(xmlTextWriterPtr w, const struct result_scenario *s)
{
    struct buf text = {0};

    if (s->title)
        buf_printf(&text, "%s\n", s->title);
    if (s->verdict == VERDICT_WARN || s->verdict == VERDICT_LENIENT) {
        buf_printf(&text, "%s: ", result_verdict_name(s->verdict));
        phrase_reason(&text, s);
        buf_add_byte(&text, '\n');
    }
    phrase_conversation(&text, s, "", EVENTS_MAX);
    if (text.len) {
        xmlTextWriterStartElement(w, BAD_CAST "system-out");
        content(w, &text);
        xmlTextWriterEndElement(w);
    }
    buf_release(&text);
}

static void
write_case(xmlTextWriterPtr w, const struct result_run *run,
           const struct result_scenario *s)
{
    const char *slash = strrchr(s->id, '/');
    struct buf name = {0};
    char *class = speakable(chapter_of(s));

    for (char *c = class; *c; c++) /* CI servers group by dots */
        if (*c == '/')
            *c = '.';
    buf_printf(&name, "%s ", slash ? slash + 1 : s->id);
    phrase_where(&name, s);
    xmlTextWriterStartElement(w, BAD_CAST "testcase");
    attribute(w, "name", buf_cstr(&name));
    attribute(w, "classname", class);
    attribute_seconds(w, s->took_us);
    write_outcome(w, run, s);
    write_conversation(w, s);
    xmlTextWriterEndElement(w);
    free(class);
    buf_release(&name);
}

/* All scenarios of the chapter that begins at index `first`. */
static void
write_suite(xmlTextWriterPtr w, const struct result_run *run, size_t first)
{
    struct slice chapter = chapter_of(&run->scenarios[first]);
    struct counts c = count(run, &chapter);
    char *name = speakable(chapter);

    xmlTextWriterStartElement(w, BAD_CAST "testsuite");
    attribute(w, "name", name);
    write_counts(w, &c);
    attribute_count(w, "skipped", c.of[SKIPPED]); /* readers know it only here */
    attribute_seconds(w, c.us);
    if (run->started_wall_us)
        attribute_moment(w, run->started_wall_us / 1000000);
    for (size_t i = first; i < run->scenario_count; i++)
        if (slice_equal(chapter_of(&run->scenarios[i]), chapter))
            write_case(w, run, &run->scenarios[i]);
    xmlTextWriterEndElement(w);
    free(name);
}

static bool
is_first_of_chapter(const struct result_run *run, size_t index)
{
    struct slice chapter = chapter_of(&run->scenarios[index]);
    for (size_t i = 0; i < index; i++)
        if (slice_equal(chapter_of(&run->scenarios[i]), chapter))
            return false;
    return true;
}

void
report_junit(struct buf *out, const struct result_run *run)
{
    xmlBufferPtr text = xmlBufferCreate();
    xmlTextWriterPtr w = text ? xmlNewTextWriterMemory(text, 0) : NULL;
    struct counts all = count(run, NULL);

    if (!w)
        BUG("libxml2 has no memory for a writer");
    xmlTextWriterSetIndent(w, 1);
    xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(w, BAD_CAST "testsuites");
    attribute(w, "name", run->target);
    write_counts(w, &all);
    attribute_seconds(w, run->took_us);
    for (size_t i = 0; i < run->scenario_count; i++)
        if (is_first_of_chapter(run, i))
            write_suite(w, run, i);
    xmlTextWriterEndDocument(w);
    xmlFreeTextWriter(w);
    buf_add(out, slice_of(xmlBufferContent(text),
                          (size_t)xmlBufferLength(text)));
    xmlBufferFree(text);
}
