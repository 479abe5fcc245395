/* probe.c - what the target can do.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "conformance/script/script.h"

/* The scenarios that ask; each binds names. */
static const char probes[] =
#include "conformance/engine/probe.scn.inc"
    ;

static const char *const need_names[PROBE_NEEDS] = {
#define NEED(name, summary) #name,
#include "conformance/script/needs.def"
#undef NEED
};

/* What the names that a probe bound say about a word. */
enum { AT_LEAST, BELOW, OPPOSITE };
/* clang-format off */
static const struct {
    enum probe_need need;
    unsigned versions;
    const char *name;    /* bound by a probe */
    int how;
    int64_t number;
    const char *source;
} readings[] = {
    /* need                    versions  name                how       number  source */
    { PROBE_qos1,              V_5,      "maximum_qos",      AT_LEAST, 1, "CONNACK" },
    { PROBE_qos2,              V_5,      "maximum_qos",      AT_LEAST, 2, "CONNACK" },
    { PROBE_limited_qos,       V_5,      "maximum_qos",      BELOW,    2, "CONNACK" },
    { PROBE_retain,            V_5,      "retain",           AT_LEAST, 1, "CONNACK" },
    { PROBE_no_retain,         V_5,      "retain",           BELOW,    1, "CONNACK" },
    { PROBE_wildcard,          V_5,      "wildcard",         AT_LEAST, 1, "CONNACK" },
    { PROBE_no_wildcard,       V_5,      "wildcard",         BELOW,    1, "CONNACK" },
    { PROBE_subid,             V_5,      "subid",            AT_LEAST, 1, "CONNACK" },
    { PROBE_no_subid,          V_5,      "subid",            BELOW,    1, "CONNACK" },
    { PROBE_shared,            V_5,      "shared",           AT_LEAST, 1, "CONNACK" },
    { PROBE_no_shared,         V_5,      "shared",           BELOW,    1, "CONNACK" },
    { PROBE_topic_alias,       V_5,      "topic_alias",      AT_LEAST, 1, "CONNACK" },
    { PROBE_no_topic_alias,    V_5,      "topic_alias",      BELOW,    1, "CONNACK" },
    { PROBE_receive_max,       V_5,      "receive_max",      AT_LEAST, 1, "CONNACK" },
    { PROBE_max_packet_size,   V_5,      "max_packet_size",  AT_LEAST, 1, "CONNACK" },
    { PROBE_server_keepalive,  V_5,      "server_keepalive", AT_LEAST, 1, "CONNACK" },
    { PROBE_session,           V_5,      "session",          AT_LEAST, 1, "CONNACK" },
    { PROBE_zero_clientid,     V_5 | V_311, "nameless",      BELOW,    1, "probe" },
    { PROBE_qos1,              V_3,      "granted",          AT_LEAST, 1, "probe" },
    { PROBE_qos2,              V_3,      "granted",          AT_LEAST, 2, "probe" },
    { PROBE_retain,            V_3,      "retains",          AT_LEAST, 0, "probe" },
    { PROBE_wildcard,          V_3,      "wildcards",        BELOW,  128, "probe" },
    { PROBE_session,           V_311,    "session_present",  AT_LEAST, 1, "CONNACK" },
    { PROBE_session,           V_3,      "kept",             AT_LEAST, 1, "probe" },
};
/* clang-format on */

static void
set_answer(struct probe_answer *a, bool has, const char *source, int64_t number)
{
    a->has = has;
    a->source = source;
    if (number > 1)
        snprintf(a->value, sizeof a->value, "%" PRId64, number);
    else
        snprintf(a->value, sizeof a->value, "%s", has ? "yes" : "no");
}

/* Of these the number itself says something. */
static bool
is_amount(enum probe_need need)
{
    return need == PROBE_topic_alias || need == PROBE_receive_max ||
           need == PROBE_max_packet_size || need == PROBE_server_keepalive;
}

struct prober {
    struct probe *probe;
    enum mqtt_version version;
};

/* CONNACK said that there is no session. */
static bool
is_silent_about(const struct probe_answer *a)
{
    return strcmp(a->source, "CONNACK") == 0;
}

