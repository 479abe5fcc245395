/* target.c - what is known of the broker under test.
 * SPDX-License-Identifier: MIT */
#include "conformance/target_file.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

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
        if (target_take_line(t, slice_first(rest, n), err))
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
    config.alpn = "http/1.1"; /* a WebSocket begins as a request of that */
    if (t->drive.tls)
        t->drive.web_tls = tls_client_context(&config, err);
    return t->drive.web_tls ? 0 : -1;
}

int
target_load(struct target *t, const struct options *o, struct error *err)
{
    *t = (struct target){0};
    if (o->target_file && read_file(t, o->target_file, err))
        return -1;
    if (o->target && target_take_url(t, slice_str(o->target), err))
        return -1;
    if (o->user)
        t->user = slice_str(o->user);
    if (o->password)
        t->password = slice_str(o->password);
    if (!t->drive.by[t->drive.usual] && !o->broker_core)
        return error_set(err, "%s has no `url`; give --target too",
                         o->target_file);
    t->drive.start = t->start;
    t->drive.restart = t->restart;
    t->drive.kill = t->kill;
    if (has_tls(t) && make_tls(t, o, err))
        return -1;
    if (t->user.ptr)
        target_add_name(t, slice_str("user"), t->user);
    if (t->password.ptr)
        target_add_name(t, slice_str("password"), t->password);
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
    tls_context_free(t->drive.web_tls);
    free(t->ca);
    free(t->certificate);
    free(t->key);
    for (size_t i = 0; i < t->drive.node_count; i++)
        uri_release(&t->drive.nodes[i].uri);
    for (size_t i = 0; i < t->text_count; i++)
        free(t->texts[i]);
    free(t->texts);
    for (size_t i = 0; i < t->setting_count; i++)
        free(t->settings[i]);
    free(t->passwords);
    free(t->acl);
    free(t->start);
    free(t->clean);
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
    probe_set(probe, slice_str("secure_websocket"), t->has_uri[URI_WSS],
              from_file);
    probe_set(probe, slice_str("tls"), t->has_uri[URI_MQTTS], from_file);
    probe_set(probe, slice_str("cluster"), t->drive.node_count > 0, from_file);
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

bool
target_waiver_fits(struct slice glob, struct slice id)
{
    char *pattern = xasprintf("%.*s", SLICE_ARG(glob));
    char *name = xasprintf("%.*s", SLICE_ARG(id));
    bool fits = fnmatch(pattern, name, 0) == 0;
    free(pattern);
    free(name);
    return fits;
}

void
target_waive(struct target *t, struct result_scenario *s)
{
    if (s->verdict != VERDICT_FAIL)
        return;
    for (size_t i = 0; i < t->waiver_count; i++) {
        struct target_waiver *w = &t->waivers[i];
        char *reason;
        if (!target_waiver_fits(w->glob, slice_str(s->id)))
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

/* Did a scenario of that waiver run at all? */
static bool
was_run(const struct target_waiver *w, const struct result_run *run)
{
    bool found = false;
    for (size_t i = 0; i < run->scenario_count && !found; i++)
        found = target_waiver_fits(w->glob, slice_str(run->scenarios[i].id)) &&
                run->scenarios[i].verdict != VERDICT_SKIP;
    return found;
}

size_t
target_stale_waivers(const struct target *t, const struct result_run *run,
                     FILE *out)
{
    size_t count = 0;
    for (size_t i = 0; i < t->waiver_count; i++) {
        const struct target_waiver *w = &t->waivers[i];
        if (w->was_used || !was_run(w, run))
            continue;
        fprintf(out, "the waiver of %.*s (%.*s) is not needed any more: "
                     "nothing of that fails\n",
                SLICE_ARG(w->glob), SLICE_ARG(w->reason));
        count++;
    }
    return count;
}
