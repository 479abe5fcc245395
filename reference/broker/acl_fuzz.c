/* acl_fuzz.c - any rules, any filter, any topic: no wildcard gets more.
 * SPDX-License-Identifier: MIT
 *
 * The input is a Topic Filter, a line end, a Topic Name, a line end, and the
 * rules. Whoever may subscribe to the filter may subscribe to the name, when
 * the filter matches it.                                                     */
#include <assert.h>

#include "broker/acl.h"
#include "mqtt/topic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slice
take_line(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != '\n')
        n++;
    struct slice line = slice_first(*rest, n);
    *rest = slice_from(*rest, n + 1);
    return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rules = slice_of(data, size);
    struct slice filter = take_line(&rules), name = take_line(&rules);
    struct acl_who who = {.client_id = slice_str("c"), .user_name = name};
    struct error err;
    struct acl *acl = acl_parse(rules, "acl", &err);
    if (!acl)
        return 0;
    if (mqtt_topic_filter_valid(filter) && mqtt_topic_name_valid(name)) {
        acl_allows(acl, ACL_PUBLISH, name, &who);
        if (acl_allows(acl, ACL_SUBSCRIBE, filter, &who) &&
            mqtt_topic_matches(filter, name))
            assert(acl_allows(acl, ACL_SUBSCRIBE, name, &who));
    }
    acl_free(acl);
    return 0;
}
