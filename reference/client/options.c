/* options.c - the command line of plumb-client.
 * SPDX-License-Identifier: MIT */
#include "client/options.h"

#include <stdlib.h>

#include "base/secret.h"
#include "client/option_table.h"

static bool
is_row(const struct option_row *row, enum command_name command,
       const char *word)
{
    if (!row->take || !(row->commands & command) || word[0] != '-')
        return false;
    if (word[1] == '-')
        return row->name && strcmp(word + 2, row->name) == 0;
    return row->letter && word[1] == row->letter && word[2] == '\0';
}

static const struct option_row *
find_row(enum command_name command, const char *word)
{
    for (size_t i = 0; i < option_count; i++)
        if (is_row(&option_rows[i], command, word))
            return &option_rows[i];
    return NULL;
}

static int
parse_one(struct options *o, struct words *w, struct error *err)
{
    const char *word = words_take(w), *value = NULL;
    const struct option_row *row = find_row(o->command, word);
    if (!row && word[0] != '-')
        return error_set(err, "\"%s\" belongs to no option", word);
    if (!row)
        return error_set(err, "there is no option %s here; see --help", word);
    if (row->value && !(value = words_take(w)))
        return error_set(err, "%s needs a value: %s", word, row->value);
    if (row->take(o, value, w, err))
        return error_prefix(err, "%s", word);
    return 0;
}

int
options_parse(struct options *o, enum command_name command, int argc,
              char **argv, struct error *err)
{
    struct words w = {argv, argv + argc};
    *o = (struct options){.command = command,
                          .version = MQTT_50,
                          .keep_alive = 60,
                          .repeat = 1,
                          .reconnect_max_ms = 60000,
                          .in_flight = 20};
    while (w.next < w.end && !o->wants_help)
        if (parse_one(o, &w, err))
            return -1;
    if (o->wants_help)
        return 0;
    return options_check(o, err);
}

void
options_release(struct options *o)
{
    uri_release(&o->where);
    secret_release(&o->password_text);
    free(o->topics.list);
    free(o->hidden.list);
    free(o->leaves.list);
    for (size_t i = 0; i <= MQTT_TYPES; i++)
        buf_release(&o->properties[i]);
}
