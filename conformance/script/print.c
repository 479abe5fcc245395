/* print.c - parts of a scenario in the words of the script.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/print.h"

#include <inttypes.h>

#include "base/hex.h"

/* How tightly an expression holds together; a looser one inside a tighter one
 * needs parentheses. */
enum binding {
    BINDS_OR,
    BINDS_AND,
    BINDS_NOT,
    BINDS_RELATION,
    BINDS_CHOICE,
    BINDS_RANGE,
    BINDS_SUM,
    BINDS_PRODUCT,
    BINDS_UNARY,
    BINDS_PRIMARY
};

static const char *
op_name(enum script_op op)
{
    static const char *const names[] = {
        [OP_NONE] = "", [OP_ADD] = "+",   [OP_SUB] = "-",   [OP_MUL] = "*",
        [OP_DIV] = "/", [OP_MOD] = "%",   [OP_EQ] = "=",    [OP_NE] = "!=",
        [OP_LT] = "<",  [OP_LE] = "<=",   [OP_GT] = ">",    [OP_GE] = ">=",
        [OP_IN] = "in", [OP_AND] = "and", [OP_OR] = "or",   [OP_NOT] = "not",
    };
    return names[op];
}

static enum binding
binding_of(const struct script_expr *e)
{
    switch (e->kind) {
    case EXPR_CHOICE: return BINDS_CHOICE;
    case EXPR_RANGE: return BINDS_RANGE;
    case EXPR_REPEAT: return BINDS_PRODUCT;
    case EXPR_UNARY: return e->op == OP_NOT ? BINDS_NOT : BINDS_UNARY;
    case EXPR_BINARY: break;
    default: return BINDS_PRIMARY;
    }
    switch (e->op) {
    case OP_OR: return BINDS_OR;
    case OP_AND: return BINDS_AND;
    case OP_ADD:
    case OP_SUB: return BINDS_SUM;
    case OP_MUL:
    case OP_DIV:
    case OP_MOD: return BINDS_PRODUCT;
    default: return BINDS_RELATION;
    }
}

static void
print_within(struct buf *out, const struct script_expr *e, enum binding least)
{
    bool parens = binding_of(e) < least;
    if (parens)
        buf_add_byte(out, '(');
    script_print_expr(out, e);
    if (parens)
        buf_add_byte(out, ')');
}

/* --- texts ---------------------------------------------------------------- */

/* A `$` that means itself must not become a name when it is read again; $SYS
 * and $share never do. */
static void
print_inside(struct buf *out, struct slice text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        struct slice rest = slice_from(text, i);
        if (text.ptr[i] != '$' || slice_starts(rest, "$SYS/") ||
            slice_starts(rest, "$share/"))
            continue;
        hex_escape(out, slice_first(slice_from(text, from), i - from), 0);
        buf_add_str(out, "\\x24");
        from = i + 1;
    }
    hex_escape(out, slice_from(text, from), 0);
}

static void
print_text(struct buf *out, const struct script_expr *e)
{
    buf_add_byte(out, '"');
    if (!e->interpolated)
        print_inside(out, e->text);
    for (size_t i = 0; e->interpolated && i < e->item_count; i++) {
        const struct script_expr *piece = e->items[i];
        bool is_last = i + 1 == e->item_count;
        if (piece->kind != EXPR_NAME)
            print_inside(out, piece->text);
        else if (is_last || slice_starts(e->items[i + 1]->text, "/"))
            buf_printf(out, "$%.*s", SLICE_ARG(piece->text));
        else
            buf_printf(out, "${%.*s}", SLICE_ARG(piece->text));
    }
    buf_add_byte(out, '"');
}

/* --- compound values ------------------------------------------------------ */

static void
print_items(struct buf *out, const struct script_expr *e, const char *between,
            enum binding least)
{
    for (size_t i = 0; i < e->item_count; i++) {
        buf_add_str(out, i ? between : "");
        print_within(out, e->items[i], least);
    }
}

static const char *
version_prefix(unsigned set)
{
    switch (set) {
    case V_5: return "v5:";
    case V_311: return "v311:";
    case V_31: return "v31:";
    case V_3: return "v3:";
    default: return "";
    }
}

static void
print_arg(struct buf *out, const struct script_arg *a)
{
    if (a->kind == ARG_PAD) {
        buf_add_str(out, "pad to ");
    } else {
        buf_printf(out, "%s%.*s%s%s", version_prefix(a->versions),
                   SLICE_ARG(a->name), op_name(a->op),
                   a->exactly ? "exactly " : "");
    }
    print_within(out, a->value, BINDS_CHOICE);
}

static void
print_call(struct buf *out, const struct script_expr *e)
{
    buf_printf(out, "%.*s(", SLICE_ARG(e->text));
    print_items(out, e, ", ", BINDS_OR);
    for (size_t i = 0; i < e->arg_count; i++) {
        buf_add_str(out, i || e->item_count ? ", " : "");
        print_arg(out, &e->args[i]);
    }
    buf_add_byte(out, ')');
}

