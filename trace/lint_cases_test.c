/* lint_cases_test.c - for each statement a planted violation, found and no other.
 * SPDX-License-Identifier: MIT
 *
 * The cases are text (testdata/cases.txt): packets as plumb-trace prints them,
 * with a name for each connection. Each is written as a capture (pcapng), read
 * back through the whole trace, and linted. What is found has to be what the
 * case says: those statements, that side, nothing else.                      */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/test.h"
#include "mqtt/encode.h"
#include "mqtt/frame.h"
#include "mqtt/statement.h"
#include "net/pcapng_write.h"
#include "trace/lint/lint_print.h"
#include "trace/input.h"

#define FOLDER "trace/lint/testdata/"

/* --- words ---------------------------------------------------------------- */

static bool
next_word(char **at, char **word)
{
    while (**at == ' ')
        ++*at;
    if (!**at)
        return false;
    *word = *at;
    bool quoted = false;
    for (; **at && (quoted || **at != ' '); ++*at)
        quoted ^= **at == '"';
    if (**at)
        *(*at)++ = '\0';
    return true;
}

/* "text" with \xNN, or text; appended. */
static void
add_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned byte;
        if (*text == '"')
            continue;
        if (text[0] == '\\' && text[1] == 'x' &&
            sscanf(text + 2, "%2x", &byte) == 1) {
            buf_add_byte(out, (uint8_t)byte);
            text += 3;
        } else {
            buf_add_byte(out, (uint8_t)*text);
        }
    }
}

/* --- packets -------------------------------------------------------------- */

struct draft {
    struct mqtt_packet p;
    struct buf text, properties, will_properties, filters, codes;
};

static struct slice
keep_text(struct draft *d, const char *value)
{
    size_t at = d->text.len;
    buf_room(&d->text, 8192);
    add_text(&d->text, value);
    return slice_of(d->text.data + at, d->text.len - at);
}

static void
set_property(struct draft *d, const struct mqtt_property_row *row,
             const char *value, bool is_will)
{
    struct buf *out = is_will ? &d->will_properties : &d->properties;
    char *colon = strchr(value, ':');
    if (row->kind == KIND_PAIR) {
        ck_assert_ptr_nonnull(colon);
        *colon = '\0';
        mqtt_property_add_pair(out, row->id, keep_text(d, value),
                               keep_text(d, colon + 1));
    } else if (row->kind == KIND_STRING || row->kind == KIND_BINARY) {
        mqtt_property_add_text(out, row->id, keep_text(d, value));
    } else {
        mqtt_property_add_number(out, row->id, strtoul(value, NULL, 0));
    }
}

static void
add_filter(struct draft *d, char *value)
{
    struct mqtt_filter f = {0};
    char *options = strrchr(value, ',');
    for (; options; options = strrchr(value, ',')) {
        unsigned n = (unsigned)strtoul(strchr(options, '=') + 1, NULL, 0);
        if (strncmp(options, ",qos", 4) == 0)
            f.qos = n;
        else if (strncmp(options, ",nl", 3) == 0)
            f.no_local = n;
        else if (strncmp(options, ",rap", 4) == 0)
            f.retain_as_published = n;
        else if (strncmp(options, ",rh", 3) == 0)
            f.retain_handling = n;
        else if (strncmp(options, ",reserved", 9) == 0)
            f.reserved = n;
        else
            ck_abort_msg("option %s", options);
        *options = '\0';
    }
    f.filter = keep_text(d, value);
    mqtt_filter_add(&d->filters, &d->p, &f);
}