static void
read_names(void *context, const struct play *play)
{
    struct prober *to = context;
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        if (!mqtt_version_in(to->version, readings[i].versions))
            continue;
        const struct value *v = play_value(play, readings[i].name);
        if (!v)
            continue;
        int64_t n = v->kind == VALUE_LIST && v->count ? v->items[0].number
                                                      : v->number;
        if (n == 128 && readings[i].how == AT_LEAST)
            n = -1; /* SUBACK: refused */
        bool has = readings[i].how == AT_LEAST ? n >= readings[i].number
                                               : n < readings[i].number;
        struct probe_answer *a =
            &to->probe->answers[to->version][readings[i].need];
        if (readings[i].need == PROBE_session && has && !a->has &&
            is_silent_about(a))
            to->probe->hides_sessions[to->version] = true;
        /* Two ways to ask: one yes is enough. */
        if (has || !a->has)
            set_answer(a, has, readings[i].source,
                       is_amount(readings[i].need) ? n : 0);
    }
}

/* Before anything is known. */
static void
set_defaults(struct probe *p, const struct suite *suite)
{
    for (int v = 0; v <= MQTT_50; v++) {
        for (int i = 0; i < PROBE_NEEDS; i++)
            set_answer(&p->answers[v][i], false, "probe", 0);
        set_answer(&p->answers[v][PROBE_will], true, "version", 0);
        set_answer(&p->answers[v][PROBE_anonymous], !suite->setup.user.ptr,
                   "probe", 0);
        set_answer(&p->answers[v][PROBE_password],
                   suite->setup.user.ptr && suite->setup.password.ptr,
                   "target", 0);
    }
}

static struct slice
first_answer(const struct result_scenario *s)
{
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].kind == EVENT_GOT)
            return result_bytes(s, &s->events[i]);
    return slice_str("");
}

/* Did it end the connection, before we did? */
static bool
is_closed(const struct result_scenario *s)
{
    for (size_t i = 0; i < s->event_count; i++)
        switch (s->events[i].kind) {
        case EVENT_CLOSED:
        case EVENT_RESET: return true;
        case EVENT_CUT:
        case EVENT_ABORTED: return false;
        default: break;
        }
    return false;
}

/* What might be the matter, for whoever typed the address. */
static const char *
guess(const struct result_scenario *s, const struct suite *suite)
{
    struct slice answer = first_answer(s);
    bool is_connack = answer.len >= 4 && answer.ptr[0] == 0x20;
    if (slice_starts(answer, "HTTP/"))
        return "; that is a web server, which speaks HTTP: is the port right? "
               "MQTT over WebSocket is ws://";
    if (answer.len && !is_connack)
        return "; that is no MQTT: is the port right? MQTT over TLS is "
               "mqtts://";
    if (answer.len == 0 && is_closed(s))
        return "; it closes without an answer: does that port speak TLS "
               "(mqtts://) or WebSocket (ws://)?";
    if (answer.len == 0)
        return "; it takes connections and never says anything: is it an MQTT "
               "broker, and does it live?";
    switch (answer.ptr[3]) {
    case 4: case 5: case 0x86: case 0x87:
        return suite->setup.user.ptr
                   ? "; are --user and --password right?"
                   : "; it wants to know who is there: --user and --password";
    default: return "";
    }
}

static void
note_greeting(struct probe *p, enum mqtt_version v,
              const struct result_scenario *s, const struct suite *suite)
{
    p->speaks[v] = s->verdict == VERDICT_PASS;
    if (p->speaks[v])
        return;
    free(p->refusal[v]);
    p->refusal[v] =
        xasprintf("it does not take a CONNECT of MQTT %s: %s",
                  mqtt_version_name(v),
                  s->got ? s->got : s->reason ? s->reason : "no answer");
    p->guess = guess(s, suite);
}

/* Another way to ask takes its time, and one yes is enough. */
static bool
is_answered(const struct probe *p, enum mqtt_version v,
            const struct script_scenario *scenario)
{
    return slice_is(scenario->name, "retains-later") &&
           p->answers[v][PROBE_retain].has;
}

/* The first probe of each version says whether it is spoken at all. */
static int
probe_version(struct probe *p, struct suite *suite,
              const struct script_file *file, enum mqtt_version v,
              struct error *err)
{
    struct prober to = {p, v};
    bool is_first = true;
    void *context = suite->context;
    int status = 0;
    for (size_t i = 0; i < file->scenario_count && status == 0; i++) {
        struct suite_job job = {&file->scenarios[i], v};
        struct result_scenario s = {0};
        if (!mqtt_version_in(v, job.scenario->versions) ||
            is_answered(p, v, job.scenario))
            continue;
        suite->context = &to;
        status = suite_run_one(suite, &job, &s, read_names, err);
        suite->context = context;
        if (is_first)
            note_greeting(p, v, &s, suite);
        is_first = false;
        bool refused = s.verdict == VERDICT_INCONCLUSIVE &&
                       suite->refused_in_a_row > 0;
        result_scenario_release(&s);
        if (!p->speaks[v])
            break;
        if (refused)
            return error_set(err, "the target is lost: it does not accept "
                                  "connections any more");
    }
    return status;
}

