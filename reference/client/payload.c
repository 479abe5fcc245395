/* payload.c - what -m, -n, -f and -s say is to be sent.
 * SPDX-License-Identifier: MIT */
#include "client/payload.h"

#include <fcntl.h>
#include <unistd.h>

#include "mqtt/varint.h"

static int
read_file(struct buf *out, const char *path, struct error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;
    if (fd < 0)
        return error_errno(err, "cannot open %s", path);
    while (out->len <= MQTT_VARINT_MAX &&
           (n = read(fd, buf_room(out, 65536), 65536)) > 0)
        out->len += (size_t)n;
    int failed = n < 0 ? error_errno(err, "cannot read %s", path) : 0;
    if (out->len > MQTT_VARINT_MAX)
        failed = error_set(err, "%s: larger than any MQTT packet", path);
    if (!is_stdin)
        close(fd);
    return failed;
}

int
payload_read(struct buf *out, const struct options *o, struct error *err)
{
    if (o->source == SOURCE_TEXT)
        buf_add_str(out, o->text);
    return o->source == SOURCE_FILE ? read_file(out, o->path, err) : 0;
}