static void
print_list(struct buf *out, const struct script_expr *e)
{
    bool is_set = e->kind == EXPR_SET;
    buf_add_byte(out, is_set ? '{' : '[');
    print_items(out, e, " ", BINDS_CHOICE);
    buf_add_byte(out, is_set ? '}' : ']');
}

static void
print_record(struct buf *out, const struct script_expr *e)
{
    buf_add_byte(out, '{');
    for (size_t i = 0; i < e->arg_count; i++) {
        buf_add_str(out, i ? " " : "");
        print_arg(out, &e->args[i]);
    }
    buf_add_byte(out, '}');
}

static void
print_binary(struct buf *out, const struct script_expr *e)
{
    enum binding own = binding_of(e);
    bool is_relation = own == BINDS_RELATION;
    print_within(out, e->left, is_relation ? BINDS_CHOICE : own);
    buf_printf(out, " %s ", op_name(e->op));
    print_within(out, e->right,
                 is_relation ? BINDS_CHOICE : (enum binding)(own + 1));
}

static void
print_bind(struct buf *out, const struct script_expr *e)
{
    buf_printf(out, "?%.*s", SLICE_ARG(e->text));
    if (!e->left)
        return;
    buf_add_str(out, " else ");
    print_within(out, e->left, BINDS_PRIMARY);
}

static void
print_number(struct buf *out, const struct script_expr *e)
{
    if (e->text.len)
        buf_add(out, e->text);
    else if (e->kind == EXPR_DURATION)
        buf_printf(out, "%" PRId64 "us", e->number);
    else
        buf_printf(out, "%" PRId64, e->number);
}

/* Left and right with `between`, both at least that tight. */
static void
print_two(struct buf *out, const struct script_expr *e, const char *between,
          enum binding left, enum binding right)
{
    print_within(out, e->left, left);
    buf_add_str(out, between);
    print_within(out, e->right, right);
}

void
script_print_expr(struct buf *out, const struct script_expr *e)
{
    switch (e->kind) {
    case EXPR_NUMBER:
    case EXPR_DURATION: print_number(out, e); break;
    case EXPR_TEXT: print_text(out, e); break;
    case EXPR_BYTES:
        buf_add_str(out, "hex:\"");
        hex_print(out, e->text, ' ');
        buf_add_byte(out, '"');
        break;
    case EXPR_REASON: buf_add(out, e->text); break;
    case EXPR_NAME:
        buf_printf(out, "%s%.*s", e->is_bare ? "" : "$", SLICE_ARG(e->text));
        break;
    case EXPR_BIND: print_bind(out, e); break;
    case EXPR_ANY: buf_add_str(out, "any"); break;
    case EXPR_ABSENT: buf_add_str(out, "absent"); break;
    case EXPR_PRESENT: buf_add_str(out, "present"); break;
    case EXPR_LIST:
    case EXPR_SET: print_list(out, e); break;
    case EXPR_RECORD: print_record(out, e); break;
    case EXPR_RANGE: print_two(out, e, "..", BINDS_SUM, BINDS_SUM); break;
    case EXPR_CHOICE: print_items(out, e, "|", BINDS_RANGE); break;
    case EXPR_PAIR: print_two(out, e, ":", BINDS_PRIMARY, BINDS_PRIMARY); break;
    case EXPR_REPEAT: print_two(out, e, "*", BINDS_PRODUCT, BINDS_UNARY); break;
    case EXPR_UNARY:
        buf_add_str(out, e->op == OP_NOT ? "not " : "-");
        print_within(out, e->left, e->op == OP_NOT ? BINDS_NOT : BINDS_UNARY);
        break;
    case EXPR_BINARY: print_binary(out, e); break;
    case EXPR_CALL: print_call(out, e); break;
    case EXPR_MEMBER:
        print_within(out, e->left, BINDS_PRIMARY);
        buf_printf(out, ".%.*s", SLICE_ARG(e->text));
        break;
    case EXPR_INDEX:
        print_within(out, e->left, BINDS_PRIMARY);
        buf_add_byte(out, '[');
        script_print_expr(out, e->right);
        buf_add_byte(out, ']');
        break;
    case EXPR_SINCE: buf_printf(out, "since %.*s", SLICE_ARG(e->text)); break;
    }
}

/* --- packets -------------------------------------------------------------- */

static void
print_args(struct buf *out, const struct script_packet *p)
{
    for (size_t i = 0; i < p->arg_count; i++) {
        buf_add_byte(out, ' ');
        print_arg(out, &p->args[i]);
    }
}

void
script_print_packet(struct buf *out, const struct script_packet *p)
{
    if (p->is_close)
        buf_add_str(out, "close");
    else
        buf_add_str(out, p->type ? mqtt_packet_row(p->type)->name : "any");
    print_args(out, p);
}