static void
set_number(struct draft *d, const char *name, unsigned long n)
{
    struct mqtt_packet *p = &d->p;
#define NUMBER(field) \
    if (strcmp(name, #field) == 0) { \
        MQTT_SET(p, field, n); \
        return; \
    }
    NUMBER(flags) NUMBER(dup) NUMBER(qos) NUMBER(retain)
    NUMBER(protocol_level) NUMBER(user_name_flag) NUMBER(password_flag)
    NUMBER(will_retain) NUMBER(will_qos) NUMBER(will_flag) NUMBER(clean_start)
    NUMBER(reserved) NUMBER(keep_alive) NUMBER(session_present)
    NUMBER(reason) NUMBER(packet_id)
#undef NUMBER
    ck_abort_msg("there is no field %s", name);
}

static void
set_field(struct draft *d, char *word)
{
    char *value = strchr(word, '=');
    ck_assert_msg(value != NULL, "%s", word);
    *value++ = '\0';
    struct mqtt_packet *p = &d->p;
    bool is_will = strncmp(word, "will.", 5) == 0;
    const struct mqtt_property_row *row =
        mqtt_property_parse(slice_str(word + (is_will ? 5 : 0)));
#define TEXT(field) \
    if (strcmp(word, #field) == 0) { \
        MQTT_SET(p, field, keep_text(d, value)); \
        return; \
    }
    TEXT(protocol_name) TEXT(client_id) TEXT(will_topic) TEXT(will_payload)
    TEXT(user_name) TEXT(password) TEXT(topic) TEXT(payload)
#undef TEXT
    if (row)
        set_property(d, row, value, is_will);
    else if (strcmp(word, "filter") == 0)
        add_filter(d, value);
    else if (strcmp(word, "code") == 0)
        buf_add_byte(&d->codes, (uint8_t)strtoul(value, NULL, 0));
    else
        set_number(d, word, strtoul(value, NULL, 0));
}

static void
finish_draft(struct draft *d, struct buf *out)
{
    struct mqtt_packet *p = &d->p;
    bool is_5 = p->version == MQTT_50;
    if (d->properties.len)
        MQTT_SET(p, properties, buf_slice(&d->properties));
    if (d->will_properties.len)
        MQTT_SET(p, will_properties, buf_slice(&d->will_properties));
    bool has_codes = p->type == MQTT_SUBACK || (p->type == MQTT_UNSUBACK && is_5);
    if (p->type == MQTT_SUBSCRIBE || p->type == MQTT_UNSUBSCRIBE)
        MQTT_SET(p, filters, buf_slice(&d->filters));
    if (has_codes)
        MQTT_SET(p, codes, buf_slice(&d->codes));
    if (p->type == MQTT_PUBLISH && !MQTT_HAS(p, payload))
        MQTT_SET(p, payload, slice_str(""));
    if (p->type == MQTT_PUBLISH && !MQTT_HAS(p, topic))
        MQTT_SET(p, topic, slice_str(""));
    if (p->type == MQTT_CONNACK && !MQTT_HAS(p, reason))
        MQTT_SET(p, reason, 0);
    mqtt_encode(out, p);
}

/* A packet as text into bytes; "hex 30 00" is taken as it is. */
static void
build(struct buf *out, enum mqtt_version v, char *text)
{
    char *word;
    struct draft d = {0};
    ck_assert(next_word(&text, &word));
    if (strcmp(word, "hex") == 0) {
        while (next_word(&text, &word))
            buf_add_byte(out, (uint8_t)strtoul(word, NULL, 16));
        return;
    }
    enum mqtt_type type = mqtt_packet_parse(slice_str(word));
    ck_assert_msg(type != MQTT_NO_TYPE, "there is no packet %s", word);
    d.p = mqtt_packet_make(type, v);
    buf_room(&d.text, 65536);
    while (next_word(&text, &word))
        set_field(&d, word);
    finish_draft(&d, out);
    buf_release(&d.text);
    buf_release(&d.properties);
    buf_release(&d.will_properties);
    buf_release(&d.filters);
    buf_release(&d.codes);
}

/* --- a case --------------------------------------------------------------- */

enum { NAMES = 8 };

struct one_case {
    enum mqtt_version version;
    char *header;              /* what is expected */
    unsigned line;
    struct buf file;           /* pcapng */
    struct pcapng_stream streams[NAMES];
    char names[NAMES];
    bool is_open[NAMES];
    uint16_t port;
    uint64_t now_us;
};

static size_t
stream_of(struct one_case *c, char name)
{
    size_t i = 0;
    while (i < NAMES - 1 && c->names[i] && c->names[i] != name)
        i++;
    c->names[i] = name;
    if (!c->is_open[i]) {
        pcapng_open(&c->streams[i], &c->file, ++c->port, 1883, c->now_us);
        c->is_open[i] = true;
    }
    return i;
}

/* A capital letter speaks the other version. */
static enum mqtt_version
spoken_by(const struct one_case *c, char name)
{
    if (!isupper((unsigned char)name))
        return c->version;
    return c->version == MQTT_50 ? MQTT_311 : MQTT_50;
}

static void
say(struct one_case *c, char name, bool is_client, char *text)
{
    struct buf bytes = {0};
    size_t i = stream_of(c, name);
    c->now_us += 10000;
    build(&bytes, spoken_by(c, name), text);
    pcapng_data(&c->streams[i], is_client ? PCAPNG_CLIENT : PCAPNG_SERVER,
                buf_slice(&bytes), c->now_us, NULL);
    buf_release(&bytes);
}

/* `a connect [fields]`: CONNECT and a CONNACK that says yes. */
static void
connect(struct one_case *c, char name, const char *more)
{
    char text[1024];
    bool has_clean = strstr(more, "clean_start=") != NULL;
    snprintf(text, sizeof text, "CONNECT client_id=\"%c\" %s %s", name,
             has_clean ? "" : "clean_start=1", more);
    say(c, name, true, text);
    snprintf(text, sizeof text, "CONNACK");
    say(c, name, false, text);
}

static void
end(struct one_case *c, char name, enum pcapng_side by)
{
    size_t i = stream_of(c, name);
    c->now_us += 10000;
    pcapng_close(&c->streams[i], by, PCAPNG_FIN, c->now_us);
    pcapng_close(&c->streams[i], by == PCAPNG_CLIENT ? PCAPNG_SERVER
                                                     : PCAPNG_CLIENT,
                 PCAPNG_FIN, c->now_us);
    c->is_open[i] = false;
}

static void
play_line(struct one_case *c, char *line)
{
    char *word, name = line[0];
    if (sscanf(line, "wait %lu", &(unsigned long){0}) == 1) {
        c->now_us += strtoul(line + 5, NULL, 10) * 1000000;
        return;
    }
    ck_assert_msg(name && line[1] == ' ', "line %u: %s", c->line, line);
    line += 2;
    if (line[0] == '>' || line[0] == '<') {
        say(c, name, line[0] == '>', line + 1);
        return;
    }
    ck_assert(next_word(&line, &word));
    if (strcmp(word, "connect") == 0)
        connect(c, name, line);
    else if (strcmp(word, "leaves") == 0)
        end(c, name, PCAPNG_CLIENT);
    else if (strcmp(word, "dropped") == 0)
        end(c, name, PCAPNG_SERVER);
    else
        ck_abort_msg("line %u: %s", c->line, word);
}

/* --- judging -------------------------------------------------------------- */

static bool
has_word(const char *words, struct slice id)
{
    struct slice rest = slice_str(words), one;
    while (lint_next_id(&rest, &one))
        if (slice_equal(one, id))
            return true;
    return false;
}

/* Is it a statement of the version that is played? */
static bool
is_id_of(struct slice id, enum mqtt_version v)
{
    return v == MQTT_50 ? slice_starts(id, "MQTT-")
                        : slice_starts(id, "MQTT311-");
}

struct covered {
    const char *id[400];
    size_t count;
};

static bool
judge(const struct one_case *c, const struct lint *l, struct covered *all)
{
    size_t n, expected = 0;
    bool is_right = true, seen_any = false;
    const struct lint_finding *f = lint_findings(l, &n);
    enum mqtt_side by = strstr(c->header, " broker") ? FROM_SERVER
                                                     : FROM_CLIENT;
    struct slice rest = slice_str(c->header), id;
    while (lint_next_id(&rest, &id)) {
        bool found = false;
        if (!is_id_of(id, c->version))
            continue;
        expected++;
        for (size_t i = 0; i < n; i++)
            found |= has_word(f[i].ids, id) && f[i].by == by;
        if (!found)
            printf("line %u (%s): %.*s is not found\n", c->line,
                   mqtt_version_name(c->version), SLICE_ARG(id));
        const struct mqtt_statement *s = mqtt_statement_find(id);
        ck_assert_msg(s != NULL, "line %u: %.*s", c->line, SLICE_ARG(id));
        bool is_new = found;
        for (size_t i = 0; i < all->count; i++)
            is_new &= strcmp(all->id[i], s->id) != 0;
        if (is_new)
            all->id[all->count++] = s->id;
        is_right &= found;
    }
    for (size_t i = 0; i < n; i++) {
        struct slice ids = slice_str(f[i].ids);
        bool is_named = f[i].by == by && (expected || strstr(c->header, "unnumbered"));
        while (lint_next_id(&ids, &id))
            is_named &= has_word(c->header, id);
        if (!is_named)
            printf("line %u (%s): %s by the %s (packet %u): %s\n", c->line,
                   mqtt_version_name(c->version), f[i].ids,
                   lint_side_name(f[i].by), (unsigned)f[i].packet, f[i].text);
        is_right &= is_named;
        seen_any = true;
    }
    return is_right && (seen_any || !expected);
}

static bool
finish_case(struct one_case *c, struct covered *all)
{
    char path[] = "/tmp/lint-case-XXXXXX", *files[] = {path};
    struct error err;
    struct input_counts counts = {0};
    for (size_t i = 0; i < NAMES; i++)
        if (c->is_open[i])
            end(c, c->names[i], PCAPNG_CLIENT);
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, c->file.data, c->file.len),
                     (ssize_t)c->file.len);
    close(fd);
    struct lint *l = lint_new();
    struct model_events events = lint_events(l);
    struct unwrap_options unwrap = {0};
    struct model *m = model_new(&events, &unwrap);
    struct stream_events stream = model_stream_events(m);
    struct input in = {.files = files, .file_count = 1};
    ck_assert_msg(input_read(&in, &stream, NULL, NULL, &counts, &err) == 0,
                  "%s", err.text);
    model_free(m);
    bool is_right = judge(c, l, all);
    lint_free(l);
    unlink(path);
    buf_release(&c->file);
    return is_right;
}

