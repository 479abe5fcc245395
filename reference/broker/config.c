/* config.c - settings.def as values, options and help.
 * SPDX-License-Identifier: MIT */
#include "broker/config.h"

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
#undef SETTING
};
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

bool
broker_config_has(struct slice name)
{
    return slice_is(name, "variant") || find(name) != NULL;
}

bool
broker_config_is_flag(struct slice name)
{
    const struct setting *s = find(name);
    return s && s->type == TYPE_bool;
}

int
broker_config_set(struct broker_config *c, struct slice name,
                  struct slice value, struct error *err)
{
    const struct setting *s = find(name);
    if (slice_is(name, "variant"))
        return variant_set(&c->variant, value, err);
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

void
broker_config_help(struct buf *out)
{
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = out->len;
        buf_add_str(out, "  --");
        for (const char *p = settings[i].name; *p; p++)
            buf_add_byte(out, *p == '_' ? '-' : (uint8_t)*p);
        buf_printf(out, "=%llu", (unsigned long long)settings[i].value);
        size_t used = out->len - at;
        buf_add_fill(out, ' ', used < 38 ? 38 - used : 1);
        buf_printf(out, " %s\n", settings[i].text);
    }
}
