/* acl.c - who may publish and subscribe to what.
 * SPDX-License-Identifier: MIT */
#include "broker/acl.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "mqtt/topic.h"

struct acl_rule {
    bool allows;         /* allow or deny */
    unsigned actions;    /* enum acl_action, or-ed */
    struct slice filter; /* with %c and %u in it */
    bool has_user;       /* only for user_name ... */
    bool has_client;     /* only for client_id ... */
    struct slice id;     /* ... which is this */
};

struct acl {
    struct buf text;        /* owned; the rules point into it */
    struct acl_rule *rules; /* owned array, in order */
    size_t count, cap;
};

/* --- the file ------------------------------------------------------------- */

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* The next word of a line; one with spaces stands in double quotes. Empty when
 * there is none; false when a quote is not closed. */
static bool
next_word(struct slice *line, struct slice *word)
{
    size_t n = 0;
    while (line->len > 0 && is_space(line->ptr[0]))
        *line = slice_from(*line, 1);
    if (line->len > 0 && line->ptr[0] == '"') {
        *line = slice_from(*line, 1);
        while (n < line->len && line->ptr[n] != '"')
            n++;
        *word = slice_first(*line, n);
        bool is_closed = n < line->len;
        *line = slice_from(*line, n + 1);
        return is_closed;
    }
    while (n < line->len && !is_space(line->ptr[n]))
        n++;
    *word = slice_first(*line, n);
    *line = slice_from(*line, n);
    return true;
}

static int
parse_what(struct acl_rule *r, struct slice effect, struct slice action,
           struct error *err)
{
    r->allows = slice_is(effect, "allow");
    if (!r->allows && !slice_is(effect, "deny"))
        return error_set(err, "a rule begins with allow or deny, not '%.*s'",
                         SLICE_ARG(effect));
    if (slice_is(action, "publish"))
        r->actions = ACL_PUBLISH;
    else if (slice_is(action, "subscribe"))
        r->actions = ACL_SUBSCRIBE;
    else if (slice_is(action, "all"))
        r->actions = ACL_PUBLISH | ACL_SUBSCRIBE;
    else
        return error_set(err, "expected publish, subscribe or all, not '%.*s'",
                         SLICE_ARG(action));
    return 0;
}

static int
parse_filter(struct acl_rule *r, struct slice filter, struct error *err)
{
    r->filter = filter;
    if (filter.len == 0)
        return error_set(err, "no Topic Filter; write # for every topic");
    if (!utf8_valid(filter) || !mqtt_topic_filter_valid(filter))
        return error_set(err, "'%.*s' is not a Topic Filter",
                         SLICE_ARG(filter));
    if (slice_starts(filter, "$share/"))
        return error_set(err, "a rule holds for shared subscriptions too: "
                              "leave out $share and the group");
    return 0;
}

static int
parse_who(struct acl_rule *r, struct slice kind, struct slice id,
          struct error *err)
{
    r->has_user = slice_is(kind, "user");
    r->has_client = slice_is(kind, "client");
    r->id = id;
    if (kind.len > 0 && !r->has_user && !r->has_client)
        return error_set(err, "expected user or client, not '%.*s'; quote a "
                              "filter that has spaces", SLICE_ARG(kind));
    if (kind.len > 0 && id.len == 0)
        return error_set(err, "no name after '%.*s'", SLICE_ARG(kind));
    return 0;
}

static int
parse_rule(struct acl_rule *r, struct slice line, struct error *err)
{
    enum { EFFECT, ACTION, FILTER, KIND, ID, MORE, WORDS };
    struct slice words[WORDS];
    for (int i = 0; i < WORDS; i++)
        if (!next_word(&line, &words[i]))
            return error_set(err, "a quote is not closed");
    if (parse_what(r, words[EFFECT], words[ACTION], err) < 0 ||
        parse_filter(r, words[FILTER], err) < 0)
        return -1;
    if (words[MORE].len > 0)
        return error_set(err, "'%.*s' is one word too many",
                         SLICE_ARG(words[MORE]));
    return parse_who(r, words[KIND], words[ID], err);
}

/* Takes the next line off *rest, without its end and leading spaces. */
static struct slice
next_line(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != '\n')
        n++;
    struct slice line = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 1);
    while (line.len > 0 && is_space(line.ptr[0]))
        line = slice_from(line, 1);
    return line;
}

