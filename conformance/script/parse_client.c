/* parse_client.c - statements with a client in front.
 * SPDX-License-Identifier: MIT
 *
 *     sub connects fresh        pub > PUBLISH ...        sub < SUBACK ...    */
#include "conformance/script/parser.h"
#include "conformance/script/suggest.h"

/* [ "within" DURATION ] */
static void
parse_within(struct parser *p, struct script_stmt *s)
{
    if (parser_accept_word(p, "within"))
        s->within = parse_value(p);
}

/* [ "via" NAME | "on" NAME ]; false: neither */
static bool
parse_way(struct parser *p, struct script_stmt *s)
{
    if (parser_accept_word(p, "via"))
        s->transport = parser_expect_name(p, "tcp, tls, ws or wss");
    else if (parser_accept_word(p, "on"))
        s->node = parser_expect_name(p, "the name of a node");
    else
        return false;
    return true;
}

/* c "opens" { "via" NAME | "on" NAME } */
static void
parse_opens(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_OPENS;
    while (!p->failed && parse_way(p, s))
        continue;
}

/* c "connects" { "fresh" | "keeping" | "as" NAME | "via" NAME | "on" NAME }
 *   { arg } */
static void
parse_connects(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_CONNECTS;
    s->packet.at = parser_peek(p, 0)->at;
    s->packet.type = MQTT_CONNECT;
    while (!p->failed) {
        if (parser_accept_word(p, "keeping"))
            s->keeping = true;
        else if (parser_accept_word(p, "as"))
            s->as_client = parser_expect_name(p, "the name of a client");
        else if (!parse_way(p, s) && !parser_accept_word(p, "fresh"))
            break;
    }
    parse_args(p, &s->packet);
    parse_within(p, s);
}

/* c "<" pattern [ "within" DURATION ] */
static void
parse_expect(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_EXPECT;
    s->packet = parse_pattern(p);
    parse_within(p, s);
}

/* c "may" "<" pattern */
static void
parse_may(struct parser *p, struct script_stmt *s)
{
    parser_expect_mark(p, "<", "`<` and a pattern");
    parse_expect(p, s);
    s->kind = STMT_MAY;
}

/* until = "until" ( pattern | { arg } | N | DURATION ) */
static void
parse_until(struct parser *p, struct script_stmt *s)
{
    parser_expect_word(p, "until",
                       "`until` and a number, a pattern or a time");
    if (parse_at_arg(p)) {
        s->until = UNTIL_PATTERN;
        s->until_packet.at = parser_peek(p, 0)->at;
        s->until_packet.type = s->packet.type;
        parse_args(p, &s->until_packet);
    } else if (parser_at(p, TOKEN_WORD)) {
        s->until = UNTIL_PATTERN;
        s->until_packet = parse_pattern(p);
    } else {
        s->value = parse_value(p);
        s->until =
            s->value->kind == EXPR_DURATION ? UNTIL_TIME : UNTIL_COUNT;
    }
}

/* c "collect" pattern "as" NAME until [ "within" DURATION ] */
static void
parse_collect(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_COLLECT;
    s->packet = parse_pattern(p);
    parser_expect_word(p, "as", "`as` and a name");
    s->name = parser_expect_name(p, "a name for what is collected");
    parse_until(p, s);
    parse_within(p, s);
}

/* c "never" pattern "for" DURATION */
static void
parse_never(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_NEVER;
    s->packet = parse_pattern(p);
    parser_expect_word(p, "for", "`for` and a time, as in `for 2s`");
    s->value = parse_value(p);
}

/* c "quiet" [ "for" DURATION ] */
static void
parse_quiet(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_QUIET;
    if (parser_accept_word(p, "for"))
        s->value = parse_value(p);
}

/* c "ignores" pattern */
static void
parse_ignores(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_IGNORES;
    s->packet = parse_pattern(p);
}

/* c "acks" ( "auto" | "hold" ) */
static void
parse_acks(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_ACKS;
    s->acks_hold = parser_accept_word(p, "hold");
    if (!s->acks_hold)
        parser_expect_word(p, "auto", "`auto` or `hold`");
}