int
probe_run(struct probe *p, struct suite *suite, unsigned versions,
          struct error *err)
{
    struct script_errors errors = {0};
    struct script_file *file = script_load_text(
        "(probes)", slice_str("probe"), slice_str(probes), &errors);
    int status = 0;
    *p = (struct probe){0};
    if (!file) {
        struct buf text = {0};
        script_errors_print(&text, &errors);
        fprintf(stderr, "%s", buf_cstr(&text));
        BUG("the probes do not parse");
    }
    set_defaults(p, suite);
    for (int v = MQTT_31; v <= MQTT_50 && status == 0; v++)
        if (mqtt_version_in((enum mqtt_version)v, versions))
            status = probe_version(p, suite, file, (enum mqtt_version)v, err);
    script_free(file);
    script_errors_release(&errors);
    return status;
}

void
probe_release(struct probe *p)
{
    for (int v = 0; v <= MQTT_50; v++)
        free(p->refusal[v]);
}

static int
find_need(struct slice need)
{
    for (int i = 0; i < PROBE_NEEDS; i++)
        if (slice_is(need, need_names[i]))
            return i;
    return -1;
}

bool
probe_set(struct probe *p, struct slice need, bool has, const char *source)
{
    int i = find_need(need);
    if (i < 0)
        return false;
    for (int v = 0; v <= MQTT_50; v++)
        set_answer(&p->answers[v][i], has, source, 0);
    return true;
}

/* The sentences that skip, made when the program is built. */
static const char *const lacking[PROBE_NEEDS] = {
#define NEED(name, summary) "the target lacks what `" #name "` means: " summary,
#include "conformance/script/needs.def"
#undef NEED
};

/* Can such a thing be asked in that version? What the target file says can. */
static bool
is_askable(int need, enum mqtt_version v)
{
    unsigned versions = 0;
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++)
        if ((int)readings[i].need == need)
            versions |= readings[i].versions;
    return versions == 0 || mqtt_version_in(v, versions);
}

/* What lines like `old speaks 3.1.1` ask for. */
static const char *
lacks_beside(const struct probe *p, const struct script_scenario *scenario)
{
    for (size_t i = 0; i < scenario->voice_count; i++) {
        enum mqtt_version v = scenario->voices[i].version;
        if (!p->speaks[v])
            return p->refusal[v] ? p->refusal[v]
                                 : "a client of it speaks another version, "
                                   "which is not one of this run";
        for (size_t k = 0; k < scenario->need_count; k++) {
            int need = find_need(scenario->needs[k]);
            if (need >= 0 && is_askable(need, v) && !p->answers[v][need].has)
                return lacking[need];
        }
    }
    return NULL;
}

const char *
probe_lacks(const struct probe *p, const struct script_scenario *scenario,
            enum mqtt_version v)
{
    if (!p->speaks[v])
        return p->refusal[v] ? p->refusal[v] : "the version was not probed";
    for (size_t i = 0; i < scenario->need_count; i++) {
        int need = find_need(scenario->needs[i]);
        if (need >= 0 && !p->answers[v][need].has)
            return lacking[need];
    }
    return lacks_beside(p, scenario);
}

void
probe_report(const struct probe *p, unsigned versions, struct result_run *run)
{
    for (int v = MQTT_31; v <= MQTT_50; v++) {
        if (!mqtt_version_in((enum mqtt_version)v, versions))
            continue;
        char name[64];
        snprintf(name, sizeof name, "MQTT %s",
                 mqtt_version_name((enum mqtt_version)v));
        result_add_capability(run, name, p->speaks[v] ? "yes" : "no", "probe");
        for (int i = 0; p->speaks[v] && i < PROBE_NEEDS; i++) {
            const struct probe_answer *a = &p->answers[v][i];
            snprintf(name, sizeof name, "%s (%s)", need_names[i],
                     mqtt_version_name((enum mqtt_version)v));
            result_add_capability(run, name, a->value, a->source);
        }
    }
}
