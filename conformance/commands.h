/* commands.h - the commands of plumb-check; each returns its exit status.
 * SPDX-License-Identifier: MIT
 *
 * 0 all is well, 1 something failed, 2 usage or script or runner, 3 nothing
 * failed but something was inconclusive, 4 the target cannot be reached.     */
#ifndef CONFORMANCE_COMMANDS_H
#define CONFORMANCE_COMMANDS_H

#include "conformance/engine/result.h"
#include "conformance/options.h"

enum { EXIT_GOOD, EXIT_FAILED, EXIT_WRONG, EXIT_OPEN, EXIT_UNREACHABLE };

int command_run(const struct options *o);
int command_list(const struct options *o);
int command_explain(const struct options *o);
int command_coverage(const struct options *o);
int command_fmt(const struct options *o);
int command_compare(const struct options *o);
int command_certify(const struct options *o);
int command_verify(const struct options *o);
int command_merge(const struct options *o);

/* A report in JSON, as `run` and `merge` write it. */
int command_read_report(struct result_run *run, const char *path,
                        struct error *err);

/* Says what is wrong, and returns EXIT_WRONG. */
int command_complain(const char *command, const struct error *err);

#endif