struct acl *
acl_parse(struct slice text, const char *name, struct error *err)
{
    struct acl *acl = xcalloc(1, sizeof *acl);
    buf_add(&acl->text, text);
    struct slice rest = buf_slice(&acl->text);
    for (unsigned number = 1; rest.len > 0; number++) {
        struct acl_rule rule = {0};
        struct slice line = next_line(&rest);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (parse_rule(&rule, line, err) < 0) {
            error_prefix(err, "%s:%u", name, number);
            acl_free(acl);
            return NULL;
        }
        acl->rules = xgrow(acl->rules, &acl->cap, acl->count + 1,
                           sizeof *acl->rules);
        acl->rules[acl->count++] = rule;
    }
    return acl;
}

struct acl *
acl_load(const char *path, struct error *err)
{
    struct buf text = {0};
    struct acl *acl = NULL;
    if (file_read(&text, path, err) == 0)
        acl = acl_parse(buf_slice(&text), path, err);
    buf_release(&text);
    return acl;
}

void
acl_free(struct acl *acl)
{
    if (!acl)
        return;
    buf_release(&acl->text);
    free(acl->rules);
    free(acl);
}

/* --- the answer ----------------------------------------------------------- */

/* Takes `part` off the start of *text; false when it does not begin so. */
static bool
take(struct slice *text, struct slice part)
{
    if (!slice_equal(slice_first(*text, part.len), part))
        return false;
    *text = slice_from(*text, part.len);
    return true;
}

/* Is the level of a rule, with %c and %u filled in, this text? An unknown name
 * equals nothing. */
static bool
level_is(struct slice level, struct slice text, const struct acl_who *who)
{
    while (level.len > 0) {
        bool is_client = slice_starts(level, "%c");
        if (is_client || slice_starts(level, "%u")) {
            struct slice name = is_client ? who->client_id : who->user_name;
            if (name.len == 0 || !take(&text, name))
                return false;
            level = slice_from(level, 2);
        } else {
            if (!take(&text, slice_first(level, 1)))
                return false;
            level = slice_from(level, 1);
        }
    }
    return text.len == 0;
}

static bool
is_wild(struct slice level)
{
    return slice_is(level, "+") || slice_is(level, "#");
}

/* A wildcard in first place does not reach topics that begin with $
 * [MQTT-4.7.2-1]. */
static bool
dollar_is_beyond(struct slice wild, struct slice other)
{
    return is_wild(slice_first(wild, 1)) && slice_starts(other, "$");
}

/* Does the rule reach every topic that `asked` does? */
static bool
covers(struct slice rule, struct slice asked, const struct acl_who *who)
{
    struct slice mine, theirs;
    if (dollar_is_beyond(rule, asked))
        return false;
    while (mqtt_topic_next_level(&rule, &mine)) {
        if (slice_is(mine, "#"))
            return true; /* the parent too: "a/#" covers "a" */
        if (!mqtt_topic_next_level(&asked, &theirs) || slice_is(theirs, "#"))
            return false;
        if (slice_is(mine, "+"))
            continue;
        if (slice_is(theirs, "+") || !level_is(mine, theirs, who))
            return false;
    }
    return !mqtt_topic_next_level(&asked, &theirs);
}

/* Is there a topic that both reach? */
static bool
overlaps(struct slice rule, struct slice asked, const struct acl_who *who)
{
    struct slice mine, theirs;
    if (dollar_is_beyond(rule, asked) || dollar_is_beyond(asked, rule))
        return false;
    for (;;) {
        bool more_mine = mqtt_topic_next_level(&rule, &mine);
        bool more_theirs = mqtt_topic_next_level(&asked, &theirs);
        if ((more_mine && slice_is(mine, "#")) ||
            (more_theirs && slice_is(theirs, "#")))
            return true;
        if (!more_mine || !more_theirs)
            return more_mine == more_theirs;
        if (!is_wild(mine) && !is_wild(theirs) &&
            !level_is(mine, theirs, who))
            return false;
    }
}

static bool
applies(const struct acl_rule *r, enum acl_action action, struct slice topic,
        const struct acl_who *who)
{
    if (!(r->actions & action) ||
        (r->has_user && !slice_equal(r->id, who->user_name)) ||
        (r->has_client && !slice_equal(r->id, who->client_id)))
        return false;
    return r->allows ? covers(r->filter, topic, who)
                     : overlaps(r->filter, topic, who);
}

bool
acl_allows(const struct acl *acl, enum acl_action action, struct slice topic,
           const struct acl_who *who)
{
    if (!acl)
        return true;
    for (size_t i = 0; i < acl->count; i++)
        if (applies(&acl->rules[i], action, topic, who))
            return acl->rules[i].allows;
    return false;
}
