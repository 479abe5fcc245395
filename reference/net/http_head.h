/* http_head.h - the head of an HTTP/1.1 message, as far as an upgrade needs it.
 * SPDX-License-Identifier: MIT
 *
 * A head is a start line, fields ("Name: value") and an empty line, each ended
 * by CR LF (RFC 9112). It is read in one go into a struct of what the ends of a
 * WebSocket upgrade may want to know (ws_upgrade.h); every other field
 * is passed over, but must look like one.                                    */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include "base/slice.h"

#define HTTP_HEAD_MAX 8192 /* most bytes of a head */

enum http_head_status {
    HTTP_HEAD_DONE,
    HTTP_HEAD_NEED_MORE, /* nothing wrong so far, but it is not all there */
    HTTP_HEAD_TOO_LONG,  /* more than HTTP_HEAD_MAX bytes */
    HTTP_HEAD_BAD        /* this is not HTTP */
};

/* Slices point into the bytes that were read. */
struct http_head {
    size_t len;             /* bytes, with the empty line */
    struct slice start;     /* the start line */
    bool upgrades;          /* Upgrade: websocket */
    bool connects;          /* Connection: Upgrade */
    bool extends;           /* Sec-WebSocket-Extensions, whatever it says */
    unsigned hosts;         /* how often Host came */
    unsigned keys;          /* how often Sec-WebSocket-Key came */
    unsigned versions;      /* how often Sec-WebSocket-Version came */
    unsigned accepts;       /* how often Sec-WebSocket-Accept came */
    struct slice key;       /* the last one, and so on */
    struct slice version;
    struct slice accept;
    unsigned protocols;     /* names in all Sec-WebSocket-Protocol fields */
    bool has_mqtt;          /* `mqtt` is one of them */
    bool has_mqttv31;       /* `mqttv3.1` is one of them */
};

/* Looks at the start of `in`. */
enum http_head_status http_head_read(struct slice in, struct http_head *h);

/* Takes what is before the next `c` off the front of *rest, and the c too. */
struct slice http_head_cut(struct slice *rest, uint8_t c);

/* Is word one of "a, b, c"? Capital letters make no difference. */
bool http_head_lists(struct slice list, const char *word);

#endif
