/* drawing_test.c - items in their places, and the outputs that walk them.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/drawing.h"

#include "base/test.h"
#include "base/utf8.h"
#include "trace/render/draw_dot.h"
#include "trace/render/draw_text.h"
#include "trace/render/graphviz.h"

static void
expect_text(struct drawing *d, bool ascii, const char *want)
{
    struct buf out = {0};
    drawing_print(&out, d, ascii);
    ck_assert_str_eq(buf_cstr(&out), want);
    buf_release(&out);
    drawing_free(d);
}

START_TEST(neighbours_share_a_border_and_lines_cross)
{
    struct drawing *d = drawing_new("");
    drawing_box(d, DRAW_PLAIN, 0, 0, 4, 2);
    drawing_box(d, DRAW_PLAIN, 4, 0, 4, 2);
    drawing_text(d, DRAW_PLAIN, ALIGN_LEFT, 1, 1, 0, slice_str("abc"));
    drawing_text(d, DRAW_PLAIN, ALIGN_RIGHT, 7, 1, 0, slice_str("z"));
    drawing_line(d, DRAW_PLAIN, 2, 2, 0, 2);
    drawing_line(d, DRAW_PLAIN, 0, 3, 6, 0);
    expect_text(d, false,
                "┌───┬───┐\n"
                "│abc│  z│\n"
                "└─┬─┴───┘\n"
                "──┼────\n"
                "  │\n");
}
END_TEST

START_TEST(an_arrow_ends_before_what_it_points_at)
{
    struct drawing *d = drawing_new("");
    drawing_line(d, DRAW_LIFE, 0, 0, 0, 2);
    drawing_line(d, DRAW_LIFE, 8, 0, 0, 2)->is_dashed = true;
    drawing_arrow(d, DRAW_PLAIN, 0, 1, 8, 0);
    drawing_arrow(d, DRAW_PLAIN, 8, 2, -8, 0)->is_dashed = true;
    drawing_text(d, DRAW_PLAIN, ALIGN_CENTRE, 4, 1, 0, slice_str(" x "));
    expect_text(d, false,
                "│       ┊\n"
                "├── x ─▶┊\n"
                "│◀┄┄┄┄┄┄┘\n");
}
END_TEST

START_TEST(ascii_is_enough)
{
    struct drawing *d = drawing_new("");
    drawing_box(d, DRAW_PLAIN, 0, 0, 6, 2);
    drawing_text(d, DRAW_PLAIN, ALIGN_LEFT, 1, 1, 0,
                 slice_str("\u00a7 \u2026\u00fc"));
    drawing_arrow(d, DRAW_PLAIN, 0, 3, 6, 0);
    expect_text(d, true,
                "+-----+\n"
                "|s ~? |\n"
                "+-----+\n"
                "----->\n");
}
END_TEST

START_TEST(wide_and_combining_letters_keep_their_columns)
{
    struct drawing *d = drawing_new("");
    drawing_text(d, DRAW_PLAIN, ALIGN_LEFT, 0, 0, 0,
                 slice_str("\u6e29e\u0301|"));
    drawing_line(d, DRAW_PLAIN, 3, 1, 0, 1);
    expect_text(d, false, "\u6e29e\u0301|\n   │\n   │\n");
}
END_TEST

static const struct {
    struct slice text;
    size_t max;
    const char *shown;
} texts[] = {
    {{(const uint8_t *)"plain", 5}, 0, "plain"},
    {{(const uint8_t *)"a\0b\xff\n", 5}, 0, "a\\x00b\\xff\\x0a"},
    {{(const uint8_t *)"\xef\xbf\xbe", 3}, 0, "\\xef\\xbf\\xbe"},
    {{(const uint8_t *)"\xe2\x80\xae!", 4}, 0, "\\xe2\\x80\\xae!"},
    {{(const uint8_t *)"0123456789", 10}, 10, "0123456789"},
    {{(const uint8_t *)"0123456789a", 11}, 10, "01234\u2026789a"},
    {{(const uint8_t *)"\xe6\xb8\xa9\xe6\xb8\xa9\xe6\xb8\xa9", 9}, 5,
     "\u6e29\u2026\u6e29"},
    {{NULL, 0}, 0, ""},
};

START_TEST(any_bytes_become_a_printable_text)
{
    struct drawing *d = drawing_new("");
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct drawing_item *item = drawing_text(
            d, DRAW_PLAIN, ALIGN_LEFT, 0, 0, texts[i].max, texts[i].text);
        ck_assert_str_eq(item->text, texts[i].shown);
        ck_assert_int_eq(item->w,
                         (int)utf8_width(slice_str(texts[i].shown)));
    }
    drawing_free(d);
}
END_TEST

static struct drawing *
hostile(void)
{
    struct drawing *d = drawing_new("\"]; <&> \\");
    drawing_text(d, DRAW_PLAIN, ALIGN_LEFT, 0, 0, 0,
                 slice_str("\"</svg>&lt; \\N \\"));
    drawing_text(d, DRAW_HEAD, ALIGN_LEFT, 0, 1, 0,
                 slice_str("</b>\"&amp; ]]>"));
    return d;
}

START_TEST(dot_is_escaped)
{
    struct drawing *d = hostile();
    struct buf out = {0};
    drawing_dot(&out, d);
    const char *dot = buf_cstr(&out);
    ck_assert_ptr_nonnull(
        strstr(dot, "label=\"\\\"</svg>&amp;lt; \\\\N \\\\\\l\"]"));
    ck_assert_ptr_nonnull(
        strstr(dot, "label=<<b>&lt;/b&gt;&quot;&amp;amp;&#160;]]&gt;</b>"));
    ck_assert_ptr_nonnull(strstr(dot, "tooltip=\"\\\"]; <&amp;> \\\\\"]"));
    buf_release(&out);
    drawing_free(d);
}
END_TEST

START_TEST(graphviz_takes_it_or_says_what_is_missing)
{
    struct drawing *d = hostile();
    struct buf dot = {0}, svg = {0};
    struct error err = {""};
    drawing_dot(&dot, d);
    int got = graphviz_run(&svg, buf_slice(&dot), true, "svg", &err);
    if (got < 0)
        ck_assert_ptr_nonnull(strstr(err.text, "install the package"));
    else
        ck_assert_ptr_nonnull(strstr(buf_cstr(&svg), "</svg>"));
    ck_assert_int_eq(setenv("PATH", "/nonexistent", 1), 0);
    ck_assert_int_lt(graphviz_run(&svg, buf_slice(&dot), true, "svg", &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, "install the package graphviz"));
    buf_release(&dot);
    buf_release(&svg);
    drawing_free(d);
}
END_TEST

TEST_MAIN(neighbours_share_a_border_and_lines_cross,
          an_arrow_ends_before_what_it_points_at, ascii_is_enough,
          wide_and_combining_letters_keep_their_columns,
          any_bytes_become_a_printable_text, dot_is_escaped,
          graphviz_takes_it_or_says_what_is_missing)