/* c "rejects" [ CODES ] [ "or" "tolerates" TEXT ] [ "within" DURATION ] */
static void
parse_rejects(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_REJECTS;
    bool has_codes = !parser_at_end(p) && !parse_at_ids(p) &&
                     !parser_at_word(p, "or") && !parser_at_word(p, "within");
    if (has_codes)
        s->value = parse_value(p);
    if (parser_accept_word(p, "or")) {
        parser_expect_word(p, "tolerates", "`tolerates` and a label");
        s->or_tolerates = true;
        s->label = parse_text(p);
    }
    parse_within(p, s);
}

/* c "disconnects" { arg } */
static void
parse_disconnects(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_DISCONNECTS;
    s->packet.at = parser_peek(p, 0)->at;
    s->packet.type = MQTT_DISCONNECT;
    parse_args(p, &s->packet);
}

static void
parse_cuts(struct parser *p, struct script_stmt *s)
{
    (void)p;
    s->kind = STMT_CUTS;
}

static void
parse_resets(struct parser *p, struct script_stmt *s)
{
    (void)p;
    s->kind = STMT_RESETS;
}

static void
parse_stalls(struct parser *p, struct script_stmt *s)
{
    (void)p;
    s->kind = STMT_STALLS;
}

static void
parse_alive(struct parser *p, struct script_stmt *s)
{
    (void)p;
    s->kind = STMT_ALIVE;
}

/* c "speaks" VERSION: a line of the header */
static void
parse_late_speaks(struct parser *p, struct script_stmt *s)
{
    parser_fail_at(p, s->at,
                   "what `%.*s` speaks is said in the header, below `for`",
                   SLICE_ARG(slice_first(s->client, 60)));
}

static const struct {
    const char *word;
    void (*parse)(struct parser *p, struct script_stmt *s);
} verbs[] = {
    {"opens", parse_opens},
    {"connects", parse_connects},
    {">", parse_send},
    {"<", parse_expect},
    {"may", parse_may},
    {"collect", parse_collect},
    {"never", parse_never},
    {"quiet", parse_quiet},
    {"ignores", parse_ignores},
    {"acks", parse_acks},
    {"rejects", parse_rejects},
    {"disconnects", parse_disconnects},
    {"cuts", parse_cuts},
    {"resets", parse_resets},
    {"stalls", parse_stalls},
    {"alive", parse_alive},
    {"speaks", parse_late_speaks},
};
enum { VERBS = sizeof verbs / sizeof verbs[0] };

/* NAME verb ... */
void
parse_client(struct parser *p, struct script_stmt *s)
{
    s->client = parser_expect_name(p, "a statement");
    struct slice word = parser_peek(p, 0)->text;
    struct suggest near = suggest_for(word);
    for (size_t i = 0; i < VERBS && !p->failed; i++) {
        suggest_offer(&near, slice_str(verbs[i].word));
        if (!slice_is(word, verbs[i].word))
            continue;
        parser_next(p);
        verbs[i].parse(p, s);
        return;
    }
    if (parser_at(p, TOKEN_WORD))
        parser_fail(p, "a client cannot `%.*s`%s",
                    SLICE_ARG(slice_first(word, 60)),
                    suggest_hint(&near).text);
    else
        parser_fail_expected(p, "what the client does");
}

/* "any" "of" NAME { NAME } "as" NAME "<" pattern [ "within" DURATION ] */
void
parse_any_of(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_ANY_OF;
    parser_expect_word(p, "of", "`of` and the names of clients");
    while (parser_at(p, TOKEN_WORD) && !parser_at_word(p, "as")) {
        s->clients = arena_grow(p->arena, s->clients, s->client_count,
                                sizeof *s->clients);
        s->clients[s->client_count++] = parser_next(p)->text;
    }
    parser_expect_word(p, "as", "`as` and a name");
    s->name = parser_expect_name(p, "a name for whoever gets it");
    parser_expect_mark(p, "<", "`<` and a pattern");
    s->packet = parse_pattern(p);
    parse_within(p, s);
}
