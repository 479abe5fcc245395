/* pktid.c - the Packet Identifiers that are in use, as runs of neighbours.
 * SPDX-License-Identifier: MIT
 *
 * Invariants: runs ascend, and between two of them at least one identifier is
 * free (else they would be one run).                                         */
#include "mqtt/pktid.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"


void
mqtt_pktid_release(struct mqtt_pktids *ids)
{
    free(ids->runs);
    *ids = (struct mqtt_pktids){0};
}

/* The first run that ends at id or later: the run that has id, or the one
 * before which a run with id would go. Identifiers come and go in turn, so that
 * it is mostly the first run, or id is behind the last. */
static size_t
find(const struct mqtt_pktids *ids, uint16_t id)
{
    size_t low = 0, high = ids->run_count;
    if (high == 0 || ids->runs[high - 1].last < id)
        return high;
    if (ids->runs[0].last >= id)
        return 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ids->runs[middle].last < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
has(const struct mqtt_pktids *ids, size_t at, uint16_t id)
{
    return at < ids->run_count && ids->runs[at].first <= id;
}

bool
mqtt_pktid_in_use(const struct mqtt_pktids *ids, uint16_t id)
{
    return has(ids, find(ids, id), id);
}

static void
insert_run(struct mqtt_pktids *ids, size_t at, struct mqtt_pktid_run run)
{
    size_t cap = ids->cap;
    ids->runs = xgrow(ids->runs, &cap, ids->run_count + 1u, sizeof run);
    ids->cap = (uint16_t)cap; /* a power of two, 32768 at most */
    memmove(&ids->runs[at + 1], &ids->runs[at],
            (ids->run_count - at) * sizeof run);
    ids->runs[at] = run;
    ids->run_count++;
}

static void
remove_run(struct mqtt_pktids *ids, size_t at)
{
    ids->run_count--;
    memmove(&ids->runs[at], &ids->runs[at + 1],
            (ids->run_count - at) * sizeof *ids->runs);
}

bool
mqtt_pktid_mark_any(struct mqtt_pktids *ids, uint16_t id)
{
    size_t at = find(ids, id);
    if (id == 0 || has(ids, at, id))
        return false;
    struct mqtt_pktid_run *before = at > 0 ? &ids->runs[at - 1] : NULL;
    struct mqtt_pktid_run *after = at < ids->run_count ? &ids->runs[at] : NULL;
    bool joins_before = before && before->last + 1 == id;
    bool joins_after = after && after->first == id + 1;

    if (joins_before && joins_after) {
        before->last = after->last;
        remove_run(ids, at);
    } else if (joins_before) {
        before->last = id;
    } else if (joins_after) {
        after->first = id;
    } else {
        insert_run(ids, at, (struct mqtt_pktid_run){id, id});
    }
    ids->count++;
    return true;
}

bool
mqtt_pktid_unmark_any(struct mqtt_pktids *ids, uint16_t id)
{
    size_t at = find(ids, id);
    if (!has(ids, at, id))
        return false;
    struct mqtt_pktid_run *run = &ids->runs[at];
    uint16_t first = run->first;

    if (run->first == run->last) {
        remove_run(ids, at);
    } else if (run->first == id) {
        run->first = (uint16_t)(id + 1);
    } else if (run->last == id) {
        run->last = (uint16_t)(id - 1);
    } else {
        run->first = (uint16_t)(id + 1);
        insert_run(ids, at, (struct mqtt_pktid_run){first, (uint16_t)(id - 1)});
    }
    ids->count--;
    return true;
}

uint16_t
mqtt_pktid_next_any(struct mqtt_pktids *ids)
{
    if (ids->count == MQTT_PKTID_MAX)
        return 0;
    uint32_t id = ids->last + 1u;
    /* Runs do not touch: behind a run there is a free one, or the end. */
    for (;;) {
        if (id > MQTT_PKTID_MAX)
            id = 1;
        size_t at = find(ids, (uint16_t)id);
        if (!has(ids, at, (uint16_t)id))
            break;
        id = ids->runs[at].last + 1u;
    }
    mqtt_pktid_mark(ids, (uint16_t)id);
    return ids->last = (uint16_t)id;
}
