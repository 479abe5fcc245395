/* target.c - what is known of the broker under test.
 * SPDX-License-Identifier: MIT */
#include "conformance/target.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

/* --- the lines of a file -------------------------------------------------- */

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

static int
take_url(struct target *t, struct slice url, struct error *err)
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
take_path(char **where, struct slice path)
{
    free(*where);
    *where = text_of(path);
    return 0;
}

static int
take_ca(struct target *t, struct slice path, struct error *err)
{
    (void)err;
    return take_path(&t->ca, path);
}

static int
take_certificate(struct target *t, struct slice path, struct error *err)
{
    (void)err;
    return take_path(&t->certificate, path);
}

static int
take_key(struct target *t, struct slice path, struct error *err)
{
    (void)err;
    return take_path(&t->key, path);
}

static int
take_restart(struct target *t, struct slice command, struct error *err)
{
    (void)err;
    free(t->restart);
    t->drive.restart = t->restart = text_of(command);
    return 0;
}

static int
take_kill(struct target *t, struct slice command, struct error *err)
{
    (void)err;
    free(t->kill);
    t->drive.kill = t->kill = text_of(command);
    return 0;
}

static int
take_name(struct target *t, struct slice rest, struct error *err)
{
    (void)err;
    free(t->name);
    t->name = text_of(rest);
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

/* $target.NAME */
static void
add_name(struct target *t, struct slice name, struct slice value)
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
    add_name(t, name, rest);
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

static const struct {
    const char *word;
    int (*take)(struct target *t, struct slice rest, struct error *err);
} keys[] = {
    {"name", take_name},         {"url", take_url}, {"user", take_user},
    {"password", take_password}, {"set", take_set}, {"has", take_has},
    {"waive", take_waive},       {"also", take_also},
    {"restart", take_restart},   {"kill", take_kill},
    {"ca", take_ca},             {"certificate", take_certificate},
    {"key", take_key},
};

static int
take_line(struct target *t, struct slice line, struct error *err)
{
    struct slice rest = trim(line), key;
    if (rest.len == 0 || rest.ptr[0] == '#')
        return 0;
    key = word(&rest);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (slice_is(key, keys[i].word))
            return keys[i].take(t, rest, err);
    return error_set(err, "there is no \"%.*s\"; there are name, url, also, "
                          "user, password, ca, certificate, key, set, has, "
                          "waive, restart, kill", SLICE_ARG(key));
}

static int
read_file(struct target *t, const char *path, struct error *err)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return error_errno(err, "%s", path);
    size_t n;
    while ((n = fread(buf_room(&t->text, 4096), 1, 4096, f)) > 0)
        t->text.len += n;
    fclose(f);
    struct slice rest = buf_slice(&t->text);
    for (unsigned line = 1; rest.len; line++) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        n = end ? (size_t)(end - rest.ptr) : rest.len;
        if (take_line(t, slice_first(rest, n), err))
            return error_prefix(err, "%s:%u", path, line);
        rest = slice_from(rest, n + 1);
    }
    return 0;
}

static bool
has_tls(const struct target *t)
{
    return t->has_uri[URI_MQTTS] || t->has_uri[URI_WSS];
}

/* What the options say goes before what the file says. */
static int
make_tls(struct target *t, const struct options *o, struct error *err)
{
    struct tls_config config = {
        .ca = o->ca ? o->ca : t->ca,
        .certificate = o->certificate ? o->certificate : t->certificate,
        .key = o->key ? o->key : t->key,
        .is_insecure = o->insecure,
        .alpn = "mqtt",
    };
    t->drive.tls = tls_client_context(&config, err);
    return t->drive.tls ? 0 : -1;
}

int
target_load(struct target *t, const struct options *o, struct error *err)
{
    *t = (struct target){0};
    if (o->target_file && read_file(t, o->target_file, err))
        return -1;
    if (o->target && take_url(t, slice_str(o->target), err))
        return -1;
    if (o->user)
        t->user = slice_str(o->user);
    if (o->password)
        t->password = slice_str(o->password);
    if (!t->drive.by[t->drive.usual] && !o->broker_core)
        return error_set(err, "%s has no `url`; give --target too",
                         o->target_file);
    if (has_tls(t) && make_tls(t, o, err))
        return -1;
    if (t->user.ptr)
        add_name(t, slice_str("user"), t->user);
    if (t->password.ptr)
        add_name(t, slice_str("password"), t->password);
    return 0;
}

void
target_release(struct target *t)
{
    for (size_t i = 0; i < t->name_count; i++)
        free((void *)t->names[i].name.ptr);
    for (int i = 0; i <= URI_WSS; i++)
        if (t->has_uri[i])
            uri_release(&t->uris[i]);
    tls_context_free(t->drive.tls);
    free(t->ca);
    free(t->certificate);
    free(t->key);
    free(t->restart);
    free(t->kill);
    free(t->names);
    free(t->waivers);
    free(t->overrides);
    free(t->name);
    free(t->shown);
    buf_release(&t->text);
}

/* --- what it changes ------------------------------------------------------ */

/* A name that is set can be used, so what it is for is there. */
static void
set_if_named(const struct target *t, struct probe *probe, const char *prefix,
             const char *need)
{
    for (size_t i = 0; i < t->name_count; i++)
        if (slice_starts(t->names[i].name, prefix))
            probe_set(probe, slice_str(need), true, "target file");
}

void
target_override(const struct target *t, struct probe *probe)
{
    set_if_named(t, probe, "target.forbidden_", "acl");
    set_if_named(t, probe, "target.auth_", "auth");
    static const char from_file[] = "target file";
    probe_set(probe, slice_str("websocket"),
              t->has_uri[URI_WS] || t->has_uri[URI_WSS], from_file);
    probe_set(probe, slice_str("tls"), has_tls(t), from_file);
    probe_set(probe, slice_str("restart"), t->restart != NULL, from_file);
    probe_set(probe, slice_str("kill"), t->kill != NULL, from_file);
    for (size_t i = 0; i < t->override_count; i++)
        probe_set(probe, t->overrides[i].need, t->overrides[i].has,
                  "target file");
}

static bool
is_expired(struct slice until)
{
    char today[16];
    time_t now = time(NULL);
    struct tm tm;
    strftime(today, sizeof today, "%Y-%m-%d", gmtime_r(&now, &tm));
    return until.len && slice_compare(slice_str(today), until) > 0;
}

void
target_waive(struct target *t, struct result_scenario *s)
{
    if (s->verdict != VERDICT_FAIL)
        return;
    for (size_t i = 0; i < t->waiver_count; i++) {
        struct target_waiver *w = &t->waivers[i];
        char *glob = text_of(w->glob), *reason;
        bool fits = fnmatch(glob, s->id, 0) == 0;
        free(glob);
        if (!fits)
            continue;
        if (is_expired(w->until)) {
            reason = xasprintf("the waiver (%.*s) has expired on %.*s",
                               SLICE_ARG(w->reason), SLICE_ARG(w->until));
        } else {
            reason = xasprintf("waived: %.*s", SLICE_ARG(w->reason));
            s->verdict = VERDICT_WAIVED;
        }
        w->was_used = true;
        result_set(&s->reason, reason);
        free(reason);
        return;
    }
}
