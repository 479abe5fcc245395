/* ws_upgrade.c - how an HTTP connection becomes a WebSocket (RFC 6455, 4).
 * SPDX-License-Identifier: MIT
 *
 * Each end has its list of demands on the other's head, in the RFC's order. */
#include "net/ws_upgrade.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/random.h"
#include "net/http_head.h"

/* ---- the server ---------------------------------------------------------- */

/* "GET /path HTTP/1.1"; false when it is anything else. */
static bool
read_request_line(struct slice line, struct ws_request *r)
{
    struct slice method = http_head_cut(&line, ' ');
    r->path = http_head_cut(&line, ' ');
    return slice_is(method, "GET") && slice_starts(r->path, "/") &&
           slice_is(line, "HTTP/1.1");
}

static bool
is_served(struct slice target, struct slice path)
{
    return path.len == 0 || slice_equal(http_head_cut(&target, '?'), path);
}

static bool
is_key(struct slice text)
{
    struct buf bytes = {0};
    bool is_good = base64_decode(&bytes, text) && bytes.len == 16;
    buf_release(&bytes);
    return is_good;
}

static enum ws_upgrade_status
refuse(struct ws_request *r, unsigned status, const char *why)
{
    r->refusal = status;
    r->why = why;
    return WS_UPGRADE_BAD;
}

enum ws_upgrade_status
ws_upgrade_read_request(struct slice in, struct slice path,
                        struct ws_request *out)
{
    struct http_head h;
    *out = (struct ws_request){0};
    enum http_head_status status = http_head_read(in, &h);
    if (status == HTTP_HEAD_NEED_MORE)
        return WS_UPGRADE_NEED_MORE;
    if (status == HTTP_HEAD_TOO_LONG)
        return refuse(out, 431, "the request is longer than 8192 bytes");
    if (status == HTTP_HEAD_BAD)
        return refuse(out, 400, "this is no HTTP request");
    out->len = h.len;
    if (!read_request_line(h.start, out))
        return refuse(out, 400, "the request line is not GET /path HTTP/1.1");
    if (h.hosts != 1)
        return refuse(out, 400, "there must be one Host field");
    if (!is_served(out->path, path))
        return refuse(out, 404, "no MQTT at this path");
    if (!h.upgrades || !h.connects)
        return refuse(out, 426, "this is an MQTT broker: connect by WebSocket");
    if (h.versions != 1 || !slice_is(h.version, "13"))
        return refuse(out, 426, "the WebSocket version must be 13");
    if (h.keys != 1 || !is_key(h.key))
        return refuse(out, 400, "Sec-WebSocket-Key is not 16 bytes in base64");
    if (!h.has_mqtt && !h.has_mqttv31) /* [MQTT-6.0.0-3, MQTT311-6.0.0-3] */
        return refuse(out, 400, "the subprotocol mqtt is not offered");
    out->key = h.key;
    out->protocol = h.has_mqtt ? "mqtt" : "mqttv3.1";
    return WS_UPGRADE_DONE;
}

