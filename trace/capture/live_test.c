/* live_test.c - an interface that cannot be opened is named, with the reason.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/live.h"

#include "base/test.h"

/* As root the interface is missing, as anybody else the right may be: either
 * way a sentence that names it, and no capture. */
START_TEST(what_cannot_be_opened_is_named)
{
    struct error err = {""};
    struct live_options o = {.interface = "nosuch0"};
    ck_assert_ptr_null(live_open(&o, NULL, &err));
    ck_assert_msg(strstr(err.text, "nosuch0") != NULL, "%s", err.text);
}
END_TEST

TEST_MAIN(what_cannot_be_opened_is_named)
