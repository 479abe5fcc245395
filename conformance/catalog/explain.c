/* explain.c - all that is known of one statement.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/explain.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/mem.h"
#include "conformance/catalog/wrap.h"

enum {
    WIDTH = 80, /* columns of all that is printed */
    INDENT = 15 /* columns in front of a value */
};

static void
line(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, "  %-*s", INDENT - 2, name);
    wrap_text(out, slice_str(text), INDENT, WIDTH);
    buf_add_byte(out, '\n');
}

static const char *
seen_text(enum mqtt_seen seen)
{
    switch (seen) {
    case SEEN_ACTIVE: return "by provoking it";
    case SEEN_PASSIVE: return "in any traffic (plumb-trace)";
    case SEEN_BOTH: return "by provoking it, and in any traffic";
    case SEEN_NEVER: break;
    }
    return "not from outside";
}

/* Does the list, of ids with spaces between, hold this one? */
static bool
has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += len)
        if ((at == list || at[-1] == ' ') && (at[len] == 0 || at[len] == ' '))
            return true;
    return false;
}

/* Rules of the other version that say the same. Only 3.1.1 rows name theirs;
 * for a row of 5.0 look who names it. */
static void
print_equivalents(struct buf *out, const struct mqtt_statement *s)
{
    const struct mqtt_statement *other;
    struct buf ids = {0};

    if (s->version == MQTT_311)
        buf_add_str(&ids, s->equivalent);
    for (size_t i = 0; s->version == MQTT_50 && (other = mqtt_statement_at(i));
         i++)
        if (has_word(other->equivalent, s->id))
            buf_printf(&ids, "%s%s", ids.len ? " " : "", other->id);
    if (ids.len == 0 || slice_is(buf_slice(&ids), "-")) {
        buf_clear(&ids);
        buf_printf(&ids, "none in %s", s->version == MQTT_50 ? "3.1.1" : "5.0");
    }
    line(out, "also said by", buf_cstr(&ids));
    buf_release(&ids);
}

static void
print_links(struct buf *out, const struct coverage_row *row)
{
    for (size_t i = 0; i < row->link_count; i++) {
        char *text = xasprintf("%s (%s:%u)", row->links[i].scenario,
                               row->links[i].path, row->links[i].line);
        line(out, i ? "" : "judged by", text);
        free(text);
    }
    if (row->link_count == 0)
        line(out, "judged by", "no scenario");
    if (row->reason)
        line(out, "because", row->reason);
}

static void
explain_row(struct buf *out, const struct coverage *c,
            const struct coverage_row *row)
{
    const struct mqtt_statement *s = row->statement;

    buf_printf(out, "%s  MQTT %s, section %s\n", s->id,
               mqtt_version_name(s->version), s->section);
    line(out, "says", s->summary);
    line(out, "level", mqtt_level_name(s->level));
    line(out, "binds", mqtt_binds_name(s->binds));
    line(out, "seen", seen_text(s->seen));
    line(out, "how", s->how);
    if (strcmp(s->needs, "-") != 0)
        line(out, "needs", s->needs);
    print_equivalents(out, s);
    print_links(out, row);
    if (c->runs)
        line(out, "result", coverage_status_name(coverage_status(row)));
}

/* Ids that begin as this one does up to its last dash: those of its section. */
static void
suggest(struct buf *out, struct slice id)
{
    const struct mqtt_statement *s;
    struct buf begin = {0};
    size_t len = id.len, found = 0;

    while (len > 0 && id.ptr[len - 1] != '-')
        len--;
    buf_add(&begin, slice_first(id, len));
    buf_printf(out, "There is no statement %.*s.", SLICE_ARG(id));
    for (size_t i = 0; len > 5 && (s = mqtt_statement_at(i)); i++)
        if (slice_starts(slice_str(s->id), buf_cstr(&begin)))
            buf_printf(out, "%s%s", found++ ? " " : " That section has ",
                       s->id);
    if (!found)
        buf_add_str(out, " Ids look like MQTT-4.3.3-10 (5.0) or "
                         "MQTT311-4.3.3-2 (3.1.1); `plumb-check coverage "
                         "--all` lists them.");
    buf_add_byte(out, '\n');
    buf_release(&begin);
}

/* The row of prefix + id explained; false when there is none. */
static bool
explain_as(struct buf *out, const struct coverage *c, const char *prefix,
           struct slice id, bool is_next)
{
    char *full = xasprintf("%s%.*s", prefix, SLICE_ARG(id));
    const struct coverage_row *row = coverage_find(c, slice_str(full));

    if (row && is_next)
        buf_add_byte(out, '\n');
    if (row)
        explain_row(out, c, row);
    free(full);
    return row != NULL;
}

bool
explain_statement(struct buf *out, const struct coverage *c, struct slice id)
{
    bool in5, in311;
    char upper[24]; /* ids are not longer, and mqtt-4.3.3-10 is one too */
    size_t len = id.len < sizeof upper ? id.len : 0;

    for (size_t i = 0; i < len; i++)
        upper[i] = (char)toupper(id.ptr[i]);
    id = len ? slice_of(upper, len) : id;
    if (explain_as(out, c, "", id, false))
        return true;
    in5 = explain_as(out, c, "MQTT-", id, false);
    in311 = explain_as(out, c, "MQTT311-", id, in5);
    if (!in5 && !in311)
        suggest(out, id);
    return in5 || in311;
}
