/* json.h - JSON values, on top of Jansson.
 * SPDX-License-Identifier: MIT
 *
 * Why a wrapper: bytes from the wire need not be UTF-8, and JSON text must be;
 * json_new_text replaces what is not by \xNN, in one place. Members keep the
 * order in which they were set.
 *
 * Ownership: a value that is put into another belongs to it from then on; only
 * the outermost is freed.                                                    */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/error.h"

struct json; /* opaque */

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_text(struct slice text);
struct json *json_new_int(int64_t v);
struct json *json_new_real(double v);
struct json *json_new_bool(bool v);
void json_free(struct json *v);

/* Both take `value`. */
void json_set(struct json *object, const char *key, struct json *value);
void json_push(struct json *array, struct json *value);

/* Short forms. */
void json_set_str(struct json *object, const char *key, const char *text);
void json_set_slice(struct json *object, const char *key, struct slice text);
void json_set_int(struct json *object, const char *key, int64_t v);
void json_set_bool(struct json *object, const char *key, bool v);

/* Appends the value as text: on one line, or indented by two spaces. */
void json_print(struct buf *out, const struct json *v, bool indented);

/* NULL, with err filled, when text is not JSON. */
struct json *json_parse(struct slice text, struct error *err);

/* Reading; a missing member or another type gives NULL, "" or 0. Borrowed. */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t index);
size_t json_count(const struct json *array);
const char *json_str(const struct json *v);
int64_t json_number(const struct json *v);

#endif
