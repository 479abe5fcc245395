/* config.c - settings.def as values, options and help.
 * SPDX-License-Identifier: MIT */
#include "broker/config.h"

#include "base/utf8.h"

enum setting_type { TYPE_bool, TYPE_uint16_t, TYPE_uint32_t };

static const struct setting {
    const char *name;
    enum setting_type type;
    size_t offset;         /* in struct broker_config */
    uint64_t value;        /* default */
    uint64_t min, max;     /* bounds */
    const char *text;      /* help */
} settings[] = {
#define SETTING(name, type, value, min, max, text) \
    {#name, TYPE_##type, offsetof(struct broker_config, name), value, min, \
     max, text},
#include "broker/settings.def"
};

static const struct text {
    const char *name;
    size_t offset;         /* in struct broker_config */
    const char *text;      /* help */
} texts[] = {
#define TEXT(name, help) {#name, offsetof(struct broker_config, name), help},
#include "broker/settings.def"
};
enum { TEXTS = sizeof texts / sizeof texts[0] };
enum { COUNT = sizeof settings / sizeof settings[0] };

static void
store(struct broker_config *c, const struct setting *s, uint64_t value)
{
    char *at = (char *)c + s->offset;
    switch (s->type) {
    case TYPE_bool: *(bool *)(void *)at = value != 0; break;
    case TYPE_uint16_t: *(uint16_t *)(void *)at = (uint16_t)value; break;
    case TYPE_uint32_t: *(uint32_t *)(void *)at = (uint32_t)value; break;
    }
}

struct broker_config
broker_config_default(void)
{
    struct broker_config c;
    memset(&c, 0, sizeof c);
    for (size_t i = 0; i < COUNT; i++)
        store(&c, &settings[i], settings[i].value);
    return c;
}

/* Names are written with '-' on the command line and '_' in files. */
static bool
same_name(struct slice given, const char *name)
{
    if (given.len != strlen(name))
        return false;
    for (size_t i = 0; i < given.len; i++)
        if ((given.ptr[i] == '-' ? '_' : given.ptr[i]) != (uint8_t)name[i])
            return false;
    return true;
}

static const struct setting *
find(struct slice name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (same_name(name, settings[i].name))
            return &settings[i];
    return NULL;
}

static const struct text *
find_text(struct slice name)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (same_name(name, texts[i].name))
            return &texts[i];
    return NULL;
}

bool
broker_config_has(struct slice name)
{
    return slice_is(name, "variant") || find(name) || find_text(name);
}

bool
broker_config_is_flag(struct slice name)
{
    const struct setting *s = find(name);
    return s && s->type == TYPE_bool;
}

static int
set_text(struct broker_config *c, const struct text *t, struct slice value,
         struct error *err)
{
    if (value.len >= SETTING_TEXT_MAX || !utf8_valid(value))
        return error_set(err, "%s: more than %d bytes, or not UTF-8", t->name,
                         SETTING_TEXT_MAX - 1);
    char *at = (char *)c + t->offset;
    memcpy(at, value.ptr, value.len);
    at[value.len] = '\0';
    return 0;
}

int
broker_config_set(struct broker_config *c, struct slice name,
                  struct slice value, struct error *err)
{
    const struct setting *s = find(name);
    if (slice_is(name, "variant"))
        return variant_set(&c->variant, value, err);
    if (find_text(name))
        return set_text(c, find_text(name), value, err);
    if (!s)
        return error_set(err, "no setting is called '%.*s'; --help lists them",
                         SLICE_ARG(name));
    uint64_t number = 0;
    bool good = value.len > 0 && value.len <= 10;
    for (size_t i = 0; good && i < value.len; i++) {
        good = value.ptr[i] >= '0' && value.ptr[i] <= '9';
        number = number * 10 + (uint64_t)(value.ptr[i] - '0');
    }
    if (!good || number < s->min || number > s->max)
        return error_set(err, "%s: '%.*s' is not a number from %llu to %llu",
                         s->name, SLICE_ARG(value),
                         (unsigned long long)s->min,
                         (unsigned long long)s->max);
    store(c, s, number);
    return 0;
}

static void
add_name(struct buf *out, const char *name)
{
    buf_add_str(out, "  --");
    for (; *name; name++)
        buf_add_byte(out, *name == '_' ? '-' : (uint8_t)*name);
}

static void
add_help(struct buf *out, size_t line_at, const char *text)
{
    size_t used = out->len - line_at;
    buf_add_fill(out, ' ', used < 38 ? 38 - used : 1);
    buf_printf(out, " %s\n", text);
}

void
broker_config_help(struct buf *out)
{
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = out->len;
        add_name(out, settings[i].name);
        buf_printf(out, "=%llu", (unsigned long long)settings[i].value);
        add_help(out, at, settings[i].text);
    }
    for (size_t i = 0; i < TEXTS; i++) {
        size_t at = out->len;
        add_name(out, texts[i].name);
        buf_add_str(out, "=TEXT");
        add_help(out, at, texts[i].text);
    }
}
