/* variant.h - one choice for everything the standard leaves to the server.
 * SPDX-License-Identifier: MIT
 *
 * One row in variants.def gives the member, its enumerators and its words. What
 * is settled here is behaviour; limits are settings (settings.def). The broker
 * asks where it acts: `b->config.variant.overlap == OVERLAP_EACH`.           */
#ifndef BROKER_VARIANT_H
#define BROKER_VARIANT_H

#include "base/buf.h"
#include "base/error.h"

#define CHOICES(...) __VA_ARGS__
#define VARIANT(name, section, choices, words, text) \
    enum variant_##name { choices };
#include "broker/variants.def"
#undef VARIANT

/* All zero: the defaults. */
struct variants {
#define VARIANT(name, section, choices, words, text) \
    uint8_t name; /* enum variant_NAME */
#include "broker/variants.def"
#undef VARIANT
};

/* Sets one from "NAME=CHOICE"; '-' and '_' are the same. Returns -1 and fills
 * err with what there is, when there is no such name or choice. */
int variant_set(struct variants *v, struct slice text, struct error *err);

/* Appends all names, choices (the default first) and what they decide. */
void variant_help(struct buf *out);

/* The same as the table of docs/VARIANTS.md. */
void variant_markdown(struct buf *out);

#endif
