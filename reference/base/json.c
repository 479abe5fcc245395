/* json.c - JSON values, on top of Jansson.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <jansson.h>

#include "base/mem.h"
#include "base/utf8.h"

/* struct json is never defined: it is Jansson's json_t under our name. */
static json_t *
theirs(const struct json *v)
{
    return (json_t *)v;
}

static struct json *
ours(json_t *v)
{
    if (!v)
        BUG("the JSON library refused a value");
    return (struct json *)v;
}

struct json *
json_new_object(void)
{
    return ours(json_object());
}

struct json *
json_new_array(void)
{
    return ours(json_array());
}

struct json *
json_new_text(struct slice text)
{
    if (text.len == 0) /* ptr may be NULL, which Jansson refuses */
        return ours(json_string(""));
    if (utf8_valid(text))
        return ours(json_stringn((const char *)text.ptr, text.len));
    struct buf safe = {0};
    for (size_t at = 0; at < text.len;) {
        size_t n = utf8_char(slice_from(text, at), NULL);
        if (n)
            buf_add(&safe, slice_of(text.ptr + at, n));
        else
            buf_printf(&safe, "\\x%02x", text.ptr[at]);
        at += n ? n : 1;
    }
    json_t *v = json_stringn((const char *)safe.data, safe.len);
    buf_release(&safe);
    return ours(v);
}

struct json *
json_new_int(int64_t v)
{
    return ours(json_integer(v));
}

struct json *
json_new_real(double v)
{
    return ours(json_real(v));
}

struct json *
json_new_bool(bool v)
{
    return ours(json_boolean(v));
}

void
json_free(struct json *v)
{
    json_decref(theirs(v));
}

void
json_set(struct json *object, const char *key, struct json *value)
{
    if (json_object_set_new(theirs(object), key, theirs(value)))
        BUG("a JSON member could not be set");
}

void
json_push(struct json *array, struct json *value)
{
    if (json_array_append_new(theirs(array), theirs(value)))
        BUG("a JSON item could not be added");
}

void
json_set_str(struct json *object, const char *key, const char *text)
{
    json_set(object, key, json_new_text(slice_str(text)));
}

void
json_set_slice(struct json *object, const char *key, struct slice text)
{
    json_set(object, key, json_new_text(text));
}

void
json_set_int(struct json *object, const char *key, int64_t v)
{
    json_set(object, key, json_new_int(v));
}

void
json_set_bool(struct json *object, const char *key, bool v)
{
    json_set(object, key, json_new_bool(v));
}

static int
append(const char *text, size_t len, void *out)
{
    buf_add(out, slice_of(text, len));
    return 0;
}

void
json_print(struct buf *out, const struct json *v, bool indented)
{
    size_t flags = indented ? JSON_INDENT(2) : JSON_COMPACT;
    if (json_dump_callback(theirs(v), append, out, flags | JSON_ENCODE_ANY))
        BUG("a JSON value could not be printed");
}

struct json *
json_parse(struct slice text, struct error *err)
{
    json_error_t why;
    json_t *v = json_loadb((const char *)text.ptr, text.len, JSON_ALLOW_NUL,
                           &why);
    if (!v)
        error_set(err, "not JSON: line %d, column %d: %s", why.line, why.column,
                  why.text);
    return (struct json *)v;
}

const struct json *
json_get(const struct json *object, const char *key)
{
    return (struct json *)json_object_get(theirs(object), key);
}

const struct json *
json_at(const struct json *array, size_t index)
{
    return (struct json *)json_array_get(theirs(array), index);
}

size_t
json_count(const struct json *array)
{
    return json_array_size(theirs(array));
}

const char *
json_str(const struct json *v)
{
    const char *text = json_string_value(theirs(v));
    return text ? text : "";
}

int64_t
json_number(const struct json *v)
{
    return json_integer_value(theirs(v));
}
