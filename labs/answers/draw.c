/* draw.c - what a student's seed chooses.
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/draw.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

enum { WORDS_MAX = 12, NAME_MAX = 32 };

/* Words of one kind are all different, so that a permutation of them is too. */
static const struct {
    const char *kind;
    const char *words[WORDS_MAX];
} lists[] = {
    /* clang-format off */
    {"place", {"kitchen", "attic", "cellar", "garage", "hall", "workshop",
               "greenhouse", "stable", "loft", "library", "pantry", "yard"}},
    {"thing", {"temperature", "humidity", "pressure", "light", "co2", "noise",
               "wind", "rain", "dust", "voltage", "current", "level"}},
    {"id",    {"thermo", "gauge", "meter", "probe", "node", "station", "beacon",
               "relay", "logger", "tracker", "scout", "pilot"}},
    {"wide",  {"温度", "湿度", "größe", "hauteur-évaluée", "зал", "キッチン",
               "küche", "客厅", "température", "卧室", "garçon", "车间"}},
    {"place6", {"garage", "cellar", "office", "studio", "stable", "pantry",
                "closet", "garden", "lounge", "shower", "arcade", "corner"}},
    {"thing6", {"heater", "blinds", "shades", "boiler", "window", "mirror",
                "cooler", "sensor", "beamer", "lights", "switch", "socket"}},
    {"id6",   {"node-a", "node-b", "node-c", "node-d", "unit-1", "unit-2",
               "unit-3", "unit-4", "dev-07", "dev-11", "dev-23", "dev-42"}},
    {"value6", {"21.375", "18.250", "19.125", "22.500", "20.750", "17.625",
                "23.000", "16.875", "24.250", "15.500", "25.125", "14.750"}},
    /* clang-format on */
};

size_t
draw(uint64_t seed, const char *name, size_t limit)
{
    return (size_t)(hash_bytes(seed, slice_str(name)) % limit);
}

void
draw_order(uint64_t seed, const char *name, size_t *order, size_t count)
{
    char with_index[NAME_MAX + 32];
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        snprintf(with_index, sizeof with_index, "%.30s/%zu", name, i);
        size_t k = draw(seed, with_index, i), kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
}

const char *
draw_word(uint64_t seed, const char *kind, size_t nth)
{
    size_t order[WORDS_MAX];
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(lists[i].kind, kind) != 0)
            continue;
        draw_order(seed, kind, order, WORDS_MAX);
        return lists[i].words[order[nth % WORDS_MAX]];
    }
    return NULL;
}

/* "30..90#a": -1 when it is no such thing. */
static long
between(const char *word, uint64_t seed)
{
    char *end;
    long low = strtol(word, &end, 10);
    if (end == word || strncmp(end, "..", 2) != 0)
        return -1;
    long high = strtol(end + 2, NULL, 10);
    if (high < low)
        return -1;
    return low + (long)draw(seed, word, (size_t)(high - low + 1));
}

static void
add_letters(struct buf *out, uint64_t seed, const char *word, long count)
{
    char name[NAME_MAX + 32];
    for (long i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%.30s/%ld", word, i);
        buf_add_byte(out, (uint8_t)('a' + draw(seed, name, 26)));
    }
}

static bool
add_word(struct buf *out, const char *word, uint64_t seed)
{
    char kind[NAME_MAX];
    size_t len = strlen(word), digits = len;
    if (strncmp(word, "text", 4) == 0) {
        long count = between(word + 4, seed);
        add_letters(out, seed, word, count);
        return count >= 0;
    }
    if (isdigit((unsigned char)*word)) {
        long n = between(word, seed);
        buf_printf(out, "%ld", n);
        return n >= 0;
    }
    while (digits > 0 && isdigit((unsigned char)word[digits - 1]))
        digits--;
    /* The last digit counts, one before it belongs to the kind. */
    if (digits < len - 1)
        digits = len - 1;
    snprintf(kind, sizeof kind, "%.*s", (int)digits, word);
    const char *found =
        draw_word(seed, kind, (size_t)strtol(word + digits, NULL, 10));
    if (found)
        buf_add_str(out, found);
    return found != NULL;
}

bool
draw_dress(struct buf *out, struct slice text, uint64_t seed)
{
    char word[NAME_MAX];
    while (text.len) {
        const uint8_t *at = memchr(text.ptr, '@', text.len);
        size_t before = at ? (size_t)(at - text.ptr) : text.len;
        buf_add(out, slice_first(text, before));
        text = slice_from(text, before + 1);
        if (!at)
            break;
        const uint8_t *end = memchr(text.ptr, '@', text.len);
        if (!end || (size_t)(end - text.ptr) >= sizeof word)
            return false;
        snprintf(word, sizeof word, "%.*s", (int)(end - text.ptr),
                 (const char *)text.ptr);
        if (!add_word(out, word, seed))
            return false;
        text = slice_from(text, (size_t)(end - text.ptr) + 1);
    }
    return true;
}
