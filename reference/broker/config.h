/* config.h - everything about a broker that can be chosen.
 * SPDX-License-Identifier: MIT
 *
 * One row per setting in settings.def gives the member, the option, its help
 * and its bounds.                                                            */
#ifndef BROKER_CONFIG_H
#define BROKER_CONFIG_H

#include "base/buf.h"
#include "base/error.h"
#include "broker/variant.h"

enum { SETTING_TEXT_MAX = 128 }; /* with the 0 at the end */

struct broker_config {
#define SETTING(name, type, value, min, max, text) type name;
#define TEXT(name, help) char name[SETTING_TEXT_MAX];
#include "broker/settings.def"
    struct variants variant; /* where the standard leaves a choice */
};

/* What settings.def says. */
struct broker_config broker_config_default(void);

/* Sets one by its name ("receive_maximum" or "receive-maximum") from text; with
 * the name "variant" and a text like "overlap=each" a variant. Returns -1 and
 * fills err when there is no such setting or the value is out of bounds. */
int broker_config_set(struct broker_config *c, struct slice name,
                      struct slice value, struct error *err);

/* Is there a setting of that name, and is it one that needs no value? */
bool broker_config_is_flag(struct slice name);
bool broker_config_has(struct slice name);

/* Appends the help: one line per setting with its default. */
void broker_config_help(struct buf *out);

#endif
