/* scram_fuzz.c - any bytes as any message of SCRAM: a sentence or a value.
 * SPDX-License-Identifier: MIT                                               */
#include "mqtt/scram.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
converse(struct slice first_text, struct slice final_text)
{
    const struct mqtt_scram_method *m = mqtt_scram_method_at(0);
    struct mqtt_scram_keys keys = {.iterations = 1, .salt_len = 1};
    struct mqtt_scram_first first;
    struct mqtt_scram server = {0}, client = {0};
    struct buf out = {0};
    if (mqtt_scram_parse_first(&first, first_text) == NULL) {
        assert(mqtt_scram_is_prepared(slice_str(first.user)));
        mqtt_scram_answer_first(&server, m, &first, &keys, slice_str("x"),
                                &out);
        buf_clear(&out);
        /* Nobody guesses a proof. */
        assert(mqtt_scram_answer_final(&server, &keys, final_text, &out));
        assert(out.len == 0);
    }
    mqtt_scram_say_first(&client, m, slice_str("a"), slice_str("x"), &out);
    assert(mqtt_scram_check_server(&client, final_text));
    mqtt_scram_release(&server);
    mqtt_scram_release(&client);
    buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = slice_of(data, size);
    struct mqtt_scram_challenge challenge;
    size_t n = 0;
    while (n < size && data[n] != '\n')
        n++;
    converse(slice_first(all, n), slice_from(all, n + 1));
    if (mqtt_scram_parse_challenge(&challenge, all) == NULL)
        assert(challenge.salt_len > 0 && challenge.iterations > 0);
    return 0;
}
