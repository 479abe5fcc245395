/* parse_packet.c - packets to send, patterns to match, damage to do.
 * SPDX-License-Identifier: MIT
 *
 * Both are a type and arguments, in the notation that mqtt/print.h writes:
 *
 *     PUBLISH qos=1 topic="a/b" packet_id=7 payload="hi"                     */
#include "conformance/script/parser.h"
#include "conformance/script/suggest.h"

static const struct {
    const char *name;
    unsigned versions;
} version_words[] = {{"v5", V_5}, {"v311", V_311}, {"v31", V_31}, {"v3", V_3}};

/* "v5:" | "v311:" | "v31:" | "v3:" */
unsigned
parse_versions(struct parser *p)
{
    const struct token *colon = parser_peek(p, 1);
    if (!parser_at(p, TOKEN_WORD) || colon->kind != TOKEN_MARK ||
        !slice_is(colon->text, ":"))
        return 0;
    for (size_t i = 0; i < sizeof version_words / sizeof *version_words; i++) {
        if (!parser_at_word(p, version_words[i].name))
            continue;
        parser_next(p);
        parser_next(p);
        return version_words[i].versions;
    }
    parser_fail(p, "`%.*s:` is no version; there are v5: v311: v31: v3:",
                SLICE_ARG(slice_first(parser_peek(p, 0)->text, 60)));
    return 0;
}

/* --- arguments ------------------------------------------------------------ */

static bool
is_relation(const struct token *t)
{
    return t->kind == TOKEN_MARK && !t->spaced &&
           (slice_is(t->text, "=") || slice_is(t->text, "!=") ||
            slice_is(t->text, "<=") || slice_is(t->text, ">=") ||
            slice_is(t->text, "<") || slice_is(t->text, ">"));
}

static bool
is_mark(const struct token *t, const char *mark)
{
    return t->kind == TOKEN_MARK && slice_is(t->text, mark);
}

static bool
at_pad(const struct parser *p)
{
    return parser_at_word(p, "pad") &&
           parser_peek(p, 1)->kind == TOKEN_WORD &&
           slice_is(parser_peek(p, 1)->text, "to");
}

bool
parse_at_arg(const struct parser *p)
{
    size_t n = 0;
    if (!parser_at(p, TOKEN_WORD))
        return false;
    if (at_pad(p))
        return true;
    if (is_mark(parser_peek(p, 1), ":") &&
        parser_peek(p, 2)->kind == TOKEN_WORD)
        n = 2;
    if (is_mark(parser_peek(p, n + 1), ".") &&
        parser_peek(p, n + 2)->kind == TOKEN_WORD)
        n += 2;
    return is_relation(parser_peek(p, n + 1));
}

/* NAME | "will" "." NAME */
static struct slice
parse_arg_name(struct parser *p)
{
    struct slice name = parser_expect_name(p, "the name of a field");
    if (!parser_accept_mark(p, "."))
        return name;
    struct slice member = parser_expect_name(p, "the name of a field");
    if (p->failed)
        return name;
    return slice_of(name.ptr, (size_t)(member.ptr + member.len - name.ptr));
}

/* "pad" "to" value | [versions] name relation ["exactly"] value */
void
parse_arg(struct parser *p, struct script_arg **args, size_t *count)
{
    struct script_arg arg = {.at = parser_peek(p, 0)->at, .op = OP_EQ};
    bool names_before = p->words_are_names;
    p->words_are_names = false;
    if (at_pad(p)) {
        arg.name = parser_next(p)->text;
        parser_next(p);
        arg.kind = ARG_PAD;
    } else {
        arg.versions = (uint8_t)parse_versions(p);
        arg.at = parser_peek(p, 0)->at;
        arg.name = parse_arg_name(p);
        arg.op = parse_relation(p);
        if (parser_peek(p, 0)->spaced)
            parser_fail(p, "write `%.*s=VALUE` without a space",
                        SLICE_ARG(slice_first(arg.name, 60)));
        if (parser_peek(p, 1)->spaced && parser_accept_word(p, "exactly"))
            arg.exactly = true;
    }
    arg.value = parse_value(p);
    p->words_are_names = names_before;
    *args = arena_grow(p->arena, *args, *count, sizeof arg);
    (*args)[(*count)++] = arg;
}

/* { arg } */
void
parse_args(struct parser *p, struct script_packet *packet)
{
    while (parse_at_arg(p))
        parse_arg(p, &packet->args, &packet->arg_count);
}

/* --- packets -------------------------------------------------------------- */

static bool
is_at_packet(const struct parser *p)
{
    return parser_at(p, TOKEN_WORD) &&
           mqtt_packet_parse(parser_peek(p, 0)->text) != MQTT_NO_TYPE;
}

