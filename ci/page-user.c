/* page-user.c - uses the page of a capture in a browser, as a person would.
 * SPDX-License-Identifier: MIT
 *
 *     build/bin/page-user SMALL.html LARGE.html FOLDER
 *
 * SMALL is the page of trace/testdata/lint-a.pcap, LARGE one of 50,000
 * packets. Pictures of what is seen go to FOLDER. Keys and the mouse are real
 * input of the browser; only what came of it is asked for in JavaScript.
 *
 * Times are printed beside what we aim at; a test fails only when one is five
 * times as long, because the machine may have other work.                    */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/browser.h"

enum {
    SLACK = 5,  /* times the aim before it is a failure */
    LOOKS = 250 /* at what must become true, 20 ms apart */
};

struct trial {
    struct browser *b;
    const char *folder; /* for pictures */
    int passed, failed;
};

static void
say(struct trial *t, const char *what, bool is_right, const char *got)
{
    if (is_right)
        t->passed++;
    else
        printf("NOT OK %s: %s\n", what, got);
    t->failed += !is_right;
}

/* The expression must become true: on a machine with other work, what a key
 * does may be drawn a moment after it. An exception is an answer too: what it
 * looks for may not be there yet. */
static void
check(struct trial *t, const char *what, const char *expression)
{
    struct buf got = {0};
    char *script = xasprintf(
        "(async()=>{let v;for(let i=0;i<%d;i++){"
        "try{v=await(%s)}catch(e){v='throws: '+e}"
        "if(v===true)break;"
        "await new Promise((go)=>setTimeout(go,20))}return v})()",
        LOOKS, expression);
    const char *value = browser_eval(t->b, &got, script);
    say(t, what, strcmp(value, "true") == 0, value);
    free(script);
    buf_release(&got);
}

static double
number(struct trial *t, const char *expression)
{
    struct buf got = {0};
    double value = atof(browser_eval(t->b, &got, expression));
    if (strncmp(buf_cstr(&got), "throws", 6) == 0)
        say(t, expression, false, buf_cstr(&got));
    buf_release(&got);
    return value;
}

static void
time_it(struct trial *t, const char *what, double ms, double aim)
{
    char got[40];
    snprintf(got, sizeof got, "%.0f ms", ms);
    printf("%-44s %8.1f ms  (aim %.0f)\n", what, ms, aim);
    say(t, what, ms <= aim * SLACK, got);
}

static void
shoot(struct trial *t, const char *name)
{
    struct error err = {""};
    char *path = xasprintf("%s/%s.png", t->folder, name);
    say(t, name, browser_shoot(t->b, path, &err) == 0, err.text);
    free(path);
}

/* The mouse goes to the middle of the first element that matches, as soon as
 * there is one. */
static void
hover(struct trial *t, const char *css)
{
    char *script = xasprintf(
        "(async()=>{let e;"
        "for(let i=0;i<%d&&!(e=document.querySelector('%s'));i++)"
        "await new Promise((go)=>setTimeout(go,20));"
        "e.scrollIntoView({block:'center'});"
        "const r=e.getBoundingClientRect();"
        "return (window.spot=[r.x+r.width/2,r.y+r.height/2])[0]})()",
        LOOKS, css);
    double x = number(t, script);
    browser_move(t->b, x, number(t, "window.spot[1]"));
    free(script);
}

static void
click(struct trial *t, const char *css)
{
    hover(t, css);
    browser_click(t->b, number(t, "window.spot[0]"),
                  number(t, "window.spot[1]"));
}

/* --- what a person does --------------------------------------------------- */

static void
try_overview(struct trial *t)
{
    check(t, "no error, and something drawn",
          "document.querySelectorAll('#sheet .hit').length > 10");
    check(t, "what is missing comes first",
          "/no CONNECT/.test(document.querySelector('.overview')"
          ".firstElementChild.textContent)");
    check(t, "a line for each connection",
          "document.querySelectorAll('.connections tr').length === "
          "data.connections.filter((c) => c[3]).length");
    check(t, "how connections ended, counted",
          "data.ends.length > 1 && document.querySelectorAll('.ends tr')"
          ".length === data.ends.length");
    check(t, "why each ended",
          "document.querySelectorAll('.why').length === "
          "data.connections.filter((c) => c[3]).length");
    check(t, "findings with the words of their statements",
          "document.querySelectorAll('.finding').length === "
          "data.findings.length && "
          "document.querySelectorAll('.finding .says').length > 20");
}

