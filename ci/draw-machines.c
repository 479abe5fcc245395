/* draw-machines.c - the state machines of the tables as DOT, one file each.
 * SPDX-License-Identifier: MIT
 *
 *     draw-machines DIR        writes DIR/qos1_sender.dot and its like
 *
 * For ci/docs; Graphviz makes pictures of them.                              */
#include <stdio.h>

#include "mqtt/flow.h"

static int
draw(const char *dir, const struct flow_machine *m)
{
    char path[512];
    struct buf dot = {0};
    snprintf(path, sizeof path, "%s/%s.dot", dir, m->name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return 1;
    }
    mqtt_flow_print_dot(&dot, m);
    fputs(buf_cstr(&dot), f);
    buf_release(&dot);
    return fclose(f) != 0;
}

int
main(int argc, char **argv)
{
    const struct flow_machine *m;
    if (argc != 2) {
        fputs("usage: draw-machines DIR\n", stderr);
        return 2;
    }
    for (size_t i = 0; (m = mqtt_flow_at(i)); i++)
        if (draw(argv[1], m))
            return 1;
    return 0;
}
