/* browser.h - a real browser without a window, driven from a test.
 * SPDX-License-Identifier: MIT
 *
 * Starts Chromium and speaks its DevTools protocol over two pipes: commands
 * and answers are JSON texts that end with a NUL. One page at a time.        */
#ifndef CI_BROWSER_H
#define CI_BROWSER_H

#include <sys/types.h>

#include "base/json.h"

struct browser {
    pid_t pid;           /* of the browser */
    int to, from;        /* pipes */
    int64_t id;          /* of the latest command */
    struct buf input;    /* bytes that came and were not used yet */
    char session[80];    /* that the page has in the protocol */
    char folder[64];     /* its profile; removed in the end */
};

/* Starts `program` (NULL: chromium). -1: err tells why there is none. */
int browser_open(struct browser *b, const char *program, struct error *err);
void browser_close(struct browser *b);

/* Sends a command to the page and waits for the answer, which the caller
 * frees. `parameters` is JSON text, printf-like. Ends the program when the
 * browser does not answer within a minute: a test cannot go on. */
struct json *browser_call(struct browser *b, const char *method,
                          const char *parameters, ...)
    __attribute__((format(printf, 3, 4)));

/* Opens a page and waits until it was loaded. */
void browser_go(struct browser *b, const char *url);

/* The value of a JavaScript expression (awaited when it is a promise), as
 * text into *out, which is cleared first; an exception as "throws: ...". */
const char *browser_eval(struct browser *b, struct buf *out,
                         const char *expression);

/* Real input: a key as in KeyboardEvent.key, the mouse in pixels. */
void browser_key(struct browser *b, const char *key);
void browser_type(struct browser *b, const char *text);
void browser_move(struct browser *b, double x, double y);
void browser_click(struct browser *b, double x, double y);
void browser_wheel(struct browser *b, double x, double y, double delta);

/* What the window and the user's settings are like. */
void browser_size(struct browser *b, int width, int height);
void browser_theme(struct browser *b, const char *scheme);

/* Writes what is seen (PNG), or what would be printed (PDF), to a file. */
int browser_shoot(struct browser *b, const char *path, struct error *err);
int browser_print(struct browser *b, const char *path, struct error *err);

#endif
