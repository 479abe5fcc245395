/* parse_send.c - statements that send: pub > PUBLISH ..., and how it goes out.
 * SPDX-License-Identifier: MIT                                               */
#include "conformance/script/parser.h"

static void
add_frame(struct parser *p, struct script_stmt *s, enum script_frame_kind kind,
          struct script_expr *count)
{
    s->frames = arena_grow(p->arena, s->frames, s->frame_count,
                           sizeof *s->frames);
    s->frames[s->frame_count++] = (struct script_frame){kind, count};
}

/* "ping" | "pong"; false: neither */
static bool
parse_control(struct parser *p, struct script_stmt *s)
{
    if (parser_accept_word(p, "ping"))
        add_frame(p, s, FRAME_PING, NULL);
    else if (parser_accept_word(p, "pong"))
        add_frame(p, s, FRAME_PONG, NULL);
    else
        return false;
    return true;
}

/* "frames" { value | "ping" | "pong" } "rest" */
static void
parse_frames(struct parser *p, struct script_stmt *s)
{
    s->delivery = DELIVER_FRAMES;
    while (!p->failed && !parser_at_word(p, "rest"))
        if (!parse_control(p, s)) {
            bool is_count =
                parser_at(p, TOKEN_NUMBER) || parser_at(p, TOKEN_NAME);
            if (!is_count)
                parser_fail_expected(p, "the bytes of a frame, `ping`, `pong` "
                                        "or `rest`");
            else
                add_frame(p, s, FRAME_BYTES, parse_value(p));
        }
    parser_expect_word(p, "rest", "`rest`");
    add_frame(p, s, FRAME_REST, NULL);
}

/* "ws" ( "text" | "frames" ... | "ping" | "pong" | "close" ); false: that is
 * all, and no packet follows */
static bool
parse_ws(struct parser *p, struct script_stmt *s)
{
    if (parser_accept_word(p, "text")) {
        s->delivery = DELIVER_TEXT;
        return true;
    }
    if (parser_accept_word(p, "frames")) {
        parse_frames(p, s);
        return true;
    }
    s->kind = STMT_SEND_CONTROL;
    if (parser_accept_word(p, "close"))
        add_frame(p, s, FRAME_CLOSE, NULL);
    else if (!parse_control(p, s))
        parser_fail_expected(p, "`frames`, `text`, `ping`, `pong` or `close`");
    return false;
}

/* [ "slowly" N "byte" "per" DURATION | "split" "after" N | "ws" ... ]; false:
 * no packet follows */
static bool
parse_delivery(struct parser *p, struct script_stmt *s)
{
    if (parser_accept_word(p, "slowly")) {
        s->delivery = DELIVER_SLOWLY;
        s->delivery_count = parse_value(p);
        if (!parser_accept_word(p, "bytes"))
            parser_expect_word(p, "byte", "`byte per`");
        parser_expect_word(p, "per", "`per` and a time");
        s->delivery_interval = parse_value(p);
    } else if (parser_accept_word(p, "split")) {
        s->delivery = DELIVER_SPLIT;
        parser_expect_word(p, "after", "`after` and a number of bytes");
        s->delivery_count = parse_value(p);
    } else if (parser_accept_word(p, "ws")) {
        return parse_ws(p, s);
    }
    return true;
}

/* "in" "one" "write" "{" ... "}" */
static void
parse_one_write(struct parser *p, struct script_stmt *s)
{
    s->kind = STMT_ONE_WRITE;
    parser_expect_word(p, "one", "`one write`");
    parser_expect_word(p, "write", "`write`");
    s->block = parse_braces(p);
}

/* c ">" one-write | c ">" [ delivery ] ( "hex" BYTES | packet { "damage" ... } )
 *   | c ">" "ws" control */
void
parse_send(struct parser *p, struct script_stmt *s)
{
    if (parser_accept_word(p, "in")) {
        parse_one_write(p, s);
        return;
    }
    s->kind = STMT_SEND;
    if (!parse_delivery(p, s))
        return;
    if (parser_accept_word(p, "hex")) {
        parser_accept_mark(p, ":");
        s->kind = STMT_SEND_HEX;
        s->value = parse_hex_run(p, false);
        return;
    }
    s->packet = parse_packet(p);
    parse_damages(p, s);
}