static void
try_keys(struct trial *t)
{
    browser_key(t->b, "j");
    check(t, "j opens the first packet", "location.hash === '#p1'");
    browser_key(t->b, "ArrowDown");
    browser_key(t->b, "j");
    check(t, "down and j go on", "location.hash === '#p3'");
    browser_key(t->b, "k");
    browser_key(t->b, "ArrowUp");
    check(t, "k and up go back", "location.hash === '#p1'");
    browser_key(t->b, "n");
    check(t, "n goes to a finding",
          "findingsOf.has(state.at) && "
          "document.querySelectorAll('#packet .finding').length > 0");
    browser_key(t->b, "G");
    check(t, "G goes to the last packet",
          "state.at === count - 1 && "
          "document.querySelectorAll('.hit.at').length >= 1");
    browser_key(t->b, "g");
    check(t, "g goes to the first one", "state.at === 0");
    browser_key(t->b, "?");
    check(t, "? shows the keys", "document.getElementById('help').open");
    browser_key(t->b, "Escape");
    check(t, "Esc closes them", "!document.getElementById('help').open");
    browser_key(t->b, "Escape");
    check(t, "Esc closes the packet",
          "state.at === -1 && !!document.querySelector('.overview')");
    browser_key(t->b, "Enter");
    check(t, "Enter opens the packet in sight", "state.at === 0");
    browser_key(t->b, "t");
    check(t, "t turns the theme",
          "document.documentElement.dataset.theme === 'dark'");
    browser_key(t->b, "t");
}

static void
try_filter(struct trial *t)
{
    browser_key(t->b, "/");
    check(t, "/ goes to the filter",
          "document.activeElement.id === 'words'");
    browser_type(t->b, "publish -qos=1");
    check(t, "only what matches is left",
          "state.places.length > 0 && state.places.every((i) => "
          "/^PUBLISH/.test(lineOf(i)) && !/qos=1/.test(lineOf(i)))");
    check(t, "and only that is drawn",
          "new Set([...document.querySelectorAll('.hit')].map("
          "(e) => e.dataset.i)).size === Math.min(state.places.length, "
          "blocks.size * BLOCK)");
    browser_key(t->b, "Enter");
    check(t, "Enter opens the first match", "state.at === state.places[0]");
    browser_key(t->b, "j");
    check(t, "j goes to the next match", "state.at === state.places[1]");
    browser_key(t->b, "Escape");
    browser_key(t->b, "Escape");
    check(t, "Esc twice clears the filter",
          "!state.places && $('words').value === ''");
    browser_key(t->b, "v");
    check(t, "v leaves findings",
          "state.places.length === findingsOf.size");
    browser_key(t->b, "v");
    check(t, "a filter that matches nothing", "(() => { "
          "$('words').value = state.words = 'nothing like it'; filter(); "
          "const n = document.querySelectorAll('.hit').length; "
          "clearFilter(); return n === 0; })()");
}

static void
try_mouse(struct trial *t)
{
    click(t, "#sheet .hit[data-i=\"4\"]");
    check(t, "a click on an arrow opens it",
          "state.at === 4 && location.hash === '#p5'");
    hover(t, ".fields tr[data-n=\"0\"]");
    check(t, "a field lights its bytes in boxes and hex",
          "document.querySelectorAll('.box .hex .lit').length > 0 && "
          "document.querySelectorAll('.dump .lit').length > 0");
    hover(t, ".dump .codes i[data-b=\"4\"]");
    check(t, "a byte lights its field",
          "document.querySelectorAll('.fields tr.lit').length > 0 && "
          "document.querySelectorAll('.box .lit').length > 0");
    hover(t, ".box .bits i[data-bit=\"1\"]");
    check(t, "a bit lights its row",
          "[...document.querySelectorAll('.fields tr.lit')].some("
          "(r) => /bit/.test(r.textContent))");
    check(t, "an address leads to a packet",
          "(location.hash = '#p17', new Promise((done) => setTimeout("
          "() => done(state.at === 16), 50)))");
    check(t, "a QoS exchange is shown with its states",
          "openPacket(data.number.findIndex((_, i) => "
          "/^PUBLISH.*qos=2/.test(lineOf(i)))),"
          "document.querySelectorAll('.exchange tr').length === 4 && "
          "/AWAIT_PUBREC/.test($('side').textContent)");
}

static void
try_state(struct trial *t)
{
    check(t, "the state after each packet",
          "(openPacket(3), document.querySelector('.state').textContent"
          ".includes('a/#') && $('side').textContent.includes('QoS 1'))");
    check(t, "the slider moves along the capture",
          "($('slider').value = 20, $('slider').dispatchEvent("
          "new Event('input')), state.at === 20)");
    check(t, "Tab reaches every control",
          "[...document.querySelectorAll('button, input, select')].every("
          "(e) => e.tabIndex >= 0 && (e.textContent || "
          "e.ariaLabel || e.getAttribute('aria-label')))");
}

static void
try_every_packet(struct trial *t)
{
    check(t, "every packet opens, every byte is in a box and in the hex",
          "(() => { for (let i = 0; i < count; i++) { openPacket(i, true);"
          "const bad = /undefined|NaN|\\[object/.test($('side').innerHTML);"
          "const of = (css) => new Set([...document.querySelectorAll(css)]"
          ".map((e) => e.dataset.b)).size;"
          "const len = Math.min(detailOf(i)[7], detailOf(i)[6].length / 2);"
          "if (bad || of('.dump i[data-b]') !== len || (len <= 64 && "
          "of('.box .hex i[data-b]') !== len)) return `#${i + 1}`; }"
          "openPacket(-1); return true; })()");
    check(t, "what was drawn has no gaps",
          "!/undefined|NaN/.test($('sheet').innerHTML)");
}

