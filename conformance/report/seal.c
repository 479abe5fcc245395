/* seal.c - do evidence and verdicts still belong together?
 * SPDX-License-Identifier: MIT */
#include "conformance/report/seal.h"

#include "base/digest.h"
#include "base/hex.h"

void
seal_bytes(char out[SEAL_LEN + 1], struct slice bytes)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    struct buf hex = {0};
    digest_sha256(bytes, digest);
    hex_print(&hex, slice_of(digest, sizeof digest), 0);
    memcpy(out, buf_cstr(&hex), SEAL_LEN + 1);
    buf_release(&hex);
}

/* Each with its length: no two claims look the same. */
static void
add(struct buf *b, const char *text)
{
    buf_printf(b, "%zu:%s,", text ? strlen(text) : 0, text ? text : "");
}

static void
add_scenario(struct buf *b, const struct result_scenario *s)
{
    add(b, s->id);
    add(b, mqtt_version_name(s->version));
    add(b, s->transport);
    add(b, result_verdict_name(s->verdict));
    add(b, s->evidence_sha256);
    for (size_t i = 0; i < s->judgement_count; i++) {
        add(b, s->judgements[i].statement);
        add(b, result_verdict_name(s->judgements[i].verdict));
        buf_printf(b, "%u;", s->judgements[i].line);
    }
    for (size_t i = 0; i < s->choice_count; i++)
        add(b, s->choices[i].label);
    buf_add_byte(b, '\n');
}

void
report_seal(char out[SEAL_LEN + 1], const struct result_run *run)
{
    struct buf claims = {0};
    add(&claims, run->target);
    add(&claims, run->target_name);
    add(&claims, run->run_tag);
    add(&claims, run->suite_level);
    add(&claims, run->scenarios_sha256);
    for (size_t i = 0; i < run->scenario_count; i++)
        add_scenario(&claims, &run->scenarios[i]);
    seal_bytes(out, buf_slice(&claims));
    buf_release(&claims);
}
