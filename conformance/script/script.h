/* script.h - loads scenario files: text in, a resolved tree or diagnostics out.
 * SPDX-License-Identifier: MIT
 *
 *     bytes -> lexer -> parser -> resolve -> struct script_file (ast.h)
 *
 * A file that has any error is not returned at all, so whoever holds a
 * script_file may trust every name in it. Errors are collected, so that one
 * look at them serves for a whole file.                                      */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

#include "base/error.h"
#include "conformance/script/ast.h"

enum { SCRIPT_ERRORS_MAX = 20 };

/* One thing that is wrong, ready to be shown. */
struct script_error {
    struct script_place at;
    char *message; /* owned; what is wrong and what to do */
    char *line;    /* owned; the source line it is about */
};

/* All that is wrong with a file. A zeroed one is empty; whoever holds one
 * releases it. */
struct script_errors {
    struct script_error list[SCRIPT_ERRORS_MAX];
    size_t count;   /* in list */
    size_t dropped; /* more that did not fit */
    char *path;     /* owned; of the file they are about */
};

void script_errors_release(struct script_errors *errors);

/* Appends "path:31:14: message", the source line and a caret, for each. */
void script_errors_print(struct buf *out, const struct script_errors *errors);

/* Reads, parses and resolves. chapter ("qos/qos2") goes in front of scenario
 * names. NULL when there is any error, which then stands in *errors. */
struct script_file *script_load(const char *path, struct slice chapter,
                                struct script_errors *errors);

/* The same from memory; all is copied. path is only for messages. */
struct script_file *script_load_text(const char *path, struct slice chapter,
                                     struct slice text,
                                     struct script_errors *errors);

/* Without resolving: for the formatter and its test. */
struct script_file *script_parse_text(const char *path, struct slice chapter,
                                      struct slice text,
                                      struct script_errors *errors);

/* Frees the file and everything in it. NULL is allowed. */
void script_free(struct script_file *file);

/* Scenario files under a folder, in order of their names. */
struct script_paths {
    char **paths;    /* owned: "scenarios/qos/qos2.scn" */
    char **chapters; /* owned, parallel: "qos/qos2" */
    size_t count;    /* of both */
    size_t cap;      /* allocated */
};

/* Fills *out with all *.scn below root; also takes a single file, whose chapter
 * is then its folder and name. -1 and err when root cannot be read. */
int script_find_files(const char *root, struct script_paths *out,
                      struct error *err);
void script_paths_release(struct script_paths *paths);

/* What a client speaks while `played` is; a name that no line of the header
 * mentions speaks that. */
enum mqtt_version script_version_of(const struct script_scenario *scenario,
                                    struct slice client,
                                    enum mqtt_version played);

/* Set: what clients speak besides the version that is played. */
unsigned script_versions_beside(const struct script_scenario *scenario);

/* Does a scenario's id match? "qos/qos2/duplicate-after-resume" itself, a
 * chapter or folder in front of it ("qos", "qos/qos2"), or a glob
 * ("qos/qos2/dup*"). */
bool script_scenario_matches(const struct script_scenario *scenario,
                             const char *glob);

#endif
