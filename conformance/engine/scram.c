/* scram.c - messages of a SCRAM exchange for a script.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/scram.h"

#include "base/base64.h"
#include "mqtt/scram.h"

enum { METHOD, STEP, USER, PASSWORD, NONCE, SERVER_FIRST };

static const char *
make(const struct mqtt_scram_method *m, const struct value *args, size_t count,
     struct mqtt_scram *s, struct buf *out)
{
    struct slice step = args[STEP].text;
    mqtt_scram_say_first(s, m, args[USER].text, args[NONCE].text, out);
    if (slice_is(step, "client-first"))
        return NULL;
    buf_clear(out);
    if (count <= SERVER_FIRST)
        return "this step wants what the server has said first";
    const char *wrong = mqtt_scram_say_final(s, args[PASSWORD].text,
                                             args[SERVER_FIRST].text, out);
    if (wrong || slice_is(step, "client-final"))
        return wrong;
    if (!slice_is(step, "server-final"))
        return "the step is client-first, client-final or server-final";
    buf_clear(out);
    buf_add_str(out, "v=");
    base64_encode(out, slice_of(s->signature, m->len));
    return NULL;
}

const char *
scram_message(struct arena *arena, const struct value *args, size_t count,
              struct value *out)
{
    struct mqtt_scram s = {0};
    struct buf text = {0};
    if (count <= NONCE)
        return "wants a method, a step, a user, a password and a nonce";
    for (size_t i = 0; i < count; i++)
        if (args[i].kind != VALUE_BYTES)
            return "its arguments are texts";
    const struct mqtt_scram_method *m = mqtt_scram_method(args[METHOD].text);
    if (!m)
        return "the method is SCRAM-SHA-256 or SCRAM-SHA-512";
    const char *wrong = make(m, args, count, &s, &text);
    if (!wrong)
        *out = value_bytes(arena_copy(arena, buf_slice(&text)));
    mqtt_scram_release(&s);
    buf_release(&text);
    return wrong;
}
