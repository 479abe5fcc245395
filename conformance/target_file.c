/* target_file.c - the lines of a target file.
 * SPDX-License-Identifier: MIT
 *
 * A line is a word and its value. Values that say where and who (not commands,
 * which a shell reads) may contain ${NAME} or ${NAME:-otherwise} from the
 * environment, so that a file in a repository holds no address or password.   */
#include "conformance/target_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static char *
text_of(struct slice s)
{
    return xasprintf("%.*s", SLICE_ARG(s));
}

static struct slice
trim(struct slice s)
{
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = slice_from(s, 1);
    while (s.len && strchr(" \t\r", s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* The first word of *rest, which then begins behind it. */
static struct slice
word(struct slice *rest)
{
    struct slice s = trim(*rest);
    size_t n = 0;
    while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t')
        n++;
    *rest = trim(slice_from(s, n));
    return slice_first(s, n);
}

/* A further address of the same broker. */
static struct uri *
add_uri(struct target *t, struct slice url, struct error *err)
{
    struct uri u;
    if (uri_parse(&u, url, err))
        return NULL;
    if (t->has_uri[u.scheme])
        uri_release(&t->uris[u.scheme]);
    t->uris[u.scheme] = u;
    t->has_uri[u.scheme] = true;
    t->drive.by[u.scheme] = &t->uris[u.scheme];
    return &t->uris[u.scheme];
}

static int
take_also(struct target *t, struct slice url, struct error *err)
{
    return add_uri(t, url, err) ? 0 : -1;
}

int
target_take_url(struct target *t, struct slice url, struct error *err)
{
    struct uri *u = add_uri(t, url, err);
    if (!u)
        return -1;
    t->drive.usual = u->scheme;
    if (u->has_user)
        t->user = slice_of(buf_cstr(&u->user), u->user.len);
    if (u->has_password)
        t->password = slice_of(buf_cstr(&u->password), u->password.len);
    free(t->shown);
    t->shown = xasprintf(strchr(u->host, ':') ? "%s://[%s]:%u%.*s"
                                              : "%s://%s:%u%.*s",
                         uri_scheme_name(u->scheme), u->host, u->port,
                         SLICE_ARG(buf_slice(&u->path)));
    return 0;
}

static int
take_number(double *where, struct slice text, double max, struct error *err)
{
    char word[32], *rest;
    snprintf(word, sizeof word, "%.*s", SLICE_ARG(text));
    *where = strtod(word, &rest);
    if (rest == word || *rest || !(*where > 0 && *where <= max))
        return error_set(err, "'%s' is not a number up to %g", word, max);
    return 0;
}

/* A further node of the same cluster, for `connects on NAME`. */
static int
take_node(struct target *t, struct slice rest, struct error *err)
{
    struct slice name = word(&rest);
    if (name.len == 0 || rest.len == 0)
        return error_set(err, "`node` wants a name and an address");
    if (t->drive.node_count == DRIVE_NODES_MAX)
        return error_set(err, "more than %d nodes", DRIVE_NODES_MAX);
    struct drive_node *n = &t->drive.nodes[t->drive.node_count];
    if (uri_parse(&n->uri, rest, err))
        return -1;
    n->name = name;
    t->drive.node_count++;
    return 0;
}

static int
take_user(struct target *t, struct slice rest, struct error *err)
{
    (void)err;
    t->user = rest;
    return 0;
}

static int
take_password(struct target *t, struct slice rest, struct error *err)
{
    (void)err;
    t->password = rest;
    return 0;
}

static int
take_keep_alive(struct target *t, struct slice rest, struct error *err)
{
    double number;
    if (take_number(&number, rest, UINT16_MAX, err))
        return -1;
    t->keep_alive = (uint16_t)number;
    return 0;
}

void
target_add_name(struct target *t, struct slice name, struct slice value)
{
    char *full = xasprintf("target.%.*s", SLICE_ARG(name));
    t->names = xgrow(t->names, &t->name_cap, t->name_count + 1,
                     sizeof *t->names);
    t->names[t->name_count++] =
        (struct play_name){slice_str(full), value_bytes(value)};
}

static int
take_set(struct target *t, struct slice rest, struct error *err)
{
    struct slice name = word(&rest);
    if (name.len == 0 || rest.len == 0)
        return error_set(err, "`set` wants a name and a value");
    target_add_name(t, name, rest);
    return 0;
}

static int
take_has(struct target *t, struct slice rest, struct error *err)
{
    struct probe scratch = {0};
    struct slice need = word(&rest);
    if (!slice_is(rest, "yes") && !slice_is(rest, "no"))
        return error_set(err, "`has` wants a capability and yes or no");
    if (!probe_set(&scratch, need, false, ""))
        return error_set(err, "there is no capability \"%.*s\"",
                         SLICE_ARG(need));
    t->overrides = xgrow(t->overrides, &t->override_cap,
                         t->override_count + 1, sizeof *t->overrides);
    t->overrides[t->override_count++] =
        (struct target_override){need, slice_is(rest, "yes")};
    return 0;
}

/* waive GLOB [until DATE]: REASON */
static int
take_waive(struct target *t, struct slice rest, struct error *err)
{
    const uint8_t *colon = rest.len ? memchr(rest.ptr, ':', rest.len) : NULL;
    struct target_waiver w = {0};
    if (!colon)
        return error_set(err, "`waive` wants a scenario, a colon and a reason");
    size_t n = (size_t)(colon - rest.ptr);
    struct slice head = slice_first(rest, n);
    w.reason = trim(slice_from(rest, n + 1));
    w.glob = word(&head);
    if (head.len && slice_is(word(&head), "until"))
        w.until = word(&head);
    if (w.glob.len == 0 || w.reason.len == 0 || head.len)
        return error_set(err, "`waive` wants: GLOB [until YYYY-MM-DD]: REASON");
    t->waivers = xgrow(t->waivers, &t->waiver_cap, t->waiver_count + 1,
                       sizeof *t->waivers);
    t->waivers[t->waiver_count++] = w;
    return 0;
}

static int
take_limit(struct target *t, struct slice rest, struct error *err)
{
    struct slice name = word(&rest);
    double number;
    if (take_number(&number, rest, 100000, err))
        return -1;
    if (slice_is(name, "jobs"))
        t->jobs = (size_t)number;
    else if (slice_is(name, "connections"))
        t->connections = (size_t)number;
    else if (slice_is(name, "rate"))
        t->rate = number;
    else if (slice_is(name, "patience"))
        t->patience = number;
    else
        return error_set(err, "there is no limit \"%.*s\"; there are jobs, "
                              "connections, rate and patience",
                         SLICE_ARG(name));
    return 0;
}

/* A setting of the reference broker, for --broker-core. */
static int
take_broker(struct target *t, struct slice rest, struct error *err)
{
    if (t->setting_count == OPTIONS_LIST_MAX)
        return error_set(err, "more than %d settings", OPTIONS_LIST_MAX);
    t->settings[t->setting_count++] = text_of(rest);
    return 0;
}

/* --- all words ------------------------------------------------------------- */

typedef int take(struct target *t, struct slice rest, struct error *err);

/* clang-format off */
#define AT(member) offsetof(struct target, member)
static const struct key {
    const char *word;
    take *take;        /* or NULL: text, kept at... */
    size_t where;
    bool is_command;   /* a shell reads it, and expands what is within it */
} keys[] = {
    /* word         take             where            is_command */
    {"name",        NULL,            AT(name),        false},
    {"url",         target_take_url, 0,               false},
    {"also",        take_also,       0,               false},
    {"node",        take_node,       0,               false},
    {"user",        take_user,       0,               false},
    {"password",    take_password,   0,               false},
    {"keep_alive",  take_keep_alive, 0,               false},
    {"ca",          NULL,            AT(ca),          false},
    {"certificate", NULL,            AT(certificate), false},
    {"key",         NULL,            AT(key),         false},
    {"start",       NULL,            AT(start),       true},
    {"clean",       NULL,            AT(clean),       true},
    {"restart",     NULL,            AT(restart),     true},
    {"kill",        NULL,            AT(kill),        true},
    {"broker",      take_broker,     0,               false},
    {"passwords",   NULL,            AT(passwords),   false},
    {"acl",         NULL,            AT(acl),         false},
    {"limit",       take_limit,      0,               false},
    {"set",         take_set,        0,               false},
    {"has",         take_has,        0,               false},
    {"waive",       take_waive,      0,               false},
};
/* clang-format on */
enum { KEYS = sizeof keys / sizeof keys[0] };

/* ${NAME} or ${NAME:-otherwise} at the start of s; its length, 0: it is none. */
static size_t
expand_one(struct buf *out, struct slice s, struct error *err)
{
    const uint8_t *end = s.len ? memchr(s.ptr, '}', s.len) : NULL;
    if (!slice_starts(s, "${") || !end)
        return 0;
    char *name = text_of(slice_of(s.ptr + 2, (size_t)(end - s.ptr) - 2));
    char *otherwise = strstr(name, ":-");
    if (otherwise) {
        *otherwise = '\0';
        otherwise += 2;
    }
    const char *value = getenv(name);
    size_t len = (size_t)(end - s.ptr) + 1;
    if (value && *value)
        buf_add_str(out, value);
    else if (otherwise)
        buf_add_str(out, otherwise);
    else
        len = SIZE_MAX, error_set(err, "the environment has no %s", name);
    free(name);
    return len;
}

/* The text is kept as long as the target. -1: something is not set. */
static int
expand(struct target *t, struct slice *s, struct error *err)
{
    struct buf out = {0};
    struct slice rest = *s;
    while (rest.len) {
        size_t n = expand_one(&out, rest, err);
        if (n == SIZE_MAX) {
            buf_release(&out);
            return -1;
        }
        if (n == 0)
            buf_add_byte(&out, rest.ptr[0]);
        rest = slice_from(rest, n ? n : 1);
    }
    t->texts = xgrow(t->texts, &t->text_cap, t->text_count + 1,
                     sizeof *t->texts);
    t->texts[t->text_count++] = xstrdup(buf_cstr(&out));
    *s = slice_str(t->texts[t->text_count - 1]);
    buf_release(&out);
    return 0;
}

static int
no_such_word(struct slice key, struct error *err)
{
    struct buf list = {0};
    for (size_t i = 0; i < KEYS; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", keys[i].word);
    int status = error_set(err, "there is no \"%.*s\"; there are %s",
                           SLICE_ARG(key), buf_cstr(&list));
    buf_release(&list);
    return status;
}

static int
take_value(struct target *t, const struct key *k, struct slice value,
           struct error *err)
{
    if (k->take)
        return k->take(t, value, err);
    char **where = (char **)(void *)((char *)t + k->where);
    free(*where);
    *where = text_of(value);
    return 0;
}

/* Whatever ${...} stands for; of a command only when it is nothing else. What
 * turns out empty was not said. */
static int
take_text(struct target *t, const struct key *k, struct slice value,
          struct error *err)
{
    bool is_whole = slice_starts(value, "${") &&
                    memchr(value.ptr, '}', value.len) ==
                        value.ptr + value.len - 1;
    if (value.len == 0)
        return error_set(err, "`%s` wants a value", k->word);
    if (memmem(value.ptr, value.len, "${", 2) && (is_whole || !k->is_command)) {
        if (expand(t, &value, err))
            return -1;
        if (value.len == 0)
            return 0;
    }
    return take_value(t, k, value, err);
}

int
target_take_line(struct target *t, struct slice line, struct error *err)
{
    struct slice rest = trim(line), name;
    if (rest.len == 0 || rest.ptr[0] == '#')
        return 0;
    name = word(&rest);
    for (size_t i = 0; i < KEYS; i++)
        if (slice_is(name, keys[i].word))
            return take_text(t, &keys[i], rest, err);
    return no_such_word(name, err);
}
