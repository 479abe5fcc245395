/* main.c - plumb-broker: reads its options, listens, serves.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/acl.h"
#include "broker/cmd_passwd.h"
#include "broker/command_line.h"
#include "broker/dump.h"
#include "broker/explain.h"
#include "broker/serve.h"
#include "broker/store_sqlite.h"

enum { EXIT_USAGE = 2 };

static struct serve_signals signals;

static void
on_signal(int number)
{
    if (number == SIGUSR1)
        signals.dump = 1;
    else
        signals.stop = 1;
}

/* To the file that is named, which it replaces, or to standard error. Who may
 * talk to whom, and maybe payloads, are nobody else's business. */
static void
dump(const struct broker *b, void *path)
{
    enum { FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC };
    struct buf text = {0};
    struct error err;
    int fd = path ? open(path, FLAGS, 0600) : -1;
    FILE *f = !path ? stderr : fd < 0 ? NULL : fdopen(fd, "w");
    dump_broker(b, &text);
    bool is_written = f && fputs(buf_cstr(&text), f) >= 0;
    if (f && path)
        is_written = fclose(f) == 0 && is_written;
    if (!is_written) {
        error_errno(&err, "cannot write to %s what SIGUSR1 asked for",
                    path ? (const char *)path : "standard error");
        log_warn("%s", err.text);
    }
    buf_release(&text);
}

/* The open places, as many as the command line names. */
struct places {
    struct listening *list; /* owned array */
    size_t count;           /* open */
};

/* One place: its port. Several: "scheme port", a line each. */
static void
print_ports(const struct places *p, struct buf *out)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct uri *where = &p->list[i].where;
        if (p->count > 1)
            buf_printf(out, "%s ", uri_scheme_name(where->scheme));
        buf_printf(out, "%u\n", (unsigned)where->port);
    }
}

static int
write_ports(const struct places *p, const char *path, struct error *err)
{
    /* Written aside and moved into place, so that a reader who waits for the
     * file never sees half of it. */
    struct buf aside = {0}, text = {0};
    buf_printf(&aside, "%s.new", path);
    print_ports(p, &text);
    FILE *f = fopen(buf_cstr(&aside), "w");
    int result = 0;
    if (!f || fputs(buf_cstr(&text), f) < 0 || fclose(f) != 0 ||
        rename(buf_cstr(&aside), path) != 0)
        result = error_errno(err, "cannot write the port to %s", path);
    buf_release(&aside);
    buf_release(&text);
    return result;
}

/* Who may come in, and do what. */
struct rules {
    struct acl *acl;             /* owned, or NULL */
    struct passwords *passwords; /* owned, or NULL */
    struct verifier *verifier;   /* owned; when there are passwords */
};

static int
read_rules(struct rules *r, const struct command_line *c, struct error *err)
{
    *r = (struct rules){0};
    if (c->acl && !(r->acl = acl_load(c->acl, err)))
        return -1;
    if (!c->passwords)
        return 0;
    r->passwords = passwords_load(c->passwords, err);
    r->verifier = r->passwords ? verifier_new(r->passwords, err) : NULL;
    return r->verifier ? 0 : -1;
}

static void
release_rules(struct rules *r)
{
    verifier_free(r->verifier);
    passwords_free(r->passwords);
    acl_free(r->acl);
}

/* Does everybody who comes in there come from this machine, or with a
 * certificate? */
static bool
is_guarded(const struct command_line *c, const struct uri *where)
{
    return listening_is_local(where->host) ||
           (uri_is_tls(where) && c->tls.requires_certificate);
}

static int
run_broker(struct command_line *c, const struct places *p,
           const struct rules *rules, struct store *store, struct error *err)
{
    struct recording recording;
    if (c->capture && recording_open(&recording, c->capture,
                                     p->list[0].where.port, err) < 0)
        return -1;
    for (size_t i = 0; i < p->count; i++)
        log_info("plumb-broker listens on %s port %u (%s)",
                 p->list[i].where.host, (unsigned)p->list[i].where.port,
                 uri_scheme_name(p->list[i].where.scheme));
    int result = c->port_file ? write_ports(p, c->port_file, err) : 0;
    if (result == 0) {
        struct broker *b = broker_new(&c->config, clock_ms());
        broker_use_acl(b, rules->acl);
        broker_use_passwords(b, rules->passwords);
        if (c->explain)
            broker_on_note(b, explain_note, stdout);
        if (store)
            result = broker_use_store(b, store, clock_wall_us() / 1000, err);
        if (result == 0)
            result = serve(b, p->list, p->count,
                           c->capture ? &recording : NULL, rules->verifier,
                           &signals, err);
        broker_free(b);
    }
    if (c->capture)
        recording_close(&recording);
    return result;
}

static int
run_stored(struct command_line *c, const struct places *p,
           const struct rules *rules, struct error *err)
{
    if (!c->store)
        return run_broker(c, p, rules, NULL, err);
    struct store *store = store_sqlite_open(c->store, NULL, err);
    if (!store)
        return -1;
    int result = run_broker(c, p, rules, store, err);
    store->call->close(store);
    return result;
}

static int
run(struct command_line *c, struct error *err)
{
    struct rules rules;
    if (read_rules(&rules, c, err) < 0) {
        release_rules(&rules);
        return -1;
    }
    struct places p = {.list = xcalloc(c->listen_count, sizeof *p.list)};
    int result = 0;
    for (size_t i = 0; i < c->listen_count && result == 0; i++) {
        if (!is_guarded(c, &c->listen[i]) && !c->anonymous_given)
            c->config.allow_anonymous = false;
        result = listening_open(&p.list[i], &c->listen[i], &c->tls, err);
        p.count += result == 0;
    }
    if (result == 0)
        result = run_stored(c, &p, &rules, err);
    for (size_t i = 0; i < p.count; i++)
        listening_close(&p.list[i]);
    free(p.list);
    release_rules(&rules);
    return result;
}

static int
print_help(const struct command_line *c)
{
    struct buf out = {0};
    if (c->table_of_variants)
        variant_markdown(&out);
    else if (c->help_variants)
        variant_help(&out);
    else
        command_line_help(&out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
    struct error err = {""};
    struct command_line c;
    struct sigaction act = {.sa_handler = on_signal};
    signals.on_dump = dump;
    int status = EXIT_SUCCESS;
    if (argc > 1 && strcmp(argv[1], "passwd") == 0)
        return cmd_passwd(argc - 2, argv + 2);
    if (command_line_parse(&c, argc, argv, &err) < 0) {
        status = EXIT_USAGE;
    } else if (command_line_only_prints(&c)) {
        status = print_help(&c);
    } else {
        signals.user = (void *)c.dump_file;
        sigaction(SIGINT, &act, NULL);
        sigaction(SIGTERM, &act, NULL);
        sigaction(SIGUSR1, &act, NULL);
        if (run(&c, &err) < 0)
            status = EXIT_FAILURE;
    }
    if (status != EXIT_SUCCESS)
        fprintf(stderr, "plumb-broker: %s\n", err.text);
    command_line_release(&c);
    return status;
}
