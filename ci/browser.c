/* browser.c - a real browser without a window, driven from a test.
 * SPDX-License-Identifier: MIT
 *
 * With --remote-debugging-pipe the browser reads commands from descriptor 3
 * and answers on 4, so that there is no port to find and none to guard.      */
#include "ci/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/json_put.h"
#include "base/mem.h"

enum { ANSWER_MS = 60000 };

static void
give_up(const char *what)
{
    fprintf(stderr, "browser: %s\n", what);
    exit(2);
}

/* --- starting ------------------------------------------------------------- */

static void
run(const char *program, const char *folder, int in, int out)
{
    char profile[100];
    int quiet = open("/dev/null", O_RDWR);
    /* Out of the way first: 3 and 4 may be among them. */
    in = fcntl(in, F_DUPFD, 10);
    out = fcntl(out, F_DUPFD, 10);
    dup2(in, 3);
    dup2(out, 4);
    dup2(quiet, 0);
    dup2(quiet, 1);
    dup2(quiet, 2);
    snprintf(profile, sizeof profile, "--user-data-dir=%s", folder);
    execlp(program, program, "--headless", "--no-sandbox", "--disable-gpu",
           "--hide-scrollbars", "--remote-debugging-pipe", profile, (char *)0);
    _exit(127);
}

static void
attach(struct browser *b)
{
    struct json *made =
        browser_call(b, "Target.createTarget", "{\"url\":\"about:blank\"}");
    struct json *attached =
        browser_call(b, "Target.attachToTarget",
                     "{\"targetId\":\"%s\",\"flatten\":true}",
                     json_str(json_get(made, "targetId")));
    snprintf(b->session, sizeof b->session, "%s",
             json_str(json_get(attached, "sessionId")));
    json_free(made);
    json_free(attached);
    json_free(browser_call(b, "Page.enable", "{}"));
}

int
browser_open(struct browser *b, const char *program, struct error *err)
{
    int to[2], from[2];
    *b = (struct browser){0};
    signal(SIGPIPE, SIG_IGN);
    strcpy(b->folder, "/tmp/plumb-browser-XXXXXX");
    if (!mkdtemp(b->folder) || pipe2(to, O_CLOEXEC) < 0 ||
        pipe2(from, O_CLOEXEC) < 0)
        return error_set(err, "browser: %s", strerror(errno));
    b->pid = fork();
    if (b->pid == 0)
        run(program ? program : "chromium", b->folder, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    b->to = to[1];
    b->from = from[0];
    if (b->pid < 0)
        return error_set(err, "browser: %s", strerror(errno));
    attach(b);
    return 0;
}

void
browser_close(struct browser *b)
{
    char *command = xasprintf("rm -rf '%s'", b->folder);
    b->session[0] = 0;
    json_free(browser_call(b, "Browser.close", "{}"));
    close(b->to);
    close(b->from);
    waitpid(b->pid, NULL, 0);
    buf_release(&b->input);
    if (system(command) != 0)
        fprintf(stderr, "browser: %s stays\n", b->folder);
    free(command);
}

/* --- commands and answers ------------------------------------------------- */

static void
send_all(struct browser *b, const struct buf *text)
{
    size_t at = 0;
    while (at < text->len) {
        ssize_t n = write(b->to, text->data + at, text->len - at);
        if (n <= 0)
            give_up("it does not take commands; is it installed?");
        at += (size_t)n;
    }
}

/* The next message, answer or event; the caller frees. */
static struct json *
receive(struct browser *b)
{
    struct error err;
    const uint8_t *end;
    while (!b->input.len ||
           !(end = memchr(b->input.data, 0, b->input.len))) {
        struct pollfd wait = {b->from, POLLIN, 0};
        if (poll(&wait, 1, ANSWER_MS) <= 0)
            give_up("no answer for a minute");
        ssize_t n = read(b->from, buf_room(&b->input, 65536), 65536);
        if (n <= 0)
            give_up("it ended; is it installed?");
        b->input.len += (size_t)n;
    }
    size_t len = (size_t)(end - b->input.data);
    struct json *message = json_parse(slice_of(b->input.data, len), &err);
    buf_drop(&b->input, len + 1);
    return message;
}

struct json *
browser_call(struct browser *b, const char *method, const char *parameters,
             ...)
{
    struct buf text = {0}, result = {0};
    struct error err;
    va_list args;
    buf_printf(&text, "{\"id\":%lld,\"method\":\"%s\",",
               (long long)++b->id, method);
    if (*b->session)
        buf_printf(&text, "\"sessionId\":\"%s\",", b->session);
    buf_add_str(&text, "\"params\":");
    va_start(args, parameters);
    buf_vprintf(&text, parameters, args);
    va_end(args);
    buf_add_str(&text, "}");
    buf_add_byte(&text, 0);
    send_all(b, &text);
    for (;;) {
        struct json *message = receive(b);
        if (json_number(json_get(message, "id")) != b->id) {
            json_free(message);
            continue;
        }
        if (json_get(message, "result"))
            json_print(&result, json_get(message, "result"), false);
        else
            json_print(&result, message, false);
        json_free(message);
        break;
    }
    struct json *answer = json_parse(buf_slice(&result), &err);
    buf_release(&text);
    buf_release(&result);
    return answer;
}

/* --- the page ------------------------------------------------------------- */

void
browser_go(struct browser *b, const char *url)
{
    struct buf state = {0};
    char *wanted = xasprintf("complete %s", url);
    json_free(browser_call(b, "Page.navigate", "{\"url\":\"%s\"}", url));
    for (int i = 0; i < 600; i++) {
        /* Right after the command the page before may still be there. */
        if (strcmp(browser_eval(b, &state, "document.readyState + ' ' + "
                                           "location.href"), wanted) == 0)
            break;
        usleep(50000);
    }
    free(wanted);
    buf_release(&state);
}

const char *
browser_eval(struct browser *b, struct buf *out, const char *expression)
{
    struct buf quoted = {0};
    json_put_str(&quoted, expression);
    struct json *answer = browser_call(
        b, "Runtime.evaluate",
        "{\"expression\":%s,\"awaitPromise\":true,\"returnByValue\":true}",
        buf_cstr(&quoted));
    const struct json *wrong = json_get(answer, "exceptionDetails");
    const struct json *value = json_get(json_get(answer, "result"), "value");
    buf_clear(out);
    if (wrong)
        buf_printf(out, "throws: %s",
                   json_str(json_get(json_get(wrong, "exception"),
                                     "description")));
    else if (*json_str(value))
        buf_add_str(out, json_str(value));
    else if (value)
        json_print(out, value, false);
    json_free(answer);
    buf_release(&quoted);
    return buf_cstr(out);
}

void
browser_key(struct browser *b, const char *key)
{
    static const struct {
        const char *key; /* KeyboardEvent.key */
        int code;        /* Windows' number for it, which the protocol wants */
    } named[] = {{"Enter", 13}, {"Escape", 27}, {"ArrowUp", 38},
                 {"ArrowDown", 40}};
    int code = 0;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(named[i].key, key) == 0)
            code = named[i].code;
    const char *text = code == 13 ? "\\r" : code ? "" : key;
    json_free(browser_call(
        b, "Input.dispatchKeyEvent",
        "{\"type\":\"keyDown\",\"key\":\"%s\",\"text\":\"%s\","
        "\"windowsVirtualKeyCode\":%d}", key, text, code));
    json_free(browser_call(b, "Input.dispatchKeyEvent",
                           "{\"type\":\"keyUp\",\"key\":\"%s\"}", key));
}