/* Appends what Sec-WebSocket-Accept must be for that key. */
static void
add_accept(struct buf *out, struct slice key)
{
    uint8_t digest[DIGEST_SHA1_LEN];
    struct buf text = {0};
    buf_add(&text, key);
    buf_add_str(&text, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    digest_sha1(buf_slice(&text), digest);
    base64_encode(out, slice_of(digest, sizeof digest));
    buf_release(&text);
}

static const char *
name_of(unsigned status)
{
    switch (status) {
    case 404: return "Not Found";
    case 426: return "Upgrade Required";
    case 431: return "Request Header Fields Too Large";
    }
    return "Bad Request";
}

void
ws_upgrade_write_response(struct buf *out, const struct ws_request *r)
{
    if (r->refusal == 0) {
        buf_add_str(out, "HTTP/1.1 101 Switching Protocols\r\n"
                         "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: ");
        add_accept(out, r->key);
        /* [MQTT-6.0.0-4, MQTT311-6.0.0-4] */
        buf_printf(out, "\r\nSec-WebSocket-Protocol: %s\r\n\r\n", r->protocol);
        return;
    }
    buf_printf(out, "HTTP/1.1 %u %s\r\n", r->refusal, name_of(r->refusal));
    if (r->refusal == 426) /* RFC 9110, 15.5.22; RFC 6455, 4.4 */
        buf_add_str(out, "Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
                         "Sec-WebSocket-Version: 13\r\n");
    else
        buf_add_str(out, "Connection: close\r\n");
    buf_printf(out, "Content-Type: text/plain\r\nContent-Length: %zu\r\n\r\n"
                    "%s\n", strlen(r->why) + 1, r->why);
}

/* ---- the client ---------------------------------------------------------- */

void
ws_upgrade_make_key(char key[WS_UPGRADE_KEY_LEN + 1])
{
    uint8_t bytes[16];
    struct buf text = {0};
    random_secret(bytes, sizeof bytes);
    base64_encode(&text, slice_of(bytes, sizeof bytes));
    memcpy(key, buf_cstr(&text), WS_UPGRADE_KEY_LEN + 1);
    buf_release(&text);
}

void
ws_upgrade_write_request(struct buf *out, const char *authority,
                         struct slice path, const char *protocols,
                         const char *key)
{
    buf_add_str(out, slice_starts(path, "/") ? "GET " : "GET /");
    buf_add(out, path);
    buf_printf(out, " HTTP/1.1\r\nHost: %s\r\n"
                    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Protocol: %s\r\n\r\n", /* [MQTT-6.0.0-3] */
               authority, key, protocols);
}

static enum ws_upgrade_status
bad_response(struct error *err, const char *why)
{
    error_set(err, "no WebSocket: %s", why);
    return WS_UPGRADE_BAD;
}

/* The server says no, in HTTP; the text of the status is shown when it is
 * harmless. */
static enum ws_upgrade_status
refused(struct slice start, struct error *err)
{
    struct slice status = start;
    http_head_cut(&status, ' ');
    error_set(err, "no WebSocket: the server answers \"%.*s\"%s",
              SLICE_ARG(slice_first(status, 60)),
              slice_starts(status, "404") ? "; is the path of the URL right?"
                                          : "");
    return WS_UPGRADE_BAD;
}

/* Did the server select one of those that we offered? */
static bool
is_selected(const struct http_head *h, const char *offered)
{
    struct slice list = slice_str(offered);
    return h->protocols == 1 &&
           ((h->has_mqtt && http_head_lists(list, "mqtt")) ||
            (h->has_mqttv31 && http_head_lists(list, "mqttv3.1")));
}

enum ws_upgrade_status
ws_upgrade_read_response(struct slice in, const char *protocols,
                         const char *key, size_t *len, struct error *err)
{
    struct http_head h;
    struct buf accept = {0};
    enum http_head_status status = http_head_read(in, &h);
    if (status == HTTP_HEAD_NEED_MORE)
        return WS_UPGRADE_NEED_MORE;
    *len = h.len;
    if (status == HTTP_HEAD_TOO_LONG)
        return bad_response(err, "the answer is longer than 8192 bytes");
    if (status == HTTP_HEAD_BAD || !slice_starts(h.start, "HTTP/1."))
        return bad_response(err, "the server does not answer in HTTP");
    if (!slice_starts(h.start, "HTTP/1.1 101"))
        return refused(h.start, err);
    if (!h.upgrades || !h.connects)
        return bad_response(err, "the server upgrades to something else");
    add_accept(&accept, slice_str(key));
    bool is_right = h.accepts == 1 && slice_equal(h.accept, buf_slice(&accept));
    buf_release(&accept);
    if (!is_right)
        return bad_response(err, "the answer is to another request "
                                 "(Sec-WebSocket-Accept)");
    if (h.extends)
        return bad_response(err, "the server uses an extension that was not "
                                 "offered");
    if (!is_selected(&h, protocols)) { /* [MQTT-6.0.0-4, MQTT311-6.0.0-4] */
        bad_response(err, "the server selects no subprotocol that was "
                          "offered; is it an MQTT broker?");
        return WS_UPGRADE_UNSELECTED;
    }
    return WS_UPGRADE_DONE;
}