static bool
play_case(char *header, char *const *lines, size_t count, unsigned line,
          enum mqtt_version v, struct covered *all)
{
    struct one_case c = {.version = v, .header = header, .line = line,
                         .port = 40000, .now_us = 1000000000};
    pcapng_begin(&c.file, "case");
    for (size_t i = 0; i < count; i++) {
        char *copy = xstrdup(lines[i]);
        play_line(&c, copy);
        free(copy);
    }
    return finish_case(&c, all);
}

/* `case 5.0 3.1.1 client MQTT-... MQTT311-...` and lines up to the next. */
static size_t
play_cases(char *text, struct covered *all)
{
    char *lines[64], *header = NULL, *save = NULL;
    size_t count = 0, wrong = 0;
    unsigned number = 0;
    for (char *line = strtok_r(text, "\n", &save);;
         line = strtok_r(NULL, "\n", &save)) {
        number++;
        if (line && strncmp(line, "case ", 5) != 0) {
            if (line[0] != '#' && count < 64)
                lines[count++] = line;
            continue;
        }
        if (header && strstr(header, " 5.0"))
            wrong += !play_case(header, lines, count, number, MQTT_50, all);
        if (header && strstr(header, " 3.1.1"))
            wrong += !play_case(header, lines, count, number, MQTT_311, all);
        header = line;
        count = 0;
        if (!line)
            return wrong;
    }
}

START_TEST(each_planted_violation_is_found_and_no_other)
{
    struct buf text = {0};
    struct error err;
    struct covered all = {0};
    size_t v5 = 0;
    ck_assert_msg(file_read(&text, FOLDER "cases.txt", &err) == 0, "%s",
                  err.text);
    size_t wrong = play_cases((char *)(uintptr_t)buf_cstr(&text), &all);
    for (size_t i = 0; i < all.count; i++)
        v5 += strncmp(all.id[i], "MQTT-", 5) == 0;
    printf("planted and found: %zu statements of 5.0, %zu of 3.1.1\n", v5,
           all.count - v5);
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_ge(v5, 100);
    ck_assert_uint_ge(all.count - v5, 60);
    buf_release(&text);
}
END_TEST

TEST_MAIN(each_planted_violation_is_found_and_no_other)