void
browser_type(struct browser *b, const char *text)
{
    json_free(browser_call(b, "Input.insertText", "{\"text\":\"%s\"}", text));
}

static void
mouse(struct browser *b, const char *type, double x, double y, int clicks)
{
    json_free(browser_call(b, "Input.dispatchMouseEvent",
                           "{\"type\":\"%s\",\"x\":%.1f,\"y\":%.1f,"
                           "\"button\":\"%s\",\"clickCount\":%d}",
                           type, x, y, clicks ? "left" : "none", clicks));
}

void
browser_move(struct browser *b, double x, double y)
{
    mouse(b, "mouseMoved", x, y, 0);
}

void
browser_click(struct browser *b, double x, double y)
{
    mouse(b, "mousePressed", x, y, 1);
    mouse(b, "mouseReleased", x, y, 1);
}

void
browser_wheel(struct browser *b, double x, double y, double delta)
{
    json_free(browser_call(b, "Input.dispatchMouseEvent",
                           "{\"type\":\"mouseWheel\",\"x\":%.1f,\"y\":%.1f,"
                           "\"deltaX\":0,\"deltaY\":%.1f}", x, y, delta));
}

void
browser_size(struct browser *b, int width, int height)
{
    json_free(browser_call(b, "Emulation.setDeviceMetricsOverride",
                           "{\"width\":%d,\"height\":%d,"
                           "\"deviceScaleFactor\":1,\"mobile\":false}",
                           width, height));
}

void
browser_theme(struct browser *b, const char *scheme)
{
    json_free(browser_call(b, "Emulation.setEmulatedMedia",
                           "{\"features\":[{\"name\":\"prefers-color-scheme\","
                           "\"value\":\"%s\"}]}", scheme));
}

/* Runs a command whose answer has "data" in base64, and writes that. */
static int
write_data(struct browser *b, const char *method, const char *path,
           struct error *err)
{
    struct buf bytes = {0};
    struct json *answer = browser_call(b, method, "{}");
    int result = -1;
    if (!base64_decode(&bytes, slice_str(json_str(json_get(answer, "data")))) ||
        !bytes.len)
        error_set(err, "%s: the browser gave no picture", path);
    else
        result = file_write(path, buf_slice(&bytes), err);
    buf_release(&bytes);
    json_free(answer);
    return result;
}

int
browser_shoot(struct browser *b, const char *path, struct error *err)
{
    return write_data(b, "Page.captureScreenshot", path, err);
}

int
browser_print(struct browser *b, const char *path, struct error *err)
{
    return write_data(b, "Page.printToPDF", path, err);
}