static void
try_looks(struct trial *t)
{
    struct error err = {""};
    char *path = xasprintf("%s/print.pdf", t->folder);
    browser_size(t->b, 1400, 900);
    shoot(t, "overview");
    number(t, "openPacket(data.number.findIndex((_, i) => "
              "/^CONNECT.*will/.test(lineOf(i))))");
    shoot(t, "light");
    number(t, "delete document.documentElement.dataset.theme, 0");
    browser_theme(t->b, "dark");
    shoot(t, "dark");
    browser_theme(t->b, "light");
    browser_size(t->b, 420, 800);
    shoot(t, "narrow");
    number(t, "openPacket(-1)");
    shoot(t, "narrow-overview");
    browser_size(t->b, 1400, 900);
    say(t, "print", browser_print(t->b, path, &err) == 0, err.text);
    free(path);
}

/* --- 50,000 packets ------------------------------------------------------- */

static void
try_large(struct trial *t)
{
    browser_size(t->b, 1400, 900);
    printf("%.0f packets, %.1f MB of page\n", number(t, "count"),
           number(t, "performance.getEntriesByType('navigation')[0]"
                     ".decodedBodySize / 1e6"));
    time_it(t, "first paint",
            number(t, "performance.getEntriesByName("
                      "'first-contentful-paint')[0].startTime"), 1000);
    time_it(t, "ready for input",
            number(t, "performance.getEntriesByType('navigation')[0]"
                      ".domComplete"), 1500);
    time_it(t, "filter, first word (as typed)",
            number(t, "(() => { const s = performance.now(); "
                      "$('words').value = 'publish'; "
                      "$('words').dispatchEvent(new Event('input')); "
                      "return performance.now() - s; })()"), 200);
    time_it(t, "filter, three words",
            number(t, "(() => { const s = performance.now(); "
                      "$('words').value = 'publish qos=2 -dup'; "
                      "$('words').dispatchEvent(new Event('input')); "
                      "return performance.now() - s; })()"), 200);
    time_it(t, "clearing the filter",
            number(t, "(() => { const s = performance.now(); clearFilter(); "
                      "return performance.now() - s; })()"), 200);
    time_it(t, "jump to the last packet",
            number(t, "(() => { const s = performance.now(); "
                      "openPacket(count - 1); "
                      "return performance.now() - s; })()"), 100);
    check(t, "the last packet is seen",
          "document.querySelectorAll('.hit.at').length >= 1");
}

static void
try_scrolling(struct trial *t)
{
    number(t, "(openPacket(-1), $('ladder').scrollTop = 0, new Promise("
              "(done) => setTimeout(() => done(0), 1000)))");
    number(t, "window.tasks = [],"
              "window.frames_ = [], new PerformanceObserver((l) => "
              "tasks.push(...l.getEntries().map((e) => e.duration))).observe("
              "{ type: 'longtask' }), (function f(at) { frames_.push(at); "
              "requestAnimationFrame(f); })(performance.now()), 0");
    for (int i = 0; i < 80; i++)
        browser_wheel(t->b, 300, 500, i < 40 ? 400 : 40000);
    printf("scrolled to %.0f of %.0f rows, %.0f elements drawn\n",
           number(t, "$('ladder').scrollTop / LINE / zoom"),
           number(t, "rowCount"),
           number(t, "document.querySelectorAll('#sheet *').length"));
    check(t, "it did scroll", "$('ladder').scrollTop > 100000");
    check(t, "little is drawn",
          "document.querySelectorAll('#sheet *').length < 8000");
    printf("tasks over 50 ms: %.0f\n", number(t, "tasks.length"));
    time_it(t, "longest task while scrolling",
            number(t, "Math.max(0, ...tasks)"), 50);
    time_it(t, "longest frame while scrolling",
            number(t, "Math.max(...frames_.slice(1).map((f, i) => "
                      "f - frames_[i]))"), 100);
    shoot(t, "large");
}

int
main(int argc, char **argv)
{
    struct browser b;
    struct error err = {""};
    struct trial t = {.b = &b};
    char *url;
    if (argc != 4) {
        fprintf(stderr, "usage: page-user SMALL.html LARGE.html FOLDER\n");
        return 2;
    }
    t.folder = argv[3];
    if (browser_open(&b, getenv("CHROMIUM"), &err) < 0) {
        fprintf(stderr, "page-user: %s\n", err.text);
        return 2;
    }
    browser_size(&b, 1400, 900);
    url = xasprintf("file://%s", argv[1]);
    browser_go(&b, url);
    free(url);
    try_overview(&t);
    try_keys(&t);
    try_filter(&t);
    try_mouse(&t);
    try_state(&t);
    try_every_packet(&t);
    try_looks(&t);
    url = xasprintf("file://%s", argv[2]);
    browser_go(&b, url);
    free(url);
    try_large(&t);
    try_scrolling(&t);
    browser_close(&b);
    printf("%d passed, %d failed\n", t.passed, t.failed);
    return t.failed != 0;
}
