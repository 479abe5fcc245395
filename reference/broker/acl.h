/* acl.h - who may publish and subscribe to what.
 * SPDX-License-Identifier: MIT
 *
 * A file of rules, one per line; the first that applies decides, and when none
 * does the answer is no:
 *
 *     # a sensor writes below its own name, and nobody else does
 *     allow publish   sensors/%c/#
 *     deny  publish   sensors/#
 *     allow subscribe sensors/#    user dashboard
 *     allow all       "tea room/#" client kettle
 *
 * %c is the Client Identifier and %u the user name of who asks. What is put
 * there is text, never a wildcard or a separator: a client that calls itself
 * "#" or "a/b" gains nothing by it.
 *
 * A subscription reaches many topics, so `allow` applies to it only when the
 * rule covers all of them, and `deny` already when it covers one. Hence nobody
 * gets by wildcards what they would not get topic by topic.                  */
#ifndef BROKER_ACL_H
#define BROKER_ACL_H

#include "base/error.h"
#include "base/slice.h"

struct acl;

enum acl_action { ACL_PUBLISH = 1, ACL_SUBSCRIBE = 2 };

/* Who asks. */
struct acl_who {
    struct slice client_id; /* Client Identifier */
    struct slice user_name; /* empty for a client that gave none */
};

/* NULL with err, "NAME:12: ...", when a line is not a rule. */
struct acl *acl_parse(struct slice text, const char *name, struct error *err);
struct acl *acl_load(const char *path, struct error *err);
void acl_free(struct acl *acl);

/* `topic` is a Topic Name or a Topic Filter, valid and without $share. Without
 * a list (NULL) everybody may do everything. */
bool acl_allows(const struct acl *acl, enum acl_action action,
                struct slice topic, const struct acl_who *who);

#endif