static void
fail_no_packet(struct parser *p)
{
    struct slice word = parser_peek(p, 0)->text;
    struct suggest s = suggest_for(word);
    if (!parser_at(p, TOKEN_WORD)) {
        parser_fail_expected(p, "a packet");
        return;
    }
    for (int type = 1; type < MQTT_TYPES; type++)
        suggest_offer(&s, slice_str(mqtt_packet_row(type)->name));
    parser_fail(p, "there is no packet `%.*s`%s",
                SLICE_ARG(slice_first(word, 60)), suggest_hint(&s).text);
}

/* TYPE { arg } */
struct script_packet
parse_packet(struct parser *p)
{
    struct script_packet packet = {.at = parser_peek(p, 0)->at};
    if (!is_at_packet(p)) {
        fail_no_packet(p);
        return packet;
    }
    packet.type = mqtt_packet_parse(parser_next(p)->text);
    parse_args(p, &packet);
    return packet;
}

/* "close" | "any" | TYPE { arg } */
struct script_packet
parse_pattern(struct parser *p)
{
    struct script_packet packet = {.at = parser_peek(p, 0)->at};
    if (parser_accept_word(p, "close")) {
        packet.is_close = true;
        return packet;
    }
    if (!parser_accept_word(p, "any"))
        return parse_packet(p);
    parse_args(p, &packet);
    return packet;
}

/* --- damage --------------------------------------------------------------- */

/* "=" ["+" | "-"] value: the sign is kept as is_relative */
static struct script_expr *
parse_change(struct parser *p, struct script_damage *d)
{
    d->is_relative = parser_at_mark(p, "+") || parser_at_mark(p, "-");
    parser_accept_mark(p, "+");
    return parse_value(p);
}

/* "=" IDENTIFIER ":" HEX | "=" primary ":" primary
 *
 *     property=0x7f:01        property=$p.id:$p.value */
static void
parse_raw_property(struct parser *p, struct script_damage *d)
{
    if (parser_at(p, TOKEN_NUMBER)) {
        d->index = parse_literal(p);
        parser_expect_mark(p, ":", "`:` and the bytes, as in property=0x7f:01");
        d->value = parse_hex_run(p, true);
        return;
    }
    struct script_expr *pair = parse_primary(p);
    if (pair->kind != EXPR_PAIR)
        parser_fail_at(p, pair->at, "an identifier and bytes expected, as in "
                                    "property=0x7f:01");
    d->index = pair->left;
    d->value = pair->right;
}

static const struct {
    const char *word;
    enum script_damage_kind kind;
} damages[] = {
    {"byte", DAMAGE_BYTE},
    {"truncate", DAMAGE_TRUNCATE},
    {"remaining_length", DAMAGE_REMAINING_LENGTH},
    {"drop", DAMAGE_DROP},
    {"repeat", DAMAGE_REPEAT},
    {"property", DAMAGE_PROPERTY},
    {"append", DAMAGE_APPEND},
};
enum { DAMAGES = sizeof damages / sizeof damages[0] };

static void
parse_damage_kind(struct parser *p, struct script_damage *d)
{
    struct slice word = parser_peek(p, 0)->text;
    struct suggest s = suggest_for(word);
    for (size_t i = 0; i < DAMAGES; i++) {
        suggest_offer(&s, slice_str(damages[i].word));
        if (!parser_accept_word(p, damages[i].word))
            continue;
        d->kind = damages[i].kind;
        return;
    }
    if (!parser_at(p, TOKEN_WORD)) {
        parser_fail_expected(p, "a damage, such as byte[0]=0x36 or truncate=3");
        return;
    }
    parser_fail(p, "there is no damage `%.*s`%s",
                SLICE_ARG(slice_first(word, 60)), suggest_hint(&s).text);
}

/* "byte" "[" value "]" "=" value | "truncate" "=" value | ... */
static struct script_damage
parse_damage(struct parser *p)
{
    struct script_damage d = {.at = parser_peek(p, 0)->at};
    parse_damage_kind(p, &d);
    if (!p->failed && d.kind == DAMAGE_BYTE) {
        parser_expect_mark(p, "[", "`[` and which byte, as in byte[0]=0x36");
        d.index = parse_value(p);
        parser_expect_mark(p, "]", "`]`");
    }
    parser_expect_mark(p, "=", "`=`");
    if (p->failed)
        return d;
    switch (d.kind) {
    case DAMAGE_DROP:
    case DAMAGE_REPEAT: d.name = parse_arg_name(p); break;
    case DAMAGE_PROPERTY: parse_raw_property(p, &d); break;
    case DAMAGE_REMAINING_LENGTH: d.value = parse_change(p, &d); break;
    default: d.value = parse_value(p);
    }
    return d;
}

/* { "damage" damage { damage } } */
void
parse_damages(struct parser *p, struct script_stmt *s)
{
    while (parser_accept_word(p, "damage")) {
        do {
            struct script_damage d = parse_damage(p);
            s->damage =
                arena_grow(p->arena, s->damage, s->damage_count, sizeof d);
            s->damage[s->damage_count++] = d;
        } while (parser_at(p, TOKEN_WORD) && !parser_at_word(p, "damage"));
    }
}
