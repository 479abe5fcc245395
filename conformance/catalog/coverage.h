/* coverage.h - which statements are judged, by which scenarios, how they fared.
 * SPDX-License-Identifier: MIT
 *
 * Joins three lists: the catalogue of both standards (mqtt/statement.h), the
 * judging lines of scenario files, and the results of runs. One row per
 * statement; a link for every line that names it. Nothing is inferred from one
 * version to another.
 *
 *     struct coverage c;
 *     coverage_init(&c);
 *     coverage_add_file(&c, file);          for each scenario file
 *     coverage_add_run(&c, &run);           for each result, if any
 *     coverage_add_faults(&c, path, &err);  what caught each planted fault
 *     coverage_print(&out, &c);
 *     coverage_release(&c);
 *
 * Borrows nothing: files and runs may go once they were added.               */
#ifndef CATALOG_COVERAGE_H
#define CATALOG_COVERAGE_H

#include "base/error.h"
#include "conformance/engine/result.h"
#include "conformance/script/ast.h"
#include "mqtt/statement.h"

/* Of a statement; where several lines judged it, the first of these that any
 * of them gave. */
enum coverage_status {
    COVERAGE_FAIL,
    COVERAGE_WAIVED,         /* failed, and the target file says why */
    COVERAGE_WARN,
    COVERAGE_LENIENT,
    COVERAGE_PASS,
    COVERAGE_INCONCLUSIVE,   /* no line that names it was reached */
    COVERAGE_UNEXERCISED,    /* lines were, but not what it is about */
    COVERAGE_SKIPPED,        /* the target lacks what it needs */
    COVERAGE_NOT_RUN,        /* there are scenarios, but none in the results */
    COVERAGE_NOT_OBSERVABLE, /* no scenario, with a reason (reasons.def) */
    COVERAGE_UNCOVERED,      /* no scenario, no reason */
    COVERAGE_STATUSES
};
const char *coverage_status_name(enum coverage_status s); /* "not-run" ... */

/* A line of a scenario that names a statement. */
struct coverage_link {
    char *scenario; /* its id, owned */
    char *path;     /* of the file, owned */
    unsigned line;
    bool is_beside; /* of a client that speaks another version than is played */
};

struct coverage_row {
    const struct mqtt_statement *statement;
    const char *reason;          /* why it cannot be judged, or NULL */
    const char *unbroken;        /* why no fault breaks it, or NULL */
    struct coverage_link *links; /* in the order of the files */
    size_t link_count, link_cap;
    bool seen[COVERAGE_STATUSES]; /* what results said, each at least once */
    size_t passed;                /* lines that went as written, in all runs */
    char **faults;                /* planted ones that break it, owned names */
    size_t fault_count, fault_cap;
};

struct coverage_problem {
    char *text; /* one line: where, what, what to do; owned */
};

struct coverage {
    struct coverage_row *rows; /* one per statement, in catalogue order */
    size_t row_count;
    size_t runs;               /* results that were added */
    struct coverage_problem *problems; /* of lines: unknown ids and the like */
    size_t problem_count, problem_cap;
};

void coverage_init(struct coverage *c);
void coverage_release(struct coverage *c);

/* All judging lines of a resolved file. */
void coverage_add_file(struct coverage *c, const struct script_file *file);

/* One of them; `versions` is the set for which the line is run. */
void coverage_add_line(struct coverage *c, struct slice statement,
                       unsigned versions, const char *scenario,
                       const char *path, unsigned line);

/* Results. Add the files first: a scenario that never reached its question
 * tells of the statements that its lines name. */
void coverage_add_run(struct coverage *c, const struct result_run *run);

/* A planted fault as a line of conformance/faults/caught.tsv: its name, a tab,
 * the statements that fail with it. ci/mutants makes that file. */
void coverage_add_fault(struct coverage *c, struct slice line);

/* All of that file. -1 with err when it cannot be read. */
int coverage_add_faults(struct coverage *c, const char *path,
                        struct error *err);

/* NULL when there is no statement of that id. */
const struct coverage_row *coverage_find(const struct coverage *c,
                                         struct slice statement);

enum coverage_status coverage_status(const struct coverage_row *row);

/* Judged by a line that went as written, and failed by none. */
bool coverage_is_covered(const struct coverage_row *row);

/* How many statements of a version (MQTT_NO_VERSION: all) have that status. */
size_t coverage_count(const struct coverage *c, enum mqtt_version v,
                      enum coverage_status s);

#endif
